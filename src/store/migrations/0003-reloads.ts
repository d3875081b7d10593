import { runEach, type Migration } from './migration.ts'

/** Looks at the definitions, which every running program follows, and the programs that run. */
export const reloads: Migration = {
  name: '0003-reloads',
  async up(tx, dialect) {
    await runEach(tx, dialect, [
      `create table reload (
        seq integer primary key,
        at text not null,
        requested_by text not null,
        hash text,
        report text
      )`,
      `create table node (
        id text primary key,
        name text not null,
        hash text not null,
        seq integer not null,
        outcome text not null,
        detail text not null,
        changed_at text not null,
        seen_at text not null
      )`,
    ])
  },
}
