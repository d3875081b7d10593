import type { Facts, Issue, JsonObject, Text } from '../form/form.ts'
import {
  findAccount,
  findAccountByLogin,
  findFacilityCode,
  renewPasswordHash,
  type AccountRow,
} from '../store/accounts.ts'
import { facilityFacts } from '../store/facilities.ts'
import type { Store, Tx } from '../store/open.ts'
import { findStaffByLogin, renewStaffPasswordHash, type StaffRow } from '../store/staff.ts'
import type { Passwords } from './passwords.ts'
import { createSessions, type Holder, type Until } from './sessions.ts'
import {
  admit,
  forgive,
  isLetThrough,
  LOCK_FAILURES,
  LOCK_MS,
  purgeThrottle,
  takeBack,
  tooOften,
  type Admission,
  type Attempt,
} from './throttle.ts'

/** An active account, as pages and forms may know it. */
export type Account = {
  readonly id: string
  readonly portal: string
  readonly login: string
  readonly facilityType?: string
  readonly facilityId?: string
  readonly identifier?: string
  readonly attributes: JsonObject
}
export type StaffMember = {
  readonly id: string
  readonly login: string
  readonly name: string
  readonly role: string
}
export type SessionHolder =
  | (Until & { readonly account: Account })
  /** `factorAt`: when the second factor was last given; without it the login is but half done. */
  | (Until & { readonly staff: StaffMember; readonly factorAt?: Date })

/** Why a login was refused, for the person; the same in every respect whether the name exists or not (S03). */
export type LoginRefusal = {
  readonly issue: Issue
  readonly status: 422 | 429
  readonly retryAfterMs?: number
}
export type StartedSession = {
  readonly token: string
  /** Value of Set-Cookie. */
  readonly cookie: string
}

export type AccountsDeps = {
  readonly store: Store
  readonly passwords: Passwords
  readonly clock: () => Date
  /** 256 random bits in base64url: `randomToken`. */
  readonly newToken: () => string
  readonly baseUrl: string
  /** Hash of the password in a submission that waits to create an account with this login; undefined when none does. */
  readonly pendingPasswordHash: (portal: string, login: string) => Promise<string | undefined>
}

export type Accounts = ReturnType<typeof createAccounts>

/** Scope of the staff's logins among the counters; portals cannot have this name. */
const STAFF_SCOPE = '/staff'

/** Logins, sessions and facts of accounts and staff (registration.md §7–§10; D-17). */
export function createAccounts(deps: AccountsDeps) {
  const { store, passwords, clock } = deps
  const sessions = createSessions(deps)

  /** Counts, checks, and settles one attempt. Exactly one hash is verified whatever is known of the name. */
  async function attemptLogin<T extends Candidate>(
    from: Pick<Attempt, 'scope' | 'login' | 'address'>,
    password: string,
    candidate: T | undefined,
    pendingHash: string | undefined,
    refused: Issue,
  ): Promise<{ readonly found: T } | LoginRefusal> {
    const now = clock()
    const attempt: Attempt = { ...from, passwordHash: candidate?.password_hash ?? '' }
    const admission = await store.write((tx) => admit(tx, attempt, now))
    const hash = candidate?.password_hash ?? pendingHash
    const isRight = await withForgiveness(store, admission, async () => {
      if (hash !== undefined && isLetThrough(admission)) return passwords.verify(hash, password)
      await passwords.dummyVerify(password)
      return false
    })
    if (!isRight) return refusal(admission, refused)
    if (!candidate) return refusal(admission, PENDING)
    const renewed = passwords.needsRehash(candidate.password_hash)
      ? await passwords.hash(password)
      : undefined
    await store.write(async (tx) => {
      await takeBack(tx, attempt, admission, now)
      if (renewed !== undefined)
        await candidate.renew(tx, {
          from: candidate.password_hash,
          to: renewed,
          at: now.toISOString(),
        })
    })
    return { found: candidate }
  }

  return {
    /** Whether this login and password open an account of the portal. `address`: the client's, as the socket has it. */
    async authenticate(given: {
      readonly portal: string
      readonly login: string
      readonly password: string
      readonly address: string
    }): Promise<{ readonly account: Account } | LoginRefusal> {
      const [row, pendingHash] = await Promise.all([
        findAccountByLogin(store.db, given.portal, given.login),
        deps.pendingPasswordHash(given.portal, given.login),
      ])
      const result = await attemptLogin(
        { scope: given.portal, login: given.login, address: given.address },
        given.password,
        row && accountCandidate(row),
        pendingHash,
        REFUSED,
      )
      return 'found' in result ? { account: toAccount(result.found.row) } : result
    },

    /** The same for the staff, who have no portal and no pending registration. */
    async authenticateStaff(given: {
      readonly login: string
      readonly password: string
      readonly address: string
    }): Promise<{ readonly staff: StaffMember } | LoginRefusal> {
      const row = await findStaffByLogin(store.db, given.login)
      const result = await attemptLogin(
        { scope: STAFF_SCOPE, login: given.login, address: given.address },
        given.password,
        row && staffCandidate(row),
        undefined,
        STAFF_REFUSED,
      )
      return 'found' in result ? { staff: toStaff(result.found.row) } : result
    },

    /** A new session; `replaces` is the token the browser brought to the login, whose session ends. */
    async startSession(holder: Holder, replaces?: string): Promise<StartedSession> {
      const now = clock()
      const token = await store.write((tx) => sessions.start(tx, holder, now, replaces))
      return { token, cookie: sessions.cookie(token) }
    },
    async readSession(token: string | undefined): Promise<SessionHolder | undefined> {
      const row = token === undefined ? undefined : await sessions.read(token)
      if (!row) return undefined
      const { endsAt } = row
      if ('account' in row) return { account: toAccount(row.account), endsAt }
      const { staff, factorAt } = row
      return { staff: toStaff(staff), endsAt, ...(factorAt !== undefined && { factorAt }) }
    },
    endSession: (token: string) => sessions.end(token),
    endSessionsOf: (accountId: string) => sessions.endAllOf({ accountId }),
    endStaffSessionsOf: (staffId: string) => sessions.endAllOf({ staffId }),
    /** Value of Set-Cookie that takes the session cookie back. */
    noCookie: () => sessions.noCookie(),
    /** The session's token in a Cookie header. */
    tokenIn: (cookieHeader: string | undefined) => sessions.tokenIn(cookieHeader),

    /** Whether this is the present password of the account; failures count like those of a login. */
    async checkPassword(accountId: string, password: string, address: string): Promise<boolean> {
      const row = await findAccount(store.db, accountId)
      if (!row) return false
      const attempt = { scope: row.portal, login: row.login, address }
      const candidate = accountCandidate(row)
      return 'found' in (await attemptLogin(attempt, password, candidate, undefined, REFUSED))
    },
    hashPassword: (password: string) => passwords.hash(password),
    /**
     * What forms and conditions may refer to as `account.*` and `facility.*`; `code` only while the facility has one.
     */
    async facts(account: Account): Promise<Facts> {
      const { attributes, ...known } = account
      const { portal, facilityId, identifier = '' } = account
      if (facilityId === undefined) return { account: { ...attributes, ...known } }
      const [code, facility] = await Promise.all([
        findFacilityCode(store.db, portal, facilityId),
        facilityFacts(store.db, { portal, facilityId, identifier }),
      ])
      return {
        account: { ...attributes, ...known, ...(code !== undefined && { code }) },
        ...(facility && { facility }),
      }
    },

    /** Removes ended sessions and counters that no longer count; to be called now and then. */
    async purge(): Promise<void> {
      await sessions.purge()
      await store.write((tx) => purgeThrottle(tx, clock()))
    },
  }
}

/** Somebody whose password can be checked, account or staff. */
type Candidate = {
  readonly password_hash: string
  renew(
    tx: Tx,
    change: { readonly from: string; readonly to: string; readonly at: string },
  ): Promise<void>
}

function accountCandidate(row: AccountRow) {
  return {
    row,
    password_hash: row.password_hash,
    renew: (tx: Tx, change: Parameters<Candidate['renew']>[1]) =>
      renewPasswordHash(tx, row.id, change),
  }
}

function staffCandidate(row: StaffRow) {
  return {
    row,
    password_hash: row.password_hash,
    renew: (tx: Tx, change: Parameters<Candidate['renew']>[1]) =>
      renewStaffPasswordHash(tx, row.id, change),
  }
}

/** When hashing itself fails (too busy), the person has not guessed. */
async function withForgiveness<T>(
  store: Store,
  admission: Admission,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    await store.write((tx) => forgive(tx, admission))
    throw error
  }
}

function refusal(admission: Admission, issue: Issue): LoginRefusal {
  const waitMs = admission.addressWaitMs
  return waitMs > 0
    ? { issue: tooOften(waitMs), status: 429, retryAfterMs: waitMs }
    : { issue, status: 422 }
}

const LOCK_MINUTES = LOCK_MS / 60_000

/** One text for a wrong name, a wrong password and a lock; it says what a lock would need, so nobody waits in the dark. */
const NEUTRAL: Text = {
  ja: `ユーザー名（メールアドレス）またはパスワードが正しくありません。入力した内容をお確かめください。まちがいが${LOCK_FAILURES}回続くと、${LOCK_MINUTES}分以上の間ログインできません。パスワードを忘れた場合は、再設定してください。`,
  en: `The user name (e-mail address) or the password is not correct. Please check what you typed. After ${LOCK_FAILURES} mistakes in a row, logging in is not possible for ${LOCK_MINUTES} minutes or longer. If you have forgotten the password, please set a new one.`,
}
const REFUSED: Issue = { field: '', code: 'login.refused', text: NEUTRAL }

/** Staff have no way to set a new password by mail. */
const STAFF_REFUSED: Issue = {
  field: '',
  code: 'login.refused',
  text: {
    ja: `ログイン名またはパスワードが正しくありません。入力した内容をお確かめください。まちがいが${LOCK_FAILURES}回続くと、${LOCK_MINUTES}分以上の間ログインできません。`,
    en: `The login name or the password is not correct. Please check what you typed. After ${LOCK_FAILURES} mistakes in a row, logging in is not possible for ${LOCK_MINUTES} minutes or longer.`,
  },
}

/** Only for who knows the password of a registration that waits for its mail to be opened (D-17). */
const PENDING: Issue = {
  field: '',
  code: 'login.pending',
  text: {
    ja: `${NEUTRAL.ja} 登録の手続き中の方は、届いている確認メールのURLを開いて、登録を完了してください。`,
    en: `${NEUTRAL.en} If you have just registered, please open the link in the activation mail to complete the registration.`,
  },
}

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    portal: row.portal,
    login: row.login,
    ...(row.facility_type !== null && { facilityType: row.facility_type }),
    ...(row.facility_id !== null && { facilityId: row.facility_id }),
    ...(row.identifier !== null && { identifier: row.identifier }),
    attributes: JSON.parse(row.attributes) as JsonObject,
  }
}

function toStaff(row: StaffRow): StaffMember {
  return { id: row.id, login: row.login, name: row.name, role: row.role }
}
