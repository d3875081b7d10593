import type { ProblemText } from './file.ts'

/** What is wrong with the meaning: references, conditions, forms. */
export const meaningTexts = {
  // References
  'ref.unknown': {
    ja: '{kind}「{name}」がありません。',
    en: "There is no {kindEn} '{name}'.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'rows.field': {
    ja: 'この項目は、行（rows）の中には置けません。',
    en: 'This field cannot stand in rows.',
    hint: {
      ja: '問い合わせ、部品（use）、見出し、説明、行、見せない項目、照合（verify）は、行の外に置いてください。',
      en: 'Put lookups, packs (use), headings, notes, rows, secrets and compared fields outside the rows.',
    },
  },
  'rows.countable': {
    ja: '「{name}」は数ではないので、合計できません。',
    en: "'{name}' is no number, so it has no total.",
    hint: {
      ja: '種類を integer か money にするか、選択肢の値を数字にしてください。',
      en: 'Make it an integer or money, or give its choices digits as values.',
    },
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
  'ref.of-rows': {
    ja: '「{name}」は行ごとの値です。ここには1つの値を書きます。',
    en: "'{name}' is one value in each row; one value is needed here.",
    hint: {
      ja: '{ count: … } か { sum: … } の中で使ってください。',
      en: 'Use it inside { count: … } or { sum: … }.',
    },
  },
  'ref.secret': {
    ja: '「{name}」は画面に出せない値なので、ここでは使えません。',
    en: "'{name}' is secret and cannot be used here.",
    hint: { ja: '画面に出せる項目を使ってください。', en: 'Use one that may be shown.' },
  },
  'ref.not-kept': {
    ja: '「{name}」の値は保存されないので、ここでは使えません。',
    en: "The value of '{name}' is not kept, so it cannot be used here.",
    hint: { ja: '保存される項目を使ってください。', en: 'Use one that is kept.' },
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
    hint: { ja: 'type: lookup の項目を指定してください。', en: 'Name a field of type lookup.' },
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
  'accept.unused': {
    ja: '注意「{name}」は、このファイルにありません。',
    en: "There is no advice '{name}' on this file.",
    hint: { ja: 'accept: から消してください。', en: 'Remove it from accept:.' },
  },
  'unused.type': {
    ja: 'ポータル「{portal}」に、施設の種類「{name}」を選べるフォームがありません。',
    en: "No form of the portal '{portal}' lets one choose the facility type '{name}'.",
    hint: {
      ja: 'フォームに type: facility-type の項目と、その項目の名前を書いた place: を置いてください。',
      en: 'Give a form a field of type facility-type, and a place: that names it.',
    },
    isAdvice: true,
  },
  'unused.calendar': {
    ja: '暦「{name}」はどこからも使われていません。',
    en: "The calendar '{name}' is not used anywhere.",
    hint: {
      ja: 'businessDays の calendar: で使うか、消してください。',
      en: 'Use it in the calendar: of businessDays, or remove it.',
    },
    isAdvice: true,
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
      ja: '項目の名前か、{ is: 値 }、{ join: [...] }、{ format: "###-#", of: 項目 }、{ choose: [...] }、{ count: 項目 }、{ sum: 項目 }、{ table: 表, of: 項目 }、{ checkDigit: 項目 }、{ hasCheckDigit: 項目 }、{ era: 日付 }、{ month: 日付 }、{ months: 1, after: 日付 }、{ days: 1, after: 日付 }、{ businessDays: 1, after: 日付, calendar: 暦 } のいずれかで書いてください。',
      en: 'Write the name of a field, or { is: value }, { join: [...] }, { format: "###-#", of: field }, { choose: [...] }, { count: field }, { sum: field }, { table: table, of: field }, { checkDigit: field }, { hasCheckDigit: field }, { era: date }, { month: date }, { months: 1, after: date }, { days: 1, after: date } or { businessDays: 1, after: date, calendar: calendar }.',
    },
  },
  'expression.format-length': {
    ja: '書式「{format}」の # は {places} 個ですが、「{name}」は {length} 文字です。',
    en: "The format '{format}' has {places} places (#), but '{name}' has {length} characters.",
    hint: {
      ja: '# の数を桁数に合わせてください。',
      en: 'Give the format as many places as there are characters.',
    },
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
    hint: { ja: '「path: register」のように書いてください。', en: 'Write it like path: register.' },
  },
  'form.account-only': {
    ja: '「{key}」は、ログインして開くフォーム（access: account）にだけ書けます。',
    en: "'{key}' belongs to forms with access: account.",
    hint: {
      ja: 'access: account にするか、「{key}」を消してください。',
      en: "Write access: account or remove '{key}'.",
    },
  },
  'form.second-place': {
    ja: '種類ごとの部分（place）は、1つのフォームに1つだけです。',
    en: 'A form can have one place only.',
    hint: { ja: 'place を1つにしてください。', en: 'Keep one place.' },
  },
  'form.place-facts': {
    ja: 'place には、このフォームの項目か account.facilityType を書いてください。',
    en: 'place names a field of this form or account.facilityType.',
    hint: {
      ja: '項目の名前か account.facilityType を書いてください。',
      en: 'Name a field of the form or account.facilityType.',
    },
  },
  'form.drafts-access': {
    ja: '下書き（drafts）は、ログインする人のフォームだけで使えます。',
    en: 'Drafts are for forms of members only.',
    hint: {
      ja: 'access を account にするか、drafts を消してください。',
      en: 'Set access to account, or remove drafts.',
    },
  },
  'form.no-types': {
    ja: 'place がありますが、facility-types フォルダーにファイルがありません。',
    en: 'There is a place, but the folder facility-types has no file.',
    hint: {
      ja: 'facility-types フォルダーに種類のファイルを置いてください。',
      en: 'Put a file for each type into facility-types.',
    },
  },
  'overlay.unknown': {
    ja: '項目「{name}」は、種類ごとの部分を持つどのフォームにもありません。',
    en: "No form with a place has a field '{name}'.",
    hint: { ja: '使えるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'pack.cycle': {
    ja: '部品「{name}」が自分自身を使っています。',
    en: "The pack '{name}' uses itself.",
    hint: { ja: '自分自身を使う行を消してください。', en: 'Remove the use of itself.' },
  },
  'section.read-only': {
    ja: '読むだけのまとまり（readOnly）に、入力する項目「{name}」があります。',
    en: "The read-only section holds '{name}', which somebody fills in.",
    hint: {
      ja: '入力する項目は別のまとまりに移すか、type を fact か computed にしてください。',
      en: 'Move it to another section, or make it a fact or a computed value.',
    },
  },
  'confirm.page-shows-all': {
    ja: '確認のページ（as: page）には、すべての答えが出ます。「show」では選べません。',
    en: "A confirmation page shows every answer, so 'show' cannot choose.",
    hint: { ja: '「show」を消してください。', en: "Remove 'show'." },
  },
  'confirm.dialog-words': {
    ja: '「{key}」は、確認のページ（as: page）だけに書けます。',
    en: "'{key}' belongs to a confirmation page (as: page).",
    hint: {
      ja: '「{key}」を消すか、as: page と書いてください。',
      en: "Remove '{key}', or write as: page.",
    },
  },
  'pack.input-unknown': {
    ja: '部品「{pack}」は「{name}」を受け取りません。',
    en: "The pack '{pack}' has no input '{name}'.",
    hint: { ja: '渡せるもの：{allowed}', en: 'Possible: {allowed}' },
  },
  'pack.input-missing': {
    ja: '部品「{name}」に渡すものが足りません。{inputs}',
    en: "The pack '{name}' needs more to be given: {inputs}",
    hint: {
      ja: 'with: { {example} } と書いてください。',
      en: 'Write with: { {example} }.',
    },
  },
  'pack.input-kind': {
    ja: '「{key}」には、{given}を受け取る入力「{name}」を使えません。',
    en: "The input '{name}' is {givenEn}, which cannot stand for '{key}'.",
    hint: {
      ja: 'inputs の kind を直すか、別の場所で使ってください。',
      en: 'Change the kind of the input, or use it elsewhere.',
    },
  },
  'pack.part-kind': {
    ja: '「if」には、kind が switch の入力だけを書けます。「{name}」は違います。',
    en: "'if' takes an input of the kind switch; '{name}' is of another kind.",
    hint: {
      ja: 'inputs の「{name}」を { kind: switch, … } にしてください。',
      en: "Declare '{name}' as { kind: switch, … } among the inputs.",
    },
  },
  'pack.part-outside': {
    ja: '「if」は部品（forms/shared）の中だけで使えます。',
    en: "'if' can only stand in a pack (forms/shared).",
    hint: {
      ja: '条件で見せる項目には when: を書いてください。',
      en: 'Give a field that is shown by a condition when: instead.',
    },
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
  'lookup.gives': {
    ja: '「{name}」は、種類「{type}」の項目では使えません。',
    en: "A field of type '{type}' cannot ask '{name}'.",
    hint: {
      ja: '台帳の照会は lookup、ほかの項目への入力は fill、照合は verification で使います。プラグインの説明を見てください。',
      en: 'Records are for lookup, candidates for fill, verdicts for verification. See what the plugin says.',
    },
  },
  'lookup.input-missing': {
    ja: '「{source}」には {allowed} が必要です。',
    en: "'{source}' needs {allowed}.",
    hint: { ja: 'by: に足りない入力を書いてください。', en: 'Write the missing inputs under by:.' },
  },
} satisfies { readonly [code: string]: ProblemText }
