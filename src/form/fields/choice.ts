import { foldForComparison, foldText } from '../fold.ts'
import type { Field, JsonSchema } from '../form.ts'
import type { FieldType, OptionSpec } from './field-type.ts'
import { choicesOf, inLocale } from './option.ts'

const choices: OptionSpec = {
  kind: 'choices',
  required: true,
  schema: {
    type: ['object', 'array', 'string'],
    description: '選択肢：値と表示の組、または参照表の名前',
    'x-en': 'Values with their labels, or the name of a table',
  },
}
const empty: OptionSpec = {
  kind: 'text',
  schema: {
    type: ['string', 'object'],
    description: '何も選んでいないときの表示。例：～なし～',
    'x-en': 'Shown while nothing is chosen',
  },
}

/** One value out of a list; the types differ in how the page draws them. */
const oneOfChoices = {
  isInput: true,
  read: (raw) => foldText(raw[0] ?? '') || undefined,
  // Without any choice nothing is right; an empty enum would be no schema.
  schema: (field): JsonSchema =>
    choicesOf(field).length > 0
      ? { type: 'string', enum: choicesOf(field).map((choice) => choice.value) }
      : { not: {} },
  issue: () => ({ code: 'choice.unknown' }),
  show(value, field, locale) {
    const chosen = choicesOf(field).find((choice) => choice.value === value)
    return chosen ? inLocale(chosen.label, locale) : String(value)
  },
} satisfies Partial<FieldType>

export const radio: FieldType = {
  ...oneOfChoices,
  name: 'radio',
  description: { ja: 'ボタンで一つ選ぶ。', en: 'One of a few choices, all in view.' },
  options: { choices },
  control: 'radio',
}

/** The choices are the portal's facility types, one for each file; the compiler fills them in. */
export const facilityType: FieldType = {
  ...oneOfChoices,
  name: 'facility-type',
  description: {
    ja: '施設の種類。選択肢はポータルの facility-types から作られる。',
    en: 'The facility type; its choices are the files in facility-types.',
  },
  options: {},
  control: 'radio',
}

export const select: FieldType = {
  ...oneOfChoices,
  name: 'select',
  description: { ja: '一覧から一つ選ぶ。', en: 'One of a list.' },
  options: { choices, empty },
  control: 'select',
}

export const combobox: FieldType = {
  ...oneOfChoices,
  name: 'combobox',
  description: {
    ja: '一覧から選ぶか、文字を入れて絞りこむ。',
    en: 'One of a long list, chosen or typed.',
  },
  options: { choices, empty },
  control: 'combobox',
  read: (raw, field) => readChoice(raw[0] ?? '', field),
}

/** The value, the label, its Latin spelling, or the beginning of just one label or spelling (東京, tokyo, kana). */
function readChoice(typed: string, field: Field): string | undefined {
  const list = choicesOf(field)
  if (list.some((choice) => choice.value === typed)) return typed
  const wanted = foldForComparison(typed)
  if (wanted === '') return undefined
  const named = list.map((choice) => ({
    value: choice.value,
    code: foldForComparison(choice.value),
    names: [choice.label.ja, choice.label.en ?? '', choice.romaji ?? ''].map(foldForComparison),
  }))
  const exact = named.find(({ code, names }) => code === wanted || names.includes(wanted))
  if (exact) return exact.value
  const begun = named.filter(({ names }) => names.some((name) => name.startsWith(wanted)))
  return begun.length === 1 && begun[0] ? begun[0].value : foldText(typed)
}
