import { checkDigit, hasCheckDigit } from './check-digit.ts'
import { holds, refsOf } from './condition.ts'
import { addDays, addMonths, businessDay, cutOffMonth, eraText, monthOf } from './dates.ts'
import type { Expression, Json, Ref } from './form.ts'
import { isEmpty, resolveRef, type Scope } from './scope.ts'

export { isEmpty, resolvePath, resolveRef, type Scope } from './scope.ts'

/** The value of an expression; undefined while any part of it is empty, but for `count` and `sum`, which take nothing as 0. */
export function evaluateExpression(expression: Expression, scope: Scope): Json | undefined {
  if (typeof expression === 'string') {
    const value = resolveRef(expression, scope)
    return isEmpty(value) ? undefined : value
  }
  const text = (part: Expression) => {
    const value = evaluateExpression(part, scope)
    return value === undefined ? undefined : asText(value)
  }
  if ('is' in expression) return expression.is
  if ('join' in expression) {
    const parts = expression.join.map(text)
    return parts.includes(undefined) ? undefined : parts.join('')
  }
  if ('format' in expression)
    return given(text(expression.of), (value) => fillFormat(expression.format, value))
  if ('choose' in expression) {
    const chosen = expression.choose.find(({ when }) => !when || holds(when, scope))
    return chosen && evaluateExpression(chosen.then, scope)
  }
  if ('count' in expression) return listAt(expression.count, scope).length
  if ('sum' in expression) return sumOf(expression.sum, scope)
  if ('table' in expression)
    return given(text(expression.of), (key) =>
      Object.hasOwn(expression.table, key) ? expression.table[key] : undefined,
    )
  if ('checkDigit' in expression) return given(text(expression.checkDigit), checkDigit)
  if ('hasCheckDigit' in expression) return given(text(expression.hasCheckDigit), hasCheckDigit)
  return dateValue(expression, text)
}

type DateExpression = Extract<
  Expression,
  { era: unknown } | { month: unknown } | { months: unknown } | { days: unknown } | Business
>
type Business = { businessDays: unknown }

function dateValue(
  expression: DateExpression,
  text: (part: Expression) => string | undefined,
): Json | undefined {
  if ('era' in expression) return given(text(expression.era), eraText)
  if ('month' in expression)
    return given(text(expression.month), (date) =>
      'cutOffDay' in expression
        ? cutOffMonth(date, { ...expression, day: expression.cutOffDay })
        : monthOf(date),
    )
  const isAfter = 'after' in expression
  const direction = isAfter ? 1 : -1
  return given(text(isAfter ? expression.after : expression.before), (date) => {
    if ('months' in expression) return addMonths(date, expression.months * direction)
    if ('days' in expression) return addDays(date, expression.days * direction)
    return businessDay(date, expression.businessDays, direction, expression.calendar)
  })
}

function given<T>(
  value: string | undefined,
  make: (value: string) => T | undefined,
): T | undefined {
  return value === undefined ? undefined : make(value)
}

/** Rows or ticked values; `readers.count` gives that part of each row that has one. */
function listAt(ref: Ref, scope: Scope): readonly Json[] {
  const [first = '', ...rest] = ref.split('.')
  const rows = resolveRef(first, scope)
  if (!Array.isArray(rows)) {
    const value = resolveRef(ref, scope)
    return Array.isArray(value) ? (value as readonly Json[]) : []
  }
  return (rows as readonly Json[]).flatMap((row) => {
    if (rest.length === 0) return [row]
    const value = resolveRef(rest.join('.'), { answers: asObject(row), facts: {} })
    return isEmpty(value) || value === undefined ? [] : [value]
  })
}

function asObject(row: Json): { readonly [key: string]: Json } {
  return typeof row === 'object' && row !== null && !Array.isArray(row)
    ? (row as { readonly [key: string]: Json })
    : {}
}

/** Numbers, and codes of digits such as a chosen "2"; what is not filled in adds nothing. */
function sumOf(parts: Ref | readonly Expression[], scope: Scope): number | undefined {
  const values =
    typeof parts === 'string'
      ? listAt(parts, scope)
      : parts.map((part) => evaluateExpression(part, scope) ?? 0)
  const numbers = values.map((value) =>
    typeof value === 'string' && /^[0-9]{1,15}$/.test(value) ? Number(value) : value,
  )
  return numbers.every((value) => typeof value === 'number')
    ? numbers.reduce((sum, value) => sum + value, 0)
    : undefined
}

/** Every ref an expression reads, with repeats. */
export function refsOfExpression(expression: Expression): Ref[] {
  if (typeof expression === 'string') return [expression]
  if ('is' in expression) return []
  if ('choose' in expression)
    return expression.choose.flatMap(({ when, then }) => [
      ...(when ? refsOf(when) : []),
      ...refsOfExpression(then),
    ])
  if ('count' in expression) return [expression.count]
  return Object.entries(expression).flatMap(([key, part]) =>
    OPERANDS.has(key)
      ? ([part].flat() as readonly Expression[]).flatMap((one) => refsOfExpression(one))
      : [],
  )
}

/** Keys of an expression that hold expressions. */
const OPERANDS: ReadonlySet<string> = new Set([
  ...['join', 'of', 'sum', 'era', 'month', 'after', 'before', 'checkDigit', 'hasCheckDigit'],
])

/** `########-#-#` with 0123456789 gives 01234567-8-9; undefined when the lengths differ. */
function fillFormat(format: string, value: string): string | undefined {
  const characters = value[Symbol.iterator]()
  let filled = ''
  for (const character of format) {
    if (character !== '#') {
      filled += character
      continue
    }
    const next = characters.next()
    if (next.done) return undefined
    filled += next.value
  }
  return characters.next().done ? filled : undefined
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
