import { typeOf } from './evaluate.ts'
import { pairOf } from './fields/index.ts'
import { rowsOptions } from './rows.ts'
import type {
  Condition,
  Field,
  Form,
  JsonObject,
  JsonSchema,
  Locale,
  Scalar,
  Test,
  Variant,
} from './form.ts'

const DIALECT = 'https://json-schema.org/draft/2020-12/schema'

/**
 * One complete JSON Schema 2020-12 of a form's answers (DESIGN §4): what `evaluate` gives for right input is valid, and
 * computed and looked-up values, marked readOnly, may be left out. One branch for each choice of the place. What a schema
 * cannot say is left to `validate`: equality of two answers, lookups, bounds of days (in words in the description), and
 * conditions on facts that are no answers.
 */
export function formSchema(form: Form, locale: Locale = 'ja'): JsonSchema {
  const head = { $schema: DIALECT, title: form.title[locale] ?? form.title.ja }
  const branches = new Map(
    choicesFor(form).map((choice) => {
      const schema = variantSchema(form, choice, locale)
      return [JSON.stringify(schema), schema] as const
    }),
  )
  const [first, ...others] = branches.values()
  if (first && others.length === 0) return { ...head, ...first }
  return placeField(form)
    ? { ...head, type: 'object', oneOf: [...branches.values()] }
    : { ...head, type: 'object', anyOf: [...branches.values()] }
}

/** The schema of one choice's answers; '' while nothing is chosen. The place's own answer is fixed to the choice. */
export function variantSchema(form: Form, choice: string, locale: Locale = 'ja'): JsonSchema {
  const variant = form.variants[choice] as Variant
  const uses = fieldsOf(form, variant)
  const known = new Map(uses.map(({ field }) => [field.id, field]))
  const properties = uses.map(({ field }) => [
    field.id,
    {
      ...valueSchema(form, field),
      ...(field.id === form.place && choice !== '' && { const: choice }),
      ...annotations(field, locale),
    },
  ])
  const rules = uses.flatMap((use) => rulesOf(use, known))
  return {
    type: 'object',
    properties: Object.fromEntries(properties) as JsonObject,
    required: uses.filter(isAlwaysRequired).map(({ field }) => field.id),
    additionalProperties: false,
    ...(rules.length > 0 && { allOf: rules }),
  }
}

/** The schema of one field's value; a confirmation has that of its pair. */
export function valueSchema(form: Form, field: Field): JsonSchema {
  const source = pairOf(form, field)
  if (source) return { type: 'string' }
  return typeOf(field).rows ? rowsSchema(field) : typeOf(field).schema(field)
}

/** Rows as a list of objects; conditions on answers outside the row cannot be said here. */
export function rowsSchema(field: Field): JsonSchema {
  const { fields, max } = rowsOptions(field)
  const known = new Map(fields.map((inner) => [inner.id, inner]))
  const uses = fields.map((inner) => ({ field: inner, when: inner.when ? [inner.when] : [] }))
  const rules = uses.flatMap((use) => rulesOf(use, known))
  const items = {
    type: 'object',
    properties: Object.fromEntries(
      fields.map((inner) => [inner.id, typeOf(inner).schema(inner)]),
    ) as JsonObject,
    required: uses.filter(isAlwaysRequired).map((use) => use.field.id),
    additionalProperties: false,
    ...(rules.length > 0 && { allOf: rules }),
  }
  return { type: 'array', minItems: 1, maxItems: max, items }
}

/** The choices a whole form can have: '' only where the place may stay empty or there is none. */
function choicesFor(form: Form): readonly string[] {
  const place = placeField(form)
  const choices = Object.keys(form.variants)
  return place?.required ? choices.filter((choice) => choice !== '') : choices
}

function placeField(form: Form): Field | undefined {
  return Object.values(form.fields).find((field) => field.id === form.place)
}

type FieldUse = { readonly field: Field; readonly when: readonly Condition[] }

function fieldsOf(form: Form, variant: Variant): readonly FieldUse[] {
  return variant.sections.flatMap((section) =>
    section.fields.map((uid) => {
      const field = form.fields[uid] as Field
      return { field, when: [section.when, field.when].filter((when) => when !== undefined) }
    }),
  )
}

function isAlwaysRequired({ field, when }: FieldUse): boolean {
  return field.required && when.length === 0 && isTypedIn(field)
}

/** Whether a program sends it: not what the server finds out. */
function isTypedIn(field: Field): boolean {
  const { isInput, asked } = typeOf(field)
  return isInput && !asked
}

/** Conditions as if/then/else: required while shown, forbidden while hidden. */
function rulesOf({ field, when }: FieldUse, known: ReadonlyMap<string, Field>): JsonSchema[] {
  const rules: JsonSchema[] = []
  const shown = when.length > 0 ? conditionSchema({ all: when }, known) : {}
  const isTyped = isTypedIn(field)
  const must: JsonSchema = field.required && isTyped ? { required: [field.id] } : {}
  if (when.length > 0 && shown !== undefined)
    rules.push({ if: shown, then: must, else: { properties: { [field.id]: false } } })
  if (field.requiredWhen && !field.required && isTyped) {
    const wanted = conditionSchema({ all: [...when, field.requiredWhen] }, known)
    if (wanted !== undefined) rules.push({ if: wanted, then: { required: [field.id] } })
  }
  return rules
}

/**
 * A schema that a document meets exactly when the condition holds for it; undefined where a schema cannot say it: refs to
 * facts, and text in order.
 */
export function conditionSchema(
  condition: Condition,
  known: ReadonlyMap<string, Field>,
): JsonSchema | undefined {
  if ('all' in condition && Array.isArray(condition.all))
    return joined('allOf', condition.all as readonly Condition[], known)
  if ('any' in condition && Array.isArray(condition.any))
    return joined('anyOf', condition.any as readonly Condition[], known)
  if ('not' in condition && typeof condition.not === 'object' && !Array.isArray(condition.not)) {
    const inner = conditionSchema(condition.not as Condition, known)
    return inner && { not: inner }
  }
  const tests = Object.entries(condition as { readonly [ref: string]: Test }).map(([ref, test]) =>
    known.has(ref.split('.')[0] ?? '') ? refSchema(ref.split('.'), test) : undefined,
  )
  return allOf(tests)
}

function joined(
  keyword: 'allOf' | 'anyOf',
  parts: readonly Condition[],
  known: ReadonlyMap<string, Field>,
): JsonSchema | undefined {
  const schemas = parts.map((part) => conditionSchema(part, known))
  if (keyword === 'allOf') return allOf(schemas)
  return areAll(schemas) ? (schemas.length > 0 ? { anyOf: schemas } : { not: {} }) : undefined
}

function allOf(schemas: readonly (JsonSchema | undefined)[]): JsonSchema | undefined {
  if (!areAll(schemas)) return undefined
  if (schemas.length === 1) return schemas[0]
  return schemas.length === 0 ? {} : { allOf: schemas }
}

function areAll(schemas: readonly (JsonSchema | undefined)[]): schemas is readonly JsonSchema[] {
  return schemas.every((schema) => schema !== undefined)
}

const EMPTY: JsonSchema = { anyOf: [{ enum: [null, ''] }, { type: 'array', maxItems: 0 }] }

function refSchema(path: readonly string[], test: Test): JsonSchema | undefined {
  if (typeof test !== 'object') return present(path, isOneOf([test]))
  if (Array.isArray(test)) return present(path, isOneOf(test as readonly Scalar[]))
  const { is, not, min, max, empty } = test as Exclude<Test, Scalar | readonly Scalar[]>
  const parts: (JsonSchema | undefined)[] = []
  if (empty === true) parts.push({ not: present(path, { not: EMPTY }) })
  if (empty === false) parts.push(present(path, { not: EMPTY }))
  if (is !== undefined)
    parts.push(present(path, { not: EMPTY }), present(path, isOneOf(asList(is))))
  if (not !== undefined)
    parts.push(present(path, { not: EMPTY }), present(path, { not: isOneOf(asList(not)) }))
  if (min !== undefined) parts.push(bound(path, 'minimum', min))
  if (max !== undefined) parts.push(bound(path, 'maximum', max))
  return allOf(parts)
}

function bound(
  path: readonly string[],
  keyword: 'minimum' | 'maximum',
  limit: number | string,
): JsonSchema | undefined {
  if (typeof limit !== 'number') return undefined
  return present(path, { type: 'number', [keyword]: limit })
}

/** There is a value at the path, and it meets the schema. */
function present(path: readonly string[], schema: JsonSchema): JsonSchema {
  const [first = '', ...rest] = path
  const inner = rest.length > 0 ? present(rest, schema) : schema
  return { type: 'object', properties: { [first]: inner }, required: [first] }
}

/** A list of answers passes when one of them does. */
function isOneOf(values: readonly Scalar[]): JsonSchema {
  if (values.length === 0) return { not: {} }
  const one: JsonSchema = { enum: values }
  return { anyOf: [one, { type: 'array', contains: one }] }
}

function asList(value: Scalar | readonly Scalar[]): readonly Scalar[] {
  return typeof value === 'object' ? value : [value]
}

/** The bounds of a day as the definition writes them: a schema cannot say what moves with today, `validate` does. */
function boundsOf(field: Field): readonly string[] {
  return (['min', 'max'] as const).flatMap((name) => {
    const kind = typeOf(field).options?.[name]?.kind
    const written = field.options[name]
    if (written === undefined || (kind !== 'day-bound' && kind !== 'month-bound')) return []
    return [`${name}: ${typeof written === 'string' ? written : JSON.stringify(written)}`]
  })
}

function annotations(field: Field, locale: Locale): JsonObject {
  const type = typeOf(field)
  const said = [field.hint, field.note].flatMap((text) => (text ? [text[locale] ?? text.ja] : []))
  const notes = [...said, ...boundsOf(field)]
  const title = field.label[locale] ?? field.label.ja
  return {
    ...(title !== '' && { title }),
    ...(notes.length > 0 && { description: notes.join('\n') }),
    ...(field.example && { examples: [field.example[locale] ?? field.example.ja] }),
    ...(!isTypedIn(field) && { readOnly: true }),
    ...((type.isSecret || type.isTransient) && type.isInput && { writeOnly: true }),
  }
}
