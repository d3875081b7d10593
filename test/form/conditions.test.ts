import { describe, expect, test } from 'vitest'
import { holds, refsOf } from '../../src/form/condition.ts'
import { evaluateExpression, refsOfExpression, resolveRef } from '../../src/form/expression.ts'
import type { Condition, Expression, Json } from '../../src/form/form.ts'

const scope = {
  answers: {
    type: 'a',
    count: 3,
    agreed: true,
    blank: '',
    ticked: ['x', 'y'],
    none: [],
    digits: '0123456789',
    facility: { hasAccount: true, owner: { name: '見本' } },
  },
  facts: {
    today: '2024-04-01',
    account: { login: 'taro@example.jp' },
    type: 'hidden by the answer',
  },
}

describe('a condition', () => {
  const table: readonly [Condition, boolean][] = [
    [{ type: 'a' }, true],
    [{ type: 'b' }, false],
    [{ type: ['b', 'a'] }, true],
    [{ type: [] }, false],
    [{ count: 3 }, true],
    [{ count: '3' }, false],
    [{ agreed: true }, true],
    [{ agreed: 'true' }, false],
    [{ missing: 'a' }, false],
    [{ missing: { not: 'a' } }, false],
    [{ not: { missing: 'a' } }, true],
    [{ blank: { empty: true } }, true],
    [{ none: { empty: true } }, true],
    [{ missing: { empty: true } }, true],
    [{ type: { empty: true } }, false],
    [{ type: { empty: false } }, true],
    [{ blank: { empty: false } }, false],
    [{ type: { not: 'b' } }, true],
    [{ type: { not: ['b', 'a'] } }, false],
    [{ blank: { not: 'b' } }, false],
    [{ type: { is: 'a', not: 'b' } }, true],
    [{ count: { min: 3, max: 3 } }, true],
    [{ count: { min: 4 } }, false],
    [{ count: { max: 2 } }, false],
    [{ count: { min: '1' } }, false],
    [{ today: { min: '2024-04-01', max: '2024-04-30' } }, true],
    [{ today: { min: '2024-04-02' } }, false],
    [{ ticked: 'y' }, true],
    [{ ticked: ['z'] }, false],
    [{ 'facility.hasAccount': true }, true],
    [{ 'facility.owner.name': '見本' }, true],
    [{ 'facility.missing.name': '見本' }, false],
    [{ 'type.length': 1 }, false],
    [{ constructor: { empty: true } }, true],
    [{ 'facility.constructor.name': 'Object' }, false],
    [{ '__proto__.x': { empty: false } }, false],
    [{ 'account.login': 'taro@example.jp' }, true],
    [{ type: 'a', count: 3 }, true],
    [{ type: 'a', count: 4 }, false],
    [{ all: [{ type: 'a' }, { count: 3 }] }, true],
    [{ all: [] }, true],
    [{ any: [{ type: 'b' }, { count: 3 }] }, true],
    [{ any: [] }, false],
    [{ not: { all: [{ type: 'a' }, { count: 4 }] } }, true],
  ]
  test.each(table)('%j is %s', (condition, outcome) => {
    expect(holds(condition, scope)).toBe(outcome)
  })

  test('names the refs it reads', () => {
    expect(
      refsOf({ any: [{ a: 1 }, { not: { all: [{ 'b.c': 2, d: { empty: true } }] } }] }),
    ).toEqual(['a', 'b.c', 'd'])
  })
})

describe('an expression', () => {
  const table: readonly [Expression, Json | undefined][] = [
    ['digits', '0123456789'],
    ['blank', undefined],
    ['none', undefined],
    ['missing.part', undefined],
    [{ is: 'fixed' }, 'fixed'],
    [{ join: ['type', { is: '-' }, 'digits'] }, 'a-0123456789'],
    [{ join: ['type', 'missing'] }, undefined],
    [{ join: ['type', 'count'] }, 'a3'],
    [{ format: '########-#-#', of: 'digits' }, '01234567-8-9'],
    [{ format: '#######-#-#', of: 'digits' }, undefined],
    [{ format: '第#号', of: { is: '𠮷' } }, '第𠮷号'],
    [{ join: ['type', { format: '##', of: { is: '12' } }] }, 'a12'],
  ]
  test.each(table)('%j gives %j', (expression, value) => {
    expect(evaluateExpression(expression, scope)).toEqual(value)
  })

  test('names the refs it reads', () => {
    expect(refsOfExpression({ join: ['a', { format: '#', of: 'b.c' }, { is: 'd' }] })).toEqual([
      'a',
      'b.c',
    ])
  })
})

test('an answer hides a fact of the same name', () => {
  expect(resolveRef('type', scope)).toBe('a')
})
