import { sql, type Selectable } from 'kysely'
import { escaped } from './like.ts'
import type { Db, Tx } from './open.ts'
import type { IssuedAccountTable } from './tables.ts'

/** An account in another system, as it was issued; its password is sealed, or gone. */
export type IssuedAccount = {
  readonly id: string
  readonly portal: string
  readonly owner: string
  readonly submissionId: string
  readonly jobId: string
  readonly position: number
  readonly issue: string
  readonly number: number
  readonly environment: string
  readonly ids: { readonly [name: string]: string }
  /** The initial password; undefined once it is destroyed, or when there never was one. */
  readonly sealed?: Sealed
  readonly hadPassword: boolean
  readonly createdAt: string
}

export type Sealed = {
  readonly text: string
  /** Procedure and key. */
  readonly with: string
  /** When it is destroyed at the latest. */
  readonly keepUntil: string
  /** How long it is kept after it was first shown. */
  readonly shownMs: number
}

/** Counts a pattern up by `count` and gives the first of the numbers taken. Undone with the transaction: no gaps. */
export async function takeNumbers(tx: Tx, pattern: string, count: number): Promise<number> {
  const row = await tx
    .insertInto('number_series')
    .values({ pattern, last: count })
    .onConflict((taken) =>
      taken.column('pattern').doUpdateSet((eb) => ({ last: eb('number_series.last', '+', count) })),
    )
    .returning('last')
    .executeTakeFirstOrThrow()
  return Number(row.last) - count + 1
}

/** The number after the last one an owner has of this kind. */
export async function nextNumber(
  tx: Tx,
  { portal, owner, issue }: Pick<IssuedAccount, 'portal' | 'owner' | 'issue'>,
): Promise<number> {
  const row = await tx
    .selectFrom('issued_account')
    .select((eb) => eb.fn.max('number').as('last'))
    .where('portal', '=', portal)
    .where('owner', '=', owner)
    .where('issue', '=', issue)
    .executeTakeFirst()
  return Number(row?.last ?? 0) + 1
}

export async function insertIssuedAccounts(
  tx: Tx,
  accounts: readonly IssuedAccount[],
): Promise<void> {
  await tx
    .insertInto('issued_account')
    .values(
      accounts.map((account) => ({
        id: account.id,
        portal: account.portal,
        owner: account.owner,
        submission_id: account.submissionId,
        job_id: account.jobId,
        position: account.position,
        issue: account.issue,
        number: account.number,
        environment: account.environment,
        ids: JSON.stringify(account.ids),
        sealed: account.sealed?.text ?? null,
        sealed_with: account.sealed?.with ?? null,
        keep_until: account.sealed?.keepUntil ?? null,
        shown_ms: account.sealed?.shownMs ?? null,
        created_at: account.createdAt,
      })),
    )
    .execute()
}

/** What a job has issued already, in order. */
export async function issuedByJob(db: Db | Tx, jobId: string): Promise<readonly IssuedAccount[]> {
  const rows = await db
    .selectFrom('issued_account')
    .selectAll()
    .where('job_id', '=', jobId)
    .orderBy('position')
    .execute()
  return rows.map(accountFrom)
}

export async function findIssuedAccounts(
  db: Db | Tx,
  ids: readonly string[],
): Promise<readonly IssuedAccount[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('issued_account').selectAll().where('id', 'in', ids).execute()
  return rows.map(accountFrom)
}

/** Those of an owner, by terminal. */
export async function issuedAccountsOf(
  db: Db | Tx,
  { portal, owner, issue }: Pick<IssuedAccount, 'portal' | 'owner' | 'issue'>,
): Promise<readonly IssuedAccount[]> {
  const rows = await db
    .selectFrom('issued_account')
    .selectAll()
    .where('portal', '=', portal)
    .where('owner', '=', owner)
    .where('issue', '=', issue)
    .orderBy('number')
    .orderBy('position')
    .execute()
  return rows.map(accountFrom)
}

/** Seals another password: the one before is gone. */
export async function putSealed(tx: Tx, id: string, sealed: Sealed): Promise<void> {
  await tx
    .updateTable('issued_account')
    .set({
      sealed: sealed.text,
      sealed_with: sealed.with,
      keep_until: sealed.keepUntil,
      shown_ms: sealed.shownMs,
    })
    .where('id', '=', id)
    .execute()
}

/** Destroys the sealed passwords of these accounts. */
export async function destroySealed(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('issued_account')
    .set({ sealed: null, sealed_with: null })
    .where('id', 'in', ids)
    .execute()
}

/** A password is kept no longer than until then; an earlier end stays. */
export async function shortenKeeping(
  tx: Tx,
  ids: readonly string[],
  keepUntil: string,
): Promise<void> {
  if (ids.length === 0) return
  await tx
    .updateTable('issued_account')
    .set({ keep_until: keepUntil })
    .where('id', 'in', ids)
    .where('sealed', 'is not', null)
    .where('keep_until', '>', keepUntil)
    .execute()
}

/** Destroys every sealed password whose time is up. Gives the ids of their accounts. */
export async function destroyOverdue(tx: Tx, now: string): Promise<readonly string[]> {
  const rows = await tx
    .updateTable('issued_account')
    .set({ sealed: null, sealed_with: null })
    .where('sealed', 'is not', null)
    .where('keep_until', '<=', now)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** An issued account as the office sees it: nothing that is secret about it. */
export type IssuedEntry = {
  readonly id: string
  readonly ids: IssuedAccount['ids']
  readonly issue: string
  readonly environment: string
  /** Of the submission. */
  readonly number: string
  readonly createdAt: string
  readonly hadPassword: boolean
  /** While its initial password can still be shown to its owner. */
  readonly keepUntil?: string
}

/** One page of issued accounts, newest first. `id`: one of its issued ids, as it is written. */
export async function issuedPage(
  db: Db,
  filter: {
    readonly id?: string
    readonly number?: string
    readonly portals?: readonly string[]
  },
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly IssuedEntry[]> {
  let query = db
    .selectFrom('issued_account')
    .innerJoin('submission', 'submission.id', 'issued_account.submission_id')
    .selectAll('issued_account')
    .select('submission.number as submission_number')
  if (filter.id)
    query = query.where(
      sql<boolean>`issued_account.ids like ${`%${escaped(JSON.stringify(filter.id))}%`} escape '!'`,
    )
  if (filter.number) query = query.where('submission.number', '=', filter.number)
  if (filter.portals) query = query.where('issued_account.portal', 'in', filter.portals)
  const rows = await query
    .orderBy('issued_account.created_at', 'desc')
    .orderBy('issued_account.id')
    .limit(limit)
    .offset(offset)
    .execute()
  return rows.map((row) => {
    const { id, ids, issue, environment, createdAt, hadPassword, sealed } = accountFrom(row)
    return {
      ...{ id, ids, issue, environment, createdAt, hadPassword, number: row.submission_number },
      ...(sealed && { keepUntil: sealed.keepUntil }),
    }
  })
}

function accountFrom(row: Selectable<IssuedAccountTable>): IssuedAccount {
  const { sealed, sealed_with: sealedWith, keep_until: keepUntil, shown_ms: shownMs } = row
  return {
    id: row.id,
    portal: row.portal,
    owner: row.owner,
    submissionId: row.submission_id,
    jobId: row.job_id,
    position: Number(row.position),
    issue: row.issue,
    number: Number(row.number),
    environment: row.environment,
    ids: JSON.parse(row.ids) as IssuedAccount['ids'],
    ...(sealed !== null && {
      sealed: {
        text: sealed,
        with: sealedWith ?? '',
        keepUntil: keepUntil ?? '',
        shownMs: Number(shownMs),
      },
    }),
    hadPassword: keepUntil !== null,
    createdAt: row.created_at,
  }
}
