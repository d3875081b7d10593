import type { Definitions } from '../definitions/definitions.ts'
import { holds } from '../form/condition.ts'
import type { Evaluation } from '../form/evaluate.ts'
import type { Field, Form, Locale, LookupOptions, Text } from '../form/form.ts'
import { choicesIn } from '../form/sample/sample.ts'
import type { Event } from '../workflow/submission.ts'

/** One way that answers or submissions can take; `id` is unique. */
export type Branch = { readonly id: string; readonly where: string; readonly what: Text }

/** Every way there is: facility types, both sides of every condition, outcomes of lookups, states and buttons. */
export function branchesOf(definitions: Definitions): readonly Branch[] {
  const forms = Object.values(definitions.forms).flatMap(branchesOfForm)
  const workflows = Object.values(definitions.workflows).flatMap(({ id, states, start }) => [
    ...start.map(({ to }): Branch =>
      branch(`start ${id} ${to}`, id, `「${to}」から始まる`, `begins in ${to}`),
    ),
    ...Object.entries(states).flatMap(([name, state]) => [
      branch(`state ${id} ${name}`, id, `状態「${state.label.ja}」になる`, `reaches ${name}`),
      ...Object.entries(state.actions).map(([action, { label }]) =>
        branch(
          `action ${id} ${name} ${action}`,
          id,
          `状態「${state.label.ja}」でボタン「${label.ja}」`,
          `${action} in ${name}`,
        ),
      ),
    ]),
  ])
  const seen = new Set<string>()
  return [...forms, ...workflows].filter(({ id }) => !seen.has(id) && seen.add(id))
}

function branch(id: string, where: string, ja: string, en: string): Branch {
  return { id, where, what: { ja, en } }
}

function branchesOfForm(form: Form): readonly Branch[] {
  const at = (id: string, ja: string, en: string) => branch(`${form.id} ${id}`, form.id, ja, en)
  const choices = choicesIn(form).map((choice) =>
    choice === ''
      ? at('choice ', '開かれる', 'is opened')
      : at(`choice ${choice}`, `種類「${choice}」`, `type ${choice}`),
  )
  const sections = Object.values(form.variants).flatMap(({ sections }) =>
    sections.flatMap(({ id, when }) =>
      when
        ? [
            at(`section ${id} yes`, `まとまり「${id}」が見える`, `section ${id} is shown`),
            at(`section ${id} no`, `まとまり「${id}」が見えない`, `section ${id} is hidden`),
          ]
        : [],
    ),
  )
  const fields = Object.values(form.fields).flatMap((field) => [
    ...(field.when
      ? [
          at(`when ${field.uid} yes`, `「${field.label.ja}」が見える`, `${field.uid} is shown`),
          at(`when ${field.uid} no`, `「${field.label.ja}」が見えない`, `${field.uid} is hidden`),
        ]
      : []),
    ...(field.requiredWhen
      ? [
          at(
            `required ${field.uid} yes`,
            `「${field.label.ja}」が必須`,
            `${field.uid} is required`,
          ),
          at(`required ${field.uid} no`, `「${field.label.ja}」が任意`, `${field.uid} is optional`),
        ]
      : []),
    ...(field.type === 'lookup' ? lookupBranches(field, at) : []),
  ])
  return [...choices, ...sections, ...fields]
}

function lookupBranches(
  field: Field,
  at: (id: string, ja: string, en: string) => Branch,
): readonly Branch[] {
  const { elsewhere, refuse } = field.options as unknown as LookupOptions
  const of = `lookup ${field.uid}`
  const name = `問い合わせ「${field.uid}」`
  return [
    at(`${of} found`, `${name}で見つかる`, `${field.uid} finds something`),
    at(`${of} missing`, `${name}で見つからない`, `${field.uid} finds nothing`),
    ...(elsewhere ?? []).map((_, index) =>
      at(
        `${of} elsewhere ${index}`,
        `${name}で${index + 1}番目の別の先に見つかる`,
        `${field.uid} finds it elsewhere (${index + 1})`,
      ),
    ),
    ...(refuse ?? []).map((_, index) =>
      at(
        `${of} refuse ${index}`,
        `${name}の${index + 1}番目の断る条件が成り立つ`,
        `${field.uid} refuses (${index + 1})`,
      ),
    ),
  ]
}

/** Notes the ways that a form has taken for these answers. */
export function noteEvaluation(form: Form, evaluation: Evaluation, seen: Set<string>): void {
  const note = (id: string) => seen.add(`${form.id} ${id}`)
  note(`choice ${evaluation.choice}`)
  const shown = new Set(evaluation.visible.map(({ uid }) => uid))
  const sectionsShown = new Set(evaluation.sections.map(({ id }) => id))
  for (const section of evaluation.variant.sections) {
    const isShown = sectionsShown.has(section.id)
    if (section.when) note(`section ${section.id} ${isShown ? 'yes' : 'no'}`)
    if (!isShown) continue
    for (const uid of section.fields) {
      const field = form.fields[uid]
      if (field?.when) note(`when ${uid} ${shown.has(uid) ? 'yes' : 'no'}`)
      if (field?.requiredWhen && shown.has(uid))
        note(`required ${uid} ${evaluation.required.has(field.id) ? 'yes' : 'no'}`)
    }
  }
  for (const field of evaluation.visible) {
    const result = field.type === 'lookup' ? evaluation.lookups[field.id] : undefined
    if (!result) continue
    const index = result.status === 'elsewhere' ? ` ${result.index}` : ''
    note(`lookup ${field.uid} ${result.status}${index}`)
    const { refuse } = field.options as unknown as LookupOptions
    const refused = (refuse ?? []).findIndex(({ when }) => holds(when, evaluation))
    if (result.status === 'found' && refused >= 0) note(`lookup ${field.uid} refuse ${refused}`)
  }
}

/** Notes the ways that a submission has taken. */
export function noteEvents(workflow: string, events: readonly Event[], seen: Set<string>): void {
  let state = ''
  for (const { kind, data } of events) {
    if (kind === 'entered') {
      if (state === '') seen.add(`start ${workflow} ${String(data.state)}`)
      state = String(data.state)
      seen.add(`state ${workflow} ${state}`)
    }
    if (kind === 'acted') seen.add(`action ${workflow} ${state} ${String(data.action)}`)
  }
}

/** How much of all ways has been taken, and which have not. */
export function coverageOf(
  branches: readonly Branch[],
  seen: ReadonlySet<string>,
): { readonly total: number; readonly covered: number; readonly left: readonly Branch[] } {
  const left = branches.filter(({ id }) => !seen.has(id))
  return { total: branches.length, covered: branches.length - left.length, left }
}

export function wordsOf({ where, what }: Branch, locale: Locale): string {
  return `${where}: ${what[locale] ?? what.ja}`
}
