import { randomBytes } from 'node:crypto'
import { sha256 } from '../hash.ts'
import { findAccount, type AccountRow } from '../store/accounts.ts'
import type { Store, Tx } from '../store/open.ts'
import {
  deleteSession,
  deleteSessionsOf,
  findSession,
  insertSession,
  purgeSessions,
  touchSession,
} from '../store/sessions.ts'
import { findStaff, type StaffRow } from '../store/staff.ts'

/** Whose session it is. `factorAt`: when the second factor was given; left out between password and code. */
export type Holder =
  { readonly accountId: string } | { readonly staffId: string; readonly factorAt?: Date }

/** When a session ends unless it is used until then. */
export type Until = { readonly endsAt: Date }

export type Sessions = {
  /**
   * A new session in the transaction of the login. The token is new each time (S08); the session that the browser brought
   * along (`replaces`, its token) ends.
   */
  start(tx: Tx, holder: Holder, now: Date, replaces?: string): Promise<string>
  /** Who holds the session of this token; undefined when it is unknown, ended, too old, or its holder is gone. */
  read(
    token: string,
  ): Promise<
    | (Until & { readonly account: AccountRow })
    | (Until & { readonly staff: StaffRow; readonly factorAt?: Date })
    | undefined
  >
  end(token: string): Promise<void>
  endAllOf(holder: Holder): Promise<void>
  /** Removes rows that `read` no longer accepts. */
  purge(): Promise<number>
  /** Value of Set-Cookie that hands a token to the browser. */
  cookie(token: string): string
  /** Value of Set-Cookie that takes it back. */
  noCookie(): string
  /** The token in a Cookie header; undefined when there is none, or not exactly one. */
  tokenIn(cookieHeader: string | undefined): string | undefined
}

const MINUTE_MS = 60_000
export const SESSION_IDLE_MS = 60 * MINUTE_MS
export const SESSION_LIFE_MS = 12 * 60 * MINUTE_MS
/** Between password and code: as long as setting up an app may take. */
export const HALF_LOGIN_MS = 15 * MINUTE_MS
/** Use is written down at most this often: one write a minute instead of one a request. */
const TOUCH_MS = MINUTE_MS

const TOKEN_BYTES = 32
const TOKEN = /^[A-Za-z0-9_-]{43}$/

/** 256 random bits, base64url. */
export function randomToken(): string {
  return randomBytes(TOKEN_BYTES).toString('base64url')
}

/**
 * Opaque sessions: the browser holds a random token, the database its SHA-256 (S08). Every request reads the row anew, so
 * an ended session is ended on every process at once.
 */
export function createSessions(deps: {
  readonly store: Store
  readonly clock: () => Date
  readonly newToken: () => string
  /** Sessions of an https: origin travel over TLS only. */
  readonly baseUrl: string
}): Sessions {
  const { store, clock } = deps
  const cookies = cookiesFor(deps.baseUrl)
  return {
    ...cookies,
    async start(tx, holder, now, replaces) {
      if (replaces !== undefined) await deleteSession(tx, sha256(replaces))
      const token = deps.newToken()
      const factorAt = 'staffId' in holder ? holder.factorAt : undefined
      const isHalf = 'staffId' in holder && !factorAt
      await insertSession(tx, {
        token_hash: sha256(token),
        account_id: 'accountId' in holder ? holder.accountId : null,
        staff_id: 'staffId' in holder ? holder.staffId : null,
        created_at: now.toISOString(),
        last_seen_at: now.toISOString(),
        expires_at: new Date(
          now.getTime() + (isHalf ? HALF_LOGIN_MS : SESSION_LIFE_MS),
        ).toISOString(),
        factor_at: factorAt?.toISOString() ?? null,
      })
      return token
    },
    async read(token) {
      if (!TOKEN.test(token)) return undefined
      const tokenHash = sha256(token)
      const row = await findSession(store.db, tokenHash)
      if (!row) return undefined
      const now = clock()
      const unusedMs = now.getTime() - Date.parse(row.last_seen_at)
      if (row.expires_at <= now.toISOString() || unusedMs >= SESSION_IDLE_MS) return undefined
      const account = row.account_id ? await findAccount(store.db, row.account_id) : undefined
      const staff = row.staff_id ? await findStaff(store.db, row.staff_id) : undefined
      if (!account && !staff) return undefined
      if (unusedMs >= TOUCH_MS)
        await store.write((tx) => touchSession(tx, tokenHash, now.toISOString()))
      const seenMs = now.getTime() - (unusedMs >= TOUCH_MS ? 0 : unusedMs)
      const endsAt = new Date(Math.min(seenMs + SESSION_IDLE_MS, Date.parse(row.expires_at)))
      if (account) return { account, endsAt }
      const factorAt = row.factor_at === null ? undefined : new Date(row.factor_at)
      return staff && { staff, endsAt, ...(factorAt && { factorAt }) }
    },
    end: (token) => store.write((tx) => deleteSession(tx, sha256(token))),
    endAllOf: (holder) => store.write((tx) => deleteSessionsOf(tx, holder)),
    purge() {
      const now = clock()
      const idleSince = new Date(now.getTime() - SESSION_IDLE_MS).toISOString()
      return store.write((tx) => purgeSessions(tx, now.toISOString(), idleSince))
    },
  }
}

/** `__Host-` binds the cookie to this very host, path / and TLS; plain http exists on a developer's machine only. */
function cookiesFor(baseUrl: string): Pick<Sessions, 'cookie' | 'noCookie' | 'tokenIn'> {
  const isSecure = baseUrl.startsWith('https:')
  const name = isSecure ? '__Host-madoguchi' : 'madoguchi'
  const rest = `; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return {
    cookie: (token) => `${name}=${token}${rest}`,
    noCookie: () => `${name}=; Max-Age=0${rest}`,
    tokenIn(header) {
      const values = (header ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`))
        .map((pair) => pair.slice(name.length + 1))
      const [token] = values
      return values.length === 1 && token !== undefined && TOKEN.test(token) ? token : undefined
    },
  }
}
