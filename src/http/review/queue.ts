import type { Definitions } from '../../definitions/definitions.ts'
import { assert } from '../../fault.ts'
import type { Locale } from '../../form/form.ts'
import {
  countOpen,
  countQueue,
  prefecturesOf,
  queuePage,
  QUEUE_SORTS,
  type Queued,
  type QueueFilter,
  type QueueSort,
} from '../../store/desk.ts'
import { lateness } from '../../workflow/progress.ts'
import type { DeskCell, QueueBody, SearchField } from '../../../web/views/desk.ts'
import { textIn, type PageContent } from '../form/answers.ts'
import { own } from '../guard.ts'
import { masterText } from './master-words.ts'
import { lateText, QUEUE_WORDS } from './words.ts'
import { may, scopeOf } from '../staff/rights.ts'
import type { Visit } from '../route.ts'
import { ageText, timeText } from '../staff/pages.ts'

const PAGE_SIZE = 100
/** Nobody turns that many pages; further ones cost the database more than they are worth. */
const PAGE_MAX = 2_000
const VIEWS = ['desk', 'mine', 'nobody', 'warned', 'escalated', 'stuck', 'open', 'ended'] as const
type View = (typeof VIEWS)[number]
const SEARCHED = ['portal', 'form', 'state', 'type', 'prefecture', 'text'] as const
type Searched = (typeof SEARCHED)[number]

/** What the address asks for; what is not known in it counts as left out. */
type Asked = {
  readonly view: View
  readonly search: { readonly [name in Searched]: string }
  readonly sort: QueueSort
  readonly isDescending: boolean
  readonly page: number
}

/** The list of the review desk: kinds with their numbers, search, order and page all stand in the address. */
export async function queueContent(visit: Visit): Promise<PageContent> {
  const { store, definitions } = visit.deps
  const t = QUEUE_WORDS[visit.locale]
  const prefectures = await prefecturesOf(store.db)
  const choices = choicesOf(visit, prefectures)
  const asked = askedIn(visit.query, choices)
  const search = { ...searchFilter(asked), ...scopeOf(visit) }
  const filter = { ...search, ...viewFilter(visit, asked.view) }
  const [counts, ended, rows] = await Promise.all([
    countOpen(store.db, search, {
      states: deskStates(definitions()),
      staffId: visit.staff?.id ?? '',
      at: visit.deps.clock().toISOString(),
    }),
    // There are ever more of these, so they are counted for whoever looks at them only.
    asked.view === 'ended' ? countQueue(store.db, filter) : undefined,
    queuePage(store.db, {
      filter,
      sort: asked.sort,
      isDescending: asked.isDescending,
      limit: PAGE_SIZE,
      offset: (asked.page - 1) * PAGE_SIZE,
    }),
  ])
  const countOf = (view: View) => (view === 'ended' ? ended : counts[view])
  const total = countOf(asked.view) ?? 0
  const from = (asked.page - 1) * PAGE_SIZE
  const body: QueueBody = {
    kind: 'queue',
    viewsLabel: t.views,
    views: VIEWS.map((view) => ({
      label: t.view[view],
      count: String(countOf(view) ?? ''),
      href: addressOf({ ...asked, view, page: 1 }),
      isCurrent: view === asked.view,
    })),
    search: {
      action: '/review/',
      title: t.search,
      isOpen: SEARCHED.some((name) => asked.search[name] !== ''),
      fields: SEARCHED.map((name): SearchField => {
        const known = choices[name]
        return {
          name,
          label: t[name],
          value: asked.search[name],
          ...(known && { choices: [{ value: '', label: t.all }, ...known] }),
        }
      }),
      hidden: [
        ['view', asked.view],
        ['sort', asked.sort],
        ['order', asked.isDescending ? 'desc' : 'asc'],
      ],
      submit: t.apply,
      reset: { text: t.reset, href: addressOf({ ...asked, search: NOTHING, page: 1 }) },
    },
    caption: t.view[asked.view],
    range: t.range(from + 1, from + rows.length, total),
    columns: columnsOf(asked, visit.locale),
    rows: await Promise.all(rows.map((row) => rowOf(visit, row))),
    empty: t.none,
    pages: pagesOf(asked, total, visit.locale),
    pagesLabel: t.pages,
    links: may(visit, 'export') ? fileLinks(asked, visit.locale) : [],
  }
  return { title: t.title, body }
}

/** The same list as a file, all its pages. */
function fileLinks(asked: Asked, locale: Locale): QueueBody['links'] {
  const t = QUEUE_WORDS[locale]
  const href = addressOf({ ...asked, page: 1 }, '/review/csv')
  return [
    { text: t.csv, href },
    { text: t.sjis, href: `${href}${href.includes('?') ? '&' : '?'}encoding=shift_jis` },
  ]
}

/** One part of the list that an address asks for, as it is stored; for the file and for programs. */
export async function queueReader(visit: Visit) {
  const { store } = visit.deps
  const choices = choicesOf(visit, await prefecturesOf(store.db))
  const asked = askedIn(visit.query, choices)
  const filter = { ...searchFilter(asked), ...scopeOf(visit), ...viewFilter(visit, asked.view) }
  const { sort, isDescending } = asked
  return {
    page: asked.page,
    columns: columnsOf(asked, visit.locale).map(({ label }) => label),
    read: (limit: number, offset: number) =>
      queuePage(store.db, { filter, sort, isDescending, limit, offset }),
    cells: (row: Queued) => rowOf(visit, row),
  }
}

type Choices = { readonly [name in Searched]?: readonly { value: string; label: string }[] }

function choicesOf(visit: Visit, prefectures: readonly string[]): Choices {
  const { locale } = visit
  const definitions = visit.deps.definitions()
  const portals = Object.values(definitions.portals)
  const forms = Object.values(definitions.forms).filter(({ workflow }) => workflow !== undefined)
  const states = Object.values(definitions.workflows).flatMap(({ states }) =>
    Object.entries(states).map(([value, { label }]) => ({ value, label: textIn(label, locale) })),
  )
  const types = portals.flatMap(({ facilityTypes }) =>
    facilityTypes.map(({ id, label }) => ({ value: id, label: textIn(label, locale) })),
  )
  return {
    portal: portals.map(({ id, title }) => ({ value: id, label: textIn(title, locale) })),
    form: forms.map(({ id, title }) => ({ value: id, label: textIn(title, locale) })),
    state: namedOnce(states),
    type: namedOnce(types),
    prefecture: prefectures.map((value) => ({
      value,
      label: masterText(visit, 'prefecture', value),
    })),
  }
}

/** States of several workflows may have one name; all their labels are said. */
function namedOnce(all: readonly { readonly value: string; readonly label: string }[]) {
  return [...new Set(all.map(({ value }) => value))].map((value) => {
    const labels = all.filter((one) => one.value === value).map(({ label }) => label)
    return { value, label: [...new Set(labels)].join('・') }
  })
}

const NOTHING: Asked['search'] = {
  portal: '',
  form: '',
  state: '',
  type: '',
  prefecture: '',
  text: '',
}
const TEXT_MAX = 60

function askedIn(query: URLSearchParams, choices: Choices): Asked {
  const given = (name: string) => query.get(name) ?? ''
  const search = Object.fromEntries(
    SEARCHED.map((name) => {
      const value = given(name).normalize('NFKC').trim().slice(0, TEXT_MAX)
      const known = choices[name]
      return [name, !known || known.some((choice) => choice.value === value) ? value : '']
    }),
  ) as Asked['search']
  const sort = QUEUE_SORTS.find((name) => name === given('sort')) ?? 'created'
  const page = /^[1-9][0-9]{0,3}$/.test(given('page')) ? Number(given('page')) : 1
  return {
    view: VIEWS.find((name) => name === given('view')) ?? 'desk',
    search,
    sort,
    isDescending: given('order') === 'desc',
    page: Math.min(page, PAGE_MAX),
  }
}

function searchFilter({ search }: Asked): QueueFilter {
  const { portal, form, state, type, prefecture, text } = search
  return {
    ...(portal && { portal }),
    ...(form && { form }),
    ...(state && { state }),
    ...(type && { facilityType: type }),
    ...(prefecture && { prefecture }),
    ...(text && { text }),
  }
}

function viewFilter({ deps, staff }: Pick<Visit, 'deps' | 'staff'>, view: View): QueueFilter {
  assert(staff, 'the guard lets staff in only')
  const now = deps.clock().toISOString()
  switch (view) {
    case 'desk':
      return { is: 'open', states: deskStates(deps.definitions()), orStuck: true }
    case 'mine':
      return { is: 'open', assignee: staff.id }
    case 'nobody':
      return { ...viewFilter({ deps, staff }, 'desk'), assignee: '' }
    case 'warned':
      return { is: 'open', warnedAt: now }
    case 'escalated':
      return { is: 'open', escalatedAt: now }
    case 'stuck':
      return { is: 'open', isStuck: true }
    case 'open':
    case 'ended':
      return { is: view }
  }
}

/** States in which the office can do something. */
function deskStates({ workflows }: Definitions): readonly (readonly [string, string])[] {
  return Object.values(workflows).flatMap(({ id, states }) =>
    Object.entries(states).flatMap(([name, { actions }]) =>
      Object.values(actions).some(({ by }) => by === 'staff') ? [[id, name] as const] : [],
    ),
  )
}

/** The address of the list with all that is asked for; what is as usual is left out. */
function addressOf({ view, search, sort, isDescending, page }: Asked, path = '/review/'): string {
  const query = new URLSearchParams({
    ...(view !== 'desk' && { view }),
    ...Object.fromEntries(Object.entries(search).filter(([, value]) => value !== '')),
    ...(sort !== 'created' && { sort }),
    ...(isDescending && { order: 'desc' }),
    ...(page > 1 && { page: String(page) }),
  }).toString()
  return query === '' ? path : `${path}?${query}`
}

function columnsOf(asked: Asked, locale: Locale): QueueBody['columns'] {
  const t = QUEUE_WORDS[locale]
  const sorted = (sort: QueueSort) => {
    const isThis = asked.sort === sort
    const order = asked.isDescending ? ('descending' as const) : ('ascending' as const)
    return {
      label: t[sort],
      href: addressOf({ ...asked, sort, isDescending: isThis && !asked.isDescending, page: 1 }),
      ...(isThis && { order }),
    }
  }
  return [
    sorted('number'),
    sorted('form'),
    { label: t.facility },
    sorted('state'),
    sorted('created'),
    { label: t.age },
    sorted('due'),
    sorted('assignee'),
  ]
}

async function rowOf(visit: Visit, row: Queued): Promise<readonly DeskCell[]> {
  const { deps, locale } = visit
  const t = QUEUE_WORDS[locale]
  const definitions = await deps.advance.definitionsOf(row.definition)
  const portal = own(definitions.portals, row.portal)
  const form = own(definitions.forms, row.form)
  const workflow = own(definitions.workflows, row.workflow)
  const state = workflow && own(workflow.states, row.state)
  const type = portal?.facilityTypes.find(({ id }) => id === row.facilityType)
  const now = deps.clock()
  const late = row.isEnded ? undefined : lateness(row, now.toISOString())
  const facility = [
    row.facilityName,
    [
      type ? textIn(type.label, locale) : row.facilityType,
      masterText(visit, 'prefecture', row.prefecture),
    ]
      .filter((part) => part !== '')
      .join('・'),
  ]
  const label = state ? textIn(state.label, locale) : row.state
  const isOneOfMany = Object.keys(deps.definitions().portals).length > 1
  return [
    { text: row.number, href: `/review/${row.id}` },
    {
      lines: [
        form ? textIn(form.title, locale) : row.form,
        ...(isOneOfMany ? [portal ? textIn(portal.title, locale) : row.portal] : []),
      ],
    },
    { lines: facility.filter((line) => line !== '') },
    row.isStuck && !row.isEnded ? { lines: [label, { text: t.isStuck, tone: 'escalate' }] } : label,
    timeText(row.createdAt, locale),
    row.isEnded ? '' : ageText(now.getTime() - Date.parse(row.createdAt), locale),
    late
      ? { text: lateText(late, state?.desk?.[late], locale), tone: late }
      : row.warnAt !== undefined && !row.isEnded
        ? timeText(row.warnAt, locale)
        : '',
    row.assignee
      ? row.assignee.name
      : row.isEnded || !may(visit, 'assign')
        ? ''
        : {
            action: {
              label: t.take,
              href: `/review/${row.id}/assign`,
              name: 'from',
              value: '',
            },
            about: t.of(row.number),
          },
  ]
}

function pagesOf(asked: Asked, total: number, locale: Locale): QueueBody['pages'] {
  const t = QUEUE_WORDS[locale]
  const last = Math.min(PAGE_MAX, Math.ceil(total / PAGE_SIZE))
  return [
    ...(asked.page > 1
      ? [{ text: t.previous, href: addressOf({ ...asked, page: Math.min(asked.page - 1, last) }) }]
      : []),
    ...(asked.page < last
      ? [{ text: t.next, href: addressOf({ ...asked, page: asked.page + 1 }) }]
      : []),
  ].filter(({ href }) => href !== '')
}
