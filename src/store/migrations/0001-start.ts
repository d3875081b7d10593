import { runEach, type Migration } from './migration.ts'

/** The first tables. See `../tables.ts` for what each column means. */
export const start: Migration = {
  name: '0001-start',
  async up(tx, dialect) {
    await runEach(tx, dialect, [
      ...workflowTables,
      ...accountTables,
      ...facilityTables,
      ...guardTables,
      ...appendOnly[dialect],
    ])
  },
}

const workflowTables = [
  `create table definition (
    hash text primary key,
    body text not null,
    created_at text not null
  )`,
  `create table submission (
    id text primary key,
    number text not null unique,
    portal text not null,
    form text not null,
    workflow text not null,
    definition text not null references definition (hash),
    state text not null,
    answers text not null,
    account_id text,
    replace_key text,
    "end" text,
    seq integer not null,
    created_at text not null,
    updated_at text not null
  )`,
  // A later submission with the same key replaces an earlier one that is still in its first state.
  `create index submission_by_replace_key on submission (replace_key) where replace_key is not null`,
  `create index submission_by_account on submission (account_id, created_at)`,
  `create index submission_by_workflow on submission (portal, workflow, state)`,
  `create table event (
    submission_id text not null references submission (id),
    seq integer not null,
    at text not null,
    actor text not null,
    kind text not null,
    data text not null,
    primary key (submission_id, seq)
  )`,
  `create table job (
    id text primary key,
    submission_id text references submission (id),
    kind text not null,
    payload text not null,
    state text not null,
    run_at text not null,
    attempts integer not null,
    lease_owner text,
    lease_until text,
    last_error text,
    created_at text not null,
    done_at text
  )`,
  `create index job_due on job (state, run_at)`,
  `create index job_by_submission on job (submission_id)`,
  `create table link (
    id text primary key,
    token_hash text not null unique,
    submission_id text not null references submission (id),
    action text not null,
    "then" text,
    expires_ms integer not null,
    expires_at text not null,
    used_at text,
    revoked_at text,
    created_at text not null
  )`,
  `create index link_by_submission on link (submission_id)`,
]

const accountTables = [
  `create table account (
    id text primary key,
    portal text not null,
    login text not null,
    state text not null,
    password_hash text not null,
    facility_type text,
    facility_id text,
    identifier text,
    attributes text not null,
    created_at text not null,
    updated_at text not null,
    unique (portal, login),
    unique (portal, identifier)
  )`,
  `create index account_by_facility on account (portal, facility_id)`,
  `create table facility_code (
    portal text not null,
    facility_id text not null,
    code text not null,
    created_at text not null,
    primary key (portal, facility_id)
  )`,
  `create table staff (
    id text primary key,
    login text not null unique,
    name text not null,
    role text not null,
    password_hash text not null,
    state text not null,
    created_at text not null,
    updated_at text not null
  )`,
  `create table staff_invite (
    token_hash text primary key,
    role text not null,
    expires_at text not null,
    used_at text,
    created_at text not null
  )`,
  `create table session (
    token_hash text primary key,
    account_id text references account (id) on delete cascade,
    staff_id text references staff (id) on delete cascade,
    created_at text not null,
    last_seen_at text not null,
    expires_at text not null,
    check ((account_id is null) <> (staff_id is null))
  )`,
  `create index session_by_account on session (account_id)`,
  `create index session_by_staff on session (staff_id)`,
  `create index session_by_expiry on session (expires_at)`,
]

const facilityTables = [
  `create table facility (
    portal text not null,
    facility_id text not null,
    facility_type text not null,
    prefecture text not null,
    code7 text not null,
    name text not null,
    founder text not null,
    postal_code text not null,
    address text not null,
    phone text not null,
    institution_size text not null,
    colocated_with_medical text not null,
    bank_account text not null,
    status text not null,
    updated_at text not null,
    primary key (portal, facility_id)
  )`,
  // Lookups name a type and a code; the portal is known from the type in most of them.
  `create index facility_by_code on facility (facility_type, prefecture, code7)`,
  `create table facility_number (
    portal text not null,
    facility_type text not null,
    registration_number text not null,
    facility_id text not null,
    birth_date text not null,
    primary key (portal, facility_type, registration_number),
    foreign key (portal, facility_id) references facility (portal, facility_id)
  )`,
  `create index facility_number_by_facility on facility_number (portal, facility_id)`,
  `create index facility_number_by_number on facility_number (facility_type, registration_number)`,
]

const guardTables = [
  `create table throttle (
    key text primary key,
    count integer not null,
    window_started_at text not null,
    blocked_until text
  )`,
  `create index throttle_by_start on throttle (window_started_at)`,
  `create table idempotency (
    scope text not null,
    key text not null,
    request_hash text not null,
    status integer not null,
    response text not null,
    created_at text not null,
    primary key (scope, key)
  )`,
  `create index idempotency_by_age on idempotency (created_at)`,
  `create table audit (
    seq integer primary key,
    at text not null,
    actor text not null,
    kind text not null,
    subject text not null,
    data text not null,
    prev_hash text not null unique,
    hash text not null
  )`,
  `create index audit_by_subject on audit (subject, seq)`,
]

/** What happened stays as it was written, whoever holds the connection (S43). */
const appendOnly = {
  sqlite: ['update', 'delete'].map(
    (change) => `create trigger audit_no_${change} before ${change} on audit
      begin select raise(abort, 'audit is append-only'); end`,
  ),
  postgres: [
    `create function audit_refuse() returns trigger language plpgsql as
      $$ begin raise exception 'audit is append-only'; end $$`,
    `create trigger audit_no_change before update or delete or truncate on audit
      for each statement execute function audit_refuse()`,
  ],
}
