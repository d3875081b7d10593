import { assert } from '../fault.ts'
import type { Answers, Json, JsonObject } from '../form/form.ts'
import {
  withoutOpenSteps,
  withoutResults,
  withoutSteps,
  withStep,
  type StepRecord,
} from './progress.ts'
import type { End, Event, Submission } from './workflow.ts'

/** The submission after one more fact. Folding all events gives the snapshot, without secret answers. */
export function evolve(submission: Submission | undefined, event: Event): Submission {
  const { seq, at: updatedAt, data } = event
  if (event.kind === 'submitted') return { ...filed(data), seq, createdAt: updatedAt, updatedAt }
  assert(submission !== undefined, 'The first event of a submission is that it was submitted')
  const next = { ...submission, seq, updatedAt }
  switch (event.kind) {
    case 'entered': {
      const clears = Array.isArray(data.clears) ? data.clears.map(String) : []
      return {
        ...next,
        state: String(data.state),
        progress: withoutSteps(withoutOpenSteps(next.progress), clears),
        ...(data.end ? { end: data.end as End } : {}),
      }
    }
    case 'acted':
      return data.answers === undefined
        ? next
        : { ...next, answers: { ...next.answers, [String(data.action)]: data.answers } }
    case 'replaced':
      return { ...next, end: 'discarded' }
    case 'answers-erased':
      return { ...next, answers: {}, progress: withoutResults(next.progress) }
    case 'step-started':
    case 'step-retried':
      return noted(next, event, { status: 'running' })
    case 'step-done':
    case 'effect-done':
      return data.step === undefined ? next : noted(next, event, { status: 'done' })
    case 'step-skipped':
      return noted(next, event, { status: 'skipped' })
    case 'effect-failed':
      return data.step === undefined ? next : noted(next, event, { status: 'stuck' })
    case 'elapsed':
      return next
  }
}

function noted(
  submission: Submission,
  { data, at: since }: Event,
  own: Pick<StepRecord, 'status'>,
): Submission {
  const { jobId, result, reason } = data
  const step: StepRecord = {
    ...own,
    ...(typeof jobId === 'string' && { jobId }),
    ...(own.status === 'done' && result !== undefined && { result: result as Json }),
    ...(own.status === 'stuck' && { reason: String(reason) }),
    since,
  }
  return { ...submission, progress: withStep(submission.progress, String(data.step), step) }
}

function filed(data: JsonObject): Omit<Submission, 'seq' | 'createdAt' | 'updatedAt'> {
  const { accountId } = data
  return {
    id: String(data.id),
    number: String(data.number),
    portal: String(data.portal),
    form: String(data.form),
    workflow: String(data.workflow),
    definition: String(data.definition),
    state: '',
    answers: (data.answers ?? {}) as Answers,
    progress: {},
    ...(typeof accountId === 'string' && { accountId }),
  }
}
