import type { Locale } from '../../src/form/form.ts'

/** Built-in words of the confirmation and the combobox, which come after the first input can be used. */
export type LaterTexts = {
  readonly cancel: string
  readonly ok: string
  readonly confirmTitle: string
  readonly matches: (count: number) => string
  readonly noMatch: string
  readonly openList: string
  readonly stillSending: string
}

const ja: LaterTexts = {
  cancel: 'キャンセル',
  ok: 'OK',
  confirmTitle: '入力内容確認',
  matches: (count) => `候補が${count}件あります。上下の矢印キーで選べます。`,
  noMatch: '一致する候補がありません。',
  openList: '候補を開く',
  stillSending:
    'ファイルを送っている途中です。送り終わるのを待つか、そのファイルを取り除いてから、もう一度ボタンを押してください。',
}

const en: LaterTexts = {
  cancel: 'Cancel',
  ok: 'OK',
  confirmTitle: 'Check what you entered',
  matches: (count) => `${count} suggestions. Use the up and down arrow keys.`,
  noMatch: 'No suggestion matches.',
  openList: 'Open the list',
  stillSending:
    'A file is still being sent. Wait until it is there, or remove it, then press the button again.',
}

export function laterTexts(locale: Locale): LaterTexts {
  return locale === 'en' ? en : ja
}
