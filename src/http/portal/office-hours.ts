import type { Hours } from '../../definitions/definitions.ts'
import type { Office } from '../../../web/views/portal-bodies.ts'
import { addDays, japanDate, japanMinute, weekdayOf } from '../../form/dates.ts'

/** No office is closed that long; beyond it nothing is promised. */
const DAYS_AHEAD = 60

/** Whether the office answers at a moment. */
export function officeAt(hours: Hours, now: Date): Office {
  const today = japanDate(now)
  const minute = japanMinute(now)
  const open = timesOn(hours, today).find(({ from, to }) => from <= minute && minute < to)
  if (open) return { isOpen: true, until: open.to }
  for (let ahead = 0; ahead <= DAYS_AHEAD; ahead++) {
    const date = addDays(today, ahead) ?? today
    const next = timesOn(hours, date).find(({ from }) => ahead > 0 || from > minute)
    if (next) return { isOpen: false, next: { date, from: next.from } }
  }
  return { isOpen: false }
}

/**
 * When it is open on a day, earliest first. A closed day of the calendar is closed whichever weekday it is; beyond the days
 * the calendar knows, weekdays decide.
 */
function timesOn({ calendar, open }: Hours, date: string): Hours['open'] {
  if (calendar.closed.includes(date)) return []
  const weekday = weekdayOf(date)
  return open
    .filter(({ weekdays }) => weekdays.includes(weekday))
    .toSorted((a, b) => a.from - b.from)
}
