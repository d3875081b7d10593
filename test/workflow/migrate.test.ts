import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Definitions } from '../../src/definitions/definitions.ts'
import type { Field, Form } from '../../src/form/form.ts'
import { reportOf } from '../../src/cli/migrate-submissions.ts'
import { movedSubmissions, statesWithoutPlace } from '../../src/migrate-submissions.ts'
import { eventsOf, loadSubmission } from '../../src/store/submissions.ts'
import { evolve } from '../../src/workflow/evolve.ts'
import { planMove, type Open } from '../../src/workflow/move.ts'
import type { Submission } from '../../src/workflow/submission.ts'
import type { Workflow } from '../../src/workflow/workflow.ts'
import { answers, desk, issuing, registration, T0, waiting } from './fixtures.ts'
import { createScene, definitions, snapshot, tokenIn, visitor, type Scene } from './scene.ts'

/** Submissions under way go over to definitions that have changed since (R24): all of them, or not at all. */

const DAY_MS = 86_400_000

let scene: Scene
beforeEach(async () => {
  scene = await createScene({
    perform: { 'desk.issue': async () => ({ status: 'done', result: { count: 1, first: 'W1' } }) },
  })
  scene.define(setOf('old', {}))
})
afterEach(() => scene.close())

function field(id: string, type = 'text', own: Partial<Field> = {}): Field {
  return { uid: id, id, type, label: { ja: id }, required: false, options: {}, ...own }
}

/** The sample set, its forms with these fields beside the usual ones, some workflows replaced. */
function setOf(
  hash: string,
  workflows: { readonly [id: string]: Workflow },
  own: readonly Field[] = [field('phone')],
): Definitions {
  const usual = [
    field('email', 'email'),
    field('lastName'),
    field('password', 'password'),
    field('facility', 'lookup'),
    field('amount', 'number'),
  ]
  const fields = Object.fromEntries([...usual, ...own].map((each) => [each.id, each]))
  const forms = Object.entries(definitions.forms).map(([id, form]) => [id, { ...form, fields }])
  return {
    ...definitions,
    hash,
    forms: Object.fromEntries(forms) as Definitions['forms'],
    workflows: { ...definitions.workflows, ...workflows },
  }
}

/** The workflow with a state under another name, wherever it is named. */
function renamedIn(workflow: Workflow, old: string, name: string): Workflow {
  const text = JSON.stringify(workflow).replaceAll(`"${old}":`, `"${name}":`)
  return JSON.parse(
    text.replaceAll(/"(to|then|failed)":"(\w+)"/g, (all, key: string, to: string) =>
      to === old ? `"${key}":"${name}"` : all,
    ),
  ) as Workflow
}

const newRegistration: Workflow = {
  ...renamedIn(renamedIn(registration, 'waitingForActivation', 'confirming'), 'expired', 'lapsed'),
  migrate: {
    states: { waitingForActivation: 'confirming', expired: 'lapsed' },
    fields: { phone: 'telephone' },
  },
}
const newSet = setOf('new', { registration: newRegistration }, [field('telephone')])

async function register(): Promise<Submission> {
  const outcome = await scene.advance.submit({
    form: 'sample/registration',
    answers,
    actor: visitor,
  })
  if ('refusal' in outcome) throw new Error(outcome.refusal.code)
  await scene.settle()
  return outcome.submission
}

async function moveAll(isTrial: boolean) {
  const all = []
  const running = { store: scene.store, advance: scene.advance, definitions: () => present }
  for await (const one of movedSubmissions(running, { isTrial })) all.push(one)
  return all
}
let present = newSet
function define(set: Definitions) {
  present = set
  scene.define(set)
}

describe('a state and an answer by other names', () => {
  test('a look changes nothing; then it is moved, once, and everybody can see that', async () => {
    const { id } = await register()
    define(newSet)
    expect(await statesWithoutPlace(scene.store, newSet)).toEqual([])
    const before = await snapshot(scene)
    const [planned] = await moveAll(true)
    expect(planned).toMatchObject({
      workflow: 'registration',
      state: 'waitingForActivation',
      move: { state: 'confirming', fields: { phone: 'telephone' }, drop: [] },
    })
    expect(await snapshot(scene)).toEqual(before)

    expect(await moveAll(false)).toHaveLength(1)
    expect(await moveAll(false)).toEqual([])
    const moved = await loadSubmission(scene.store.db, id)
    expect(moved).toMatchObject({ state: 'confirming', definition: 'new' })
    expect(moved?.answers.telephone).toBe(answers.phone)
    expect(moved?.answers).not.toHaveProperty('phone')
    const events = await eventsOf(scene.store.db, id)
    expect(events.at(-1)).toMatchObject({ kind: 'migrated', actor: { kind: 'system' } })
    const folded = events.reduce<Submission | undefined>(evolve, undefined)
    expect({ ...folded, answers: { ...folded?.answers, password: answers.password } }).toEqual(
      moved,
    )
    const audit = (await snapshot(scene)).audit.at(-1)
    expect(audit).toMatchObject({ kind: 'submission.migrated', subject: id })
  })

  test('its link goes on as it was, and leads on by the new definitions', async () => {
    await register()
    const token = tokenIn(scene.mails[0])
    define(newSet)
    await moveAll(false)
    expect(await scene.advance.peekLink(token)).toMatchObject({ action: 'activate' })
    const outcome = await scene.advance.byLink({ token, answers: {} })
    expect(outcome).toMatchObject({ submission: { state: 'active', end: 'accepted' } })
  })

  test('its timer runs out when it would have, into the state of the new name', async () => {
    const { id } = await register()
    define(newSet)
    await moveAll(false)
    scene.wait(DAY_MS + 1)
    await scene.settle()
    expect(await loadSubmission(scene.store.db, id)).toMatchObject({
      state: 'lapsed',
      end: 'discarded',
    })
  })

  test('a later one with the same address still takes its place', async () => {
    const { id } = await register()
    define(newSet)
    await moveAll(false)
    await register()
    expect(await loadSubmission(scene.store.db, id)).toMatchObject({ end: 'discarded' })
  })
})

test('a job under way comes back to the step of the renamed state', async () => {
  const outcome = await scene.advance.submit({
    form: 'sample/issuing',
    answers: { amount: 1, email: 'a@example.jp' },
    actor: visitor,
  })
  if ('refusal' in outcome) throw new Error(outcome.refusal.code)
  const renamed = renamedIn(issuing, 'issuing', 'handingOut')
  define(setOf('new', {
    issuing: { ...renamed, id: 'issuing', migrate: { states: { issuing: 'handingOut' } } },
  }))
  await moveAll(false)
  await scene.settle()
  const after = await loadSubmission(scene.store.db, outcome.submission.id)
  expect(after).toMatchObject({ state: 'handingOut' })
  expect(after?.progress.steps).toMatchObject({ accounts: { status: 'done' } })
})

test('what has no place stays on its own definitions, and is named before and after', async () => {
  const { id } = await register()
  const token = tokenIn(scene.mails[0])
  const { migrate: _, ...unmapped } = newRegistration
  define(setOf('new', { registration: unmapped }, [field('telephone')]))
  expect(await statesWithoutPlace(scene.store, present)).toEqual([
    { workflow: 'registration', state: 'waitingForActivation', count: 1 },
  ])
  const before = await snapshot(scene)
  expect(await moveAll(false)).toMatchObject([
    { obstacles: [{ code: 'no-state', name: 'waitingForActivation' }] },
  ])
  expect(await snapshot(scene)).toEqual(before)
  await scene.advance.byLink({ token, answers: {} })
  expect(await loadSubmission(scene.store.db, id)).toMatchObject({ state: 'active' })
})

describe('what is in the way', () => {
  const none: Open = { timers: [], links: [] }
  const before = setOf('old', {}).forms['sample/desk']
  const inReview = waiting(desk, 'review', { answers: { email: 'a@example.jp', phone: '1' } })
  const plan = (
    own: Partial<Submission>,
    next: {
      readonly workflow?: Workflow
      readonly form?: Form
      readonly fields?: readonly Field[]
    },
    open: Open = none,
  ) => {
    const form = next.form ?? setOf('new', {}, next.fields).forms['sample/desk']
    const outcome = planMove(
      { ...inReview, ...own },
      before,
      { hash: 'new', workflow: next.workflow ?? desk, form },
      open,
    )
    return 'move' in outcome
      ? outcome.move
      : outcome.obstacles.map(({ code, name }) => `${code} ${name}`)
  }
  const work = { ...desk.states.review, work: { stages: [], then: 'approved' } } as never

  test.each<[string, unknown, unknown]>([
    [
      'nothing',
      plan({}, {}),
      { definition: 'new', state: 'review', states: {}, fields: {}, drop: [] },
    ],
    ['an answer without a field', plan({}, { fields: [] }), ['no-field phone']],
    [
      'an answer that may go',
      plan({}, { fields: [], workflow: { ...desk, migrate: { drop: ['phone'] } } }),
      { definition: 'new', state: 'review', states: {}, fields: {}, drop: ['phone'] },
    ],
    [
      'a field of another type',
      plan({}, { fields: [field('phone', 'date')] }),
      ['other-type phone'],
    ],
    [
      'a field that is sealed now',
      plan({}, { fields: [field('phone', 'text', { keep: 'sealed' })] }),
      ['sealed phone'],
    ],
    [
      'a state that chooses',
      plan({}, { workflow: { ...desk, migrate: { states: { review: 'approved' } } } }),
      ['no-state review'],
    ],
    [
      'a timer into a state that is gone',
      plan(
        {},
        {},
        { ...none, timers: [{ payload: { state: 'review', to: 'gone' }, isRunning: false }] },
      ),
      ['no-state gone'],
    ],
    [
      'a timer at work',
      plan({}, {}, { ...none, timers: [{ payload: { state: 'review' }, isRunning: true }] }),
      ['busy '],
    ],
    [
      'a link to an action that is not there',
      plan({}, {}, { ...none, links: [{ action: 'confirm' }] }),
      ['no-action confirm'],
    ],
    [
      'a step under way',
      plan({ progress: { steps: { print: { status: 'running', since: T0 } } } }, {}),
      ['no-step print'],
    ],
    [
      'work that was not begun',
      plan({}, { workflow: { ...desk, states: { ...desk.states, review: work } } }),
      ['not-begun '],
    ],
    [
      'an action that was proposed',
      plan({ progress: { proposal: { action: 'grant', answers: {}, by: 'p1', at: T0 } } }, {}),
      ['no-action grant'],
    ],
    [
      'a correction where nothing is corrected',
      plan({ progress: { correction: { action: 'return', fields: ['phone'], at: T0 } } }, {}),
      ['no-action return'],
    ],
    [
      'a state nothing leads out of',
      plan(
        {},
        {
          workflow: {
            ...desk,
            states: {
              ...desk.states,
              review: { label: { ja: '審査' }, enter: [], actions: {}, after: [] },
            },
          },
        },
      ),
      ['no-way-on '],
    ],
  ])('%s', (_, found, expected) => expect(found).toEqual(expected))

  test('marked items keep their marks under their new names', () => {
    const correcting = waiting(desk, 'correcting', {
      answers: inReview.answers,
      progress: { correction: { action: 'return', fields: ['phone', 'email'], at: T0 } },
    })
    const workflow = { ...desk, migrate: { fields: { phone: 'telephone' } } }
    const form = setOf('new', {}, [field('telephone')]).forms['sample/desk']
    const outcome = planMove(correcting, before, { hash: 'new', workflow, form }, none)
    if (!('move' in outcome)) throw new Error(JSON.stringify(outcome))
    const event = { seq: 9, at: T0, actor: { kind: 'system' }, kind: 'migrated' } as const
    const after = evolve(correcting, { ...event, data: outcome.move })
    expect(after.progress.correction?.fields).toEqual(['telephone', 'email'])
    expect(after.answers).toMatchObject({ telephone: '1' })
  })
})

test('the report counts the ways, names what stays and why, and says whether anything was done', () => {
  const common = { workflow: 'registration', state: 'checking' }
  const move = { definition: 'new', state: 'review', states: {}, fields: {}, drop: [] }
  const all = [
    { number: 'AAAA-AAAA', ...common, move },
    { number: 'BBBB-BBBB', ...common, move },
    { number: 'CCCC-CCCC', ...common, obstacles: [{ code: 'no-field', name: 'fax' } as const] },
  ]
  const report = reportOf(all, false, 'ja')
  expect(report).toContain('registration：checking → review　2件')
  expect(report).toContain('CCCC-CCCC（registration：checking）は移せません。')
  expect(report).toContain('項目「fax」の行き先がありません')
  expect(report).toContain('--apply')
  expect(reportOf(all, true, 'en')).toContain('Moved.')
})
