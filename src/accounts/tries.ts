import type { Limit } from '../form/form.ts'
import { purgeFailures } from '../store/accounts.ts'
import type { Store, Tx } from '../store/open.ts'
import { blockedMs, countFailure } from '../store/throttle.ts'

/** How a try to name a secret came out; `blocked` also for the try that used up the last one. */
export type Tried =
  | { readonly status: 'right' }
  | { readonly status: 'wrong' }
  | { readonly status: 'blocked'; readonly forMs: number }

/** Counts one try against `key`; whether it was right is known already. */
export type TryOnce = (key: string, limit: Limit, isRight: boolean) => Promise<Tried>

/** Start of the keys. */
export const TRIES = 'verify:'
/** Limits of definitions are counted in minutes, hours or days. */
const TRIES_KEPT_MS = 31 * 86_400_000

/**
 * Counts wrong tries against `key`: the one that fills the limit blocks for `perMs`. Whether a try counts as right is
 * decided in the same transaction, so tries sent at the same moment do not share one place. While blocked nothing is
 * right and nothing is counted (D-12).
 */
export function createTryOnce(store: Store, clock: () => Date): TryOnce {
  return (key, { times, perMs }, isRight) =>
    store.write(async (tx): Promise<Tried> => {
      const now = clock()
      const forMs = await blockedMs(tx, key, now)
      if (forMs > 0) return { status: 'blocked', forMs }
      if (isRight) return { status: 'right' }
      const growth = { free: times - 1, firstMs: perMs, maxMs: perMs, forgetMs: perMs }
      const counted = await countFailure(tx, key, growth, now)
      return counted.blockedMs > 0
        ? { status: 'blocked', forMs: counted.blockedMs }
        : { status: 'wrong' }
    })
}

/** Forgets tries that no longer count, so that the table does not grow for ever. */
export function purgeTries(tx: Tx, now: Date): Promise<void> {
  return purgeFailures(tx, TRIES, new Date(now.getTime() - TRIES_KEPT_MS).toISOString())
}
