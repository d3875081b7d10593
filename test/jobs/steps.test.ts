import { afterEach, expect, test } from 'vitest'
import type { EffectResult } from '../../src/plugins/contract.ts'
import { stuckPage } from '../../src/store/submissions.ts'
import { later } from '../../src/workflow/time.ts'
import type { Actor } from '../../src/workflow/submission.ts'
import { answers, T0 } from '../workflow/fixtures.ts'
import { createScene, type Scene, snapshot, visitor } from '../workflow/scene.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const staff: Actor = { kind: 'staff', staffId: 'p1', role: 'reviewer' }
const done: EffectResult = { status: 'done', result: { first: 'W0000001', count: 1 } }
const busy: EffectResult = { status: 'retry', reason: 'busy' }

let scene: Scene
afterEach(() => scene.close())

/** A scene whose effects end as told, by name, one result after the other; the last one stays. */
async function withResults(results: { [effect: string]: EffectResult[] }) {
  const keys: string[] = []
  const perform = Object.fromEntries(
    ['mail.send', 'desk.issue', 'desk.print', 'desk.tell', 'desk.check'].map((effect) => [
      effect,
      async (_payload: object, { idempotencyKey }: { idempotencyKey: string }) => {
        keys.push(`${effect} ${idempotencyKey}`)
        const own = results[effect] ?? [done]
        return (own.length > 1 ? own.shift() : own[0]) ?? done
      },
    ]),
  )
  scene = await createScene({ worker: { perform } })
  return keys
}
async function file(form: string) {
  const own = { ...answers, amount: 1 }
  const outcome = await scene.advance.submit({
    form: `sample/${form}`,
    answers: own,
    actor: visitor,
  })
  if ('refusal' in outcome) throw new Error(outcome.refusal.code)
  return outcome.submission.id
}
const states = async () => (await snapshot(scene)).submissions.map(({ state }) => state)
const jobsOf = async (kind: string) =>
  (await snapshot(scene)).jobs.filter((job) => job.kind === kind)

test('from the form to the end: every step is done once, in order', async () => {
  const keys = await withResults({})
  await file('issuing')
  await scene.settle()
  expect(await states()).toEqual(['done'])
  expect(keys.map((key) => key.split(' ')[0])).toEqual(['desk.issue', 'desk.print', 'mail.send'])
})

test('a step has its own number of attempts and its own pause; then it is listed with its reason', async () => {
  const keys = await withResults({ 'desk.issue': [busy] })
  const id = await file('issuing')
  for (let attempt = 0; attempt < 5; attempt++) {
    await scene.settle()
    scene.wait(MINUTE_MS)
  }
  expect(keys).toHaveLength(3)
  const [stuck] = await stuckPage(scene.store.db, {}, { limit: 10, offset: 0 })
  expect(stuck).toMatchObject({ reason: 'accounts: busy', id })
})

test('whoever repairs it lets the same piece of work be done, and the list is empty again', async () => {
  const rejected: EffectResult = { status: 'rejected', reason: 'no such facility' }
  const keys = await withResults({ 'desk.issue': [rejected, done] })
  const submissionId = await file('issuing')
  await scene.settle()
  const wish = { submissionId, step: 'accounts', actor: staff } as const
  expect(await scene.advance.repair({ ...wish, do: 'retry', note: '台帳を直した' })).toMatchObject({
    submission: { state: 'issuing' },
  })
  await scene.settle()
  expect(await states()).toEqual(['done'])
  expect(await stuckPage(scene.store.db, {}, { limit: 10, offset: 0 })).toEqual([])
  expect(new Set(keys.filter((key) => key.startsWith('desk.issue'))).size).toBe(1)
  const { audit } = await snapshot(scene)
  expect(
    audit.some(
      ({ kind, actor }) => kind === 'submission.step-retried' && actor === 'staff:p1:reviewer',
    ),
  ).toBe(true)
})

test('waiting uses up no attempt, but time: at the end of it the step has failed', async () => {
  const untilMs = Date.parse(T0) + 40 * HOUR_MS
  await withResults({
    'desk.issue': [
      { status: 'waiting', untilMs, reason: 'closed' },
      { status: 'waiting', untilMs: untilMs * 2, reason: 'closed' },
    ],
  })
  await file('issuing')
  await scene.settle()
  expect(await jobsOf('desk.issue')).toMatchObject([
    { attempts: 0, run_at: later(T0, 40 * HOUR_MS) },
  ])
  scene.wait(40 * HOUR_MS)
  await scene.settle()
  expect(await jobsOf('desk.issue')).toMatchObject([
    { attempts: 0, run_at: later(T0, 48 * HOUR_MS) },
  ])
  scene.wait(8 * HOUR_MS)
  await scene.settle()
  expect(await jobsOf('desk.issue')).toMatchObject([{ state: 'failed' }])
  expect((await stuckPage(scene.store.db, {}, { limit: 10, offset: 0 }))[0]?.reason).toContain(
    'time',
  )
})

test('leaving a state ends its waiting steps; one at work changes nothing when it comes back', async () => {
  await withResults({ 'desk.check': [{ status: 'rejected', reason: 'no' }, busy] })
  await file('checking')
  await scene.settle()
  expect(await states()).toEqual(['failed'])
  scene.wait(MINUTE_MS)
  await scene.settle()
  expect(await states()).toEqual(['failed'])
  const jobs = await jobsOf('desk.check')
  expect(jobs.map(({ state }) => state).toSorted()).toEqual(['cancelled', 'failed'])
})

test('two people who repair one step at the same moment do so once', async () => {
  await withResults({ 'desk.issue': [{ status: 'rejected', reason: 'no' }, done] })
  const submissionId = await file('issuing')
  await scene.settle()
  const wish = { submissionId, step: 'accounts', do: 'skip', note: '紙で発行' } as const
  const outcomes = await Promise.all(
    ['p1', 'p2'].map((staffId) =>
      scene.advance.repair({ ...wish, actor: { kind: 'staff', staffId, role: 'reviewer' } }),
    ),
  )
  expect(outcomes.filter((outcome) => 'submission' in outcome)).toHaveLength(1)
  expect(outcomes).toContainEqual(
    expect.objectContaining({ refusal: { code: 'not-possible-now' } }),
  )
})
