import { yamlFile, type NewFile, type Words } from './words.ts'

/** A course and what belongs to it: the form that starts it, its mails, its pages. */
export type CourseNames = {
  readonly portal: string
  readonly form: string
  readonly workflow: string
}

/** A course in which the applicant confirms by a link in a mail, with the smallest form that starts it. */
export function courseFiles(names: CourseNames, words: Words): NewFile[] {
  const { portal, form, workflow } = names
  const mail = (name: string) => `workflows/mails/${workflow}-${name}.yaml`
  const page = (name: string) => `forms/${portal}/pages/${form}-${name}.md`
  return [
    yamlFile(`forms/${portal}/${form}.yaml`, 'form', startForm(names, words)),
    yamlFile(`workflows/${workflow}.yaml`, 'workflow', course(names, words)),
    yamlFile(mail('confirm'), 'mail', confirmMail(workflow, words)),
    yamlFile(mail('received'), 'mail', receivedMail(workflow, words)),
    {
      path: page('mail-sent'),
      text: `---
title: 確認メールをお送りしました
---
まだ申込みは終わっていません。**24時間以内**にメールのURLを開き、申込みを確定してください。

メールが届かないときは、次をお確かめください。

- 迷惑メールのフォルダーに入っていないこと
- メールアドレスにまちがいがないこと
`,
    },
    {
      path: page('received'),
      text: `---
title: 申込みを受け付けました
---
お申し込みありがとうございます。受付のメールをお送りしました。
`,
    },
  ]
}

function startForm({ portal, form, workflow }: CourseNames, { line }: Words): string {
  return `form: ${form}                   # ファイルと同じ名前
path: ${form}                   # アドレス：/${portal}/${form}
title: ${line('見本の申込み', 'Sample application')}
access: visitor               # visitor：だれでも、account：ログインした人だけ
workflow: ${workflow}         # 受け付けた後の流れ：workflows/${workflow}.yaml
sections:
  - id: applicant
    title: ${line('申込者', 'Applicant')}
    fields:
      - id: name              # 半角の英数字の名前。使い始めたら変えないでください
        type: text
        label: ${line('氏名', 'Name')}
        required: true        # 必須
        maxLength: 40
        example: ${line('見本 太郎', 'Taro Mihon')}
        autocomplete: name
      - id: email             # 確認のメールはこの宛先に届きます
        type: email
        label: ${line('メールアドレス', 'E-mail address')}
        required: true
        autocomplete: email
submit: ${line('申し込む', 'Apply')}
confirm:                      # 送る前に確かめてもらう内容
  title: ${line('内容の確認', 'Check your answers')}
  lead: ${line('次の内容で申し込みます。', 'You apply with these answers.')}
  show: [name, email]
`
}

function course({ form, workflow }: CourseNames, { line }: Words): string {
  return `workflow: ${workflow}
title: ${line('見本の申込み', 'Sample application')}
start:
  - to: waiting               # 受け付けると、はじめにこの状態になります
states:
  waiting:
    label: ${line('メールの確認待ち', 'Waiting for confirmation')}
    replaces: [email]         # 同じアドレスの前の申込みは、リンクごと終わります
    enter:                    # この状態に入ったときにすること
      - mail: ${workflow}-confirm
        to: email             # 宛先：フォームの項目
        link: { action: confirm, expires: 24 hours, then: expired }
    actions:                  # この状態でできること
      confirm: { by: link, label: ${line('申込みを確定する', 'Confirm the application')}, to: received }
      resend: { by: applicant, label: ${line('確認メールを再送する', 'Send the mail again')}, limit: 3 per hour, again: ${workflow}-confirm }
    page: ${form}-mail-sent   # 表示するページ：pages/${form}-mail-sent.md
  received:
    label: ${line('受付済み', 'Received')}
    enter:
      - mail: ${workflow}-received
        to: email
    page: ${form}-received
    end: accepted             # これで終わり（受理）
  expired:
    label: ${line('期限切れ', 'Expired')}
    end: discarded            # これで終わり（答えは消えます）
`
}

function confirmMail(workflow: string, { line, block }: Words): string {
  return `mail: ${workflow}-confirm
subject: ${line('【{{sender.name}}】お申し込みの確認', '[{{sender.name}}] Please confirm')}
${block(
  'text',
  `{{name}} 様

次のURLを開き、表示されたページのボタンを押すと、申込みが確定します。

{{link}}

URLは24時間ご利用いただけます。`,
  `{{name}}

Open this address and press the button there to confirm your application.

{{link}}

The address works for 24 hours.`,
)}
${block(
  'body',
  `<mj-text>
  <p>{{name}} 様</p>
  <p>次のボタンからページを開き、申込みを確定してください。24時間ご利用いただけます。</p>
</mj-text>
<mj-button href="{{link}}">申込みを確定する</mj-button>`,
  `<mj-text>
  <p>{{name}}</p>
  <p>Open the page with this button and confirm your application. It works for 24 hours.</p>
</mj-text>
<mj-button href="{{link}}">Confirm the application</mj-button>`,
)}
`
}

function receivedMail(workflow: string, { line, block }: Words): string {
  return `mail: ${workflow}-received
subject: ${line('【{{sender.name}}】受付のお知らせ', '[{{sender.name}}] Received')}
${block(
  'text',
  `{{name}} 様

お申し込みを受け付けました。受付番号は {{number}} です。`,
  `{{name}}

We have received your application. Its number is {{number}}.`,
)}
${block(
  'body',
  `<mj-text>
  <p>{{name}} 様</p>
  <p>お申し込みを受け付けました。受付番号は {{number}} です。</p>
</mj-text>`,
  `<mj-text>
  <p>{{name}}</p>
  <p>We have received your application. Its number is {{number}}.</p>
</mj-text>`,
)}
`
}
