import {
  boolean,
  colour,
  date,
  drafts,
  id,
  kebab,
  list,
  named,
  object,
  ref,
  says,
  string,
  wholeNumber,
  type Shape,
} from './shapes.ts'
import { documentShape } from './document/shape.ts'
import { acceptShape } from './advice.ts'
import { packShape } from './inputs.ts'
import { cardShape, portalPageShapes } from './portal/page-shapes.ts'
import { scenarioShape } from './scenario/shape.ts'
import { staffShape } from './staff.ts'

export type FileKind =
  | 'portal'
  | 'messages'
  | 'facility-type'
  | 'form'
  | 'scenario'
  | 'pack'
  | 'table'
  | 'decision'
  | 'calendar'
  | 'workflow'
  | 'mail'
  | 'document'
  | 'staff'

const formStyle = (ja: string, en: string): Shape =>
  says(
    `${ja} panel：必須情報を横に出す。table：2列の表、上に▲の案内、下にボタン。narrow：1列。`,
    `${en} panel: required items beside it; table: two columns, a banner above, buttons below; narrow: one column.`,
    { type: 'string', enum: ['panel', 'table', 'narrow'] },
  )

const confirmShape = object(
  {
    as: says(
      'dialog：選んだ行を小さな窓で見せる（書かないとき）。page：すべての答えを1つの画面で見せ、項目ごとに変更できる。',
      'dialog (when left out): chosen lines; page: every answer, each with a link to change it.',
      { type: 'string', enum: ['dialog', 'page'] },
    ),
    title: ref('text'),
    lead: ref('text'),
    show: says('dialog で見せる行。', 'The lines of a dialog.', list(ref('confirmLine'), 1)),
    back: says('page の戻るボタン。', 'The button of a page that goes back.', ref('text')),
    submit: says('page の確定ボタン。', 'The button of a page that files.', ref('text')),
  },
  ['title', 'lead'],
)

const screenShape = object(
  {
    id: says('画面の名前。アドレスに出る。', 'The name of the screen, seen in addresses.', id),
    title: says('画面の見出し。', 'The heading of the screen.', ref('text')),
    lead: list(ref('note')),
    when: ref('condition'),
    sections: list(ref('section'), 1),
    next: says(
      '次の画面へ進むボタン。最後の画面では submit。',
      'The button that goes on; the last screen has the words of submit.',
      ref('text'),
    ),
    back: says('前の画面へ戻るボタン。', 'The button that goes back.', ref('text')),
    agree: says(
      '進むボタンを押すと同意になる、この画面の同意（consent）の項目。',
      'The consent of this screen that pressing the button gives.',
      id,
    ),
    ask: says(
      '進む前にたずねる。',
      'Asked before going on.',
      object({ title: ref('text'), lead: ref('text') }, ['title', 'lead']),
    ),
  },
  ['id', 'title', 'sections'],
)

/** One shape per kind of file; the first key is the one a file is recognised by. */
const ownShapes: { readonly [kind in FileKind]: Shape } = {
  portal: says('forms/<portal>/portal.yaml：ポータル', 'forms/<portal>/portal.yaml: a portal', {
    ...object(
      {
        portal: says('フォルダーと同じ名前。', 'The name of the folder.', kebab),
        title: ref('text'),
        languages: says(
          '使う言語。',
          'The languages.',
          list({ type: 'string', enum: ['ja', 'en'] }, 1),
        ),
        operator: object(
          {
            name: ref('text'),
            phone: string,
            mail: string,
            sender: object({ name: string, address: string }, ['name', 'address']),
          },
          ['name', 'phone', 'mail', 'sender'],
        ),
        contactHours: ref('text'),
        ...portalPageShapes,
        memberName: says(
          'ログイン後に右上へ出す名前。アカウントに残す（keep）項目のid。なければメールアドレス。',
          'What the account keeps as the name over its menu; the login when left out.',
          list(string, 1),
        ),
        style: formStyle('フォームの見せ方。', 'How its forms look.'),
        related: says(
          'リンクできるほかのポータル。',
          'Other portals that links may name.',
          named(kebab, object({ label: ref('text'), href: string }, ['label', 'href'])),
        ),
        banner: ref('note'),
        theme: says(
          '色。文字が読める組み合わせだけを使える。書かない色は、もとのまま。',
          'Colours; only combinations that can be read. What is left out stays as it is.',
          object(
            {
              accent: says('ボタンと線。', 'Buttons and lines.', colour),
              accentText: says('ボタンの文字。', 'Text of buttons.', colour),
              link: says('リンク。', 'Links.', colour),
              header: says('ページの一番上の背景。', 'Behind the top of the page.', colour),
              headerText: says('ページの一番上の文字。', 'Text at the top of the page.', colour),
            },
            [],
          ),
        ),
        menu: says(
          'ページの上のリンク。ログイン前（visitor）と後（account）。',
          'Links of the header, before and after login.',
          object({ visitor: list(ref('link')), account: list(ref('link')) }, []),
        ),
        tiles: list(
          object(
            {
              title: ref('text'),
              caption: ref('text'),
              to: says('なければ、公開準備中。', 'Missing: not open yet.', string),
              for: { type: 'string', enum: ['visitor', 'account', 'everyone'] },
            },
            ['title', 'caption'],
          ),
        ),
        footer: list(ref('link')),
        lists: says(
          '発行したものや申請の一覧。アドレスは lists/名前。',
          'Lists of what was issued or filed; their address is lists/<name>.',
          list(ref('issuedList')),
        ),
        catalogueCrumb: says(
          'パンくずでの、申請の一覧の名前。書かなければ「各種申請」。',
          'What breadcrumbs call the catalogue; 各種申請 when left out.',
          ref('text'),
        ),
        catalogue: list(
          object(
            {
              category: ref('text'),
              lead: ref('text'),
              cards: list(cardShape),
            },
            ['category', 'lead', 'cards'],
          ),
        ),
      },
      ['portal', 'title', 'languages', 'operator', 'contactHours', 'tiles', 'footer', 'catalogue'],
    ),
  }),
  messages: says(
    'forms/<portal>/messages.yaml：名前で使う文',
    'forms/<portal>/messages.yaml: texts used by name',
    {
      ...object({ messages: named(kebab, ref('said')) }, ['messages']),
    },
  ),
  'facility-type': says(
    'forms/<portal>/facility-types/*.yaml：施設の種類',
    'forms/<portal>/facility-types/*.yaml: a facility type',
    object(
      {
        facilityType: kebab,
        label: ref('text'),
        order: says('並び順。', 'Its place in lists.', wholeNumber(0, 10_000)),
        account: object({
          identifier: says(
            '施設を決める lookup の項目。',
            'The lookup that names the facility.',
            id,
          ),
          codeDigits: says(
            '2人目からの認証コードの桁数。書かなければ1施設1ユーザー。',
            'Digits of the code for further users; missing: one user per facility.',
            wholeNumber(4, 12),
          ),
        }),
        sections: list(ref('section'), 1),
        confirm: list(ref('confirmLine')),
        overlay: says(
          '共通の項目のうち、この種類で変わるところ。',
          'What this type changes in the common fields.',
          list(ref('overlay'), 1),
        ),
      },
      ['facilityType', 'label', 'order', 'sections'],
    ),
  ),
  form: says('forms/<portal>/*.yaml：フォーム', 'forms/<portal>/*.yaml: a form', {
    ...object(
      {
        form: says('ファイルと同じ名前。', 'The name of the file.', kebab),
        path: says('/ポータル名/ に続くアドレス。', 'The address below the portal.', kebab),
        title: ref('text'),
        heading: says(
          '見出し。ログインした人の名前など、分かっている値から作る。なければ title。',
          'The heading of the page, made of facts; the title when left out.',
          ref('expression'),
        ),
        access: { type: 'string', enum: ['visitor', 'account'] },
        workflow: says('受け付けた後の流れ。', 'What an accepted form starts.', kebab),
        requires: says(
          '先に受け付けられていなければならないフォームと、まだのときの案内。',
          'Forms that must have been accepted before, and what is said while they are not.',
          list(object({ form: kebab, say: ref('said') }, ['form', 'say']), 1),
        ),
        class: says(
          '申請区分。前の申請が受け付けられていれば変更になり、前の答えが入ります。',
          'New, or a change of an accepted application, which it begins with.',
          object({ new: ref('text'), change: ref('text') }, ['new', 'change']),
        ),
        builtin: { type: 'string', enum: ['login'] },
        style: formStyle(
          '見せ方。書かなければ portal.yaml の style。',
          'How it looks; as portal.yaml says when left out.',
        ),
        lead: list(ref('note')),
        place: says(
          '共通の項目だけが種類で変わるフォーム：種類を決める値。',
          'For forms without a place of their own: the fact that chooses the type.',
          string,
        ),
        sections: list(ref('section'), 1),
        screens: says(
          'いくつもの画面で順にたずねるとき、sections の代わりに書く。',
          'In place of sections: pages asked one after the other.',
          list(screenShape, 1),
        ),
        submit: ref('text'),
        reset: says(
          'ボタン「この画面を開いた状態に戻す」を置く。',
          'A button brings back the state as opened.',
          boolean,
        ),
        drafts,
        back: says(
          'ボタンの並びに置く、戻るリンク（最初の画面）。',
          'A link beside the buttons of the first page that leads out of the form.',
          ref('link'),
        ),
        confirm: confirmShape,
        after: list(ref('note')),
      },
      ['form', 'title', 'access', 'submit'],
    ),
  }),
  scenario: scenarioShape,
  pack: says('forms/shared/*.yaml：項目の部品', 'forms/shared/*.yaml: a pack of fields', {
    ...packShape({ name: kebab, id }),
  }),
  table: says('forms/shared/*.yaml：表', 'forms/shared/*.yaml: a reference table', {
    ...object(
      {
        table: kebab,
        rows: list(
          {
            type: 'object',
            properties: { value: string, label: ref('text') },
            required: ['value', 'label'],
            additionalProperties: string,
          },
          1,
        ),
      },
      ['table', 'rows'],
    ),
  }),
  decision: says('forms/shared/*.yaml：判定表', 'forms/shared/*.yaml: a decision table', {
    ...object(
      {
        table: kebab,
        by: says(
          '判定に使う項目。いくつもあるときは一覧にする。',
          'What decides: one field, or a list of them.',
          { anyOf: [ref('ref'), list(ref('ref'), 1)] },
        ),
        rows: says(
          '1行は、by の順の値と、最後に結果。値は、1つの値、値の一覧、{ min, max }、何でもよい "*"。',
          'Each row: a cell for each name in by, then the result. A cell is a value, a list of values, { min, max }, or "*" for whatever.',
          list(list({}), 1),
        ),
        otherwise: says('どの行にも当てはまらないときの結果。', 'The result where no row fits.', {
          type: ['string', 'number', 'boolean'],
        }),
      },
      ['table', 'by', 'rows'],
    ),
  }),
  calendar: says('forms/shared/*.yaml：暦', 'forms/shared/*.yaml: a calendar of business days', {
    ...object(
      {
        calendar: kebab,
        from: says('この暦が分かる最初の日。', 'The first day it knows of.', date),
        to: says('この暦が分かる最後の日。', 'The last day it knows of.', date),
        days: list(
          object(
            {
              date,
              name: string,
              open: says('true：休日でも営業する日。', 'true: open all the same.', boolean),
            },
            ['date', 'name'],
          ),
        ),
      },
      ['calendar', 'days'],
    ),
  }),
  workflow: says('workflows/*.yaml：受け付けた後の流れ', 'workflows/*.yaml: what happens next', {
    ...object(
      {
        workflow: kebab,
        title: ref('text'),
        login: says(
          'アカウントのログイン名になる項目。login.isTaken が使えます。',
          'The field that is the login name; gives login.isTaken.',
          string,
        ),
        calendar: says(
          '営業日（business days）を数える暦。いくつか並べることもできます。',
          'The calendar, or calendars, in which business days are counted.',
          { anyOf: [kebab, list(kebab, 1)] },
        ),
        start: list(ref('choice'), 1),
        states: named(id, ref('state')),
        migrate: ref('mapping'),
      },
      ['workflow', 'title', 'start', 'states'],
    ),
  }),
  mail: says('workflows/mails/*.yaml：メール', 'workflows/mails/*.yaml: a mail', {
    ...object(
      {
        mail: kebab,
        subject: ref('text'),
        text: ref('text'),
        body: says('HTML の本文（MJML）。', 'The body as MJML.', ref('text')),
      },
      ['mail', 'subject', 'text', 'body'],
    ),
  }),
  document: documentShape,
  staff: staffShape,
}

/** Every kind of file may say which advice it does not follow. */
export const fileShapes: { readonly [kind in FileKind]: Shape } = withAccept(ownShapes)

function withAccept(shapes: { [kind in FileKind]: Shape }): { readonly [kind in FileKind]: Shape } {
  const out = { ...shapes }
  for (const kind of Object.keys(out) as FileKind[])
    out[kind] = { ...out[kind], properties: { ...out[kind].properties, accept: acceptShape } }
  return out
}
