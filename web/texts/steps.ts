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
}

const ja: StepTexts = {
  next: '次へ',
  back: '前ページに戻る',
  reset: 'この画面を開いた状態に戻す',
  progress: (number, total) => `${total} の ${number}`,
  summary: '▲入力内容に誤りがあります。赤字の項目をご確認ください。',
  agree: '同意する',
}

const en: StepTexts = {
  next: 'Next',
  back: 'Back to the page before',
  reset: 'Undo everything typed on this page',
  progress: (number, total) => `${number} of ${total}`,
  summary: '▲ Something needs correcting. Please check the items in red.',
  agree: 'I agree',
}

export function stepTexts(locale: Locale): StepTexts {
  return locale === 'en' ? en : ja
}
