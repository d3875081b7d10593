import type { Answer, JsonObject, LookupOptions } from '../form.ts'
import type { FieldType } from './field-type.ts'

/** Asks a lookup function of a plugin; its result is an object that others may refer to. `evaluate` does the asking. */
export const lookup: FieldType = {
  name: 'lookup',
  description: {
    ja: '台帳などへの問い合わせ。結果を読み取り専用で見せる。',
    en: 'A question to a plugin; the result is shown read-only.',
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
    at: {
      kind: 'field',
      required: true,
      schema: {
        type: 'string',
        description: 'この問い合わせの知らせを示す項目の id',
        'x-en': 'The field at which its messages stand',
      },
    },
    show: {
      kind: 'lookup-show',
      schema: {
        type: 'object',
        description: '見せる結果と見出し',
        'x-en': 'Properties shown, with labels',
      },
    },
    fill: {
      kind: 'fill',
      schema: {
        type: 'object',
        description:
          '見つかったものを入れる項目。結果の名前: 項目の id。入った内容は直せて、打ち込んだものは置き換えない',
        'x-en':
          'Fields that what is found goes into, by property; they stay open to change, and nothing typed is replaced',
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
    elsewhere: {
      kind: 'lookup-elsewhere',
      schema: {
        type: 'array',
        description: '見つからないときに続けて調べる先',
        'x-en': 'Asked next, in order',
      },
    },
    refuse: {
      kind: 'lookup-refuse',
      schema: {
        type: 'array',
        description: '見つかっても断る条件',
        'x-en': 'When a result is refused',
      },
    },
  },
  control: 'lookup',
  isInput: false,
  read: () => undefined,
  schema: () => ({ type: 'object', readOnly: true }),
  issue: () => ({ code: 'derived.wrong' }),
  show(value: Answer, field) {
    if (value === null || typeof value !== 'object') return ''
    const options = field.options as unknown as LookupOptions
    return (options.show ?? [])
      .map(({ property }) => (value as JsonObject)[property])
      .filter((part) => typeof part === 'string' || typeof part === 'number')
      .join(' ')
  },
}
