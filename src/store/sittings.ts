import type { Db, Tx } from './open.ts'
import type { SittingTable } from './tables.ts'

/** A sitting is forgotten when nothing has been saved to it for this long. */
export const SITTING_KEPT_MS = 24 * 60 * 60 * 1000
/** Of one person's open sittings the newest stay. */
const SITTINGS_MAX = 20

/** The sitting with this key; whether it may be seen is for the caller to judge by form and holder. */
export function findSitting(db: Db | Tx, key: string): Promise<SittingTable | undefined> {
  return db.selectFrom('sitting').selectAll().where('key', '=', key).executeTakeFirst()
}

/** Keeps what was typed so far; false when the key is another person's, another form's, or of a finished sitting. */
export async function saveSitting(
  tx: Tx,
  row: Pick<SittingTable, 'key' | 'form' | 'holder' | 'fields' | 'saved_at'>,
): Promise<boolean> {
  const { key, form, holder, fields, saved_at } = row
  const saved = await tx
    .insertInto('sitting')
    .values({ ...row, version: 1, done: null })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet((set) => ({ fields, saved_at, version: set('sitting.version', '+', 1) }))
        .where('sitting.holder', '=', holder)
        .where('sitting.form', '=', form)
        .where('sitting.done', 'is', null),
    )
    .returning('version')
    .executeTakeFirst()
  if (saved?.version === 1) await keepNewest(tx, holder, key)
  return saved !== undefined
}

async function keepNewest(tx: Tx, holder: string, key: string): Promise<void> {
  const newest = tx
    .selectFrom('sitting')
    .select('key')
    .where('holder', '=', holder)
    .orderBy('saved_at', 'desc')
    .limit(SITTINGS_MAX)
  await tx
    .deleteFrom('sitting')
    .where('holder', '=', holder)
    .where('key', '<>', key)
    .where('key', 'not in', newest)
    .execute()
}

/** What was typed is forgotten; where it led stays, so that Back finds the receipt (A28). */
export async function finishSitting(
  tx: Tx,
  row: Pick<SittingTable, 'key' | 'holder' | 'saved_at'> & { readonly done: string },
): Promise<void> {
  await tx
    .updateTable('sitting')
    .set({ fields: '', done: row.done, saved_at: row.saved_at })
    .where('key', '=', row.key)
    .where('holder', '=', row.holder)
    .execute()
}

/** Forgets sittings that nobody came back to. Returns how many. */
export async function purgeSittings(tx: Tx, now: Date): Promise<number> {
  const before = new Date(now.getTime() - SITTING_KEPT_MS).toISOString()
  const { numDeletedRows } = await tx
    .deleteFrom('sitting')
    .where('saved_at', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
