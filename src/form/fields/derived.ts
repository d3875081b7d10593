import { evaluateExpression } from '../expression.ts'
import type { Answer, Field, Locale } from '../form.ts'
import { numberWords } from '../formats.ts'
import type { FieldType, OptionSpec } from './field-type.ts'
import { expressionOption, inLocale, stringOption, textOption } from './option.ts'

/** What nobody types: requests cannot set it. */
const derived = {
  control: 'output',
  isInput: false,
  read: () => undefined,
  issue: () => ({ code: 'derived.wrong' }),
} satisfies Partial<FieldType>

const ofExpression: NonNullable<FieldType['derive']> = (field, scope) => {
  const expression = expressionOption(field, 'value')
  return expression === undefined ? undefined : evaluateExpression(expression, scope)
}

const unit: OptionSpec = {
  kind: 'text',
  schema: {
    type: ['string', 'object'],
    description: '数の後に出す単位。数は3桁ごとに区切られる。例：円',
    'x-en': 'The unit behind a number, which is then grouped by thousands; such as yen',
  },
}

/** A number with its unit, `120,000円`; anything else as it is. */
function shown(value: Answer, field: Field, locale: Locale): string {
  const behind = textOption(field, 'unit')
  if (behind && typeof value === 'number')
    return `${numberWords(value, locale)}${locale === 'en' ? ' ' : ''}${inLocale(behind, locale)}`
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

export const computed: FieldType = {
  ...derived,
  name: 'computed',
  description: {
    ja: 'ほかの入力から自動で作る値。',
    en: 'A value made from other answers.',
  },
  options: {
    value: {
      kind: 'expression',
      required: true,
      schema: {
        type: ['string', 'object'],
        description: '値の作り方（join でつなぐ、format で形を整える）',
        'x-en': 'How it is made (join, format)',
      },
    },
    unit,
  },
  derive: ofExpression,
  schema: () => ({ type: ['string', 'number', 'boolean'], readOnly: true }),
  show: shown,
}

export const constant: FieldType = {
  ...derived,
  name: 'constant',
  description: { ja: '決まった値。', en: 'A fixed value.' },
  options: {
    value: {
      kind: 'plain',
      required: true,
      schema: {
        type: 'string',
        minLength: 1,
        description: '値。数字だけのときも引用符で囲む',
        'x-en': 'The value; quote digits too',
      },
    },
    show: {
      kind: 'text',
      schema: {
        type: ['string', 'object'],
        description: '値の代わりに見せる文字',
        'x-en': 'Shown instead of the value',
      },
    },
  },
  derive: (field) => stringOption(field, 'value'),
  schema: (field) => ({ const: stringOption(field, 'value') ?? null, readOnly: true }),
  show(value, field, locale) {
    const shown = textOption(field, 'show')
    return shown ? inLocale(shown, locale) : String(value)
  },
}

/** Known already (the account's login name); shown, never stored with the answers. */
export const fact: FieldType = {
  ...derived,
  name: 'fact',
  description: {
    ja: 'すでに分かっている値。見せるだけで保存しない。',
    en: 'Something already known; shown, never stored.',
  },
  options: {
    value: {
      kind: 'expression',
      required: true,
      schema: {
        type: 'string',
        description: '値の場所。例：account.login',
        'x-en': 'Where it is found, such as account.login',
      },
    },
    unit,
    links: {
      kind: 'links',
      schema: { type: 'array', description: '下に置くリンク', 'x-en': 'Links below it' },
    },
  },
  isTransient: true,
  derive: ofExpression,
  schema: () => ({ readOnly: true }),
  show: shown,
}
