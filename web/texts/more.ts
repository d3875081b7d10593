import type { Locale } from '../../src/form/form.ts'

/** Built-in words of the rarer controls: only pages with such a field are sent them. */
export type MoreTexts = {
  readonly checkDigit: string
}

const ja: MoreTexts = {
  checkDigit:
    '最後の桁が、番号の決まりに合いません。お手元の書類に印刷された番号とお確かめください。合っていれば、このままお進みください。',
}

const en: MoreTexts = {
  checkDigit:
    'The last digit does not fit the others. Compare it with the number printed on your papers. If it is the same, go on.',
}

export function moreTexts(locale: Locale): MoreTexts {
  return locale === 'en' ? en : ja
}
