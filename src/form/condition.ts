import type { Condition, Json, Scalar, Test } from './form.ts'
import { isEmpty, resolvePath, type Scope } from './scope.ts'

type Bounds = Exclude<Test, Scalar | readonly Scalar[]>

/**
 * Whether a condition holds. One meaning in browser, server, mail and tests (DESIGN §4).
 * A comparison with an empty answer does not hold; `{ empty: true }` asks for it.
 */
export function holds(condition: Condition, scope: Scope): boolean {
  let predicate = predicates.get(condition)
  if (!predicate) {
    predicate = predicateOf(condition)
    predicates.set(condition, predicate)
  }
  return predicate(scope)
}

type Predicate = (scope: Scope) => boolean

/** Conditions are frozen data, asked again and again: what they say is worked out once. Only a memory. */
const predicates = new WeakMap<Condition, Predicate>()

function predicateOf(condition: Condition): Predicate {
  if (isAll(condition)) {
    const parts = condition.all.map(predicateOf)
    return (scope) => parts.every((part) => part(scope))
  }
  if (isAny(condition)) {
    const parts = condition.any.map(predicateOf)
    return (scope) => parts.some((part) => part(scope))
  }
  if (isNot(condition)) {
    const part = predicateOf(condition.not)
    return (scope) => !part(scope)
  }
  const tests = Object.entries(condition).map(([ref, test]): Predicate => {
    const path = ref.split('.')
    return (scope) => passes(resolvePath(path, scope), test)
  })
  const [first] = tests
  return first && tests.length === 1 ? first : (scope) => tests.every((test) => test(scope))
}

/** Every ref a condition reads, with repeats. */
export function refsOf(condition: Condition): string[] {
  if (isAll(condition)) return condition.all.flatMap(refsOf)
  if (isAny(condition)) return condition.any.flatMap(refsOf)
  if (isNot(condition)) return refsOf(condition.not)
  return Object.keys(condition)
}

function passes(value: Json | undefined, test: Test): boolean {
  if (typeof test !== 'object') return isList(value) ? value.includes(test) : value === test
  if (isList(test)) return isOneOf(value, test)
  if (test.empty !== undefined && isEmpty(value) !== test.empty) return false
  const asksForValue =
    test.is !== undefined ||
    test.not !== undefined ||
    test.min !== undefined ||
    test.max !== undefined
  if (!asksForValue) return true
  return !isEmpty(value) && isWithin(value, test)
}

function isWithin(value: Json | undefined, test: Bounds): boolean {
  if (test.is !== undefined && !isOneOf(value, asList(test.is))) return false
  if (test.not !== undefined && isOneOf(value, asList(test.not))) return false
  if (test.min !== undefined && !isOrdered(test.min, value)) return false
  return test.max === undefined || isOrdered(value, test.max)
}

/** Numbers by size, text (dates in ISO form) by code units; different kinds are never in order. */
function isOrdered(low: Json | undefined, high: Json | undefined): boolean {
  if (typeof low === 'number' && typeof high === 'number') return low <= high
  return typeof low === 'string' && typeof high === 'string' && low <= high
}

/** A list of answers (checkboxes) passes when one of them does. */
function isOneOf(value: Json | undefined, allowed: readonly Scalar[]): boolean {
  const values: readonly (Json | undefined)[] = isList(value) ? value : [value]
  return values.some((item) => allowed.some((scalar) => scalar === item))
}

function asList(value: Scalar | readonly Scalar[]): readonly Scalar[] {
  return typeof value === 'object' ? value : [value]
}
function isList<T>(value: unknown): value is readonly T[] {
  return Array.isArray(value)
}
function isAll(condition: Condition): condition is { readonly all: readonly Condition[] } {
  return 'all' in condition && Array.isArray(condition.all)
}
function isAny(condition: Condition): condition is { readonly any: readonly Condition[] } {
  return 'any' in condition && Array.isArray(condition.any)
}
/** `{ not: {…} }` negates a condition; a ref named `not` cannot exist, since field ids may not be operators. */
function isNot(condition: Condition): condition is { readonly not: Condition } {
  return 'not' in condition && typeof condition.not === 'object' && !Array.isArray(condition.not)
}
