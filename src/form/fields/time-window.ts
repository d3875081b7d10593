import { classOf, HYPHENS, INVISIBLE, JOINERS, WAVES } from '../fold.ts'
import type { Answer, JsonObject } from '../form.ts'
import type { FieldType, Part } from './field-type.ts'

/** Longer texts are no times of day. */
const LENGTH_MAX = 60
const TIME = '^(?:[01][0-9]|2[0-3]):[0-5][0-9]$'
const RIGHT = new RegExp(TIME)
const BETWEEN = new RegExp(`[${classOf(WAVES + HYPHENS)}]|から`)
const UNSEEN = new RegExp(`[${classOf(INVISIBLE + JOINERS)}\\s]+`, 'g')

const from: Part = { label: { ja: '始まり', en: 'From' }, width: 6 }
const until: Part = { label: { ja: '終わり', en: 'Until' }, width: 6, before: '～' }

/** Two times of one day, such as when one can be reached: `{ from: "09:00", until: "17:30" }`. */
export const timeWindow: FieldType = {
  name: 'time-window',
  description: {
    ja: '時間帯。何時から何時まで。「9時半」「午後5時」「0930」も読み取る。',
    en: 'From one time of day until another, in any common spelling.',
  },
  options: {},
  control: 'parts',
  isInput: true,
  parts: () => [from, until],
  split(value) {
    const { from: first, until: last } = value as { from?: string; until?: string }
    return [first ?? '', last ?? '']
  },
  read(raw) {
    const [first = '', last = ''] = raw.length > 1 ? raw : halves(raw[0] ?? '')
    const [start, end] = [readTime(first), readTime(last)]
    if (start === '' && end === '') return undefined
    return { ...(start !== '' && { from: start }), ...(end !== '' && { until: end }) }
  },
  toRaw: (value) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [textAt(value, 'from'), textAt(value, 'until')]
      : undefined,
  isComplete: (value) => RIGHT.test(textAt(value, 'from')) && RIGHT.test(textAt(value, 'until')),
  schema: () => ({
    type: 'object',
    properties: {
      from: { type: 'string', pattern: TIME },
      until: { type: 'string', pattern: TIME },
    },
    required: ['from', 'until'],
    additionalProperties: false,
  }),
  issue: (keyword) => ({ code: keyword === 'required' ? 'time-window.pair' : 'time-window.shape' }),
  check: (value) =>
    textAt(value, 'from') < textAt(value, 'until') ? undefined : { code: 'time-window.order' },
  show: (value) => `${textAt(value, 'from')}～${textAt(value, 'until')}`,
}

function textAt(value: Answer, key: 'from' | 'until'): string {
  const part = (value as JsonObject)[key]
  return typeof part === 'string' ? part : ''
}

/** One text for both: 9:00～17:00. */
function halves(typed: string): readonly string[] {
  if (typed.length > LENGTH_MAX) return [typed, '']
  const at = BETWEEN.exec(typed)
  return at
    ? [typed.slice(0, at.index), typed.slice(at.index + at[0].length).replace(/まで$/, '')]
    : [typed, '']
}

/** `09:30` for 9:30, 9時半, 午後5時, 0930; '' for nothing; anything else as it is, to be judged. */
function readTime(typed: string): string {
  const text = typed.length > LENGTH_MAX ? typed : typed.normalize('NFKC').replace(UNSEEN, '')
  const noon = text === '正午' ? '12:00' : text
  const found =
    /^(午前|午後|am|pm)?([0-9]{1,2})(?:[:.時]([0-9]{1,2})?分?|(半))?(半)?(am|pm)?$/i.exec(noon) ??
    /^()([0-9]{1,2})([0-9]{2})$/.exec(noon)
  if (!found) return text
  const half = (found[4] ?? found[5]) ? 30 : 0
  const part = (found[1] ?? found[6] ?? '').toLowerCase()
  const isAfternoon = part === '午後' || part === 'pm'
  const typedHour = Number(found[2])
  const hour =
    isAfternoon && typedHour < 12
      ? typedHour + 12
      : (part === 'am' || part === '午前') && typedHour === 12
        ? 0
        : typedHour
  const minute = Number(found[3] ?? half)
  return `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`
}
