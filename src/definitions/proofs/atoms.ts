import { addDays } from '../../form/dates.ts'
import type { Json, JsonSchema, Scalar, Test } from '../../form/form.ts'
import { allowedValues, isPossibleText, typeOfSchema } from '../allowed.ts'

/** A value no test names. */
const OTHER = '…'
/** Lists with more named values than this are not tried in all their combinations. */
const LIST_MAX = 6

/**
 * Values out of which every test gets all the outcomes it can have: values that no test tells apart stand for each other. Never
 * the empty value. When the schema knows little, there may be too many values, never too few. undefined: too many to try.
 */
export function atomsOf(schema: JsonSchema, tests: readonly Test[]): readonly Json[] | undefined {
  const points = pointsOf(tests)
  const allowed = allowedValues(schema) as readonly Scalar[] | undefined
  const type = typeOfSchema(schema)
  if (type === 'array') return listAtoms(allowed ?? [...points.named, OTHER], points)
  if (type === 'object') return [{}]
  if (allowed) return choiceAtoms(allowed, points)
  if (type === 'boolean') return [true, false]
  if (type === 'integer' || type === 'number') return numberAtoms(schema, points)
  if (type === 'string') return textAtoms(schema, points)
  const named = [...points.named, ...points.bounds]
  return [
    ...new Set<Json>([true, false, ...numberAtoms({}, points), ...textAtoms({}, points)]),
    ...(named.length > 1 ? [named] : []),
  ]
}

type Points = { readonly named: readonly Scalar[]; readonly bounds: readonly (number | string)[] }

function pointsOf(tests: readonly Test[]): Points {
  const named = new Set<Scalar>()
  const bounds = new Set<number | string>()
  for (const test of tests) {
    if (typeof test !== 'object') named.add(test)
    else if (Array.isArray(test)) for (const one of test as readonly Scalar[]) named.add(one)
    else {
      const { is, not, min, max } = test as Exclude<Test, Scalar | readonly Scalar[]>
      for (const one of [is ?? [], not ?? []].flat() as Scalar[]) named.add(one)
      if (min !== undefined) bounds.add(min)
      if (max !== undefined) bounds.add(max)
    }
  }
  return { named: [...named], bounds: [...bounds] }
}

/** Every choice that is named; of those nobody names, one. With bounds every choice counts. */
function choiceAtoms(allowed: readonly Scalar[], { named, bounds }: Points): readonly Scalar[] {
  if (bounds.length > 0) return allowed
  const told = allowed.filter((value) => named.includes(value))
  return [...told, ...allowed.filter((value) => !named.includes(value)).slice(0, 1)]
}

function listAtoms(allowed: readonly Scalar[], points: Points): readonly Json[] | undefined {
  const items = choiceAtoms(allowed, points)
  if (items.length > LIST_MAX) return undefined
  const lists = Array.from({ length: 2 ** items.length }, (_, bits) =>
    items.filter((_item, index) => bits & (1 << index)),
  )
  return lists.slice(1)
}

/** Every number that is named, its neighbours, and what lies between. */
function numberAtoms(schema: JsonSchema, { named, bounds }: Points): readonly number[] {
  const [min, max] = [numberIn(schema.minimum, -Infinity), numberIn(schema.maximum, Infinity)]
  const step = schema.type === 'integer' ? 1 : 2 ** -10
  const points = [...named, ...bounds].filter((point) => typeof point === 'number')
  const near = points.flatMap((point) => [point - step, point, point + step])
  const start = min > -Infinity ? min : Math.min(max, 0)
  const sorted = [...near, start, min, max]
    .filter((value) => Number.isFinite(value) && value >= min && value <= max)
    .filter((value) => schema.type !== 'integer' || Number.isInteger(value))
  return [...new Set(sorted)]
}

function numberIn(value: Json | undefined, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

/** Every text that is named and can be; for those in order also something before, between and after. */
function textAtoms(schema: JsonSchema, { named, bounds }: Points): readonly string[] {
  const points = [...named, ...bounds].filter((point) => typeof point === 'string')
  const between =
    schema.format === 'date'
      ? points.flatMap((point) => [addDays(point, -1) ?? '', addDays(point, 1) ?? ''])
      : bounds.length > 0
        ? ['!', ...points.map((point) => `${point}!`)]
        : []
  const possible = points.filter((point) => isPossibleText(point, schema))
  const other = schema.format === 'date' ? '2000-02-29' : OTHER
  return [...new Set([...possible, ...between.filter(Boolean), other])]
}
