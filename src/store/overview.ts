import type { Db, Tx } from './open.ts'

/** Number of submissions by portal, form and state, for administration. */
export async function countSubmissions(db: Db): Promise<
  readonly {
    readonly portal: string
    readonly form: string
    readonly state: string
    readonly count: number
  }[]
> {
  const rows = await db
    .selectFrom('submission')
    .select((eb) => ['portal', 'form', 'state', eb.fn.countAll<number>().as('count')])
    .groupBy(['portal', 'form', 'state'])
    .orderBy('portal')
    .orderBy('form')
    .orderBy('state')
    .execute()
  return rows.map((row) => ({ ...row, count: Number(row.count) }))
}

export type FailedJob = {
  readonly id: string
  readonly kind: string
  readonly attempts: number
  readonly reason: string
  readonly createdAt: string
  /** Its payload is still there: it can be done once more. */
  readonly canRetry: boolean
}

/** Jobs given up, newest first, without what they carry. */
export async function listFailedJobs(db: Db, limit: number): Promise<readonly FailedJob[]> {
  const rows = await db
    .selectFrom('job')
    .select(['id', 'kind', 'attempts', 'last_error', 'created_at', 'payload'])
    .where('state', '=', 'failed')
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    attempts: row.attempts,
    reason: row.last_error ?? '',
    createdAt: row.created_at,
    canRetry: row.payload !== ERASED,
  }))
}

/** Lets a job that was given up run again with all its attempts; false when there is no such job or nothing is left of it. */
export async function retryFailedJob(tx: Tx, id: string, at: string): Promise<boolean> {
  const result = await tx
    .updateTable('job')
    .set({ state: 'waiting', run_at: at, attempts: 0, done_at: null })
    .where('id', '=', id)
    .where('state', '=', 'failed')
    .where('payload', '!=', ERASED)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** What is left of a payload after erasure. */
const ERASED = '{}'
