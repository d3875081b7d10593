import type { File, Kinds } from '../../src/definitions/index.ts'
import { fieldTypes } from '../../src/form/fields/index.ts'

/** A small portal without a mistake; each sample changes a few lines of it. */
const texts: { readonly [path: string]: string } = {
  'forms/library/portal.yaml': `portal: library
title: 図書館の窓口
languages: [ja]
operator:
  name: 見本図書館
  phone: 0000-00-0000
  mail: desk@example.jp
  sender: { name: 図書館, address: from@example.jp }
contactHours: 平日 9:00～17:00
tiles:
  - { title: 貸出カード, caption: はじめての方, to: card, for: visitor }
footer:
  - { label: 利用規約, to: pages/terms }
catalogue: []
lists:
  - { list: seats, accounts: seat, ids: { user: 利用者ID }, title: 閲覧席, empty: まだありません。 }
  - { list: cards, documents: seat-card, title: ご案内, empty: まだありません。 }
`,
  'forms/library/messages.yaml': `messages:
  taken: このメールアドレスは登録済みです。
  not-found: 会員番号が見つかりません。番号をお確かめください。
`,
  'forms/library/pages/terms.md': `---
title: 利用規約
---
本は**2週間**でお返しください。[貸出カード](card)はお一人1枚です。
`,
  'forms/library/pages/sent.md': `---
title: 送信しました
---
メールをご覧ください。
`,
  'forms/library/facility-types/adult.yaml': `facilityType: adult
label: 大人
order: 1
account: { identifier: member }
sections:
  - id: own
    fields:
      - id: memberNo
        type: digits
        label: 会員番号
        required: true
        length: 6
      - id: member
        type: lookup
        source: register.member
        by: { number: memberNo }
        at: memberNo
        show: { name: 会員名 }
        notFound: not-found
confirm: [memberNo, member.name]
`,
  'forms/library/facility-types/child.yaml': `facilityType: child
label: こども
order: 2
account: { identifier: member }
sections:
  - id: own
    fields:
      - id: memberNo
        type: digits
        label: 会員番号
        required: true
        length: 4
      - id: member
        type: lookup
        source: register.member
        by: { number: memberNo }
        at: memberNo
        show: { name: 会員名 }
        notFound: not-found
      - id: guardian
        type: text
        label: 保護者の名前
        required: true
        when: { member.isMinor: true }
confirm: [memberNo, guardian]
overlay:
  - id: email
    label: 保護者のメールアドレス
`,
  'forms/library/card.yaml': `form: card
path: card
title: 貸出カードの申込み
access: visitor
workflow: card
sections:
  - id: person
    fields:
      - id: name
        type: text
        label: 名前
        required: true
      - id: kind
        type: facility-type
        label: 種類
        required: true
  - place: kind
  - id: contact
    fields:
      - use: address
      - id: branch
        type: select
        label: 受け取る館
        required: true
        choices: branches
      - id: floor
        type: select
        label: 階
        when: { branch: "01" }
        choices: { "1": 1階, "2": 2階 }
      - id: cardName
        type: computed
        label: カードの表記
        value: { join: [name, branch] }
submit: 申し込む
confirm:
  title: 内容の確認
  lead: 次の内容で申し込みます。
  show: [name, kind, place, email, branch]
`,
  'forms/library/reset.yaml': `form: reset
title: 暗証番号
access: visitor
sections:
  - id: pin
    fields:
      - id: pin
        type: password
        label: 暗証番号
        required: true
submit: 決める
`,
  'forms/shared/address.yaml': `pack: address
fields:
  - id: email
    type: email
    label: メールアドレス
    required: true
`,
  'forms/shared/branches.yaml': `table: branches
rows:
  - { value: "01", label: 中央館 }
  - { value: "02", label: 東館 }
`,
  'workflows/card.yaml': `workflow: card
title: 貸出カード
login: email
start:
  - when: { login.isTaken: true }
    to: refused
  - to: waiting
states:
  waiting:
    label: 確認待ち
    replaces: [email]
    enter:
      - mail: confirm
        to: email
        link: { action: activate, expires: 24 hours, then: expired }
    actions:
      activate: { by: link, label: 確認する, form: reset, to: active }
      resend: { by: applicant, label: 再送する, limit: 3 per hour, again: confirm }
    page: sent
  active:
    label: 発行済み
    enter:
      - account: create
        login: email
        password: activate.pin
        facility: member
        keep: [name, kind]
        conflict: taken
    end: accepted
  refused:
    label: 登録済み
    page: sent
    end: refused
  expired:
    label: 期限切れ
    end: discarded
`,
  'forms/library/desk.yaml': `form: desk
path: desk
title: 閲覧席の利用
access: account
workflow: desk
sections:
  - id: wish
    fields:
      - { id: seats, type: integer, label: 席の数, required: true, min: 1, max: 4 }
      - { id: remarks, type: text, label: 備考 }
submit: 申し込む
`,
  'workflows/desk.yaml': `workflow: desk
title: 閲覧席の利用
start:
  - to: issuing
states:
  issuing:
    label: 発行中
    steps:
      - id: keys
        issue: seat
        count: seats
        ids: { user: S0000 }
        password: { length: 10, shown: 3 days }
      - document: seat-card
        each: steps.keys.issued
        as: seat
        with: { floor: { is: 2階 } }
    then: issued
  issued:
    label: 発行済み
    end: accepted
`,
  'workflows/documents/seat-card.yaml': `document: seat-card
title: 閲覧席のご案内 {{number}}
page: { header: '{{portal.title}}' }
body:
  - heading: 閲覧席のご案内
    level: 1
  - rows:
      - { label: 利用者ID, value: '{{seat.user}}', face: credential }
      - { label: パスワード, value: '{{seat.password}}', empty: －, face: credential }
      - { label: 階, value: '{{floor}}' }
  - note: 備考 {{remarks}}
    when: { remarks: { empty: false } }
`,
  'workflows/mails/confirm.yaml': `mail: confirm
subject: 確認のお願い
text: |
  {{name}} 様
  {{link}}
body: |
  <mj-text><p>{{name}} 様</p></mj-text>
`,
  'workflows/mails/layout.mjml':
    '<mjml><mj-body><mj-section><mj-column>\n{{body}}\n</mj-column></mj-section></mj-body></mjml>\n',
  'workflows/mails/layout.txt': '{{body}}\n',
}

export const baseTexts: ReadonlyMap<string, string> = new Map(Object.entries(texts))

export function baseFiles(changes: Iterable<readonly [string, string]> = []): File[] {
  return [...new Map([...baseTexts, ...changes])].map(([path, text]) => ({ path, text }))
}

/** The real field types with one lookup that has a public and a secret part. */
export const kinds: Kinds = {
  fieldTypes,
  lookups: {
    'register.member': {
      input: {
        type: 'object',
        properties: { number: { type: 'string' }, branch: { type: 'string' } },
        required: ['number'],
        additionalProperties: false,
      },
      output: {
        type: 'object',
        properties: {
          name: { type: 'string' },
          isMinor: { type: 'boolean' },
          level: { type: 'string', enum: ['basic', 'full'] },
          age: { type: 'integer', minimum: 0, maximum: 130 },
          since: { type: 'string', format: 'date' },
          loans: { type: 'array', items: { type: 'object' } },
          pin: { type: 'string', 'x-secret': true },
        },
      },
      limit: { times: 30, perMs: 60_000 },
    },
    'register.titles': {
      gives: 'candidates',
      input: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
      output: {
        type: 'object',
        properties: {
          candidates: {
            type: 'array',
            items: {
              type: 'object',
              properties: { label: { type: 'string' }, title: { type: 'string' } },
            },
          },
        },
      },
      limit: { times: 30, perMs: 60_000 },
    },
    'register.verify': {
      gives: 'verdict',
      input: { type: 'object', properties: { pin: { type: 'string' } }, required: ['pin'] },
      output: { type: 'object', properties: {} },
      limit: { times: 30, perMs: 60_000 },
    },
  },
  effects: {
    'register.enter': {
      payload: {
        type: 'object',
        properties: { name: { type: 'string' }, branch: { type: 'string' } },
        required: ['name'],
        additionalProperties: false,
      },
      result: { type: 'object', properties: { cardNumber: { type: 'string' } } },
    },
  },
}

/** MJML is tried elsewhere; here only what stands around it counts. */
export function compileBody(layout: string, body: string) {
  const warnings = body.includes('<script')
    ? [{ message: 'script', line: 1, in: 'body' as const }]
    : []
  return Promise.resolve({ html: layout.replace('{{body}}', body), warnings })
}
