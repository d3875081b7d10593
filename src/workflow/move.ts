import type { Answers, Form, JsonObject } from '../form/form.ts'
import type { Progress } from './progress.ts'
import type { Submission } from './submission.ts'
import type { Mapping, Move, State, Workflow } from './workflow.ts'

/** Why a submission stays where it is; `name` is what has no place: a state, an answer, an action, a step. */
export type Obstacle = {
  readonly code:
    | 'no-workflow'
    | 'no-form'
    | 'no-state'
    | 'no-field'
    | 'other-type'
    | 'sealed'
    | 'no-action'
    | 'no-step'
    | 'not-begun'
    | 'no-way-on'
    | 'busy'
  readonly name: string
}

/** What waits for a submission outside it. */
export type Open = {
  readonly timers: readonly { readonly payload: JsonObject; readonly isRunning: boolean }[]
  readonly links: readonly { readonly action: string; readonly then?: string }[]
}

type Next = {
  readonly hash: string
  readonly workflow: Workflow | undefined
  readonly form: Form | undefined
}

/**
 * Whether a submission can go on by another set, and how: its state, its answers and all that waits for it must have a place
 * there, by the same name or by the workflow's `migrate`. Nothing is guessed and nothing is dropped in silence (R24).
 */
export function planMove(
  submission: Submission,
  before: Form | undefined,
  { hash, workflow, form }: Next,
  open: Open,
): { readonly move: Move } | { readonly obstacles: readonly Obstacle[] } {
  if (!workflow) return { obstacles: [{ code: 'no-workflow', name: submission.workflow }] }
  if (!form) return { obstacles: [{ code: 'no-form', name: submission.form }] }
  const mapping = workflow.migrate ?? {}
  const renamed = (name: string) => mapping.states?.[name] ?? name
  const name = renamed(submission.state)
  const state = workflow.states[name]
  // Nobody waits in a state that chooses, and an end is no place to go on from.
  if (!state || state.choose || state.end)
    return { obstacles: [{ code: 'no-state', name: submission.state }] }
  const answers = planAnswers(submission.answers, before, form, workflow)
  const named = statesNamed(submission.progress, open)
  const obstacles = [
    ...answers.obstacles,
    ...named
      .filter((one) => !workflow.states[renamed(one)])
      .map((one): Obstacle => ({ code: 'no-state', name: one })),
    ...outsideObstacles(state, open),
    ...progressObstacles(submission.progress, state, workflow),
    ...(hasWayOn(state, open) ? [] : [{ code: 'no-way-on', name: '' } as const]),
  ]
  if (obstacles.length > 0) return { obstacles }
  const all = [...new Set([submission.state, ...named])]
  return {
    move: {
      definition: hash,
      state: name,
      states: Object.fromEntries(
        all.filter((one) => renamed(one) !== one).map((one) => [one, renamed(one)]),
      ),
      fields: answers.fields,
      drop: answers.drop,
    },
  }
}

/** Each answer by its field of the same name, or of the one that `migrate` says; those of actions by the action. */
function planAnswers(
  answers: Answers,
  before: Form | undefined,
  form: Form,
  workflow: Workflow,
): Pick<Move, 'fields' | 'drop'> & { readonly obstacles: readonly Obstacle[] } {
  const { fields = {}, drop = [] }: Mapping = workflow.migrate ?? {}
  const actions = new Set(
    Object.values(workflow.states).flatMap((state) =>
      Object.entries(state.actions).flatMap(([id, action]) => (action.form ? [id] : [])),
    ),
  )
  const kept = Object.keys(answers).filter((id) => !drop.includes(id))
  const obstacles = kept.flatMap((id): Obstacle[] => {
    const [old, next] = [fieldOf(before, id), fieldOf(form, fields[id] ?? id)]
    if (!next) return actions.has(id) && !old ? [] : [{ code: 'no-field', name: id }]
    if (old && old.type !== next.type) return [{ code: 'other-type', name: id }]
    // What is sealed is bound to its name, and whether something is sealed was promised when it was typed.
    const isSealed = old?.keep === 'sealed' || next.keep === 'sealed'
    const isSame = fields[id] === undefined && old?.keep === next.keep
    return isSealed && !isSame ? [{ code: 'sealed', name: id }] : []
  })
  const renames = kept.filter((id) => fields[id] !== undefined)
  return {
    fields: Object.fromEntries(renames.map((id) => [id, fields[id] ?? id])),
    drop: Object.keys(answers).filter((id) => drop.includes(id)),
    obstacles,
  }
}

function fieldOf(form: Form | undefined, id: string) {
  return Object.values(form?.fields ?? {}).find((field) => field.id === id)
}

/** States that timers and links lead to, or whose clocks stand still meanwhile. */
function statesNamed({ paused }: Progress, { timers, links }: Open): readonly string[] {
  const ofTimers = timers.flatMap(({ payload: { state, to } }) => [state, to])
  const all = [...ofTimers, ...links.map(({ then }) => then), paused?.state]
  return [...new Set(all.filter((name) => typeof name === 'string'))]
}

function outsideObstacles(state: State, { timers, links }: Open): readonly Obstacle[] {
  return [
    ...links
      .filter(({ action }) => state.actions[action]?.by !== 'link')
      .map(({ action }): Obstacle => ({ code: 'no-action', name: action })),
    // Its worker knows the state by its old name, and would find that it was left.
    ...(timers.some(({ isRunning }) => isRunning) ? [{ code: 'busy', name: '' } as const] : []),
  ]
}

function progressObstacles(
  { steps, correction, proposal }: Progress,
  state: State,
  workflow: Workflow,
): readonly Obstacle[] {
  const tasks = new Set((state.work?.stages ?? []).flat().map(({ id }) => id))
  const underWay = Object.entries(steps ?? {}).flatMap(([id, { status }]) =>
    status === 'running' || status === 'stuck' ? [id] : [],
  )
  const actions = Object.values(workflow.states).flatMap((one) => Object.keys(one.actions))
  const isEdited = Object.values(state.actions).some(({ edit }) => edit)
  return [
    ...underWay.filter((id) => !tasks.has(id)).map((name): Obstacle => ({ code: 'no-step', name })),
    // Work begins when its state is entered; a submission that was not doing it would wait for ever.
    ...(state.work && underWay.length === 0 ? [{ code: 'not-begun', name: '' } as const] : []),
    ...(correction && !(actions.includes(correction.action) && isEdited)
      ? [{ code: 'no-action', name: correction.action } as const]
      : []),
    ...(proposal && !state.actions[proposal.action]
      ? [{ code: 'no-action', name: proposal.action } as const]
      : []),
  ]
}

/** Somebody can act there, its work goes on by itself, or a time limit that has begun still runs. */
function hasWayOn({ actions, work }: State, { timers }: Open): boolean {
  return work !== undefined || Object.keys(actions).length > 0 || timers.length > 0
}

/** The answers and what the workflow keeps, by their new names. */
export function movedSubmission(
  { answers, progress, ...rest }: Submission,
  { definition, state, states, fields, drop }: Move,
): Submission {
  const { paused, correction, ...kept } = progress
  return {
    ...rest,
    definition,
    state,
    answers: renamedKeys(answers, fields, drop),
    progress: {
      ...kept,
      ...(paused && { paused: { ...paused, state: states[paused.state] ?? paused.state } }),
      ...(correction && {
        correction: {
          ...correction,
          fields: correction.fields
            .filter((id) => !drop.includes(id))
            .map((id) => fields[id] ?? id),
        },
      }),
    },
  }
}

function renamedKeys(answers: Answers, names: Move['fields'], drop: Move['drop']): Answers {
  return Object.fromEntries(
    Object.entries(answers).flatMap(([id, value]) =>
      drop.includes(id) ? [] : [[names[id] ?? id, value]],
    ),
  )
}
