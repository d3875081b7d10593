import { sql } from 'kysely'
import type { Migration } from './migration.ts'

/** Accounts and documents that are issued. See `../tables.ts` for what each column means. */
export const issued: Migration = {
  name: '0007-issued',
  async up(tx, dialect) {
    for (const statement of statements) {
      const own =
        dialect === 'sqlite'
          ? statement
          : statement.replace(/\btext\b/g, 'text collate "C"').replace(/\binteger\b/g, 'bigint')
      await sql.raw(own).execute(tx)
    }
  },
}

const statements = [
  `create table number_series (
    pattern text primary key,
    last integer not null
  )`,
  `create table issued_account (
    id text primary key,
    portal text not null,
    owner text not null,
    submission_id text not null references submission (id),
    job_id text not null,
    position integer not null,
    issue text not null,
    number integer not null,
    environment text not null,
    ids text not null,
    sealed text,
    sealed_with text,
    keep_until text,
    shown_ms integer,
    created_at text not null,
    unique (job_id, position),
    unique (portal, owner, issue, number, environment)
  )`,
  `create index issued_account_by_submission on issued_account (submission_id)`,
  `create index issued_account_by_end on issued_account (keep_until) where sealed is not null`,
  `create table issued_document (
    id text primary key,
    portal text not null,
    owner text not null,
    submission_id text not null references submission (id),
    job_id text not null,
    position integer not null,
    document text not null,
    definition text not null references definition (hash),
    title text not null,
    "values" text not null,
    file_id text references file (id),
    created_at text not null,
    first_opened_at text,
    unique (job_id, position)
  )`,
  `create index issued_document_by_owner on issued_document (portal, owner, document, created_at)`,
  `create index issued_document_by_submission on issued_document (submission_id)`,
  `create table issued_document_account (
    document_id text not null references issued_document (id),
    account_id text not null references issued_account (id),
    primary key (document_id, account_id)
  )`,
  `create index issued_document_account_by_account on issued_document_account (account_id)`,
]
