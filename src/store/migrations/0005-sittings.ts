import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** What was typed into a form of several pages, until it is filed. See `../tables.ts`. */
export const sittings: Migration = {
  name: '0005-sittings',
  async up(tx, dialect) {
    const text = sql.raw(dialect === 'sqlite' ? 'text' : 'text collate "C"')
    const number = sql.raw(dialect === 'sqlite' ? 'integer' : 'bigint')
    await sql`create table sitting (
      key ${text} primary key,
      form ${text} not null,
      holder ${text} not null,
      fields ${text} not null,
      version ${number} not null,
      done ${text},
      saved_at ${text} not null
    )`.execute(tx)
    await sql`create index sitting_by_holder on sitting (holder, saved_at)`.execute(tx)
    await sql`create index sitting_by_age on sitting (saved_at)`.execute(tx)
  },
}
