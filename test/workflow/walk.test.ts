import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decide } from '../../src/workflow/engine.ts'
import type { JsonObject } from '../../src/form/form.ts'
import { evolve } from '../../src/workflow/evolve.ts'
import type { Actor, Command, Event, Submission } from '../../src/workflow/submission.ts'
import type { Action, Workflow } from '../../src/workflow/workflow.ts'
import { answers, counter, filing, given, T0, workflows } from './fixtures.ts'
import { later } from '../../src/workflow/time.ts'

/** A client that tries anything at any time (S17), and an auditor that only knows the definition. */

const actors: readonly Actor[] = [
  { kind: 'visitor' },
  { kind: 'link', linkId: 'l1' },
  { kind: 'account', accountId: 'a1' },
  { kind: 'account', accountId: 'a2' },
  { kind: 'staff', staffId: 'p1', role: 'reviewer' },
  { kind: 'staff', staffId: 'p2', role: 'reviewer' },
  { kind: 'staff', staffId: 'p3', role: 'call-centre' },
]
const names = Object.values(workflows).flatMap((workflow) =>
  Object.entries(workflow.states).flatMap(([state, { actions }]) => [
    state,
    ...Object.keys(actions),
  ]),
)
const name = fc.constantFrom(...new Set(names), 'constructor', '__proto__', '')
const wish = fc.record({
  kind: fc.constantFrom(
    ...['act', 'act', 'act', 'elapse', 'replace', 'effect-done', 'repair', 'confirm'],
  ),
  action: name,
  state: name,
  to: name,
  actor: fc.constantFrom(...actors),
  amount: fc.integer({ min: 0, max: 200 }),
  pauseMs: fc.integer({ min: 0, max: 1_000_000 }),
})

test('whatever is tried, only declared transitions by declared actors are recorded', () => {
  let recorded = 0
  let refused = 0
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.values(workflows)),
      fc.boolean(),
      fc.array(wish, { minLength: 20, maxLength: 60 }),
      (workflow, isTaken, wishes) => {
        const newId = counter()
        const facts = { login: { isTaken }, account: { login: 'old@example.jp' } }
        let at = T0
        let submission: Submission | undefined
        const events: Event[] = []
        const tell = (command: Command) => {
          const uses = events
            .filter(
              ({ kind, data }) =>
                kind === 'acted' && 'action' in command && data.action === command.action,
            )
            .map((event) => event.at)
          const decision = decide(given(workflow, { facts, newId, uses }), submission, command)
          if ('refusal' in decision) {
            refused++
            return
          }
          events.push(...decision.events)
          submission = decision.submission
        }
        const own = { accountId: 'a1' }
        const full = { ...answers, amount: 50 }
        tell({
          kind: 'submit',
          filing: filing(workflow, own),
          answers: full,
          actor: actors[2] ?? { kind: 'visitor' },
          at,
        })
        for (const each of wishes) {
          at = later(at, each.pauseMs)
          const command = commandOf(each, at, workflow, submission)
          if (command) tell(command)
        }
        expect(violations(workflow, events)).toEqual([])
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index + 1))
        const folded = events.reduce<Submission | undefined>(evolve, undefined)
        expect(folded).toMatchObject({ state: submission?.state, seq: events.length })
        recorded += events.length
      },
    ),
    { numRuns: 2_500 },
  )
  expect(recorded).toBeGreaterThan(5_000)
  expect(refused).toBeGreaterThan(20_000)
})

type Wish = typeof wish extends fc.Arbitrary<infer T> ? T : never

/** Timers come from the store, which holds declared ones only; what they meet when they arrive is anything. */
function commandOf(
  { kind, action, actor, amount, state, ...own }: Wish,
  at: string,
  workflow: Workflow,
  submission: Submission | undefined,
): Command | undefined {
  const system: Actor = { kind: 'system' }
  if (submission === undefined) return undefined
  if (kind === 'act')
    return {
      kind,
      action,
      answers: { amount, password: 'x' },
      actor,
      at,
      ...(amount % 2 === 0 && { fields: ['amount'] }),
      ...(amount % 3 === 0 && { changes: { [amount % 5 === 0 ? 'email' : 'amount']: amount } }),
      ...(amount % 7 === 0 && { note: 'x' }),
    }
  if (kind === 'confirm') return { kind, action, agrees: amount % 4 > 0, actor, at }
  if (kind === 'replace') return amount < 5 ? { kind, by: 's2', actor: system, at } : undefined
  const steps = Object.entries(submission.progress.steps ?? {})
  const [step, known] = steps[amount % Math.max(steps.length, 1)] ?? [action, undefined]
  if (kind === 'effect-done') {
    const done = { jobId: known?.jobId ?? 'j', effect: 'mail.send', actor: system, at } as const
    return amount % 3 === 0
      ? { kind: 'effect-failed', reason: 'broken', ...done }
      : { kind, result: { count: amount }, ...done }
  }
  if (kind === 'repair')
    return amount % 2 === 0
      ? { kind: 'retry-step', step, actor, at }
      : { kind: 'skip-step', step, note: 'x', actor, at }
  const to = Object.hasOwn(workflow.states, state) ? timersOf(workflow, state)[0] : undefined
  if (amount % 2 === 0) return { kind: 'remind', state, index: amount % 3, actor: system, at }
  return to === undefined || own.to === ''
    ? undefined
    : { kind: 'elapse', state, to, actor: system, at }
}

function timersOf(workflow: Workflow, name: string): string[] {
  const state = workflow.states[name]
  if (!state) return []
  const steps = [state.enter, ...Object.values(state.actions).map((action) => action.do)].flat()
  const links = steps.flatMap((step) =>
    step.kind === 'mail' && step.link?.then ? [step.link.then] : [],
  )
  return [...state.after.map(({ to }) => to), ...links]
}

function violations(workflow: Workflow, events: readonly Event[]): string[] {
  const found: string[] = []
  let state: string | undefined
  let marked: readonly unknown[] = []
  let proposer: Actor | undefined
  let isOver = false
  let allowed: readonly string[] = workflow.start.map(({ to }) => to)
  for (const { kind, data, actor } of events) {
    const say = (what: string) => found.push(`${what} in ${state}`)
    const work = workflow.states[state ?? '']?.work
    const isReport = kind === 'effect-done' || kind === 'effect-failed'
    if (isOver && !isReport && kind !== 'answers-erased') say(`${kind} after the end`)
    if (kind.startsWith('step-')) {
      if (!work?.stages.flat().some(({ id }) => id === data.step)) say(`${kind} ${data.step}`)
      if (kind === 'step-skipped' || kind === 'step-retried')
        if (actor.kind !== 'staff') say(`${kind} by ${actor.kind}`)
      allowed = work ? [work.then] : []
    } else if (isReport) {
      const next = kind === 'effect-done' ? work?.then : work?.failed
      allowed = data.step === undefined || next === undefined ? [] : [next]
    } else if (kind === 'entered') {
      const next = String(data.state)
      if (!allowed.includes(next)) say(`entered ${next}`)
      state = next
      allowed = (workflow.states[next]?.choose ?? []).map(({ to }) => to)
      isOver = workflow.states[next]?.end !== undefined
    } else if (kind === 'acted') {
      const action = workflow.states[state ?? '']?.actions[String(data.action)]
      if (!action || !mayAct(action, actor)) say(`${String(data.action)} by ${actor.kind}`)
      allowed = action?.to === undefined ? [] : [action.to]
      const edits = Object.keys((data.changes ?? {}) as JsonObject)
      if (edits.some((id) => !marked.includes(id))) say(`correction of ${edits.join()}`)
      if (data.changes) marked = []
      if (Array.isArray(data.fields)) marked = data.fields
      if (action?.fourEyes && (!proposer || isSame(proposer, actor))) say('one pair of eyes')
    } else if (kind === 'proposed') {
      proposer = actor
    } else if (kind === 'reminded') {
      if (!workflow.states[state ?? '']?.remind?.[Number(data.index)]) say('a reminder')
    } else if (kind === 'elapsed') {
      allowed = timersOf(workflow, state ?? '')
    } else if (kind === 'replaced') {
      isOver = true
    }
  }
  return found
}

function isSame(one: Actor, other: Actor): boolean {
  return one.kind === 'staff' && other.kind === 'staff' && one.staffId === other.staffId
}

function mayAct(action: Action, actor: Actor): boolean {
  if (action.by === 'link') return actor.kind === 'link'
  if (action.by === 'staff')
    return actor.kind === 'staff' && (!action.roles || action.roles.includes(actor.role))
  return actor.kind === 'account' && actor.accountId === 'a1'
}
