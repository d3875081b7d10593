import { cardErrorSummary, isCardErrorCode } from '../../cards/errors.ts'
import type { Locale } from '../../form/form.ts'
import { cardOverview } from '../../store/cards.ts'
import type { Cell } from '../../../web/views/page.ts'
import { jsonAnswer, pageAnswer, type PageContent } from '../form/answers.ts'
import { needs } from './rights.ts'
import type { Route, Visit } from '../route.ts'
import { timeText } from './pages.ts'

/** Errors are counted by day, and this many days are shown. */
const DAYS = 30
const DAY_MS = 86_400_000
/** Enough of the name an agent gave itself to tell two PCs apart. */
const ID_LENGTH = 8

/** Which card programs and readers were seen lately, and what went wrong how often: nothing about anybody. */
export function cardOverviewRoutes(): readonly Route[] {
  const common = { method: 'GET', access: needs('jobs'), body: 'none' } as const
  return [
    {
      ...common,
      path: '/admin/cards',
      answer: async (visit) => pageAnswer(visit, content(visit, await overviewOf(visit))),
    },
    {
      ...common,
      path: '/api/v1/office/cards',
      answer: async (visit) => jsonAnswer(await overviewOf(visit)),
    },
  ]
}

type Overview = {
  readonly since: string
  readonly agents: readonly {
    readonly id: string
    readonly version: string
    readonly readers: readonly { readonly driver: string; readonly status: string }[]
    readonly plugins: readonly string[]
    readonly seenAt: string
  }[]
  readonly errors: readonly { readonly code: string; readonly count: number }[]
}

async function overviewOf({ deps }: Visit): Promise<Overview> {
  const since = new Date(deps.clock().getTime() - DAYS * DAY_MS)
  const { agents, errors } = await cardOverview(deps.store.db, since)
  return {
    since: since.toISOString().slice(0, 10),
    agents: agents.map(({ id, version, readers, plugins, seen_at: seenAt }) => ({
      id: id.slice(0, ID_LENGTH),
      version,
      readers: JSON.parse(readers) as Overview['agents'][number]['readers'],
      plugins: JSON.parse(plugins) as readonly string[],
      seenAt,
    })),
    errors: [...errors].sort((one, other) => other.count - one.count),
  }
}

function content({ locale }: Visit, { agents, errors }: Overview): PageContent {
  const t = TEXTS[locale]
  const said = (status: string) =>
    Object.hasOwn(t.states, status) ? (t.states[status] ?? status) : status
  return {
    title: t.title,
    body: {
      kind: 'table',
      lead: t.lead,
      tables: [
        {
          caption: t.agents,
          columns: [t.agent, t.version, t.readers, t.plugins, t.seen],
          rows: agents.map((agent): Cell[] => [
            agent.id,
            agent.version,
            agent.readers.map(({ driver, status }) => `${driver}${said(status)}`).join(t.comma) ||
              t.noReader,
            agent.plugins.join(t.comma),
            timeText(agent.seenAt, locale),
          ]),
          empty: t.noAgents,
        },
        {
          caption: t.errors(DAYS),
          columns: [t.code, t.count, t.what, t.remedy],
          rows: errors.map(({ code, count }): Cell[] => {
            const text = isCardErrorCode(code) ? cardErrorSummary(code, locale) : undefined
            return [code, String(count), text?.what ?? '', text?.userAction ?? '']
          }),
          empty: t.noErrors,
        },
      ],
    },
  }
}

const JA = {
  title: 'カードリーダー',
  lead: '申請の画面からカードを読み取ったパソコンの記録です。どなたのカードかは記録していません。90日使われなかったパソコンは一覧から消えます。',
  agents: '読み取りプログラムとリーダー',
  agent: 'パソコン',
  version: '版',
  readers: 'リーダー（ドライバーと、最後の状態）',
  plugins: 'プラグイン',
  seen: '最後に使われた日時',
  noReader: 'なし',
  noAgents: '読み取りプログラムは、まだ使われていません。',
  errors: (days: number) => `最近${days}日間に読み取れなかった理由`,
  code: 'コード',
  what: '画面に出た説明',
  remedy: 'ご案内する対処',
  count: '回数',
  noErrors: '読み取れなかったことはありません。',
  comma: '、',
  states: {
    ready: '（カードなし）',
    card: '（カードあり）',
    stuck: '（応答なし）',
  } as { readonly [status: string]: string },
}

const EN: typeof JA = {
  title: 'Card readers',
  lead: 'The computers that have read cards for pages of applications. Whose cards they were is not recorded. Computers unused for 90 days leave the list.',
  agents: 'Card programs and readers',
  agent: 'Computer',
  version: 'Version',
  readers: 'Readers (driver, and its last state)',
  plugins: 'Plugins',
  seen: 'Last used',
  noReader: 'none',
  noAgents: 'No card program has been used yet.',
  errors: (days) => `Why cards were not read, in the last ${days} days`,
  code: 'Code',
  what: 'What the page said',
  remedy: 'What helps',
  count: 'Times',
  noErrors: 'Every card was read.',
  comma: ', ',
  states: { ready: ' (no card)', card: ' (card)', stuck: ' (no answer)' },
}

const TEXTS: { readonly [L in Locale]: typeof JA } = { ja: JA, en: EN }
