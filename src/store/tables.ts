import type { Generated } from 'kysely'

/**
 * The tables as TypeScript sees them; `migrations/` makes them. Times are ISO 8601 UTC text with milliseconds,
 * ids are random text, JSON is stored as text, booleans do not occur.
 */
export type Tables = {
  definition: DefinitionTable
  submission: SubmissionTable
  event: EventTable
  job: JobTable
  link: LinkTable
  account: AccountTable
  facility_code: FacilityCodeTable
  session: SessionTable
  sitting: SittingTable
  staff: StaffTable
  staff_invite: StaffInviteTable
  staff_factor: StaffFactorTable
  staff_recovery: StaffRecoveryTable
  staff_card: StaffCardTable
  facility: FacilityTable
  facility_number: FacilityNumberTable
  throttle: ThrottleTable
  idempotency: IdempotencyTable
  audit: AuditTable
  reload: ReloadTable
  node: NodeTable
  file: FileTable
  file_use: FileUseTable
  upload: UploadTable
  upload_part: UploadPartTable
  card_challenge: CardChallengeTable
  card_agent: CardAgentTable
  card_error: CardErrorTable
  number_series: NumberSeriesTable
  issued_account: IssuedAccountTable
  issued_document: IssuedDocumentTable
  issued_document_account: IssuedDocumentAccountTable
  notice_view: NoticeViewTable
}

/** Primary key (portal, notice): how often a notice was opened. */
export type NoticeViewTable = { portal: string; notice: string; count: number }

/** Past and present sets of definitions by content hash: { forms, workflows, mails, portals } as JSON. */
export type DefinitionTable = { hash: string; body: string; created_at: string }

export type SubmissionTable = {
  id: string
  number: string
  portal: string
  form: string
  workflow: string
  definition: string
  state: string
  /** JSON; '{}' after erasure. Passwords are hashes already. */
  answers: string
  /** JSON: what the workflow keeps beside the answers (`workflow/progress.ts`). */
  progress: Generated<string>
  /** Why it stands still until somebody of the office decides: `<step>: <reason>`; null: it does not. */
  stuck: string | null
  /** When the office has had it for too long; null where no clock of the office runs. */
  warn_at: string | null
  escalate_at: string | null
  account_id: string | null
  /** Id of the member of the staff who deals with it; null: nobody does yet. No event: it changes nothing for the applicant. */
  assignee: Generated<string | null>
  /** 申請区分: new, change; null for forms without. */
  application_kind: string | null
  /** Hash of the answers that `replaces` names in the present state; null when there is none. */
  replace_key: string | null
  end: string | null
  seq: number
  created_at: string
  updated_at: string
}
/** Primary key (submission_id, seq): the lock that makes one of two racing commands win. */
export type EventTable = {
  submission_id: string
  seq: number
  at: string
  actor: string
  kind: string
  data: string
}
export type JobTable = {
  id: string
  submission_id: string | null
  kind: string
  payload: string
  /** waiting, running, done, failed, cancelled */
  state: string
  run_at: string
  attempts: number
  lease_owner: string | null
  lease_until: string | null
  last_error: string | null
  /** Attempts that may go wrong and the pause between them; null: the worker's own. */
  attempts_max: number | null
  every_ms: number | null
  /** Of a step of a workflow's work only: not tried after this moment, and ended with its state. */
  deadline: string | null
  created_at: string
  done_at: string | null
}
export type LinkTable = {
  id: string
  /** SHA-256 of the token, hex. The token is derived from the id with a key outside the database. */
  token_hash: string
  submission_id: string
  action: string
  then: string | null
  expires_ms: number
  /** Set anew when its mail has been handed over. */
  expires_at: string
  used_at: string | null
  revoked_at: string | null
  created_at: string
}
/** Unique (portal, login) and (portal, identifier). */
export type AccountTable = {
  id: string
  portal: string
  login: string
  /** active, deleted */
  state: string
  password_hash: string
  facility_type: string | null
  facility_id: string | null
  identifier: string | null
  /** JSON: lastName, firstName, phone, … as the workflow names them. */
  attributes: string
  created_at: string
  updated_at: string
}
/** Primary key (portal, facility_id). */
export type FacilityCodeTable = {
  portal: string
  facility_id: string
  code: string
  created_at: string
}
export type SessionTable = {
  /** SHA-256 of the cookie's value, hex. */
  token_hash: string
  /** Exactly one of the two is set. */
  account_id: string | null
  staff_id: string | null
  created_at: string
  last_seen_at: string
  expires_at: string
  /** When its holder last gave a second factor; null: an account, or staff between password and code. */
  factor_at: string | null
}
/** What somebody has typed so far into a form that leads over several pages. */
export type SittingTable = {
  /** The hidden key of the form, which is also the key under which it is filed once. */
  key: string
  form: string
  /** Whose it is: `account:<id>`, or `visitor:<SHA-256 of the cookie>`. */
  holder: string
  /** JSON of the posted fields, sealed with the key outside the database; '' once it is filed. */
  fields: string
  /** Counts the savings: tells a page the browser kept from a newer one. */
  version: number
  /** Where the filed form led. */
  done: string | null
  saved_at: string
  /** 1: its owner finds it in their list, and goes on with it. */
  draft: number
  /** Forgotten after this moment; '' of those saved before there were drafts. */
  keep_until: string
}
export type StaffTable = {
  id: string
  login: string
  name: string
  /** administrator, reviewer, call-centre */
  role: string
  password_hash: string
  state: string
  created_at: string
  updated_at: string
}
export type StaffInviteTable = {
  token_hash: string
  role: string
  expires_at: string
  used_at: string | null
  created_at: string
}
export type StaffFactorTable = {
  staff_id: string
  /** Base64, sealed with the key outside the database. */
  secret: string
  /** The step of the newest code taken: it and those before it are never taken again. */
  last_step: number
  created_at: string
}
/** Primary key (staff_id, code_hash); a used code is gone. */
export type StaffRecoveryTable = { staff_id: string; code_hash: string }
/** `subject`: the card's key, keyed (`src/readings.ts`); one card proves one person. */
export type StaffCardTable = {
  id: string
  staff_id: string
  subject: string
  created_at: string
  used_at: string | null
}
/** Primary key (portal, facility_id). */
export type FacilityTable = {
  portal: string
  facility_id: string
  facility_type: string
  prefecture: string
  code7: string
  name: string
  founder: string
  postal_code: string
  address: string
  phone: string
  institution_size: string
  colocated_with_medical: string
  bank_account: string
  status: string
  updated_at: string
}
/** Primary key (portal, facility_type, registration_number); folded: no hyphens, half width. */
export type FacilityNumberTable = {
  portal: string
  facility_type: string
  registration_number: string
  facility_id: string
  /** Birth date of the 施術管理者 of this number. */
  birth_date: string
}
export type ThrottleTable = {
  key: string
  count: number
  window_started_at: string
  blocked_until: string | null
}
/** Primary key (scope, key). */
export type IdempotencyTable = {
  scope: string
  key: string
  request_hash: string
  status: number
  response: string
  created_at: string
  /** What the request filed. */
  submission_id: string | null
}
/** Append only, kept by triggers. hash = SHA-256 over prev_hash and the row. */
export type AuditTable = {
  seq: number
  at: string
  actor: string
  kind: string
  subject: string
  data: string
  prev_hash: string
  hash: string
}
/** Looks at the definitions by people and by programs that watch them; `hash` is null when there were problems. */
export type ReloadTable = {
  seq: number
  at: string
  requested_by: string
  hash: string | null
  report: string | null
}
/** Programs that run on this database, each with the set it serves. */
export type NodeTable = {
  id: string
  name: string
  hash: string
  seq: number
  outcome: string
  detail: string
  changed_at: string
  seen_at: string
}

/** The bytes are in the place of files (`src/files`) under the same id. */
export type FileTable = {
  id: string
  /** attachment (of an applicant), document (issued by us) */
  kind: string
  portal: string
  /** The sitting at a form in which it was attached: whoever has this id may use the file in that form. */
  draft_id: string | null
  /** The member who attached it or for whom it was issued. */
  account_id: string | null
  /** The facility a document was issued for, in `portal`. */
  facility_id: string | null
  /** Id of the field, or the name of the document's definition. */
  field: string
  /** As it was called on the sender's computer: data, never a path. */
  name: string
  /** Media type by content. */
  type: string
  size: number
  /** Hex. */
  sha256: string
  /** pending, clean, infected, not-scanned */
  state: string
  created_at: string
  /** Of the state; and when the last submission that used it gave it up. */
  changed_at: string
}
/** Primary key (submission_id, file_id): a file in the answers of a submission, or issued by it. */
export type FileUseTable = { submission_id: string; file_id: string }
/** A file that is still coming, part by part. */
export type UploadTable = {
  id: string
  portal: string
  form: string
  field: string
  draft_id: string
  account_id: string | null
  name: string
  /** As announced. */
  size: number
  created_at: string
  changed_at: string
}
/** Primary key (upload_id, start). The bytes are in the place of files under `file_id`. */
export type UploadPartTable = { upload_id: string; start: number; size: number; file_id: string }
/** One wish to read a card. Primary key: SHA-256 of the nonce; the nonce itself is kept nowhere. */
export type CardChallengeTable = {
  nonce_hash: string
  form: string
  field: string
  /** SHA-256 of sitting and account: whoever asked is the only one who may answer. */
  bound_to: string
  created_at: string
  expires_at: string
  /** Set once: a nonce is answered once. */
  answered_at: string | null
  /** Set once: what was read goes into one submission. */
  filed_at: string | null
  /** Of the way by code: SHA-256 of the code, of the ticket given for it, the sealed work and its sealed result. */
  code_hash: string | null
  ticket_hash: string | null
  work: string | null
  result: string | null
}
/** Card programs seen lately, by their random id; nothing of a person or a card. */
export type CardAgentTable = {
  id: string
  version: string
  /** JSON: drivers with their versions and states. */
  readers: string
  /** JSON: plugins with their versions. */
  plugins: string
  seen_at: string
}
/** Primary key (day, code). */
export type CardErrorTable = { day: string; code: string; count: number }

/** The last number taken of a pattern such as `W0000000`: counted up in the transaction that uses it, so without gaps. */
export type NumberSeriesTable = { pattern: string; last: number }

/**
 * An account in another system, issued to an owner. Unique (job_id, position): a repeated job issues nothing twice.
 * Unique (portal, owner, issue, number, environment): two jobs do not give one terminal number twice.
 */
export type IssuedAccountTable = {
  id: string
  portal: string
  /** `facility:<facility_id>`, or `account:<id>` of a member without a facility. */
  owner: string
  submission_id: string
  job_id: string
  position: number
  /** The kind of account, as the workflow calls it. */
  issue: string
  /** Counted from 1 for each owner and kind: the terminal. */
  number: number
  /** Name of the environment, '' when there are none. */
  environment: string
  /** JSON: { user: 'W0000001' } */
  ids: string
  /** The initial password, sealed with a key outside the database and bound to this row; null once it is destroyed. */
  sealed: string | null
  /** By which procedure and key. */
  sealed_with: string | null
  /** When the password is destroyed at the latest. */
  keep_until: string | null
  /** How long it is kept after it was first shown. */
  shown_ms: number | null
  created_at: string
}
/** Primary key id; unique (job_id, position). */
export type IssuedDocumentTable = {
  id: string
  portal: string
  owner: string
  submission_id: string
  job_id: string
  position: number
  /** Name of its definition, in the set `definition`. */
  document: string
  definition: string
  title: string
  /** JSON: what its placeholders take, by ref; no secret. */
  values: string
  /** The finished file; null: it shows a secret and is drawn anew each time, so that none lies about. */
  file_id: string | null
  created_at: string
  first_opened_at: string | null
}
/** Primary key (document_id, account_id): the accounts whose secrets a document shows. */
export type IssuedDocumentAccountTable = { document_id: string; account_id: string }
