import type { Insertable } from 'kysely'
import type { Db, Tx } from './open.ts'
import type { StaffCardTable } from './tables.ts'

/** Somebody's cards, the first registered first. */
export function cardsOf(
  db: Db | Tx,
  staffId: string,
): Promise<readonly Omit<StaffCardTable, 'subject'>[]> {
  return db
    .selectFrom('staff_card')
    .select(['id', 'staff_id', 'created_at', 'used_at'])
    .where('staff_id', '=', staffId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** Whether it was free: a card that proves somebody already, whoever it is, is left as it is. */
export async function addCard(tx: Tx, row: Insertable<StaffCardTable>): Promise<boolean> {
  const added = await tx
    .insertInto('staff_card')
    .values(row)
    .onConflict((conflict) => conflict.column('subject').doNothing())
    .returning('id')
    .executeTakeFirst()
  return added !== undefined
}

/** Notes the use of somebody's card; false when it is not theirs. */
export async function useCard(
  tx: Tx,
  {
    staffId,
    subject,
    at,
  }: { readonly staffId: string; readonly subject: string; readonly at: string },
): Promise<boolean> {
  const used = await tx
    .updateTable('staff_card')
    .set({ used_at: at })
    .where('staff_id', '=', staffId)
    .where('subject', '=', subject)
    .returning('id')
    .executeTakeFirst()
  return used !== undefined
}

/** One card of somebody, or all of them; tells how many there were. */
export async function deleteCards(tx: Tx, staffId: string, id?: string): Promise<number> {
  const all = tx.deleteFrom('staff_card').where('staff_id', '=', staffId)
  const { numDeletedRows } = await (
    id === undefined ? all : all.where('id', '=', id)
  ).executeTakeFirst()
  return Number(numDeletedRows)
}
