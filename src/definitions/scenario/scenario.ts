import type { Definitions } from '../definitions.ts'
import type { Files, Parsed } from '../files.ts'
import { positionOf } from '../frame.ts'
import type { Report } from '../problems.ts'
import { rowsOptions } from '../../form/rows.ts'
import type { Form } from '../../form/form.ts'
import { CHECK_STEP } from '../../form/screens.ts'
import { choicesIn } from '../../form/sample/sample.ts'
import { child, compileSpan, entriesOf, itemsOf, stringOf, suggest } from '../values.ts'
import type { Span } from '../../workflow/clock.ts'
import type { Node } from '../yaml/yaml.ts'

/** A course through a portal with what must be seen on the way; played by `madoguchi test`. */
export type Scenario = {
  readonly portal: string
  readonly name: string
  readonly title: string
  readonly file: string
  /** ISO 8601 UTC. */
  readonly at: string
  readonly steps: readonly ScenarioStep[]
}
export type ScenarioStep = { readonly line: number } & (
  | { readonly kind: 'open' | 'sample' | 'link' | 'press' | 'as' | 'change'; readonly name: string }
  | { readonly kind: 'fill'; readonly answers: { readonly [field: string]: readonly string[] } }
  | { readonly kind: 'attach'; readonly files: { readonly [field: string]: readonly string[] } }
  | { readonly kind: 'remember'; readonly values: { readonly [name: string]: string } }
  | { readonly kind: 'submit' | 'next' | 'back' }
  | { readonly kind: 'wait'; readonly span: Span }
  | { readonly kind: 'staff'; readonly deed: StaffDeed }
  | { readonly kind: 'expect'; readonly expected: Expected }
)
/** What a member of the staff does; `action` is the name of a step for retry and skip. */
export type StaffDeed = {
  readonly kind: (typeof DEEDS)[number]
  readonly role: string
  readonly name: string
  readonly action: string
  readonly answers: { readonly [field: string]: string }
  readonly mark: readonly string[]
  readonly note?: string
}
const DEEDS = ['act', 'confirm', 'decline', 'retry', 'skip'] as const

export type Expected = {
  readonly visible?: readonly string[]
  readonly hidden?: readonly string[]
  readonly missing?: readonly string[]
  readonly values?: { readonly [path: string]: string }
  readonly errors?: { readonly [field: string]: string }
  readonly refused?: boolean
  readonly screen?: string
  readonly state?: string
  readonly late?: string
  readonly stuck?: string
  readonly mails?: readonly string[]
}

/** Stands in `errors` for what is said about no single field, such as a refused login. */
export const WHOLE_FORM = 'form'

/** A working day's morning: what a scenario that says nothing begins with. */
const MORNING = '2026-04-01T10:00'
const DAY = { rule: '暦にある日時を書いてください。', ruleEn: 'Write a day that exists.' }

/** Reads every scenario and holds its names against the definitions it plays. */
export function compileScenarios(
  files: Files,
  definitions: Definitions,
  report: Report,
): readonly Scenario[] {
  return [...files.portals.values()].flatMap(({ id, scenarios }) =>
    [...scenarios.values()].map((parsed) => compileScenario(id, parsed, definitions, report)),
  )
}

type Course = {
  readonly portal: string
  readonly definitions: Definitions
  readonly report: Report
  /** The form that is open at this step. */
  form: Form | undefined
}

function compileScenario(
  portal: string,
  { root, source, name }: Parsed,
  definitions: Definitions,
  report: Report,
): Scenario {
  const course: Course = { portal, definitions, report, form: undefined }
  const given = child(root, 'at')
  const written = stringOf(given) ?? MORNING
  const isDay = !Number.isNaN(Date.parse(`${written}:00+09:00`))
  if (given && !isDay) report('value.pattern', given.at, { key: 'at', value: written, ...DAY })
  const at = isDay ? written : MORNING
  return {
    portal,
    name,
    title: stringOf(child(root, 'title')) ?? name,
    file: source.file,
    at: new Date(`${at}:00+09:00`).toISOString(),
    steps: itemsOf(child(root, 'steps')).flatMap((node) => compileStep(node, course)),
  }
}

/** Several actions in one step are done in this order, whatever the order they are written in. */
function compileStep(node: Node, course: Course): readonly ScenarioStep[] {
  const { line } = positionOf(node.at)
  const word = stringOf(node)
  if (word === 'submit' || word === 'next' || word === 'back') return [{ kind: word, line }]
  const steps: ScenarioStep[] = []
  const given = (key: string) => child(node, key)
  const name = (key: string) => stringOf(given(key))
  const person = name('as')
  if (person !== undefined) steps.push({ kind: 'as', name: person, line })
  const opened = name('open')
  if (opened !== undefined) {
    course.form = formNamed(opened, given('open'), course)
    steps.push({ kind: 'open', name: `${course.portal}/${opened}`, line })
  }
  const mail = name('link')
  if (mail !== undefined) {
    known(mail, Object.keys(course.definitions.mails), given('link'), MAIL, course)
    course.form = formOfLink(mail, course)
    steps.push({ kind: 'link', name: mail, line })
  }
  const sample = name('sample')
  if (sample !== undefined) {
    if (course.form) known(sample, choicesNamed(course.form), given('sample'), TYPE, course)
    steps.push({ kind: 'sample', name: sample === NO_TYPES ? '' : sample, line })
  }
  steps.push(
    ...filling(given('fill'), line, course),
    ...attaching(given('attach'), line, course),
    ...remembering(given('remember'), line, course),
  )
  const change = name('change')
  if (change !== undefined) {
    if (course.form) known(change, pathsOf(course.form, change), given('change'), FIELD, course)
    steps.push({ kind: 'change', name: change, line })
  }
  const action = name('press')
  if (action !== undefined) {
    known(action, actionsIn(course), given('press'), ACTION, course)
    steps.push({ kind: 'press', name: action, line })
  }
  const staff = given('staff')
  if (staff) steps.push({ kind: 'staff', deed: deedOf(staff, course), line })
  const wait = given('wait')
  const span = wait && compileSpan(stringOf(wait) ?? '', wait.at, course.report)
  if (span !== undefined) steps.push({ kind: 'wait', span, line })
  const expect = given('expect')
  if (expect) steps.push({ kind: 'expect', expected: compileExpected(expect, course), line })
  return steps
}

const MAIL = { kind: 'メール', kindEn: 'mail' }
const TYPE = { kind: '施設の種類', kindEn: 'facility type' }
const ACTION = { kind: 'ボタン', kindEn: 'button' }
const FORM = { kind: 'フォーム', kindEn: 'form' }
const FIELD = { kind: '項目', kindEn: 'field' }
const SCREEN = { kind: '画面', kindEn: 'screen' }
const STATE = { kind: '状態', kindEn: 'state' }
/** Written where a form has no types to choose from. */
const NO_TYPES = 'all'

function choicesNamed(form: Form): readonly string[] {
  return choicesIn(form).map((choice) => choice || NO_TYPES)
}

function deedOf(node: Node, course: Course): StaffDeed {
  const text = (key: string) => stringOf(child(node, key))
  const keyOf = (kind: StaffDeed['kind']) => (kind === 'act' ? 'action' : kind)
  const [kind, other] = DEEDS.filter((each) => child(node, keyOf(each)))
  const keys = DEEDS.map((each) => `「${keyOf(each)}」`).join('')
  if (!kind) course.report('key.missing-one', node.at, { allowed: keys })
  if (kind && other)
    course.report('key.not-both', node.at, { key: keyOf(kind), other: keyOf(other) })
  const named = kind && child(node, keyOf(kind))
  const isStep = kind === 'retry' || kind === 'skip'
  const action = stringOf(named) ?? ''
  if (!isStep) known(action, actionsIn(course), named, ACTION, course)
  const note = text('note')
  const given = child(node, 'with')
  return {
    kind: kind ?? 'act',
    role: text('role') ?? '',
    name: text('name') ?? text('role') ?? '',
    action,
    answers: given ? textsOf(given) : {},
    mark: itemsOf(child(node, 'mark')).flatMap((item) => stringOf(item) ?? []),
    ...(note !== undefined && { note }),
  }
}

function filling(node: Node | undefined, line: number, course: Course): readonly ScenarioStep[] {
  if (!node) return []
  const answers = entriesOf(node).map(({ key, at, value }) => {
    fieldKnown(key, { ...value, at }, course)
    const typed = stringOf(value)
    if (typed !== undefined) return [[key, [typed]] as const]
    const items = itemsOf(value)
    return items.some(({ kind }) => kind === 'map')
      ? typedRows(key, items, course)
      : [[key, items.map((item) => stringOf(item) ?? '')] as const]
  })
  return [{ kind: 'fill', answers: Object.fromEntries(answers.flat()), line }]
}

/** Rows as a page names their inputs, `<rows>.<key>.<field>`. */
function typedRows(
  id: string,
  rows: readonly Node[],
  course: Course,
): readonly (readonly [string, readonly string[]])[] {
  const field = Object.values(course.form?.fields ?? {}).find((one) => one.id === id)
  const names = field?.type === 'rows' ? rowsOptions(field).fields.map((inner) => inner.id) : []
  const cells = rows.flatMap((row, index) =>
    entriesOf(row).map(({ key, at, value }) => {
      known(key, names, { ...value, at }, FIELD, course)
      return [`${id}.${index}.${key}`, [stringOf(value) ?? '']] as const
    }),
  )
  return [[id, rows.map((_, index) => String(index))], ...cells]
}
type Answers = { readonly [field: string]: readonly string[] }

function attaching(node: Node | undefined, line: number, course: Course): readonly ScenarioStep[] {
  if (!node) return []
  const files = entriesOf(node).map(({ key, at, value }) => {
    fieldKnown(key, { ...value, at }, course)
    return [key, itemsOf(value).flatMap((name) => stringOf(name) ?? [])]
  })
  return [{ kind: 'attach', files: Object.fromEntries(files) as Answers, line }]
}

function remembering(
  node: Node | undefined,
  line: number,
  course: Course,
): readonly ScenarioStep[] {
  if (!node) return []
  for (const { value } of entriesOf(node)) fieldKnown(stringOf(value) ?? '', value, course)
  return [{ kind: 'remember', values: textsOf(node), line }]
}

function compileExpected(node: Node, course: Course): Expected {
  const names = (key: string, check: (name: string, at: Node) => void) => {
    const given = child(node, key)
    if (!given) return {}
    const items = itemsOf(given)
    for (const item of items) check(stringOf(item) ?? '', item)
    return { [key]: items.flatMap((item) => stringOf(item) ?? []) }
  }
  const texts = (key: string) => {
    const given = child(node, key)
    if (!given) return {}
    for (const entry of entriesOf(given))
      if (key !== 'errors' || entry.key !== WHOLE_FORM)
        fieldKnown(entry.key, { ...entry.value, at: entry.at }, course)
    return { [key]: textsOf(given) }
  }
  const isField = (name: string, at: Node) => fieldKnown(name, at, course)
  const mails = Object.keys(course.definitions.mails)
  const screen = stringOf(child(node, 'screen'))
  if (screen !== undefined && course.form)
    known(screen, screensIn(course.form), child(node, 'screen'), SCREEN, course)
  const state = stringOf(child(node, 'state'))
  if (state !== undefined) known(state, statesIn(course), child(node, 'state'), STATE, course)
  return {
    ...names('visible', isField),
    ...names('hidden', isField),
    ...names('missing', isField),
    ...texts('values'),
    ...texts('errors'),
    ...(child(node, 'refused') && { refused: true }),
    ...(screen !== undefined && { screen }),
    ...(state !== undefined && { state }),
    ...plainTexts(node, ['late', 'stuck']),
    ...names('mails', (name, at) => known(name, mails, at, MAIL, course)),
  }
}

function plainTexts(node: Node, keys: readonly ('late' | 'stuck')[]): Partial<Expected> {
  return Object.fromEntries(
    keys.flatMap((key) => {
      const text = stringOf(child(node, key))
      return text === undefined ? [] : [[key, text]]
    }),
  )
}

function textsOf(node: Node): { readonly [key: string]: string } {
  return Object.fromEntries(entriesOf(node).map(({ key, value }) => [key, stringOf(value) ?? '']))
}

function formNamed(name: string, at: Node | undefined, course: Course): Form | undefined {
  const { forms } = course.definitions
  const own = Object.values(forms).filter(({ portal }) => portal === course.portal)
  const names = own.map(({ id }) => id.slice(course.portal.length + 1))
  known(name, names, at, FORM, course)
  return forms[`${course.portal}/${name}`]
}

/** The form behind a mail's link, when its action has one. */
function formOfLink(mail: string, { definitions, portal }: Course): Form | undefined {
  for (const workflow of Object.values(definitions.workflows))
    for (const state of Object.values(workflow.states))
      for (const step of state.enter) {
        if (step.kind !== 'mail' || step.template !== mail || !step.link) continue
        const form = state.actions[step.link.action]?.form
        if (form !== undefined) return definitions.forms[`${portal}/${form}`]
      }
  return undefined
}

function fieldKnown(name: string, at: Node, course: Course): void {
  if (course.form) known(name, pathsOf(course.form, name), at, FIELD, course)
}

function screensIn({ screens = [], confirm }: Form): readonly string[] {
  return [...screens.map(({ id }) => id), ...(confirm?.as === 'page' ? [CHECK_STEP] : [])]
}

function statesIn({ definitions }: Course): readonly string[] {
  return Object.values(definitions.workflows).flatMap(({ states }) => Object.keys(states))
}

function actionsIn({ definitions }: Course): readonly string[] {
  return Object.values(definitions.workflows).flatMap(({ states }) =>
    Object.values(states).flatMap(({ actions }) => Object.keys(actions)),
  )
}

function known(
  name: string,
  names: readonly string[],
  node: Node | undefined,
  kind: { readonly kind: string; readonly kindEn: string },
  { report }: Course,
): void {
  if (node && !names.includes(name))
    report('ref.unknown', node.at, { ...kind, ...suggest(name, names) })
}

/** The fields of a form; of a dotted name, the beginning names the field. */
function pathsOf(form: Form, name: string): readonly string[] {
  const ids = Object.values(form.fields).map(({ id }) => id)
  return name.includes('.') && ids.includes(name.split('.')[0] ?? '') ? [...ids, name] : ids
}
