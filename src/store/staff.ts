import { sql, type Insertable, type Selectable } from 'kysely'
import { escaped } from './like.ts'
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

/** A member of the staff as their list shows them. */
export type StaffEntry = {
  readonly id: string
  readonly login: string
  readonly name: string
  readonly role: string
  readonly state: string
  /** When the second factor was set up. */
  readonly enrolledAt?: string
}

/** One page of the staff by login name, those whose access has ended last. */
export async function staffPage(
  db: Db,
  text: string,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly StaffEntry[]> {
  let query = db
    .selectFrom('staff')
    .leftJoin('staff_factor', 'staff_factor.staff_id', 'staff.id')
    .select([
      'staff.id',
      'staff.login',
      'staff.name',
      'staff.role',
      'staff.state',
      'staff_factor.created_at as enrolled_at',
    ])
  if (text !== '') {
    const part = `%${escaped(text)}%`
    query = query.where(
      sql<boolean>`(staff.login like ${part.toLowerCase()} escape '!' or staff.name like ${part} escape '!')`,
    )
  }
  const rows = await query
    .orderBy('staff.state')
    .orderBy('staff.login')
    .limit(limit)
    .offset(offset)
    .execute()
  return rows.map(({ enrolled_at: enrolledAt, ...row }) => ({
    ...row,
    ...(enrolledAt !== null && { enrolledAt }),
  }))
}

/** Ends somebody's access; false when it has ended or there is no such person. */
export async function disableStaff(tx: Tx, id: string, at: string): Promise<boolean> {
  const result = await tx
    .updateTable('staff')
    .set({ state: 'disabled', updated_at: at })
    .where('id', '=', id)
    .where('state', '=', 'active')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
