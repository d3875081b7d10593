import type { Locale } from '../../src/form/form.ts'
import { dateWords } from '../../src/form/formats.ts'

/** Words of a portal's own pages; they stay on the server. */
export type PortalTexts = {
  readonly banner: string
  readonly notices: string
  readonly allNotices: string
  readonly noNotices: string
  readonly pinned: string
  readonly daysAgo: (days: number) => string
  readonly views: (count: number) => string
  readonly categories: string
  readonly details: string
  /** `day`: when it opens or has closed. */
  readonly cardState: (
    state: 'not-yet' | 'over' | 'preparation' | 'restricted',
    day: string,
  ) => string
  readonly faqLead: string
  readonly noQuestions: string
  readonly allQuestions: string
  readonly questions: (count: number) => string
  readonly groups: string
  readonly phone: string
  readonly mail: string
  readonly hours: string
  readonly officeOpen: string
  readonly officeUntil: (time: string) => string
  readonly officeClosed: string
  readonly officeNext: (day: string, time: string) => string
  readonly otherSite: string
  readonly pageKind: string
  /** Kind and size of a document, from its name and bytes. */
  readonly file: (name: string, bytes: number) => string
  readonly search: string
  readonly searchButton: string
  readonly searchLead: string
  readonly found: (count: number) => string
  readonly notFound: string
  readonly notFoundAdvice: readonly string[]
  readonly loginToFind: string
  readonly resultKind: {
    readonly [kind in 'page' | 'notice' | 'question' | 'document' | 'card']: string
  }
}

/** `PDF` of `checklist.pdf`. */
function kindOf(name: string): string {
  return (name.split('.').at(-1) ?? '').toUpperCase()
}

/** `43 KB`, `1.2 MB`, rounded up. */
function sizeOf(bytes: number): string {
  const kilobytes = Math.max(1, Math.ceil(bytes / 1_000))
  return kilobytes < 1_000 ? `${kilobytes} KB` : `${(kilobytes / 1_000).toFixed(1)} MB`
}

/** In days, for how long ago something was. */
const MONTH = 30
const YEAR = 365

const ja: PortalTexts = {
  banner: 'ご案内',
  notices: 'お知らせ',
  allNotices: 'お知らせをすべて見る',
  noNotices: '今お伝えするお知らせはありません。',
  pinned: '固定',
  daysAgo: (days) =>
    days === 0
      ? '今日'
      : days < MONTH
        ? `${days}日前`
        : days < YEAR
          ? `${Math.floor(days / MONTH)}か月前`
          : `${Math.floor(days / YEAR)}年前`,
  views: (count) => `閲覧${count}回`,
  categories: 'カテゴリ',
  details: '詳細を表示',
  cardState: (state, day) =>
    ({
      'not-yet': `${day}から受け付けます`,
      over: `受付は${day}に終わりました`,
      preparation: '公開準備中',
      restricted: 'ご利用いただける方が限られています',
    })[state],
  faqLead: '知りたいことに近い分類をお選びください。',
  noQuestions: '質問と答えは、まだありません。お急ぎのときは、お問い合わせ先へご連絡ください。',
  allQuestions: 'よくある質問の分類を見る',
  questions: (count) => `質問${count}件`,
  groups: 'このページの中の分類',
  phone: '電話',
  mail: 'メール',
  hours: '受付時間',
  officeOpen: '電話を受け付けています',
  officeUntil: (time) => `今日は${time}まで受け付けます。`,
  officeClosed: '今は受付時間外です',
  officeNext: (day, time) => `次の受付は、${day}の${time}からです。`,
  otherSite: 'ほかのサイト',
  pageKind: 'このサイトのページ',
  file: (name, bytes) => `${kindOf(name)}、${sizeOf(bytes)}`,
  search: 'サイト内検索',
  searchButton: '検索',
  searchLead:
    '調べたい言葉を入力して、「検索」を押してください。2つ以上の言葉は、間を空けて入力します。',
  found: (count) => `${count}件見つかりました。`,
  notFound: '見つかりませんでした。次のことをお試しください。',
  notFoundAdvice: [
    '言葉を短くする。（例：「パスワードの再設定の方法」ではなく「パスワード」）',
    '似た意味の、ほかの言葉にする。（例：「暗証番号」ではなく「パスワード」）',
    '言葉の数を減らす。',
  ],
  loginToFind: 'ログインして、申請についても探す',
  resultKind: {
    page: 'ページ',
    notice: 'お知らせ',
    question: 'よくある質問',
    document: '資料',
    card: '申請',
  },
}

const en: PortalTexts = {
  banner: 'Information',
  notices: 'Notices',
  allNotices: 'See all notices',
  noNotices: 'There are no notices at the moment.',
  pinned: 'Pinned',
  daysAgo: (days) => {
    if (days === 0) return 'today'
    const [count, unit] =
      days < MONTH
        ? [days, 'day']
        : days < YEAR
          ? [Math.floor(days / MONTH), 'month']
          : [Math.floor(days / YEAR), 'year']
    return `${count} ${unit}${count === 1 ? '' : 's'} ago`
  },
  views: (count) => (count === 1 ? 'viewed once' : `viewed ${count} times`),
  categories: 'Categories',
  details: 'Show details',
  cardState: (state, day) =>
    ({
      'not-yet': `Opens on ${day}`,
      over: `Closed on ${day}`,
      preparation: 'In preparation',
      restricted: 'Open to some users only',
    })[state],
  faqLead: 'Choose the category nearest to what you want to know.',
  noQuestions: 'There are no questions and answers yet. Please contact us if you are in a hurry.',
  allQuestions: 'See all categories of questions',
  questions: (count) => (count === 1 ? '1 question' : `${count} questions`),
  groups: 'Groups on this page',
  phone: 'Phone',
  mail: 'Mail',
  hours: 'Hours',
  officeOpen: 'We are answering the phone',
  officeUntil: (time) => `Open today until ${time}.`,
  officeClosed: 'We are closed now',
  officeNext: (day, time) => `Open again on ${day} from ${time}.`,
  otherSite: 'Another site',
  pageKind: 'A page of this site',
  file: (name, bytes) => `${kindOf(name)}, ${sizeOf(bytes)}`,
  search: 'Search this site',
  searchButton: 'Search',
  searchLead: 'Enter what you are looking for and press “Search”. Put a space between words.',
  found: (count) => (count === 1 ? 'One result.' : `${count} results.`),
  notFound: 'Nothing was found. You could try this:',
  notFoundAdvice: ['Use shorter words.', 'Use other words that mean the same.', 'Use fewer words.'],
  loginToFind: 'Log in to find applications, too',
  resultKind: {
    page: 'Page',
    notice: 'Notice',
    question: 'Question',
    document: 'Document',
    card: 'Application',
  },
}

export function portalTexts(locale: Locale): PortalTexts {
  return locale === 'en' ? en : ja
}

/** `8:00` of minutes since midnight. */
export function timeWords(minute: number): string {
  return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`
}

/** `4月1日（水）` of `2026-04-01`. */
export function dayWords(date: string, locale: Locale): string {
  const style = { month: 'long', day: 'numeric', weekday: 'short', timeZone: 'UTC' } as const
  return dateWords(new Date(`${date}T00:00:00Z`), locale, style)
    .replace('(', '（')
    .replace(')', '）')
}
