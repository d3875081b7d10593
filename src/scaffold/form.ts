import { yamlFile, type NewFile, type Words } from './words.ts'

/** A form that shows the common kinds of fields, the shortest possible course, and the page that thanks for it. */
export function formFiles(portal: string, name: string, words: Words): NewFile[] {
  const workflow = `${portal}-${name}`
  return [
    yamlFile(`forms/${portal}/${name}.yaml`, 'form', form(portal, name, workflow, words)),
    yamlFile(`workflows/${workflow}.yaml`, 'workflow', shortCourse(workflow, name, words)),
    {
      path: `forms/${portal}/pages/${name}-received.md`,
      text: `---
title: 受け付けました
---
お申し込みを受け付けました。
`,
    },
  ]
}

function form(portal: string, name: string, workflow: string, { line }: Words): string {
  return `form: ${name}                   # ファイルと同じ名前
path: ${name}                   # アドレス：/${portal}/${name}
title: ${line('見本の申込み', 'Sample application')}
access: visitor               # visitor：だれでも、account：ログインした人だけ
workflow: ${workflow}         # 受け付けた後の流れ：workflows/${workflow}.yaml
lead:
  - ${line('次の項目をご入力ください。', 'Please fill in these items.')}
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
      - id: email
        type: email
        label: ${line('メールアドレス', 'E-mail address')}
        required: true
        autocomplete: email
      - id: contactBy
        type: select          # 選んでもらう項目。値（半角）: 表示する文
        label: ${line('ご連絡の方法', 'How to reach you')}
        required: true
        choices: { mail: ${line('メール', 'By e-mail')}, phone: ${line('電話', 'By phone')} }
      - id: phone
        type: phone
        label: ${line('電話番号', 'Phone number')}
        hint: ${line('半角数字・ハイフン無し', 'digits only, no hyphens')}
        when: { contactBy: phone }   # この答えのときだけ表示します
        required: true
        example: ${line('0312345678', '0312345678')}        # 番号は引用符で囲みます（先頭の0が消えません）
        autocomplete: tel
submit: ${line('申し込む', 'Apply')}
confirm:                      # 送る前に確かめてもらう内容
  title: ${line('内容の確認', 'Check your answers')}
  lead: ${line('次の内容で申し込みます。', 'You apply with these answers.')}
  show: [name, email, contactBy, phone]
`
}

function shortCourse(workflow: string, form: string, { line }: Words): string {
  return `workflow: ${workflow}
title: ${line('見本の申込み', 'Sample application')}
start:
  - to: received              # 受け付けると、はじめにこの状態になります
states:
  received:
    label: ${line('受付済み', 'Received')}
    page: ${form}-received    # 受け付けた後のページ：pages/${form}-received.md
    end: accepted             # これで終わり（受理）
`
}
