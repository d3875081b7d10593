/**
 * The part of JSON Schema that describes our YAML. The same schemas feed the check of a file's shape,
 * the documents and editors. Names and conditions across files are checked where they are compiled.
 */
export type Shape = {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly 'x-en'?: string
  readonly properties?: { readonly [key: string]: Shape }
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Shape
  readonly items?: Shape
  readonly minItems?: number
  readonly propertyNames?: Shape
  readonly enum?: readonly (string | number | boolean)[]
  readonly const?: string | number | boolean
  readonly pattern?: string
  /** What the pattern asks for, in words. */
  readonly 'x-rule'?: { readonly ja: string; readonly en: string }
  readonly minimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly $ref?: string
}

export const says = (ja: string, en: string, shape: Shape): Shape => ({
  ...shape,
  description: ja,
  'x-en': en,
})
export const ref = (name: string): Shape => ({ $ref: `#/$defs/${name}` })
export const list = (items: Shape, minItems = 0): Shape => ({ type: 'array', items, minItems })
export const object = (
  properties: { readonly [key: string]: Shape },
  required: readonly string[] = [],
): Shape => ({ type: 'object', properties, required, additionalProperties: false })
export const map = (values: Shape): Shape => ({ type: 'object', additionalProperties: values })

/** A map whose keys are names we give meaning to. */
export const named = (names: Shape, values: Shape): Shape => ({
  ...map(values),
  propertyNames: names,
})

export const string: Shape = { type: 'string' }
export const boolean: Shape = { type: 'boolean' }
/** Anything; the compiler of conditions and expressions has better words for what is wrong inside. */
const anything: Shape = {}
export const code = (pattern: string, ja: string, en: string): Shape => ({
  type: 'string',
  pattern,
  'x-rule': { ja, en },
})
export const kebab = code(
  '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
  '半角の英小文字・数字・ハイフン（-）で、英小文字から始めてください。',
  'Use ASCII lower-case letters, digits and hyphens, beginning with a letter.',
)
export const id = code(
  '^[A-Za-z][A-Za-z0-9]*$',
  '半角の英数字で、英字から始めてください。',
  'Use ASCII letters and digits, beginning with a letter.',
)
export const colour = code(
  '^#[0-9A-Fa-f]{6}$',
  '色は "#0017c1" のように、# と16進数6桁を引用符で囲んで書いてください。',
  'Write colours like "#0017c1": six hexadecimal digits, in quotation marks.',
)
export const date = code(
  '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$',
  '日付は 2024-04-01 のように書いてください。',
  'Write dates like 2024-04-01.',
)
export const drafts = says(
  '入力の途中を下書きとして保存する（ログインする人のフォームだけ）。true は 30 日、または保存しておく長さ（60 days）。',
  'What is typed is kept as a draft, for members; true keeps it for 30 days, or say how long (60 days).',
  { type: ['boolean', 'string'] },
)
export const wholeNumber = (minimum: number, maximum: number): Shape => ({
  type: 'integer',
  minimum,
  maximum,
})

const issuedListKeys = {
  list: says('アドレス lists/… の名前。', 'Its name in the address lists/….', kebab),
  title: ref('text'),
  lead: ref('text'),
  empty: says('1件もないときの文。', 'Said when there is none.', ref('text')),
}

/** Pieces that several files share. `field` and `overlay` depend on the field's type: see `fieldShape`. */
export const commonPieces = {
  issuedList: says(
    'portal.yaml の lists の1つ：利用者の施設に発行したものか、本人の申請。',
    "One of lists in portal.yaml: what was issued to the member's facility, or what the member has filed.",
    {
      anyOf: [
        object(
          {
            accounts: says(
              '手順の issue の名前。',
              'The kind of account that a step issue names.',
              kebab,
            ),
            ids: says(
              '見せるIDと、その見出し。',
              'The ids shown, with headings.',
              map(ref('text')),
            ),
            ...issuedListKeys,
          },
          ['accounts', 'list', 'ids', 'title', 'empty'],
        ),
        object(
          {
            documents: says('文書の名前。', 'The name of a document.', kebab),
            ...issuedListKeys,
          },
          ['documents', 'list', 'title', 'empty'],
        ),
        object(
          {
            submissions: says(
              '流れの名前。本人がその流れに出した申請と状態を見せます。',
              'Names of workflows: what the member has filed under them, with its state.',
              list(kebab, 1),
            ),
            ...issuedListKeys,
          },
          ['submissions', 'list', 'title', 'empty'],
        ),
      ],
    },
  ),
  text: says('文。そのまま書くか、言語ごとに書きます。', 'A text, plain or by language.', {
    anyOf: [string, object({ ja: string, en: string }, ['ja'])],
  }),
  link: says('リンク。', 'A link.', {
    ...object(
      {
        label: ref('text'),
        to: says('ポータルの中のアドレス。', 'An address in this portal.', string),
        portal: says('ほかのポータルの名前。', 'The name of another portal.', kebab),
        url: says('https:// で始まるアドレス。', 'An address that begins with https://.', string),
        about: says(
          'リンク先の説明。「こちら」のように、リンクの文だけでは行き先が分からないときに書きます。読み上げられます。',
          'Where it leads, for screen readers; needed where the label alone does not say it.',
          ref('text'),
        ),
        newTab: says(
          '新しいタブで開く。そのことは自動で書き添えます。',
          'Opens in a new tab, which the link then says.',
          boolean,
        ),
      },
      ['label'],
    ),
  }),
  note: says('説明の段落。', 'A paragraph of explanation.', {
    anyOf: [
      string,
      object(
        {
          ja: string,
          en: string,
          text: ref('text'),
          tone: { type: 'string', enum: ['plain', 'info', 'warning'] },
          links: list(ref('link')),
        },
        [],
      ),
    ],
  }),
  help: says('ⓘで開く説明。', 'The balloon behind ⓘ.', {
    anyOf: [
      string,
      object({
        ja: string,
        en: string,
        text: ref('text'),
        open: says('はじめから開いておく。', 'Open from the start.', boolean),
      }),
    ],
  }),
  said: says(
    'messages.yaml の名前か、文（とリンク）。',
    'A name from messages.yaml, or a text with links.',
    {
      anyOf: [
        string,
        object({ ja: string, en: string, text: ref('text'), links: list(ref('link')) }),
      ],
    },
  ),
  condition: says('条件。', 'A condition.', anything),
  expression: says('値の作り方。', 'How a value is made.', anything),
  choices: says(
    '選択肢。値と文の組、または表の名前。',
    'The choices: value and text, or the name of a table.',
    {
      anyOf: [
        string,
        map(ref('text')),
        list(
          {
            type: 'object',
            properties: { value: string, label: ref('text') },
            required: ['value', 'label'],
            additionalProperties: false,
          },
          1,
        ),
      ],
    },
  ),
  duration: says('期間。例：24 hours', 'A duration such as 24 hours.', string),
  limit: says('回数の制限。例：3 per hour', 'A limit such as 3 per hour.', string),
  ref: says(
    '項目の名前。部分は「.」でつなぎます（facility.name）。',
    'The name of a field, parts joined by dots (facility.name).',
    string,
  ),
  section: {
    anyOf: [
      object(
        {
          id: says('まとまりの名前。', 'The name of the section.', id),
          title: ref('text'),
          notes: list(ref('note')),
          when: ref('condition'),
          readOnly: says(
            '読むだけのまとまり。fact や computed の項目を一覧で見せる（施設の情報など）。',
            'Only read: its facts and computed values are drawn as a list.',
            boolean,
          ),
          fields: list(ref('field'), 1),
        },
        ['id', 'fields'],
      ),
      object(
        {
          place: says(
            '選ばれた種類の部分が入る場所。種類を選ぶ項目の名前。',
            'Where the parts of the chosen type stand: the field that chooses it.',
            string,
          ),
        },
        ['place'],
      ),
    ],
  },
  confirmLine: {
    anyOf: [string, object({ ref: ref('ref'), label: ref('text') }, ['ref'])],
  },
} satisfies { readonly [name: string]: Shape }
