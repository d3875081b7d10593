import { checkDigit } from '../check-digit.ts'
import { typeOf } from '../evaluate.ts'
import { boundOf } from '../fields/date.ts'
import type { Scope } from '../expression.ts'
import { choicesOf } from '../fields/option.ts'
import { pairOf } from '../fields/index.ts'
import type { Answer, Field, Form } from '../form.ts'
import { valueSchema } from '../schema.ts'
import { meets, rulesOf, type Rule } from './rules.ts'

/** What a person could type into any field; the first that a field takes is its sample. */
const COMMON: readonly string[] = [
  'true',
  '見本',
  'ミホン',
  'みほん',
  '0312345678',
  'sample@example.jp',
  'Abcdefg1',
  '2026-04-01',
  '2026-04',
  '1',
]
const DIGITS = '0123456789'
/** The longest codes there are. */
const DIGITS_MAX = 40
const PADDINGS = ['a', '1', 'あ'] as const

/** Something right for a field: its example, one of its choices, or what people type. undefined: nothing is known. */
export function rightFor(form: Form, field: Field, scope: Scope): string | undefined {
  const type = typeOf(pairOf(form, field) ?? field)
  const schema = valueSchema(form, field)
  return candidatesFor(field, schema.minLength, scope).find((typed) => {
    const value = type.read([typed], field)
    return (
      value !== undefined &&
      meets(value, schema) &&
      (type.isComplete?.(value, field) ?? true) &&
      type.check?.(value, field, scope.answers, scope.facts) === undefined
    )
  })
}

/** Every rule of a field with something typed that breaks it, if possible no other. */
export function wrongFor(
  form: Form,
  field: Field,
  right: string,
): readonly { readonly rule: Rule; readonly typed: string; readonly value: Answer }[] {
  const type = typeOf(pairOf(form, field) ?? field)
  const rules = rulesOf(valueSchema(form, field))
  const tries = spoilt(right, rules).flatMap((typed) => {
    const value = type.read([typed], field)
    return value === undefined ? [] : [{ typed, value }]
  })
  return rules.flatMap((rule) => {
    const breaking = tries.filter(({ value }) => !meets(value, rule.schema))
    const best = breaking.find(({ value }) =>
      rules.every((other) => other === rule || meets(value, other.schema)),
    )
    const found = best ?? breaking[0]
    return found ? [{ rule, ...found }] : []
  })
}

function candidatesFor(field: Field, minLength: unknown, scope: Scope): readonly string[] {
  const long = typeof minLength === 'number' ? ['Abcdefg1'.padEnd(minLength, 'x')] : []
  const numbers = Array.from({ length: DIGITS_MAX }, (_, index) =>
    DIGITS.repeat(DIGITS_MAX / DIGITS.length).slice(0, index + 1),
  )
  const bounds = (['min', 'max'] as const).flatMap((name) => {
    const bound =
      typeof field.options[name] === 'number' ? field.options[name] : boundOf(field, name, scope)
    return bound === undefined ? [] : [String(bound)]
  })
  return [
    ...(field.example ? [field.example.ja] : []),
    ...choicesOf(field).map((choice) => choice.value),
    ...COMMON,
    ...bounds,
    ...long,
    ...(field.options.checkDigit === undefined ? numbers : numbers.map(withCheckDigit)),
  ]
}

function withCheckDigit(digits: string): string {
  const head = digits.slice(0, -1)
  return `${head}${checkDigit(head) ?? ''}`
}

/** The right thing with one slip each: too short, too long, a foreign character, a kind of character left out. */
function spoilt(right: string, rules: readonly Rule[]): readonly string[] {
  const characters = [...right]
  const max = Math.max(
    characters.length,
    ...rules.map(({ schema }) => Number(schema.maxLength ?? schema.maxItems ?? 0)),
  )
  const missing = max + 1 - characters.length
  return [
    characters.slice(0, -1).join(''),
    ...PADDINGS.flatMap((pad) => [right + pad, pad.repeat(missing) + right]),
    ...PADDINGS.map((pad) => right + pad.repeat(missing)),
    right.toLowerCase(),
    right.toUpperCase(),
    right.replace(/[0-9]/g, 'x'),
    right.replace(/[a-z]/g, 'X'),
    right.replace(/[A-Z]/g, 'x'),
    `${right}　見本`,
    `*${right}`,
    'Ａ',
    'x',
    ...COMMON,
  ]
}
