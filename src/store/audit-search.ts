import type { JsonObject } from '../form/form.ts'
import { afterAll } from './like.ts'
import type { Db } from './open.ts'

/** Which entries are looked for. What is left out does not matter. */
export type AuditFilter = {
  /** Who: the beginning of the actor as it is stored, `staff:<id>`. */
  readonly actor?: string
  /** What, or what it begins with: `submission`, `staff.logged-in`. */
  readonly kind?: string
  /** To what: its whole id. */
  readonly subject?: string
  readonly from?: string
  readonly before?: string
}
export type AuditRecord = {
  readonly seq: number
  readonly at: string
  readonly actor: string
  readonly kind: string
  readonly subject: string
  readonly data: JsonObject
}

/** One page of the audit log, newest first. */
export async function auditEntries(
  db: Db,
  filter: AuditFilter,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<readonly AuditRecord[]> {
  let query = db.selectFrom('audit').select(['seq', 'at', 'actor', 'kind', 'subject', 'data'])
  const { actor, kind, subject, from, before } = filter
  // As ranges, which an index serves whatever the database thinks of `like`.
  if (actor) query = query.where('actor', '>=', actor).where('actor', '<', afterAll(actor))
  if (kind) query = query.where('kind', '>=', kind).where('kind', '<', afterAll(kind))
  if (subject) query = query.where('subject', '=', subject)
  if (from) query = query.where('at', '>=', from)
  if (before) query = query.where('at', '<', before)
  const rows = await query.orderBy('seq', 'desc').limit(limit).offset(offset).execute()
  return rows.map((row) => ({
    ...row,
    seq: Number(row.seq),
    data: JSON.parse(row.data) as JsonObject,
  }))
}
