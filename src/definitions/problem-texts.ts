import type { Locale } from '../form/form.ts'

type ProblemText = {
  readonly ja: string
  readonly en: string
  /** What to do, when no near name is known. */
  readonly hint?: { readonly [locale in Locale]: string }
}

const texts = {
  // Files
  'file.too-large': {
    ja: 'ファイルが大きすぎます（{bytes} バイト）。1つのファイルは {max} バイトまでです。',
    en: 'The file is too large ({bytes} bytes). One file may have {max} bytes.',
  },
  'file.too-many': {
    ja: '定義のファイルが多すぎます。{max} 個まで読み込めます。',
    en: 'There are too many definition files. Up to {max} are read.',
  },
  'file.not-utf8': {
    ja: 'このファイルは UTF-8 の文字コードで保存されていません。',
    en: 'This file is not stored as UTF-8.',
    hint: {
      ja: 'エディターで文字コードに UTF-8 を選んで保存し直してください。',
      en: 'Save it again with the encoding UTF-8.',
    },
  },
  'file.link-outside': {
    ja: 'このファイルは、定義のフォルダーの外を指すリンクです。',
    en: 'This file is a link that points outside the folder of the definitions.',
    hint: {
      ja: 'ファイルそのものをフォルダーに置いてください。',
      en: 'Put the file itself into the folder.',
    },
  },
  'file.unexpected': {
    ja: 'この場所にこのファイルは置けません。',
    en: 'A file like this has no meaning in this place.',
    hint: {
      ja: 'forms/<ポータル>/portal.yaml、forms/<ポータル>/*.yaml、forms/<ポータル>/facility-types/*.yaml、forms/<ポータル>/pages/*.md、forms/shared/*.yaml、workflows/*.yaml、workflows/mails/*.yaml のいずれかにしてください。',
      en: 'Files are forms/<portal>/portal.yaml, forms/<portal>/*.yaml, forms/<portal>/facility-types/*.yaml, forms/<portal>/pages/*.md, forms/shared/*.yaml, workflows/*.yaml and workflows/mails/*.yaml.',
    },
  },
  'file.no-portal': {
    ja: 'フォルダー「{name}」に portal.yaml がありません。',
    en: "The folder '{name}' has no portal.yaml.",
    hint: {
      ja: 'ポータルの名前や連絡先を書いた portal.yaml を置いてください。',
      en: 'Add a portal.yaml with title, operator and contact hours.',
    },
  },
  'file.no-definitions': {
    ja: '定義がありません。forms フォルダーにポータルのフォルダーが1つ以上必要です。',
    en: 'There are no definitions. The folder forms needs at least one portal folder.',
  },
  'file.unreadable': {
    ja: 'ファイルを読み込めません（{detail}）。',
    en: 'The file cannot be read ({detail}).',
  },
  // YAML
  'yaml.syntax': {
    ja: 'YAML として読み取れません（{detail}）。',
    en: 'This cannot be read as YAML ({detail}).',
    hint: {
      ja: '字下げ（スペース）、「: 」の後の空白、引用符と括弧の閉じ忘れを確かめてください。',
      en: 'Check indentation, the space after each colon, and that quotes and brackets are closed.',
    },
  },
  'yaml.duplicate-key': {
    ja: '「{key}」が同じところに2回書かれています。',
    en: "'{key}' is written twice in the same place.",
    hint: { ja: 'どちらか一方を消してください。', en: 'Remove one of them.' },
  },
  'yaml.tag': {
    ja: '「!」で始まるタグは使えません（{detail}）。',
    en: "Tags, which start with '!', cannot be used ({detail}).",
    hint: { ja: 'タグを消してください。', en: 'Remove the tag.' },
  },
  'yaml.empty': { ja: 'ファイルに何も書かれていません。', en: 'The file is empty.' },
  'yaml.too-deep': {
    ja: '入れ子が深すぎます。{max} 段までにしてください。',
    en: 'The nesting is too deep. Up to {max} levels can be read.',
  },
  'yaml.too-many-aliases': {
    ja: '「*」による参照が多すぎます。{max} 個までにしてください。',
    en: "There are too many aliases ('*'). Up to {max} can be used.",
  },
  'yaml.too-large': {
    ja: 'ファイルの項目が多すぎます。{max} 個までにしてください。',
    en: 'The file has too many entries. Up to {max} can be read.',
  },
  // Shape
  'key.forbidden': {
    ja: '「{key}」は名前として使えません。',
    en: "'{key}' cannot be used as a name.",
    hint: { ja: '別の名前にしてください。', en: 'Choose another name.' },
  },
  'key.unknown': {
    ja: '「{key}」という項目はここでは使えません。',
    en: "'{key}' has no meaning here.",
    hint: { ja: 'ここで使える項目：{allowed}', en: 'Here you can write: {allowed}' },
  },
  'key.missing': {
    ja: '「{key}」が書かれていません。',
    en: "'{key}' is missing.",
    hint: { ja: '「{key}」を書き加えてください。', en: "Add '{key}'." },
  },
  'key.missing-one': {
    ja: '{allowed} のいずれか1つが必要です。',
    en: 'One of {allowed} is needed.',
  },
  'key.not-both': {
    ja: '「{key}」と「{other}」は同時に書けません。',
    en: "'{key}' and '{other}' cannot stand together.",
    hint: { ja: 'どちらか一方にしてください。', en: 'Keep one of them.' },
  },
  'value.missing': {
    ja: '「{key}」の内容が書かれていません。',
    en: "'{key}' has no value.",
    hint: { ja: '{expected}を書いてください。', en: 'Write {expectedEn}.' },
  },
  'value.kind': {
    ja: '「{key}」には{expected}を書いてください（今は{found}です）。',
    en: "'{key}' must be {expectedEn}, but it is {foundEn}.",
  },
  'value.bare-code': {
    ja: '「{key}」の {written} は、そのままでは数や真偽として読まれます。',
    en: "{written} of '{key}' is read as a number or as true/false.",
    hint: {
      ja: '引用符で囲んで "{written}" と書いてください。先頭の0も残ります。',
      en: 'Put it in quotes: "{written}". Leading zeros are kept then.',
    },
  },
  'value.not-allowed': {
    ja: '「{key}」に「{value}」は使えません。',
    en: "'{value}' is not possible for '{key}'.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'value.pattern': {
    ja: '「{key}」の「{value}」は書き方が違います。',
    en: "'{value}' is not written as '{key}' must be.",
    hint: { ja: '{rule}', en: '{ruleEn}' },
  },
  'value.out-of-range': {
    ja: '「{key}」は {min} 以上 {max} 以下の整数にしてください。',
    en: "'{key}' must be a whole number from {min} to {max}.",
  },
  'value.empty-list': {
    ja: '「{key}」が空です。1つ以上書いてください。',
    en: "'{key}' is empty. Write at least one.",
  },
  'value.contradiction': {
    ja: '「{key}」（{min}）が「{other}」（{max}）より大きくなっています。',
    en: "'{key}' ({min}) is greater than '{other}' ({max}).",
  },
  'duration.unreadable': {
    ja: '期間「{value}」を読み取れません。',
    en: "'{value}' is not a duration we can read.",
    hint: {
      ja: '「30 minutes」「24 hours」「7 days」のように書いてください。',
      en: "Write it like '30 minutes', '24 hours' or '7 days'.",
    },
  },
  'limit.unreadable': {
    ja: '回数の制限「{value}」を読み取れません。',
    en: "'{value}' is not a limit we can read.",
    hint: {
      ja: '「3 per hour」「10 per day」のように書いてください。',
      en: "Write it like '3 per hour' or '10 per day'.",
    },
  },
  'text.language-missing': {
    ja: '「{key}」に{language}の文がありません。',
    en: "'{key}' has no text in {language}.",
    hint: {
      ja: 'このポータルの languages にある言語すべてで書いてください。例：{ ja: …, en: … }',
      en: 'Write it in every language the portal declares in languages: { ja: …, en: … }',
    },
  },
  // Names
  'name.pattern': {
    ja: '「{name}」は名前に使えません。半角の英字で始め、半角の英数字{extra}だけにしてください。',
    en: "'{name}' cannot be a name: start with an ASCII letter and use only ASCII letters and digits{extraEn}.",
  },
  'name.reserved': {
    ja: '「{name}」は決まった意味のある言葉なので、名前には使えません。',
    en: "'{name}' has a meaning of its own and cannot be used as a name.",
    hint: { ja: '別の名前にしてください。', en: 'Choose another name.' },
  },
  'name.duplicate': {
    ja: '「{name}」という{kind}は、すでに{where}にあります。',
    en: "There is already a {kindEn} '{name}' in {where}.",
    hint: { ja: '別の名前にしてください。', en: 'Choose another name.' },
  },
  'name.file': {
    ja: '「{key}: {name}」とファイル名「{file}」が違います。',
    en: "'{key}: {name}' and the file name '{file}' differ.",
    hint: { ja: 'どちらかに合わせてください。', en: 'Make them equal.' },
  },
  // References
  'ref.unknown': {
    ja: '{kind}「{name}」がありません。',
    en: "There is no {kindEn} '{name}'.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'ref.later': {
    ja: '「{name}」は、この項目「{field}」より後にあるので、ここではまだ使えません。',
    en: "'{name}' comes after '{field}', so it cannot be used here yet.",
    hint: {
      ja: '「{name}」を前に移すか、「{field}」を後に移してください。',
      en: "Move '{name}' before '{field}'.",
    },
  },
  'ref.cycle': {
    ja: '「{field}」と「{name}」が互いを使っていて、値が決まりません。',
    en: "'{field}' and '{name}' use each other, so neither has a value.",
    hint: { ja: 'どちらかの参照をやめてください。', en: 'Remove one of the two references.' },
  },
  'ref.secret': {
    ja: '「{name}」は画面に出せない値なので、ここでは使えません。',
    en: "'{name}' is secret and cannot be used here.",
  },
  'ref.not-kept': {
    ja: '「{name}」の値は保存されないので、ここでは使えません。',
    en: "The value of '{name}' is not kept, so it cannot be used here.",
  },
  'ref.not-always': {
    ja: '「{name}」は、フォーム「{form}」のどの場合にも入力されるとは限りません。',
    en: "'{name}' is not always answered in the form '{form}'.",
    hint: {
      ja: 'すべての種類に共通の、必須の項目を指定してください。',
      en: 'Name a required field that every variant has.',
    },
  },
  'ref.not-lookup': {
    ja: '「{name}」は type: lookup の項目ではありません。',
    en: "'{name}' is not a field of type lookup.",
  },
  'ref.part': {
    ja: '「{name}」に「{part}」という部分はありません。',
    en: "'{name}' has no part '{part}'.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  unused: {
    ja: '{kind}「{name}」はどこからも使われていません。',
    en: "The {kindEn} '{name}' is not used anywhere.",
    hint: { ja: '使うか、消してください。', en: 'Use it or remove it.' },
  },
  // Conditions
  'condition.value': {
    ja: '「{name}」が「{value}」になることはありません。',
    en: "'{name}' can never be '{value}'.",
    hint: { ja: '取りうる値：{allowed}', en: 'Possible values: {allowed}' },
  },
  'condition.kind': {
    ja: '「{name}」は{expected}なので、{found}（{written}）とは比べられません。',
    en: "'{name}' is {expectedEn} and cannot be compared with {written}, which is {foundEn}.",
    hint: {
      ja: 'コードは引用符で囲み、はい・いいえは true・false と書いてください。',
      en: 'Put codes in quotes; write true or false for yes and no.',
    },
  },
  'condition.shape': {
    ja: '条件の書き方が違います。',
    en: 'This is not a condition.',
    hint: {
      ja: '{ 項目: 値 }、{ 項目: [値, 値] }、{ 項目: { min, max, is, not, empty } }、{ all: [...] }、{ any: [...] }、{ not: {...} } のいずれかで書いてください。',
      en: 'Write { field: value }, { field: [value, value] }, { field: { min, max, is, not, empty } }, { all: [...] }, { any: [...] } or { not: {...} }.',
    },
  },
  'expression.shape': {
    ja: '値の作り方が読み取れません。',
    en: 'This does not say how the value is made.',
    hint: {
      ja: '項目の名前、{ is: 値 }、{ join: [...] }、{ format: "###-#", of: 項目 } のいずれかで書いてください。',
      en: 'Write the name of a field, { is: value }, { join: [...] } or { format: "###-#", of: field }.',
    },
  },
  'expression.format-length': {
    ja: '書式「{format}」の # は {places} 個ですが、「{name}」は {length} 文字です。',
    en: "The format '{format}' has {places} places (#), but '{name}' has {length} characters.",
  },
  // Forms
  'form.no-purpose': {
    ja: 'フォーム「{name}」を受け付けた後の流れが決まっていません。',
    en: "Nothing happens with an accepted form '{name}'.",
    hint: {
      ja: 'workflow: に流れの名前を書くか、流れの操作（actions）の form: で使ってください。',
      en: 'Name a workflow: in the form, or use the form in an action of a workflow.',
    },
  },
  'form.no-path': {
    ja: 'フォーム「{name}」のアドレス（path）が書かれていません。',
    en: "The form '{name}' has no address (path).",
    hint: { ja: '例：path: register', en: 'For example path: register' },
  },
  'form.second-place': {
    ja: '種類ごとの部分（place）は、1つのフォームに1つだけです。',
    en: 'A form can have one place only.',
  },
  'form.place-facts': {
    ja: 'place には、このフォームの項目か account.facilityType を書いてください。',
    en: 'place names a field of this form or account.facilityType.',
  },
  'form.no-types': {
    ja: 'place がありますが、facility-types フォルダーにファイルがありません。',
    en: 'There is a place, but the folder facility-types has no file.',
  },
  'overlay.unknown': {
    ja: '項目「{name}」は、種類ごとの部分を持つどのフォームにもありません。',
    en: "No form with a place has a field '{name}'.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'pack.cycle': {
    ja: '部品「{name}」が自分自身を使っています。',
    en: "The pack '{name}' uses itself.",
  },
  'confirm.no-label': {
    ja: '確認画面の「{name}」に見出しがありません。',
    en: "The confirmation line '{name}' has no label.",
    hint: {
      ja: '{ ref: {name}, label: … } と書いてください。',
      en: 'Write { ref: {name}, label: … }.',
    },
  },
  'lookup.input-unknown': {
    ja: '「{source}」に「{name}」という入力はありません。',
    en: "'{source}' has no input '{name}'.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'lookup.input-missing': {
    ja: '「{source}」には {allowed} が必要です。',
    en: "'{source}' needs {allowed}.",
  },
  // Workflows
  'workflow.start-open': {
    ja: 'start の最後には、条件（when）のない行が必要です。',
    en: 'The last line of start must have no condition (when).',
    hint: {
      ja: 'どの条件にも当てはまらないときの状態を「- to: 状態」で書いてください。',
      en: "Write '- to: state' for whatever no condition meets.",
    },
  },
  'workflow.start-shadowed': {
    ja: 'この行の前に条件のない行があるので、ここには来ません。',
    en: 'A line without a condition comes before, so this one is never reached.',
  },
  'state.unreachable': {
    ja: '状態「{name}」には、どこからも進めません。',
    en: "The state '{name}' cannot be reached.",
    hint: {
      ja: 'start、操作の to、期限（after、link の then）のいずれかで使うか、消してください。',
      en: 'Use it in start, in the to of an action, in after or in the then of a link, or remove it.',
    },
  },
  'state.no-exit': {
    ja: '状態「{name}」から終わり（end）にたどり着けません。',
    en: "No end can be reached from the state '{name}'.",
    hint: {
      ja: '終わりの状態へ進む操作か期限を書いてください。',
      en: 'Add an action or a time limit that leads to an end.',
    },
  },
  'state.untimed': {
    ja: '状態「{name}」には期限がなく、誰も何もしないと申請が残り続けます。',
    en: "The state '{name}' has no time limit; without anybody acting, submissions stay for ever.",
    hint: {
      ja: 'after: { 30 days: 状態 } か、link の then を書いてください。',
      en: 'Write after: { 30 days: state } or the then of a link.',
    },
  },
  'state.end-continues': {
    ja: '状態「{name}」は終わり（end）なので、「{key}」は書けません。',
    en: "The state '{name}' is an end and cannot have '{key}'.",
  },
  'action.by-link': {
    ja: '操作「{name}」は by: link ではないので、メールのリンクにできません。',
    en: "The action '{name}' is not by: link and cannot be put into a mail.",
  },
  'action.no-link': {
    ja: '操作「{name}」は by: link ですが、この状態に入るときのメールにリンクがありません。',
    en: "The action '{name}' is by: link, but no mail of this state carries its link.",
    hint: {
      ja: 'メールに link: { action: {name}, expires: 24 hours } を書いてください。',
      en: 'Write link: { action: {name}, expires: 24 hours } at the mail.',
    },
  },
  'action.idle': {
    ja: '操作「{name}」をしても何も起きません。',
    en: "The action '{name}' does nothing.",
    hint: { ja: 'to か again を書いてください。', en: 'Write to or again.' },
  },
  'account.needs': {
    ja: 'account: create には「{key}」が必要です。',
    en: "account: create needs '{key}'.",
  },
  'message.differs': {
    ja: 'メッセージ「{name}」の文が、この流れを使うポータルで違っています。',
    en: "The message '{name}' differs between the portals that use this workflow.",
  },
  // Mails and pages
  'mail.placeholder': {
    ja: 'メールの「{{{name}}}」に入る値がありません。',
    en: "Nothing fills '{{{name}}}' in this mail.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'mail.no-link': {
    ja: 'リンクを送るメール「{name}」の文に {{link}} がありません。',
    en: "The mail '{name}' is sent with a link, but has no {{link}}.",
  },
  'mail.link-not-given': {
    ja: 'メール「{name}」には {{link}} がありますが、送る側に link: がありません。',
    en: "The mail '{name}' has {{link}}, but is sent without link:.",
  },
  'mail.layout-missing': {
    ja: 'メールの共通の枠（workflows/mails/{name}）がありません。',
    en: 'The common layout of mails (workflows/mails/{name}) is missing.',
  },
  'mail.body': {
    ja: 'メールの本文（MJML）に問題があります（{detail}）。',
    en: 'The body (MJML) has a problem ({detail}).',
  },
  'page.front-matter': {
    ja: 'ページの先頭に題名がありません。',
    en: 'The page does not begin with its title.',
    hint: {
      ja: '先頭に「---」「title: 題名」「---」の3行を書いてください。',
      en: "Begin with the three lines '---', 'title: …', '---'.",
    },
  },
  'page.html': {
    ja: 'ページに HTML は書けません。',
    en: 'HTML cannot be used in pages.',
    hint: {
      ja: '見出し（## ）、箇条書き（- ）、太字（**…**）、リンク（[…](…)）で書いてください。',
      en: 'Use headings (## ), lists (- ), strong (**…**) and links ([…](…)).',
    },
  },
  'page.unsupported': {
    ja: '{what}はページでは使えません。',
    en: '{whatEn} cannot be used in pages.',
    hint: {
      ja: '見出し（## と ###）、段落、箇条書き、太字、リンクが使えます。',
      en: 'Headings (## and ###), paragraphs, lists, strong and links can be used.',
    },
  },
  'link.target': {
    ja: 'リンク先「{name}」がありません。',
    en: "There is no '{name}' to link to.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'link.unsafe': {
    ja: 'リンク先「{name}」は使えません。',
    en: "The link target '{name}' cannot be used.",
    hint: {
      ja: 'ポータルの中のアドレスか https:// で始まるアドレスを書いてください。',
      en: 'Write an address inside the portal or one that begins with https://.',
    },
  },
} satisfies { readonly [code: string]: ProblemText }

export type ProblemCode = keyof typeof texts

/** What each problem says to the author of the YAML. Every code is listed in docs/errors.md. */
export const problemTexts: { readonly [code in ProblemCode]: ProblemText } = texts
