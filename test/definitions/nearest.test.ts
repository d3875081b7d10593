import { describe, expect, test } from 'vitest'
import { distance, nearest } from '../../src/definitions/nearest.ts'

const names = ['label', 'required', 'requiredWhen', 'example', 'facility-not-found', 'maxLength']

describe('the nearest name', () => {
  test.each([
    ['lable', 'label'],
    ['Label', 'label'],
    ['ｌａｂｅｌ', 'label'],
    ['requried', 'required'],
    ['requiredwhen', 'requiredWhen'],
    ['facility_not_found', 'facility-not-found'],
    ['facilityーnotーfound', 'facility-not-found'],
    ['max-length', 'maxLength'],
    ['exampel', 'example'],
  ])('%s → %s', (typed, meant) => {
    expect(nearest(typed, names)).toBe(meant)
  })

  test.each(['colour', '見出し', '', 'x'])('%j is near nothing', (typed) => {
    expect(nearest(typed, names)).toBeUndefined()
  })

  test('swapping two neighbours is one step', () => {
    expect([distance('ab', 'ba'), distance('label', 'lable'), distance('', 'abc')]).toEqual([
      1, 1, 3,
    ])
  })

  test('a very long name costs no more than a long one', () => {
    expect(nearest('a'.repeat(1_000_000), ['a'.repeat(100)])).toBe('a'.repeat(100))
  })
})
