import { runEach, type Migration } from './migration.ts'

/** 申請区分 of a submission. */
export const submissionClass: Migration = {
  name: '0008-class',
  async up(tx, dialect) {
    await runEach(tx, dialect, [`alter table submission add column application_kind text`])
  },
}
