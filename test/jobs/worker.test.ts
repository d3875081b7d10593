import { afterEach, expect, test } from 'vitest'
import { backoffMs } from '../../src/jobs/run.ts'
import type { EffectResult } from '../../src/plugins/contract.ts'
import { claimJobs, countJobs, postponeJob, renewLeases, settleJob } from '../../src/store/jobs.ts'
import { later } from '../../src/workflow/time.ts'
import { answers, T0 } from '../workflow/fixtures.ts'
import { createScene, type Scene, snapshot, visitor } from '../workflow/scene.ts'

let scene: Scene
afterEach(() => scene.close())

const register = (email: string) =>
  scene.advance.submit({
    form: 'sample/registration',
    answers: { ...answers, email },
    actor: visitor,
  })
const mailJobs = async () => (await snapshot(scene)).jobs.filter(({ kind }) => kind === 'mail.send')

/** A scene whose mails end as told, one result after the other; the last one stays. */
async function withResults(...results: (EffectResult | Error)[]) {
  const calls: { key: string; to: unknown; messageId: unknown }[] = []
  scene = await createScene({
    worker: {
      perform: {
        'mail.send': async ({ to, messageId }, { idempotencyKey }) => {
          calls.push({ key: idempotencyKey, to, messageId })
          const result = results.length > 1 ? results.shift() : results[0]
          if (result instanceof Error || result === undefined) throw result
          return result
        },
      },
    },
  })
  return calls
}
const done: EffectResult = { status: 'done', result: null }

test('a mail refused for now is tried again later under the same id', async () => {
  const calls = await withResults({ status: 'retry', reason: 'busy' }, new Error('broken'), done)
  await register('a@example.jp')
  await scene.settle()
  expect(await mailJobs()).toMatchObject([{ state: 'waiting', last_error: 'busy', attempts: 1 }])
  scene.wait(backoffMs(1, () => 0))
  await scene.settle()
  expect(await mailJobs()).toMatchObject([{ state: 'waiting', attempts: 2 }])
  scene.wait(backoffMs(2, () => 0))
  await scene.settle()
  expect(await mailJobs()).toMatchObject([{ state: 'done', attempts: 3 }])
  expect(calls).toHaveLength(3)
  expect(new Set(calls.map(({ key, messageId }) => `${key} ${messageId}`)).size).toBe(1)
})

test('a plugin that names the time is taken at its word', async () => {
  await withResults({ status: 'retry', reason: 'greylisted', afterMs: 300_000 }, done)
  await register('a@example.jp')
  await scene.settle()
  expect((await mailJobs())[0]?.run_at).toBe(later(T0, 300_000))
})

test('waiting is not failing: it uses up no attempt', async () => {
  const untilMs = Date.parse(T0) + 7_200_000
  await withResults({ status: 'waiting', reason: 'closed', untilMs }, done)
  await register('a@example.jp')
  await scene.settle()
  expect(await mailJobs()).toMatchObject([
    { state: 'waiting', attempts: 0, run_at: later(T0, 7_200_000) },
  ])
})

test('a rejected mail fails at once and is on record; the submission waits on', async () => {
  await withResults({ status: 'rejected', reason: '550 no such user' })
  await register('a@example.jp')
  await scene.settle()
  const { jobs, events, submissions } = await snapshot(scene)
  expect(jobs.find(({ kind }) => kind === 'mail.send')).toMatchObject({
    state: 'failed',
    last_error: '550 no such user',
  })
  expect(events.at(-1)).toMatchObject({ kind: 'effect-failed' })
  expect(submissions[0]).toMatchObject({ state: 'waitingForActivation', end: null })
})

test('after its last attempt a job has failed', async () => {
  scene = await createScene({
    worker: {
      perform: { 'mail.send': async () => ({ status: 'retry', reason: 'down' }) },
      limits: { attemptsMax: 3 },
    },
  })
  await register('a@example.jp')
  for (let times = 0; times < 5; times++) {
    await scene.settle()
    scene.wait(3_600_000)
  }
  expect(await mailJobs()).toMatchObject([{ state: 'failed', attempts: 3, last_error: 'down' }])
})

test('a job that takes its worker down each time is given up as well', async () => {
  await withResults(done)
  await register('a@example.jp')
  for (let times = 0; times < 60; times++) {
    const now = scene.clock().toISOString()
    const request = { lease: `dead${times}`, now, until: later(now, 1_000), countMax: 5 }
    await scene.store.write((tx) => claimJobs(tx, 'sqlite', request))
    scene.wait(2_000)
  }
  await scene.settle()
  expect(await mailJobs()).toMatchObject([{ state: 'failed', attempts: 61 }])
})

test('one poisoned mail holds no other up', async () => {
  scene = await createScene({
    worker: {
      perform: {
        'mail.send': ({ to }) =>
          to === 'poison@example.jp' ? new Promise(() => undefined) : Promise.resolve(done),
      },
      limits: { performMs: 50, countMax: 2 },
    },
  })
  for (const name of ['poison', 'a', 'b', 'c', 'd']) await register(`${name}@example.jp`)
  await scene.settle()
  const jobs = await mailJobs()
  expect(jobs.map(({ state }) => state).toSorted()).toEqual([
    'done',
    'done',
    'done',
    'done',
    'waiting',
  ])
})

test('a mail that cannot be written is not tried again', async () => {
  const calls = await withResults(done)
  await register('not an address')
  await scene.settle()
  expect(await mailJobs()).toMatchObject([{ state: 'failed', attempts: 1 }])
  expect(calls).toEqual([])
})

test('an effect nobody performs waits for its plugin', async () => {
  scene = await createScene({ worker: { perform: {} } })
  await register('a@example.jp')
  await scene.settle()
  expect(await mailJobs()).toMatchObject([
    { state: 'waiting', last_error: "No plugin performs 'mail.send'" },
  ])
})

test('who lost a claim cannot settle, postpone or prolong the job any more (R13)', async () => {
  await withResults(done)
  await register('a@example.jp')
  const claim = async (lease: string) => {
    const now = scene.clock().toISOString()
    const request = { lease, now, until: later(now, 30_000), countMax: 5 }
    const [job] = await scene.store.write((tx) => claimJobs(tx, 'sqlite', request))
    return job
  }
  const frozen = await claim('frozen')
  expect(await claim('early')).toBeUndefined()
  scene.wait(30_000)
  const takeover = await claim('takeover')
  if (!frozen || !takeover) throw new Error('Nothing was claimed')
  expect(takeover).toMatchObject({ id: frozen.id, attempts: 2 })
  const at = scene.clock().toISOString()
  await scene.store.write(async (tx) => {
    expect(await settleJob(tx, frozen, { state: 'done', at })).toBe(false)
    const pause = { runAt: at, reason: '', countsAttempt: true }
    expect(await postponeJob(tx, frozen, pause)).toBe(false)
    expect(await renewLeases(tx, 'frozen', [frozen.id], later(at, 1))).toEqual([])
    expect(await renewLeases(tx, 'takeover', [frozen.id], later(at, 1))).toEqual([frozen.id])
  })
  const before = await snapshot(scene)
  await scene.advance.effectDone(frozen, null)
  await scene.advance.effectFailed(frozen, 'late')
  expect(await snapshot(scene)).toEqual(before)
  await scene.advance.effectDone(takeover, null)
  expect((await mailJobs())[0]?.state).toBe('done')
  expect((await snapshot(scene)).events.filter(({ kind }) => kind === 'effect-done')).toHaveLength(
    1,
  )
})

test('two workers on one database do each job once', async () => {
  await withResults(done)
  await Promise.all(Array.from({ length: 40 }, (_none, index) => register(`m${index}@example.jp`)))
  const other = await createScene({ store: scene.real, ids: 'other' })
  const sent: unknown[] = []
  const work = async (each: Scene) => {
    while ((await each.worker.runOnce()) > 0) sent.push(each)
  }
  await Promise.all([work(scene), work(other)])
  const { events } = await snapshot(scene)
  expect(events.filter(({ kind }) => kind === 'effect-done')).toHaveLength(40)
  expect(await countJobs(scene.store.db)).toEqual({ done: 40, waiting: 40 })
  await other.close()
})

test('a started worker hears of new jobs, and stops when its work is done', async () => {
  const calls = await withResults(done)
  scene.worker.start()
  await register('a@example.jp')
  await expect.poll(async () => (await mailJobs())[0]?.state).toBe('done')
  await scene.worker.stop()
  await register('b@example.jp')
  expect(calls.map(({ to }) => to)).toEqual(['a@example.jp'])
})

test('pauses double up to half an hour, and spread', () => {
  const longest = [1, 2, 3, 11, 60].map((attempts) => backoffMs(attempts, () => 1))
  expect(longest).toEqual([2_000, 4_000, 8_000, 1_800_000, 1_800_000])
  expect(backoffMs(3, () => 0)).toBe(4_000)
})
