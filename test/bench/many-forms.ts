import type { File, Kinds } from '../../src/definitions/index.ts'
import { fieldTypes } from '../../src/form/fields/index.ts'

/** A portal with this many forms of twenty fields each: the kinds of fields, conditions and texts that real ones have. */
export function manyForms(count: number): File[] {
  return [
    ...fixed.map(([path, text]) => ({ path, text })),
    ...Array.from({ length: count }, (_, index) => ({
      path: `forms/bureau/form-${index}.yaml`,
      text: formText(index),
    })),
    { path: 'forms/bureau/portal.yaml', text: portalText(count) },
  ]
}

export const kinds: Kinds = { fieldTypes, lookups: {}, effects: {} }

const fixed: readonly (readonly [string, string])[] = [
  [
    'forms/shared/person.yaml',
    `pack: person
fields:
  - { id: lastName, type: text, label: { ja: 姓, en: Last name }, required: true, maxLength: 40 }
  - { id: firstName, type: text, label: { ja: 名, en: First name }, required: true, maxLength: 40 }
`,
  ],
  [
    'workflows/bureau.yaml',
    `workflow: bureau
title: { ja: 申請, en: Application }
start:
  - to: received
states:
  received:
    label: { ja: 受付済み, en: Received }
    end: accepted
`,
  ],
]

function portalText(count: number): string {
  const cards = Array.from(
    { length: count },
    (_, index) =>
      `      - { title: { ja: 申請 ${index}, en: Application ${index} }, description: { ja: 説明, en: Text }, state: open, to: form-${index} }`,
  )
  return `portal: bureau
title: { ja: 総合窓口, en: Bureau }
languages: [ja, en]
operator:
  name: { ja: 見本の運営者, en: Operator }
  phone: 0800-000-0000
  mail: contact@example.jp
  sender: { name: 総合窓口, address: from@example.jp }
contactHours: { ja: 平日 9:00～17:00, en: Weekdays 9 to 17 }
tiles: []
footer: []
catalogue:
  - category: { ja: 申請, en: Applications }
    lead: { ja: 一覧です。, en: The list. }
    cards:
${cards.join('\n')}
`
}

function formText(index: number): string {
  return `form: form-${index}
path: form-${index}
title: { ja: 申請 ${index}, en: Application ${index} }
access: visitor
workflow: bureau
sections:
  - id: person
    title: { ja: 申請者, en: Applicant }
    fields:
      - use: person
      - id: email
        type: email
        label: { ja: メールアドレス, en: E-mail }
        required: true
        hint: { ja: 確認のメールが届きます, en: A mail will be sent there }
      - id: phone
        type: phone
        label: { ja: 電話番号, en: Phone }
      - id: kind
        type: radio
        label: { ja: 区分, en: Kind }
        required: true
        choices: { "1": { ja: 新規, en: New }, "2": { ja: 変更, en: Change }, "3": { ja: 廃止, en: End } }
${[1, 2, 3].map((n) => branch(n)).join('')}submit: { ja: 申請する, en: Apply }
confirm:
  title: { ja: 内容の確認, en: Check }
  lead: { ja: 次の内容で申請します。, en: This will be sent. }
  show: [lastName, firstName, email, kind]
`
}

/** Five fields that are asked in one case only. */
function branch(n: number): string {
  return `  - id: case${n}
    title: { ja: 区分 ${n} の内容, en: Case ${n} }
    when: { kind: "${n}" }
    fields:
      - id: code${n}
        type: digits
        length: 10
        label: { ja: 番号, en: Code }
        example: { ja: "0123456789", en: "0123456789" }
        required: true
      - id: reason${n}
        type: text
        label: { ja: 理由, en: Reason }
        help: { ja: できるだけ詳しく, en: As precisely as you can }
        maxLength: 200
      - id: count${n}
        type: integer
        label: { ja: 台数, en: Number }
        min: 1
        max: 99
      - id: place${n}
        type: select
        label: { ja: 場所, en: Place }
        choices: { "01": { ja: 本館, en: Main }, "02": { ja: 別館, en: Annex } }
        requiredWhen: { count${n}: { min: 3 } }
      - id: line${n}
        type: computed
        label: { ja: 表記, en: Line }
        value: { join: [code${n}, reason${n}] }
`
}
