import { foldText } from '../fold.ts'
import type { Field, JsonSchema } from '../form.ts'
import { radio } from './choice.ts'
import type { FieldType, Wrong } from './field-type.ts'
import { choicesOf, inLocale, numberOption, textOption } from './option.ts'

const count = { type: 'integer', minimum: 1, maximum: 100 } as const

/** Any of a few choices, as a list in the order of the choices; none is no answer. */
export const checkboxes: FieldType = {
  name: 'checkboxes',
  description: { ja: 'いくつでも選べるチェックボックス。', en: 'Any number of choices.' },
  options: {
    choices: radio.options.choices as NonNullable<typeof radio.options.choices>,
    min: {
      kind: 'plain',
      schema: { ...count, description: '少なくとも選ぶ数', 'x-en': 'Fewest to choose' },
    },
    max: {
      kind: 'plain',
      schema: { ...count, description: '選べる数の上限', 'x-en': 'Most to choose' },
    },
  },
  control: 'checkboxes',
  isInput: true,
  read(raw, field) {
    const typed = new Set(raw.map(foldText).filter((value) => value !== ''))
    if (typed.size === 0) return undefined
    const known = choicesOf(field).map(({ value }) => value)
    const rest = [...typed].filter((value) => !known.includes(value))
    return [...known.filter((value) => typed.has(value)), ...rest]
  },
  schema(field) {
    const { min, max, values } = limitsOf(field)
    const items: JsonSchema = values.length > 0 ? { enum: values } : { not: {} }
    return { type: 'array', items, minItems: min, maxItems: max, uniqueItems: true }
  },
  issue(keyword, field): Wrong {
    const { min, max } = limitsOf(field)
    if (keyword === 'minItems') return { code: 'checkboxes.few', params: { n: min } }
    if (keyword === 'maxItems') return { code: 'checkboxes.many', params: { n: max } }
    return { code: 'choice.unknown' }
  },
  show(value, field, locale) {
    const values = Array.isArray(value) ? (value as readonly string[]) : [String(value)]
    return values
      .map((one) => {
        const chosen = choicesOf(field).find((choice) => choice.value === one)
        return chosen ? inLocale(chosen.label, locale) : one
      })
      .join(locale === 'en' ? ', ' : '、')
  },
}

const YES: ReadonlySet<string> = new Set(['true', 'on', '1', 'yes'])

/** One box with its own words beside it (変更する). Ticked is true; not ticked is no answer. */
export const checkbox: FieldType = {
  name: 'checkbox',
  description: {
    ja: 'チェックボックス1つ。チェックがあれば true。',
    en: 'One box to tick; ticked is true.',
  },
  options: {
    text: {
      kind: 'text',
      required: true,
      schema: {
        type: ['string', 'object'],
        description: 'チェックボックスの横の文。例：変更する',
        'x-en': 'The words beside the box',
      },
    },
  },
  control: 'checkboxes',
  isInput: true,
  read: (raw) => (raw.some((typed) => YES.has(typed.trim().toLowerCase())) ? true : undefined),
  schema: () => ({ type: 'boolean', const: true }),
  issue: () => ({ code: 'choice.unknown' }),
  show(_value, field, locale) {
    const text = textOption(field, 'text')
    return text ? inLocale(text, locale) : locale === 'en' ? 'Yes' : 'はい'
  },
}

function limitsOf(field: Field): { min: number; max: number; values: readonly string[] } {
  const values = choicesOf(field).map(({ value }) => value)
  return {
    min: numberOption(field, 'min') ?? 1,
    max: numberOption(field, 'max') ?? Math.max(1, values.length),
    values,
  }
}
