import { runEach, type Migration } from './migration.ts'

/** Cards with which members of the staff prove who they are. See `../tables.ts`. */
export const staffCards: Migration = {
  name: '0015-staff-cards',
  async up(tx, dialect) {
    await runEach(tx, dialect, [
      `create table staff_card (
        id text primary key,
        staff_id text not null references staff (id),
        subject text not null unique,
        created_at text not null,
        used_at text
      )`,
      `create index staff_card_by_owner on staff_card (staff_id)`,
    ])
  },
}
