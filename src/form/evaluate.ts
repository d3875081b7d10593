import { holds } from './condition.ts'
import { evaluateExpression, type Scope } from './expression.ts'
import { fieldTypes, pairOf } from './fields/index.ts'
import type { FieldType } from './fields/field-type.ts'
import type { Row } from './rows.ts'
import type {
  Answer,
  Answers,
  Condition,
  Expression,
  Facts,
  Field,
  Form,
  JsonObject,
  LookupOptions,
  LookupResult,
  Lookups,
  PressOptions,
  Raw,
  Variant,
} from './form.ts'

export type Input = {
  readonly raw: Raw
  readonly facts: Facts
  readonly lookups: Lookups
  /** Answers of buttons that stand from before, by field id: their questions can no longer be asked, or need not be. */
  readonly granted?: Answers
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
  /** The value of each visible field at its place among them: finding it by name costs as much as judging it. */
  readonly values: readonly (Answer | undefined)[]
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
  /** What the visible buttons would ask, where their inputs are complete. */
  readonly pressable: readonly WantedLookup[]
  /** The rows of each visible field of rows, by its id. */
  readonly rows: { readonly [fieldId: string]: readonly Row[] }
  /** The visible lookups. */
  readonly lookupFields: readonly Field[]
}

/**
 * Reads raw input in the specified order: computed → visible → hidden dropped → required (DESIGN §4). Pure and total.
 * Fields are taken in the order of the page; the compiler refuses a condition or value that looks ahead.
 */
export function evaluate(form: Form, input: Input): Evaluation {
  const plan = planOf(form)
  const choice = chooseVariant(form, plan, input)
  const { variant, sections: planned } = plan.variants.get(choice) as VariantPlan
  const { facts } = input
  // Conditions read the answers so far; values and lookups only complete ones. Both grow as the page is walked.
  const answers: Record<string, Answer> = {}
  const now: Scope = { answers, facts }
  let complete = answers
  const sections: { id: string; fields: Field[] }[] = []
  const visible: Field[] = []
  const values: (Answer | undefined)[] = []
  const required = new Set<string>()
  const missing: Field[] = []
  const lookups: Record<string, LookupResult> = {}
  const wanted: WantedLookup[] = []
  const pressable: WantedLookup[] = []
  const lookupFields: Field[] = []
  const rows: Record<string, readonly Row[]> = {}

  for (const section of planned) {
    if (section.when && !holds(section.when, now)) continue
    const fields: Field[] = []
    sections.push({ id: section.id, fields })
    for (const { field, type, readAs, readType } of section.fields) {
      if (field.when && !holds(field.when, now)) continue
      fields.push(field)
      visible.push(field)
      const isRequired = field.required || (field.requiredWhen && holds(field.requiredWhen, now))
      if (isRequired) required.add(field.id)
      if (field.type === 'lookup') lookupFields.push(field)
      const read = type.rows?.(field, input.raw, now, typeOf)
      if (read) {
        rows[field.id] = read
        for (const row of read) {
          for (const id of row.required) required.add(id)
          missing.push(...row.missing)
        }
      }
      const value = read
        ? valueOfRows(read)
        : type.asked
          ? (input.granted?.[field.id] ??
            press(field, { answers: complete, facts }, input.lookups, lookups, pressable))
          : type.isInput
            ? readType.read(typedFor(field, input.raw), readAs)
            : field.type === 'lookup'
              ? lookUp(field, { answers: complete, facts }, input.lookups, lookups, wanted)
              : type.derive?.(field, { answers: complete, facts })
      values.push(value)
      if (value === undefined) {
        if (isRequired && type.isInput) missing.push(field)
        continue
      }
      const isComplete = type.isComplete?.(value, field) ?? true
      if (!isComplete && complete === answers) complete = { ...answers }
      answers[field.id] = value
      if (isComplete && complete !== answers) complete[field.id] = value
    }
  }
  return {
    choice,
    variant,
    sections,
    visible,
    values,
    answers,
    facts,
    required,
    missing,
    lookups,
    wanted,
    pressable,
    rows,
    lookupFields,
  }
}

/** Every field that is drawn: the visible ones, each followed by those of its rows. */
export function drawnFields(evaluation: Evaluation): readonly Field[] {
  const { visible, rows } = evaluation
  if (Object.keys(rows).length === 0) return visible
  return visible.flatMap((field) => [field, ...(rows[field.id] ?? []).flatMap((row) => row.fields)])
}

function valueOfRows(rows: readonly Row[]): Answer | undefined {
  const filled = rows.flatMap(({ answers }) => (answers ? [answers] : []))
  return filled.length > 0 ? filled : undefined
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

type FieldPlan = {
  readonly field: Field
  readonly type: FieldType
  /** The field whose type reads the input: the pair of a confirmation, otherwise the field itself. */
  readonly readAs: Field
  readonly readType: FieldType
}
type VariantPlan = {
  readonly variant: Variant
  readonly sections: readonly {
    readonly id: string
    readonly when: Condition | undefined
    readonly fields: readonly FieldPlan[]
  }[]
}
type Plan = {
  readonly place: Field | undefined
  readonly variants: ReadonlyMap<string, VariantPlan>
}

/** Forms are frozen, so what follows from one is worked out once. Only a memory: nothing else depends on it. */
const plans = new WeakMap<Form, Plan>()

function planOf(form: Form): Plan {
  const known = plans.get(form)
  if (known) return known
  const planField = (uid: string): FieldPlan => {
    const field = form.fields[uid] as Field
    const readAs = pairOf(form, field) ?? field
    return { field, type: typeOf(field), readAs, readType: typeOf(readAs) }
  }
  const variants = Object.entries(form.variants).map(([choice, variant]) => {
    const sections = variant.sections.map(({ id, when, fields }) => ({
      id,
      when,
      fields: fields.map(planField),
    }))
    return [choice, { variant, sections }] as const
  })
  const place = Object.values(form.fields).find((field) => field.id === form.place)
  const plan = { place, variants: new Map(variants) }
  plans.set(form, plan)
  return plan
}

function chooseVariant(form: Form, { place, variants }: Plan, input: Input): string {
  if (form.place === undefined) return ''
  const value = place
    ? typeOf(place).read(typedFor(place, input.raw), place)
    : evaluateExpression(form.place, { answers: {}, facts: input.facts })
  return typeof value === 'string' && variants.has(value) ? value : ''
}

const NOTHING_TYPED: readonly string[] = []

function typedFor(field: Field, raw: Raw): readonly string[] {
  return (Object.hasOwn(raw, field.id) ? raw[field.id] : undefined) ?? NOTHING_TYPED
}

/** What is known to the question that the field's button asks. */
function press(
  field: Field,
  scope: Scope,
  known: Lookups,
  results: Record<string, LookupResult>,
  pressable: WantedLookup[],
): Answer | undefined {
  const inputs = lookupInputs((field.options as unknown as PressOptions).by, scope)
  if (!inputs) return undefined
  const key = lookupKey(field.id, inputs)
  pressable.push({ field, key, inputs })
  const result = Object.hasOwn(known, key) ? known[key] : undefined
  if (!result) return undefined
  results[field.id] = result
  return typeOf(field).asked?.(result)
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
