import { foldCode, HYPHENS, INVISIBLE, JOINERS, LINE_BREAKS, SPACES } from '../fold.ts'
import type { Answer, Field, JsonSchema } from '../form.ts'
import type { FieldType, OptionSpec, Wrong } from './field-type.ts'
import { inLocale, numberOption, textOption } from './option.ts'

const MONEY_MAX = 999_999_999_999
const BLANK = SPACES + LINE_BREAKS + INVISIBLE + JOINERS
const MINUS = `${HYPHENS}△▲`

const bound = { type: 'integer', minimum: -MONEY_MAX, maximum: MONEY_MAX } as const
const min: OptionSpec = {
  kind: 'plain',
  schema: { ...bound, description: '最小の数（書かなければ0）', 'x-en': 'Least; 0 when left out' },
}
const max: OptionSpec = {
  kind: 'plain',
  schema: { ...bound, description: '最大の数', 'x-en': 'Most' },
}

/** A whole number as JSON number; commas, width, gaps, currency marks and units around it make no difference. */
const wholeNumber = {
  control: 'unit-input',
  isInput: true,
  inputMode: 'numeric',
  read: (raw, field) => readNumber(raw[0] ?? '', field),
  toRaw: (value) => (typeof value === 'number' ? [String(value)] : undefined),
  schema(field): JsonSchema {
    const { least, most } = boundsOf(field)
    return { type: 'integer', minimum: least, maximum: most }
  },
  issue(keyword, field): Wrong {
    if (keyword === 'type') return { code: 'number.digits' }
    const { least, most } = boundsOf(field)
    return numberOption(field, 'max') === undefined && keyword === 'minimum'
      ? { code: 'number.min', params: { min: least } }
      : { code: 'number.range', params: { min: least, max: most } }
  },
} satisfies Partial<FieldType>

export const integer: FieldType = {
  ...wholeNumber,
  name: 'integer',
  description: { ja: '整数。人数や台数など。', en: 'A whole number, such as a count.' },
  options: {
    min,
    max,
    unit: {
      kind: 'text',
      schema: {
        type: ['string', 'object'],
        description: '入力欄の後に出す単位。例：台',
        'x-en': 'The unit behind the input',
      },
    },
  },
  show(value, field, locale) {
    const unit = textOption(field, 'unit')
    return `${String(value)}${unit ? `${locale === 'en' ? ' ' : ''}${inLocale(unit, locale)}` : ''}`
  },
}

export const money: FieldType = {
  ...wholeNumber,
  name: 'money',
  description: { ja: '金額（円）。', en: 'An amount of money in yen.' },
  options: { min, max },
  show(value, _field, locale) {
    const grouped = String(value).replace(/\B(?=(?:[0-9]{3})+$)/g, ',')
    return locale === 'en' ? `${grouped} yen` : `${grouped}円`
  },
}

function readNumber(typed: string, field: Field): Answer | undefined {
  const first = [...typed.slice(0, 100)].find((character) => !BLANK.includes(character)) ?? ''
  const unit = textOption(field, 'unit')
  const units = ['円', ...(unit ? [unit.ja, unit.en ?? ''] : [])].filter((one) => one !== '')
  let text = foldCode(typed)
  if (text === '') return undefined
  for (const one of units) if (text.endsWith(one)) text = text.slice(0, -one.length)
  const digits = text.replace(/^[+¥\\△▲]+/, '').replace(/[,、']/g, '')
  if (!/^[0-9]{1,15}$/.test(digits)) return text || undefined
  return MINUS.includes(first) && Number(digits) !== 0 ? -Number(digits) : Number(digits)
}

function boundsOf(field: Field): { least: number; most: number } {
  return {
    least: numberOption(field, 'min') ?? 0,
    most: numberOption(field, 'max') ?? MONEY_MAX,
  }
}
