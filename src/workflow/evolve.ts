import { assert } from '../fault.ts'
import type { Answer, Answers, Json, JsonObject } from '../form/form.ts'
import { movedSubmission } from './move.ts'
import {
  moved,
  withoutOpenSteps,
  withoutResults,
  withoutSteps,
  withStep,
  type Proposal,
  type StepRecord,
} from './progress.ts'
import type { Event, Submission } from './submission.ts'
import type { End, Move } from './workflow.ts'

/** The submission after one more fact. Folding all events gives the snapshot, without secret answers. */
export function evolve(submission: Submission | undefined, event: Event): Submission {
  const { seq, at: updatedAt, data } = event
  if (event.kind === 'submitted') return { ...filed(data), seq, createdAt: updatedAt, updatedAt }
  assert(submission !== undefined, 'The first event of a submission is that it was submitted')
  const next = { ...submission, seq, updatedAt }
  switch (event.kind) {
    case 'entered':
      return entered(next, event)
    case 'acted':
      return taken(next, event)
    case 'proposed':
      return { ...next, progress: { ...next.progress, proposal: proposalOf(event) } }
    case 'declined': {
      const { proposal: _, ...progress } = next.progress
      return { ...next, progress }
    }
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
    case 'migrated':
      return movedSubmission(next, data as unknown as Move)
    case 'elapsed':
    case 'noted':
    case 'reminded':
      return next
  }
}

function entered(submission: Submission, { seq, at, data }: Event): Submission {
  const { warnAt, escalateAt } = data
  const clears = Array.isArray(data.clears) ? data.clears.map(String) : []
  const state = String(data.state)
  const progress = moved(withoutOpenSteps(submission.progress), submission.state, {
    state,
    pauses: data.pauses === true,
    ...(typeof warnAt === 'string' && { warnAt }),
    ...(typeof escalateAt === 'string' && { escalateAt }),
    seq,
    at,
  })
  return {
    ...submission,
    state,
    progress: withoutSteps(progress, clears),
    ...(data.end ? { end: data.end as End } : {}),
  }
}

function taken(submission: Submission, { data, at }: Event): Submission {
  const { action, answers, fields, changes } = data
  const { proposal: _, correction, ...rest } = submission.progress
  const isReturned = Array.isArray(fields) && fields.length > 0
  const open = isReturned
    ? { action: String(action), fields: fields.map(String), at }
    : changes === undefined
      ? correction
      : undefined
  return {
    ...submission,
    answers: {
      ...changed(submission.answers, (changes ?? {}) as JsonObject),
      ...(answers !== undefined && { [String(action)]: answers }),
    },
    progress: {
      ...rest,
      ...(open && { correction: open }),
      ...(isReturned && { rounds: (rest.rounds ?? 0) + 1 }),
    },
  }
}

/** The answers with some of them changed; null takes one away. */
export function changed(answers: Answers, changes: JsonObject): Answers {
  const gone = Object.keys(changes).filter((id) => changes[id] === null)
  const all = Object.entries({ ...answers, ...changes }) as [string, Answer][]
  return Object.fromEntries(all.filter(([id]) => !gone.includes(id)))
}

function proposalOf({ data, actor, at }: Event): Proposal {
  const { note, fields } = data
  return {
    action: String(data.action),
    answers: (data.answers ?? {}) as Answers,
    ...(Array.isArray(fields) && { fields: fields.map(String) }),
    ...(typeof note === 'string' && { note }),
    by: actor.kind === 'staff' ? actor.staffId : '',
    at,
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
    ...((data.class === 'new' || data.class === 'change') && { class: data.class }),
  }
}
