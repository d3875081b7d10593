import { runEach, type Migration } from './migration.ts'

/** Files, which submissions use them, and uploads under way. See `../tables.ts` for what each column means. */
export const files: Migration = {
  name: '0002-files',
  async up(tx, dialect) {
    await runEach(tx, dialect, statements)
  },
}

const statements = [
  `create table file (
    id text primary key,
    kind text not null,
    portal text not null,
    draft_id text,
    account_id text,
    facility_id text,
    field text not null,
    name text not null,
    type text not null,
    size integer not null,
    sha256 text not null,
    state text not null,
    created_at text not null,
    changed_at text not null
  )`,
  `create index file_by_draft on file (draft_id) where draft_id is not null`,
  `create index file_by_account on file (account_id, created_at) where account_id is not null`,
  `create index file_by_facility on file (portal, facility_id) where facility_id is not null`,
  `create index file_by_state on file (state, changed_at)`,
  `create table file_use (
    submission_id text not null references submission (id),
    file_id text not null references file (id) on delete cascade,
    primary key (submission_id, file_id)
  )`,
  `create index file_use_by_file on file_use (file_id)`,
  `create table upload (
    id text primary key,
    portal text not null,
    form text not null,
    field text not null,
    draft_id text not null,
    account_id text,
    name text not null,
    size integer not null,
    created_at text not null,
    changed_at text not null
  )`,
  `create index upload_by_age on upload (changed_at)`,
  `create index upload_by_draft on upload (draft_id)`,
  `create table upload_part (
    upload_id text not null references upload (id) on delete cascade,
    start integer not null,
    size integer not null,
    file_id text not null,
    primary key (upload_id, start)
  )`,
]
