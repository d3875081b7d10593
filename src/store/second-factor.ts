import type { Insertable } from 'kysely'
import type { Db, Tx } from './open.ts'
import type { StaffFactorTable } from './tables.ts'

export function findFactor(db: Db | Tx, staffId: string): Promise<StaffFactorTable | undefined> {
  return db
    .selectFrom('staff_factor')
    .selectAll()
    .where('staff_id', '=', staffId)
    .executeTakeFirst()
}

/** Enrols somebody, with the codes for when the device is lost, in the place of whatever there was. */
export async function putFactor(
  tx: Tx,
  row: Insertable<StaffFactorTable>,
  recoveryHashes: readonly string[],
): Promise<void> {
  await deleteFactor(tx, row.staff_id)
  await tx.insertInto('staff_factor').values(row).execute()
  await tx
    .insertInto('staff_recovery')
    .values(recoveryHashes.map((code_hash) => ({ staff_id: row.staff_id, code_hash })))
    .execute()
}

/** Whether there was one. */
export async function deleteFactor(tx: Tx, staffId: string): Promise<boolean> {
  await tx.deleteFrom('staff_recovery').where('staff_id', '=', staffId).execute()
  const gone = await tx.deleteFrom('staff_factor').where('staff_id', '=', staffId).execute()
  return gone.some(({ numDeletedRows }) => numDeletedRows > 0n)
}

/** Takes a code's step, in one statement: false when that code, or a later one, was taken before (RFC 6238 §5.2). */
export async function takeStep(tx: Tx, staffId: string, step: number): Promise<boolean> {
  const row = await tx
    .updateTable('staff_factor')
    .set({ last_step: step })
    .where('staff_id', '=', staffId)
    .where('last_step', '<', step)
    .returning('staff_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Uses a recovery code up: false when it is unknown or was used. */
export async function takeRecovery(tx: Tx, staffId: string, codeHash: string): Promise<boolean> {
  const gone = await tx
    .deleteFrom('staff_recovery')
    .where('staff_id', '=', staffId)
    .where('code_hash', '=', codeHash)
    .executeTakeFirst()
  return gone.numDeletedRows > 0n
}

export async function countRecovery(db: Db | Tx, staffId: string): Promise<number> {
  const row = await db
    .selectFrom('staff_recovery')
    .select((select) => select.fn.countAll().as('count'))
    .where('staff_id', '=', staffId)
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}
