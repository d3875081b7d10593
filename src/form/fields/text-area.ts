import { foldLines } from '../fold.ts'
import type { Field } from '../form.ts'
import type { FieldType } from './field-type.ts'
import { numberOption } from './option.ts'

const LENGTH_MAX = 1000

/** Text of several lines, such as remarks. Line breaks count as one character. */
export const textArea: FieldType = {
  name: 'text-area',
  description: { ja: '何行かの文章。備考など。', en: 'Text of several lines, such as remarks.' },
  options: {
    maxLength: {
      kind: 'plain',
      schema: {
        type: 'integer',
        minimum: 1,
        maximum: 10000,
        description: '文字数の上限（書かなければ1000）',
        'x-en': 'Most characters allowed; 1000 when left out',
      },
    },
    lines: {
      kind: 'plain',
      schema: {
        type: 'integer',
        minimum: 2,
        maximum: 30,
        description: '欄の高さ（行数）',
        'x-en': 'Lines in view',
      },
    },
  },
  control: 'text-area',
  isInput: true,
  read: (raw) => foldLines(raw[0] ?? '') || undefined,
  schema: (field) => ({ type: 'string', minLength: 1, maxLength: lengthMax(field) }),
  issue: (_keyword, field) => ({ code: 'R17', params: { n: lengthMax(field) } }),
  show: String,
}

function lengthMax(field: Field): number {
  return numberOption(field, 'maxLength') ?? LENGTH_MAX
}
