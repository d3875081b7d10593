import { assert } from '../fault.ts'
import { act, confirm } from './act.ts'
import { begin, erase, finished, keepAnswers, record, stateNamed, without } from './draft.ts'
import { chosen, enter, replaceKey, runSteps } from './enter.ts'
import { effectDone, effectFailed, repair } from './effects.ts'
import { NOTE_MAX, type Command, type Decision, type Given, type Submission } from './submission.ts'

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
  const { note } = 'note' in command ? command : {}
  if (note !== undefined && [...note].length > NOTE_MAX)
    return { refusal: { code: 'note-too-long' } }
  switch (command.kind) {
    case 'act':
      return act(given, submission, command)
    case 'confirm':
      return confirm(given, submission, command)
    case 'elapse':
      return elapse(given, submission, command)
    case 'remind':
      return remind(given, submission, command)
    case 'replace':
      return replace(given, submission, command)
    case 'effect-done':
      return effectDone(given, submission, command)
    case 'effect-failed':
      return effectFailed(given, submission, command)
    case 'retry-step':
    case 'skip-step':
      return repair(given, submission, command)
    case 'note':
      return noted(given, submission, command)
    case 'migrate':
      return migrate(given, submission, command)
  }
}

function submit(given: Given, command: Wish<'submit'>): Decision {
  const { filing, answers } = command
  const { class: kind } = filing
  const facts = { ...given.facts, ...(kind && { application: { class: kind } }) }
  const to = chosen(given.workflow.start, { answers, facts }, 'start')
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

function elapse(given: Given, submission: Submission, command: Wish<'elapse'>): Decision {
  const { state, to } = command
  if (isPast(submission, command)) return { refusal: { code: 'stale' } }
  const draft = begin(given, submission, command)
  record(draft, 'elapsed', { state, to })
  enter(draft, to)
  return finished(draft)
}

function remind(given: Given, submission: Submission, command: Wish<'remind'>): Decision {
  const { state, index } = command
  const reminder = given.workflow.states[state]?.remind?.[index]
  if (isPast(submission, command) || !reminder) return { refusal: { code: 'stale' } }
  const draft = begin(given, submission, command)
  record(draft, 'reminded', { state, index })
  runSteps(draft, [reminder.step])
  return finished(draft)
}

/** The submission moved on while the timer's job was on its way. */
export function isPast(
  { state, end, progress }: Submission,
  timer: { readonly state: string; readonly entered?: number },
): boolean {
  const isOther = timer.entered !== undefined && timer.entered !== progress.entered?.seq
  return end !== undefined || state !== timer.state || isOther
}

/** Whatever its state, and after its end too: people call about what is long decided. */
function noted(given: Given, submission: Submission, command: Wish<'note'>): Decision {
  const { actor, note } = command
  if (actor.kind !== 'staff') return { refusal: { code: 'not-allowed' } }
  if (note.trim() === '') return { refusal: { code: 'note-missing' } }
  const draft = begin(given, submission, command)
  record(draft, 'noted', { note })
  return finished(draft)
}

/** `given` is of the set it moves to. It enters nothing: mails are not sent again, clocks run on. */
function migrate(given: Given, submission: Submission, command: Wish<'migrate'>): Decision {
  const { move } = command
  const draft = begin(given, submission, command)
  record(draft, 'migrated', move)
  const key = replaceKey(draft, stateNamed(given, move.state)) ?? null
  draft.operations.push({ kind: 'rename', states: move.states, fields: move.fields, key })
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
