import { expect, test } from 'vitest'
import type { Card, Hours } from '../../src/definitions/definitions.ts'
import { cardState } from '../../src/http/portal/card-state.ts'
import { officeAt } from '../../src/http/portal/office-hours.ts'

const [EIGHT, FOUR, SIX] = [8 * 60, 16 * 60, 18 * 60]
/** As operations.md §8.5 has it; 2026-05-04 to 06 are holidays, one Sunday is open by way of exception. */
const hours: Hours = {
  calendar: {
    from: '2026-01-01',
    to: '2026-12-31',
    closed: ['2026-05-04', '2026-05-05', '2026-05-06'],
    open: ['2026-06-07'],
  },
  open: [
    { weekdays: [1, 2, 3, 4, 5], from: EIGHT, to: SIX },
    { weekdays: [6], from: EIGHT, to: FOUR },
  ],
}
const at = (japan: string) => officeAt(hours, new Date(`${japan}:00+09:00`))
const next = (date: string) => ({ isOpen: false, next: { date, from: EIGHT } })

test.each([
  ['before it opens, the same day', '2026-05-01T07:59', next('2026-05-01')],
  ['at the minute it opens', '2026-05-01T08:00', { isOpen: true, until: SIX }],
  ['one minute before it closes', '2026-05-01T17:59', { isOpen: true, until: SIX }],
  ['on Friday evening, Saturday', '2026-05-01T18:00', next('2026-05-02')],
  ['on Saturday until four', '2026-05-02T15:59', { isOpen: true, until: FOUR }],
  ['over Sunday and three holidays', '2026-05-02T16:00', next('2026-05-07')],
  ['on a holiday', '2026-05-05T10:00', next('2026-05-07')],
  ['beyond the calendar, by weekday', '2027-05-05T10:00', { isOpen: true, until: SIX }],
])('the office answers: %s', (_, moment, expected) => {
  expect(at(moment)).toEqual(expected)
})

test('nothing is promised when it never opens', () => {
  expect(officeAt({ ...hours, open: [] }, new Date('2026-05-01T00:00:00Z'))).toEqual({
    isOpen: false,
  })
})

const text = (ja: string) => ({ ja })
const card = (change: Partial<Card>): Card => ({
  title: text('申請'),
  description: text('申請です。'),
  state: 'open',
  href: '/p/apply',
  ...change,
})
const window = { from: '2026-04-01', until: '2026-04-30' }
const reason = text('柔道整復の施術所だけです。')

test.each([
  ['open', card({}), {}, { state: 'open' }],
  ['not ready', card({ state: 'preparation' }), {}, { state: 'preparation' }],
  [
    'the day before',
    card(window),
    { today: '2026-03-31' },
    { state: 'not-yet', day: '2026-04-01' },
  ],
  ['the first day', card(window), { today: '2026-04-01' }, { state: 'open' }],
  ['the last day', card(window), { today: '2026-04-30' }, { state: 'open' }],
  ['the day after', card(window), { today: '2026-05-01' }, { state: 'over', day: '2026-04-30' }],
  [
    'for others',
    card({ state: 'restricted', types: ['judo'], reason }),
    { facilityType: 'ahaki' },
    { state: 'restricted', reason },
  ],
  [
    'for those named',
    card({ state: 'restricted', types: ['judo'], reason }),
    { facilityType: 'judo' },
    { state: 'open' },
  ],
  ['for nobody named', card({ state: 'restricted', reason }), {}, { state: 'restricted', reason }],
])('a card: %s', (_, given, who, expected) => {
  expect(cardState(given, { today: '2026-04-15', ...who })).toEqual(expected)
})
