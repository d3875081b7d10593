import { linkToken } from '../advance.ts'
import type { JsonObject, Locale } from '../form/form.ts'
import type { Call, EffectResult } from '../plugins/contract.ts'
import { type Job, postponeJob, settleJob } from '../store/jobs.ts'
import { isOpen, loadLink } from '../store/links.ts'
import { loadSubmission } from '../store/submissions.ts'
import { stepOfJob } from '../workflow/progress.ts'
import { later } from '../workflow/time.ts'
import type { Limits, WorkerDeps } from './worker.ts'

export type Perform = {
  readonly [effect: string]: (payload: JsonObject, call: Call) => Promise<EffectResult>
}

const BACKOFF_MS = 2_000
const BACKOFF_MS_MAX = 1_800_000

/** The pause after a failed attempt: doubled each time up to half an hour, half of it random so that jobs spread out. */
export function backoffMs(attempts: number, random: () => number): number {
  const longest = Math.min(BACKOFF_MS * 2 ** (attempts - 1), BACKOFF_MS_MAX)
  return Math.round(longest * (0.5 + random() / 2))
}

/**
 * Does one claimed job and settles it: done, waiting for its next attempt, or failed. Throws only when not even that could
 * be stored; then the claim runs out.
 */
export async function runJob(
  deps: WorkerDeps,
  limits: Limits,
  job: Job,
  lost: AbortSignal,
): Promise<void> {
  try {
    if (job.attempts > attemptsMax(limits, job))
      return await deps.advance.effectFailed(job, 'All attempts are used up')
    if (job.kind === 'timer') return await deps.advance.elapse(job)
    if (await isDropped(deps, job)) return await cancel(deps, job)
    if (isPast(job, deps.clock().toISOString())) return await deps.advance.effectFailed(job, LATE)
    await runEffect(deps, limits, job, lost)
  } catch (error) {
    deps.log.warn({ job: job.id, kind: job.kind, error: String(error) }, 'A job will be repeated')
    await repeatLater(deps, job, String(error))
  }
}

async function runEffect(
  deps: WorkerDeps,
  limits: Limits,
  job: Job,
  lost: AbortSignal,
): Promise<void> {
  const prepared = await prepare(deps, job)
  if (prepared === 'pointless') return cancel(deps, job)
  if (prepared.status === 'rejected') return deps.advance.effectFailed(job, prepared.reason)
  const result = await attempt(deps, limits, job, prepared.payload, lost)
  if (lost.aborted) return
  switch (result.status) {
    case 'done':
      return deps.advance.effectDone(job, result.result)
    case 'rejected':
      return deps.advance.effectFailed(job, result.reason)
    case 'waiting': {
      const runAt = withinDeadline(job, new Date(result.untilMs).toISOString())
      const pause = { runAt, reason: result.reason, countsAttempt: false }
      await deps.store.write((tx) => postponeJob(tx, job, pause))
      return
    }
    case 'retry':
      if (job.attempts >= attemptsMax(limits, job))
        return deps.advance.effectFailed(job, result.reason)
      deps.log.warn({ job: job.id, kind: job.kind, reason: result.reason }, 'An effect failed')
      return repeatLater(deps, job, result.reason, result.afterMs)
  }
}

/** A step whose state was left while it was at work is not tried again; one that waited then was called off. */
async function isDropped({ store }: WorkerDeps, job: Job): Promise<boolean> {
  if (job.attempts === 1 || job.deadline === undefined || job.submissionId === undefined)
    return false
  const submission = await loadSubmission(store.db, job.submissionId)
  return submission === undefined || stepOfJob(submission.progress, job.id) === undefined
}

async function cancel({ store, clock }: WorkerDeps, job: Job): Promise<void> {
  const at = clock().toISOString()
  await store.write((tx) => settleJob(tx, job, { state: 'cancelled', at }))
}

function attemptsMax(limits: Limits, job: Job): number {
  return job.attemptsMax ?? limits.attemptsMax
}

const LATE = 'Not done in the time it has'

function isPast({ deadline }: Job, now: string): boolean {
  return deadline !== undefined && deadline <= now
}

/** A step that runs out of time is told of then, not at its next attempt. */
function withinDeadline({ deadline }: Job, runAt: string): string {
  return deadline !== undefined && deadline < runAt ? deadline : runAt
}

async function repeatLater(
  { store, clock, random }: WorkerDeps,
  job: Job,
  reason: string,
  afterMs = job.everyMs ?? backoffMs(job.attempts, random),
): Promise<void> {
  const runAt = withinDeadline(job, later(clock().toISOString(), afterMs))
  const pause = { runAt, reason, countsAttempt: true }
  await store.write((tx) => postponeJob(tx, job, pause))
}

/** A performer that throws, hangs or does not exist is one that failed this time. */
async function attempt(
  { perform }: WorkerDeps,
  { performMs }: Limits,
  job: Job,
  payload: JsonObject,
  lost: AbortSignal,
): Promise<EffectResult> {
  const performer = Object.hasOwn(perform, job.kind) ? perform[job.kind] : undefined
  if (!performer) return { status: 'retry', reason: `No plugin performs '${job.kind}'` }
  const signal = AbortSignal.any([lost, AbortSignal.timeout(performMs)])
  const given = Promise.withResolvers<EffectResult>()
  const giveUp = () => given.resolve({ status: 'retry', reason: 'No answer in time' })
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([
      performer(payload, { idempotencyKey: job.id, signal }),
      given.promise,
    ])
  } catch (error) {
    return { status: 'retry', reason: String(error) }
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

type Prepared =
  | 'pointless'
  | { readonly status: 'ready'; readonly payload: JsonObject }
  | { readonly status: 'rejected'; readonly reason: string }

/** What the performer gets. A mail is written now: its link is derived here and stored nowhere. */
async function prepare(deps: WorkerDeps, job: Job): Promise<Prepared> {
  if (job.kind !== 'mail.send' || job.submissionId === undefined)
    return { status: 'ready', payload: job.payload }
  const submission = await loadSubmission(deps.store.db, job.submissionId)
  if (!submission) return 'pointless'
  const { template, portal, locale, to, values, linkId } = job.payload
  const link = typeof linkId === 'string' ? await loadLink(deps.store.db, linkId) : undefined
  // Replaced, used or ended while the mail was waiting: its link would only disappoint.
  if (typeof linkId === 'string' && (!link || !isOpen(link))) return 'pointless'
  const definitions = await deps.advance.definitionsOf(submission.definition)
  try {
    const message = deps.renderMail({
      definitions,
      portal: String(portal),
      template: String(template),
      locale: locale as Locale,
      to: String(to),
      values: values as { readonly [name: string]: string },
      ...(link && { link: `${deps.baseUrl}/${portal}/links/${linkToken(deps.keys, link.id)}` }),
      jobId: job.id,
      at: deps.clock(),
      baseUrl: deps.baseUrl,
    })
    return { status: 'ready', payload: message }
  } catch (error) {
    // Made of the same definition and the same values each time: trying again cannot help.
    return { status: 'rejected', reason: String(error) }
  }
}
