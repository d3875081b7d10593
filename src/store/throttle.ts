import type { Limit } from '../form/form.ts'
import type { Db, Tx } from './open.ts'

export type Count = { readonly allowed: boolean; readonly retryAfterMs: number }

/**
 * Counts one try against `key` in a fixed window that begins with its first try. The try that exceeds the limit is not
 * allowed, and neither is any other before the window ends (`retryAfterMs`).
 */
export async function countAgainst(tx: Tx, key: string, limit: Limit, now: Date): Promise<Count> {
  const row = await tx.selectFrom('throttle').selectAll().where('key', '=', key).executeTakeFirst()
  const startedMs = row ? Date.parse(row.window_started_at) : 0
  // A clock set back must not lock anybody out for longer than one window.
  const isRunning = row !== undefined && Math.abs(now.getTime() - startedMs) < limit.perMs
  const count = isRunning ? row.count + 1 : 1
  const windowStartedAt = isRunning ? row.window_started_at : now.toISOString()
  const endsMs = Date.parse(windowStartedAt) + limit.perMs
  const allowed = count <= limit.times
  const retryAfterMs = allowed ? 0 : Math.max(endsMs - now.getTime(), 1)
  const blockedUntil = allowed ? null : new Date(now.getTime() + retryAfterMs).toISOString()
  const values = { count, window_started_at: windowStartedAt, blocked_until: blockedUntil }
  await tx
    .insertInto('throttle')
    .values({ key, ...values })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
    .execute()
  return { allowed, retryAfterMs }
}

/** Delay after a failed login: none for the first `free` failures, then `firstMs`, doubling up to `maxMs`. */
export type Growth = {
  readonly free: number
  readonly firstMs: number
  readonly maxMs: number
  /** Failures older than this are forgotten. */
  readonly forgetMs: number
}

/**
 * Counts one failure against `key` and blocks the key for a time that grows with each: milliseconds from now, 0 for none.
 * The block slows guessing down and always ends, so that nobody can lock somebody else out.
 */
export async function countFailure(
  tx: Tx,
  key: string,
  growth: Growth,
  now: Date,
): Promise<{ readonly failures: number; readonly blockedMs: number }> {
  const row = await tx.selectFrom('throttle').selectAll().where('key', '=', key).executeTakeFirst()
  const isRemembered =
    row !== undefined &&
    Math.abs(now.getTime() - Date.parse(row.window_started_at)) < growth.forgetMs
  const failures = isRemembered ? row.count + 1 : 1
  const beyond = failures - growth.free
  const blockedMs =
    beyond <= 0 ? 0 : Math.min(growth.firstMs * 2 ** Math.min(beyond - 1, 30), growth.maxMs)
  const values = {
    count: failures,
    // The newest failure: each one renews the memory.
    window_started_at: now.toISOString(),
    blocked_until: blockedMs > 0 ? new Date(now.getTime() + blockedMs).toISOString() : null,
  }
  await tx
    .insertInto('throttle')
    .values({ key, ...values })
    .onConflict((conflict) => conflict.column('key').doUpdateSet(values))
    .execute()
  return { failures, blockedMs }
}

/** Milliseconds for which `key` is still blocked, 0 when it is not. Counts nothing. */
export async function blockedMs(db: Db | Tx, key: string, now: Date): Promise<number> {
  const row = await db
    .selectFrom('throttle')
    .select('blocked_until')
    .where('key', '=', key)
    .executeTakeFirst()
  if (!row?.blocked_until) return 0
  return Math.max(Date.parse(row.blocked_until) - now.getTime(), 0)
}

/** Forgets what was counted against `key`, as after a successful login. */
export async function clear(tx: Tx, key: string): Promise<void> {
  await tx.deleteFrom('throttle').where('key', '=', key).execute()
}

/** Removes counts whose window began before `before`; those that still block stay. Returns how many. */
export async function purgeThrottle(tx: Tx, before: Date, now: Date): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('throttle')
    .where('window_started_at', '<', before.toISOString())
    .where((where) =>
      where.or([
        where('blocked_until', 'is', null),
        where('blocked_until', '<', now.toISOString()),
      ]),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
