import type { Selectable, Updateable } from 'kysely'
import type { Answers, JsonObject } from '../form/form.ts'
import { sha256 } from '../hash.ts'
import { stuckStep, type Progress } from '../workflow/progress.ts'
import type { Actor, Event, Submission } from '../workflow/submission.ts'
import type { End } from '../workflow/workflow.ts'
import type { Db } from './open.ts'
import type { EventTable, SubmissionTable } from './tables.ts'

/** No 0/O, 1/I/L, 2/Z, 5/S, 8/B, U/V: read out on the phone and copied from paper, a number stays what it is. */
const NUMBER_CHARACTERS = '34679ACDEFGHJKMNPQRTWXY'
const NUMBER_LENGTH = 8

/** The number for people that belongs to an id, `R7K4-49QX`. Two ids may share one (1 in 78 thousand million): it is unique in the table. */
export function submissionNumber(id: string): string {
  let rest = BigInt(`0x${sha256(id)}`)
  let characters = ''
  while (characters.length < NUMBER_LENGTH) {
    characters += NUMBER_CHARACTERS[Number(rest % BigInt(NUMBER_CHARACTERS.length))]
    rest /= BigInt(NUMBER_CHARACTERS.length)
  }
  return `${characters.slice(0, NUMBER_LENGTH / 2)}-${characters.slice(NUMBER_LENGTH / 2)}`
}

export async function loadSubmission(db: Db, id: string): Promise<Submission | undefined> {
  const row = await db.selectFrom('submission').selectAll().where('id', '=', id).executeTakeFirst()
  return row && submissionFrom(row)
}

/** `key`: see `takeReplaceKey`. */
export async function insertSubmission(
  tx: Db,
  submission: Submission,
  key: string | null,
): Promise<void> {
  const { id, number, portal, form, workflow, accountId, createdAt } = submission
  await tx
    .insertInto('submission')
    .values({
      ...changing(submission),
      id,
      number,
      portal,
      form,
      workflow,
      account_id: accountId ?? null,
      application_kind: submission.class ?? null,
      replace_key: key === null ? null : sha256(key),
      created_at: createdAt,
    })
    .execute()
}

/** Stores what events may change. The replace key is kept apart: see `takeReplaceKey`. */
export async function updateSubmission(tx: Db, submission: Submission): Promise<void> {
  await tx
    .updateTable('submission')
    .set(changing(submission))
    .where('id', '=', submission.id)
    .execute()
}

function changing(submission: Submission) {
  const { definition, state, answers, progress, end, seq, updatedAt } = submission
  const stuck = end === undefined ? stuckStep(progress) : undefined
  return {
    definition,
    state,
    answers: JSON.stringify(answers),
    progress: JSON.stringify(progress),
    warn_at: progress.warnAt ?? null,
    escalate_at: progress.escalateAt ?? null,
    stuck: stuck ? `${stuck.step}: ${stuck.reason}` : null,
    end: end ?? null,
    seq,
    updated_at: updatedAt,
  } satisfies Updateable<SubmissionTable>
}

/** Submissions of an account, newest first. */
export async function submissionsOfAccount(db: Db, accountId: string): Promise<Submission[]> {
  const rows = await db
    .selectFrom('submission')
    .selectAll()
    .where('account_id', '=', accountId)
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .execute()
  return rows.map(submissionFrom)
}

/** How many submissions are under way by other sets than this one, by workflow and state. */
export async function statesOfEarlierSets(db: Db, hash: string) {
  const rows = await db
    .selectFrom('submission')
    .select(['workflow', 'state', (eb) => eb.fn.countAll<number>().as('count')])
    .where('end', 'is', null)
    .where('definition', '!=', hash)
    .groupBy(['workflow', 'state'])
    .orderBy('workflow')
    .orderBy('state')
    .execute()
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

/** Submissions under way by other sets than this one, in the order of their ids, from behind this id. */
export async function submissionsOfEarlierSets(
  db: Db,
  hash: string,
  after: string,
  countMax: number,
): Promise<readonly Submission[]> {
  const rows = await db
    .selectFrom('submission')
    .selectAll()
    .where('end', 'is', null)
    .where('definition', '!=', hash)
    .where('id', '>', after)
    .orderBy('id')
    .limit(countMax)
    .execute()
  return rows.map(submissionFrom)
}

/** Others still waiting under the same key, which only this state of this workflow in this portal gives. */
export async function waitingUnderKey(
  tx: Db,
  key: string,
  exceptId: string,
): Promise<Submission[]> {
  const rows = await tx
    .selectFrom('submission')
    .selectAll()
    .where('replace_key', '=', sha256(key))
    .where('id', '!=', exceptId)
    .where('end', 'is', null)
    .execute()
  return rows.map(submissionFrom)
}

/** Stored as a hash, since it is made of answers. null gives the key back. */
export async function takeReplaceKey(tx: Db, id: string, key: string | null): Promise<void> {
  await tx
    .updateTable('submission')
    .set({ replace_key: key === null ? null : sha256(key) })
    .where('id', '=', id)
    .execute()
}

/** (submission, seq) is the primary key: of two racing decisions one fails here. */
export async function appendEvents(tx: Db, id: string, events: readonly Event[]): Promise<void> {
  if (events.length === 0) return
  await tx
    .insertInto('event')
    .values(
      events.map(({ seq, at, actor, kind, data }) => ({
        submission_id: id,
        seq,
        at,
        actor: actorText(actor),
        kind,
        data: JSON.stringify(data),
      })),
    )
    .execute()
}

export async function eventsOf(db: Db, id: string): Promise<Event[]> {
  const rows = await db
    .selectFrom('event')
    .selectAll()
    .where('submission_id', '=', id)
    .orderBy('seq')
    .execute()
  return rows.map(eventFrom)
}

/** How it came in: a submission that is there has one. */
export async function firstEventOf(db: Db, id: string): Promise<Event | undefined> {
  const row = await db
    .selectFrom('event')
    .selectAll()
    .where('submission_id', '=', id)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  return row && eventFrom(row)
}

function eventFrom({ seq, at, actor, kind, data }: Selectable<EventTable>): Event {
  return {
    seq,
    at,
    actor: actorFrom(actor),
    kind: kind as Event['kind'],
    data: JSON.parse(data) as JsonObject,
  }
}

/** A submission that stands still until somebody of the office decides. */
export type StuckEntry = {
  readonly id: string
  readonly number: string
  readonly portal: string
  readonly form: string
  readonly reason: string
  readonly since: string
}

/** One page of what stands still, longest first. */
export async function stuckPage(
  db: Db,
  {
    portals,
    workflows,
  }: { readonly portals?: readonly string[]; readonly workflows?: readonly string[] },
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly StuckEntry[]> {
  let query = db
    .selectFrom('submission')
    .select(['id', 'number', 'portal', 'form', 'stuck', 'updated_at'])
    .where('stuck', 'is not', null)
    .where('end', 'is', null)
  if (portals) query = query.where('portal', 'in', portals)
  if (workflows) query = query.where('workflow', 'in', workflows)
  const rows = await query.orderBy('updated_at').orderBy('id').limit(limit).offset(offset).execute()
  return rows.map(({ stuck, updated_at: since, ...row }) => ({
    ...row,
    reason: stuck ?? '',
    since,
  }))
}

/** The id behind a number for people. */
export async function idOfNumber(db: Db, number: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('submission')
    .select('id')
    .where('number', '=', number)
    .executeTakeFirst()
  return row?.id
}

/** When an action was taken, oldest first, looking back to `since`. */
export async function usesOf(
  db: Db,
  id: string,
  action: string,
  since: string,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('event')
    .select(['at', 'data'])
    .where('submission_id', '=', id)
    .where('kind', '=', 'acted')
    .where('at', '>=', since)
    .orderBy('seq')
    .execute()
  return rows
    .filter(({ data }) => (JSON.parse(data) as JsonObject).action === action)
    .map(({ at }) => at)
}

/** Takes the answers, and what steps have given, out of the events; those of the snapshot go with `updateSubmission`, of jobs with `eraseJobs`. */
export async function eraseEventAnswers(tx: Db, id: string): Promise<void> {
  const rows = await tx
    .selectFrom('event')
    .select(['seq', 'data'])
    .where('submission_id', '=', id)
    .where('kind', 'in', ['submitted', 'acted', 'effect-done'])
    .execute()
  for (const { seq, data } of rows) {
    const { answers, result, ...rest } = JSON.parse(data) as JsonObject
    if (answers === undefined && result === undefined) continue
    await tx
      .updateTable('event')
      .set({ data: JSON.stringify(rest) })
      .where('submission_id', '=', id)
      .where('seq', '=', seq)
      .execute()
  }
}

/** `visitor`, `system`, `link:<id>`, `account:<id>`, `staff:<id>:<role>`; ids contain no colon. */
export function actorText(actor: Actor): string {
  switch (actor.kind) {
    case 'link':
      return `link:${actor.linkId}`
    case 'account':
      return `account:${actor.accountId}`
    case 'staff':
      return `staff:${actor.staffId}:${actor.role}`
    case 'visitor':
    case 'system':
      return actor.kind
  }
}

export function actorFrom(text: string): Actor {
  const [kind, id = '', role = ''] = text.split(':')
  switch (kind) {
    case 'link':
      return { kind, linkId: id }
    case 'account':
      return { kind, accountId: id }
    case 'staff':
      return { kind, staffId: id, role }
    case 'visitor':
      return { kind }
    default:
      return { kind: 'system' }
  }
}

function submissionFrom(row: Selectable<SubmissionTable>): Submission {
  return {
    id: row.id,
    number: row.number,
    portal: row.portal,
    form: row.form,
    workflow: row.workflow,
    definition: row.definition,
    state: row.state,
    answers: JSON.parse(row.answers) as Answers,
    progress: JSON.parse(row.progress) as Progress,
    ...(row.account_id !== null && { accountId: row.account_id }),
    ...((row.application_kind === 'new' || row.application_kind === 'change') && {
      class: row.application_kind,
    }),
    ...(row.end !== null && { end: row.end as End }),
    seq: row.seq,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
