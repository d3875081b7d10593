import type { Locale } from '../../form/form.ts'
import type { Span } from '../../workflow/clock.ts'

const JA = {
  title: '審査デスク',
  views: '申請の区分',
  view: {
    desk: '対応が必要',
    mine: '自分の担当',
    nobody: '担当未定',
    warned: '目安の日数を超過',
    escalated: '至急',
    stuck: '停止中',
    open: '進行中すべて',
    ended: '終了',
  },
  search: '絞り込み',
  portal: 'ポータル',
  form: '手続き',
  state: '状態',
  type: '施設の種類',
  prefecture: '都道府県',
  text: '受付番号または施設名',
  all: 'すべて',
  apply: '絞り込む',
  reset: '絞り込みを解除する',
  list: '申請の一覧',
  none: 'この条件に合う申請はありません。',
  range: (from: number, to: number, total: number) => `${total}件中 ${from}～${to}件目`,
  number: '受付番号',
  created: '受付日時',
  age: '経過',
  facility: '施設',
  due: '期限の目安',
  assignee: '担当',
  nobodyYet: '未定',
  ended: '終了',
  isStuck: '停止中',
  pages: 'ページ',
  previous: '前のページ',
  next: '次のページ',
  take: '担当する',
  csv: 'CSVで保存（UTF-8）',
  sjis: 'CSVで保存（Shift_JIS）',
  of: (number: string) => `（${number}）`,
}

const EN: typeof JA = {
  title: 'Review desk',
  views: 'Kinds of submissions',
  view: {
    desk: 'To be dealt with',
    mine: 'Mine',
    nobody: 'With nobody',
    warned: 'Taking too long',
    escalated: 'Urgent',
    stuck: 'Standing still',
    open: 'All in progress',
    ended: 'Ended',
  },
  search: 'Narrow down',
  portal: 'Portal',
  form: 'Matter',
  state: 'State',
  type: 'Type of facility',
  prefecture: 'Prefecture',
  text: 'Number, or name of the facility',
  all: 'All',
  apply: 'Narrow down',
  reset: 'Show all again',
  list: 'Submissions',
  none: 'There is no such submission.',
  range: (from, to, total) => `${from} to ${to} of ${total}`,
  number: 'Number',
  created: 'Received',
  age: 'Age',
  facility: 'Facility',
  due: 'Time limit',
  assignee: 'With',
  nobodyYet: 'nobody',
  ended: 'Ended',
  isStuck: 'stands still',
  pages: 'Pages',
  previous: 'Previous page',
  next: 'Next page',
  take: 'Take it',
  csv: 'Save as CSV (UTF-8)',
  sjis: 'Save as CSV (Shift_JIS)',
  of: (number) => ` (${number})`,
}

export const QUEUE_WORDS: { readonly [L in Locale]: typeof JA } = { ja: JA, en: EN }

const DAY_MS = 86_400_000

/** 「5営業日を超過」: which of its limits the office has passed. */
export function lateText(
  late: 'warn' | 'escalate',
  span: Span | undefined,
  locale: Locale,
): string {
  const isJapanese = locale === 'ja'
  const urgent = late === 'escalate' ? (isJapanese ? '至急：' : 'Urgent: ') : ''
  if (!span) return `${urgent}${isJapanese ? '目安の日数を超過' : 'over the time limit'}`
  if ('businessDays' in span)
    return `${urgent}${isJapanese ? `${span.businessDays}営業日を超過` : `over ${span.businessDays} working days`}`
  const days = Math.round(span.ms / DAY_MS)
  return `${urgent}${isJapanese ? `${days}日を超過` : `over ${days} days`}`
}
