import type { Issue } from '../form/form.ts'
import { sha256 } from '../hash.ts'
import { purgeFailures, putFailures, readFailures } from '../store/accounts.ts'
import type { Tx } from '../store/open.ts'
import type { ThrottleTable } from '../store/tables.ts'
import { clear, countFailure, type Growth } from '../store/throttle.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

export const LOCK_FAILURES = 10
export const LOCK_MS = 15 * MINUTE_MS

/**
 * How failed logins are held back (D-17, S04). Three counters: the pair of login name and address, the login name from
 * everywhere, the address over all names. Each attempt is counted before its password is looked at and taken back when
 * it was right, so guesses sent at the same moment count as well. Unknown names are counted like known ones.
 *
 * Nobody locks an owner out: an address from which the owner has logged in before is held back only by the failures of
 * that very pair, not by what others do to the name or the address; a new password by mail clears the counters of the
 * name; every lock ends by itself, and an attempt made while locked does not lengthen it.
 */
export const RULES = {
  /** D-17, then longer: who goes on after the first lock is no forgetful owner. */
  pair: { free: LOCK_FAILURES - 1, firstMs: LOCK_MS, maxMs: 2 * HOUR_MS, forgetMs: DAY_MS },
  /** D-17 as it stands: the lock and the memory of the failures end together. */
  name: { free: LOCK_FAILURES - 1, firstMs: LOCK_MS, maxMs: LOCK_MS, forgetMs: LOCK_MS },
  /** Room for the typing errors of a hospital behind one address: 200 people, every tenth mistyping, twice over. */
  address: { free: 50, firstMs: SECOND_MS, maxMs: LOCK_MS, forgetMs: HOUR_MS },
} as const satisfies { readonly [counter: string]: Growth }

/** How long an address stays known for a name after its last login. */
const KNOWN_MS = 90 * DAY_MS

/** Whose password is tried from where. */
export type Attempt = {
  /** A portal, or the desk of the staff. */
  readonly scope: string
  readonly login: string
  readonly address: string
  /** Hash of the password that is wanted; '' for a name that has none. */
  readonly passwordHash: string
}

/** What `admit` found, to be handed to `takeBack` when the password was right. */
export type Admission = {
  /** The address is held back: a wrong password is answered with the time to wait. 0 when it is not. */
  readonly addressWaitMs: number
  /** Whether this pair has logged in before. */
  readonly isKnown: boolean
  /** The counters as they were. */
  readonly before: ReadonlyMap<string, ThrottleTable>
  /** The counters this attempt was counted in, with the block that it set. */
  readonly counted: readonly { readonly key: string; readonly blockedUntil: string | null }[]
}

/** Counts an attempt as failed, unless it is not let through anyway. */
export async function admit(tx: Tx, attempt: Attempt, now: Date): Promise<Admission> {
  const keys = keysOf(attempt)
  const before = await readFailures(tx, Object.values(keys))
  const waitMs = (key: string) => remainingMs(before.get(key), now)
  const known = before.get(keys.known)
  const isKnown =
    known !== undefined && now.getTime() - Date.parse(known.window_started_at) < KNOWN_MS
  const isLocked = waitMs(keys.pair) > 0 || (!isKnown && waitMs(keys.name) > 0)
  const addressWaitMs = waitMs(keys.address)
  const counted: { key: string; blockedUntil: string | null }[] = []
  if (!isLocked && (isKnown || addressWaitMs === 0))
    for (const counter of ['pair', 'name', 'address'] as const) {
      const key = keys[counter]
      // A known pair gets past what others blocked, and must not lengthen it either.
      if (waitMs(key) > 0) continue
      const { blockedMs } = await countFailure(tx, key, RULES[counter], now)
      const until = new Date(now.getTime() + blockedMs).toISOString()
      counted.push({ key, blockedUntil: blockedMs > 0 ? until : null })
    }
  return { addressWaitMs, isKnown, before, counted }
}

/** Whether the password decides at all. */
export function isLetThrough(admission: Admission): boolean {
  return admission.counted.length > 0
}

/**
 * The password was right: the pair starts anew and its address is known from now on. The address gets its attempt back,
 * unless too many have failed there already: then guesses that hit must not make room for more of them.
 * The name starts anew too, unless others have locked it: the owner's login must not give them ten more guesses.
 */
export async function takeBack(
  tx: Tx,
  attempt: Attempt,
  admission: Admission,
  now: Date,
): Promise<void> {
  const keys = keysOf(attempt)
  const failures = admission.before.get(keys.address)?.count ?? 0
  if (admission.isKnown || failures < RULES.address.free) await undo(tx, admission, [keys.address])
  await clear(tx, keys.pair)
  if (remainingMs(admission.before.get(keys.name), now) === 0) await clear(tx, keys.name)
  await putFailures(tx, [
    { key: keys.known, count: 1, window_started_at: now.toISOString(), blocked_until: null },
  ])
}

/** Nothing was learned about the password (too busy, database failing): the attempt does not count. */
export async function forgive(tx: Tx, admission: Admission): Promise<void> {
  await undo(
    tx,
    admission,
    admission.counted.map((row) => row.key),
  )
}

/** Removes counters that no longer count, so that the table does not grow with every name ever guessed. */
export async function purgeThrottle(tx: Tx, now: Date): Promise<void> {
  const before = (ms: number) => new Date(now.getTime() - ms).toISOString()
  for (const counter of ['pair', 'name', 'address'] as const)
    await purgeFailures(tx, `login.${counter}:`, before(RULES[counter].forgetMs))
  await purgeFailures(tx, 'login.known:', before(KNOWN_MS))
}

async function undo(tx: Tx, admission: Admission, keys: readonly string[]): Promise<void> {
  const present = await readFailures(tx, keys)
  for (const counted of admission.counted) {
    const row = present.get(counted.key)
    if (!row) continue
    // A block that this very attempt set goes with it; one set by another stays.
    const isOurBlock = row.blocked_until === counted.blockedUntil
    const blockedBefore = admission.before.get(counted.key)?.blocked_until ?? null
    await putFailures(tx, [
      {
        ...row,
        count: Math.max(0, row.count - 1),
        blocked_until: isOurBlock ? blockedBefore : row.blocked_until,
      },
    ])
  }
}

/** What somebody reads whose network is held back. */
export function tooOften(waitMs: number): Issue {
  const minutes = Math.max(1, Math.ceil(waitMs / 60_000))
  return {
    field: '',
    code: 'login.too-often',
    params: { minutes },
    text: {
      ja: `お使いの回線からのログインの失敗が続いたため、ログインの受付を一時的に止めています。約${minutes}分後に、もう一度ログインしてください。`,
      en: `Logging in is paused because of repeated failures from your network. Please try again in about ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
    },
  }
}

function remainingMs(row: ThrottleTable | undefined, now: Date): number {
  return row?.blocked_until ? Math.max(0, Date.parse(row.blocked_until) - now.getTime()) : 0
}

/** Hashed, so that the table does not list who tried to log in from where. */
function keysOf({ scope, login, address, passwordHash }: Attempt) {
  const name = `${scope}\n${login.toLowerCase()}`
  const network = networkOf(address)
  return {
    pair: `login.pair:${sha256(`${name}\n${passwordHash}\n${network}`)}`,
    name: `login.name:${sha256(`${name}\n${passwordHash}`)}`,
    address: `login.address:${sha256(network)}`,
    known: `login.known:${sha256(`${name}\n${network}`)}`,
  }
}

/**
 * One IPv6 customer owns a whole /64, so its addresses count as one. IPv4 as it is, also in its mapped IPv6 spelling.
 * Anything else (a name, a Unix socket) counts as it is written.
 */
export function networkOf(address: string): string {
  const text = address.toLowerCase().replace(/%.*$/, '')
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(text)
  if (mapped) return mapped[1] ?? text
  if (!text.includes(':')) return text
  const [head = '', tail] = text.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail ? tail.split(':') : []
  const zeros =
    tail === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0')
  const groups = [...before, ...zeros, ...after].slice(0, 4)
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`
}
