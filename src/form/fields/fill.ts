import type { FieldType } from './field-type.ts'

/** Offers what a plugin knows, such as the address of a postal code, for other fields (E15); never an answer itself. */
export const fill: FieldType = {
  name: 'fill',
  description: {
    ja: '押すと問い合わせて、ほかの項目に入力するボタン。入った内容は直せる。',
    en: 'A button that asks a plugin and fills other fields, which stay open to change.',
  },
  options: {
    source: {
      kind: 'lookup-source',
      required: true,
      schema: { type: 'string', description: 'プラグイン名.関数名', 'x-en': 'plugin.function' },
    },
    by: {
      kind: 'expressions',
      required: true,
      schema: {
        type: 'object',
        description: '問い合わせの入力。項目の id か { is: 決まった値 }',
        'x-en': 'Inputs of the question',
      },
    },
    fill: {
      kind: 'fill',
      required: true,
      schema: {
        type: 'object',
        description: '入力する先。結果の名前: 項目の id',
        'x-en': 'Where the result goes: the id of a field by property',
      },
    },
    needs: {
      kind: 'message',
      required: true,
      schema: {
        type: ['string', 'object'],
        description: '問い合わせの入力がまだ揃っていないときの文',
        'x-en': 'Said when the inputs are not complete',
      },
    },
    notFound: {
      kind: 'message',
      required: true,
      schema: {
        type: ['string', 'object'],
        description: '見つからないときの文',
        'x-en': 'Said when nothing is found',
      },
    },
  },
  control: 'fill',
  isInput: false,
  isTransient: true,
  read: () => undefined,
  asked: () => undefined,
  schema: () => ({ not: {} }),
  issue: () => ({ code: 'derived.wrong' }),
  show: () => '',
}
