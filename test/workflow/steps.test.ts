import { expect, test } from 'vitest'
import { decide } from '../../src/workflow/engine.ts'
import { evolve } from '../../src/workflow/evolve.ts'
import type { Actor, Command, Event, NewJob, Submission } from '../../src/workflow/submission.ts'
import type { Workflow } from '../../src/workflow/workflow.ts'
import { later } from '../../src/workflow/time.ts'
import { checking, counter, filing, given, issuing, T0 } from './fixtures.ts'

const system: Actor = { kind: 'system' }
const staff: Actor = { kind: 'staff', staffId: 'p1', role: 'reviewer' }
const visitor: Actor = { kind: 'visitor' }
const DAY_MS = 86_400_000

/** A submission of a workflow and all that has happened to it; `tell` goes on with the next command. */
function course(workflow: Workflow, amount: number) {
  const newId = counter()
  const events: Event[] = []
  const jobs: NewJob[] = []
  let submission: Submission | undefined
  const tell = (command: Command) => {
    const decision = decide(given(workflow, { newId }), submission, command)
    if ('refusal' in decision) return decision.refusal.code
    events.push(...decision.events)
    submission = decision.submission
    for (const operation of decision.operations)
      if (operation.kind === 'job' || operation.kind === 'job-again') jobs.push(operation.job)
    return decision.operations.map(({ kind }) => kind)
  }
  tell({
    kind: 'submit',
    filing: filing(workflow),
    answers: { amount, email: 'a@example.jp' },
    actor: visitor,
    at: T0,
  })
  const jobOf = (effect: string) => jobs.findLast(({ kind }) => kind === effect)
  return {
    tell,
    events,
    jobs,
    jobOf,
    now: () => submission,
    done: (effect: string, result: NewJob['payload'] | null = null) => {
      const jobId = jobOf(effect)?.id ?? ''
      return tell({ kind: 'effect-done', jobId, effect, result, actor: system, at: T0 })
    },
    failed: (effect: string, reason: string) => {
      const jobId = jobOf(effect)?.id ?? ''
      return tell({ kind: 'effect-failed', jobId, effect, reason, actor: system, at: T0 })
    },
    waiting: () => jobs.map(({ kind }) => kind),
  }
}

test('a choice is made in the transaction that leads to it', () => {
  const small = course(issuing, 5)
  expect(small.now()?.state).toBe('issuing')
  expect(small.events.map(({ kind, data }) => [kind, data.state ?? data.step])).toEqual([
    ['submitted', undefined],
    ['entered', 'received'],
    ['entered', 'issuing'],
    ['step-started', 'accounts'],
  ])
  expect(course(issuing, 500).now()?.state).toBe('review')
})

test('steps are done in order, each with what those before it have given', () => {
  const one = course(issuing, 5)
  expect(one.jobOf('desk.issue')).toMatchObject({
    payload: { count: 5 },
    attemptsMax: 3,
    everyMs: 60_000,
    deadline: later(T0, 2 * DAY_MS),
  })
  expect(one.waiting()).toEqual(['desk.issue'])
  one.done('desk.issue', { first: 'W0000001', count: 5 })
  expect(one.waiting()).toEqual(['desk.issue', 'desk.print', 'desk.tell'])
  expect(one.jobOf('desk.print')?.payload).toEqual({ of: 'W0000001' })
  one.done('desk.tell')
  expect(one.now()?.state).toBe('issuing')
  one.done('desk.print')
  expect(one.waiting().at(-1)).toBe('mail.send')
  one.done('mail.send')
  expect(one.now()).toMatchObject({ state: 'done', end: 'accepted' })
})

test('a step whose condition does not hold is passed over', () => {
  const one = course(issuing, 1)
  one.done('desk.issue', { first: 'W0000001', count: 1 })
  expect(one.waiting()).toEqual(['desk.issue', 'desk.print'])
  one.done('desk.print')
  one.done('mail.send')
  expect(one.now()?.state).toBe('done')
})

test('a step that fails stands still with its reason until somebody lets it be tried again', () => {
  const one = course(issuing, 1)
  const { id } = one.jobOf('desk.issue') ?? { id: '' }
  one.failed('desk.issue', 'The register is closed')
  expect(one.now()).toMatchObject({
    state: 'issuing',
    progress: { steps: { accounts: { status: 'stuck', reason: 'The register is closed' } } },
  })
  const again = { kind: 'retry-step', step: 'accounts', at: T0 } as const
  expect(one.tell({ ...again, actor: visitor })).toBe('not-allowed')
  expect(one.tell({ ...again, step: 'print', actor: staff })).toBe('not-possible-now')
  expect(one.tell({ ...again, step: 'constructor', actor: staff })).toBe('not-possible-now')
  expect(one.tell({ ...again, actor: staff })).toEqual(['job-again'])
  expect(one.jobOf('desk.issue')?.id).toBe(id)
  expect(one.tell({ ...again, actor: staff })).toBe('not-possible-now')
  one.done('desk.issue', { first: 'W0000001', count: 1 })
  expect(one.waiting().at(-1)).toBe('desk.print')
})

test('a stuck step can be gone on without, with a note of who and why', () => {
  const one = course(issuing, 1)
  one.failed('desk.issue', 'broken')
  const skip = { kind: 'skip-step', step: 'accounts', note: '紙で発行済み', at: T0 } as const
  expect(one.tell({ ...skip, actor: { kind: 'account', accountId: 'a1' } })).toBe('not-allowed')
  one.tell({ ...skip, actor: staff })
  expect(one.events.find(({ kind }) => kind === 'step-skipped')).toMatchObject({
    actor: staff,
    data: { step: 'accounts', note: '紙で発行済み' },
  })
  expect(one.jobOf('desk.print')?.payload).toEqual({})
})

test('with a way for failures the submission takes it, and what else is at work comes too late', () => {
  const one = course(checking, 1)
  const [left, right] = one.jobs
  expect(one.failed('desk.check', 'no')).toEqual(['settle', 'job'])
  expect(one.now()).toMatchObject({
    state: 'failed',
    progress: { steps: { left: { status: 'dropped' }, right: { status: 'dropped' } } },
  })
  const late = {
    kind: 'effect-done',
    effect: 'desk.check',
    result: {},
    actor: system,
    at: T0,
  } as const
  one.tell({ ...late, jobId: left?.id ?? '' })
  one.tell({ ...late, jobId: right?.id ?? '' })
  expect(one.now()?.state).toBe('failed')
  one.tell({ kind: 'act', action: 'again', answers: {}, actor: staff, at: T0 })
  one.tell({ ...late, jobId: left?.id ?? '' })
  expect(one.now()).toMatchObject({ state: 'checking' })
  expect(one.jobs.map(({ kind }) => kind)).toEqual([
    ...['desk.check', 'desk.check', 'timer', 'desk.check', 'desk.check'],
  ])
  for (const { id } of one.jobs.slice(-2)) one.tell({ ...late, jobId: id })
  expect(one.now()?.state).toBe('done')
})

test('all steps at once must be done, in whichever order', () => {
  const one = course(checking, 1)
  const finish = (index: number) =>
    one.tell({
      kind: 'effect-done',
      jobId: one.jobs[index]?.id ?? '',
      effect: 'desk.check',
      result: { isGood: true },
      actor: system,
      at: T0,
    })
  finish(1)
  expect(one.now()?.state).toBe('checking')
  finish(1)
  expect(one.now()?.state).toBe('checking')
  finish(0)
  expect(one.now()?.state).toBe('done')
})

test('the snapshot is what its events say, and results go when the answers go', () => {
  const one = course(issuing, 5)
  one.done('desk.issue', { first: 'W0000001', count: 5 })
  expect(one.events.reduce<Submission | undefined>(evolve, undefined)).toEqual(one.now())
  one.tell({ kind: 'replace', by: 's2', actor: system, at: T0 })
  expect(JSON.stringify(one.now())).not.toContain('W0000001')
})
