import { assert } from '../fault.ts'
import { holds } from '../form/condition.ts'
import { evaluateExpression, type Scope } from '../form/expression.ts'
import type { Answers, Json, JsonObject, Ref } from '../form/form.ts'
import { operationsOf } from './steps/index.ts'
import { between, later } from './time.ts'
import type {
  Action,
  Actor,
  Command,
  Decision,
  End,
  Event,
  Given,
  Operation,
  Refusal,
  State,
  Step,
  Submission,
} from './workflow.ts'

type Wish<Kind extends Command['kind']> = Extract<Command, { readonly kind: Kind }>

/**
 * What a command does to a submission: facts to record, operations to carry out with them, the submission afterwards;
 * or why it does nothing. Pure: the same arguments give the same decision (DESIGN §5).
 * `submission` is undefined for `submit` and for nothing else.
 */
export function decide(
  given: Given,
  submission: Submission | undefined,
  command: Command,
): Decision {
  if (command.kind === 'submit') {
    assert(submission === undefined, 'A submission is filed once')
    return submit(given, command)
  }
  assert(submission !== undefined, `There is nothing to ${command.kind}`)
  switch (command.kind) {
    case 'act':
      return act(given, submission, command)
    case 'elapse':
      return elapse(given, submission, command)
    case 'replace':
      return replace(submission, command)
    case 'effect-done':
    case 'effect-failed':
      return recordEffect(submission, command)
  }
}

/** The submission after one more fact. Folding all events gives the snapshot, without secret answers. */
export function evolve(submission: Submission | undefined, event: Event): Submission {
  const { seq, at: updatedAt, data } = event
  if (event.kind === 'submitted') return { ...filed(data), seq, createdAt: updatedAt, updatedAt }
  assert(submission !== undefined, 'The first event of a submission is that it was submitted')
  const next = { ...submission, seq, updatedAt }
  switch (event.kind) {
    case 'entered':
      return { ...next, state: String(data.state), ...(data.end ? { end: data.end as End } : {}) }
    case 'acted':
      return data.answers === undefined
        ? next
        : { ...next, answers: { ...next.answers, [String(data.action)]: data.answers } }
    case 'replaced':
      return { ...next, end: 'discarded' }
    case 'answers-erased':
      return { ...next, answers: {} }
    case 'elapsed':
    case 'effect-done':
    case 'effect-failed':
      return next
  }
}

function filed(data: JsonObject): Omit<Submission, 'seq' | 'createdAt' | 'updatedAt'> {
  const { accountId } = data
  return {
    id: String(data.id),
    number: String(data.number),
    portal: String(data.portal),
    form: String(data.form),
    workflow: String(data.workflow),
    definition: String(data.definition),
    state: '',
    answers: (data.answers ?? {}) as Answers,
    ...(typeof accountId === 'string' && { accountId }),
  }
}

function submit(given: Given, { filing, answers, actor, at }: Wish<'submit'>): Decision {
  const scope = { answers, facts: given.facts }
  const choice = given.workflow.start.find(({ when }) => !when || holds(when, scope))
  assert(choice !== undefined, `No start of workflow '${given.workflow.id}' fits`)
  const draft = begin(undefined, actor, at)
  record(draft, 'submitted', {
    ...filing,
    locale: given.locale,
    answers: without(answers, given.secrets),
  })
  // Kept until the end only: the account is made from it once its owner has confirmed.
  keepAnswers(draft, answers)
  enter(draft, given, choice.to, scope)
  return done(draft, given)
}

function act(given: Given, submission: Submission, command: Wish<'act'>): Decision {
  const { action: name, answers, actor, at } = command
  const action = actionNamed(name, stateOf(given, submission))
  const scope = {
    answers: { ...submission.answers, [name]: answers },
    facts: given.facts,
  }
  const refusal = refuse(given, submission, action, { actor, at, scope })
  if (refusal || !action) return { refusal: refusal ?? { code: 'not-possible-now' } }
  const draft = begin(submission, actor, at)
  const kept = without(answers, given.secrets)
  record(draft, 'acted', {
    action: name,
    ...(Object.keys(kept).length > 0 && { answers: kept }),
  })
  runSteps(draft, given, action.do, scope)
  if (action.to !== undefined) enter(draft, given, action.to, scope)
  return done(draft, given)
}

function refuse(
  given: Given,
  submission: Submission,
  action: Action | undefined,
  wish: { readonly actor: Actor; readonly at: string; readonly scope: Scope },
): Refusal | undefined {
  if (submission.end !== undefined || action === undefined) return { code: 'not-possible-now' }
  if (!isAllowed(action, wish.actor, submission)) return { code: 'not-allowed' }
  if (action.when && !holds(action.when, wish.scope)) return { code: 'not-possible-now' }
  if (action.limit === undefined) return undefined
  const { times, perMs } = action.limit
  const recent = given.uses.filter((use) => between(use, wish.at) < perMs)
  const oldest = recent.at(-times)
  if (recent.length < times || oldest === undefined) return undefined
  return { code: 'too-often', retryAfterMs: perMs - between(oldest, wish.at) }
}

/** The applicant of a submission without an account is whoever holds its unguessable id. */
function isAllowed(action: Action, actor: Actor, submission: Submission): boolean {
  const { accountId } = submission
  switch (action.by) {
    case 'link':
      return actor.kind === 'link'
    case 'staff':
      return actor.kind === 'staff' && (!action.roles || action.roles.includes(actor.role))
    case 'account':
      return actor.kind === 'account' && actor.accountId === accountId
    case 'applicant':
      return accountId === undefined
        ? actor.kind === 'visitor' || actor.kind === 'account'
        : actor.kind === 'account' && actor.accountId === accountId
  }
}

function elapse(given: Given, submission: Submission, command: Wish<'elapse'>): Decision {
  const { state, to, actor, at } = command
  // The submission moved on while the timer's job was on its way.
  if (submission.end !== undefined || submission.state !== state)
    return { refusal: { code: 'stale' } }
  const draft = begin(submission, actor, at)
  record(draft, 'elapsed', { state, to })
  enter(draft, given, to, { answers: submission.answers, facts: given.facts })
  return done(draft, given)
}

function replace(submission: Submission, { by, actor, at }: Wish<'replace'>): Decision {
  if (submission.end !== undefined) return { refusal: { code: 'stale' } }
  const draft = begin(submission, actor, at)
  record(draft, 'replaced', { by })
  draft.operations.push({ kind: 'settle' })
  erase(draft)
  return finished(draft)
}

function recordEffect(
  submission: Submission,
  command: Wish<'effect-done'> | Wish<'effect-failed'>,
): Decision {
  const draft = begin(submission, command.actor, command.at)
  const { jobId, effect } = command
  if (command.kind === 'effect-done') record(draft, command.kind, { jobId, effect })
  else record(draft, command.kind, { jobId, effect, reason: command.reason })
  return finished(draft)
}

/** A decision being put together. Local to one call of `decide`. */
type Draft = {
  readonly actor: Actor
  readonly at: string
  readonly events: Event[]
  readonly operations: Operation[]
  submission: Submission | undefined
}

function begin(submission: Submission | undefined, actor: Actor, at: string): Draft {
  return { actor, at, events: [], operations: [], submission }
}

function record(draft: Draft, kind: Event['kind'], data: JsonObject): void {
  const seq = (draft.submission?.seq ?? 0) + 1
  const event = { seq, at: draft.at, actor: draft.actor, kind, data }
  draft.events.push(event)
  draft.submission = evolve(draft.submission, event)
}

/**
 * Leaves the present state, with its links and timers, for another: replaces others waiting there, runs its steps,
 * starts its timers. An end keeps nothing waiting; `discarded` erases the answers after the steps have used them.
 */
function enter(draft: Draft, given: Given, name: string, scope: Scope): void {
  const state = given.workflow.states[name]
  assert(state !== undefined, `Workflow '${given.workflow.id}' has no state '${name}'`)
  if (present(draft).state !== '') draft.operations.push({ kind: 'settle' })
  record(draft, 'entered', { state: name, ...(state.end && { end: state.end }) })
  const key = replaceKey(draft, state, scope)
  if (key !== undefined) draft.operations.push({ kind: 'replace-others', key })
  runSteps(draft, given, state.enter, scope)
  for (const { ms, to } of state.after)
    draft.operations.push({
      kind: 'job',
      job: {
        id: given.newId(),
        kind: 'timer',
        payload: { state: name, to },
        runAt: later(draft.at, ms),
      },
    })
  if (state.end === 'discarded') erase(draft)
}

function runSteps(draft: Draft, given: Given, steps: readonly Step[], scope: Scope): void {
  const context = { given, scope, submission: present(draft), at: draft.at }
  for (const step of steps) draft.operations.push(...operationsOf(step, context))
}

/** Undefined while one of the values is empty: nothing to be equal in. */
function replaceKey(draft: Draft, state: State, scope: Scope): string | undefined {
  if (state.replaces === undefined || state.end !== undefined) return undefined
  const values = state.replaces.map((ref) => evaluateExpression(ref, scope))
  if (values.some((value) => value === undefined)) return undefined
  const { portal, workflow } = present(draft)
  return waitingKey(portal, workflow, state.replaces, values)
}

/**
 * Under this key a submission waits in a state that `replaces` others with equal answers. Two states with the same refs
 * share it: which of them a submission waits in must not show by what it replaces (S03).
 */
export function waitingKey(
  portal: string,
  workflow: string,
  refs: readonly Ref[],
  values: readonly (Json | undefined)[],
): string {
  return JSON.stringify([portal, workflow, refs, ...values])
}

function erase(draft: Draft): void {
  record(draft, 'answers-erased', {})
  draft.operations.push({ kind: 'erase-answers' })
}

function keepAnswers(draft: Draft, answers: Answers): void {
  draft.submission = { ...present(draft), answers }
}

function done(draft: Draft, given: Given): Decision {
  const submission = present(draft)
  if (submission.end !== undefined) keepAnswers(draft, without(submission.answers, given.secrets))
  return finished(draft)
}

function finished(draft: Draft): Decision {
  return { events: draft.events, operations: draft.operations, submission: present(draft) }
}

function present(draft: Draft): Submission {
  assert(draft.submission !== undefined, 'A decision starts with a fact')
  return draft.submission
}

function stateOf(given: Given, submission: Submission): State {
  const state = given.workflow.states[submission.state]
  assert(state !== undefined, `Workflow '${given.workflow.id}' has no state '${submission.state}'`)
  return state
}

/** The name comes from a request: `constructor` is no action. */
function actionNamed(name: string, state: State): Action | undefined {
  return Object.hasOwn(state.actions, name) ? state.actions[name] : undefined
}

function without(answers: Answers, secrets: readonly string[]): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([id]) => !secrets.includes(id)))
}
