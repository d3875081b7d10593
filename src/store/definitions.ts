import type { Db } from './open.ts'

/** A set of definitions as stored: JSON under the hash of its content. */
export type StoredDefinitions = { readonly hash: string; readonly body: string }

/** Keeps a set of definitions for the submissions that begin with it; once stored it never changes. */
export async function saveDefinitions(tx: Db, set: StoredDefinitions, at: string): Promise<void> {
  await tx
    .insertInto('definition')
    .values({ ...set, created_at: at })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute()
}

export function loadDefinitions(db: Db, hash: string): Promise<StoredDefinitions | undefined> {
  return db
    .selectFrom('definition')
    .select(['hash', 'body'])
    .where('hash', '=', hash)
    .executeTakeFirst()
}
