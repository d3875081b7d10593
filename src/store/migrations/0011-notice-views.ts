import { runEach, type Migration } from './migration.ts'

/** How often each notice was opened; nothing about who did. */
export const noticeViews: Migration = {
  name: '0011-notice-views',
  async up(tx, dialect) {
    await runEach(tx, dialect, [
      `create table notice_view (
        portal text not null,
        notice text not null,
        count integer not null,
        primary key (portal, notice)
      )`,
    ])
  },
}
