import { holds, refsOf } from '../../form/condition.ts'
import type { Condition, Json, JsonSchema, Test } from '../../form/form.ts'
import { atomsOf } from './atoms.ts'
import { findRef, type Known } from '../refs.ts'

/** What a variant lets values be: the names with their schemas, and when the fields among them are shown. */
export type World = {
  readonly names: ReadonlyMap<string, Known>
  /** Fields in the order of the page with the conditions of field and section; names that are no fields are facts. */
  readonly shown: ReadonlyMap<string, readonly Condition[]>
  /** Refs whose value the variant fixes: the choice of the place; undefined: nothing is chosen. */
  readonly fixed: ReadonlyMap<string, string | undefined>
}

/** More than this is not tried; nothing is claimed then. */
const TRIALS_MAX = 20_000

/**
 * Whether the conditions in `given` can all hold, with `target` holding or not. Tries every combination of the values that these
 * conditions tell apart, hidden fields being empty. true when in doubt: too many combinations, or a name that is not there.
 */
export function canBe(
  target: Condition,
  wanted: boolean,
  given: readonly Condition[],
  world: World,
): boolean {
  const variables = variablesOf([target, ...given], world)
  if (!variables) return true
  const answers: Record<string, Json> = {}
  const scope = { answers, facts: {} }
  let trials = 0
  const tryFrom = (index: number): boolean => {
    const variable = variables[index]
    if (!variable) {
      trials += 1
      return (
        trials > TRIALS_MAX ||
        (given.every((one) => holds(one, scope)) && holds(target, scope) === wanted)
      )
    }
    const [first = '', ...rest] = variable.path
    const before = answers[first]
    const put = (value: Json | undefined) => {
      if (value === undefined) return
      const inner = rest.reduceRight<Json>((v, key) => ({ [key]: v }), value)
      answers[first] =
        rest.length > 0 && isRecord(before) && isRecord(inner) ? { ...before, ...inner } : inner
    }
    const isShown = variable.shown.every((one) => holds(one, scope))
    for (const value of isShown ? variable.values : [undefined]) {
      put(value)
      if (tryFrom(index + 1)) return true
      if (before === undefined) delete answers[first]
      else answers[first] = before
    }
    return false
  }
  return tryFrom(0)
}

type Variable = {
  readonly path: readonly string[]
  readonly shown: readonly Condition[]
  /** undefined: empty. */
  readonly values: readonly (Json | undefined)[]
}

/** Every ref the conditions depend on, in the order of the page; undefined when one of them is not known. */
function variablesOf(
  conditions: readonly Condition[],
  { names, shown, fixed }: World,
): readonly Variable[] | undefined {
  const tests = new Map<string, Test[]>()
  const seen = new Set<Condition>()
  const open = [...conditions]
  for (let one = open.pop(); one; one = open.pop()) {
    if (seen.has(one)) continue
    seen.add(one)
    for (const [ref, test] of leavesOf(one)) tests.set(ref, [...(tests.get(ref) ?? []), test])
    for (const ref of refsOf(one)) open.push(...(shown.get(ref.split('.')[0] ?? '') ?? []))
  }
  const order = [...shown.keys()]
  const place = (ref: string) => order.indexOf(ref.split('.')[0] ?? '')
  const refs = [...tests.keys()].sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
  const variables: Variable[] = []
  for (const ref of refs) {
    const found = findRef(ref, names)
    if (!found || !('known' in found)) return undefined
    const values = fixed.has(ref)
      ? [fixed.get(ref)]
      : valuesOf(found.known.schema, tests.get(ref) ?? [])
    if (!values) return undefined
    const path = ref.split('.')
    variables.push({ path, shown: shown.get(path[0] ?? '') ?? [], values })
  }
  return variables
}

/** A fixed value is there whenever it is shown; anything else may be empty yet. */
function valuesOf(schema: JsonSchema, tests: readonly Test[]) {
  const isFixed = schema.const !== undefined && schema.type === undefined
  const atoms = atomsOf(schema, tests)
  return atoms && (isFixed ? atoms : [undefined, ...atoms])
}

/** Every comparison of a condition. */
function leavesOf(condition: Condition): (readonly [string, Test])[] {
  if ('all' in condition && Array.isArray(condition.all))
    return (condition.all as readonly Condition[]).flatMap(leavesOf)
  if ('any' in condition && Array.isArray(condition.any))
    return (condition.any as readonly Condition[]).flatMap(leavesOf)
  if ('not' in condition && typeof condition.not === 'object' && !Array.isArray(condition.not))
    return leavesOf(condition.not as Condition)
  return Object.entries(condition as { readonly [ref: string]: Test })
}

function isRecord(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
