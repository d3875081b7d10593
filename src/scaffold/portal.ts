import { courseFiles } from './course.ts'
import { wordsFor, yamlFile, type NewFile } from './words.ts'

/** The first form of a new portal. */
export const FIRST_FORM = 'apply'

/** A portal with a first application: its form, course, mails and pages. Mails need the two layouts, which all share. */
export function portalFiles(name: string): NewFile[] {
  const workflow = `${name}-${FIRST_FORM}`
  const page = (stem: string, title: string, text: string): NewFile => ({
    path: `forms/${name}/pages/${stem}.md`,
    text: `---\ntitle: ${title}\n---\n${text}\n`,
  })
  return [
    yamlFile(`forms/${name}/portal.yaml`, 'portal', portal(name)),
    page(
      'contact',
      'お問い合わせ先',
      '- 電話：03-0000-0000\n- 受付時間：月曜日～金曜日 9:00～17:00（祝日を除く）',
    ),
    page(
      'privacy',
      'プライバシーポリシー',
      '## 集める情報と目的\n\nご入力いただいた内容は、申込みの受付とご連絡のためだけに使います。',
    ),
    ...courseFiles({ portal: name, form: FIRST_FORM, workflow }, wordsFor(['ja'])),
  ]
}

function portal(name: string): string {
  return `portal: ${name}                 # フォルダーと同じ名前。アドレス：/${name}/
title: 見本のポータル
languages: [ja]               # 英語も使うときは [ja, en]（すべての文に英語が必要になります）
operator:                     # 運営者：ページの下とメールに表示されます
  name: 見本の運営者
  phone: 03-0000-0000
  mail: contact@example.jp
  sender: { name: 見本のポータル, address: noreply@example.jp }   # メールの差出人
contactHours: 月曜日～金曜日 9:00～17:00（祝日を除く）
tiles:                        # はじめのページの大きなボタン
  - { title: 申し込む, caption: はじめての方, to: ${FIRST_FORM} }
  - { title: お問い合わせ先, caption: 電話・メール, to: pages/contact }
  - { title: よくある質問, caption: 準備中です }   # to のないものは、公開準備中になります
footer:
  - { label: プライバシーポリシー, to: pages/privacy }
catalogue:                    # 申請の一覧
  - category: 申込み
    lead: この窓口で受け付けている申込みです。
    cards:
      - { title: 見本の申込み, description: 氏名とメールアドレスで申し込みます。, state: open, to: ${FIRST_FORM} }
`
}

/** The common frame of all mails, for a folder of definitions that has none yet. */
export const layoutFiles: readonly NewFile[] = [
  {
    path: 'workflows/mails/layout.mjml',
    text: `<mjml lang="ja">
  <mj-head>
    <mj-title>{{portal.title}}</mj-title>
    <mj-attributes>
      <mj-all font-family="sans-serif" color="#1a1a1a" />
      <mj-text font-size="16px" line-height="1.7" />
      <mj-button font-size="16px" align="left" background-color="#0017c1" color="#ffffff" />
    </mj-attributes>
  </mj-head>
  <mj-body width="600px" background-color="#ffffff">
    <mj-section>
      <mj-column>
        {{body}}
      </mj-column>
    </mj-section>
    <mj-section background-color="#f2f2f2">
      <mj-column>
        <mj-text font-size="14px">
          <p>受付番号：{{number}}</p>
          <p>{{operator.name}}<br />電話：{{operator.phone}}<br />メール：{{operator.mail}}<br />受付時間：{{contactHours}}</p>
        </mj-text>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
`,
  },
  {
    path: 'workflows/mails/layout.txt',
    text: `{{body}}

受付番号：{{number}}

{{portal.title}}
{{operator.name}}
電話：{{operator.phone}}
メール：{{operator.mail}}
受付時間：{{contactHours}}
`,
  },
]
