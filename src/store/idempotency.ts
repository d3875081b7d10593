import type { Db, Tx } from './open.ts'

/** Answers are kept at least this long, so that a client may repeat a request for a day (24 h); what filed a submission, as long as it. */
export const IDEMPOTENCY_KEPT_MS = 24 * 60 * 60 * 1000

/** A request as its sender names it. `scope` says who may use the key, e.g. a route and an account or address. */
export type RequestKey = {
  readonly scope: string
  readonly key: string
  /** Of the request's body; the same key with another body is a mistake of the sender. */
  readonly requestHash: string
}
export type Recalled =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly status: number; readonly response: string }
  /** Another request was performed under this key; what was answered to that one. */
  | { readonly kind: 'mismatch'; readonly status: number; readonly response: string }

/**
 * What was answered to this request before. Ask in the transaction that performs the request and call `remember` in it:
 * then of two equal requests at the same time one performs and the other replays.
 */
export async function recall(db: Db | Tx, request: RequestKey): Promise<Recalled> {
  const row = await db
    .selectFrom('idempotency')
    .select(['request_hash', 'status', 'response'])
    .where('scope', '=', request.scope)
    .where('key', '=', request.key)
    .executeTakeFirst()
  if (!row) return { kind: 'new' }
  const kind = row.request_hash === request.requestHash ? 'replay' : 'mismatch'
  return { kind, status: row.status, response: row.response }
}

/** Keeps the answer (HTTP status and body) for repetitions of the request. */
export async function remember(
  tx: Tx,
  request: RequestKey,
  answer: { readonly status: number; readonly response: string; readonly submissionId?: string },
  now: Date,
): Promise<void> {
  await tx
    .insertInto('idempotency')
    .values({
      scope: request.scope,
      key: request.key,
      request_hash: request.requestHash,
      status: answer.status,
      response: answer.response,
      created_at: now.toISOString(),
      submission_id: answer.submissionId ?? null,
    })
    .execute()
}

/** Forgets answers older than `IDEMPOTENCY_KEPT_MS`, but those of submissions (R16). Returns how many. */
export async function purgeIdempotency(tx: Tx, now: Date): Promise<number> {
  const before = new Date(now.getTime() - IDEMPOTENCY_KEPT_MS).toISOString()
  const { numDeletedRows } = await tx
    .deleteFrom('idempotency')
    .where('created_at', '<', before)
    .where('submission_id', 'is', null)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
