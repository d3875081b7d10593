import type { Definitions } from '../definitions/definitions.ts'
import type { Db } from './open.ts'

/** Keeps a set of definitions for the submissions that begin with it; once stored it never changes. */
export async function saveDefinitions(tx: Db, definitions: Definitions, at: string): Promise<void> {
  await tx
    .insertInto('definition')
    .values({ hash: definitions.hash, body: JSON.stringify(definitions), created_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function loadDefinitions(db: Db, hash: string): Promise<Definitions | undefined> {
  const row = await db
    .selectFrom('definition')
    .select('body')
    .where('hash', '=', hash)
    .executeTakeFirst()
  return row && (JSON.parse(row.body) as Definitions)
}
