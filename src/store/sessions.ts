import type { Insertable } from 'kysely'
import type { Db, Tx } from './open.ts'
import type { SessionTable } from './tables.ts'

export type SessionRow = SessionTable

export async function insertSession(tx: Tx, row: Insertable<SessionTable>): Promise<void> {
  await tx.insertInto('session').values(row).execute()
}

/** The session by the SHA-256 of its token; whether it is still good is for the caller to judge. */
export function findSession(db: Db | Tx, tokenHash: string): Promise<SessionRow | undefined> {
  return db.selectFrom('session').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst()
}

/** The holder has just given the second factor again. */
export async function renewFactorAt(tx: Tx, tokenHash: string, at: string): Promise<void> {
  await tx
    .updateTable('session')
    .set({ factor_at: at })
    .where('token_hash', '=', tokenHash)
    .execute()
}

/** Never moves the time back: two requests may finish in either order. */
export async function touchSession(tx: Tx, tokenHash: string, at: string): Promise<void> {
  await tx
    .updateTable('session')
    .set({ last_seen_at: at })
    .where('token_hash', '=', tokenHash)
    .where('last_seen_at', '<', at)
    .execute()
}

export async function deleteSession(tx: Tx, tokenHash: string): Promise<void> {
  await tx.deleteFrom('session').where('token_hash', '=', tokenHash).execute()
}

/** Every session of one person ends at once; there is no cache that could outlive it (S08). */
export async function deleteSessionsOf(
  tx: Tx,
  whose: { readonly accountId: string } | { readonly staffId: string },
): Promise<void> {
  const query = tx.deleteFrom('session')
  await (
    'accountId' in whose
      ? query.where('account_id', '=', whose.accountId)
      : query.where('staff_id', '=', whose.staffId)
  ).execute()
}

/** Removes sessions past their absolute end or unused since `idleSince`; how many. */
export async function purgeSessions(tx: Tx, now: string, idleSince: string): Promise<number> {
  const result = await tx
    .deleteFrom('session')
    .where((where) =>
      where.or([where('expires_at', '<=', now), where('last_seen_at', '<=', idleSince)]),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
