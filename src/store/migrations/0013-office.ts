import { runEach, type Migration } from './migration.ts'

/** Indexes for what the office looks up: mails by time, and what somebody did. */
export const office: Migration = {
  name: '0013-office',
  async up(tx, dialect) {
    await runEach(tx, dialect, [
      `create index job_mails on job (created_at, id) where kind = 'mail.send'`,
      `create index audit_by_actor on audit (actor, seq)`,
    ])
  },
}
