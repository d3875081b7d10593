import { foldKana, type Script } from '../kana.ts'
import type { Field } from '../form.ts'
import type { FieldType, Wrong } from './field-type.ts'
import { numberOption, stringOption } from './option.ts'

const LENGTH_MAX = 200
const LETTERS: Readonly<Record<Script, RegExp>> = {
  katakana: /^[ァ-ヺヽヾー・ ]*$/,
  hiragana: /^[ぁ-ゖゝゞー・ ]*$/,
}

/** A reading; whichever script, width or mark was typed, it becomes the one the form asks for (A15). */
export const kana: FieldType = {
  name: 'kana',
  description: {
    ja: 'フリガナ。ひらがなでも半角でも入力でき、決めた文字にそろえる。',
    en: 'A reading in kana; whatever kind is typed becomes the one asked for.',
  },
  options: {
    script: {
      kind: 'plain',
      schema: {
        type: 'string',
        enum: ['katakana', 'hiragana'],
        description: 'そろえる文字（書かなければ katakana）',
        'x-en': 'The script kept; katakana when left out',
      },
    },
    readingOf: {
      kind: 'field',
      schema: {
        type: 'string',
        description: '漢字の項目の id。入力中の読みを、ここに自動で入れる（直せる）',
        'x-en': 'Id of the field it is the reading of; offered while that is typed',
      },
    },
    maxLength: {
      kind: 'plain',
      schema: {
        type: 'integer',
        minimum: 1,
        maximum: 1000,
        description: '文字数の上限',
        'x-en': 'Most characters allowed',
      },
    },
  },
  control: 'input',
  isInput: true,
  inputMode: 'text',
  read: (raw, field) => foldKana(raw[0] ?? '', scriptOf(field)) || undefined,
  schema: (field) => ({
    type: 'string',
    minLength: 1,
    maxLength: lengthMax(field),
    pattern: LETTERS[scriptOf(field)].source,
  }),
  issue(keyword, field): Wrong {
    if (keyword === 'maxLength') return { code: 'R17', params: { n: lengthMax(field) } }
    return { code: scriptOf(field) === 'katakana' ? 'kana.katakana' : 'kana.hiragana' }
  },
  show: String,
}

function scriptOf(field: Field): Script {
  return stringOption(field, 'script') === 'hiragana' ? 'hiragana' : 'katakana'
}

function lengthMax(field: Field): number {
  return numberOption(field, 'maxLength') ?? LENGTH_MAX
}
