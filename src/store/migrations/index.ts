import { start } from './0001-start.ts'
import { sittings } from './0004-sittings.ts'
import type { Migration } from './migration.ts'

/** All migrations in the order in which they run. */
export const migrations: readonly Migration[] = [start, sittings]
