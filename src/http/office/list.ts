import type { Right } from '../../definitions/definitions.ts'
import type { JsonObject, Locale, Text } from '../../form/form.ts'
import { own } from '../guard.ts'
import { appendAudit } from '../../store/audit.ts'
import { actorText } from '../../store/submissions.ts'
import type { DeskCell, DeskLink, QueueBody, SearchField } from '../../../web/views/desk.ts'
import { jsonAnswer, pageAnswer, textIn, type PageContent } from '../form/answers.ts'
import { may, needs } from '../staff/rights.ts'
import { staffActor } from '../review/opened.ts'
import type { Route, Visit } from '../route.ts'
import { csvAnswer } from './csv.ts'

/** As many as one looks through on a page. */
export const LIST_SIZE = 50
/** Nobody turns that many pages. */
const PAGE_MAX = 2_000
const TEXT_MAX = 100
/** Rows of a file that are in memory at once. */
const CHUNK = 1_000
/** A file of more rows opens in no spreadsheet. */
const ROWS_MAX = 1_000_000

/** What an address asks of a list; all of it stands in the address, so that it can be kept and sent on. */
export type Asked = {
  /** What is typed or chosen in a field, tidied up; '' for nothing. */
  value(name: string): string
  /** A day as typed, `2026-11-20`; '' when it is none. */
  day(name: string): string
}
export type Cut = { readonly limit: number; readonly offset: number }

/**
 * A list of the office: one description for its page, its file and its API. `Row` holds nothing that its right does not
 * open: whole addresses, secrets and links stay in the database.
 */
export type OfficeList<Row extends object> = {
  /** `/admin/<name>`, `/admin/<name>/csv`, `/api/v1/staff/<name>`. */
  readonly name: string
  readonly right: Right
  readonly title: Text
  readonly lead?: Text
  fields(visit: Visit): Promise<readonly Omit<SearchField, 'value'>[]>
  read(visit: Visit, asked: Asked, cut: Cut): Promise<readonly Row[]>
  readonly columns: readonly Text[]
  /** A cell for each column. */
  cells(visit: Visit, row: Row): readonly DeskCell[]
  links?(visit: Visit): readonly DeskLink[]
  /** What buttons lead back with, by name: `?said=<name>`. */
  readonly said?: { readonly [name: string]: Text }
}

/** Page, file and API of a list, each behind the right of the list; the file behind the one for files too. */
export function officeListRoutes<Row extends object>(list: OfficeList<Row>): readonly Route[] {
  const get = { method: 'GET', body: 'none', access: needs(list.right) } as const
  return [
    { ...get, path: `/admin/${list.name}`, answer: (visit) => showList(visit, list) },
    {
      ...get,
      access: needs(list.right, 'export'),
      path: `/admin/${list.name}/csv`,
      answer: (visit) => fileOf(visit, list),
    },
    { ...get, path: `/api/v1/staff/${list.name}`, answer: (visit) => dataOf(visit, list) },
  ]
}

export async function showList<Row extends object>(
  visit: Visit,
  list: OfficeList<Row>,
): Promise<Response> {
  return pageAnswer(visit, await listContent(visit, list))
}

async function listContent<Row extends object>(
  visit: Visit,
  list: OfficeList<Row>,
): Promise<PageContent> {
  const { locale, query, path } = visit
  const asked = askedIn(query)
  const page = pageIn(query)
  const offset = (page - 1) * LIST_SIZE
  const [fields, found] = await Promise.all([
    list.fields(visit),
    // One more than is shown tells whether there are further ones.
    list.read(visit, asked, { limit: LIST_SIZE + 1, offset }),
  ])
  const t = WORDS[locale]
  const kept = fields.map(({ name }) => [name, asked.value(name)]).filter(([, value]) => value)
  const address = (more: readonly string[][], at = path) => {
    const search = new URLSearchParams([...kept, ...more]).toString()
    return search === '' ? at : `${at}?${search}`
  }
  const said = own(list.said ?? {}, query.get('said') ?? '')
  const rows = found.slice(0, LIST_SIZE)
  const body: QueueBody = {
    kind: 'queue',
    ...(said && { notice: textIn(said, locale) }),
    ...(list.lead && { lead: textIn(list.lead, locale) }),
    back: { text: t.back, href: '/admin/' },
    views: [],
    viewsLabel: '',
    search: {
      action: path,
      title: t.search,
      isOpen: true,
      fields: fields.map((field) => ({ ...field, value: asked.value(field.name) })),
      hidden: [],
      submit: t.submit,
      reset: { text: t.reset, href: path },
    },
    caption: t.found,
    range: t.range(offset + 1, offset + rows.length),
    columns: list.columns.map((label) => ({ label: textIn(label, locale) })),
    rows: rows.map((row) => list.cells(visit, row)),
    empty: t.none,
    pages: [
      ...(page > 1
        ? [{ text: t.previous, href: address(page > 2 ? [['page', String(page - 1)]] : []) }]
        : []),
      ...(found.length > LIST_SIZE
        ? [{ text: t.next, href: address([['page', String(page + 1)]]) }]
        : []),
    ],
    pagesLabel: t.pages,
    links: [
      ...(list.links?.(visit) ?? []),
      ...(may(visit, 'export')
        ? [
            { text: t.csv, href: address([], `${path}/csv`) },
            { text: t.sjis, href: address([['encoding', 'shift_jis']], `${path}/csv`) },
          ]
        : []),
    ],
  }
  return { title: textIn(list.title, locale), body }
}

async function dataOf<Row extends object>(visit: Visit, list: OfficeList<Row>): Promise<Response> {
  const page = pageIn(visit.query)
  const cut = { limit: LIST_SIZE + 1, offset: (page - 1) * LIST_SIZE }
  const found = await list.read(visit, askedIn(visit.query), cut)
  const items = found.slice(0, LIST_SIZE) as unknown as readonly JsonObject[]
  return jsonAnswer({ page, items, hasMore: found.length > LIST_SIZE })
}

/** Who took a list out of the program is on record before its first row leaves. */
async function fileOf<Row extends object>(visit: Visit, list: OfficeList<Row>): Promise<Response> {
  const asked = askedIn(visit.query)
  await noteExport(visit, list.name)
  return csvAnswer(visit, {
    name: list.name,
    columns: list.columns.map((label) => textIn(label, visit.locale)),
    rows: (async function* () {
      for (let offset = 0; offset < ROWS_MAX; offset += CHUNK) {
        const rows = await list.read(visit, asked, { limit: CHUNK, offset })
        for (const row of rows) yield list.cells(visit, row).map(plainCell)
        if (rows.length < CHUNK) return
      }
    })(),
  })
}

export async function noteExport(visit: Visit, list: string): Promise<void> {
  const entry = {
    at: visit.deps.clock().toISOString(),
    actor: actorText(staffActor(visit)),
    kind: 'list.exported' as const,
    subject: list,
    data: { search: visit.query.toString().slice(0, 500) },
  }
  await visit.deps.store.write((tx) => appendAudit(tx, entry))
}

/** What a cell says; buttons are nothing in a file. */
export function plainCell(cell: DeskCell): string {
  if (typeof cell === 'string') return cell
  if ('lines' in cell) return cell.lines.map(plainCell).filter(Boolean).join(' ')
  return 'text' in cell && !('action' in cell) ? cell.text : ''
}

export function askedIn(query: URLSearchParams): Asked {
  const value = (name: string) =>
    (query.get(name) ?? '').normalize('NFKC').trim().slice(0, TEXT_MAX)
  return {
    value,
    day(name) {
      const text = value(name)
      return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) ? text : ''
    },
  }
}

function pageIn(query: URLSearchParams): number {
  const given = query.get('page') ?? ''
  return /^[1-9][0-9]{0,3}$/.test(given) ? Math.min(Number(given), PAGE_MAX) : 1
}

const DAY_MS = 86_400_000

/** The moments between which the days of two fields lie, in Japan: from the first midnight, before the last. */
export function daysIn(asked: Asked): { readonly from?: string; readonly before?: string } {
  const [from, to] = [asked.day('from'), asked.day('to')]
  const midnight = (day: string, more: number) =>
    new Date(Date.parse(`${day}T00:00:00+09:00`) + more * DAY_MS).toISOString()
  return { ...(from && { from: midnight(from, 0) }), ...(to && { before: midnight(to, 1) }) }
}

export function dayFields(locale: Locale): readonly Omit<SearchField, 'value'>[] {
  const t = WORDS[locale]
  return [
    { name: 'from', label: t.from, type: 'date' },
    { name: 'to', label: t.to, type: 'date' },
  ]
}

const JA = {
  back: '管理へ戻る',
  search: '検索',
  submit: '検索する',
  reset: '条件を消す',
  found: '検索結果',
  none: 'この条件に合うものはありません。',
  range: (from: number, to: number) => `${from}～${to}件目`,
  pages: 'ページ',
  previous: '前のページ',
  next: '次のページ',
  from: '日付（から）',
  to: '日付（まで）',
  csv: 'CSVで保存（UTF-8）',
  sjis: 'CSVで保存（Shift_JIS）',
}
const EN: typeof JA = {
  back: 'Back to administration',
  search: 'Search',
  submit: 'Search',
  reset: 'Clear',
  found: 'Found',
  none: 'There is nothing like this.',
  range: (from, to) => `${from} to ${to}`,
  pages: 'Pages',
  previous: 'Previous page',
  next: 'Next page',
  from: 'From day',
  to: 'To day',
  csv: 'Save as CSV (UTF-8)',
  sjis: 'Save as CSV (Shift_JIS)',
}
const WORDS: { readonly [L in Locale]: typeof JA } = { ja: JA, en: EN }
