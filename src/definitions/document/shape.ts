import {
  boolean,
  id,
  kebab,
  list,
  object,
  ref,
  says,
  string,
  wholeNumber,
  type Shape,
} from '../shapes.ts'

const align: Shape = { type: 'string', enum: ['left', 'center', 'right'] }
const as = says('1件ぶんを指す名前。', 'What one of them is called.', id)
const when = { when: ref('condition') }
const empty = says('値が空のときに印刷する文。', 'Printed when the value is empty.', string)

/** Blocks that may stand anywhere; the first key tells which one is meant. */
const blocks: readonly Shape[] = [
  object({ heading: string, level: wholeNumber(1, 2), ...when }, ['heading']),
  object({ paragraph: string, align, ...when }, ['paragraph']),
  object({ note: says('枠で囲む注意書き。', 'Set apart in a frame.', string), ...when }, ['note']),
  object(
    {
      rows: says(
        '見出しと値の表。',
        'Labels and values in two columns.',
        list(
          object(
            {
              label: string,
              value: string,
              empty,
              face: says(
                'credential：書き写すIDなど。大きく、まぎれない字で印刷します。',
                'credential: large, in letters no two of which look alike.',
                { type: 'string', enum: ['plain', 'credential'] },
              ),
              ...when,
            },
            ['label', 'value'],
          ),
          1,
        ),
      ),
      ...when,
    },
    ['rows'],
  ),
  object(
    {
      table: says('行の一覧になる値。', 'The value whose items are the rows.', ref('ref')),
      as,
      columns: list(object({ label: string, value: string, empty, align }, ['label', 'value']), 1),
      empty: says('1行もないときに印刷する文。', 'Printed when there is no row.', string),
      ...when,
    },
    ['table', 'as', 'columns'],
  ),
  object({ list: list(string, 1), ordered: boolean, ...when }, ['list']),
  object({ qr: string, caption: string, ...when }, ['qr', 'caption']),
  object({ newPage: { type: 'boolean', const: true }, ...when }, ['newPage']),
]

export const documentShape: Shape = says(
  'workflows/documents/*.yaml：文書（PDF）',
  'workflows/documents/*.yaml: a document (PDF)',
  object(
    {
      document: kebab,
      title: says(
        '文書の題名。{{名前}} で値が入ります。',
        'Its title; {{name}} is a value.',
        string,
      ),
      language: { type: 'string', enum: ['ja', 'en'] },
      page: object({
        size: { type: 'string', enum: ['A4', 'A5'] },
        header: says('各ページの上。', 'At the top of each page.', string),
        footer: says(
          '各ページの下。書かなければ「{{page}} / {{pages}}」（ページ番号と全ページ数）。',
          'At the foot of each page; {{page}} / {{pages}} when left out.',
          string,
        ),
      }),
      body: says('上から順に印刷するもの。', 'What is printed, from top to bottom.', {
        ...list(
          {
            anyOf: [
              object(
                {
                  each: says(
                    '1件ごとにくり返す一覧。',
                    'The list whose items are printed one by one.',
                    ref('ref'),
                  ),
                  as,
                  newPage: says('1件ごとにページを変える。', 'Each on a page of its own.', boolean),
                  body: list({ anyOf: blocks }, 1),
                  ...when,
                },
                ['each', 'as', 'body'],
              ),
              // Last: each may have a key newPage as well.
              ...blocks,
            ],
          },
          1,
        ),
      }),
    },
    ['document', 'title', 'body'],
  ),
)
