import type { Locale } from '../../src/form/form.ts'

/** Built-in words of forms of several screens and of tables. */
export type StepTexts = {
  readonly next: string
  readonly back: string
  readonly reset: string
  readonly progress: (number: number, total: number) => string
  /** Title of the error banner of a table (operations.md §9.2). */
  readonly summary: string
  readonly agree: string
  readonly save: string
  readonly openSaved: string
  /** What became of the draft, with the time of the last saving. */
  readonly draft: {
    readonly [said in 'saved' | 'resumed' | 'stale' | 'full' | 'too-long' | 'ended']: (
      time: string,
    ) => string
  }
}

const ja: StepTexts = {
  next: '次へ',
  back: '前ページに戻る',
  reset: 'この画面を開いた状態に戻す',
  progress: (number, total) => `${total} の ${number}`,
  summary: '▲入力内容に誤りがあります。赤字の項目をご確認ください。',
  agree: '同意する',
  save: '一時保存',
  openSaved: '保存されている下書きを開く',
  draft: {
    saved: (time) => `下書きを保存しました（${time}）。マイリストから再開できます。`,
    resumed: (time) => `保存した下書きの続きです（${time}）。`,
    stale: (time) =>
      `この下書きは、ほかの画面で新しく保存されています（${time}）。この画面の内容は、まだ保存していません。この画面の内容で置き換えるときは「一時保存」を押してください。`,
    full: () =>
      '下書きの数が上限（20件）になっているため、保存していません。マイリストで使わない下書きを削除してから、もう一度「一時保存」を押してください。',
    'too-long': () =>
      '入力された内容が長いため、下書きとして保存できません。このまま送信することはできます。',
    ended: () =>
      'ログインの期限が切れました。このまま入力を続けられます。「一時保存」か送信のボタンを押すと、入力した内容をお預かりしてログインの画面に進みます。',
  },
}

const en: StepTexts = {
  next: 'Next',
  back: 'Back to the page before',
  reset: 'Undo everything typed on this page',
  progress: (number, total) => `${number} of ${total}`,
  summary: '▲ Something needs correcting. Please check the items in red.',
  agree: 'I agree',
  save: 'Save as a draft',
  openSaved: 'Open the saved draft',
  draft: {
    saved: (time) => `Saved as a draft (${time}). You can go on with it from your list.`,
    resumed: (time) => `This is your saved draft (${time}).`,
    stale: (time) =>
      `This draft has been saved in another window since (${time}). What stands here is not saved yet. Press “Save as a draft” to replace it with this page.`,
    full: () =>
      'You have as many drafts as there may be (20), so this is not saved. Delete some in your list, then press “Save as a draft” again.',
    'too-long': () => 'This is too long for a draft. You can still send it as it is.',
    ended: () =>
      'Your session has ended. You can go on typing: when you save or send, what you typed is kept while you log in.',
  },
}

export function stepTexts(locale: Locale): StepTexts {
  return locale === 'en' ? en : ja
}
