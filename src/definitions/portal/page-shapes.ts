import {
  boolean,
  code,
  date,
  kebab,
  list,
  named,
  object,
  ref,
  says,
  string,
  wholeNumber,
  type Shape,
} from '../shapes.ts'

/** Files of Markdown, by the folder they lie in. */
export type MarkdownKind = 'page' | 'notice' | 'faq'

const audience = says(
  '読める人。account：ログインした人だけ。書かなければ、だれでも。',
  'Who may read it. account: only who is logged in; everybody when left out.',
  { type: 'string', enum: ['account', 'everyone'] },
)
const topic = says('portal.yaml の topics の名前。', 'A name from topics in portal.yaml.', kebab)

/** What stands between the lines `---` at the start of each kind of Markdown file. */
export const markdownShapes: { readonly [kind in MarkdownKind]: Shape } = {
  page: says(
    'forms/<portal>/pages/*.md：ページ。先頭の --- の間に書くもの',
    'forms/<portal>/pages/*.md: a page. What stands between the lines --- at its start',
    object(
      {
        title: string,
        for: audience,
        start: says(
          'フォームの前に読むページにする：はじめに見えるボタンの文と、フォームのアドレス。',
          'Makes it the page before a form: the words of the button, and the address of the form.',
          object({ label: ref('text'), to: string }, ['label', 'to']),
        ),
        shows: says(
          '文の後に見せるもの。contact：電話・メールと、今の受付状況。documents：portal.yaml の documents。',
          'What follows the text. contact: phone, mail and whether it is open now; documents: those of portal.yaml.',
          { type: 'string', enum: ['contact', 'documents'] },
        ),
      },
      ['title'],
    ),
  ),
  notice: says(
    'forms/<portal>/notices/*.md：お知らせ。先頭の --- の間に書くもの',
    'forms/<portal>/notices/*.md: a notice. What stands between the lines --- at its start',
    object(
      {
        title: string,
        date: says(
          'お知らせの日。その日から見えるようになります。',
          'Its day; it is shown from then on.',
          date,
        ),
        until: says('見える最後の日。', 'The last day on which it is shown.', date),
        tag: says(
          'portal.yaml の noticeTags の名前。',
          'A name from noticeTags in portal.yaml.',
          kebab,
        ),
        pinned: says(
          'true：一覧の一番上と、トップページに出す。',
          'true: at the top of the list and on the top page.',
          boolean,
        ),
        topic,
        for: audience,
      },
      ['title', 'date', 'tag'],
    ),
  ),
  faq: says(
    'forms/<portal>/faq/*.md：よくある質問の分類。先頭の --- の間に書くもの',
    'forms/<portal>/faq/*.md: a category of questions. What stands between the lines --- at its start',
    object(
      {
        title: string,
        order: says('並び順。', 'Its place among the categories.', wholeNumber(0, 10_000)),
        topic,
        for: audience,
      },
      ['title', 'order'],
    ),
  ),
}

const time = code(
  '^([01]?[0-9]|2[0-3]):[0-5][0-9]$',
  '時刻は "8:00" のように、引用符で囲んで書いてください。',
  'Write times like "8:00", in quotation marks.',
)

/** What portal.yaml says of its own pages. */
export const portalPageShapes = {
  hours: says(
    '受付時間。今、受け付けているかどうかを、暦から決めて見せます。',
    'Contact hours, from which and the calendar the page tells whether it is open now.',
    object(
      {
        calendar: says(
          '休みの暦。いくつか並べることもできます。',
          'The calendar of days off, or several.',
          { anyOf: [kebab, list(kebab, 1)] },
        ),
        open: list(
          object(
            {
              days: list(
                {
                  type: 'string',
                  enum: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
                },
                1,
              ),
              from: time,
              to: time,
            },
            ['days', 'from', 'to'],
          ),
          1,
        ),
      },
      ['calendar', 'open'],
    ),
  ),
  topics: says(
    'お知らせ、質問、資料を分ける話題。',
    'Topics that notices, questions and documents may belong to.',
    named(kebab, ref('text')),
  ),
  noticeTags: says(
    'お知らせに付ける札。',
    'Tags of notices.',
    named(
      kebab,
      object({ label: ref('text'), tone: { type: 'string', enum: ['info', 'warning'] } }, [
        'label',
      ]),
    ),
  ),
  furigana: says(
    '読みがなの表（forms/shared）の名前。value が言葉、label が読み。',
    'The name of a table of readings (forms/shared): value is the word, label how it is read.',
    kebab,
  ),
  documents: says(
    '資料のまとまり。ページに shows: documents と書くと、そこに並びます。',
    'Groups of documents; a page with shows: documents lists them.',
    list(
      object(
        {
          group: ref('text'),
          items: list(
            object(
              {
                title: ref('text'),
                description: ref('text'),
                file: says(
                  'forms/<portal>/files/ に置いたファイル（pdf、png、xlsx）。',
                  'A file in forms/<portal>/files/ (pdf, png, xlsx).',
                  string,
                ),
                to: says('ポータルの中のアドレス。', 'An address in this portal.', string),
                url: says('https:// で始まるアドレス。', 'An address over TLS.', string),
                for: audience,
              },
              ['title'],
            ),
            1,
          ),
        },
        ['group', 'items'],
      ),
    ),
  ),
} satisfies { readonly [key: string]: Shape }

/** A card of the catalogue. */
export const cardShape: Shape = object(
  {
    title: ref('text'),
    description: ref('text'),
    state: says(
      'open：進める。preparation：公開準備中。restricted：types の施設だけが進める。',
      'open; preparation: not yet; restricted: only for the facilities named in types.',
      { type: 'string', enum: ['open', 'preparation', 'restricted'] },
    ),
    to: string,
    from: says('受け付ける最初の日。', 'The first day it is open.', date),
    until: says('受け付ける最後の日。', 'The last day it is open.', date),
    types: says('進める施設の種類。', 'The facility types that may go on.', list(kebab, 1)),
    reason: says('進めない人に見せる理由。', 'Said to those who cannot go on.', ref('text')),
  },
  ['title', 'description', 'state'],
)
