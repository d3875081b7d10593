import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

/**
 * The national holidays of Japan by rule, as the law on holidays stands since 2022: fixed days, Mondays, the two equinoxes by
 * the usual approximation (right for 1980 to 2099), a substitute for a holiday on a Sunday, and the day between two holidays.
 * The cabinet names the equinoxes of a year the February before; an overriding calendar can correct any day.
 */

type Holiday = { readonly date: string; readonly name: string }

const FIXED: readonly (readonly [number, number, string])[] = [
  [1, 1, '元日'],
  [2, 11, '建国記念の日'],
  [2, 23, '天皇誕生日'],
  [4, 29, '昭和の日'],
  [5, 3, '憲法記念日'],
  [5, 4, 'みどりの日'],
  [5, 5, 'こどもの日'],
  [8, 11, '山の日'],
  [11, 3, '文化の日'],
  [11, 23, '勤労感謝の日'],
]
/** Month, which Monday of it, name. */
const MONDAYS: readonly (readonly [number, number, string])[] = [
  [1, 2, '成人の日'],
  [7, 3, '海の日'],
  [9, 3, '敬老の日'],
  [10, 2, 'スポーツの日'],
]

export function holidaysOf(year: number): Holiday[] {
  const named = new Map<string, string>()
  for (const [month, day, name] of FIXED) named.set(dateText(year, month, day), name)
  for (const [month, which, name] of MONDAYS)
    named.set(dateText(year, month, mondayOf(year, month, which)), name)
  named.set(dateText(year, 3, equinox(year, 20.8431)), '春分の日')
  named.set(dateText(year, 9, equinox(year, 23.2488)), '秋分の日')
  const proper = [...named.keys()].sort()
  for (const date of proper)
    if (weekday(date) === 0) {
      let next = later(date, 1)
      while (named.has(next)) next = later(next, 1)
      named.set(next, '休日（振替休日）')
    }
  for (const date of proper) {
    const between = later(date, 1)
    if (proper.includes(later(date, 2)) && !named.has(between)) named.set(between, '休日')
  }
  return [...named].sort().map(([date, name]) => ({ date, name }))
}

export function holidaysYaml(from: number, to: number): string {
  const years = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const days = years
    .flatMap(holidaysOf)
    .map(({ date, name }) => `  - { date: ${date}, name: ${name} }`)
  return [
    '# yaml-language-server: $schema=../../.schemas/calendar.json',
    '# 国民の祝日。test/samples/make-holidays.ts が規則から作ります。違う日があれば、別の calendar: で上書きします。',
    'calendar: holidays',
    `from: ${from}-01-01`,
    `to: ${to}-12-31`,
    'days:',
    ...days,
    '',
  ].join('\n')
}

function equinox(year: number, base: number): number {
  return Math.floor(base + 0.242194 * (year - 1980)) - Math.floor((year - 1980) / 4)
}
function mondayOf(year: number, month: number, which: number): number {
  const first = weekday(dateText(year, month, 1))
  return 1 + ((8 - first) % 7) + (which - 1) * 7
}
function weekday(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay()
}
function later(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
function dateText(year: number, month: number, day: number): string {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

export const HOLIDAYS_FILE = 'forms/shared/holidays.yaml'
export const HOLIDAY_YEARS = [2024, 2030] as const

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(join(import.meta.dirname, '../..', HOLIDAYS_FILE), holidaysYaml(...HOLIDAY_YEARS))
