import { Fault } from '../fault.ts'
import { japanDate } from '../form/dates.ts'
import type { JsonObject } from '../form/form.ts'
import type { Keys } from '../keys.ts'
import type { Call, EffectResult } from '../plugins/contract.ts'
import { appendAudit } from '../store/audit.ts'
import {
  insertIssuedAccounts,
  issuedByJob,
  type IssuedAccount,
  nextNumber,
  takeNumbers,
} from '../store/issued-accounts.ts'
import type { Store, Tx } from '../store/open.ts'
import { loadSubmission } from '../store/submissions.ts'
import { later } from '../workflow/time.ts'
import type { IssueOrder, PasswordRule } from '../workflow/workflow.ts'
import { ownerOfSubmission } from './owner.ts'
import { newPassword } from './password.ts'
import { SEALED_WITH, sealPassword } from './seal.ts'
import { idOf } from './series.ts'

export type IssuanceDeps = {
  readonly store: Store
  readonly keys: Pick<Keys, 'seal' | 'open'>
  readonly clock: () => Date
  readonly newId: () => string
  /** 0 <= x < n, from the system's secure source. */
  readonly randomBelow: (n: number) => number
}

/** More at once than any application asks for. */
const COUNT_MAX = 1_000

/**
 * Performs `accounts.issue`: ids counted up per pattern, passwords sealed at once. All of it is one transaction under the
 * job's id, so a job that is repeated gives the accounts of the first time and nothing is issued twice.
 */
export async function issueAccounts(
  deps: IssuanceDeps,
  order: IssueOrder,
  { idempotencyKey: jobId }: Pick<Call, 'idempotencyKey'>,
): Promise<EffectResult> {
  const { count } = order
  if (!Number.isInteger(count) || count < 1 || count > COUNT_MAX)
    return rejected(`発行する数（${String(count)}）は1から${COUNT_MAX}までの整数にしてください。`)
  try {
    const accounts = await deps.store.write(async (tx) => {
      const known = await issuedByJob(tx, jobId)
      return known.length > 0 ? known : issue(deps, tx, order, jobId)
    })
    return { status: 'done', result: { issued: accounts.map((one) => asItem(one, order)) } }
  } catch (error) {
    // Neither a missing owner nor a used up pattern gets better by trying again.
    if (error instanceof Fault && error.code.startsWith('issuance.')) return rejected(error.message)
    throw error
  }
}

function rejected(reason: string): EffectResult {
  return { status: 'rejected', reason }
}

async function issue(
  deps: IssuanceDeps,
  tx: Tx,
  order: IssueOrder,
  jobId: string,
): Promise<readonly IssuedAccount[]> {
  const { count, submissionId, issue: kind, ids, environments } = order
  const at = deps.clock().toISOString()
  const submission = await loadSubmission(tx, submissionId)
  const owner = submission && (await ownerOfSubmission(tx, submission))
  if (!submission || owner === undefined)
    throw new Fault('issuance.no-owner', '発行したものを受け取る利用者がいません。')
  const { portal } = submission
  const places = environments.length > 0 ? environments.map(({ name }) => name) : ['']
  const total = count * places.length
  const columns = new Map<string, readonly string[]>()
  for (const [name, pattern] of Object.entries(ids)) {
    const first = await takeNumbers(tx, pattern, total)
    const made = Array.from({ length: total }, (_, index) => idOf(pattern, first + index))
    const whole = made.filter((id) => id !== undefined)
    // Thrown, so that the transaction gives the numbers back.
    if (whole.length < total)
      throw new Fault('issuance.used-up', `IDの書式「${pattern}」の番号を使い切りました。`)
    columns.set(name, whole)
  }
  const from = await nextNumber(tx, { portal, owner, issue: kind })
  const accounts = Array.from({ length: total }, (_, position): IssuedAccount => {
    const id = deps.newId()
    return {
      id,
      portal,
      owner,
      submissionId,
      jobId,
      position,
      issue: kind,
      number: from + Math.floor(position / places.length),
      environment: places[position % places.length] ?? '',
      ids: Object.fromEntries([...columns].map(([name, made]) => [name, made[position] ?? ''])),
      ...(order.password && { sealed: sealNew(deps, id, order.password, at) }),
      hadPassword: order.password !== undefined,
      createdAt: at,
    }
  })
  await insertIssuedAccounts(tx, accounts)
  const data = { issue: kind, accounts: accounts.map(({ id }) => id) }
  await appendAudit(tx, {
    at,
    actor: 'system',
    kind: 'accounts.issued',
    subject: submissionId,
    data,
  })
  return accounts
}

/** A fresh password, sealed; nobody has seen it in the clear. */
export function sealNew(
  { keys, randomBelow }: Pick<IssuanceDeps, 'keys' | 'randomBelow'>,
  id: string,
  { length, keepMs, shownMs }: PasswordRule,
  at: string,
): NonNullable<IssuedAccount['sealed']> {
  return {
    text: sealPassword(keys, id, newPassword(length, randomBelow)),
    with: SEALED_WITH,
    keepUntil: later(at, keepMs),
    shownMs,
  }
}

/** One account as `steps.<id>.issued` shows it: no secret. */
function asItem(account: IssuedAccount, { environments }: IssueOrder): JsonObject {
  const label = environments.find(({ name }) => name === account.environment)?.label
  return {
    ...account.ids,
    accountId: account.id,
    no: account.number,
    issuedOn: japanDate(new Date(account.createdAt)),
    ...(label !== undefined && { environment: label }),
  }
}
