import { foldText } from '../fold.ts'
import type { Field } from '../form.ts'
import type { FieldType } from './field-type.ts'
import { numberOption } from './option.ts'

/** R17 of registration.md §11 names 200 where a form says nothing else. */
const LENGTH_MAX = 200

/** Names and the like; every character is somebody's name and stays (D-01). */
export const text: FieldType = {
  name: 'text',
  description: { ja: '一行の文字。氏名など。', en: 'One line of text, such as a name.' },
  options: {
    maxLength: {
      kind: 'plain',
      schema: {
        type: 'integer',
        minimum: 1,
        maximum: 10000,
        description: '文字数の上限',
        'x-en': 'Most characters allowed',
      },
    },
  },
  control: 'input',
  isInput: true,
  inputMode: 'text',
  read: (raw) => foldText(raw[0] ?? '') || undefined,
  schema: (field) => ({ type: 'string', minLength: 1, maxLength: lengthMax(field) }),
  issue: (_keyword, field) => ({ code: 'R17', params: { n: lengthMax(field) } }),
  show: String,
}

function lengthMax(field: Field): number {
  return numberOption(field, 'maxLength') ?? LENGTH_MAX
}
