import type { Db, Tx } from './open.ts'
import type { SittingTable } from './tables.ts'

/** A sitting that is no draft is forgotten when nothing has been saved to it for this long. */
export const SITTING_KEPT_MS = 24 * 60 * 60 * 1000
/** Of one person's open sittings the newest stay; drafts beyond so many are not taken. */
const SITTINGS_MAX = 20
const DRAFTS_MAX = 20

/**
 * `other`: the key is another person's, another form's, or of a finished sitting. `stale`: somebody has saved to it since.
 * `full`: there are as many drafts as one person may have.
 */
export type Saved = { readonly version: number } | 'other' | 'stale' | 'full'

/** The sitting with this key; whether it may be seen is for the caller to judge by form and holder. */
export function findSitting(db: Db | Tx, key: string): Promise<SittingTable | undefined> {
  return db.selectFrom('sitting').selectAll().where('key', '=', key).executeTakeFirst()
}

/** Keeps what was typed so far. `expected`: the version it goes on from, 0 for none; left out, the last one wins. */
export async function saveSitting(
  tx: Tx,
  row: Omit<SittingTable, 'version' | 'done'>,
  expected?: number,
): Promise<Saved> {
  const { key, form, holder, fields, saved_at, draft, keep_until } = row
  const present = await findSitting(tx, key)
  if (present && (present.holder !== holder || present.form !== form || present.done !== null))
    return 'other'
  if (
    present ? expected !== undefined && Number(present.version) !== expected : (expected ?? 0) > 0
  )
    return 'stale'
  if (!present?.draft && draft === 1 && (await draftsOf(tx, holder)).length >= DRAFTS_MAX)
    return 'full'
  const saved = await tx
    .insertInto('sitting')
    .values({ ...row, version: 1, done: null })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet((set) => ({
          ...{ fields, saved_at, draft, keep_until },
          version: set('sitting.version', '+', 1),
        }))
        .where('sitting.holder', '=', holder)
        .where('sitting.form', '=', form)
        .where('sitting.done', 'is', null),
    )
    .returning('version')
    .executeTakeFirst()
  if (saved && Number(saved.version) === 1) await keepNewest(tx, holder, key)
  return saved ? { version: Number(saved.version) } : 'other'
}

/** Drafts of a person, newest first. */
export function draftsOf(db: Db | Tx, holder: string): Promise<SittingTable[]> {
  return db
    .selectFrom('sitting')
    .selectAll()
    .where('holder', '=', holder)
    .where('draft', '=', 1)
    .where('done', 'is', null)
    .orderBy('saved_at', 'desc')
    .execute()
}

/** Forgets a draft of this person; its files go with the next cleaning up. */
export async function deleteDraft(tx: Tx, key: string, holder: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('sitting')
    .where('key', '=', key)
    .where('holder', '=', holder)
    .where('draft', '=', 1)
    .executeTakeFirst()
  return Number(numDeletedRows) > 0
}

async function keepNewest(tx: Tx, holder: string, key: string): Promise<void> {
  const newest = tx
    .selectFrom('sitting')
    .select('key')
    .where('holder', '=', holder)
    .where('draft', '=', 0)
    .orderBy('saved_at', 'desc')
    .limit(SITTINGS_MAX)
  await tx
    .deleteFrom('sitting')
    .where('holder', '=', holder)
    .where('draft', '=', 0)
    .where('key', '<>', key)
    .where('key', 'not in', newest)
    .execute()
}

/** What was typed is forgotten; where it led stays, so that Back finds the receipt (A28). */
export async function finishSitting(
  tx: Tx,
  row: Pick<SittingTable, 'key' | 'holder' | 'saved_at' | 'keep_until'> & { readonly done: string },
): Promise<void> {
  await tx
    .updateTable('sitting')
    .set({
      fields: '',
      draft: 0,
      done: row.done,
      saved_at: row.saved_at,
      keep_until: row.keep_until,
    })
    .where('key', '=', row.key)
    .where('holder', '=', row.holder)
    .execute()
}

/** Forgets sittings that nobody came back to. Returns how many. */
export async function purgeSittings(tx: Tx, now: Date): Promise<number> {
  const before = new Date(now.getTime() - SITTING_KEPT_MS).toISOString()
  const { numDeletedRows } = await tx
    .deleteFrom('sitting')
    .where((eb) =>
      eb.or([
        eb.and([eb('keep_until', '=', ''), eb('saved_at', '<', before)]),
        eb.and([eb('keep_until', '<>', ''), eb('keep_until', '<', now.toISOString())]),
      ]),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
