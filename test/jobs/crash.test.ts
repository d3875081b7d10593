import { expect, test } from 'vitest'
import { verifyAudit } from '../../src/store/audit.ts'
import type { Store } from '../../src/store/open.ts'
import { answers } from '../workflow/fixtures.ts'
import { createScene, nameless, type Scene, snapshot, tokenIn, visitor } from '../workflow/scene.ts'
import { mortal } from './mortal.ts'

/** Past every lease, short of every link's end. */
const RESTART_MS = 60_000

/** What a person and the worker do. Each step may be done again by somebody who heard of no success. */
async function journey(scene: Scene, mails: Scene['mails']) {
  const filed = await scene.advance.submit({
    form: 'sample/registration',
    answers,
    actor: visitor,
    idempotency: { scope: 'registration', key: 'k', requestHash: 'h' },
  })
  if ('refusal' in filed) throw new Error(filed.refusal.code)
  await scene.settle()
  const outcome = await scene.advance.byLink({
    token: tokenIn(mails.find(({ subject }) => subject === 'activation')),
    answers: {},
  })
  if ('refusal' in outcome && !outcome.repeated) throw new Error(outcome.refusal.code)
  await scene.settle()
}

/** The end of a journey without what differs between runs: ids, times, attempts. */
async function outcomeOf(scene: Scene) {
  const { submissions, events, jobs, links, accounts, audit } = await snapshot(scene)
  return {
    submissions: submissions.map(({ state, end, answers }) => ({ state, end, answers })),
    events: events.map(({ seq, kind, data }) => {
      const { state, end, action, effect } = JSON.parse(data)
      return { seq, kind, state, end, action, effect }
    }),
    jobs: jobs
      .map(({ kind, state, payload }) => `${kind} ${state} ${nameless(payload)}`)
      .toSorted(),
    links: links.map(({ used_at, revoked_at }) => [used_at !== null, revoked_at !== null]),
    accounts: accounts.map(({ login, identifier, attributes }) => [login, identifier, attributes]),
    audit: audit.map(({ kind }) => kind),
  }
}

test('a power cut at any statement, and starting again, ends as if nothing had happened', async () => {
  const undisturbed = await createScene({ wrap: (store) => counted.wrap(store) })
  await journey(undisturbed, undisturbed.mails)
  const expected = await outcomeOf(undisturbed)
  const points = counted.points()
  await undisturbed.close()
  expect(points).toBeGreaterThan(40)

  let cuts = 0
  let repeats = 0
  for (let last = 0; last < points; last++) {
    const before = await createScene({ wrap: (store) => mortal(store, last).wrapped })
    // A worker keeps failing after the cut without telling, so the journey may end either way.
    const isCut = await journey(before, before.mails).then(
      () => false,
      () => true,
    )
    if (isCut) cuts++
    const now = new Date(before.clock().getTime() + RESTART_MS).toISOString()
    const after = await createScene({ store: before.real, ids: 'again', now })
    await after.settle()
    await resume(after, [...before.mails, ...after.mails])
    expect(await outcomeOf(after), `cut after point ${last}`).toEqual(expected)

    const all = [...before.mails, ...after.mails]
    repeats += all.length - 2
    expect(new Set(all.map(({ messageId }) => messageId)).size).toBe(2)
    expect(new Set(all.map(({ text, messageId }) => `${messageId} ${text}`)).size).toBe(2)
    expect((await verifyAudit(after.store.db)).brokenAt).toBeUndefined()
    await after.close()
    await before.close()
  }
  expect(cuts).toBeGreaterThan(points / 2)
  // Cuts between sending and recording do repeat a mail, and nothing else does.
  expect(repeats).toBeGreaterThan(0)
  expect(repeats).toBeLessThanOrEqual(cuts)
})

/** The person tries again whatever was not acknowledged; the first link's result may be there already. */
async function resume(scene: Scene, mails: Scene['mails']) {
  const { accounts } = await snapshot(scene)
  if (accounts.length === 0) await journey(scene, new Proxy(mails, combine(mails, scene)))
}

/** Mails of before and of now, also those still to come. */
function combine(before: Scene['mails'], scene: Scene): ProxyHandler<Scene['mails']> {
  return {
    get: (_target, key) => Reflect.get([...before, ...scene.mails], key),
  }
}

const counted = (() => {
  let watched: ReturnType<typeof mortal> | undefined
  return {
    wrap(store: Store) {
      watched = mortal(store, Number.POSITIVE_INFINITY)
      return watched.wrapped
    },
    points: () => watched?.points() ?? 0,
  }
})()
