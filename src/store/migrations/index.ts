import { start } from './0001-start.ts'
import { reloads } from './0002-reloads.ts'
import type { Migration } from './migration.ts'

/** All migrations in the order in which they run. */
export const migrations: readonly Migration[] = [start, reloads]
