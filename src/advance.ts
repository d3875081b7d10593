import {
  type AdvanceDeps,
  change,
  createSets,
  type Desk,
  Refused,
  transact,
  type Undone,
  type Work,
} from './advance/commit.ts'
import { actionOf, factsOf } from './advance/given.ts'
import { migrate, type MigrateOutcome } from './advance/migrate.ts'
import { effectDone, effectFailed, elapse } from './advance/report.ts'
import type { Definitions } from './definitions/definitions.ts'
import { assert } from './fault.ts'
import { japanDate } from './form/dates.ts'
import type { Answers, Facts, Form, Json, JsonObject, Locale, Text } from './form/form.ts'
import { unmet } from './form/requires.ts'
import { findAccount } from './store/accounts.ts'
import { filedFacts } from './store/filed.ts'
import { recall, remember, type RequestKey } from './store/idempotency.ts'
import type { Job } from './store/jobs.ts'
import { consumeLink, isOpen, linkByToken } from './store/links.ts'
import { loadSubmission, submissionNumber } from './store/submissions.ts'
import { openActions, type OpenAction } from './workflow/act.ts'
import { between } from './workflow/time.ts'
import type { Actor, Command, Refusal, Submission, Taken } from './workflow/submission.ts'
import type { Workflow } from './workflow/workflow.ts'

export { linkToken, type AdvanceDeps } from './advance/commit.ts'

/** The only way to change a submission (DESIGN §5). Everything a call changes is one transaction. */
export type Advance = {
  /** Files a form whose answers are validated and whose passwords are hashed (Argon2id PHC strings). */
  submit(wish: SubmitWish): Promise<Outcome>
  act(wish: ActWish): Promise<Outcome>
  /** Uses a link up and takes its action. A refused action leaves the link as it was. */
  byLink(wish: LinkWish): Promise<LinkOutcome>
  /** What a link would do; undefined when it cannot be used, whatever the reason. Changes nothing. */
  peekLink(token: string): Promise<OpenLink | undefined>
  /** Agrees to an action that another member of the staff has proposed, or puts it aside. */
  confirm(wish: ConfirmWish): Promise<Outcome>
  /** Writes something down for the office, whatever the state. */
  note(wish: NoteWish): Promise<Outcome>
  /** Lets a stuck step be tried again, or goes on without it. */
  repair(wish: RepairWish): Promise<Outcome>
  /** A timer's job is due. Does nothing when the claim is lost or the submission has moved on. */
  elapse(job: Job): Promise<void>
  effectDone(job: Job, result: Json): Promise<void>
  effectFailed(job: Job, reason: string): Promise<void>
  /**
   * Moves a submission to the present set, or says what has no place there; with `isTrial` nothing changes. The same
   * question to one that is at its end, or on the present set, gives nothing.
   */
  migrate(submissionId: string, options: { readonly isTrial: boolean }): Promise<MigrateOutcome>
  /** What an actor may do with a submission now, and the facts by which that is so: those of whoever filed it. */
  openTo(
    submission: Submission,
    actor: Actor,
  ): Promise<{ readonly actions: readonly OpenAction[]; readonly facts: Facts }>
  /** The set of definitions with this hash, past or present. */
  definitionsOf(hash: string): Promise<Definitions>
  /** Calls `listener` after every commit that stored jobs. Gives the function that ends it. */
  onJobs(listener: () => void): () => void
}

export type SubmitWish = {
  /** Id of the form. */
  readonly form: string
  /** The set by which the answers were accepted, and on which the submission stays; the present one when left out. */
  readonly definitions?: Definitions
  readonly answers: Answers
  readonly actor: Actor
  readonly locale?: Locale
  /** A repeated request gives the submission of the first one; the same key with another request is refused. */
  readonly idempotency?: RequestKey
}
export type ActWish = Taken & {
  readonly submissionId: string
  readonly action: string
  readonly actor: Actor
  readonly locale?: Locale
}
export type ConfirmWish = {
  readonly submissionId: string
  readonly action: string
  readonly agrees: boolean
  readonly note?: string
  /** The `seq` of the submission that the person saw. */
  readonly seen?: number
  readonly actor: Actor
}
export type NoteWish = {
  readonly submissionId: string
  readonly note: string
  readonly actor: Actor
}
export type RepairWish = {
  readonly submissionId: string
  /** The id of the stuck step. */
  readonly step: string
  readonly actor: Actor
} & (
  | { readonly do: 'retry'; readonly note?: string }
  /** Whoever goes on without a step says why. */
  | { readonly do: 'skip'; readonly note: string }
)
export type LinkWish = {
  readonly token: string
  /** Of the action's own form; {} when it has none. */
  readonly answers: Answers
  readonly locale?: Locale
}

/**
 * `wasRepeated`: the idempotency key had made this submission before. `present`: how the submission stands instead, for
 * whoever came second (R12).
 */
export type Outcome = { readonly submission: Submission; readonly wasRepeated?: boolean } | Undone

/**
 * `repeated`: this very link was used a moment ago, with this submission as the result. A double click sends a request
 * twice and shows the second answer, so the caller may show the result again instead of the refusal.
 */
export type LinkOutcome =
  | { readonly submission: Submission }
  | { readonly refusal: Refusal; readonly repeated?: Submission }

export type OpenLink = {
  readonly linkId: string
  readonly action: string
  readonly label: Text
  /** Id of the action's own form, `<portal>/<name>`. */
  readonly form?: string
  readonly submission: Submission
  /** Of the submission's own set of definitions. */
  readonly workflow: Workflow
}

/** A double click comes within seconds; a slow line gets some more. */
const REPEAT_WINDOW_MS = 60_000

export function createAdvance(deps: AdvanceDeps): Advance {
  const desk: Desk = { deps, sets: createSets(deps.definitions), listeners: new Set() }
  return {
    submit: (wish) => submit(desk, wish),
    act: (wish) => act(desk, wish),
    byLink: (wish) => byLink(desk, wish),
    confirm: ({ submissionId, ...wish }) =>
      command(desk, submissionId, { kind: 'confirm', ...wish }),
    note: ({ submissionId, ...wish }) => command(desk, submissionId, { kind: 'note', ...wish }),
    repair: (wish) => repair(desk, wish),
    migrate: (submissionId, options) => migrate(desk, submissionId, options),
    peekLink: (token) => peekLink(desk, token),
    elapse: (job) => elapse(desk, job),
    effectDone: (job, result) => effectDone(desk, job, result),
    effectFailed: (job, reason) => effectFailed(desk, job, reason),
    openTo: (submission, actor) => openTo(desk, submission, actor),
    definitionsOf: (hash) => desk.sets.of(deps.store.db, hash),
    onJobs(listener) {
      desk.listeners.add(listener)
      return () => desk.listeners.delete(listener)
    },
  }
}

async function submit(desk: Desk, wish: SubmitWish): Promise<Outcome> {
  const { answers, actor, locale, idempotency } = wish
  const { clock, newId } = desk.deps
  const set = wish.definitions ?? desk.deps.definitions()
  const form = Object.hasOwn(set.forms, wish.form) ? set.forms[wish.form] : undefined
  if (form?.workflow === undefined) return { refusal: { code: 'unknown' } }
  const { workflow, portal } = form
  const isForAccount = form.access === 'account'
  if (isForAccount && actor.kind !== 'account') return { refusal: { code: 'not-allowed' } }
  const accountId = isForAccount && actor.kind === 'account' ? actor.accountId : undefined
  return transact(desk, async (work) => {
    const now = clock()
    const at = now.toISOString()
    const earlier = idempotency && (await recallSubmission(work, idempotency))
    if (earlier) return { submission: earlier, wasRepeated: true }
    const filed = await filedBy(work, form, accountId)
    const missing = unmet(form, { ...filed, today: japanDate(now) })
    if (missing) throw new Refused({ code: 'not-yet', text: missing.text })
    await desk.sets.keep(work, set, at)
    const id = newId()
    const filing = {
      id,
      number: submissionNumber(id),
      portal,
      form: wish.form,
      workflow,
      definition: set.hash,
      ...(form.class && { class: classIn(filed) }),
      ...(accountId !== undefined && { accountId }),
    }
    const command = { kind: 'submit', filing, answers, actor, at } as const
    const submission = await change(desk, work, undefined, command, locale)
    if (idempotency) {
      const response = JSON.stringify({ submissionId: id })
      await remember(work.tx, idempotency, { status: 201, response, submissionId: id }, now)
    }
    return { submission }
  })
}

/** What the account, or its facility, has filed before. */
async function filedBy(
  { tx }: Work,
  { id, portal, class: classes, requires }: Form,
  accountId: string | undefined,
): Promise<Facts> {
  const row = accountId === undefined ? undefined : await findAccount(tx, accountId)
  if (!row || !(classes || requires)) return {}
  const facility = row.facility_id === null ? {} : { facilityId: row.facility_id }
  return filedFacts(tx, { id: row.id, portal, ...facility }, id)
}

function classIn({ application }: Facts): 'new' | 'change' {
  return (application as JsonObject | undefined)?.class === 'change' ? 'change' : 'new'
}

async function recallSubmission(
  { tx }: Work,
  request: RequestKey,
): Promise<Submission | undefined> {
  const earlier = await recall(tx, request)
  if (earlier.kind === 'mismatch') throw new Refused({ code: 'key-reused' })
  if (earlier.kind === 'new') return undefined
  const { submissionId } = JSON.parse(earlier.response) as JsonObject
  return loadSubmission(tx, String(submissionId))
}

function act(desk: Desk, { submissionId, locale, ...wish }: ActWish): Promise<Outcome> {
  return command(desk, submissionId, { kind: 'act', ...wish }, locale)
}

function repair(desk: Desk, { submissionId, step, actor, ...wish }: RepairWish): Promise<Outcome> {
  const { note } = wish
  return command(
    desk,
    submissionId,
    wish.do === 'skip'
      ? { kind: 'skip-step', step, note: wish.note, actor }
      : { kind: 'retry-step', step, actor, ...(note !== undefined && { note }) },
  )
}

/** Tells one submission one command, at the present moment. */
function command(
  desk: Desk,
  submissionId: string,
  wish: Untimed<Command>,
  locale?: Locale,
): Promise<Outcome> {
  return transact(desk, async (work) => {
    const submission = await loadSubmission(work.tx, submissionId)
    if (!submission) throw new Refused({ code: 'unknown' })
    const timed = { ...wish, at: desk.deps.clock().toISOString() }
    return { submission: await change(desk, work, submission, timed, locale) }
  })
}
type Untimed<Each> = Each extends Command ? Omit<Each, 'at'> : never

function byLink(desk: Desk, { token, answers, locale }: LinkWish): Promise<LinkOutcome> {
  return transact<LinkOutcome>(desk, async (work) => {
    const at = desk.deps.clock().toISOString()
    const link = await consumeLink(work.tx, token, at)
    // Returned, not thrown: what was read is true only once this transaction, and whoever it read from, is committed.
    if (!link) return unusable(work, token, at)
    const submission = await loadSubmission(work.tx, link.submissionId)
    assert(submission, 'A link belongs to a submission')
    const actor = { kind: 'link', linkId: link.id } as const
    const command = { kind: 'act', action: link.action, answers, actor, at } as const
    return { submission: await change(desk, work, submission, command, locale) }
  })
}

async function unusable({ tx }: Work, token: string, at: string): Promise<LinkOutcome> {
  const refusal: Refusal = { code: 'link-unusable' }
  const link = await linkByToken(tx, token)
  if (link?.usedAt === undefined || between(link.usedAt, at) >= REPEAT_WINDOW_MS) return { refusal }
  const repeated = await loadSubmission(tx, link.submissionId)
  return repeated ? { refusal, repeated } : { refusal }
}

async function peekLink(desk: Desk, token: string): Promise<OpenLink | undefined> {
  const { db } = desk.deps.store
  const link = await linkByToken(db, token)
  const now = desk.deps.clock().toISOString()
  if (!link || !isOpen(link) || link.expiresAt <= now) return undefined
  const submission = await loadSubmission(db, link.submissionId)
  if (!submission || submission.end !== undefined) return undefined
  const definitions = await desk.sets.of(db, submission.definition)
  const workflow = definitions.workflows[submission.workflow]
  const action = actionOf(workflow, submission, link.action)
  if (!workflow || !action) return undefined
  return {
    linkId: link.id,
    action: link.action,
    label: action.label,
    ...(action.form !== undefined && { form: `${submission.portal}/${action.form}` }),
    submission,
    workflow,
  }
}

async function openTo({ deps, sets }: Desk, submission: Submission, actor: Actor) {
  const { db } = deps.store
  const definitions = await sets.of(db, submission.definition)
  const workflow = definitions.workflows[submission.workflow]
  if (!workflow) return { actions: [], facts: {} }
  const known = { definitions, workflow }
  const facts = await factsOf(db, known, submission, deps.clock().toISOString())
  return { actions: openActions({ workflow, facts }, submission, actor), facts }
}
