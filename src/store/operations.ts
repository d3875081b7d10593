import { assert } from '../fault.ts'
import type { JsonObject } from '../form/form.ts'
import { later } from '../workflow/time.ts'
import type { AccountRef, NewAccount, Operation, Refusal } from '../workflow/submission.ts'
import { findAccount, findAccountByLogin, insertAccount, updateAccount } from './accounts.ts'
import { giveUpFiles, renameFields } from './files.ts'
import { cancelSteps, cancelTimers, eraseSettledJobs, renameInTimers, repeatJob } from './jobs.ts'
import { insertLink, renameInLinks, revokeLinks } from './links.ts'
import type { Tx } from './open.ts'
import { deleteSessionsOf } from './sessions.ts'
import { eraseEventAnswers, takeReplaceKey } from './submissions.ts'

export type OperationContext = {
  readonly submissionId: string
  /** Filed in this transaction: nothing older can be there. */
  readonly isNew: boolean
  readonly portal: string
  readonly at: string
  /** The secret part of a link's address; only its hash is stored. */
  readonly tokenOf: (linkId: string) => string
  /** Digits of the code for further users of a facility of this type; undefined: one user per facility. */
  readonly codeDigitsOf: (facilityType: string) => number | undefined
  /** So many random digits. */
  readonly newDigits: (count: number) => string
}

/** Jobs are stored together, and replacing others is for `advance`. */
export type SingleOperation = Exclude<Operation, { readonly kind: 'job' | 'replace-others' }>

/** Carries one operation out. A refusal means: undo the transaction, nothing of the command may stay. */
export async function carryOut(
  tx: Tx,
  context: OperationContext,
  operation: SingleOperation,
): Promise<Refusal | undefined> {
  const { submissionId, at } = context
  switch (operation.kind) {
    case 'link': {
      const { link } = operation
      const stored = {
        ...link,
        token: context.tokenOf(link.id),
        expiresAt: later(at, link.expiresMs),
      }
      if (!context.isNew) {
        // A newer link ends the older ones for the same action, and their timers, which carry their ids.
        const older = await revokeLinks(tx, submissionId, at, link.action)
        await cancelTimers(tx, submissionId, at, older)
      }
      await insertLink(tx, submissionId, stored, at)
      return undefined
    }
    case 'job-again':
      assert(await repeatJob(tx, operation.job), 'The job of a stuck step has failed')
      return undefined
    case 'settle':
      await revokeLinks(tx, submissionId, at)
      await cancelTimers(tx, submissionId, at)
      await cancelSteps(tx, submissionId, at)
      await takeReplaceKey(tx, submissionId, null)
      return undefined
    case 'erase-answers':
      await eraseEventAnswers(tx, submissionId)
      await eraseSettledJobs(tx, submissionId)
      await giveUpFiles(tx, submissionId, at)
      return undefined
    case 'rename':
      await renameInTimers(tx, submissionId, operation.states)
      await renameInLinks(tx, submissionId, operation.states)
      await renameFields(tx, submissionId, operation.fields)
      await takeReplaceKey(tx, submissionId, operation.key)
      return undefined
    case 'account-create':
      return createAccount(tx, context, operation)
    case 'account-update':
      return changeAccount(tx, context, operation)
    case 'sessions-end': {
      const account = await accountOf(tx, context.portal, operation.account)
      if (account) await deleteSessionsOf(tx, { accountId: account.id })
      return undefined
    }
  }
}

/** One account per login and per identifier in a portal, and no more of a facility than it may have (D-11, D-12, D-73). */
async function createAccount(
  tx: Tx,
  context: OperationContext,
  { account, conflict }: Extract<Operation, { kind: 'account-create' }>,
): Promise<Refusal | undefined> {
  const { portal, at } = context
  const codeDigits =
    account.facilityType === undefined ? undefined : context.codeDigitsOf(account.facilityType)
  const isRefused =
    (await isLoginTaken(tx, portal, account.login)) ||
    (await isIdentifierTaken(tx, portal, account.identifier)) ||
    (await isFacilityFull(tx, portal, account, codeDigits !== undefined))
  if (isRefused) return { code: 'conflict', ...(conflict && { text: conflict }) }
  await insertAccount(tx, {
    id: account.id,
    portal,
    login: account.login,
    state: 'active',
    password_hash: account.passwordHash,
    facility_type: account.facilityType ?? null,
    facility_id: account.facilityId ?? null,
    identifier: account.identifier ?? null,
    attributes: JSON.stringify(account.attributes),
    created_at: at,
    updated_at: at,
  })
  if (account.facilityId !== undefined && codeDigits !== undefined)
    await tx
      .insertInto('facility_code')
      .values({
        portal,
        facility_id: account.facilityId,
        code: context.newDigits(codeDigits),
        created_at: at,
      })
      .onConflict((other) => other.columns(['portal', 'facility_id']).doNothing())
      .execute()
  return undefined
}

async function isLoginTaken(tx: Tx, portal: string, login: string): Promise<boolean> {
  const row = await tx
    .selectFrom('account')
    .select('id')
    .where('portal', '=', portal)
    .where('login', '=', login)
    .executeTakeFirst()
  return row !== undefined
}

async function isIdentifierTaken(
  tx: Tx,
  portal: string,
  identifier: string | undefined,
): Promise<boolean> {
  if (identifier === undefined) return false
  const row = await tx
    .selectFrom('account')
    .select('id')
    .where('portal', '=', portal)
    .where('identifier', '=', identifier)
    .executeTakeFirst()
  return row !== undefined
}

/** A facility that lets further users in has room for as many as it has registration numbers, any other for one. */
async function isFacilityFull(
  tx: Tx,
  portal: string,
  { facilityId }: NewAccount,
  letsOthersIn: boolean,
): Promise<boolean> {
  if (facilityId === undefined) return false
  const users = await tx
    .selectFrom('account')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('portal', '=', portal)
    .where('facility_id', '=', facilityId)
    .where('state', '=', 'active')
    .executeTakeFirstOrThrow()
  const numbers = letsOthersIn ? await numbersOf(tx, portal, facilityId) : 1
  return users.count >= Math.max(numbers, 1)
}

async function numbersOf(tx: Tx, portal: string, facilityId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('facility_number')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('portal', '=', portal)
    .where('facility_id', '=', facilityId)
    .executeTakeFirstOrThrow()
  return count
}

/** An account that is no longer there cannot be changed; that it is gone is nobody else's business. */
async function changeAccount(
  tx: Tx,
  context: OperationContext,
  operation: Extract<Operation, { kind: 'account-update' }>,
): Promise<Refusal | undefined> {
  const { login, passwordHash, attributes, conflict } = operation
  const account = await accountOf(tx, context.portal, operation.account)
  if (!account) return { code: 'not-possible-now' }
  const isMoving = login !== undefined && login !== account.login
  if (isMoving && (await isLoginTaken(tx, context.portal, login)))
    return { code: 'conflict', ...(conflict && { text: conflict }) }
  const before = JSON.parse(account.attributes) as JsonObject
  const isChanged = await updateAccount(tx, account.id, {
    attributes: JSON.stringify({ ...before, ...attributes }),
    updated_at: context.at,
    ...(isMoving && { login }),
    ...(passwordHash !== undefined && { password_hash: passwordHash }),
  })
  assert(isChanged, 'An account found in this transaction can be changed in it')
  return undefined
}

/** Of this portal, active. */
async function accountOf(tx: Tx, portal: string, account: AccountRef) {
  const row =
    'id' in account
      ? await findAccount(tx, account.id)
      : await findAccountByLogin(tx, portal, account.login)
  return row?.portal === portal ? row : undefined
}
