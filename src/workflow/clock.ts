import { addDays, businessDay, japanDate } from '../form/dates.ts'
import type { Calendar } from '../form/form.ts'
import { between, later } from './time.ts'

/** How long something may take: by the clock, or in days on which the office works. */
export type Span = { readonly ms: number } | { readonly businessDays: number }

/** A time that counted before: a state that was left for a pause. */
export type Visit = { readonly from: string; readonly to: string }

const DAY_MS = 86_400_000
/** Monday to Friday, where no calendar says more. */
const WEEKDAYS: Calendar = { from: '0001-01-01', to: '9999-12-31', closed: [], open: [] }

/**
 * When a span is over that begins at a moment and of which some has passed in earlier visits. Business days end at the
 * time of day at which they began; beyond the days the calendar knows, every weekday counts, so that no deadline is lost.
 */
export function dueAt(
  span: Span,
  from: string,
  earlier: readonly Visit[] = [],
  calendar: Calendar = WEEKDAYS,
): string {
  if ('ms' in span) {
    const spent = earlier.reduce((sum, visit) => sum + between(visit.from, visit.to), 0)
    return later(from, Math.max(0, span.ms - spent))
  }
  const spent = earlier.reduce((sum, visit) => sum + daysIn(visit, calendar), 0)
  const left = span.businessDays - spent
  if (left <= 0) return from
  const today = japanDate(new Date(from))
  const day =
    businessDay(today, left, 1, calendar) ?? businessDay(today, left, 1, unbounded(calendar))
  return day === undefined ? from : later(from, dayMs(day) - dayMs(today))
}

/** Business days that end within a visit. */
function daysIn({ from, to }: Visit, calendar: Calendar): number {
  const all = unbounded(calendar)
  const last = japanDate(new Date(to))
  let count = 0
  let day: string | undefined = japanDate(new Date(from))
  while (day !== undefined && day < last) {
    day = addDays(day, 1)
    if (day !== undefined && day <= last && businessDay(day, 0, 1, all) === day) count += 1
  }
  return count
}

/** Its holidays, and weekdays beyond them. */
function unbounded(calendar: Calendar): Calendar {
  return { ...calendar, from: WEEKDAYS.from, to: WEEKDAYS.to }
}

function dayMs(day: string): number {
  return Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS) * DAY_MS
}
