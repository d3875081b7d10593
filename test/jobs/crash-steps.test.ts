import { expect, test } from 'vitest'
import type { EffectResult } from '../../src/plugins/contract.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import type { Store } from '../../src/store/open.ts'
import { answers } from '../workflow/fixtures.ts'
import { createScene, nameless, type Scene, snapshot, visitor } from '../workflow/scene.ts'
import { mortal } from './mortal.ts'

/** Past every lease, short of every timeout. */
const RESTART_MS = 60_000

/** The outside world: what each piece of work was done for, by its key. It outlives every crash. */
type World = Map<string, number>

function performers(world: World) {
  const work =
    (effect: string, result: EffectResult) =>
    async (_payload: object, { idempotencyKey }: { readonly idempotencyKey: string }) => {
      const key = `${effect} ${idempotencyKey}`
      world.set(key, (world.get(key) ?? 0) + 1)
      return result
    }
  const done = (result: object): EffectResult => ({ status: 'done', result: { ...result } })
  return {
    'mail.send': work('mail.send', done({})),
    'desk.issue': work('desk.issue', done({ first: 'W0000001', count: 2 })),
    'desk.print': work('desk.print', done({})),
    'desk.tell': work('desk.tell', done({})),
  }
}

async function journey(scene: Scene) {
  const filed = await scene.advance.submit({
    form: 'sample/issuing',
    answers: { ...answers, amount: 2 },
    actor: visitor,
    idempotency: { scope: 'issuing', key: 'k', requestHash: 'h' },
  })
  if ('refusal' in filed) throw new Error(filed.refusal.code)
  await scene.settle()
}

/** The end without what differs between runs: ids and times, and the order of what is done at the same time. */
async function outcomeOf(scene: Scene) {
  const { submissions, events, jobs } = await snapshot(scene)
  return {
    submissions: submissions.map(({ state, end, stuck }) => ({ state, end, stuck })),
    events: events
      .map(({ kind, data }) => {
        const { state, step, effect } = JSON.parse(data)
        return [kind, state, step, effect].filter(Boolean).join(' ')
      })
      .toSorted(),
    jobs: jobs
      .map(({ kind, state, payload }) => `${kind} ${state} ${nameless(payload)}`)
      .toSorted(),
  }
}

test('a power cut at any statement of steps in order and at once ends as if nothing had happened (R02)', async () => {
  const counted = { points: () => 0 }
  const still: World = new Map()
  const undisturbed = await createScene({
    worker: { perform: performers(still) },
    wrap: (store: Store) => {
      const watched = mortal(store, Number.POSITIVE_INFINITY)
      counted.points = watched.points
      return watched.wrapped
    },
  })
  await journey(undisturbed)
  const expected = await outcomeOf(undisturbed)
  expect(expected.submissions).toEqual([{ state: 'done', end: 'accepted', stuck: null }])
  const points = counted.points()
  await undisturbed.close()
  expect(points).toBeGreaterThan(60)

  let repeats = 0
  for (let last = 0; last < points; last++) {
    const world: World = new Map()
    const worker = { perform: performers(world) }
    const before = await createScene({ worker, wrap: (store) => mortal(store, last).wrapped })
    await journey(before).catch(() => undefined)
    const now = new Date(before.clock().getTime() + RESTART_MS).toISOString()
    const after = await createScene({ store: before.real, ids: 'again', now, worker })
    await after.settle()
    await journey(after)
    expect(await outcomeOf(after), `cut after point ${last}`).toEqual(expected)
    // Each piece of work has one key, however often it was done.
    expect([...world.keys()].map((key) => key.split(' ')[0]).toSorted()).toEqual([
      ...['desk.issue', 'desk.print', 'desk.tell', 'mail.send'],
    ])
    repeats += [...world.values()].reduce((sum, count) => sum + count - 1, 0)
    expect((await verifyAudit(after.store.db)).brokenAt).toBeUndefined()
    await after.close()
    await before.close()
  }
  expect(repeats).toBeGreaterThan(0)
})
