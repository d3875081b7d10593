import { assert } from '../fault.ts'
import { begin, finished, present, record, stateNamed, type Draft } from './draft.ts'
import { enter } from './enter.ts'
import { stepOfJob } from './progress.ts'
import { beginWork, jobOf } from './work.ts'
import type { Command, Decision, Given, Submission } from './submission.ts'
import type { Work } from './workflow.ts'

type Wish<Kind extends Command['kind']> = Extract<Command, { readonly kind: Kind }>

/** An effect has been performed. One that is a step of the present state's work lets the work go on. */
export function effectDone(
  given: Given,
  submission: Submission,
  command: Wish<'effect-done'>,
): Decision {
  const draft = begin(given, submission, command)
  const { jobId, effect, result } = command
  const step = openStep(submission, jobId)
  record(draft, 'effect-done', { jobId, effect, ...(step !== undefined && { step, result }) })
  if (step !== undefined) goOn(draft)
  return finished(draft)
}

/** An effect will not be performed: its work takes the way for that, or stands still until somebody decides. */
export function effectFailed(
  given: Given,
  submission: Submission,
  command: Wish<'effect-failed'>,
): Decision {
  const draft = begin(given, submission, command)
  const { jobId, effect, reason } = command
  const step = openStep(submission, jobId)
  record(draft, 'effect-failed', { jobId, effect, reason, ...(step !== undefined && { step }) })
  const failed = step === undefined ? undefined : workOf(given, submission)?.failed
  if (failed !== undefined) enter(draft, failed)
  return finished(draft)
}

/** Somebody of the office lets a stuck step be tried again, or goes on without it. */
export function repair(
  given: Given,
  submission: Submission,
  command: Wish<'retry-step'> | Wish<'skip-step'>,
): Decision {
  const { step, note, actor } = command
  if (actor.kind !== 'staff') return { refusal: { code: 'not-allowed' } }
  const { steps = {} } = submission.progress
  const stuck = Object.hasOwn(steps, step) ? steps[step] : undefined
  const work = workOf(given, submission)
  const task = work?.stages.flat().find(({ id }) => id === step)
  if (submission.end !== undefined || !task || stuck?.status !== 'stuck')
    return { refusal: { code: 'not-possible-now' } }
  const draft = begin(given, submission, command)
  const said = { step, ...(note !== undefined && { note }) }
  if (command.kind === 'skip-step') {
    record(draft, 'step-skipped', said)
    goOn(draft)
    return finished(draft)
  }
  const { jobId } = stuck
  assert(jobId !== undefined, 'Only a step with a job can be stuck')
  record(draft, 'step-retried', { ...said, jobId })
  const job = jobOf(draft, task)
  if (job) draft.operations.push({ kind: 'job-again', job: { ...job, id: jobId } })
  return finished(draft)
}

function openStep(submission: Submission, jobId: string): string | undefined {
  return submission.end === undefined ? stepOfJob(submission.progress, jobId) : undefined
}

function goOn(draft: Draft): void {
  const work = workOf(draft.given, present(draft))
  const next = work && beginWork(draft, work)
  if (next !== undefined) enter(draft, next)
}

function workOf(given: Given, { state }: Submission): Work | undefined {
  return stateNamed(given, state).work
}
