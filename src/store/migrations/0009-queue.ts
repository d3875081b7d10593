import { runEach, type Migration } from './migration.ts'

/** Who of the staff deals with a submission; indexes for the order of the review desk's list. */
export const queue: Migration = {
  name: '0009-queue',
  async up(tx, dialect) {
    await runEach(tx, dialect, [
      `alter table submission add column assignee text`,
      `create index submission_by_assignee on submission (assignee) where assignee is not null`,
      // Whatever the list counts is in it, so that counting never looks at the table.
      `create index submission_open on submission (created_at, id, workflow, state, assignee, warn_at, escalate_at, stuck) where "end" is null`,
      `create index submission_by_time on submission (created_at, id)`,
    ])
  },
}
