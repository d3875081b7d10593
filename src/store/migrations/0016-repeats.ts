import { runEach, type Migration } from './migration.ts'

/** A request that filed a submission is known for as long as the submission is (R16). See `../tables.ts`. */
export const repeats: Migration = {
  name: '0016-repeats',
  async up(tx, dialect) {
    await runEach(tx, dialect, [
      'alter table idempotency add column submission_id text references submission (id) on delete cascade',
      'drop index idempotency_by_age',
      'create index idempotency_by_age on idempotency (created_at) where submission_id is null',
      'create index idempotency_by_submission on idempotency (submission_id) where submission_id is not null',
    ])
  },
}
