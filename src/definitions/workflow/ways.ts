import type { State, Step, Workflow } from '../../workflow/workflow.ts'

/**
 * What gives names on the way through a workflow: `return` is an action with a form of its own, `steps.accounts` a step of a
 * work. A step that somebody of the office passes over by hand gives nothing either, which no definition can foresee.
 */
type Giver = string
type Givers = ReadonlySet<Giver>

/**
 * For each step the givers that a submission can have missed when it comes there: since another way leads there too, or since
 * they come later. Over all ways, whatever the conditions say: a way that looks impossible may open with the next change.
 */
export function missedBefore(workflow: Workflow): ReadonlyMap<Step, Givers> {
  const all = new Set(Object.values(workflow.states).flatMap(giversOf))
  const given = givenOnEntry(workflow, all)
  const missed = new Map<Step, Givers>()
  const note = (step: Step, before: Givers) => {
    const missing = [...all].filter((giver) => !before.has(giver))
    missed.set(step, new Set([...(missed.get(step) ?? []), ...missing]))
  }
  for (const [name, state] of Object.entries(workflow.states)) {
    const before = given.get(name) ?? all
    for (const step of state.enter) note(step, before)
    for (const { step } of state.remind ?? []) note(step, before)
    for (const [action, { do: steps }] of Object.entries(state.actions))
      for (const step of steps) note(step, new Set([...before, action]))
    let done = before
    for (const stage of state.work?.stages ?? []) {
      for (const { step } of stage) note(step, done)
      done = new Set([...done, ...sureOf(stage)])
    }
  }
  return missed
}

/** The giver among `missed` that a ref speaks of. */
export function missedIn(ref: string, missed: Givers): Giver | undefined {
  return [...missed].find((giver) => ref === giver || ref.startsWith(`${giver}.`))
}

/** By state: what has been given on every way to it. States that nothing leads to are told elsewhere. */
function givenOnEntry(workflow: Workflow, all: Givers): ReadonlyMap<string, Givers> {
  const given = new Map<string, Givers>()
  const open = workflow.start.map(({ to }) => ({ to, by: new Set<Giver>() as Givers }))
  for (let way = open.pop(); way; way = open.pop()) {
    const { to, by } = way
    const state = workflow.states[to]
    const before = given.get(to)
    const common = before ? new Set([...before].filter((giver) => by.has(giver))) : by
    if (!state || (before && common.size === before.size)) continue
    given.set(to, common)
    open.push(...waysFrom(state, common))
  }
  for (const name of Object.keys(workflow.states)) if (!given.has(name)) given.set(name, all)
  return given
}

function waysFrom(state: State, before: Givers): { to: string; by: Givers }[] {
  const { choose = [], work, actions, after, enter } = state
  const links = enter.flatMap((step) => (step.kind === 'mail' && step.link?.then) || [])
  return [
    ...choose.map(({ to }) => ({ to, by: before })),
    ...(work ? [{ to: work.then, by: new Set([...before, ...work.stages.flatMap(sureOf)]) }] : []),
    ...(work?.failed === undefined ? [] : [{ to: work.failed, by: before }]),
    ...Object.entries(actions).flatMap(([name, { to }]) =>
      to === undefined ? [] : [{ to, by: new Set([...before, name]) }],
    ),
    ...after.map(({ to }) => ({ to, by: before })),
    ...links.map((to) => ({ to, by: before })),
  ]
}

type Stage = NonNullable<State['work']>['stages'][number]

/** A task with a condition may be passed over. */
function sureOf(stage: Stage): Giver[] {
  return stage.filter(({ when }) => when === undefined).map(({ id }) => `steps.${id}`)
}

function giversOf({ actions, work }: State): Giver[] {
  const forms = Object.entries(actions).filter(([, { form }]) => form !== undefined)
  return [
    ...forms.map(([name]) => name),
    ...(work?.stages.flat() ?? []).map(({ id }) => `steps.${id}`),
  ]
}
