import type { Locale } from '../../src/form/form.ts'

/** Words around attached files; what is wrong with one is worded in `src/form/messages.ts`. */
export type AttachmentTexts = {
  readonly add: string
  readonly rule: (accepted: string, max: string, count: number) => string
  readonly drop: string
  readonly chosen: string
  readonly remove: string
  readonly removed: (name: string) => string
  readonly cancel: string
  readonly resume: string
  readonly waiting: string
  readonly percent: (name: string, percent: number) => string
  readonly added: (name: string) => string
  readonly cancelled: (name: string) => string
  readonly cut: (name: string) => string
  readonly pending: string
  readonly infected: string
  readonly files: string
}

const ja: AttachmentTexts = {
  add: '添付ファイルを追加',
  rule: (accepted, max, count) => `${accepted}のファイル、1つ${max}まで、${count}個まで。`,
  drop: 'ここへファイルを移動して追加することもできます。',
  chosen: '添付するファイル',
  remove: '取り除く',
  removed: (name) => `「${name}」を取り除きました。`,
  cancel: '送信をやめる',
  resume: '続きから送る',
  waiting: '順番を待っています',
  percent: (name, percent) => `「${name}」を送っています：${percent}％`,
  added: (name) => `「${name}」を添付しました。`,
  cancelled: (name) => `「${name}」の送信をやめました。`,
  cut: (name) =>
    `「${name}」の送信が途中で止まりました。「続きから送る」を押すと、止まったところから送ります。`,
  pending: 'ウイルス確認中',
  infected: 'ウイルスが見つかったため、使えません',
  files: '添付したファイル',
}

const en: AttachmentTexts = {
  add: 'Add a file',
  rule: (accepted, max, count) => `${accepted} files, up to ${max} each, at most ${count}.`,
  drop: 'You can also drop files here.',
  chosen: 'Files to attach',
  remove: 'Remove',
  removed: (name) => `“${name}” has been removed.`,
  cancel: 'Stop sending',
  resume: 'Continue',
  waiting: 'Waiting for its turn',
  percent: (name, percent) => `Sending “${name}”: ${percent} %`,
  added: (name) => `“${name}” is attached.`,
  cancelled: (name) => `“${name}” is no longer being sent.`,
  cut: (name) => `“${name}” stopped on its way. Press “Continue” to send the rest.`,
  pending: 'being checked for viruses',
  infected: 'a virus was found, it cannot be used',
  files: 'Attached files',
}

export function attachmentTexts(locale: Locale): AttachmentTexts {
  return locale === 'en' ? en : ja
}
