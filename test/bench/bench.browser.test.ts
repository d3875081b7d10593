import { expect, test } from 'vitest'
import { benchmarks } from './benchmarks.ts'
import { formatFigures, median } from './figures.ts'

/** Benchmarks are run by hand and would rot unnoticed: here each goes through its code once. Nothing is timed. */
test.each(Object.entries(benchmarks))('%s runs and gives figures', async (_, { run }) => {
  const figures = await run('once')
  for (const { what, ours, limit } of figures) {
    expect(what).not.toBe('')
    expect(ours).toBeGreaterThan(0)
    if (limit) expect(limit.value).toBeGreaterThan(0)
  }
})

test('a figure is printed beside its limit, with what became of its aim', () => {
  const limit = { what: 'bare', value: 2000, ratio: 0.75 }
  const figure = { what: 'calls', unit: '/s', ours: 1500, limit } as const
  expect(formatFigures([{ ...figure, aim: { of: 'ratio', atLeast: 0.7 } }])).toBe(
    '  calls: 1,500 /s | bare 2,000 /s | ratio 0.75 | aim ratio ≥ 0.70 reached',
  )
  expect(formatFigures([{ ...figure, aim: { of: 'ours', atMost: 1000 } }])).toContain(
    'aim ≤ 1,000 MISSED',
  )
})

test('the median of an even number of values lies between the two in the middle', () => {
  expect(median([4, 1, 3, 10])).toBe(3.5)
  expect(median([2, 9, 1])).toBe(2)
})
