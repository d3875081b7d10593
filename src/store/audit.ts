import type { Selectable } from 'kysely'
import type { JsonObject } from '../form/form.ts'
import { canonicalJson, sha256 } from '../hash.ts'
import type { AuditKind } from './audit-kinds.ts'
import type { Db } from './open.ts'
import type { AuditTable } from './tables.ts'

/** One thing done, without personal data: who, what, to which subject. */
export type AuditEntry = {
  readonly at: string
  /** As `actorText` writes it. */
  readonly actor: string
  readonly kind: AuditKind
  /** Id of what it was done to. */
  readonly subject: string
  readonly data: JsonObject
}

/** The newest row. Kept outside the database it shows that no rows were cut off at the end (S43). */
export type AuditHead = { readonly seq: number; readonly hash: string }

export type AuditVerdict = {
  /** Rows in order from the first. */
  readonly rows: number
  /** The first row that is missing, out of order or not what it was; undefined: the chain is whole. */
  readonly brokenAt?: number
  readonly head: AuditHead
}

export const EMPTY_AUDIT: AuditHead = { seq: 0, hash: '0'.repeat(64) }

/**
 * Appends to the chain. Only in `store.write`: on SQLite nobody else writes meanwhile, on PostgreSQL two transactions
 * with the same head get in each other's way and one runs again.
 */
export async function appendAudit(tx: Db, entry: AuditEntry): Promise<AuditHead> {
  const { seq, hash: prevHash } = await auditHead(tx)
  const row = {
    ...entry,
    seq: seq + 1,
    data: canonicalJson(entry.data),
    prev_hash: prevHash,
  }
  const hash = hashOf(row)
  await tx
    .insertInto('audit')
    .values({ ...row, hash })
    .execute()
  return { seq: row.seq, hash }
}

export async function auditHead(db: Db): Promise<AuditHead> {
  const row = await db
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? EMPTY_AUDIT
}

const PAGE_SIZE = 5_000

/**
 * Walks the whole chain in pages. With `known`, a head exported earlier, rows cut off at the end and a chain
 * written anew from some row on are found too; without it only what does not fit together.
 */
export async function verifyAudit(db: Db, known: AuditHead = EMPTY_AUDIT): Promise<AuditVerdict> {
  let head = EMPTY_AUDIT
  for (;;) {
    const page = await db
      .selectFrom('audit')
      .selectAll()
      .where('seq', '>', head.seq)
      .orderBy('seq')
      .limit(PAGE_SIZE)
      .execute()
    for (const row of page) {
      const isNext = row.seq === head.seq + 1 && row.prev_hash === head.hash
      const isKnown = row.seq !== known.seq || row.hash === known.hash
      if (!isNext || !isKnown || row.hash !== hashOf(row)) return broken(head)
      head = { seq: row.seq, hash: row.hash }
    }
    if (page.length < PAGE_SIZE) break
  }
  return head.seq < known.seq ? broken(head) : { rows: head.seq, head }
}

function broken(head: AuditHead): AuditVerdict {
  return { rows: head.seq, brokenAt: head.seq + 1, head }
}

/** A list, so that no value can be taken for a part of its neighbour. */
function hashOf(row: Omit<Selectable<AuditTable>, 'hash'>): string {
  const { prev_hash, seq, at, actor, kind, subject, data } = row
  return sha256(canonicalJson([prev_hash, seq, at, actor, kind, subject, data]))
}
