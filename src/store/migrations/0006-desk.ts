import { runEach, type Migration } from './migration.ts'

/** By when the office should have dealt with a submission. */
export const desk: Migration = {
  name: '0006-desk',
  async up(tx, dialect) {
    await runEach(tx, dialect, [
      `alter table submission add column warn_at text`,
      `alter table submission add column escalate_at text`,
      `create index submission_warn on submission (warn_at) where warn_at is not null`,
    ])
  },
}
