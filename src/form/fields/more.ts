import { cardReading } from './card-reading.ts'
import { attachment } from './attachment.ts'
import { checkbox, checkboxes } from './checkboxes.ts'
import { code } from './code.ts'
import { date, yearMonth } from './date.ts'
import type { FieldType } from './field-type.ts'
import { fill } from './fill.ts'
import { kana } from './kana.ts'
import { heading, note } from './note.ts'
import { integer, money } from './number.ts'
import { postalCode } from './postal-code.ts'
import { rows } from './rows.ts'
import { secretDigits } from './secret-digits.ts'
import { textArea } from './text-area.ts'
import { timeWindow } from './time-window.ts'
import { verification } from './verification.ts'

/**
 * Field types that few forms need: pages of other forms are sent a script without them (`web/build.ts`). Nothing may
 * import these but this list.
 */
export const moreTypes: Readonly<Record<string, FieldType>> = Object.freeze({
  attachment,
  code,
  kana,
  'secret-digits': secretDigits,
  integer,
  money,
  date,
  'year-month': yearMonth,
  'time-window': timeWindow,
  checkboxes,
  checkbox,
  'text-area': textArea,
  'postal-code': postalCode,
  rows,
  'card-reading': cardReading,
  fill,
  verification,
  heading,
  note,
})
