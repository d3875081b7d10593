import { assert } from '../fault.ts'
import { holds } from '../form/condition.ts'
import {
  begin,
  erase,
  finished,
  keepAnswers,
  record,
  scopeFor,
  stateNamed,
  without,
} from './draft.ts'
import { chosen, enter, runSteps } from './enter.ts'
import { between } from './time.ts'
import { effectDone, effectFailed, repair } from './effects.ts'
import type {
  Action,
  Actor,
  Command,
  Decision,
  Given,
  Refusal,
  State,
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
      return replace(given, submission, command)
    case 'effect-done':
      return effectDone(given, submission, command)
    case 'effect-failed':
      return effectFailed(given, submission, command)
    case 'retry-step':
    case 'skip-step':
      return repair(given, submission, command)
  }
}

function submit(given: Given, command: Wish<'submit'>): Decision {
  const { filing, answers } = command
  const to = chosen(given.workflow.start, { answers, facts: given.facts }, 'start')
  const draft = begin(given, undefined, command)
  record(draft, 'submitted', {
    ...filing,
    locale: given.locale,
    answers: without(answers, given.secrets),
  })
  // Kept until the end only: the account is made from it once its owner has confirmed.
  keepAnswers(draft, answers)
  enter(draft, to)
  return finished(draft)
}

function act(given: Given, submission: Submission, command: Wish<'act'>): Decision {
  const { action: name, answers } = command
  const action = actionNamed(name, stateNamed(given, submission.state))
  const refusal = refuse(given, submission, action, command)
  if (refusal || !action) return { refusal: refusal ?? { code: 'not-possible-now' } }
  const draft = begin(given, submission, command)
  draft.own = { [name]: answers }
  const kept = without(answers, given.secrets)
  record(draft, 'acted', {
    action: name,
    ...(Object.keys(kept).length > 0 && { answers: kept }),
  })
  runSteps(draft, action.do)
  if (action.to !== undefined) enter(draft, action.to)
  return finished(draft)
}

function refuse(
  given: Given,
  submission: Submission,
  action: Action | undefined,
  { action: name, actor, answers, at }: Wish<'act'>,
): Refusal | undefined {
  if (submission.end !== undefined || action === undefined) return { code: 'not-possible-now' }
  if (!isAllowed(action, actor, submission)) return { code: 'not-allowed' }
  if (action.when && !holds(action.when, scopeFor(given, submission, { [name]: answers })))
    return { code: 'not-possible-now' }
  if (action.limit === undefined) return undefined
  const { times, perMs } = action.limit
  const recent = given.uses.filter((use) => between(use, at) < perMs)
  const oldest = recent.at(-times)
  if (recent.length < times || oldest === undefined) return undefined
  return { code: 'too-often', retryAfterMs: perMs - between(oldest, at) }
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
  const { state, to } = command
  // The submission moved on while the timer's job was on its way.
  if (submission.end !== undefined || submission.state !== state)
    return { refusal: { code: 'stale' } }
  const draft = begin(given, submission, command)
  record(draft, 'elapsed', { state, to })
  enter(draft, to)
  return finished(draft)
}

function replace(given: Given, submission: Submission, command: Wish<'replace'>): Decision {
  if (submission.end !== undefined) return { refusal: { code: 'stale' } }
  const draft = begin(given, submission, command)
  record(draft, 'replaced', { by: command.by })
  draft.operations.push({ kind: 'settle' })
  erase(draft)
  return finished(draft)
}

/** The name comes from a request: `constructor` is no action. */
function actionNamed(name: string, state: State): Action | undefined {
  return Object.hasOwn(state.actions, name) ? state.actions[name] : undefined
}
