import type { Locale } from '../../src/form/form.ts'

/** Built-in words of rows. */
export type RowTexts = {
  readonly add: string
  readonly remove: (row: string) => string
  readonly count: (count: number) => string
}

const ja: RowTexts = {
  add: '行を増やす',
  remove: (row) => `${row}を消す`,
  count: (count) => `${count}行になりました。`,
}

const en: RowTexts = {
  add: 'Add a row',
  remove: (row) => `Remove ${row}`,
  count: (count) => `Rows: ${count}.`,
}

export function rowTexts(locale: Locale): RowTexts {
  return locale === 'en' ? en : ja
}
