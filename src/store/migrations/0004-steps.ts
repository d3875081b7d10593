import { runEach, type Migration } from './migration.ts'

/** What a workflow's work needs: the progress of a submission, and the clocks of its jobs. */
export const steps: Migration = {
  name: '0004-steps',
  async up(tx, dialect) {
    await runEach(tx, dialect, [
      `alter table submission add column progress text not null default '{}'`,
      `alter table submission add column stuck text`,
      `create index submission_stuck on submission (updated_at) where stuck is not null`,
      `alter table job add column attempts_max integer`,
      `alter table job add column every_ms integer`,
      `alter table job add column deadline text`,
    ])
  },
}
