import { holds } from '../form/condition.ts'
import type { JsonObject } from '../form/form.ts'
import { begin, finished, record, scopeFor, stateNamed, without, type Draft } from './draft.ts'
import { enter, runSteps } from './enter.ts'
import { changed } from './evolve.ts'
import { between } from './time.ts'
import type { Actor, Command, Decision, Given, Refusal, Submission, Taken } from './submission.ts'
import type { Action, Demand, State, Workflow } from './workflow.ts'

type Wish<Kind extends Command['kind']> = Extract<Command, { readonly kind: Kind }>

/** Somebody takes an action. One that needs a second pair of eyes is proposed only. */
export function act(given: Given, submission: Submission, command: Wish<'act'>): Decision {
  const { action: name, actor } = command
  const action = actionNamed(name, stateNamed(given, submission.state))
  const refusal = refuse(given, submission, action, command)
  if (refusal || !action) return { refusal: refusal ?? { code: 'not-possible-now' } }
  const draft = begin(given, submission, command)
  if (!action.fourEyes) return take(draft, name, action, command)
  const isWaiting = submission.progress.proposal !== undefined
  if (isWaiting || actor.kind !== 'staff') return { refusal: { code: 'not-possible-now' } }
  record(draft, 'proposed', factOf(name, command, given.secrets))
  return finished(draft)
}

/** A second member of the staff agrees to a proposed action, or somebody puts it aside. */
export function confirm(given: Given, submission: Submission, command: Wish<'confirm'>): Decision {
  const { action: name, actor, agrees, note, seen } = command
  const action = actionNamed(name, stateNamed(given, submission.state))
  const { proposal } = submission.progress
  if (submission.end !== undefined || !action?.fourEyes || proposal?.action !== name)
    return { refusal: { code: 'not-possible-now' } }
  const isOwn = actor.kind === 'staff' && actor.staffId === proposal.by
  const roles = action.fourEyes.roles ?? action.roles
  if (!isStaffIn(actor, roles) && !(isOwn && !agrees)) return { refusal: { code: 'not-allowed' } }
  if (isOwn && agrees) return { refusal: { code: 'same-person' } }
  if (seen !== undefined && seen !== submission.seq) return { refusal: { code: 'stale' } }
  const said = note !== undefined && { note }
  const draft = begin(given, submission, command)
  if (!agrees) {
    record(draft, 'declined', { action: name, ...said })
    return finished(draft)
  }
  const { answers, fields, by } = proposal
  if (!isPossible(given, submission, name, action, answers))
    return { refusal: { code: 'not-possible-now' } }
  return take(draft, name, action, { answers, ...(fields && { fields }), ...said }, by)
}

function take(
  draft: Draft,
  name: string,
  action: Action,
  taken: Taken,
  proposedBy?: string,
): Decision {
  const { given } = draft
  const { changes } = taken
  draft.own = { [name]: taken.answers }
  record(draft, 'acted', {
    ...factOf(name, taken, given.secrets),
    ...(proposedBy !== undefined && { proposedBy }),
  })
  // A secret that was corrected is in the snapshot, and in no event.
  if (changes && draft.submission)
    draft.submission = { ...draft.submission, answers: changed(draft.submission.answers, changes) }
  runSteps(draft, action.do)
  if (action.to !== undefined) enter(draft, action.to)
  return finished(draft)
}

function factOf(
  action: string,
  { answers, note, fields, changes }: Taken,
  secrets: readonly string[],
): JsonObject {
  const kept = without(answers, secrets)
  return {
    action,
    ...(Object.keys(kept).length > 0 && { answers: kept }),
    ...(note !== undefined && { note }),
    ...(fields && { fields }),
    ...(changes && { changes: without(changes, secrets) }),
  }
}

function refuse(
  given: Given,
  submission: Submission,
  action: Action | undefined,
  command: Wish<'act'>,
): Refusal | undefined {
  const { action: name, actor, answers, at, seen } = command
  if (submission.end !== undefined || action === undefined) return { code: 'not-possible-now' }
  if (!isAllowed(action, actor, submission)) return { code: 'not-allowed' }
  if (seen !== undefined && seen !== submission.progress.entered?.seq) return { code: 'stale' }
  if (!isPossible(given, submission, name, action, answers)) return { code: 'not-possible-now' }
  return tooOften(given, action, at) ?? incomplete(given, submission, action, command)
}

function isPossible(
  given: Given,
  submission: Submission,
  name: string,
  { when }: Action,
  answers: Taken['answers'],
): boolean {
  return !when || holds(when, scopeFor(given, submission, { [name]: answers }))
}

function tooOften({ uses }: Given, { limit }: Action, at: string): Refusal | undefined {
  if (limit === undefined) return undefined
  const { times, perMs } = limit
  const recent = uses.filter((use) => between(use, at) < perMs)
  const oldest = recent.at(-times)
  if (recent.length < times || oldest === undefined) return undefined
  return { code: 'too-often', retryAfterMs: perMs - between(oldest, at) }
}

/** What comes with an action must be what it asks for: nothing is missing, and nothing else is slipped in (S16). */
function incomplete(
  given: Given,
  { answers, progress }: Submission,
  action: Action,
  { note, fields = [], changes = {}, follows = [] }: Taken,
): Refusal | undefined {
  if (!meets(action.note, note !== undefined && note.trim() !== '')) return { code: 'note-missing' }
  if (!meets(action.mark, fields.length > 0)) return { code: 'nothing-marked' }
  if (fields.some((field) => !given.typed.includes(field))) return { code: 'nothing-marked' }
  const marked = action.edit === undefined ? [] : (progress.correction?.fields ?? [])
  const editable = [...marked, ...(action.edit === undefined ? [] : [...follows, ...given.made])]
  const touched = Object.keys(changes).filter(
    (id) => JSON.stringify(changes[id]) !== JSON.stringify(answers[id] ?? null),
  )
  const isOwnField = (id: string) => given.typed.includes(id) || given.made.includes(id)
  return touched.every((id) => editable.includes(id) && isOwnField(id))
    ? undefined
    : { code: 'not-editable' }
}

/** Nothing may come that nobody asks for. */
function meets(demand: Demand | undefined, isGiven: boolean): boolean {
  return demand === undefined ? !isGiven : demand === 'optional' || isGiven
}

/** The applicant of a submission without an account is whoever holds its unguessable id. */
function isAllowed(action: Action, actor: Actor, submission: Submission): boolean {
  const { accountId } = submission
  switch (action.by) {
    case 'link':
      return actor.kind === 'link'
    case 'staff':
      return isStaffIn(actor, action.roles)
    case 'account':
      return actor.kind === 'account' && actor.accountId === accountId
    case 'applicant':
      return accountId === undefined
        ? actor.kind === 'visitor' || actor.kind === 'account'
        : actor.kind === 'account' && actor.accountId === accountId
  }
}

function isStaffIn(actor: Actor, roles: readonly string[] | undefined): boolean {
  return actor.kind === 'staff' && (!roles || roles.includes(actor.role))
}

/** The name comes from a request: `constructor` is no action. */
function actionNamed(name: string, state: State): Action | undefined {
  return Object.hasOwn(state.actions, name) ? state.actions[name] : undefined
}

/** An action somebody may take now, or one that waits for a second member of the staff. */
export type OpenAction = {
  readonly name: string
  readonly action: Action
  /** `open`: to be taken. `confirm`: proposed by another, to be agreed to or not. `proposed`: waits for another. */
  readonly stage: 'open' | 'confirm' | 'proposed'
}

/** What an actor may do with a submission now, in the order of the definition. Limits of use are not looked at. */
export function openActions(
  { workflow, facts }: Pick<Given, 'workflow' | 'facts'>,
  submission: Submission,
  actor: Actor,
): readonly OpenAction[] {
  const state = stateIn(workflow, submission)
  if (submission.end !== undefined || !state) return []
  const { proposal } = submission.progress
  return Object.entries(state.actions).flatMap(([name, action]): OpenAction[] => {
    if (proposal?.action === name) {
      const isOwn = actor.kind === 'staff' && actor.staffId === proposal.by
      if (isOwn) return [{ name, action, stage: 'proposed' }]
      return isStaffIn(actor, action.fourEyes?.roles ?? action.roles)
        ? [{ name, action, stage: 'confirm' }]
        : []
    }
    const isOpen =
      isAllowed(action, actor, submission) &&
      !(action.fourEyes && proposal) &&
      (!action.when || holds(action.when, scopeFor({ facts }, submission, {})))
    return isOpen ? [{ name, action, stage: 'open' }] : []
  })
}

function stateIn({ states }: Workflow, { state }: Submission): State | undefined {
  return Object.hasOwn(states, state) ? states[state] : undefined
}
