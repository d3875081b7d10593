import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Db, Tx } from './open.ts'
import type { AccountTable, ThrottleTable } from './tables.ts'

export type AccountRow = Selectable<AccountTable>

/** The active account with this login name; names are compared exactly, since fields fold them before. */
export function findAccountByLogin(
  db: Db | Tx,
  portal: string,
  login: string,
): Promise<AccountRow | undefined> {
  return db
    .selectFrom('account')
    .selectAll()
    .where('portal', '=', portal)
    .where('login', '=', login)
    .where('state', '=', 'active')
    .executeTakeFirst()
}

/** The active account with this id. */
export function findAccount(db: Db | Tx, id: string): Promise<AccountRow | undefined> {
  return db
    .selectFrom('account')
    .selectAll()
    .where('id', '=', id)
    .where('state', '=', 'active')
    .executeTakeFirst()
}

/** Throws the Fault `store.unique` when login or identifier is taken in this portal. */
export async function insertAccount(tx: Tx, row: Insertable<AccountTable>): Promise<void> {
  await tx.insertInto('account').values(row).execute()
}

/** Changes what is given; whether the account was there and active. */
export async function updateAccount(
  tx: Tx,
  id: string,
  change: Omit<Updateable<AccountTable>, 'id' | 'portal'>,
): Promise<boolean> {
  const result = await tx
    .updateTable('account')
    .set(change)
    .where('id', '=', id)
    .where('state', '=', 'active')
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** Stores a hash made with more work, unless the password was changed meanwhile. */
export async function renewPasswordHash(
  tx: Tx,
  id: string,
  change: { readonly from: string; readonly to: string; readonly at: string },
): Promise<void> {
  await tx
    .updateTable('account')
    .set({ password_hash: change.to, updated_at: change.at })
    .where('id', '=', id)
    .where('password_hash', '=', change.from)
    .execute()
}

/** The facility's code for further users (D-12); undefined while it has none. */
export async function findFacilityCode(
  db: Db | Tx,
  portal: string,
  facilityId: string,
): Promise<string | undefined> {
  const row = await db
    .selectFrom('facility_code')
    .select('code')
    .where('portal', '=', portal)
    .where('facility_id', '=', facilityId)
    .executeTakeFirst()
  return row?.code
}

/** Counters of failed logins, by key. Here `window_started_at` is the time of the last failure. */
export async function readFailures(
  tx: Tx,
  keys: readonly string[],
): Promise<ReadonlyMap<string, ThrottleTable>> {
  const rows = await tx.selectFrom('throttle').selectAll().where('key', 'in', keys).execute()
  return new Map(rows.map((row) => [row.key, row]))
}

export async function putFailures(tx: Tx, rows: readonly ThrottleTable[]): Promise<void> {
  for (const row of rows) {
    const { key, ...change } = row
    await tx
      .insertInto('throttle')
      .values(row)
      .onConflict((conflict) => conflict.column('key').doUpdateSet(change))
      .execute()
  }
}

/** Removes the counters whose key starts with `prefix` and whose last failure is older than `before`. */
export async function purgeFailures(tx: Tx, prefix: string, before: string): Promise<void> {
  await tx
    .deleteFrom('throttle')
    .where('key', 'like', `${prefix}%`)
    .where('window_started_at', '<', before)
    .execute()
}
