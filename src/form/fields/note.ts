import type { FieldType } from './field-type.ts'

/** What only stands on the page: never an answer, never stored. */
const onlyDrawn = {
  isInput: false,
  isTransient: true,
  options: {},
  read: () => undefined,
  derive: () => undefined,
  schema: () => ({ not: {} }),
  issue: () => ({ code: 'derived.wrong' }),
  show: () => '',
} satisfies Partial<FieldType>

export const heading: FieldType = {
  ...onlyDrawn,
  name: 'heading',
  description: {
    ja: '項目の間の小見出し。見出しの文は label に書く。',
    en: 'A heading between fields; its text is the label.',
  },
  control: 'heading',
}

export const note: FieldType = {
  ...onlyDrawn,
  name: 'note',
  description: {
    ja: '項目の間の説明。文は label、リンクは links に書く。',
    en: 'A paragraph between fields; its text is the label.',
  },
  options: {
    links: {
      kind: 'links',
      schema: { type: 'array', description: '文の後に置くリンク', 'x-en': 'Links behind the text' },
    },
    tone: {
      kind: 'plain',
      schema: {
        type: 'string',
        enum: ['plain', 'info', 'warning'],
        description: '見せ方（書かなければ plain）',
        'x-en': 'How it looks; plain when left out',
      },
    },
  },
  control: 'note',
}
