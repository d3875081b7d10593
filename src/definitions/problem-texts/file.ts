import type { Locale } from '../../form/form.ts'

export type ProblemText = {
  readonly ja: string
  readonly en: string
  /** What to do, when no near name is known. */
  readonly hint: { readonly [locale in Locale]: string }
  /** Told by `check`, but nothing is stopped by it. */
  readonly isAdvice?: true
}

/** What is wrong with one file by itself: reading, YAML, shape, names. */
export const fileTexts = {
  // Files
  'file.too-large': {
    ja: 'ファイルが大きすぎます（{bytes} バイト）。1つのファイルは {max} バイトまでです。',
    en: 'The file is too large ({bytes} bytes). One file may have {max} bytes.',
    hint: {
      ja: 'ファイルを分けるか、不要な部分を消してください。',
      en: 'Split the file or remove what is not needed.',
    },
  },
  'file.too-many': {
    ja: '定義のファイルが多すぎます。{max} 個まで読み込めます。',
    en: 'There are too many definition files. Up to {max} are read.',
    hint: { ja: '使っていないファイルを片付けてください。', en: 'Remove files that are not used.' },
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
      ja: 'forms/<ポータル>/portal.yaml、forms/<ポータル>/*.yaml、forms/<ポータル>/facility-types/*.yaml、forms/<ポータル>/pages/*.md、forms/<ポータル>/notices/*.md、forms/<ポータル>/faq/*.md、forms/<ポータル>/files/*.pdf、forms/shared/*.yaml、workflows/*.yaml、workflows/mails/*.yaml、workflows/documents/*.yaml のいずれかにしてください。',
      en: 'Files are forms/<portal>/portal.yaml, forms/<portal>/*.yaml, forms/<portal>/facility-types/*.yaml, forms/<portal>/pages/*.md, forms/<portal>/notices/*.md, forms/<portal>/faq/*.md, forms/<portal>/files/*.pdf, forms/shared/*.yaml, workflows/*.yaml, workflows/mails/*.yaml and workflows/documents/*.yaml.',
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
    hint: {
      ja: 'DEFINITIONS_DIR を確かめ、forms/<ポータル>/portal.yaml を置いてください。',
      en: 'Check DEFINITIONS_DIR and put in forms/<portal>/portal.yaml.',
    },
  },
  'file.unreadable': {
    ja: 'ファイルを読み込めません（{detail}）。',
    en: 'The file cannot be read ({detail}).',
    hint: { ja: '読み取りの権限を確かめてください。', en: 'Check the right to read it.' },
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
  'yaml.empty': {
    ja: 'ファイルに何も書かれていません。',
    en: 'The file is empty.',
    hint: {
      ja: '内容を書くか、ファイルを消してください。',
      en: 'Write its content or remove the file.',
    },
  },
  'yaml.too-deep': {
    ja: '入れ子が深すぎます。{max} 段までにしてください。',
    en: 'The nesting is too deep. Up to {max} levels can be read.',
    hint: {
      ja: '括弧（[ と {）を閉じ忘れていないか確かめ、入れ子を減らしてください。',
      en: 'See whether a bracket ([ or {) is not closed, and nest less deeply.',
    },
  },
  'yaml.too-many-aliases': {
    ja: '「*」による参照が多すぎます。{max} 個までにしてください。',
    en: "There are too many aliases ('*'). Up to {max} can be used.",
    hint: {
      ja: '共通の部分を forms/shared の部品にしてください。',
      en: 'Make a pack in forms/shared of what is shared.',
    },
  },
  'yaml.alias-unknown': {
    ja: '「*{name}」が指すところ（&{name}）が、これより前にありません。',
    en: "'*{name}' refers to nothing: there is no '&{name}' before it.",
    hint: {
      ja: '文字として書くときは、引用符で囲んでください。',
      en: 'If it is meant as text, put it in quotes.',
    },
  },
  'yaml.too-large': {
    ja: 'ファイルの項目が多すぎます。{max} 個までにしてください。',
    en: 'The file has too many entries. Up to {max} can be read.',
    hint: { ja: 'ファイルを分けてください。', en: 'Split the file.' },
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
    hint: { ja: '示された項目のうち1つを書いてください。', en: 'Write one of the keys named.' },
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
    hint: { ja: '示された種類の値に書き直してください。', en: 'Write a value of the kind named.' },
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
    hint: { ja: '範囲の中の整数にしてください。', en: 'Use a whole number within the range.' },
  },
  'value.empty-list': {
    ja: '「{key}」が空です。1つ以上書いてください。',
    en: "'{key}' is empty. Write at least one.",
    hint: { ja: '1つ以上書いてください。', en: 'Write at least one.' },
  },
  'value.contradiction': {
    ja: '「{key}」（{min}）が「{other}」（{max}）より大きくなっています。',
    en: "'{key}' ({min}) is greater than '{other}' ({max}).",
    hint: { ja: 'どちらかの値を直してください。', en: 'Correct one of the two.' },
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
    ja: '「{key}」に英語の文がありません。',
    en: "'{key}' has no English text.",
    hint: {
      ja: 'このポータルの languages にある言語すべてで書いてください。例：{ ja: …, en: … }',
      en: 'Write it in every language the portal declares in languages: { ja: …, en: … }',
    },
  },
  // Names
  'name.pattern': {
    ja: '「{name}」は名前に使えません。',
    en: "'{name}' cannot be a name.",
    hint: { ja: '{rule}', en: '{ruleEn}' },
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
} satisfies { readonly [code: string]: ProblemText }
