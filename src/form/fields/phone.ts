import { foldCode, foldHyphens } from '../fold.ts'
import type { FieldType } from './field-type.ts'

const PLAIN = '^0[0-9]{9,10}$'
/** Two groups of hyphens, 10 or 11 digits in all (§7.5, P3). */
const HYPHENATED = '^0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}$'
const HYPHENATED_LENGTH = { minLength: 12, maxLength: 13 }
/** Where everybody writes the hyphens in the same places; area codes of 3 to 5 digits do not show where they end. */
const GROUPS: readonly RegExp[] = [
  /^(0800)([0-9]{3})([0-9]{4})$/,
  /^(0[2-9]0)([0-9]{4})([0-9]{4})$/,
  /^(0120|0570)([0-9]{3})([0-9]{3})$/,
  /^(0[36])([0-9]{4})([0-9]{4})$/,
]

/** Numbering plans are never judged: 10 or 11 digits that begin with 0 (README.md §7.5, D-04). */
export const phone: FieldType = {
  name: 'phone',
  description: {
    ja: '電話番号。数字10桁か11桁、ハイフンなし（hyphens: true ならハイフンあり）。',
    en: 'A telephone number of 10 or 11 digits, without hyphens, or with them (hyphens: true).',
  },
  options: {
    hyphens: {
      kind: 'plain',
      schema: {
        type: 'boolean',
        description: 'ハイフンで3つに区切る。例：03-0000-0000',
        'x-en': 'In three groups with hyphens, such as 03-0000-0000',
      },
    },
  },
  control: 'input',
  isInput: true,
  inputMode: 'tel',
  read(raw, field) {
    const typed = raw[0] ?? ''
    return (field.options.hyphens === true ? grouped(typed) : foldCode(typed)) || undefined
  },
  schema: (field) =>
    field.options.hyphens === true
      ? { type: 'string', ...HYPHENATED_LENGTH, pattern: HYPHENATED }
      : { type: 'string', pattern: PLAIN },
  issue(_keyword, field, value) {
    const digits = foldCode(String(value))
    const hasHyphens = field.options.hyphens === true
    if (!/^[0-9]*$/.test(digits)) return { code: hasHyphens ? 'phone.hyphens' : 'R03' }
    if (!digits.startsWith('0')) return { code: 'phone.start' }
    const isRightLength = digits.length === 10 || digits.length === 11
    return { code: hasHyphens && isRightLength ? 'phone.hyphens' : 'phone.length' }
  },
  show: String,
}

/** With its hyphens where they were typed; digits alone are grouped where only one way is usual. */
function grouped(typed: string): string {
  const text = foldHyphens(typed)
  if (text.includes('-')) return text
  for (const groups of GROUPS) if (groups.test(text)) return text.replace(groups, '$1-$2-$3')
  return text
}
