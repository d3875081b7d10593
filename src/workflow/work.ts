import { holds } from '../form/condition.ts'
import { present, record, scopeOf, type Draft } from './draft.ts'
import { operationsOf } from './steps/index.ts'
import { later } from './time.ts'
import type { NewJob, Operation } from './submission.ts'
import type { Task, Work } from './workflow.ts'

type JobOperation = Extract<Operation, { readonly kind: 'job' }>

export function idsOf({ stages }: Work): readonly string[] {
  return stages.flat().map(({ id }) => id)
}

/** Starts what comes next in a state's work. Gives the state to go on to when all of it is done. */
export function beginWork(draft: Draft, work: Work): string | undefined {
  for (const stage of work.stages) {
    for (const task of stage) if (!recordOf(draft, task)) start(draft, task)
    if (!stage.every((task) => isOver(draft, task))) return undefined
  }
  return work.then
}

function recordOf(draft: Draft, { id }: Task) {
  return present(draft).progress.steps?.[id]
}

function isOver(draft: Draft, task: Task): boolean {
  const status = recordOf(draft, task)?.status
  return status === 'done' || status === 'skipped'
}

/** A task with a job waits for it; the others are done with this transaction. */
function start(draft: Draft, task: Task): void {
  const { id: step, when } = task
  if (when && !holds(when, scopeOf(draft)))
    return record(draft, 'step-done', { step, isPassed: true })
  const operations = operationsFor(draft, task)
  const own = operations.find(isWorkJob)
  if (!own) record(draft, 'step-done', { step })
  else record(draft, 'step-started', { step, jobId: own.job.id, effect: own.job.kind })
  draft.operations.push(
    ...operations.map((operation): Operation =>
      operation === own ? { kind: 'job', job: limited(own.job, task, draft.at) } : operation,
    ),
  )
}

function operationsFor(draft: Draft, { step }: Task): readonly Operation[] {
  const { given, at } = draft
  return operationsOf(step, { given, scope: scopeOf(draft), submission: present(draft), at })
}

/** The job a task waits for, as it is stored. undefined: it needs none. */
export function jobOf(draft: Draft, task: Task): NewJob | undefined {
  const own = operationsFor(draft, task).find(isWorkJob)
  return own && limited(own.job, task, draft.at)
}

function isWorkJob(operation: Operation): operation is JobOperation {
  return operation.kind === 'job' && operation.job.kind !== 'timer'
}

/** The three clocks of a task: how often it may go wrong, how long between attempts, how long at all. */
function limited(job: NewJob, { retry, timeoutMs }: Task, at: string): NewJob {
  return {
    ...job,
    ...(retry && { attemptsMax: retry.times }),
    ...(retry?.everyMs !== undefined && { everyMs: retry.everyMs }),
    deadline: later(at, timeoutMs),
  }
}
