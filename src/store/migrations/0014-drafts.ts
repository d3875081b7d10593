import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Drafts are sittings that are kept longer and found again. See `../tables.ts`. */
export const drafts: Migration = {
  name: '0014-drafts',
  async up(tx, dialect) {
    const text = sql.raw(dialect === 'sqlite' ? 'text' : 'text collate "C"')
    const number = sql.raw(dialect === 'sqlite' ? 'integer' : 'bigint')
    await sql`alter table sitting add column draft ${number} not null default 0`.execute(tx)
    await sql`alter table sitting add column keep_until ${text} not null default ''`.execute(tx)
    await sql`create index sitting_by_end on sitting (keep_until)`.execute(tx)
  },
}
