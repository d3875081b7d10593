import { ERAS, type Era } from './eras.ts'
import { classOf, HYPHENS, INVISIBLE, JOINERS, LINE_BREAKS, SPACES, WAVES } from './fold.ts'

/**
 * Days and months in every spelling people use (trust-and-ux.md A19): western years and eras, kanji and full-width digits,
 * any separator. Kept as ISO 8601 (`2025-04-01`, `2025-04`). Pure and total.
 */

/**
 * `shape`: not a day as people write one. `day`: no such day in the calendar. `era`: before the era named begins.
 * A day after the end of an era (平成33年, as printed on older cards) is no doubt and is read.
 */
export type SpelledWrong = 'shape' | 'day' | 'era'
export type Spelled = { readonly iso: string } | { readonly wrong: SpelledWrong }

/** Longer texts are no dates. */
const LENGTH_MAX = 60

const ERA_NAMES = ERAS.flatMap((era, index) =>
  [era.name.ja, ...era.short].map((name) => [name, index] as const),
)
const ERA = ERA_NAMES.map(([name]) => name).join('|')
const BETWEEN = `[${classOf(HYPHENS + WAVES + SPACES + LINE_BREAKS)}/.,・、]+`
const DROPPED = new RegExp(`[${classOf(INVISIBLE + JOINERS)}\\u0000-\\u0008\\u000e-\\u001f]+`, 'g')
const ENDS = new RegExp(
  `^[${classOf(SPACES + LINE_BREAKS)}]+|[${classOf(SPACES + LINE_BREAKS)}]+$`,
  'g',
)
const GAPS = `[${classOf(SPACES + LINE_BREAKS)}]*`
const YEAR = `(?:西暦${GAPS})?(${ERA})?${GAPS}([0-9]{1,4})`
const AFTER_YEAR = `(?:${GAPS}年${GAPS}|${BETWEEN})`
const AFTER_MONTH = `(?:${GAPS}月${GAPS}|${BETWEEN})`
const WEEKDAY = `${GAPS}(?:\\([月火水木金土日]\\)|[月火水木金土日]曜日?)?`
const DAY_SPELLED = new RegExp(
  `^${YEAR}${AFTER_YEAR}([0-9]{1,2})${AFTER_MONTH}([0-9]{1,2})${GAPS}日?${WEEKDAY}$`,
  'i',
)
const DAY_RUN = new RegExp(`^(?:([0-9]{4})|(${ERA})([0-9]{2}))([0-9]{2})([0-9]{2})$`, 'i')
const MONTH_SPELLED = new RegExp(`^${YEAR}${AFTER_YEAR}([0-9]{1,2})${GAPS}月?$`, 'i')
const MONTH_RUN = new RegExp(`^(?:([0-9]{4})|(${ERA})([0-9]{2}))([0-9]{2})$`, 'i')

/** A day: 令和7年4月1日, R7.4.1, 平成元年…, 2025/4/1, 20250401, ２０２５－４－１. */
export function readDay(typed: string): Spelled {
  const text = plain(typed)
  const spelled = DAY_SPELLED.exec(text)
  if (spelled) return dayOf(spelled[1], spelled[2], spelled[3], spelled[4])
  const run = DAY_RUN.exec(text)
  return run ? dayOf(run[2], run[1] ?? run[3], run[4], run[5]) : { wrong: 'shape' }
}

/** A month: 令和7年4月, R7.4, 2025/4, 202504. */
export function readMonth(typed: string): Spelled {
  const text = plain(typed)
  const spelled = MONTH_SPELLED.exec(text)
  if (spelled) return monthOf(spelled[1], spelled[2], spelled[3])
  const run = MONTH_RUN.exec(text)
  return run ? monthOf(run[2], run[1] ?? run[3], run[4]) : { wrong: 'shape' }
}

/** Parts of a date as their inputs gave them, joined to one spelling; undefined when nothing was typed. */
export function joinParts(era: string, parts: readonly string[]): string | undefined {
  const units = ['年', '月', '日']
  const typed = parts.map((part) => plain(part).replace(/[年月日]$/, ''))
  if (typed.every((part) => part === '')) return undefined
  // Somebody wrote the whole into the first input.
  if (typed.slice(1).every((part) => part === '')) return `${era}${plain(parts[0] ?? '')}`
  return `${era}${typed.map((part, index) => `${part}${units[index] ?? ''}`).join('')}`
}

function dayOf(era = '', year = '', month = '', day = ''): Spelled {
  const inMonth = monthOf(era, year, month)
  if ('wrong' in inMonth && inMonth.wrong !== 'era') return inMonth
  const found = eraOf(era)
  const western = westernYear(found, Number(year))
  const last = new Date(Date.UTC(2000, Number(month), 0))
  last.setUTCFullYear(western, Number(month), 0)
  if (Number(day) < 1 || Number(day) > last.getUTCDate()) return { wrong: 'day' }
  const iso = `${pad(western, 4)}-${pad(Number(month), 2)}-${pad(Number(day), 2)}`
  return found && iso < found.from ? { wrong: 'era' } : { iso }
}

function monthOf(era = '', year = '', month = ''): Spelled {
  const found = eraOf(era)
  if (found ? year.length > 2 : year.length !== 4) return { wrong: 'shape' }
  if (Number(year) < 1 || Number(month) < 1 || Number(month) > 12) return { wrong: 'day' }
  const iso = `${pad(westernYear(found, Number(year)), 4)}-${pad(Number(month), 2)}`
  return found && iso < found.from.slice(0, 7) ? { wrong: 'era' } : { iso }
}

function eraOf(name: string): Era | undefined {
  const upper = name.toUpperCase()
  const found = ERA_NAMES.find(([known]) => known === upper)
  return found && ERAS[found[1]]
}

function westernYear(era: Era | undefined, year: number): number {
  return era ? Number(era.from.slice(0, 4)) + year - 1 : year
}

/** Half width, digits for kanji numbers, 1 for 元, nothing around. */
function plain(typed: string): string {
  if (typed.length > LENGTH_MAX) return typed.slice(0, LENGTH_MAX + 1)
  return typed
    .normalize('NFKC')
    .replace(DROPPED, '')
    .replace(ENDS, '')
    .replace(/元/, '1')
    .replace(/[〇零一二三四五六七八九十]+/g, (kanji) => kanjiNumber(kanji))
}

/** 二〇二五 digit by digit, 二十五 by tens. */
function kanjiNumber(kanji: string): string {
  const digit = (one: string) => (one === '零' ? 0 : '〇一二三四五六七八九'.indexOf(one))
  const ten = kanji.indexOf('十')
  if (ten < 0) return [...kanji].map(digit).join('')
  const tens = ten === 0 ? 1 : digit(kanji[ten - 1] ?? '')
  return String(tens * 10 + Math.max(0, digit(kanji[ten + 1] ?? '〇')))
}

function pad(number: number, length: number): string {
  return String(number).padStart(length, '0')
}
