import { problemsIn, type Reload } from '../../definitions/serving/report.ts'
import type { Locale } from '../../form/form.ts'
import { lastAttempt, listNodes, type Attempt, type NodeState } from '../../store/reloads.ts'
import { actorText } from '../../store/submissions.ts'
import type { Cell, TableBody } from '../../../web/views/page.ts'
import { pageAnswer, type PageContent } from '../form/answers.ts'
import { needs } from './rights.ts'
import type { Route, Visit } from '../route.ts'
import { timeText } from './pages.ts'

/** What `src/reload.ts` does for requests. */
export type ReloadPort = { reload(requestedBy: string): Promise<Reload> }

type Table = TableBody['tables'][number]

const PATH = '/admin/definitions'
/** Programs not heard of for so long have ended. */
const ALIVE_MS = 120_000
/** Enough of a hash to tell two sets apart. */
const HASH_LENGTH = 12

/** Which definitions are served, by which programs, and the button that takes up changed ones. */
export function definitionsRoutes(reloads: ReloadPort): readonly Route[] {
  const common = { path: PATH, access: needs('definitions') } as const
  return [
    { ...common, method: 'GET', body: 'none', answer: async (visit) => page(visit) },
    { ...common, method: 'POST', body: 'form', answer: (visit) => reload(visit, reloads) },
  ]
}

async function reload(visit: Visit, reloads: ReloadPort): Promise<Response> {
  const { staff } = visit
  const actor = staff
    ? actorText({ kind: 'staff', staffId: staff.id, role: staff.role })
    : actorText({ kind: 'system' })
  const outcome = await reloads.reload(actor)
  const t = TEXTS[visit.locale]
  if (outcome.kind === 'problems')
    return page(visit, t.refused(outcome.problems[visit.locale].length), 422)
  return page(visit, outcome.isNew ? t.taken : t.same)
}

async function page(visit: Visit, notice?: string, status = 200): Promise<Response> {
  const { store, clock } = visit.deps
  const since = new Date(clock().getTime() - ALIVE_MS).toISOString()
  const [attempt, nodes] = await Promise.all([lastAttempt(store.db), listNodes(store.db, since)])
  return pageAnswer(visit, { ...content(visit, attempt, nodes, notice), status })
}

function content(
  { deps, locale }: Visit,
  attempt: Attempt | undefined,
  nodes: readonly NodeState[],
  notice: string | undefined,
): PageContent {
  const t = TEXTS[locale]
  const served: Table = {
    caption: t.served,
    columns: [t.version, t.portals, t.forms, t.again],
    rows: [
      [
        short(deps.definitions().hash),
        String(Object.keys(deps.definitions().portals).length),
        String(Object.keys(deps.definitions().forms).length),
        { action: { label: t.reload, href: PATH } },
      ],
    ],
    empty: '',
  }
  return {
    title: t.title,
    body: {
      kind: 'table',
      lead: t.lead,
      notice,
      tables: [served, ...reportTables(attempt, locale), nodesTable(nodes, locale)],
    },
  }
}

/** The problems of the last look, each where it stands in the files. */
function reportTables(attempt: Attempt | undefined, locale: Locale): Table[] {
  if (attempt?.report === undefined) return []
  const t = TEXTS[locale]
  return [
    {
      caption: t.problems(timeText(attempt.at, locale)),
      columns: [t.place, t.problem, t.remedy],
      rows: problemsIn(attempt.report, locale).map((problem): Cell[] => [
        `${problem.file}:${problem.line}:${problem.column}`,
        problem.message,
        problem.hint ?? '',
      ]),
      empty: '',
    },
  ]
}

function nodesTable(nodes: readonly NodeState[], locale: Locale): Table {
  const t = TEXTS[locale]
  return {
    caption: t.programs,
    columns: [t.program, t.version, t.outcome, t.since],
    rows: nodes.map((node): Cell[] => [
      node.name,
      short(node.hash),
      t.outcomes[node.outcome],
      timeText(node.changedAt, locale),
    ]),
    empty: t.noPrograms,
  }
}

function short(hash: string): string {
  return hash.slice(0, HASH_LENGTH)
}

const JA = {
  title: '定義の読み込み',
  lead: 'フォルダーの定義を書き換えたら、「読み込む」を押してください。問題が1つもないときだけ、全体がまとめて切り替わります。問題があるときは、今の定義のまま変わりません。',
  served: '使用中の定義',
  version: '版',
  portals: 'ポータル',
  forms: '様式',
  again: '変更の反映',
  reload: '読み込む',
  place: '場所（ファイル:行:桁）',
  problem: '問題',
  remedy: '直し方',
  programs: '動いているプログラム',
  noPrograms: '動いているプログラムの記録はありません。',
  program: 'コンピューターと番号',
  outcome: '状態',
  since: '日時',
  taken: '新しい定義に切り替えました。ほかのプログラムも数秒のうちに切り替わります。',
  same: '定義に変わったところはありませんでした。',
  refused: (count: number) =>
    `定義に問題が${count}件あるため、切り替えていません。今までの定義で動いています。`,
  problems: (at: string) => `${at}の読み込みで見つかった問題`,
  outcomes: {
    live: '指示どおりの版',
    'other-files': 'フォルダーの内容が指示された版と違うため、前の版のまま',
    problems: '定義に問題があるため、前の版のまま',
    failed: '読み込みに失敗したため、前の版のまま',
  } satisfies { readonly [outcome in NodeState['outcome']]: string },
}

const EN: typeof JA = {
  title: 'Loading definitions',
  lead: 'When you have changed definitions in the folder, press “Load”. Only when there is no problem at all does everything change over together; otherwise the present definitions stay as they are.',
  served: 'Definitions in use',
  version: 'Version',
  portals: 'Portals',
  forms: 'Forms',
  again: 'Taking up changes',
  reload: 'Load',
  place: 'Place (file:line:column)',
  problem: 'Problem',
  remedy: 'What to do',
  programs: 'Running programs',
  noPrograms: 'No running program is on record.',
  program: 'Computer and number',
  outcome: 'State',
  since: 'Since',
  taken: 'The new definitions are in use. Other programs follow within seconds.',
  same: 'Nothing has changed in the definitions.',
  refused: (count) =>
    `The definitions have ${count} problems, so nothing was changed over. Those before are still in use.`,
  problems: (at) => `Problems found when loading, ${at}`,
  outcomes: {
    live: 'the version asked for',
    'other-files': 'version before: the folder holds something else than was asked for',
    problems: 'version before: the definitions have problems',
    failed: 'version before: loading failed',
  },
}

const TEXTS: { readonly [L in Locale]: typeof JA } = { ja: JA, en: EN }
