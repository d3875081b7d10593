import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { atomsOf } from '../../src/definitions/proofs/atoms.ts'
import { canBe, type World } from '../../src/definitions/proofs/solve.ts'
import { holds } from '../../src/form/condition.ts'
import type { Answers, Condition, Json, JsonSchema, Test } from '../../src/form/form.ts'

/** A page of four fields: a choice, a number, yes or no, ticked boxes; the last three may be hidden by those before. */
const CHOICE = ['x', 'y', 'z']
const schemas: { readonly [id: string]: JsonSchema } = {
  choice: { type: 'string', enum: CHOICE },
  number: { type: 'integer', minimum: 0, maximum: 5 },
  agreed: { type: 'boolean' },
  ticked: { type: 'array', items: { type: 'string', enum: ['p', 'q'] } },
}
const values: { readonly [id: string]: readonly (Json | undefined)[] } = {
  choice: [undefined, ...CHOICE],
  number: [undefined, 0, 1, 2, 3, 4, 5],
  agreed: [undefined, true, false],
  ticked: [undefined, ['p'], ['q'], ['p', 'q']],
}
const ids = Object.keys(schemas)

const number = fc.integer({ min: -1, max: 6 })
const empty = fc.record({ empty: fc.boolean() })
const tests: { readonly [id: string]: fc.Arbitrary<Test> } = {
  choice: fc.oneof(
    fc.constantFrom(...CHOICE),
    fc.uniqueArray(fc.constantFrom(...CHOICE), { minLength: 1 }),
    fc.record({ not: fc.constantFrom(...CHOICE) }),
    fc.record({ min: fc.constantFrom(...CHOICE) }),
    empty,
  ),
  number: fc.oneof(
    number,
    fc.record({ min: number }),
    fc.record({ min: number, max: number, not: number }),
    empty,
  ),
  agreed: fc.oneof(fc.boolean(), empty),
  ticked: fc.oneof(fc.constantFrom('p', 'q'), fc.record({ not: fc.constantFrom('p', 'q') }), empty),
}

/** Conditions over the first so many fields. */
function conditions(count: number): fc.Arbitrary<Condition> {
  const leaf = fc
    .constantFrom(...ids.slice(0, count))
    .chain((id) => (tests[id] as fc.Arbitrary<Test>).map((one): Condition => ({ [id]: one })))
  return fc.letrec<{ node: Condition }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      fc.record({ not: tie('node') }),
      fc.record({ all: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
      fc.record({ any: fc.array(tie('node'), { minLength: 1, maxLength: 3 }) }),
    ),
  })).node
}

const pages = fc.tuple(conditions(1), conditions(2), conditions(3))

function worldOf(when: readonly Condition[]): World {
  const shown = ids.map((id, index) => {
    const own = when[index - 1]
    return [id, own ? [own] : []] as const
  })
  return {
    names: new Map(ids.map((id) => [id, { schema: schemas[id] ?? {} }])),
    shown: new Map(shown),
    fixed: new Map(),
  }
}

/** Every state the page can be in. */
function* statesOf(world: World, index = 0, answers: Answers = {}): Iterable<Answers> {
  const id = ids[index]
  if (id === undefined) return yield answers
  const isShown = (world.shown.get(id) ?? []).every((one) => holds(one, { answers, facts: {} }))
  for (const value of isShown ? (values[id] ?? []) : [undefined])
    yield* statesOf(world, index + 1, value === undefined ? answers : { ...answers, [id]: value })
}

describe('whether a condition can hold', () => {
  test('is what trying every state of the page says', () => {
    fc.assert(
      fc.property(
        pages,
        conditions(4),
        conditions(4),
        fc.boolean(),
        (when, target, given, wanted) => {
          const world = worldOf(when)
          const truth = [...statesOf(world)].some((answers) => {
            const scope = { answers, facts: {} }
            return holds(given, scope) && holds(target, scope) === wanted
          })
          expect(canBe(target, wanted, [given], world)).toBe(truth)
        },
      ),
      { numRuns: 400 },
    )
  })

  test('is yes where there is too much to try, or a name is not known', () => {
    const many = Array.from({ length: 30 }, (_, index) => `f${index}`)
    const names = new Map(many.map((id) => [id, { schema: { type: 'boolean' } }]))
    const world = { names, shown: new Map(), fixed: new Map() }
    const never: Condition = { all: many.flatMap((id) => [{ [id]: true }, { [id]: false }]) }
    expect(canBe(never, true, [], world)).toBe(true)
    expect(canBe({ all: [{ f0: true }, { f0: false }] }, true, [], world)).toBe(false)
    expect(canBe({ nobody: { is: 1, not: 1 } }, true, [], world)).toBe(true)
  })

  test('keeps to the choice of a variant', () => {
    const names = new Map([['choice', { schema: { type: 'string', enum: CHOICE } }]])
    const world = { names, shown: new Map(), fixed: new Map([['choice', 'x']]) }
    expect(canBe({ choice: 'y' }, true, [], world)).toBe(false)
    expect(canBe({ choice: 'x' }, false, [], world)).toBe(false)
  })
})

describe('the values that stand for all others', () => {
  test.each<[JsonSchema, Test[], number]>([
    [{ type: 'string', enum: Array.from({ length: 47 }, (_, index) => String(index)) }, ['3'], 2],
    [{ type: 'boolean' }, [true], 2],
    [{ const: '2' }, ['2'], 1],
    [{ type: 'string', pattern: '^[0-9]{3}$' }, ['12', '123'], 2],
  ])('of %j are few', (schema, some, count) => {
    expect(atomsOf(schema, some)).toHaveLength(count)
  })

  test('cannot be listed for long lists', () => {
    const items = { type: 'string', enum: [...'abcdefghij'] }
    expect(atomsOf({ type: 'array', items }, [[...'abcdefghij']])).toBeUndefined()
  })
})
