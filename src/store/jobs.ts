import { sql, type Selectable } from 'kysely'
import type { JsonObject } from '../form/form.ts'
import type { NewJob } from '../workflow/submission.ts'
import type { Db, Store } from './open.ts'
import type { JobTable } from './tables.ts'

/** A job as the worker holds it while its lease lasts. */
export type Job = {
  readonly id: string
  readonly submissionId: string | undefined
  readonly kind: string
  readonly payload: JsonObject
  /** Counted from 1, this attempt included. */
  readonly attempts: number
  readonly createdAt: string
  readonly attemptsMax: number | undefined
  readonly everyMs: number | undefined
  readonly deadline: string | undefined
  /** The claim: whoever took the job over later holds another one, and this one's results are refused. */
  readonly lease: string
}

export async function insertJobs(
  tx: Db,
  submissionId: string | null,
  jobs: readonly NewJob[],
  at: string,
): Promise<void> {
  if (jobs.length === 0) return
  await tx
    .insertInto('job')
    .values(
      jobs.map(({ id, kind, payload, runAt, attemptsMax, everyMs, deadline }) => ({
        id,
        submission_id: submissionId,
        kind,
        payload: JSON.stringify(payload),
        state: 'waiting',
        run_at: runAt,
        attempts: 0,
        lease_owner: null,
        lease_until: null,
        last_error: null,
        attempts_max: attemptsMax ?? null,
        every_ms: everyMs ?? null,
        deadline: deadline ?? null,
        created_at: at,
        done_at: null,
      })),
    )
    .execute()
}

/** Lets a failed job be done after all, with its attempts counted anew. */
export async function repeatJob(
  tx: Db,
  { id, payload, runAt, deadline }: NewJob,
): Promise<boolean> {
  const row = await tx
    .updateTable('job')
    .set({
      payload: JSON.stringify(payload),
      state: 'waiting',
      run_at: runAt,
      attempts: 0,
      deadline: deadline ?? null,
      done_at: null,
    })
    .where('id', '=', id)
    .where('state', '=', 'failed')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Takes up to `countMax` jobs that are due, or whose worker let its lease run out, longest due first. Of the timers of one
 * submission only the first is taken: after a long pause they are kept to their order (R33).
 * The result of another claim for the same job is refused from now on.
 */
export async function claimJobs(
  tx: Db,
  dialect: Store['dialect'],
  claim: {
    readonly lease: string
    readonly now: string
    readonly until: string
    readonly countMax: number
  },
): Promise<Job[]> {
  const isDue = sql<boolean>`((state = 'waiting' and run_at <= ${claim.now}) or (state = 'running' and lease_until <= ${claim.now}))`
  const isFirst = sql<boolean>`(kind <> 'timer' or not exists (
    select 1 from job as earlier
    where earlier.submission_id = job.submission_id and earlier.kind = 'timer'
      and earlier.state in ('waiting', 'running')
      and (earlier.run_at < job.run_at or (earlier.run_at = job.run_at and earlier.id < job.id))))`
  const rows = await tx
    .updateTable('job')
    .set((eb) => ({
      state: 'running',
      attempts: eb('attempts', '+', 1),
      lease_owner: claim.lease,
      lease_until: claim.until,
    }))
    .where('id', 'in', (eb) => {
      const due = eb
        .selectFrom('job')
        .select('id')
        .where(isDue)
        .where(isFirst)
        .orderBy('run_at')
        .orderBy('id')
        .limit(claim.countMax)
      return dialect === 'postgres' ? due.forUpdate().skipLocked() : due
    })
    .returningAll()
    .execute()
  return rows.map((row) => jobFrom(row, claim.lease)).sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** How many jobs there are by state, for metrics and administration. */
export async function countJobs(db: Db): Promise<{ readonly [state: string]: number }> {
  const rows = await db
    .selectFrom('job')
    .select((eb) => ['state', eb.fn.countAll<number>().as('count')])
    .groupBy('state')
    .execute()
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

/** Whether there may be something to claim: a read that spares an idle worker the writer's lock. */
export async function hasDueJobs(db: Db, now: string): Promise<boolean> {
  const row = await db
    .selectFrom('job')
    .select('id')
    .where((eb) =>
      eb.or([
        eb.and([eb('state', '=', 'waiting'), eb('run_at', '<=', now)]),
        eb.and([eb('state', '=', 'running'), eb('lease_until', '<=', now)]),
      ]),
    )
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Prolongs the leases still held; gives the ids of those. */
export async function renewLeases(
  tx: Db,
  lease: string,
  ids: readonly string[],
  until: string,
): Promise<readonly string[]> {
  if (ids.length === 0) return []
  const rows = await tx
    .updateTable('job')
    .set({ lease_until: until })
    .where('id', 'in', ids)
    .where('state', '=', 'running')
    .where('lease_owner', '=', lease)
    .returning('id')
    .execute()
  return rows.map(({ id }) => id)
}

export type Settlement =
  | { readonly state: 'done' | 'cancelled'; readonly at: string }
  | { readonly state: 'failed'; readonly at: string; readonly reason: string }

/**
 * Ends a job if its claim still holds; false when somebody else has it. What is done or cancelled keeps no payload:
 * it names people and is needed no more. What failed keeps it for whoever repairs and repeats it, and a mail that was sent
 * keeps it for a while for whoever sends it again (`store/mail-log.ts`).
 */
export async function settleJob(tx: Db, job: Job, settlement: Settlement): Promise<boolean> {
  const row = await held(tx, job)
    .set({
      state: settlement.state,
      done_at: settlement.at,
      lease_owner: null,
      lease_until: null,
      ...(settlement.state === 'failed'
        ? { last_error: clip(settlement.reason) }
        : job.kind === 'mail.send' && settlement.state === 'done'
          ? {}
          : { payload: '{}' }),
    })
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Lets a job wait until `runAt`. `countsAttempt: false`: it was only too early, nothing went wrong. */
export async function postponeJob(
  tx: Db,
  job: Job,
  pause: { readonly runAt: string; readonly reason: string; readonly countsAttempt: boolean },
): Promise<boolean> {
  const row = await held(tx, job)
    .set({
      state: 'waiting',
      run_at: pause.runAt,
      last_error: clip(pause.reason),
      lease_owner: null,
      lease_until: null,
      attempts: pause.countsAttempt ? job.attempts : job.attempts - 1,
    })
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Whether the claim still holds. */
export async function isHeld(tx: Db, job: Job): Promise<boolean> {
  const row = await tx
    .selectFrom('job')
    .select('id')
    .where('id', '=', job.id)
    .where('state', '=', 'running')
    .where('lease_owner', '=', job.lease)
    .executeTakeFirst()
  return row !== undefined
}

function held(tx: Db, job: Job) {
  return tx
    .updateTable('job')
    .where('id', '=', job.id)
    .where('state', '=', 'running')
    .where('lease_owner', '=', job.lease)
}

/** Ends the waiting steps of the state that is left. One at work comes back too late. */
export async function cancelSteps(tx: Db, submissionId: string, at: string): Promise<void> {
  await tx
    .updateTable('job')
    .set({ state: 'cancelled', done_at: at, payload: '{}' })
    .where('submission_id', '=', submissionId)
    .where('deadline', 'is not', null)
    .where('state', '=', 'waiting')
    .execute()
}

/** Ends waiting timers: all of a submission, or those named. */
export async function cancelTimers(
  tx: Db,
  submissionId: string,
  at: string,
  ids?: readonly string[],
): Promise<void> {
  if (ids?.length === 0) return
  let query = tx
    .updateTable('job')
    .set({ state: 'cancelled', done_at: at, payload: '{}' })
    .where('submission_id', '=', submissionId)
    .where('kind', '=', 'timer')
    .where('state', '=', 'waiting')
  if (ids) query = query.where('id', 'in', ids)
  await query.execute()
}

/** Moves a timer that still waits. */
export async function moveTimer(tx: Db, id: string, runAt: string): Promise<void> {
  await tx
    .updateTable('job')
    .set({ run_at: runAt })
    .where('id', '=', id)
    .where('kind', '=', 'timer')
    .where('state', '=', 'waiting')
    .execute()
}

/** Timers of a submission that have not run; `isRunning`: a worker holds it. */
export async function timersOf(db: Db, submissionId: string) {
  const rows = await db
    .selectFrom('job')
    .select(['id', 'payload', 'state'])
    .where('submission_id', '=', submissionId)
    .where('kind', '=', 'timer')
    .where('state', 'in', ['waiting', 'running'])
    .orderBy('id')
    .execute()
  return rows.map(({ id, payload, state }) => ({
    id,
    payload: JSON.parse(payload) as JsonObject,
    isRunning: state === 'running',
  }))
}

/** The states that waiting timers speak of, by their new names. */
export async function renameInTimers(
  tx: Db,
  submissionId: string,
  states: { readonly [old: string]: string },
): Promise<void> {
  for (const { id, payload } of await timersOf(tx, submissionId)) {
    const { state, to } = payload
    const renamed = (name: JsonObject[string]) =>
      typeof name === 'string' ? (states[name] ?? name) : name
    const next = {
      ...payload,
      ...(state !== undefined && { state: renamed(state) }),
      ...(to !== undefined && { to: renamed(to) }),
    }
    await tx
      .updateTable('job')
      .set({ payload: JSON.stringify(next) })
      .where('id', '=', id)
      .execute()
  }
}

/** Whether outside work of a submission, timers apart, is still to be done. */
export async function hasOpenEffects(tx: Db, submissionId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('job')
    .select('id')
    .where('submission_id', '=', submissionId)
    .where('kind', '!=', 'timer')
    .where('state', 'in', ['waiting', 'running'])
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** Empties what failed for good and mails already sent. Jobs still to be done keep what they need until they are. */
export async function eraseSettledJobs(tx: Db, submissionId: string): Promise<void> {
  await tx
    .updateTable('job')
    .set({ payload: '{}' })
    .where('submission_id', '=', submissionId)
    .where('state', 'in', ['failed', 'done'])
    .execute()
}

const REASON_LENGTH_MAX = 500
function clip(reason: string): string {
  return reason.slice(0, REASON_LENGTH_MAX)
}

function jobFrom(row: Selectable<JobTable>, lease: string): Job {
  return {
    id: row.id,
    submissionId: row.submission_id ?? undefined,
    kind: row.kind,
    payload: JSON.parse(row.payload) as JsonObject,
    attempts: row.attempts,
    attemptsMax: row.attempts_max ?? undefined,
    everyMs: row.every_ms ?? undefined,
    deadline: row.deadline ?? undefined,
    createdAt: row.created_at,
    lease,
  }
}
