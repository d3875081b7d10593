import { holds, refsOf } from './condition.ts'
import type { Expression, Json, Ref } from './form.ts'
import { furtherValue } from './operators.ts'
import { asText, isEmpty, resolveRef, type Scope } from './scope.ts'

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
  if ('format' in expression) {
    const value = text(expression.of)
    return value === undefined ? undefined : fillFormat(expression.format, value)
  }
  if ('choose' in expression) {
    const chosen = expression.choose.find(({ when }) => !when || holds(when, scope))
    return chosen && evaluateExpression(chosen.then, scope)
  }
  return furtherValue(expression, scope, evaluateExpression)
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
