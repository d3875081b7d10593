import type { Insertable, Selectable } from 'kysely'
import type { Db, Tx } from './open.ts'
import type { StaffInviteTable, StaffTable } from './tables.ts'

export type StaffRow = Selectable<StaffTable>
export type StaffInviteRow = Selectable<StaffInviteTable>

export function findStaffByLogin(db: Db | Tx, login: string): Promise<StaffRow | undefined> {
  return db
    .selectFrom('staff')
    .selectAll()
    .where('login', '=', login)
    .where('state', '=', 'active')
    .executeTakeFirst()
}

export function findStaff(db: Db | Tx, id: string): Promise<StaffRow | undefined> {
  return db
    .selectFrom('staff')
    .selectAll()
    .where('id', '=', id)
    .where('state', '=', 'active')
    .executeTakeFirst()
}

export async function hasStaff(db: Db | Tx): Promise<boolean> {
  const row = await db
    .selectFrom('staff')
    .select('id')
    .where('state', '=', 'active')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Throws the Fault `store.unique` when the login name is taken. */
export async function insertStaff(tx: Tx, row: Insertable<StaffTable>): Promise<void> {
  await tx.insertInto('staff').values(row).execute()
}

/** Stores a hash made with more work, unless the password was changed meanwhile. */
export async function renewStaffPasswordHash(
  tx: Tx,
  id: string,
  change: { readonly from: string; readonly to: string; readonly at: string },
): Promise<void> {
  await tx
    .updateTable('staff')
    .set({ password_hash: change.to, updated_at: change.at })
    .where('id', '=', id)
    .where('password_hash', '=', change.from)
    .execute()
}

/** Puts a new invite in the place of every unused one of the same role (S05: a newer link ends the older). */
export async function replaceInvite(tx: Tx, row: Insertable<StaffInviteTable>): Promise<void> {
  await tx
    .deleteFrom('staff_invite')
    .where('role', '=', row.role)
    .where('used_at', 'is', null)
    .execute()
  await tx.insertInto('staff_invite').values(row).execute()
}

/** The invite while it can be used; reading changes nothing, since mail scanners read too. */
export function findInvite(
  db: Db | Tx,
  tokenHash: string,
  now: string,
): Promise<StaffInviteRow | undefined> {
  return db
    .selectFrom('staff_invite')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Uses the invite up in one statement, so that only one of two racing requests gets it. */
export async function useInvite(
  tx: Tx,
  tokenHash: string,
  now: string,
): Promise<StaffInviteRow | undefined> {
  return tx
    .updateTable('staff_invite')
    .set({ used_at: now })
    .where('token_hash', '=', tokenHash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
}
