import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** What a workflow's work needs: the progress of a submission, and the clocks of its jobs. */
export const steps: Migration = {
  name: '0003-steps',
  async up(tx, dialect) {
    const [text, integer] =
      dialect === 'sqlite' ? ['text', 'integer'] : ['text collate "C"', 'bigint']
    for (const statement of [
      `alter table submission add column progress ${text} not null default '{}'`,
      `alter table submission add column stuck ${text}`,
      `create index submission_stuck on submission (updated_at) where stuck is not null`,
      `alter table job add column attempts_max ${integer}`,
      `alter table job add column every_ms ${integer}`,
      `alter table job add column deadline ${text}`,
    ])
      await sql.raw(statement).execute(tx)
  },
}
