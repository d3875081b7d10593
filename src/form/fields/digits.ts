import { foldCode } from '../fold.ts'
import type { Field } from '../form.ts'
import type { FieldType, Wrong } from './field-type.ts'
import { numberOption } from './option.ts'

/** Longer numbers than this are no codes anybody types. */
const LENGTH_MAX = 40

const length = { type: 'integer', minimum: 1, maximum: LENGTH_MAX } as const

/** A code kept as text, so that leading zeros stay (registration.md §2, R02). */
export const digits: FieldType = {
  name: 'digits',
  description: {
    ja: '数字だけのコードや番号。先頭の0も保つ。',
    en: 'A code or number of digits only; leading zeros stay.',
  },
  options: {
    length: {
      kind: 'plain',
      schema: { ...length, description: '桁数', 'x-en': 'Exact number of digits' },
    },
    minLength: {
      kind: 'plain',
      schema: { ...length, description: '最小の桁数', 'x-en': 'Fewest digits' },
    },
    maxLength: {
      kind: 'plain',
      schema: { ...length, description: '最大の桁数', 'x-en': 'Most digits' },
    },
  },
  control: 'input',
  isInput: true,
  inputMode: 'numeric',
  read: (raw) => foldCode(raw[0] ?? '') || undefined,
  isComplete(value, field) {
    const { min, max } = bounds(field)
    return (
      typeof value === 'string' &&
      value.length >= min &&
      value.length <= max &&
      /^[0-9]+$/.test(value)
    )
  },
  schema(field) {
    const { min, max } = bounds(field)
    return { type: 'string', pattern: `^[0-9]{${min === max ? min : `${min},${max}`}}$` }
  },
  issue(_keyword, field): Wrong {
    const { min, max } = bounds(field)
    if (min === max) return { code: 'R02', params: { n: min } }
    return { code: 'R02.range', params: { min, max } }
  },
  show: String,
}

function bounds(field: Field): { min: number; max: number } {
  const exact = numberOption(field, 'length')
  return {
    min: exact ?? numberOption(field, 'minLength') ?? 1,
    max: exact ?? numberOption(field, 'maxLength') ?? LENGTH_MAX,
  }
}
