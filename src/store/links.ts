import type { Selectable } from 'kysely'
import { sha256 } from '../hash.ts'
import type { NewLink } from '../workflow/submission.ts'
import type { Db } from './open.ts'
import type { LinkTable } from './tables.ts'

export type StoredLink = {
  readonly id: string
  readonly submissionId: string
  readonly action: string
  readonly then: string | undefined
  readonly expiresMs: number
  readonly expiresAt: string
  readonly usedAt: string | undefined
  readonly revokedAt: string | undefined
}

export async function insertLink(
  tx: Db,
  submissionId: string,
  link: NewLink & { readonly token: string; readonly expiresAt: string },
  at: string,
): Promise<void> {
  await tx
    .insertInto('link')
    .values({
      id: link.id,
      token_hash: sha256(link.token),
      submission_id: submissionId,
      action: link.action,
      then: link.then ?? null,
      expires_ms: link.expiresMs,
      expires_at: link.expiresAt,
      used_at: null,
      revoked_at: null,
      created_at: at,
    })
    .execute()
}

/** Uses a link up: of any number of callers with one token exactly one gets it (S05). */
export async function consumeLink(
  tx: Db,
  token: string,
  now: string,
): Promise<StoredLink | undefined> {
  const row = await tx
    .updateTable('link')
    .set({ used_at: now })
    .where('token_hash', '=', sha256(token))
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
  return row && linkFrom(row)
}

/** Whatever its condition. */
export async function linkByToken(db: Db, token: string): Promise<StoredLink | undefined> {
  const row = await db
    .selectFrom('link')
    .selectAll()
    .where('token_hash', '=', sha256(token))
    .executeTakeFirst()
  return row && linkFrom(row)
}

export async function loadLink(db: Db, id: string): Promise<StoredLink | undefined> {
  const row = await db.selectFrom('link').selectAll().where('id', '=', id).executeTakeFirst()
  return row && linkFrom(row)
}

/** Neither used nor revoked; it may have run out. */
export function isOpen(link: StoredLink): boolean {
  return link.usedAt === undefined && link.revokedAt === undefined
}

/** Starts the clock of an open link anew (D-10: from sending). False when it is open no more. */
export async function restartLink(tx: Db, id: string, expiresAt: string): Promise<boolean> {
  const row = await tx
    .updateTable('link')
    .set({ expires_at: expiresAt })
    .where('id', '=', id)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Ends the open links of a submission, of one action or all. */
export async function revokeLinks(
  tx: Db,
  submissionId: string,
  at: string,
  action?: string,
): Promise<readonly string[]> {
  let query = tx
    .updateTable('link')
    .set({ revoked_at: at })
    .where('submission_id', '=', submissionId)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
  if (action !== undefined) query = query.where('action', '=', action)
  return (await query.returning('id').execute()).map(({ id }) => id)
}

/** Open links of a submission. */
export async function openLinksOf(db: Db, submissionId: string): Promise<readonly StoredLink[]> {
  const rows = await db
    .selectFrom('link')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .where('used_at', 'is', null)
    .where('revoked_at', 'is', null)
    .execute()
  return rows.map(linkFrom)
}

/** Where open links lead when they run out, by the new names of states. */
export async function renameInLinks(
  tx: Db,
  submissionId: string,
  states: { readonly [old: string]: string },
): Promise<void> {
  for (const { id, then } of await openLinksOf(tx, submissionId))
    if (then !== undefined && states[then] !== undefined)
      await tx.updateTable('link').set({ then: states[then] }).where('id', '=', id).execute()
}

function linkFrom(row: Selectable<LinkTable>): StoredLink {
  return {
    id: row.id,
    submissionId: row.submission_id,
    action: row.action,
    then: row.then ?? undefined,
    expiresMs: row.expires_ms,
    expiresAt: row.expires_at,
    usedAt: row.used_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  }
}
