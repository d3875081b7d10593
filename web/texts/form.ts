import type { Locale, Text } from '../../src/form/form.ts'

/** Built-in words of a form: in the browser and on the server. Words of the other pages stand in `page.ts`. */
export type FormTexts = {
  readonly required: string
  readonly optional: string
  readonly legend: string
  readonly example: string
  readonly help: string
  readonly closeHelp: string
  readonly show: string
  readonly hide: string
  readonly kept: string
  readonly panel: string
  readonly left: (count: number) => string
  readonly summary: string
  readonly summaryLead: string
  readonly titlePrefix: string
  readonly refresh: string
  readonly refreshNote: string
  readonly info: string
  readonly warning: string
  readonly newTab: string
  readonly late: string
  readonly empty: string
  readonly correcting: (submit: string) => string
  readonly separator: string
  readonly shown: (title: string) => string
  readonly asking: string
  readonly busy: string
  readonly unavailable: (seconds: number) => string
}

const ja: FormTexts = {
  required: '必須',
  optional: '任意',
  legend: '「必須」と書かれた項目は、必ずご入力ください。',
  example: '例）',
  help: '入力のヒント',
  closeHelp: 'ヒントを閉じる',
  show: '表示',
  hide: '隠す',
  kept: '入力済みです。変えるときだけ、もう一度ご入力ください。',
  panel: '必須情報',
  left: (count) => `あと${count}項目`,
  summary: '入力内容をご確認ください',
  summaryLead: '次の項目を直してから、もう一度ボタンを押してください。',
  titlePrefix: 'エラー：',
  refresh: '選択した内容を表示する',
  refreshNote: '選んだあと、または番号を入れたあとに押すと、続きの項目や名称が表示されます。',
  info: 'ご案内',
  warning: 'ご注意',
  newTab: '（新しいタブで開きます）',
  late: '入力を助ける機能を読み込めませんでした。このままでも手続きできます。お困りのときは、ページの下のお問い合わせ先にお電話ください。',
  empty: '（未入力）',
  correcting: (submit) =>
    `修正をお願いした項目だけを入力できます。直したら「${submit}」を押してください。`,
  separator: '：',
  shown: (title) => `「${title}」の項目を表示しました。`,
  asking: '確認しています',
  busy: '送信しています',
  unavailable: (seconds) =>
    `いま照会できません。${seconds}秒ほど待つと、もう一度照会します。このまま入力を続けられます。`,
}

const en: FormTexts = {
  required: 'Required',
  optional: 'Optional',
  legend: 'Fill in every item marked “Required”.',
  example: 'Example: ',
  help: 'Hint',
  closeHelp: 'Close the hint',
  show: 'Show',
  hide: 'Hide',
  kept: 'Already entered. Type it again only to change it.',
  panel: 'Required items',
  left: (count) => `${count} left`,
  summary: 'Please check what you entered',
  summaryLead: 'Correct these items, then press the button again.',
  titlePrefix: 'Error: ',
  refresh: 'Show what I chose',
  refreshNote: 'Press after choosing or typing a number to see the items and names that follow.',
  info: 'Information',
  warning: 'Please note',
  newTab: ' (opens in a new tab)',
  late: 'The functions that help while typing could not be loaded. You can go on without them. If you are stuck, call the number at the foot of this page.',
  empty: '(empty)',
  correcting: (submit) =>
    `You can type into the items that are to be corrected. Then press “${submit}”.`,
  separator: ': ',
  shown: (title) => `The items of “${title}” are shown.`,
  asking: 'Checking',
  busy: 'Sending',
  unavailable: (seconds) =>
    `The number cannot be looked up now. It will be tried again in about ${seconds} seconds; you can go on typing.`,
}

export function formTexts(locale: Locale): FormTexts {
  return locale === 'en' ? en : ja
}

/** A definition's text in this language, in Japanese when it has no other. */
export function say(text: Text, locale: Locale): string {
  return (locale === 'en' ? text.en : undefined) ?? text.ja
}
