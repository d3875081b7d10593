import type { Definitions, Right } from '../../definitions/definitions.ts'
import type { Locale } from '../../form/form.ts'
import { dateWords, numberWords } from '../../form/formats.ts'
import { verifyAudit } from '../../store/audit.ts'
import { countJobs } from '../../store/jobs.ts'
import { countSubmissions, listFailedJobs, type FailedJob } from '../../store/overview.ts'
import type { Cell, TableBody } from '../../../web/views/page.ts'
import { textIn, type PageContent } from '../form/answers.ts'
import { own } from '../guard.ts'
import { may } from './rights.ts'
import type { Visit } from '../route.ts'

/** As many as one looks through on a page; the newest first. */
const FAILED_JOBS_SHOWN = 50

type Table = TableBody['tables'][number]

/** Where else the staff can go, each with the right its address asks for. */
const PAGES = [
  { name: 'review', href: '/review/', right: 'queue' },
  { name: 'stuck', href: '/admin/stuck', right: 'repair' },
  { name: 'facilities', href: '/admin/facilities', right: 'master' },
  { name: 'mails', href: '/admin/mails', right: 'mails' },
  { name: 'issued', href: '/admin/issued', right: 'secret-numbers' },
  { name: 'staff', href: '/admin/staff', right: 'staff' },
  { name: 'entries', href: '/admin/audit/entries', right: 'audit' },
  { name: 'audit', href: '/admin/audit', right: 'audit' },
  { name: 'definitions', href: '/admin/definitions', right: 'definitions' },
  { name: 'cards', href: '/admin/cards', right: 'jobs' },
  { name: 'factor', href: '/admin/login/enrol', right: 'any' },
  { name: 'ownCards', href: '/admin/own-cards', right: 'any' },
] as const satisfies readonly { name: string; href: string; right: Right | 'any' }[]

/** How many submissions and jobs there are in which state, and what has failed. */
export async function overviewPage(visit: Visit, notice?: string): Promise<PageContent> {
  const { store, definitions } = visit.deps
  const seesJobs = may(visit, 'jobs')
  const [submissions, jobs, failed] = await Promise.all([
    seesJobs ? countSubmissions(store.db) : [],
    seesJobs ? countJobs(store.db) : {},
    seesJobs ? listFailedJobs(store.db, FAILED_JOBS_SHOWN) : [],
  ])
  const t = TEXTS[visit.locale]
  const names = namesIn(definitions(), visit.locale)
  const byState: Table = {
    caption: t.submissions,
    columns: [t.portal, t.form, t.state, t.count],
    rows: submissions.map((row) => [
      names.portal(row.portal),
      names.form(row.form),
      names.state(row.form, row.state),
      String(row.count),
    ]),
    empty: t.noSubmissions,
  }
  const jobsByState: Table = {
    caption: t.jobs,
    columns: [t.state, t.count],
    rows: Object.entries(jobs).map(([state, count]) => [
      own(t.jobStates, state) ?? state,
      String(Number(count)),
    ]),
    empty: t.noJobs,
  }
  const further: Table = {
    caption: t.further,
    columns: [t.page, t.content],
    rows: PAGES.filter(({ right }) => right === 'any' || may(visit, right)).map(
      ({ name, href }) => [{ text: t.pages[name][0], href }, t.pages[name][1]],
    ),
    empty: '',
  }
  return {
    title: t.overview,
    body: {
      kind: 'table',
      notice,
      tables: seesJobs
        ? [further, byState, jobsByState, failedJobs(failed, visit.locale)]
        : [further],
    },
  }
}

function failedJobs(failed: readonly FailedJob[], locale: Locale): Table {
  const t = TEXTS[locale]
  return {
    caption: t.failed,
    columns: [t.job, t.since, t.attempts, t.reason, t.again],
    rows: failed.map((job): Cell[] => [
      job.kind,
      timeText(job.createdAt, locale),
      String(job.attempts),
      job.reason,
      job.canRetry
        ? { action: { label: t.retry, href: `/admin/jobs/${job.id}/retry` } }
        : t.notAgain,
    ]),
    empty: t.noFailed,
  }
}

/** Walks the whole audit log, so it has a page of its own. */
export async function auditPage(visit: Visit): Promise<PageContent> {
  const t = TEXTS[visit.locale]
  const verdict = await verifyAudit(visit.deps.store.db)
  const { rows, brokenAt, head } = verdict
  return {
    title: t.audit,
    body: {
      kind: 'table',
      notice: brokenAt === undefined ? t.whole(rows) : t.broken(brokenAt),
      tables: [
        {
          caption: t.head,
          columns: [t.entry, t.hash],
          rows: [[String(head.seq), head.hash]],
          empty: '',
        },
      ],
    },
  }
}

/** Names as the present definitions have them; what they no longer know keeps its id. */
function namesIn(definitions: Definitions, locale: Locale) {
  return {
    portal(id: string): string {
      const portal = own(definitions.portals, id)
      return portal ? textIn(portal.title, locale) : id
    },
    form(id: string): string {
      const form = own(definitions.forms, id)
      return form ? textIn(form.title, locale) : id
    },
    state(formId: string, name: string): string {
      const workflow = own(definitions.workflows, own(definitions.forms, formId)?.workflow ?? '')
      const state = workflow && own(workflow.states, name)
      return state ? textIn(state.label, locale) : name
    },
  }
}

export function timeText(at: string, locale: Locale): string {
  return dateWords(new Date(at), locale, { dateStyle: 'medium', timeStyle: 'short' })
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** In the largest unit that fits, rounded down. */
export function ageText(ms: number, locale: Locale): string {
  const [amount, unit] =
    ms >= DAY_MS
      ? ([ms / DAY_MS, 'day'] as const)
      : ms >= HOUR_MS
        ? ([ms / HOUR_MS, 'hour'] as const)
        : ([Math.max(0, ms) / MINUTE_MS, 'minute'] as const)
  const style = { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 } as const
  return numberWords(Math.floor(amount), locale, style)
}

const JA = {
  overview: '管理',
  pages: {
    review: ['審査デスク', '受け付けた申請を確かめ、対応します。'],
    stuck: ['止まっている申請', '判断を待っている手順を、やり直すか飛ばします。'],
    facilities: ['施設マスターの検索', '施設と、登録や申請の有無を調べます。'],
    mails: ['メールの記録', '送ったメールの結果を調べ、再送します。'],
    issued: ['発行したアカウント', '秘密の番号や初期パスワードを作り直します。'],
    staff: ['職員', '職員を招き、2段階認証をリセットします。'],
    entries: ['操作記録の検索', 'だれが、いつ、何をしたかを調べます。'],
    audit: ['操作記録の検証', '記録が書き換えられていないことを、はじめから確かめます。'],
    definitions: ['定義の読み込み', '書き換えた定義を読み込み、問題があれば場所と直し方を見ます。'],
    cards: ['カードリーダー', '使われた読み取りプログラムと、読み取れなかった理由を見ます。'],
    factor: ['2段階認証の登録し直し', 'スマートフォンを替えるときに、認証アプリを登録し直します。'],
    ownCards: ['自分のカード', '確認コードの代わりに使うカードを登録します。'],
  } as { readonly [P in (typeof PAGES)[number]['name']]: readonly [string, string] },
  audit: '操作記録の検証',
  further: '画面の一覧',
  page: '画面',
  content: '内容',
  submissions: '申請',
  noSubmissions: '申請はまだありません。',
  jobs: '処理',
  noJobs: '処理はまだありません。',
  failed: '失敗した処理',
  noFailed: '失敗した処理はありません。',
  portal: 'ポータル',
  form: '様式',
  state: '状態',
  count: '件数',
  since: '日時',
  job: '処理の種類',
  attempts: '試行回数',
  reason: '理由',
  again: 'やり直し',
  retry: 'やり直す',
  notAgain: '内容が消去されているため、やり直せません。',
  head: '最新の記録',
  entry: '番号',
  hash: '検証用の値',
  jobStates: {
    waiting: '待機中',
    running: '実行中',
    done: '完了',
    failed: '失敗',
    cancelled: '取りやめ',
  } as { readonly [state: string]: string },
  whole: (rows: number) => `記録${rows}件を確かめました。書き換えや欠けはありません。`,
  broken: (seq: number) =>
    `${seq}番目の記録が、書き換えられたか失われています。データベースを触らずに保全し、控えと照らし合わせてください。`,
}

const EN: typeof JA = {
  overview: 'Administration',
  pages: {
    review: ['Review desk', 'Look at what has been received, and deal with it.'],
    stuck: ['What stands still', 'Try steps again, or go on without them.'],
    facilities: ['Facility master', 'Facilities, and whether they have registered or applied.'],
    mails: ['Mails', 'What became of the mails that were sent; send them again.'],
    issued: ['Issued accounts', 'Make secret numbers and initial passwords anew.'],
    staff: ['Staff', 'Invite people, and reset their second factor.'],
    entries: ['Audit log', 'Who did what, and when.'],
    audit: [
      'Check of the audit log',
      'Checks from the first entry on that nothing has been rewritten.',
    ],
    definitions: [
      'Loading definitions',
      'Takes up changed definitions, or shows what is wrong with them and where.',
    ],
    cards: ['Card readers', 'Card programs in use, and why cards were not read.'],
    factor: ['Second factor', 'Set up the authenticator app anew, for another phone.'],
    ownCards: ['Your cards', 'Register a card that takes the place of the code.'],
  },
  audit: 'Check of the audit log',
  further: 'Pages',
  page: 'Page',
  content: 'Content',
  submissions: 'Submissions',
  noSubmissions: 'There are no submissions yet.',
  jobs: 'Jobs',
  noJobs: 'There are no jobs yet.',
  failed: 'Failed jobs',
  noFailed: 'No job has failed.',
  portal: 'Portal',
  form: 'Form',
  state: 'State',
  count: 'Number',
  since: 'Since',
  job: 'Kind of job',
  attempts: 'Attempts',
  reason: 'Reason',
  again: 'Once more',
  retry: 'Do again',
  notAgain: 'Its content has been erased, so it cannot be done again.',
  head: 'Newest entry',
  entry: 'Number',
  hash: 'Hash',
  jobStates: {
    waiting: 'waiting',
    running: 'running',
    done: 'done',
    failed: 'failed',
    cancelled: 'cancelled',
  },
  whole: (rows) => `${rows} entries checked. Nothing has been rewritten or is missing.`,
  broken: (seq) =>
    `Entry ${seq} has been rewritten or is missing. Keep the database as it is and compare it with a backup.`,
}

const TEXTS: { readonly [L in Locale]: typeof JA } = { ja: JA, en: EN }
