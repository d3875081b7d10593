import type { Locale } from '../../src/form/form.ts'

/** Built-in words of the rarer controls: only pages with such a field are sent them. */
export type MoreTexts = {
  readonly checkDigit: string
  readonly asking: string
  readonly confirmed: string
  readonly filled: (label: string) => string
  readonly choose: (count: number) => string
  readonly unreachable: string
  readonly later: (seconds: number) => string
  readonly blocked: (hours: number) => string
}

const ja: MoreTexts = {
  checkDigit:
    '最後の桁が、番号の決まりに合いません。お手元の書類に印刷された番号とお確かめください。合っていれば、このままお進みください。',
  asking: '確認しています',
  confirmed: '確認できました',
  filled: (label) => `「${label}」を入力しました。違うところは直してください。`,
  choose: (count) => `${count}件見つかりました。当てはまるものを選んでください。`,
  unreachable: 'いま調べられません。このまま直接入力するか、少し待ってからもう一度押してください。',
  later: (seconds) => `続けて調べられません。${seconds}秒ほど待ってから、もう一度押してください。`,
  blocked: (hours) =>
    `一致しないことが続いたため、いまは使えません。${hours}時間ほどたつと、もう一度使えます。`,
}

const en: MoreTexts = {
  checkDigit:
    'The last digit does not fit the others. Compare it with the number printed on your papers. If it is the same, go on.',
  asking: 'Checking',
  confirmed: 'Confirmed',
  filled: (label) => `Filled in “${label}”. Change what is not right.`,
  choose: (count) => `${count} found. Choose the one that applies.`,
  unreachable: 'This cannot be looked up now. Type it yourself, or press again in a moment.',
  later: (seconds) => `Too many questions. Press again in about ${seconds} seconds.`,
  blocked: (hours) =>
    `What was entered did not match too often. You can try again in about ${hours} hours.`,
}

export function moreTexts(locale: Locale): MoreTexts {
  return locale === 'en' ? en : ja
}
