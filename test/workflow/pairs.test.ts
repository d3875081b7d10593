import { describe, expect, test } from 'vitest'
import type { Definitions } from '../../src/definitions/definitions.ts'
import type { Answers, Field } from '../../src/form/form.ts'
import { movedSubmissions, statesWithoutPlace } from '../../src/migrate-submissions.ts'
import { eventsOf, loadSubmission } from '../../src/store/submissions.ts'
import { evolve } from '../../src/workflow/evolve.ts'
import type { Actor, Submission } from '../../src/workflow/submission.ts'
import type { State, Workflow } from '../../src/workflow/workflow.ts'
import { createRandom, type Random } from '../portal/mutations.ts'
import { answers } from './fixtures.ts'
import { createScene, definitions, snapshot, visitor, type Scene } from './scene.ts'

/**
 * Definitions change under submissions on their way, 200 random pairs of before and after (R24): nothing crashes, no answer is
 * dropped in silence, nobody is moved to where nothing leads on, and what is not moved goes on as it began. A seed that fails
 * plays again with MADOGUCHI_SEED=<seed>.
 */
const PAIRS = 200
const DAY_MS = 86_400_000
const STAFF: Actor = { kind: 'staff', staffId: 'p1', role: 'reviewer' }
const WORKFLOWS = ['registration', 'desk', 'issuing', 'checking'] as const
type Name = (typeof WORKFLOWS)[number]

/** Everything that a change of definitions can change for a submission on its way. */
type Set = {
  readonly workflows: { readonly [name in Name]: Workflow }
  readonly fields: { readonly [id: string]: string }
}

const first: Set = {
  workflows: definitions.workflows as Set['workflows'],
  fields: {
    email: 'email',
    lastName: 'text',
    phone: 'text',
    password: 'password',
    facility: 'lookup',
    amount: 'integer',
  },
}

function compiled(hash: string, { workflows, fields }: Set): Definitions {
  const made = Object.entries(fields).map(([id, type]): [string, Field] => [
    id,
    { uid: id, id, type, label: { ja: id }, required: false, options: {} },
  ])
  const forms = Object.entries(definitions.forms).map(([id, form]) => [
    id,
    { ...form, fields: Object.fromEntries(made) },
  ])
  return {
    ...definitions,
    hash,
    forms: Object.fromEntries(forms) as Definitions['forms'],
    workflows: { ...definitions.workflows, ...workflows },
  }
}

type Change = (set: Set, random: Random) => Set

/** What somebody may do to a definition; half the time with the word in `migrate` that goes with it. */
const changes: readonly Change[] = [
  inWorkflow((workflow, random) => {
    const [old] = someState(workflow, random)
    const name = `${old}Anew`
    return saying(renamed(workflow, old, name), random, { states: { [old]: name } })
  }),
  inWorkflow((workflow, random) => {
    const [gone] = someState(workflow, random)
    const [other] = someState(workflow, random)
    if (gone === other) return workflow
    const { [gone]: _, ...left } = workflow.states
    const next = { ...renamed(workflow, gone, other), states: redirected(left, gone, other) }
    return saying(next, random, { states: { [gone]: other } })
  }),
  inWorkflow((workflow, random) => {
    const [name, state] = someState(workflow, random)
    const actions = Object.entries(state.actions).slice(1)
    return withState(workflow, name, { ...state, actions: Object.fromEntries(actions) })
  }),
  inWorkflow((workflow, random) => {
    const [name, state] = someState(workflow, random)
    const [to] = someState(workflow, random)
    if (state.end || state.choose) return workflow
    const actions = random.below(2) === 0 ? {} : state.actions
    return withState(workflow, name, { ...state, actions, after: [{ ms: 5 * DAY_MS, to }] })
  }),
  inWorkflow((workflow, random) => {
    const [name, state] = someState(workflow, random)
    return state.work
      ? withState(workflow, name, {
          ...state,
          work: { ...state.work, stages: state.work.stages.slice(1) },
        })
      : withState(workflow, name, { ...state, after: [] })
  }),
  (set, random) => {
    const [id, type] = someField(set, random)
    const { [id]: _, ...fields } = set.fields
    const next = `${id}Anew`
    return spoken({ ...set, fields: { ...fields, [next]: type } }, random, {
      fields: { [id]: next },
    })
  },
  (set, random) => {
    const [id] = someField(set, random)
    const { [id]: _, ...fields } = set.fields
    return spoken({ ...set, fields }, random, { drop: [id] })
  },
  (set, random) => {
    const [id] = someField(set, random)
    return { ...set, fields: { ...set.fields, [id]: random.pick(['date', 'text', 'digits']) } }
  },
  (set) => ({ ...set, fields: { ...set.fields, more: 'text' } }),
]

function inWorkflow(change: (workflow: Workflow, random: Random) => Workflow): Change {
  return (set, random) => {
    const name = random.pick(WORKFLOWS)
    const workflow = change(set.workflows[name], random)
    if (!isSound(workflow)) return set
    return { ...set, workflows: { ...set.workflows, [name]: workflow } }
  }
}

/** `check` lets nothing else through: every state can be left, and nothing goes round in circles by itself. */
function isSound({ states }: Workflow): boolean {
  const next = (name: string) => {
    const { choose = [], work } = states[name] as State
    return [...choose.map(({ to }) => to), ...(work ? [work.then, work.failed ?? work.then] : [])]
  }
  const comesBack = (name: string, from: readonly string[], depth = 0): boolean =>
    depth < Object.keys(states).length &&
    from.some((other) => other === name || comesBack(name, next(other), depth + 1))
  return Object.entries(states).every(([name, { end, choose, work, actions, after }]) => {
    const isWorking = work !== undefined && work.stages.length > 0
    const isWaiting = Object.keys(actions).length > 0 || after.length > 0
    const isLeft = end !== undefined || choose !== undefined || isWorking || isWaiting
    return isLeft && !comesBack(name, next(name))
  })
}

function someState({ states }: Workflow, random: Random): [string, State] {
  return random.pick(Object.entries(states))
}

function someField({ fields }: Set, random: Random): [string, string] {
  return random.pick(Object.entries(fields))
}

function withState(workflow: Workflow, name: string, state: State): Workflow {
  return { ...workflow, states: { ...workflow.states, [name]: state } }
}

function renamed(workflow: Workflow, old: string, name: string): Workflow {
  const states = redirected(workflow.states, old, name)
  const own = Object.entries(states).map(([key, state]) => [key === old ? name : key, state])
  const start = workflow.start.map((one) => ({ ...one, to: one.to === old ? name : one.to }))
  return { ...workflow, start, states: Object.fromEntries(own) as Workflow['states'] }
}

/** Every way that led to `old` leads to `name`. */
function redirected(states: Workflow['states'], old: string, name: string): Workflow['states'] {
  const text = JSON.stringify(states)
  return JSON.parse(
    text.replaceAll(/"(to|then|failed)":"(\w+)"/g, (all, key: string, to: string) =>
      to === old ? `"${key}":"${name}"` : all,
    ),
  ) as Workflow['states']
}

function saying(workflow: Workflow, random: Random, migrate: Workflow['migrate']): Workflow {
  if (random.below(2) === 0) return workflow
  const before = workflow.migrate ?? {}
  return {
    ...workflow,
    migrate: {
      states: { ...before.states, ...migrate?.states },
      fields: { ...before.fields, ...migrate?.fields },
      drop: [...(before.drop ?? []), ...(migrate?.drop ?? [])],
    },
  }
}

function spoken(set: Set, random: Random, migrate: Workflow['migrate']): Set {
  const isSaid = random.below(2) === 0
  const workflows = Object.entries(set.workflows).map(([name, workflow]) => [
    name,
    isSaid ? saying(workflow, { ...random, below: () => 1 }, migrate) : workflow,
  ])
  return { ...set, workflows: Object.fromEntries(workflows) as Set['workflows'] }
}

function changed(set: Set, random: Random): Set {
  let next = set
  for (let count = 1 + random.below(6); count > 0; count -= 1)
    next = random.pick(changes)(next, random)
  return next
}

const performed = {
  'desk.issue': async () => ({ status: 'done', result: { count: 1, first: 'W1' } }),
  'desk.check': async () => ({ status: 'rejected', reason: '断られました' }),
} as never

/** Files some submissions and lets things happen to them, so that they stand in all kinds of states. */
async function fileSome(scene: Scene, random: Random): Promise<readonly string[]> {
  const ids: string[] = []
  for (const name of WORKFLOWS) {
    const own: Answers = { ...answers, email: `${name}@example.jp`, amount: random.below(200) }
    const outcome = await scene.advance.submit({
      form: `sample/${name}`,
      answers: own,
      actor: visitor,
    })
    if ('refusal' in outcome) continue
    ids.push(outcome.submission.id)
    if (random.below(2) === 0) await scene.settle()
  }
  for (const id of ids) if (random.below(2) === 0) await actSomehow(scene, id, random)
  return ids
}

/** Whoever can do something does one thing of it, well or badly. */
async function actSomehow(scene: Scene, id: string, random: Random): Promise<void> {
  const submission = await loadSubmission(scene.store.db, id)
  if (!submission || submission.end) return
  const { actions } = await scene.advance.openTo(submission, STAFF)
  if (actions.length === 0) return
  const { name } = random.pick(actions)
  await scene.advance.act({
    submissionId: id,
    action: name,
    actor: STAFF,
    answers: {},
    ...(random.below(2) === 0 && { fields: ['phone'] }),
    ...(random.below(2) === 0 && { note: '確認した' }),
  })
}

async function played(seed: number): Promise<{ moved: number; kept: number }> {
  const random = createRandom(seed)
  const scene = await createScene({ perform: performed })
  try {
    const before = random.below(2) === 0 ? first : changed(first, random)
    const old = compiled('old', before)
    scene.define(old)
    const ids = await fileSome(scene, random)
    const next = compiled('new', changed(before, random))
    scene.define(next)
    return await judged(scene, ids, next, random)
  } finally {
    await scene.close()
  }
}

async function judged(scene: Scene, ids: readonly string[], next: Definitions, random: Random) {
  const earlier = await stored(scene, ids)
  const running = { store: scene.store, advance: scene.advance, definitions: () => next }
  const all = async (isTrial: boolean) => {
    const found = []
    for await (const one of movedSubmissions(running, { isTrial })) found.push(one)
    return found
  }
  const everything = await snapshot(scene)
  const told = await all(true)
  expect(await snapshot(scene)).toEqual(everything)
  const homeless = await statesWithoutPlace(scene.store, next)
  const done = await all(false)
  expect(done).toEqual(told)

  for (const [id, was] of earlier) {
    const is = (await loadSubmission(scene.store.db, id)) as Submission
    const outcome = done.find(({ number }) => number === was.number)
    if (!outcome || 'obstacles' in outcome) {
      if (outcome) expect(outcome.obstacles).not.toEqual([])
      expect(is).toEqual(was)
      continue
    }
    const workflow = next.workflows[was.workflow] as Workflow
    const isHomeless = homeless.some(
      ({ workflow: name, state }) => name === was.workflow && state === was.state,
    )
    expect(isHomeless).toBe(false)
    expect(workflow.states[is.state]).toBeDefined()
    const { fields = {}, drop = [] } = workflow.migrate ?? {}
    for (const [key, value] of Object.entries(was.answers))
      if (!drop.includes(key)) expect(is.answers[fields[key] ?? key]).toEqual(value)
    expect(Object.keys(is.answers)).toHaveLength(
      Object.keys(was.answers).filter((key) => !drop.includes(key)).length,
    )
    const folded = (await eventsOf(scene.store.db, id)).reduce<Submission | undefined>(
      evolve,
      undefined,
    )
    expect({ state: folded?.state, progress: folded?.progress }).toEqual({
      state: is.state,
      progress: is.progress,
    })
  }

  // All go on, whoever was moved and whoever was not: by people, by work, by time.
  for (const id of ids) if (random.below(2) === 0) await actSomehow(scene, id, random)
  await scene.settle()
  scene.wait(40 * DAY_MS)
  await scene.settle()
  for (const [, is] of await stored(scene, ids)) if (!is.end) await expectWayOn(scene, is)
  return {
    moved: done.filter((one) => 'move' in one).length,
    kept: done.filter((one) => 'obstacles' in one).length,
  }
}

/** Somebody can act, its work is under way or stuck before the office, or a job is due some day. */
async function expectWayOn(scene: Scene, submission: Submission): Promise<void> {
  const { workflows } = await scene.advance.definitionsOf(submission.definition)
  const state = workflows[submission.workflow]?.states[submission.state] as State
  const steps = Object.values(submission.progress.steps ?? {})
  const jobs = await scene.store.db
    .selectFrom('job')
    .select('id')
    .where('submission_id', '=', submission.id)
    .where('state', 'in', ['waiting', 'running'])
    .execute()
  const isWorking = steps.some(({ status }) => status === 'running' || status === 'stuck')
  expect(Object.keys(state.actions).length > 0 || isWorking || jobs.length > 0).toBe(true)
}

async function stored(scene: Scene, ids: readonly string[]) {
  const all = await Promise.all(ids.map((id) => loadSubmission(scene.store.db, id)))
  return new Map(all.flatMap((one) => (one ? [[one.id, one] as const] : [])))
}

describe('definitions that change under submissions on their way (R24)', () => {
  const one = process.env.MADOGUCHI_SEED
  const seeds = one === undefined ? Array.from({ length: PAIRS }, (_, at) => at + 1) : [Number(one)]

  test(`${seeds.length} random pairs`, async () => {
    let moved = 0
    let kept = 0
    for (const seed of seeds)
      try {
        const counts = await played(seed)
        moved += counts.moved
        kept += counts.kept
      } catch (error) {
        throw new Error(`again with MADOGUCHI_SEED=${seed}`, { cause: error })
      }
    // Both happen often, or the pairs would prove nothing.
    if (one === undefined) {
      expect(moved).toBeGreaterThan(PAIRS / 2)
      expect(kept).toBeGreaterThan(PAIRS / 2)
    }
  })
})
