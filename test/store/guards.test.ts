import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  IDEMPOTENCY_KEPT_MS,
  purgeIdempotency,
  recall,
  remember,
} from '../../src/store/idempotency.ts'
import type { Store } from '../../src/store/open.ts'
import {
  blockedMs,
  clear,
  countAgainst,
  countFailure,
  purgeThrottle,
} from '../../src/store/throttle.ts'
import { newStore, startDrivers } from './stores.ts'

const { drivers, stop } = await startDrivers()
afterAll(stop)

const start = Date.parse('2026-11-21T00:00:00.000Z')
const after = (ms: number) => new Date(start + ms)

describe.each(drivers)('guards on $name', (driver) => {
  let store: Store
  beforeEach(async () => {
    store = await newStore(driver)
  })
  afterEach(() => store.close())

  describe('countAgainst', () => {
    const limit = { times: 2, perMs: 1_000 }
    const countAt = (ms: number, key = 'k') =>
      store.write((tx) => countAgainst(tx, key, limit, after(ms)))

    test('allows up to the limit within a window and then says how long to wait', async () => {
      expect(await countAt(0)).toEqual({ allowed: true, retryAfterMs: 0 })
      expect(await countAt(400)).toEqual({ allowed: true, retryAfterMs: 0 })
      expect(await countAt(900)).toEqual({ allowed: false, retryAfterMs: 100 })
      expect(await blockedMs(store.db, 'k', after(950))).toBe(50)
      expect(await countAt(999)).toEqual({ allowed: false, retryAfterMs: 1 })
      expect(await countAt(1_000)).toEqual({ allowed: true, retryAfterMs: 0 })
      expect(await blockedMs(store.db, 'k', after(1_000))).toBe(0)
    })

    test('keeps keys apart', async () => {
      for (const key of ['a', 'b', 'a', 'b']) expect((await countAt(0, key)).allowed).toBe(true)
      expect((await countAt(1, 'a')).allowed).toBe(false)
      await store.write((tx) => clear(tx, 'a'))
      expect((await countAt(2, 'a')).allowed).toBe(true)
      expect((await countAt(2, 'b')).allowed).toBe(false)
    })

    test('lets exactly the limit through when all come at once', async () => {
      const counts = await Promise.all(Array.from({ length: 20 }, () => countAt(0)))
      expect(counts.filter((count) => count.allowed)).toHaveLength(2)
    })

    test('a clock that was set back locks nobody out for good', async () => {
      await countAt(0)
      await countAt(0)
      expect((await countAt(-5_000)).allowed).toBe(true)
    })
  })

  test('countFailure makes each further failure wait longer, up to the most', async () => {
    const growth = { free: 2, firstMs: 1_000, maxMs: 5_000, forgetMs: 60_000 }
    const fail = (ms: number) => store.write((tx) => countFailure(tx, 'k', growth, after(ms)))
    const waits: number[] = []
    for (let index = 0; index < 6; index++) waits.push((await fail(index)).blockedMs)
    expect(waits).toEqual([0, 0, 1_000, 2_000, 4_000, 5_000])
    expect(await blockedMs(store.db, 'k', after(5))).toBe(5_000)
    expect(await blockedMs(store.db, 'k', after(5_005))).toBe(0)
    expect(await fail(59_999)).toEqual({ failures: 7, blockedMs: 5_000 })
    expect(await fail(59_999 + 60_000)).toEqual({ failures: 1, blockedMs: 0 })
  })

  test('purgeThrottle leaves what still blocks', async () => {
    await store.write(async (tx) => {
      await countAgainst(tx, 'old', { times: 1, perMs: 1_000 }, after(0))
      const long = { times: 0, perMs: 1_000_000 }
      await countAgainst(tx, 'blocking', long, after(0))
      await countAgainst(tx, 'new', { times: 1, perMs: 1_000 }, after(5_000))
    })
    expect(await store.write((tx) => purgeThrottle(tx, after(5_000), after(6_000)))).toBe(1)
    const rows = await store.db.selectFrom('throttle').select('key').orderBy('key').execute()
    expect(rows.map((row) => row.key)).toEqual(['blocking', 'new'])
  })

  describe('idempotency', () => {
    const request = { scope: 'register', key: 'k', requestHash: 'h' }
    const answer = { status: 201, response: '{"number":"1"}' }

    test('replays the answer, and tells another request with the same key apart', async () => {
      expect(await recall(store.db, request)).toEqual({ kind: 'new' })
      await store.write((tx) => remember(tx, request, answer, after(0)))
      expect(await recall(store.db, request)).toEqual({ kind: 'replay', ...answer })
      expect(await recall(store.db, { ...request, requestHash: 'other' })).toMatchObject({
        kind: 'mismatch',
      })
      expect(await recall(store.db, { ...request, scope: 'other' })).toEqual({ kind: 'new' })
    })

    test('of equal requests at once one performs and the others replay', async () => {
      const perform = () =>
        store.write(async (tx) => {
          const recalled = await recall(tx, request)
          if (recalled.kind === 'new') await remember(tx, request, answer, after(0))
          return recalled.kind
        })
      const kinds = await Promise.all(Array.from({ length: 8 }, perform))
      expect(kinds.toSorted()).toEqual(['new', ...Array.from({ length: 7 }, () => 'replay')])
    })

    test('is kept for a day', async () => {
      await store.write((tx) => remember(tx, request, answer, after(0)))
      const purgeAt = (ms: number) => store.write((tx) => purgeIdempotency(tx, after(ms)))
      expect(await purgeAt(IDEMPOTENCY_KEPT_MS)).toBe(0)
      expect(await purgeAt(IDEMPOTENCY_KEPT_MS + 1)).toBe(1)
      expect(await recall(store.db, request)).toEqual({ kind: 'new' })
    })
  })
})
