import type { Answers, Expression, Facts, Json, Ref } from './form.ts'

/** What refs are resolved in: answers first, then facts; the compiler refuses a field named like a fact. */
export type Scope = { readonly answers: Answers; readonly facts: Facts }

/** The value at a dotted path, own properties only; undefined when any part is missing. */
export function resolveRef(ref: Ref, scope: Scope): Json | undefined {
  return resolvePath(ref.includes('.') ? ref.split('.') : [ref], scope)
}

/** As `resolveRef`, for a path that was split before. */
export function resolvePath(path: readonly string[], scope: Scope): Json | undefined {
  const first = path[0] ?? ''
  let value: Json | undefined = Object.hasOwn(scope.answers, first)
    ? scope.answers[first]
    : Object.hasOwn(scope.facts, first)
      ? scope.facts[first]
      : undefined
  for (let index = 1; index < path.length; index++) {
    const part = path[index] ?? ''
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, part)) return undefined
    value = (value as { readonly [key: string]: Json })[part]
  }
  return value
}

/** The value of an expression; undefined while any part of it is empty. */
export function evaluateExpression(expression: Expression, scope: Scope): Json | undefined {
  if (typeof expression === 'string') {
    const value = resolveRef(expression, scope)
    return isEmpty(value) ? undefined : value
  }
  if ('is' in expression) return expression.is
  if ('join' in expression) {
    let joined = ''
    for (const part of expression.join) {
      const value = evaluateExpression(part, scope)
      if (value === undefined) return undefined
      joined += asText(value)
    }
    return joined
  }
  const value = evaluateExpression(expression.of, scope)
  return value === undefined ? undefined : fillFormat(expression.format, asText(value))
}

/** Absent, blank or an empty list: what counts as no answer. */
export function isEmpty(value: Json | undefined): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0)
  )
}

/** Every ref an expression reads, with repeats. */
export function refsOfExpression(expression: Expression): Ref[] {
  if (typeof expression === 'string') return [expression]
  if ('is' in expression) return []
  if ('join' in expression) return expression.join.flatMap(refsOfExpression)
  return refsOfExpression(expression.of)
}

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
