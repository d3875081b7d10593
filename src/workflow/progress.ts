import type { Visit } from './clock.ts'
import type { Answers, Json, JsonObject } from '../form/form.ts'

/** What a workflow keeps of a submission beside its answers; made of events alone. */
export type Progress = {
  /** The steps of its works, by their ids. */
  readonly steps?: { readonly [id: string]: StepRecord }
  /** The event by which it came into its present state. */
  readonly entered?: { readonly seq: number; readonly at: string }
  /** Earlier stays in the present state, before a pause: its clocks go on from them. */
  readonly visits?: readonly Visit[]
  /** The state whose clocks stand still meanwhile, and its stays so far. */
  readonly paused?: { readonly state: string; readonly visits: readonly Visit[] }
  /** When the office has had it for too long. */
  readonly warnAt?: string
  readonly escalateAt?: string
  /** An action that waits for a second member of the staff to agree. */
  readonly proposal?: Proposal
  /** What is to be corrected, while it is. */
  readonly correction?: Correction
  /** How often it has been returned for correction. */
  readonly rounds?: number
}

export type Proposal = {
  readonly action: string
  readonly answers: Answers
  readonly fields?: readonly string[]
  readonly note?: string
  /** Id of the member of the staff. */
  readonly by: string
  readonly at: string
}
export type Correction = {
  /** The action that returned it; what it said is among the answers under its name. */
  readonly action: string
  readonly fields: readonly string[]
  readonly at: string
}

export type StepRecord = {
  /** `stuck`: it failed, and somebody of the office must decide. `dropped`: the state was left before it was done. */
  readonly status: 'running' | 'done' | 'skipped' | 'stuck' | 'dropped'
  /** Its job: what comes back from another one is too late. None when it needed no outside work. */
  readonly jobId?: string
  readonly result?: Json
  /** Why it is stuck. */
  readonly reason?: string
  /** When this status began. */
  readonly since: string
}

/** How long the office has had it, for its list. undefined: not too long. */
export function lateness(
  { warnAt, escalateAt }: Pick<Progress, 'warnAt' | 'escalateAt'>,
  now: string,
): 'warn' | 'escalate' | undefined {
  if (escalateAt !== undefined && escalateAt <= now) return 'escalate'
  return warnAt !== undefined && warnAt <= now ? 'warn' : undefined
}

/** Into another state: what belonged to the one before is over, and its clocks stand still or go on. */
export function moved(
  { proposal: _p, warnAt: _w, escalateAt: _e, visits, paused, entered, ...kept }: Progress,
  from: string,
  to: {
    readonly state: string
    readonly pauses: boolean
    readonly warnAt?: string
    readonly escalateAt?: string
    readonly seq: number
    readonly at: string
  },
): Progress {
  const { state, pauses, seq, at, ...desk } = to
  const stays = [...(visits ?? []), ...(entered ? [{ from: entered.at, to: at }] : [])]
  // From one pause into another: the first one counts.
  const standing = pauses ? (paused ?? { state: from, visits: stays }) : undefined
  const resumed = !pauses && paused?.state === state ? paused.visits : undefined
  return {
    ...kept,
    ...desk,
    entered: { seq, at },
    ...(standing && { paused: standing }),
    ...(resumed && { visits: resumed }),
  }
}

/** Notes how one step stands. */
export function withStep(progress: Progress, id: string, record: StepRecord): Progress {
  return { ...progress, steps: { ...progress.steps, [id]: record } }
}

/** Forgets steps that are to begin anew. */
export function withoutSteps(progress: Progress, ids: readonly string[]): Progress {
  if (ids.length === 0) return progress
  const steps = Object.entries(progress.steps ?? {}).filter(([id]) => !ids.includes(id))
  return { ...progress, steps: Object.fromEntries(steps) }
}

/** The state is left: what is not done there will not be. */
export function withoutOpenSteps(progress: Progress): Progress {
  const open = Object.entries(progress.steps ?? {}).filter(
    ([, { status }]) => status === 'running' || status === 'stuck',
  )
  return open.reduce(
    (rest, [id, record]) => withStep(rest, id, { ...record, status: 'dropped' }),
    progress,
  )
}

/** Forgets what steps have given and what was proposed: it names people. */
export function withoutResults({ proposal: _, ...progress }: Progress): Progress {
  if (!progress.steps) return progress
  const bare = Object.entries(progress.steps).map(([id, { result: _, ...rest }]) => [id, rest])
  return { ...progress, steps: Object.fromEntries(bare) as Progress['steps'] & object }
}

/** The fact `steps`: by step, what it gave. */
export function resultsOf({ steps }: Progress): JsonObject {
  return Object.fromEntries(
    Object.entries(steps ?? {}).flatMap(([id, { result }]) =>
      result === undefined || result === null ? [] : [[id, result]],
    ),
  )
}

/** The step that a job is part of, while it is. */
export function stepOfJob({ steps }: Progress, jobId: string): string | undefined {
  return Object.entries(steps ?? {}).find(
    ([, record]) => record.jobId === jobId && record.status === 'running',
  )?.[0]
}

/** Why it goes no further: the first stuck step. undefined: nothing is stuck. */
export function stuckStep({
  steps,
}: Progress): { readonly step: string; readonly reason: string } | undefined {
  const found = Object.entries(steps ?? {}).find(([, { status }]) => status === 'stuck')
  return found && { step: found[0], reason: found[1].reason ?? '' }
}
