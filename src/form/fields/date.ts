import { ERAS, inEra, japaneseYear, showInBoth } from '../eras.ts'
import { monthOf } from '../dates.ts'
import { evaluateExpression, type Scope } from '../expression.ts'
import type { Answer, Choice, Field, Locale } from '../form.ts'
import { joinParts, readDay, readMonth, type Spelled } from '../spelled-date.ts'
import type { FieldType, OptionSpec, Part, Wrong } from './field-type.ts'
import { expressionOption } from './option.ts'

const LEAP = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)'
const LONG = '(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])'
const SHORT = '(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)'
/** Exactly the days of the calendar, leap days included: a schema needs no `format` for it. */
const DAY = `^(?:[0-9]{4}-(?:${LONG}|${SHORT}|02-(?:0[1-9]|1[0-9]|2[0-8]))|${LEAP}-02-29)$`
const MONTH = '^[0-9]{4}-(?:0[1-9]|1[0-2])$'
/** As many years one can scroll through. */
const YEARS_MAX = 150

const era: OptionSpec = {
  kind: 'plain',
  schema: {
    type: 'boolean',
    description: '元号も選べるようにする',
    'x-en': 'Years may be given in eras',
  },
}

/** A fixed day or month, or how it is made: `today`, `{ days: 14, after: today }`, another answer. */
function bound(
  kind: 'day-bound' | 'month-bound',
  pattern: string,
  description: string,
  english: string,
): OptionSpec {
  const made = `(?:${pattern}|^[A-Za-z].*$)`
  const schema = { type: ['string', 'object'], pattern: made, description, 'x-en': english }
  return { kind, schema }
}

/** A day as ISO text, typed in three inputs or, anywhere else, in any spelling (A19). */
export const date: FieldType = {
  name: 'date',
  description: {
    ja: '日付。年・月・日の3つの欄。元号や1つの欄へのまとめ書きも読み取る。',
    en: 'A day in three inputs; eras and any common spelling are read.',
  },
  options: {
    era,
    min: bound(
      'day-bound',
      DAY,
      '最も早い日。例："2024-04-01"、today、{ days: 14, after: today }',
      'The earliest day, such as "2024-04-01", today, or { days: 14, after: today }',
    ),
    max: bound('day-bound', DAY, '最も遅い日。書き方は min と同じ', 'The latest day, as for min'),
  },
  control: 'parts',
  isInput: true,
  inputMode: 'numeric',
  parts: (field) => [...eraParts(field), year(field), month, day],
  split: (value, field) => splitIso(value, field),
  read: (raw, field) => readParts(raw, field, 3, readDay),
  isComplete: (value) => typeof value === 'string' && new RegExp(DAY).test(value),
  schema: () => ({ type: 'string', pattern: DAY }),
  issue: (_keyword, _field, value) => ({ code: `date.${wrongOf(value, readDay)}` }),
  check: (value, field, answers, facts) => outside(value, field, 'date', { answers, facts }),
  show: (value, _field, locale) => shown(value, DAY, locale),
}

/** A month as ISO text: both parts or none. With `min` and `max` the years can be chosen from a list. */
export const yearMonth: FieldType = {
  name: 'year-month',
  description: {
    ja: '年と月。両方を入れるか、両方を空けておく。',
    en: 'A year and a month: both or neither.',
  },
  options: {
    era,
    select: {
      kind: 'plain',
      schema: {
        type: 'boolean',
        description: '一覧から選ぶ（min と max も書く）',
        'x-en': 'Chosen from lists; give min and max, too',
      },
    },
    min: bound(
      'month-bound',
      MONTH,
      '最も早い月。例："2024-04"、today、{ months: 2, after: today }',
      'The earliest month, such as "2024-04", today, or { months: 2, after: today }',
    ),
    max: bound(
      'month-bound',
      MONTH,
      '最も遅い月。書き方は min と同じ',
      'The latest month, as for min',
    ),
  },
  control: 'parts',
  isInput: true,
  inputMode: 'numeric',
  parts(field, scope) {
    if (field.options.select !== true) return [...eraParts(field), year(field), month]
    return [
      { ...year(field), choices: yearChoices(field, scope) },
      { ...month, choices: MONTHS },
    ]
  },
  split: (value, field) => splitIso(value, field),
  read: (raw, field) => readParts(raw, field, 2, readMonth),
  isComplete: (value) => typeof value === 'string' && new RegExp(MONTH).test(value),
  schema: () => ({ type: 'string', pattern: MONTH }),
  issue: (_keyword, _field, value) => ({ code: `year-month.${wrongOf(value, readMonth)}` }),
  check: (value, field, answers, facts) => outside(value, field, 'year-month', { answers, facts }),
  show: (value, _field, locale) => shown(value, MONTH, locale),
}

const month: Part = {
  label: { ja: '月', en: 'Month' },
  isUnit: true,
  width: 2,
  inputMode: 'numeric',
}
const day: Part = { label: { ja: '日', en: 'Day' }, isUnit: true, width: 2, inputMode: 'numeric' }
const MONTHS: readonly Choice[] = Array.from({ length: 12 }, (_, index) => ({
  value: String(index + 1),
  label: { ja: String(index + 1) },
}))

function year(field: Field): Part {
  // Beside an era, or alone, the year may be written with its era: R7.
  const inputMode = field.options.era === true ? 'numeric' : undefined
  return { label: { ja: '年', en: 'Year' }, isUnit: true, width: 4, inputMode }
}

function eraParts(field: Field): readonly Part[] {
  if (field.options.era !== true) return []
  const western = { value: '', label: { ja: '西暦', en: 'Western' } }
  const eras = ERAS.map(({ name }) => ({ value: name.ja, label: name }))
  return [{ label: { ja: '元号', en: 'Era' }, choices: [western, ...eras] }]
}

/** Newest last, each in both calendars; a year in which an era began has two names. */
function yearChoices(field: Field, scope: Scope): readonly Choice[] {
  const first = Number((boundOf(field, 'min', scope) ?? '').slice(0, 4)) || 2000
  const last = Number((boundOf(field, 'max', scope) ?? '').slice(0, 4)) || first + 50
  const length = Math.min(YEARS_MAX, Math.max(1, last - first + 1))
  return Array.from({ length }, (_, index) => {
    const value = String(first + index).padStart(4, '0')
    const { era: found, year: inIt } = inEra(`${value}-12-31`)
    const ja = found ? `${value}（${found.name.ja}${japaneseYear(inIt)}）` : value
    return { value, label: { ja, en: value } }
  })
}

function readParts(
  raw: readonly string[],
  field: Field,
  count: number,
  readWhole: (typed: string) => Spelled,
): Answer | undefined {
  const hasEra = field.options.era === true && raw.length === count + 1
  const parts = hasEra ? raw.slice(1) : raw
  const typed = joinParts(hasEra ? (raw[0] ?? '') : '', parts.slice(0, count))
  if (typed === undefined) return undefined
  const read = readWhole(typed)
  return 'iso' in read ? read.iso : typed
}

function splitIso(value: Answer, field: Field): readonly string[] {
  const numbers = String(value).split('-').map(Number)
  const texts = numbers.every(Number.isInteger) ? numbers.map(String) : [String(value)]
  return field.options.era === true ? ['', ...texts] : texts
}

/** Why a value is no day: some part missing, no such day, or a day its era did not have. */
function wrongOf(value: Answer, readWhole: (typed: string) => Spelled): string {
  const read = readWhole(String(value))
  return 'wrong' in read ? read.wrong : 'shape'
}

/** ISO text is in the order of time. */
function outside(value: Answer, field: Field, name: string, scope: Scope): Wrong | undefined {
  const [min, max] = [boundOf(field, 'min', scope), boundOf(field, 'max', scope)]
  const iso = String(value)
  const isIn = (min === undefined || iso >= min) && (max === undefined || iso <= max)
  if (isIn) return undefined
  if (min !== undefined && max !== undefined) return { code: `${name}.range`, params: { min, max } }
  return min !== undefined
    ? { code: `${name}.min`, params: { min } }
    : { code: `${name}.max`, params: { max: max ?? '' } }
}

/** Where a bound stands now, as ISO text: none while the answer it is made of is empty or no day yet. */
export function boundOf(field: Field, name: 'min' | 'max', scope: Scope): string | undefined {
  const written = expressionOption(field, name)
  if (written === undefined) return undefined
  const made = isFixedDay(written) ? written : evaluateExpression(written, scope)
  if (typeof made !== 'string') return undefined
  return field.type === yearMonth.name ? monthOf(made) : monthOf(made) && made
}

/** A day or month that is written as it is; refs begin with a letter. */
export function isFixedDay(written: unknown): written is string {
  return typeof written === 'string' && /^[0-9]/.test(written)
}

function shown(value: Answer, pattern: string, locale: Locale): string {
  const text = String(value)
  return new RegExp(pattern).test(text) ? showInBoth(text, locale) : text
}
