import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { parse } from 'yaml'
import { beforeAll, describe, expect, test } from 'vitest'
import { compileExpression, OPERATOR_NAMES } from '../../src/definitions/expressions.ts'
import type { ReferenceData } from '../../src/definitions/expressions.ts'
import { readFiles } from '../../src/definitions/files.ts'
import { loadFiles } from '../../src/definitions/load.ts'
import { collectProblems, formatProblems } from '../../src/definitions/problems.ts'
import type { RefUse } from '../../src/definitions/refs.ts'
import { child, itemsOf } from '../../src/definitions/values.ts'
import { parseYaml, type Node } from '../../src/definitions/yaml/yaml.ts'
import { checkDigit, hasCheckDigit } from '../../src/form/check-digit.ts'
import { addDays, addMonths, businessDay, japanDate, monthOf } from '../../src/form/dates.ts'
import { evaluateExpression, refsOfExpression } from '../../src/form/expression.ts'
import { fieldTypes } from '../../src/form/fields/index.ts'
import type { Answers, Expression, Json } from '../../src/form/form.ts'
import { HOLIDAY_YEARS, HOLIDAYS_FILE, holidaysOf, holidaysYaml } from '../samples/make-holidays.ts'

type Case = { readonly value: Expression; readonly answers: Answers; readonly gives: Json }

const root = resolve(import.meta.dirname, '../..')
const file = 'test/cases/values.yaml'
const text = readFileSync(join(root, file), 'utf8')
const cases = parse(text) as Case[]

/** Beside the shipped tables and holidays: a calendar of an office and three decision tables. */
const OWN = {
  'forms/shared/office.yaml': `calendar: office
days:
  - { date: 2024-12-30, name: 年末休業 }
  - { date: 2024-12-31, name: 年末休業 }
  - { date: 2025-01-02, name: 年始休業 }
  - { date: 2025-01-03, name: 年始休業 }
  - { date: 2024-05-03, name: 臨時開所, open: true }
  - { date: 2024-05-04, name: 臨時開所, open: true }
`,
  'forms/shared/evidence.yaml': `table: evidence
by: type
rows:
  - [[a, b], 通知書]
  - [c, 届]
`,
  'forms/shared/limits.yaml': `table: limits
by: [kind, shared]
rows:
  - [hospital, true, 4]
  - [hospital, false, 3]
  - [[clinic, pharmacy], "*", 1]
`,
  'forms/shared/fees.yaml': `table: fees
by: count
rows:
  - [{ max: 3 }, 500]
  - [{ min: 4, max: 9 }, 1500]
otherwise: 0
`,
}

const problems = collectProblems()
let reference: ReferenceData

beforeAll(async () => {
  const shipped = await loadFiles(root, problems.report)
  const own = Object.entries(OWN).map(([path, content]) => ({ path, text: content }))
  const kinds = { fieldTypes, lookups: {}, effects: {} }
  const shared = shipped.filter(({ path }) => path.startsWith('forms/shared/'))
  const files = readFiles([...shared, ...own], kinds, problems.report)
  reference = {
    table: (name) => files.tables.get(name),
    decision: (name) => files.decisions.get(name),
    calendar: (name) => files.calendars.get(name),
    tableNames: () => [...files.tables.keys()],
    calendarNames: () => [...files.calendars.keys()],
  }
})

const nodes = itemsOf(parseYaml({ file, text }, problems.report))

function compiled(node: Node | undefined, uses: RefUse[] = []): Expression {
  return compileExpression(node, uses, 'read', { report: problems.report, reference })
}

describe.each(cases.map((one, index) => ({ ...one, index })))(
  '$value with $answers',
  ({ answers, gives, index }) => {
    test('gives the value, as plain data', () => {
      const expression = compiled(child(nodes[index], 'value'))
      expect(formatProblems(problems.finish('ja'))).toBe('')
      expect(JSON.parse(JSON.stringify(expression))).toEqual(expression)
      expect(evaluateExpression(expression, { answers, facts: {} }) ?? null).toEqual(gives)
    })

    test('names at least the refs that were written', () => {
      const uses: RefUse[] = []
      const expression = compiled(child(nodes[index], 'value'), uses)
      expect(new Set(refsOfExpression(expression))).toEqual(new Set(uses.map(({ ref }) => ref)))
    })
  },
)

test('every operator has a case', () => {
  const tried = new Set([...text.matchAll(/([A-Za-z]+): /g)].map(([, key]) => key))
  expect(OPERATOR_NAMES.filter((name) => !tried.has(name))).toEqual([])
})

describe('dates', () => {
  test('are those of Japan', () => {
    expect(japanDate(new Date('2024-05-20T14:59:59.999Z'))).toBe('2024-05-20')
    expect(japanDate(new Date('2024-05-20T15:00:00.000Z'))).toBe('2024-05-21')
  })

  const day = fc.integer({ min: 0, max: 60_000 }).map((days) => addDays('1900-01-01', days) ?? '')

  test('days there and back again', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -1000, max: 1000 }), (date, days) => {
        expect(addDays(addDays(date, days) ?? '', -days)).toBe(date)
      }),
    )
  })

  test('months keep the day, or take the last of the month', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -500, max: 500 }), (date, months) => {
        const moved = addMonths(date, months) ?? ''
        expect(monthOf(moved)).toBe(addMonths(date.slice(0, 7), months))
        const isLast = monthOf(addDays(moved, 1) ?? '') !== monthOf(moved)
        expect(moved.slice(8) === date.slice(8) || (isLast && moved.slice(8) < date.slice(8))).toBe(
          true,
        )
      }),
    )
  })
})

describe('the check digit', () => {
  test('tells every single wrong digit', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[0-9]{9}$/),
        fc.nat(9),
        fc.integer({ min: 1, max: 9 }),
        (code, index, more) => {
          const whole = `${code}${checkDigit(code)}`
          const wrong = [...whole]
          wrong[index] = String((Number(wrong[index]) + more) % 10)
          expect([hasCheckDigit(whole), hasCheckDigit(wrong.join(''))]).toEqual([true, false])
        },
      ),
    )
  })
})

describe('the shipped calendar', () => {
  test('is what the rules give (node test/samples/make-holidays.ts writes it)', () => {
    expect(readFileSync(join(root, HOLIDAYS_FILE), 'utf8')).toBe(holidaysYaml(...HOLIDAY_YEARS))
  })

  // As published by the Cabinet Office: equinoxes, substitutes and days between holidays that are easily got wrong.
  test.each([
    [
      2024,
      21,
      ['2024-02-12', '2024-03-20', '2024-05-06', '2024-08-12', '2024-09-23', '2024-11-04'],
    ],
    [2025, 19, ['2025-02-24', '2025-03-20', '2025-05-06', '2025-09-23', '2025-11-24']],
    [2026, 18, ['2026-03-20', '2026-05-06', '2026-09-22', '2026-09-23']],
  ])('%i has %i days', (year, count, some) => {
    const dates = holidaysOf(year).map(({ date }) => date)
    expect(dates).toHaveLength(count)
    expect(dates).toEqual(expect.arrayContaining(some))
  })

  test('business days after and before each other', () => {
    const calendar = compiled(
      parseYaml(
        { file, text: '{ businessDays: 1, after: day, calendar: holidays }' },
        problems.report,
      ),
    ) as Extract<Expression, { calendar: unknown }>
    const one = (date: string, direction: 1 | -1) =>
      businessDay(date, 1, direction, calendar.calendar)
    for (let date = '2024-01-04'; date < '2030-12-20'; date = one(date, 1) ?? '9999')
      expect(one(one(date, 1) ?? '', -1)).toBe(date)
  })
})
