import { foldAddress, foldText } from '../fold.ts'
import type { Field } from '../form.ts'
import type { FieldType, Wrong } from './field-type.ts'
import { numberOption, stringOption } from './option.ts'

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
    pattern: {
      kind: 'pattern',
      schema: {
        type: 'string',
        minLength: 1,
        maxLength: 200,
        description:
          '文字の並び方。例：[A-Z]{2}-[0-9]{4}（英大文字2つ、ハイフン、数字4桁）。形に合う example も書く。',
        'x-en': 'Which characters follow each other, such as [A-Z]{2}-[0-9]{4}; needs an example.',
      },
    },
  },
  control: 'input',
  isInput: true,
  inputMode: 'text',
  read(raw, field) {
    const typed = foldText(raw[0] ?? '')
    const pattern = patternOf(field)
    if (typed === '' || !pattern || pattern.test(typed)) return typed || undefined
    // Codes are often typed in full width; a name never has a pattern.
    const narrow = foldAddress(typed)
    return pattern.test(narrow) ? narrow : typed
  },
  schema(field) {
    const pattern = patternOf(field)?.source
    const lengths = { type: 'string', minLength: 1, maxLength: lengthMax(field) }
    return pattern === undefined ? lengths : { ...lengths, pattern }
  },
  issue(keyword, field): Wrong {
    return keyword === 'pattern'
      ? { code: 'text.pattern' }
      : { code: 'R17', params: { n: lengthMax(field) } }
  },
  show: String,
}

function lengthMax(field: Field): number {
  return numberOption(field, 'maxLength') ?? LENGTH_MAX
}

/** Only a memory, since making a pattern costs more than using it. */
const patterns = new WeakMap<Field, RegExp>()

/** About the whole text. The compiler has let in only what cannot stall. */
function patternOf(field: Field): RegExp | undefined {
  const written = stringOption(field, 'pattern')
  if (written === undefined) return undefined
  const pattern = patterns.get(field) ?? new RegExp(`^(?:${written})$`, 'u')
  patterns.set(field, pattern)
  return pattern
}
