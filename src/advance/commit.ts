import { randomInt } from 'node:crypto'
import type { Definitions } from '../definitions/definitions.ts'
import { assert, Fault } from '../fault.ts'
import { attachedIn } from '../form/attachments.ts'
import type { Form, JsonObject, Locale } from '../form/form.ts'
import type { Keys } from '../keys.ts'
import { appendAudit, type AuditEntry } from '../store/audit.ts'
import { loadDefinitions, saveDefinitions } from '../store/definitions.ts'
import { useFiles } from '../store/files.ts'
import { insertJobs } from '../store/jobs.ts'
import type { Db, Store, Tx } from '../store/open.ts'
import { carryOut, type OperationContext } from '../store/operations.ts'
import {
  actorText,
  appendEvents,
  insertSubmission,
  takeReplaceKey,
  updateSubmission,
  waitingUnderKey,
} from '../store/submissions.ts'
import { decide } from '../workflow/engine.ts'
import type {
  Actor,
  Command,
  Decision,
  Operation,
  Refusal,
  Submission,
} from '../workflow/submission.ts'
import { actionOf, type FieldTypes, gather } from './given.ts'
import { withSealedAnswers } from './sealed.ts'

export type AdvanceDeps = {
  readonly store: Store
  /** The present set; submissions begin with it and stay on it. */
  readonly definitions: () => Definitions
  /** By name, to know which answers are secret. */
  readonly fieldTypes: FieldTypes
  readonly keys: Pick<Keys, 'derive' | 'seal'>
  readonly clock: () => Date
  readonly newId: () => string
  /** So many random digits. Default: from the system's secure source. */
  readonly newDigits?: (count: number) => string
}

/** What all calls of one `advance` share. */
export type Desk = {
  readonly deps: AdvanceDeps
  readonly sets: Sets
  readonly listeners: Set<() => void>
}

/** Sets of definitions by hash: the present one, and past ones out of the store. */
export type Sets = {
  of(db: Db, hash: string): Promise<Definitions>
  /** Makes sure the set is in the store, where submissions refer to it. */
  keep(work: Work, set: Definitions, at: string): Promise<void>
  markStored(hash: string): void
}

/** One transaction on its way, with what matters once it is committed. */
export type Work = {
  readonly tx: Tx
  hasJobs: boolean
  storedSet: string | undefined
}

export const system: Actor = { kind: 'system' }

/** Undoes a transaction by being thrown out of it; `transact` turns it back into an answer. */
export class Refused extends Error {
  readonly refusal: Refusal
  /** How the submission stands instead, where that may be told. */
  readonly present: Submission | undefined
  constructor(refusal: Refusal, present?: Submission) {
    super(refusal.code)
    this.refusal = refusal
    this.present = present
  }
}

/** Definitions of old submissions kept in memory. */
const PAST_SETS_MAX = 8
/** Repetitions after a clash of unique values: number for people, event, audit row, account. */
const ATTEMPTS_MAX = 5

type Decided = Exclude<Decision, { readonly refusal: Refusal }>

export function createSets(definitions: () => Definitions): Sets {
  const past = new Map<string, Definitions>()
  const stored = new Set<string>()
  return {
    async of(db, hash) {
      const present = definitions()
      const known = present.hash === hash ? present : past.get(hash)
      if (known) return known
      const row = await loadDefinitions(db, hash)
      if (!row)
        throw new Fault('advance.definitions', `No definitions with the hash ${hash} are stored`)
      const set = JSON.parse(row.body) as Definitions
      const [oldest] = past.keys()
      if (past.size >= PAST_SETS_MAX && oldest !== undefined) past.delete(oldest)
      past.set(hash, set)
      return set
    },
    async keep(work, set, at) {
      if (stored.has(set.hash)) return
      await saveDefinitions(work.tx, { hash: set.hash, body: JSON.stringify(set) }, at)
      work.storedSet = set.hash
    },
    markStored: (hash) => void stored.add(hash),
  }
}

export type Undone = { readonly refusal: Refusal; readonly present?: Submission }

/** Runs one transaction; a refusal found half-way undoes all of it. */
export async function transact<T>(
  { deps, sets, listeners }: Desk,
  run: (work: Work) => Promise<T>,
): Promise<T | Undone> {
  for (let attempt = 1; ; attempt++) {
    let work: Work | undefined
    try {
      const result = await deps.store.write((tx) => {
        work = { tx, hasJobs: false, storedSet: undefined }
        return run(work)
      })
      if (work?.storedSet !== undefined) sets.markStored(work.storedSet)
      if (work?.hasJobs) for (const listener of listeners) listener()
      return result
    } catch (error) {
      if (error instanceof Refused) {
        const { refusal, present } = error
        return { refusal, ...(present && { present }) }
      }
      const isClash = error instanceof Fault && error.code === 'store.unique'
      if (!isClash || attempt >= ATTEMPTS_MAX) throw error
    }
  }
}

/** Decides one command and carries it out in the transaction. Throws Refused. */
export async function change(
  desk: Desk,
  work: Work,
  submission: Submission | undefined,
  wish: Command,
  locale?: Locale,
): Promise<Submission> {
  const { tx } = work
  const filing = wish.kind === 'submit' ? wish.filing : submission
  assert(filing !== undefined, 'A command other than submit needs a submission')
  const hash = wish.kind === 'migrate' ? wish.move.definition : filing.definition
  const definitions = await desk.sets.of(tx, hash)
  const workflow = definitions.workflows[filing.workflow]
  assert(workflow, `There is no workflow '${filing.workflow}'`)
  const wished = wish.kind === 'act' ? actionOf(workflow, submission, wish.action)?.form : undefined
  const form = wish.kind === 'submit' ? filing.form : wished && `${filing.portal}/${wished}`
  const command = withSealedAnswers(desk.deps.keys, definitions, filing, form, wish)
  const known = { definitions, workflow, submission, command, locale }
  const given = await gather(tx, desk.deps, known)
  const isWish = ['submit', 'act', 'confirm'].includes(command.kind)
  // The account is gone: what it filed cannot go on, but may still run out.
  if (isWish && filing.accountId !== undefined && given.facts.account === undefined)
    throw new Refused({ code: 'not-possible-now' })
  const decision = decide(given, submission, command)
  if ('refusal' in decision) throw new Refused(decision.refusal, submission)

  if (submission === undefined)
    await insertSubmission(tx, decision.submission, replaceKeyIn(decision))
  else await updateSubmission(tx, decision.submission)
  await appendEvents(tx, filing.id, decision.events)
  await useFiles(tx, filing.id, attachedBy(command, known))
  const isNew = submission === undefined
  await perform(desk, work, decision, { definitions, at: command.at, isNew })
  await appendAudit(tx, auditEntry(command, decision))
  return decision.submission
}

/** The files in the answers that come with a command: from now on the submission uses them. */
function attachedBy(
  command: Command,
  { definitions, workflow, submission }: Omit<Parameters<typeof gather>[2], 'locale' | 'command'>,
): readonly string[] {
  if (command.kind !== 'submit' && command.kind !== 'act') return []
  const action = command.kind === 'act' ? actionOf(workflow, submission, command.action) : undefined
  const form =
    command.kind === 'submit'
      ? command.filing.form
      : action?.form && `${submission?.portal ?? ''}/${action.form}`
  const corrected = command.kind === 'act' ? command.changes : undefined
  return [
    ...filesIn(definitions.forms[form ?? ''], command.answers),
    ...filesIn(definitions.forms[submission?.form ?? ''], corrected ?? {}),
  ]
}

function filesIn(form: Form | undefined, answers: JsonObject): readonly string[] {
  return Object.values(form?.fields ?? {})
    .filter((field) => field.type === 'attachment')
    .flatMap((field) => attachedIn(answers[field.id] ?? undefined))
    .map((file) => file.id)
}

async function perform(
  desk: Desk,
  work: Work,
  { operations, submission }: Decided,
  around: { readonly definitions: Definitions; readonly at: string; readonly isNew: boolean },
): Promise<void> {
  const { definitions, at, isNew } = around
  const { tx } = work
  const { id, portal } = submission
  const context: OperationContext = {
    submissionId: id,
    isNew,
    portal,
    at,
    tokenOf: (linkId) => linkToken(desk.deps.keys, linkId),
    codeDigitsOf: (type) =>
      definitions.portals[portal]?.facilityTypes.find((each) => each.id === type)?.codeDigits,
    newDigits: desk.deps.newDigits ?? randomDigits,
  }
  for (const operation of operations) {
    if (operation.kind === 'job') continue
    if (operation.kind === 'replace-others') {
      const command = { kind: 'replace', by: id, actor: system, at } as const
      for (const other of await waitingUnderKey(tx, operation.key, id))
        await change(desk, work, other, command)
      if (!isNew) await takeReplaceKey(tx, id, operation.key)
      continue
    }
    const refusal = await carryOut(tx, context, operation)
    if (refusal) throw new Refused(refusal)
  }
  const jobs = operations.filter(isJob).map(({ job }) => job)
  if (jobs.length > 0 || operations.some(({ kind }) => kind === 'job-again')) work.hasJobs = true
  await insertJobs(tx, id, jobs, at)
}

/** The secret part of a link's address; the store holds its hash, and nobody who reads the database can make it. */
export function linkToken(keys: Pick<Keys, 'derive'>, linkId: string): string {
  return keys.derive('link', linkId)
}

/** Without answers: the chain is kept for ever, answers are not. */
function auditEntry(command: Command, { events, operations, submission }: Decided): AuditEntry {
  const accounts = operations.flatMap((operation) =>
    operation.kind === 'account-create' ? [{ created: operation.account.id }] : [],
  )
  const data: JsonObject = {
    number: submission.number,
    definition: submission.definition,
    events: events.map(({ seq, kind }) => `${seq} ${kind}`),
    state: submission.state,
    ...(submission.end !== undefined && { end: submission.end }),
    ...((command.kind === 'act' || command.kind === 'confirm') && { action: command.action }),
    ...(accounts.length > 0 && { accounts }),
  }
  return {
    at: command.at,
    actor: actorText(command.actor),
    kind: `submission.${events[0]?.kind ?? command.kind}`,
    subject: submission.id,
    data,
  }
}

function replaceKeyIn({ operations }: Decided): string | null {
  const found = operations.find((operation) => operation.kind === 'replace-others')
  return found?.key ?? null
}

function isJob(operation: Operation): operation is Extract<Operation, { kind: 'job' }> {
  return operation.kind === 'job'
}

function randomDigits(count: number): string {
  return Array.from({ length: count }, () => randomInt(10)).join('')
}
