import { assert } from '../fault.ts'
import type { Scope } from '../form/expression.ts'
import type { Answers, JsonObject } from '../form/form.ts'
import { evolve } from './evolve.ts'
import { resultsOf } from './progress.ts'
import type { Actor, Decision, Event, Given, Operation, Submission } from './submission.ts'
import type { State } from './workflow.ts'

/** A decision being put together. Local to one call of `decide`. */
export type Draft = {
  readonly given: Given
  readonly actor: Actor
  readonly at: string
  readonly events: Event[]
  readonly operations: Operation[]
  submission: Submission | undefined
  /** Answers of the action being taken, its secrets included, under its name. */
  own: Answers
}

export function begin(
  given: Given,
  submission: Submission | undefined,
  { actor, at }: { readonly actor: Actor; readonly at: string },
): Draft {
  return { given, actor, at, events: [], operations: [], submission, own: {} }
}

/** Adds a fact, and lets the submission become what it says. */
export function record(draft: Draft, kind: Event['kind'], data: JsonObject): void {
  const seq = (draft.submission?.seq ?? 0) + 1
  const event = { seq, at: draft.at, actor: draft.actor, kind, data }
  draft.events.push(event)
  draft.submission = evolve(draft.submission, event)
}

export function present(draft: Draft): Submission {
  assert(draft.submission !== undefined, 'A decision starts with a fact')
  return draft.submission
}

/** What conditions and expressions see at this moment. */
export function scopeOf(draft: Draft): Scope {
  return scopeFor(draft.given, present(draft), draft.own)
}

export function scopeFor(given: Pick<Given, 'facts'>, submission: Submission, own: Answers): Scope {
  const facts = {
    ...given.facts,
    steps: resultsOf(submission.progress),
    ...(submission.class && { application: { class: submission.class } }),
  }
  return { answers: { ...submission.answers, ...own }, facts }
}

export function keepAnswers(draft: Draft, answers: Answers): void {
  draft.submission = { ...present(draft), answers }
}

export function erase(draft: Draft): void {
  record(draft, 'answers-erased', {})
  draft.operations.push({ kind: 'erase-answers' })
}

/** The decision as it stands. At an end no secret answer stays. */
export function finished(draft: Draft): Decision {
  const { answers, end } = present(draft)
  if (end !== undefined) keepAnswers(draft, without(answers, draft.given.secrets))
  return { events: draft.events, operations: draft.operations, submission: present(draft) }
}

export function stateNamed(given: Given, name: string): State {
  const state = given.workflow.states[name]
  assert(state !== undefined, `Workflow '${given.workflow.id}' has no state '${name}'`)
  return state
}

export function without(answers: Answers, secrets: readonly string[]): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([id]) => !secrets.includes(id)))
}
