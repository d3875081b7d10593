import { expect, test } from 'vitest'
import { dueAt, type Visit } from '../../src/workflow/clock.ts'
import type { Calendar } from '../../src/form/form.ts'

const HOUR_MS = 3_600_000
/** Golden week of 2026. */
const calendar: Calendar = {
  from: '2026-01-01',
  to: '2026-12-31',
  closed: ['2026-04-29', '2026-05-04', '2026-05-05', '2026-05-06'],
  open: ['2026-05-09'],
}
/** Ten in the morning in Japan. */
const at = (day: string) => `${day}T01:00:00.000Z`
const days = (businessDays: number) => ({ businessDays })

test.each<[string, number, string, string]>([
  ['to the next day', 1, '2026-04-27', '2026-04-28'],
  ['over a holiday', 1, '2026-04-28', '2026-04-30'],
  ['over a weekend', 1, '2026-04-24', '2026-04-27'],
  ['from a Saturday', 1, '2026-04-25', '2026-04-27'],
  ['over golden week', 3, '2026-04-30', '2026-05-08'],
  ['to a Saturday that is opened', 4, '2026-04-30', '2026-05-09'],
  ['five and the weekends around', 5, '2026-06-01', '2026-06-08'],
  ['beyond the calendar, by weekdays', 2, '2026-12-31', '2027-01-04'],
  ['where nothing is known, by weekdays', 1, '2031-01-03', '2031-01-06'],
])('business days count %s', (_what, count, from, to) => {
  expect(dueAt(days(count), at(from), [], calendar)).toBe(at(to))
})

test('late in the evening in Japan it is still that day', () => {
  expect(dueAt(days(1), '2026-04-27T14:59:59.000Z', [], calendar)).toBe('2026-04-28T14:59:59.000Z')
  expect(dueAt(days(1), '2026-04-27T15:00:00.000Z', [], calendar)).toBe('2026-04-29T15:00:00.000Z')
})

test('hours are hours, whatever the calendar says', () => {
  expect(dueAt({ ms: 48 * HOUR_MS }, at('2026-05-02'), [], calendar)).toBe(at('2026-05-04'))
})

test('after a pause a clock goes on from where it stood', () => {
  const visits: Visit[] = [
    { from: at('2026-06-01'), to: at('2026-06-03') },
    { from: at('2026-06-10'), to: at('2026-06-11') },
  ]
  expect(dueAt(days(5), at('2026-06-22'), visits, calendar)).toBe(at('2026-06-24'))
  expect(dueAt(days(3), at('2026-06-22'), visits, calendar)).toBe(at('2026-06-22'))
  expect(dueAt({ ms: 80 * HOUR_MS }, at('2026-06-22'), visits)).toBe('2026-06-22T09:00:00.000Z')
})

test('a pause over holidays costs none of the days', () => {
  const visits = [{ from: at('2026-05-02'), to: at('2026-05-06') }]
  expect(dueAt(days(2), at('2026-05-07'), visits, calendar)).toBe(at('2026-05-09'))
})
