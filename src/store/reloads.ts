import type { JsonObject } from '../form/form.ts'
import type { Db, Tx } from './open.ts'

/** One look at the definitions: somebody asked for it, or a file was changed. */
export type Attempt = {
  /** From 1, without gaps. */
  readonly seq: number
  readonly at: string
  readonly requestedBy: string
  /** The set that is to be served everywhere; undefined: there were problems, everything stays. */
  readonly hash?: string
  /** The problems as JSON, as the reader of the report takes them. */
  readonly report?: string
}

/** A running program and what it serves. */
export type NodeState = {
  readonly id: string
  /** For people: computer and process. */
  readonly name: string
  /** The set it serves. */
  readonly hash: string
  /** The last attempt it has dealt with. */
  readonly seq: number
  readonly outcome: Outcome
  readonly detail: JsonObject
  readonly changedAt: string
  readonly seenAt: string
}
/** `live`: serves what was asked for. Else why it keeps the set it has. */
export type Outcome = 'live' | 'other-files' | 'problems' | 'failed'

/** Attempts kept for looking back. */
const KEPT = 50

/** Notes an attempt; whoever runs on this database follows it. */
export async function insertAttempt(
  tx: Tx,
  attempt: Omit<Attempt, 'seq'>,
): Promise<{ readonly seq: number }> {
  const seq = ((await lastAttempt(tx))?.seq ?? 0) + 1
  await tx
    .insertInto('reload')
    .values({
      seq,
      at: attempt.at,
      requested_by: attempt.requestedBy,
      hash: attempt.hash ?? null,
      report: attempt.report ?? null,
    })
    .execute()
  await tx
    .deleteFrom('reload')
    .where('seq', '<=', seq - KEPT)
    .execute()
  return { seq }
}

export async function lastAttempt(db: Db): Promise<Attempt | undefined> {
  const row = await db
    .selectFrom('reload')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && toAttempt(row)
}

/** The newest first. */
export async function listAttempts(db: Db, count: number): Promise<Attempt[]> {
  const rows = await db
    .selectFrom('reload')
    .selectAll()
    .orderBy('seq', 'desc')
    .limit(count)
    .execute()
  return rows.map(toAttempt)
}

function toAttempt(row: {
  seq: number
  at: string
  requested_by: string
  hash: string | null
  report: string | null
}): Attempt {
  return {
    seq: Number(row.seq),
    at: row.at,
    requestedBy: row.requested_by,
    ...(row.hash !== null && { hash: row.hash }),
    ...(row.report !== null && { report: row.report }),
  }
}

export async function saveNode(tx: Tx, node: NodeState): Promise<void> {
  const { id, name, hash, seq, outcome, changedAt, seenAt } = node
  const row = {
    name,
    hash,
    seq,
    outcome,
    detail: JSON.stringify(node.detail),
    changed_at: changedAt,
    seen_at: seenAt,
  }
  await tx
    .insertInto('node')
    .values({ id, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
}

export async function removeNode(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('node').where('id', '=', id).execute()
}

/** Those seen since; older rows are of programs that ended without saying so, and are removed by `purgeNodes`. */
export async function listNodes(db: Db, since: string): Promise<NodeState[]> {
  const rows = await db
    .selectFrom('node')
    .selectAll()
    .where('seen_at', '>=', since)
    .orderBy('name')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    hash: row.hash,
    seq: Number(row.seq),
    outcome: row.outcome as Outcome,
    detail: JSON.parse(row.detail) as JsonObject,
    changedAt: row.changed_at,
    seenAt: row.seen_at,
  }))
}

export async function purgeNodes(tx: Tx, before: string): Promise<void> {
  await tx.deleteFrom('node').where('seen_at', '<', before).execute()
}
