import type { Answers, Facts, Json, Ref } from './form.ts'

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
    if (!isRecord(value) || !Object.hasOwn(value, part)) return undefined
    value = value[part]
  }
  return value
}

/** No list: its length is none of its parts. */
function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
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

export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
