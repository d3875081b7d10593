import { runEach, type Migration } from './migration.ts'

/** The second factor of the staff: sealed secrets, hashed recovery codes, and when a session last proved one. */
export const secondFactor: Migration = {
  name: '0012-second-factor',
  async up(tx, dialect) {
    await runEach(tx, dialect, [
      `create table staff_factor (
        staff_id text primary key references staff (id),
        secret text not null,
        last_step integer not null,
        created_at text not null
      )`,
      `create table staff_recovery (
        staff_id text not null references staff (id),
        code_hash text not null,
        primary key (staff_id, code_hash)
      )`,
      `alter table session add column factor_at text`,
    ])
  },
}
