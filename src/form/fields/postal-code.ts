import { foldCode } from '../fold.ts'
import type { FieldType, Part } from './field-type.ts'

const first: Part = {
  label: { ja: '最初の3桁', en: 'First three digits' },
  width: 3,
  inputMode: 'numeric',
}
const second: Part = {
  label: { ja: '後の4桁', en: 'Last four digits' },
  width: 4,
  before: '-',
  inputMode: 'numeric',
}

/** Seven digits in two inputs; all seven in one of them, with 〒 or any hyphen, are read as well (A20). */
export const postalCode: FieldType = {
  name: 'postal-code',
  description: {
    ja: '郵便番号。3桁と4桁の2つの欄。1つの欄に7桁を入れてもよい。',
    en: 'A postal code in two inputs of 3 and 4 digits; all 7 may be typed into one.',
  },
  options: {},
  control: 'parts',
  isInput: true,
  inputMode: 'numeric',
  parts: () => [first, second],
  split: (value) => [String(value).slice(0, 3), String(value).slice(3)],
  read: (raw) => foldCode(raw.slice(0, 2).join('')).replace(/^[〒〶]/, '') || undefined,
  isComplete: (value) => typeof value === 'string' && /^[0-9]{7}$/.test(value),
  schema: () => ({ type: 'string', pattern: '^[0-9]{7}$' }),
  issue: () => ({ code: 'postal-code.digits' }),
  show: (value) => String(value).replace(/^([0-9]{3})([0-9]{4})$/, '$1-$2'),
}
