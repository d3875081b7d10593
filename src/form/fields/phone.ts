import { foldCode } from '../fold.ts'
import type { FieldType } from './field-type.ts'

/** Numbering plans are never judged: 10 or 11 digits that begin with 0 (README.md §7.5, D-04). */
export const phone: FieldType = {
  name: 'phone',
  description: {
    ja: '電話番号。数字10桁か11桁、ハイフンなし。',
    en: 'A telephone number: 10 or 11 digits, no hyphens.',
  },
  options: {},
  control: 'input',
  isInput: true,
  inputMode: 'tel',
  read: (raw) => foldCode(raw[0] ?? '') || undefined,
  schema: () => ({ type: 'string', pattern: '^0[0-9]{9,10}$' }),
  issue(_keyword, _field, value) {
    if (typeof value !== 'string' || !/^[0-9]*$/.test(value)) return { code: 'R03' }
    return { code: value.startsWith('0') ? 'phone.length' : 'phone.start' }
  },
  show: String,
}
