import { evaluate, lookupInputs, typeOf, type Evaluation } from '../evaluate.ts'
import { choicesOf } from '../fields/option.ts'
import { pairOf } from '../fields/index.ts'
import type {
  Answers,
  Facts,
  Field,
  Form,
  JsonObject,
  LookupOptions,
  LookupResult,
  Raw,
} from '../form.ts'
import { rowsOptions } from '../rows.ts'
import { rightFor, wrongFor } from './candidates.ts'
import { answersThatAsk, isAsked, type Found, type Known } from './question.ts'

export type { Known } from './question.ts'

/** A filled-in form made out of its definition. */
export type Sample = {
  readonly kind: 'minimal' | 'full' | 'invalid'
  /** The variant; '' in a form without a place. */
  readonly choice: string
  /** As a page posts it. */
  readonly raw: Raw
  /** As a program sends it: folded, fields that people fill only. */
  readonly answers: Answers
  /** Of an invalid one: the rule that it breaks, and the issue a form answers with. */
  readonly breaks?: Broken
}
export type Broken = {
  readonly field: string
  /** `required`, a keyword of the field's schema, `repeat`, `not-found`, `elsewhere`. */
  readonly rule: string
  readonly code: string
}

export type SampleOptions = {
  readonly facts?: Facts
  /** What lookups know, preferred first. Without any, numbers are made up and found by nobody. */
  readonly known?: readonly Known[]
}

type Course = {
  readonly form: Form
  readonly choice: string
  readonly facts: Facts
  readonly known: readonly Known[]
}

/**
 * For every choice of a form: a minimal right set of answers, one with every field filled that can be seen at once, and for
 * every rule a set that breaks just this one. Pure, and the same each time. Rules that only stored data can break (a facility
 * registered already, a code to be compared) have no sample. Same rules of fields that choices share come once.
 */
export function samplesOf(form: Form, options: SampleOptions = {}): readonly Sample[] {
  const seen = new Set<string>()
  return choicesIn(form).flatMap((choice) => {
    const course = courseOf(form, choice, options)
    const minimal = fill(course, 'minimal')
    const full = fill(course, 'full')
    const broken = brokenOnes(course, full)
    const invalid = broken.filter(({ uid }) => !seen.has(uid))
    for (const { uid } of broken) seen.add(uid)
    return [
      sampleOf(course, 'minimal', minimal),
      sampleOf(course, 'full', full),
      ...invalid.map(({ raw, breaks }) => ({ ...sampleOf(course, 'invalid', raw), breaks })),
    ]
  })
}

/** The choices that a form can be sent with: '' only where there is no other. */
export function choicesIn(form: Form): readonly string[] {
  const choices = Object.keys(form.variants)
  const named = choices.filter((choice) => choice !== '')
  return named.length > 0 ? named : choices
}

/** Right answers for one choice: what is required, or everything. */
export function sampleFor(
  form: Form,
  choice: string,
  kind: 'minimal' | 'full',
  options: SampleOptions = {},
): Sample {
  const course = courseOf(form, choice, options)
  return sampleOf(course, kind, fill(course, kind))
}

function courseOf(form: Form, choice: string, options: SampleOptions): Course {
  const facts = options.facts ?? {}
  const isAsked = Object.values(form.fields).some((field) => field.id === form.place)
  const placed =
    form.place === undefined || isAsked ? facts : withFact(facts, form.place.split('.'), choice)
  return { form, choice, facts: placed, known: options.known ?? [] }
}

function withFact(facts: Facts, [first = '', ...rest]: readonly string[], value: string): Facts {
  const inner = (facts[first] ?? {}) as JsonObject
  return { ...facts, [first]: rest.length > 0 ? withFact(inner, rest, value) : value }
}

function sampleOf(course: Course, kind: Sample['kind'], raw: Raw): Sample {
  const { visible, answers } = look(course, raw)
  const typed = visible.filter((field) => typeOf(field).isInput && Object.hasOwn(answers, field.id))
  return {
    kind,
    choice: course.choice,
    raw,
    answers: Object.fromEntries(typed.map(({ id }) => [id, answers[id] ?? null])),
  }
}

/** Fills what is seen, again and again, since every answer may show further fields. */
function fill(course: Course, kind: 'minimal' | 'full'): Raw {
  const { form, choice } = course
  let raw: Raw = form.place === undefined ? {} : { [form.place]: [choice] }
  raw = { ...raw, ...asRaw(thingAskedFor(course)) }
  for (const _ of Object.keys(form.fields)) {
    const { visible, required } = look(course, raw)
    const next = visible.find(
      (field) =>
        typeOf(field).isInput &&
        raw[field.id] === undefined &&
        (kind === 'full' || required.has(field.id)),
    )
    if (!next) break
    raw = typeOf(next).rows
      ? withRow(course, next, raw, kind)
      : { ...raw, [next.id]: valueOf(course, next, raw, kind) }
  }
  return Object.fromEntries(Object.entries(raw).filter(([, values]) => values.length > 0))
}

/** One row, its fields filled as those of a form. */
function withRow(course: Course, field: Field, raw: Raw, kind: 'minimal' | 'full'): Raw {
  let filled: Raw = { ...raw, [field.id]: ['0'] }
  for (const _ of rowsOptions(field).fields) {
    const row = look(course, filled).rows[field.id]?.[0]
    const next = row?.fields.find(
      (inner) =>
        typeOf(inner).isInput &&
        filled[inner.id] === undefined &&
        (kind === 'full' || row.required.includes(inner.id)),
    )
    if (!next) break
    filled = { ...filled, [next.id]: valueOf(course, next, filled, kind) }
  }
  return filled
}

/** Of a list, the choice that shows the most fields, when everything is to be filled. */
function valueOf(
  course: Course,
  field: Field,
  raw: Raw,
  kind: 'minimal' | 'full',
): readonly string[] {
  const pair = pairOf(course.form, field)
  if (pair) return raw[pair.id] ?? []
  const choices = choicesOf(field)
  if (kind === 'full' && choices.length > 0 && choices.length <= CHOICES_TRIED_MAX) {
    const shown = choices.map(({ value }) => ({
      value,
      count: look(course, { ...raw, [field.id]: [value] }).visible.length,
    }))
    const most = shown.toSorted((one, other) => other.count - one.count)[0]
    if (most) return [most.value]
  }
  const right = rightFor(course.form, field, look(course, raw))
  return right === undefined ? [] : [right]
}
/** Longer lists show nothing else by one of their choices. */
const CHOICES_TRIED_MAX = 20

/** What the form is, lookups answered by what is known. */
function look(course: Course, raw: Raw): Evaluation {
  const { form, facts, known } = course
  const lookups: Record<string, LookupResult> = {}
  for (;;) {
    const evaluation = evaluate(form, { raw, facts, lookups })
    if (evaluation.wanted.length === 0) return evaluation
    for (const { field, key, inputs } of evaluation.wanted)
      lookups[key] = answered(field, inputs, evaluation, known)
  }
}

function answered(
  field: Field,
  inputs: JsonObject,
  scope: Evaluation,
  known: readonly Known[],
): LookupResult {
  const found = known.find((one) => isAsked(inputs, one))
  if (found) return { status: 'found', value: found.value }
  const elsewhere = optionsOf(field).elsewhere ?? []
  const index = elsewhere.findIndex(({ by }) => {
    const other = lookupInputs(by, scope)
    return other !== undefined && known.some((one) => isAsked(other, one))
  })
  return index < 0 ? { status: 'missing' } : { status: 'elsewhere', index }
}

/** The answers by which every lookup of the choice finds the first thing it can. */
function thingAskedFor(course: Course): Found {
  const fields = fieldsOf(course)
  return Object.assign(
    {},
    ...lookupsOf(course).map((field) => firstAsked(optionsOf(field).by, course.known, fields)),
  ) as Found
}

function firstAsked(
  by: LookupOptions['by'],
  known: readonly Known[],
  fields: ReadonlyMap<string, Field>,
): Found | undefined {
  for (const one of known) {
    const answers = answersThatAsk(by, one, fields)
    if (answers) return answers
  }
  return undefined
}

type Spoilt = { readonly uid: string; readonly raw: Raw; readonly breaks: Broken }

function brokenOnes(course: Course, full: Raw): readonly Spoilt[] {
  const { visible, required } = look(course, full)
  return visible.flatMap((field): readonly Spoilt[] => {
    if (field.type === 'lookup') return brokenLookups(course, field, full)
    const type = typeOf(field)
    if (!type.isInput) return []
    const spoil = (typed: readonly string[], rule: string, code: string): Spoilt => ({
      uid: field.uid,
      raw: { ...withoutRows(full, field), [field.id]: typed, ...repeated(course, field, typed) },
      breaks: { field: field.id, rule, code },
    })
    const missing = required.has(field.id) ? [spoil([], 'required', type.missingCode ?? 'R01')] : []
    const [right] = full[field.id] ?? []
    if (right === undefined) return missing
    if (pairOf(course.form, field)) {
      const differs = { ...spoil([`${right}x`], 'repeat', 'R09') }
      return [...missing, differs]
    }
    const wrong = wrongFor(course.form, field, right).map(({ rule, typed, value }) =>
      spoil([typed], rule.keyword, type.issue(rule.keyword, field, value).code),
    )
    return [...missing, ...wrong]
  })
}

function withoutRows(raw: Raw, field: Field): Raw {
  const inner = `${field.id}.`
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !name.startsWith(inner)))
}

/** A confirmation says the same wrong thing, so that only one rule is broken. */
function repeated(course: Course, field: Field, typed: readonly string[]): Raw {
  const pairs = [...fieldsOf(course).values()].filter(
    (other) => pairOf(course.form, other)?.id === field.id,
  )
  return typed.length === 0 ? {} : Object.fromEntries(pairs.map(({ id }) => [id, typed]))
}

function brokenLookups(course: Course, field: Field, full: Raw): readonly Spoilt[] {
  const { at, elsewhere = [] } = optionsOf(field)
  const fields = fieldsOf(course)
  const spoil = (answers: Found, rule: string): Spoilt | undefined => {
    const raw = { ...full, ...asRaw(answers) }
    const result = look(course, raw).lookups[field.id]
    const isMeant = result?.status === (rule === 'elsewhere' ? 'elsewhere' : 'missing')
    const code = rule === 'elsewhere' ? 'lookup.elsewhere' : 'lookup.missing'
    return isMeant ? { uid: field.uid, raw, breaks: { field: at, rule, code } } : undefined
  }
  const other = elsewhere.flatMap(({ by }) =>
    course.known.flatMap((one): readonly Found[] => {
      const answers = answersThatAsk(by, one, fields)
      return answers ? [answers] : []
    }),
  )
  const found = other.map((answers) => spoil(answers, 'elsewhere')).find(Boolean)
  return [...(found ? [found] : []), ...unknownThing(course, at, full, spoil)]
}

/** The same number with other last digits, until nobody knows it. */
function unknownThing(
  course: Course,
  at: string,
  full: Raw,
  spoil: (answers: Found, rule: string) => Spoilt | undefined,
): readonly Spoilt[] {
  const right = full[at]?.[0]
  if (right === undefined || course.known.length === 0) return []
  for (let last = 0; last < 100; last++) {
    const typed = right.slice(0, -2) + String(last).padStart(2, '0').slice(-right.length)
    const found = typed === right ? undefined : spoil({ [at]: typed }, 'not-found')
    if (found) return [found]
  }
  return []
}

function fieldsOf({ form, choice }: Course): ReadonlyMap<string, Field> {
  const uids = form.variants[choice]?.sections.flatMap((section) => section.fields) ?? []
  return new Map(
    uids.flatMap((uid) => {
      const field = form.fields[uid]
      return field ? [[field.id, field] as const] : []
    }),
  )
}

function lookupsOf(course: Course): readonly Field[] {
  return [...fieldsOf(course).values()].filter((field) => field.type === 'lookup')
}

function asRaw(found: Found): Raw {
  return Object.fromEntries(Object.entries(found).map(([id, value]) => [id, [value]]))
}

function optionsOf(field: Field): LookupOptions {
  return field.options as unknown as LookupOptions
}
