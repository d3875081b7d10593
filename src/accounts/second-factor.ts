import { randomBytes, randomInt } from 'node:crypto'
import type { Issue } from '../form/form.ts'
import type { Keys } from '../keys.ts'
import { appendAudit } from '../store/audit.ts'
import type { AuditKind } from '../store/audit-kinds.ts'
import type { Store, Tx } from '../store/open.ts'
import {
  countRecovery,
  deleteFactor,
  findFactor,
  putFactor,
  takeRecovery,
  takeStep,
} from '../store/second-factor.ts'
import { deleteSessionsOf } from '../store/sessions.ts'
import { deleteCards } from '../store/staff-cards.ts'
import { actorText } from '../store/submissions.ts'
import type { LoginRefusal, StaffMember } from './accounts.ts'
import { admit, isLetThrough, LOCK_FAILURES, LOCK_MS, takeBack, tooOften } from './throttle.ts'
import { matchingStep, SECRET_BYTES } from './totp.ts'

/** What the second factor of the staff is kept with. */
export type FactorDeps = {
  readonly store: Store
  readonly keys: Keys
  readonly clock: () => Date
}

/** Sealed and bound to its owner, so that a row copied to somebody else opens nothing (S41). */
const PURPOSE = 'staff-factor'
/** An offered secret is bound to the session it was shown to. */
const OFFER = 'staff-factor-offer'
const RECOVERY = 'staff-recovery'
/** Scope of the counters of wrong codes; portals cannot have this name. */
const SCOPE = '/staff-code'

export const RECOVERY_CODES = 10
const RECOVERY_LENGTH = 12
/** Nobody confuses these when they are read off paper: 12 of them are 58 bits. */
const RECOVERY_LETTERS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'

export async function isEnrolled({ store }: FactorDeps, staffId: string): Promise<boolean> {
  return (await findFactor(store.db, staffId)) !== undefined
}

export function recoveryLeft({ store }: FactorDeps, staffId: string): Promise<number> {
  return countRecovery(store.db, staffId)
}

/** A new secret to be shown, and the same sealed: it comes back with the first code, and nothing is stored until then. */
export function offerSecret({ keys }: FactorDeps, session: string) {
  const secret = randomBytes(SECRET_BYTES)
  return { secret, sealed: keys.seal(OFFER, secret.toString('base64'), session) }
}

/** The secret offered to this session; undefined when it was changed or offered to another. */
export function offeredSecret(
  { keys }: FactorDeps,
  sealed: string,
  session: string,
): Uint8Array | undefined {
  const text = keys.open(OFFER, sealed, session)
  return text === undefined ? undefined : Buffer.from(text, 'base64')
}

/**
 * Enrols a member of the staff whose app shows the right code, and gives the recovery codes, which are never shown again.
 * The code counts as taken: it opens nothing else.
 */
export async function enrol(
  { store, keys, clock }: FactorDeps,
  given: { readonly staff: StaffMember; readonly secret: Uint8Array; readonly code: string },
): Promise<{ readonly recovery: readonly string[] } | { readonly issue: Issue }> {
  const { staff, secret } = given
  const now = clock()
  const step = matchingStep(secret, foldCode(given.code), now)
  if (step === undefined) return { issue: WRONG_FIRST }
  const recovery = Array.from({ length: RECOVERY_CODES }, newRecoveryCode)
  await store.write(async (tx) => {
    await putFactor(
      tx,
      {
        staff_id: staff.id,
        secret: keys.seal(PURPOSE, Buffer.from(secret).toString('base64'), staff.id),
        last_step: step,
        created_at: now.toISOString(),
      },
      recovery.map((code) => recoveryHash(keys, staff.id, code)),
    )
    await note(tx, now, staff, 'staff.factor-enrolled', {})
  })
  return { recovery }
}

/**
 * Whether the code is right: each is taken once, the one before and the one after included, and wrong ones are held back
 * like wrong passwords.
 */
export async function checkFactor(
  deps: FactorDeps,
  given: {
    readonly staff: StaffMember
    readonly kind: 'code' | 'recovery'
    readonly typed: string
    readonly address: string
  },
): Promise<{ readonly passedAt: Date } | LoginRefusal> {
  const { store, clock } = deps
  const { staff } = given
  const now = clock()
  const wrong = given.kind === 'code' ? WRONG_CODE : WRONG_RECOVERY
  return store.write(async (tx) => {
    const factor = await findFactor(tx, staff.id)
    const attempt = {
      scope: SCOPE,
      login: staff.login,
      address: given.address,
      passwordHash: factor?.created_at ?? '',
    }
    const admission = await admit(tx, attempt, now)
    const isRight =
      factor !== undefined &&
      isLetThrough(admission) &&
      (given.kind === 'code'
        ? await isFreshCode(tx, deps, factor, given.typed, now)
        : await takeRecovery(
            tx,
            staff.id,
            recoveryHash(deps.keys, staff.id, foldRecovery(given.typed)),
          ))
    if (!isRight) {
      // Attempts that are held back are not noted, so that nobody fills the log with them.
      if (isLetThrough(admission))
        await note(tx, now, staff, 'staff.factor-refused', { kind: given.kind })
      const waitMs = admission.addressWaitMs
      return waitMs > 0
        ? { issue: tooOften(waitMs), status: 429, retryAfterMs: waitMs }
        : { issue: wrong, status: 422 }
    }
    await takeBack(tx, attempt, admission, now)
    if (given.kind === 'recovery')
      await note(tx, now, staff, 'staff.recovery-used', { left: await countRecovery(tx, staff.id) })
    return { passedAt: now }
  })
}

/** A lost device: the factor goes with all cards, and every session of its owner ends. Whoever does it says why. */
export async function resetFactor(
  tx: Tx,
  wish: {
    readonly staffId: string
    readonly actor: string
    readonly reason: string
    readonly at: string
  },
): Promise<boolean> {
  const wasThere = await deleteFactor(tx, wish.staffId)
  if (!wasThere) return false
  await deleteCards(tx, wish.staffId)
  await deleteSessionsOf(tx, { staffId: wish.staffId })
  await appendAudit(tx, {
    at: wish.at,
    actor: wish.actor,
    kind: 'staff.factor-reset',
    subject: wish.staffId,
    data: { reason: wish.reason },
  })
  return true
}

async function isFreshCode(
  tx: Tx,
  { keys }: FactorDeps,
  factor: { readonly staff_id: string; readonly secret: string },
  typed: string,
  now: Date,
): Promise<boolean> {
  const secret = keys.open(PURPOSE, factor.secret, factor.staff_id)
  const step =
    secret === undefined
      ? undefined
      : matchingStep(Buffer.from(secret, 'base64'), foldCode(typed), now)
  return step !== undefined && takeStep(tx, factor.staff_id, step)
}

function note(
  tx: Tx,
  now: Date,
  staff: StaffMember,
  kind: AuditKind,
  data: { readonly [key: string]: string | number },
): Promise<unknown> {
  const actor = actorText({ kind: 'staff', staffId: staff.id, role: staff.role })
  return appendAudit(tx, { at: now.toISOString(), actor, kind, subject: staff.id, data })
}

/** Full width becomes half, spaces go: apps show 「123 456」. */
function foldCode(typed: string): string {
  return typed.normalize('NFKC').replace(/\s/g, '')
}

function foldRecovery(typed: string): string {
  return typed
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
}

function newRecoveryCode(): string {
  return Array.from({ length: RECOVERY_LENGTH }, () =>
    RECOVERY_LETTERS.charAt(randomInt(RECOVERY_LETTERS.length)),
  ).join('')
}

/** With the key outside the database, so that the table alone cannot be searched through. */
function recoveryHash(keys: Keys, staffId: string, code: string): string {
  return keys.derive(RECOVERY, `${staffId}\n${code}`)
}

const LOCK_MINUTES = LOCK_MS / 60_000

const WRONG_FIRST: Issue = {
  field: 'code',
  code: 'factor.wrong-first',
  text: {
    ja: '確認コードが合いません。アプリに表示されている6桁の数字を、変わる前に入力してください。合わないときは、スマートフォンの時計が正しいかお確かめください。',
    en: 'The code does not match. Type the six digits your app shows before they change. If it still fails, check that the clock of your phone is right.',
  },
}
const WRONG_CODE: Issue = {
  field: 'code',
  code: 'factor.wrong-code',
  text: {
    ja: `確認コードが合わないか、すでに使われています。アプリに次のコードが出るのを待って、入力してください。まちがいが${LOCK_FAILURES}回続くと、${LOCK_MINUTES}分以上の間ログインできません。`,
    en: `The code does not match, or it has been used. Wait for the next code of your app and type it. After ${LOCK_FAILURES} mistakes in a row, logging in is not possible for ${LOCK_MINUTES} minutes or longer.`,
  },
}
const WRONG_RECOVERY: Issue = {
  field: 'code',
  code: 'factor.wrong-recovery',
  text: {
    ja: `リカバリーコードが合わないか、すでに使われています。控えの別のコードを入力してください。まちがいが${LOCK_FAILURES}回続くと、${LOCK_MINUTES}分以上の間ログインできません。`,
    en: `The recovery code does not match, or it has been used. Type another code of your list. After ${LOCK_FAILURES} mistakes in a row, logging in is not possible for ${LOCK_MINUTES} minutes or longer.`,
  },
}
