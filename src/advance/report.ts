import { assert, Bug } from '../fault.ts'
import type { Json } from '../form/form.ts'
import {
  eraseSettledJobs,
  hasOpenEffects,
  isHeld,
  type Job,
  moveTimer,
  postponeJob,
  settleJob,
  type Settlement,
} from '../store/jobs.ts'
import { isOpen, loadLink, restartLink } from '../store/links.ts'
import type { Tx } from '../store/open.ts'
import { loadSubmission } from '../store/submissions.ts'
import { isPast } from '../workflow/engine.ts'
import { later } from '../workflow/time.ts'
import type { Command } from '../workflow/submission.ts'
import { change, type Desk, system, transact, type Work } from './commit.ts'

/** How soon a link's end is looked at again while its mail has not left yet. */
const UNSENT_PAUSE_MS = 600_000

type Report = {
  readonly job: Job
  readonly settlement: (at: string) => Settlement
  readonly command: (at: string) => Command | undefined
  /** Runs first, under the claim. False: the job goes on waiting. */
  readonly before?: (tx: Tx, at: string) => Promise<boolean>
}

/** A timer's job is due: a time limit of a state or of a link, or a reminder. */
export function elapse(desk: Desk, job: Job): Promise<void> {
  const { state, to, linkId, remind: index, entered } = job.payload
  assert(typeof state === 'string', 'A timer belongs to a state')
  const timer = { state, actor: system, ...(typeof entered === 'number' && { entered }) }
  return report(desk, {
    job,
    settlement: (at) => ({ state: 'done', at }),
    command: (at) => {
      if (typeof index === 'number') return { kind: 'remind', index, at, ...timer }
      assert(typeof to === 'string', 'A time limit leads to a state')
      return { kind: 'elapse', to, at, ...timer }
    },
    before: async (tx, at) => typeof linkId !== 'string' || isLinkOver(tx, job, linkId, at),
  })
}

export function effectDone(desk: Desk, job: Job, result: Json): Promise<void> {
  const { id: jobId, kind: effect, payload } = job
  const { linkId } = payload
  return report(desk, {
    job,
    settlement: (at) => ({ state: 'done', at }),
    command: (at) => ({ kind: 'effect-done', jobId, effect, result, actor: system, at }),
    ...(typeof linkId === 'string' && {
      before: async (tx, at) => {
        await restartClock(tx, linkId, at)
        return true
      },
    }),
  })
}

export function effectFailed(desk: Desk, job: Job, reason: string): Promise<void> {
  const { id: jobId, kind: effect } = job
  const wish: Report = {
    job,
    settlement: (at) => ({ state: 'failed', at, reason }),
    command: (at) => ({ kind: 'effect-failed', jobId, effect, reason, actor: system, at }),
  }
  return report(desk, wish, true)
}

/** What comes back from the worker: only under its claim, in one transaction with the end of the job. */
async function report(desk: Desk, wish: Report, isFailure = false): Promise<void> {
  const { job } = wish
  const outcome = await transact(desk, (work) => settle(desk, work, wish))
  if (!outcome) return
  // What the work led to cannot be, such as a second account with one login: the step has failed, and says so.
  const { code, text } = outcome.refusal
  if (job.deadline !== undefined && !isFailure) return effectFailed(desk, job, text?.ja ?? code)
  throw new Bug(`A report of job ${job.id} was refused: ${code}`)
}

async function settle(
  desk: Desk,
  work: Work,
  { job, settlement, command, before }: Report,
): Promise<void> {
  const at = desk.deps.clock().toISOString()
  if (before && !((await isHeld(work.tx, job)) && (await before(work.tx, at)))) return
  if (!(await settleJob(work.tx, job, settlement(at)))) return
  const wish = command(at)
  if (job.submissionId === undefined || wish === undefined) return
  const submission = await loadSubmission(work.tx, job.submissionId)
  assert(submission, 'A job belongs to a submission')
  // A timer that finds its state left has nothing to do, and is done all the same.
  if ((wish.kind === 'elapse' || wish.kind === 'remind') && isPast(submission, wish)) return
  const after = await change(desk, work, submission, wish)
  if (after.end === 'discarded') await eraseSettledJobs(work.tx, after.id)
}

/** False when the timer waits on: its link's clock was set anew, or the mail with the link has not left yet (D-10). */
async function isLinkOver(tx: Tx, job: Job, linkId: string, at: string): Promise<boolean> {
  const link = await loadLink(tx, linkId)
  if (!link || !isOpen(link)) return true
  const isUnsent = await hasOpenEffects(tx, link.submissionId)
  if (!isUnsent && link.expiresAt <= at) return true
  const runAt = isUnsent ? later(at, UNSENT_PAUSE_MS) : link.expiresAt
  await postponeJob(tx, job, { runAt, reason: 'The link still runs', countsAttempt: false })
  return false
}

/** D-10: a link's time is counted from sending. */
async function restartClock(tx: Tx, linkId: string, at: string): Promise<void> {
  const link = await loadLink(tx, linkId)
  if (!link) return
  const expiresAt = later(at, link.expiresMs)
  if (await restartLink(tx, linkId, expiresAt)) await moveTimer(tx, linkId, expiresAt)
}
