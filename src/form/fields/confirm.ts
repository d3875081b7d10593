import type { FieldType } from './field-type.ts'
import { stringOption } from './option.ts'

/** The same again, to catch slips. Read, drawn and kept secret as its pair: `pairOf`, `controlOf`, `isSecret` of `index.ts`. */
export const confirm: FieldType = {
  name: 'confirm',
  description: {
    ja: '確認のための再入力。保存しない。',
    en: 'The same answer typed again; never stored.',
  },
  options: {
    of: {
      kind: 'field',
      required: true,
      schema: {
        type: 'string',
        description: 'もとの項目の id',
        'x-en': 'Id of the field to repeat',
      },
    },
  },
  control: 'input',
  isInput: true,
  isTransient: true,
  pair: (field) => stringOption(field, 'of'),
  read: (raw) => raw[0] || undefined,
  schema: () => ({ type: 'string' }),
  issue: () => ({ code: 'R09' }),
  check(value, field, answers) {
    const first = answers[stringOption(field, 'of') ?? '']
    return first === undefined || first === value ? undefined : { code: 'R09' }
  },
  show: String,
}
