import { assert } from '../fault.ts'
import { holds } from '../form/condition.ts'
import { evaluateExpression, type Scope } from '../form/expression.ts'
import type { Json, JsonObject, Ref } from '../form/form.ts'
import { dueAt, type Span } from './clock.ts'
import { erase, present, record, scopeOf, stateNamed, type Draft } from './draft.ts'
import { operationsOf } from './steps/index.ts'
import { beginWork, idsOf } from './work.ts'
import type { Choose, State, Step } from './workflow.ts'

/** States passed in one transaction. `check` proves that none goes in circles by itself; this only keeps a mistake small. */
const PASSED_MAX = 100

/**
 * Leaves the present state, with its links, timers and steps, for another: replaces others waiting there, runs its steps,
 * starts its timers, and goes on where nobody has to wait. An end keeps nothing waiting; `discarded` erases the answers
 * after the steps have used them.
 */
export function enter(draft: Draft, name: string): void {
  let next: string | undefined = name
  for (let passed = 0; next !== undefined; passed++) {
    assert(passed < PASSED_MAX, `Workflow '${draft.given.workflow.id}' finds no rest`)
    next = enterOne(draft, next)
  }
}

/** Gives the state to go on to at once. */
function enterOne(draft: Draft, name: string): string | undefined {
  const { given } = draft
  const state = stateNamed(given, name)
  const { state: before, progress } = present(draft)
  if (before !== '') draft.operations.push({ kind: 'settle' })
  const clears = state.work ? idsOf(state.work).filter((id) => progress.steps?.[id]) : []
  record(draft, 'entered', {
    state: name,
    ...(state.end && { end: state.end }),
    ...(clears.length > 0 && { clears }),
    ...(state.pauses && { pauses: true }),
    ...deskTimes(draft, name, state),
  })
  const key = replaceKey(draft, state)
  if (key !== undefined) draft.operations.push({ kind: 'replace-others', key })
  runSteps(draft, state.enter)
  if (state.choose) return chosen(state.choose, scopeOf(draft), name)
  startTimers(draft, name, state)
  if (state.end === 'discarded') erase(draft)
  return state.work && beginWork(draft, state.work)
}

/** When the office will have had it for too long, counted on from before a pause. */
function deskTimes(draft: Draft, name: string, { desk }: State) {
  const { progress } = present(draft)
  const earlier = progress.paused?.state === name ? progress.paused.visits : []
  const { calendar } = draft.given.workflow
  const at = (span: Span) => dueAt(span, draft.at, earlier, calendar)
  return {
    ...(desk?.warn && { warnAt: at(desk.warn) }),
    ...(desk?.escalate && { escalateAt: at(desk.escalate) }),
  }
}

function startTimers(draft: Draft, name: string, { after, remind = [] }: State): void {
  const { given, at } = draft
  const { entered, visits } = present(draft).progress
  const timer = (span: Span, what: JsonObject) =>
    draft.operations.push({
      kind: 'job',
      job: {
        id: given.newId(),
        kind: 'timer',
        payload: { state: name, ...what, entered: entered?.seq ?? 0 },
        runAt: dueAt(span, at, visits, given.workflow.calendar),
      },
    })
  for (const [index, { after: span }] of remind.entries()) timer(span, { remind: index })
  for (const { to, ...span } of after) timer(span, { to })
}

/** The first line whose condition holds; the last one has none. */
export function chosen(lines: readonly Choose[], scope: Scope, where: string): string {
  const line = lines.find(({ when }) => !when || holds(when, scope))
  assert(line !== undefined, `No line of '${where}' fits`)
  return line.to
}

export function runSteps(draft: Draft, steps: readonly Step[]): void {
  const { given, at } = draft
  const context = { given, scope: scopeOf(draft), submission: present(draft), at }
  for (const step of steps) draft.operations.push(...operationsOf(step, context))
}

/** Undefined while one of the values is empty: nothing to be equal in. */
export function replaceKey(draft: Draft, state: State): string | undefined {
  if (state.replaces === undefined || state.end !== undefined) return undefined
  const scope = scopeOf(draft)
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
