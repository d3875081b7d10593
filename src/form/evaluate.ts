import { holds } from './condition.ts'
import { evaluateExpression, type Scope } from './expression.ts'
import { fieldTypes, pairOf } from './fields/index.ts'
import type { FieldType } from './fields/field-type.ts'
import type {
  Answer,
  Answers,
  Expression,
  Facts,
  Field,
  Form,
  JsonObject,
  LookupOptions,
  LookupResult,
  Lookups,
  Raw,
  Variant,
} from './form.ts'

export type Input = {
  readonly raw: Raw
  readonly facts: Facts
  readonly lookups: Lookups
}

/** A question for a lookup function that nobody has answered yet. */
export type WantedLookup = {
  readonly field: Field
  readonly key: string
  readonly inputs: JsonObject
}

/** What a form is at this moment, for these answers: the one reading that page, check, API and mail share. */
export type Evaluation = {
  /** '' while nothing is chosen. */
  readonly choice: string
  readonly variant: Variant
  /** Visible fields in the order of the page, by section id. */
  readonly sections: readonly { readonly id: string; readonly fields: readonly Field[] }[]
  readonly visible: readonly Field[]
  /** Values of visible fields: typed and folded, computed, looked up. Hidden answers are not in it. */
  readonly answers: Answers
  /** The facts it was made with. */
  readonly facts: Facts
  readonly required: ReadonlySet<string>
  /** Visible, required and still empty: the panel 必須情報 (operations.md §9.1). */
  readonly missing: readonly Field[]
  /** Result of each visible lookup whose inputs are complete, by field id. */
  readonly lookups: { readonly [fieldId: string]: LookupResult }
  readonly wanted: readonly WantedLookup[]
  /** Visible fields about which a schema cannot say everything: compared with other answers, or looked up. */
  readonly beyondSchema: readonly Field[]
}

/**
 * Reads raw input in the specified order: computed → visible → hidden dropped → required (DESIGN §4). Pure and total.
 * Fields are taken in the order of the page; the compiler refuses a condition or value that looks ahead.
 */
export function evaluate(form: Form, input: Input): Evaluation {
  const choice = chooseVariant(form, input)
  const variant = form.variants[choice] as Variant
  const { facts } = input
  // Both grow with the fields: whoever reads them sees what stands above on the page.
  const answers: Record<string, Answer> = {}
  const complete: Record<string, Answer> = {}
  const now: Scope = { answers, facts }
  const settled: Scope = { answers: complete, facts }
  const sections: { id: string; fields: Field[] }[] = []
  const visible: Field[] = []
  const required = new Set<string>()
  const lookups: Record<string, LookupResult> = {}
  const wanted: WantedLookup[] = []
  const beyondSchema: Field[] = []

  for (const section of variant.sections) {
    if (section.when && !holds(section.when, now)) continue
    const fields: Field[] = []
    sections.push({ id: section.id, fields })
    for (const uid of section.fields) {
      const field = form.fields[uid] as Field
      if (field.when && !holds(field.when, now)) continue
      fields.push(field)
      visible.push(field)
      if (field.required || (field.requiredWhen && holds(field.requiredWhen, now)))
        required.add(field.id)
      const type = typeOf(field)
      const isLookup = field.type === 'lookup'
      if (isLookup || type.check) beyondSchema.push(field)
      const value = isLookup
        ? lookUp(field, settled, input.lookups, lookups, wanted)
        : valueOf(form, field, input.raw, settled)
      if (value === undefined) continue
      answers[field.id] = value
      if (type.isComplete?.(value, field) ?? true) complete[field.id] = value
    }
  }
  return {
    choice,
    variant,
    sections,
    visible,
    answers,
    facts,
    required,
    missing: visible.filter(
      (field) => typeOf(field).isInput && required.has(field.id) && answers[field.id] === undefined,
    ),
    lookups,
    wanted,
    beyondSchema,
  }
}

/** Identifies one question: the same inputs give the same key. */
export function lookupKey(fieldId: string, inputs: JsonObject): string {
  return `${fieldId}:${JSON.stringify(Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)))}`
}

/** The inputs of a lookup call by these expressions; undefined while one of them is empty. */
export function lookupInputs(
  by: { readonly [input: string]: Expression },
  scope: Scope,
): JsonObject | undefined {
  const entries = Object.entries(by).map(
    ([name, part]) => [name, evaluateExpression(part, scope)] as const,
  )
  return entries.every((entry): entry is readonly [string, Answer] => entry[1] !== undefined)
    ? Object.fromEntries(entries)
    : undefined
}

export function typeOf(field: Field): FieldType {
  return fieldTypes[field.type] as FieldType
}

function chooseVariant(form: Form, input: Input): string {
  if (form.place === undefined) return ''
  const field = Object.values(form.fields).find((candidate) => candidate.id === form.place)
  const value = field
    ? typeOf(field).read(input.raw[field.id] ?? [], field)
    : evaluateExpression(form.place, { answers: {}, facts: input.facts })
  return typeof value === 'string' && Object.hasOwn(form.variants, value) ? value : ''
}

function valueOf(form: Form, field: Field, raw: Raw, scope: Scope): Answer | undefined {
  const type = typeOf(field)
  if (!type.isInput) return type.derive?.(field, scope)
  const typed = Object.hasOwn(raw, field.id) ? (raw[field.id] ?? []) : []
  const readAs = pairOf(form, field) ?? field
  return typeOf(readAs).read(typed, readAs)
}

function lookUp(
  field: Field,
  scope: Scope,
  known: Lookups,
  results: Record<string, LookupResult>,
  wanted: WantedLookup[],
): Answer | undefined {
  const options = field.options as unknown as LookupOptions
  const inputs = lookupInputs(options.by, scope)
  if (!inputs) return undefined
  const key = lookupKey(field.id, inputs)
  const result = Object.hasOwn(known, key) ? known[key] : undefined
  if (!result) {
    wanted.push({ field, key, inputs })
    return undefined
  }
  results[field.id] = result
  return result.status === 'found' ? result.value : undefined
}
