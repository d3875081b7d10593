import { checkDigit, hasCheckDigit } from './check-digit.ts'
import { addDays, addMonths, businessDay, cutOffMonth, eraOf, monthOf } from './dates.ts'
import type { Expression, Json, Ref } from './form.ts'
import { asText, isEmpty, resolveRef, type Scope } from './scope.ts'

type Evaluate = (expression: Expression, scope: Scope) => Json | undefined

/** The operators that most forms do without: in the browser only pages that need them load this (`web/operators.ts`). */
export type FurtherExpression = Exclude<
  Expression,
  Ref | { is: unknown } | { join: unknown } | { format: unknown } | { choose: unknown }
>

/** The value of a count, a sum, a table, a check digit or a date. */
export function furtherValue(
  expression: FurtherExpression,
  scope: Scope,
  evaluate: Evaluate,
): Json | undefined {
  const text = (part: Expression) => {
    const value = evaluate(part, scope)
    return value === undefined ? undefined : asText(value)
  }
  if ('count' in expression) return listAt(expression.count, scope).length
  if ('sum' in expression) return sumOf(expression.sum, scope, evaluate)
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
  if ('era' in expression) return given(text(expression.era), eraOf)
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
function sumOf(
  parts: Ref | readonly Expression[],
  scope: Scope,
  evaluate: Evaluate,
): number | undefined {
  const values =
    typeof parts === 'string'
      ? listAt(parts, scope)
      : parts.map((part) => evaluate(part, scope) ?? 0)
  const numbers = values.map((value) =>
    typeof value === 'string' && /^[0-9]{1,15}$/.test(value) ? Number(value) : value,
  )
  return numbers.every((value) => typeof value === 'number')
    ? numbers.reduce((sum, value) => sum + value, 0)
    : undefined
}
