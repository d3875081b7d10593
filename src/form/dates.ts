import { eraText } from './eras.ts'
import type { Calendar } from './form.ts'

/** Dates are text: a day `2024-04-01`, a month `2024-04`. Days and months are those of Japan (Asia/Tokyo, UTC+9 all year). */

const JAPAN_MS = 9 * 3_600_000
const DAY_MS = 86_400_000

/** The day in Japan at a moment. */
export function japanDate(now: Date): string {
  return new Date(now.getTime() + JAPAN_MS).toISOString().slice(0, 10)
}

/** Minutes since midnight in Japan. */
export function japanMinute(now: Date): number {
  return Math.floor((now.getTime() + JAPAN_MS) / 60_000) % (24 * 60)
}

/** 0 for Sunday to 6. */
export function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay()
}

/** Days from one day to another. */
export function daysBetween(from: string, to: string): number {
  return (dayNumber(to) ?? 0) - (dayNumber(from) ?? 0)
}

type Parts = { readonly year: number; readonly month: number; readonly day: number | undefined }

/** A day or a month that exists; undefined for anything else. */
function partsOf(text: string): Parts | undefined {
  const [, y, m, d] = /^([0-9]{4})-([0-9]{2})(?:-([0-9]{2}))?$/.exec(text) ?? []
  if (y === undefined) return undefined
  const [year, month, day] = [Number(y), Number(m), d === undefined ? undefined : Number(d)]
  const isReal =
    month >= 1 &&
    month <= 12 &&
    (day === undefined || (day >= 1 && day <= lengthOfMonth(year, month)))
  return isReal ? { year, month, day } : undefined
}

function lengthOfMonth(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function textOf(year: number, month: number, day?: number): string | undefined {
  if (year < 1 || year > 9999) return undefined
  const head = `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}`
  return day === undefined ? head : `${head}-${String(day).padStart(2, '0')}`
}

/** `2024-04` of a day or month. */
export function monthOf(text: string): string | undefined {
  const parts = partsOf(text)
  return parts && textOf(parts.year, parts.month)
}

/** Months later (or earlier, below 0). A day the month does not have becomes its last: 2024-01-31 + 1 is 2024-02-29. */
export function addMonths(text: string, months: number): string | undefined {
  const parts = partsOf(text)
  if (!parts) return undefined
  const index = parts.year * 12 + parts.month - 1 + months
  const [year, month] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1]
  return textOf(year, month, parts.day && Math.min(parts.day, lengthOfMonth(year, month)))
}

/** Days later (or earlier); only of a day. */
export function addDays(text: string, days: number): string | undefined {
  const day = dayNumber(text)
  return day === undefined ? undefined : dateOf(day + days)
}

function dayNumber(text: string): number | undefined {
  const parts = partsOf(text)
  return parts?.day === undefined ? undefined : Date.parse(`${text}T00:00:00Z`) / DAY_MS
}

function dateOf(day: number): string | undefined {
  const date = new Date(day * DAY_MS)
  return textOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())
}

/**
 * The month so many months after that of the day: one number for days up to the cut-off day, which is included, another for
 * later days (applications.md §6.5).
 */
export function cutOffMonth(
  text: string,
  cutOff: { readonly day: number; readonly by: number; readonly later: number },
): string | undefined {
  const parts = partsOf(text)
  if (parts?.day === undefined) return undefined
  return addMonths(text.slice(0, 7), parts.day <= cutOff.day ? cutOff.by : cutOff.later)
}

/** 令和6年4月1日, 令和元年5月. undefined before 明治, and for what is no day or month. */
export function eraOf(text: string): string | undefined {
  return partsOf(text) && eraText(text)
}

/**
 * The so many-th business day after (direction 1) or before a day. 0: the day itself when it is a business day, else the next in
 * that direction. undefined outside the days the calendar covers, where holidays are not known.
 */
export function businessDay(
  text: string,
  count: number,
  direction: 1 | -1,
  calendar: Calendar,
): string | undefined {
  let day = dayNumber(text)
  if (day === undefined) return undefined
  const isWithin = (date: string | undefined) =>
    date !== undefined && date >= calendar.from && date <= calendar.to
  if (!isWithin(text)) return undefined
  let date: string | undefined = text
  if (count === 0) while (isWithin(date) && !isBusinessDay(date, calendar)) date = step()
  for (let left = count; left > 0 && isWithin(date);) {
    date = step()
    if (isBusinessDay(date, calendar)) left -= 1
  }
  return isWithin(date) ? date : undefined

  function step(): string | undefined {
    day = (day ?? 0) + direction
    return dateOf(day)
  }
}

/** Monday to Friday but for the closed days; and the days opened by way of exception (D-66). */
function isBusinessDay(date: string | undefined, { closed, open }: Calendar): boolean {
  if (date === undefined) return false
  if (open.includes(date)) return true
  const weekday = weekdayOf(date)
  return weekday !== 0 && weekday !== 6 && !closed.includes(date)
}
