import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import type { FaqCategory, Notice, Portal } from '../../definitions/definitions.ts'
import { assert } from '../../fault.ts'
import { daysBetween, japanDate } from '../../form/dates.ts'
import type { CategoryBody, ContactBody, ShownNotice } from '../../../web/views/portal-bodies.ts'
import { pageAnswer, textIn, troubleAnswer } from '../form/answers.ts'
import { cardState } from './card-state.ts'
import { FILE_POLICY, nameInHeader } from '../member/downloads.ts'
import { loginFirst, own } from '../guard.ts'
import { officeAt } from './office-hours.ts'
import type { Route, Visit } from '../route.ts'
import { dateText, word } from '../words.ts'

const VISITOR = { access: { kind: 'visitor' }, body: 'none', method: 'GET' } as const
const MEMBER = { access: { kind: 'account' }, body: 'none', method: 'GET' } as const

/** What a portal says: its top page, catalogue, articles, notices and questions (operations.md §8). */
export function portalPageRoutes(): readonly Route[] {
  return [
    { ...VISITOR, path: '/:portal/', answer: top },
    { ...MEMBER, path: '/:portal/applications', answer: catalogue },
    { ...VISITOR, path: '/:portal/pages/:name', answer: page },
    { ...VISITOR, path: '/:portal/downloads/:download', answer: download },
    { ...VISITOR, path: '/:portal/notices', answer: notices },
    { ...VISITOR, path: '/:portal/notices/:name', answer: notice },
    { ...VISITOR, path: '/:portal/faq', answer: faq },
    { ...VISITOR, path: '/:portal/faq/:name', answer: faqCategory },
  ]
}

/** Beside the pinned ones, so many of the newest notices stand on the top page. */
const NOTICES_ON_TOP = 3

async function top(visit: Visit): Promise<Response> {
  const portal = portalOf(visit)
  const all = await shownNotices(visit)
  const pinned = all.filter(({ isPinned }) => isPinned)
  const newest = all.filter(({ isPinned }) => !isPinned).slice(0, NOTICES_ON_TOP)
  return pageAnswer(visit, {
    title: textIn(portal.title, visit.locale),
    body: { kind: 'top', notices: [...pinned, ...newest] },
  })
}

function catalogue(visit: Visit): Promise<Response> {
  return pageAnswer(visit, {
    title: word('catalogue', visit.locale),
    body: { kind: 'catalogue', categories: categoriesOf(visit) },
  })
}

/** Every card with whether this member can go on today. */
function categoriesOf(visit: Visit): readonly CategoryBody[] {
  const { locale, account } = visit
  const who = { today: todayOf(visit), facilityType: account?.facilityType }
  return portalOf(visit).catalogue.map(({ title, lead, cards }) => ({
    title: textIn(title, locale),
    lead: textIn(lead, locale),
    cards: cards.map((card) => {
      const { state, day, reason } = cardState(card, who)
      return {
        title: textIn(card.title, locale),
        description: textIn(card.description, locale),
        state,
        ...(day !== undefined && { day: dateText(day, locale) }),
        ...(reason && { reason: textIn(reason, locale) }),
        ...(state === 'open' && { href: card.href }),
      }
    }),
  }))
}

function page(visit: Visit): Promise<Response> | Response {
  const { deps, params, locale, account } = visit
  const portal = portalOf(visit)
  const found = own(deps.definitions().pages, `${portal.id}/${params.name ?? ''}`)
  if (!found) return missing(visit)
  if (!mayRead(found, visit)) return loginFirst(visit)
  return pageAnswer(visit, {
    title: textIn(found.title, locale),
    body: {
      kind: 'text',
      blocks: found.blocks,
      start: found.start,
      ...(found.shows === 'contact' && { contact: contactOf(visit) }),
      ...(found.shows === 'documents' && {
        documents: (portal.documents ?? []).map(({ title, items }) => ({
          title,
          items: items.filter((item) => mayRead(item, { account })),
        })),
      }),
    },
  })
}

/** A document of the portal, as a download: the very bytes that were checked when the set was loaded. */
function download(visit: Visit): Promise<Response> | Response {
  const { deps, params } = visit
  const found = (portalOf(visit).documents ?? [])
    .flatMap(({ items }) => items)
    .find(({ file }) => file?.name === params.download)
  if (!found?.file) return missing(visit)
  if (!mayRead(found, visit)) return loginFirst(visit)
  const { name, size, sha256 } = found.file
  const content = Readable.toWeb(createReadStream(deps.documentPath(sha256)))
  return new Response(content as WebStream as ReadableStream, {
    headers: {
      'Content-Type': TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      'Content-Length': String(size),
      'Content-Disposition': `attachment; ${nameInHeader(name)}`,
      'Content-Security-Policy': FILE_POLICY,
      'Cache-Control': 'no-store',
    },
  })
}

const TYPES: { readonly [ending: string]: string } = {
  pdf: 'application/pdf',
  png: 'image/png',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

/** Phone, mail, hours, and whether somebody answers at this moment. */
function contactOf(visit: Visit): ContactBody {
  const { hours } = portalOf(visit)
  return hours ? { office: officeAt(hours, visit.deps.clock()) } : {}
}

async function notices(visit: Visit): Promise<Response> {
  const { query, locale } = visit
  const { topics } = portalOf(visit)
  const topic = query.get('topic') ?? undefined
  const name = topic === undefined ? undefined : topics && own(topics, topic)
  if (topic !== undefined && !name) return missing(visit)
  const all = await shownNotices(visit)
  return pageAnswer(visit, {
    title: `${word('notices', locale)}${name ? `：${textIn(name, locale)}` : ''}`,
    body: {
      kind: 'notices',
      notices: all.filter((one) => topic === undefined || one.topic === topic),
      isTopic: topic !== undefined,
    },
  })
}

async function notice(visit: Visit): Promise<Response> {
  const { deps, params, locale } = visit
  const id = `${portalOf(visit).id}/${params.name ?? ''}`
  const found = own(deps.definitions().notices, id)
  if (!found || !isShown(found, todayOf(visit))) return missing(visit)
  if (!mayRead(found, visit)) return loginFirst(visit)
  // The office's own readers and pages fetched before anybody asks for them are no readers.
  const isRead = !visit.staff && !visit.request.headers.has('sec-purpose')
  if (isRead) await deps.noticeViews.seen(id)
  const views = await deps.noticeViews.counts(portalOf(visit).id)
  return pageAnswer(visit, {
    title: textIn(found.title, locale),
    body: { kind: 'notice', notice: shownNotice(found, visit, views), blocks: found.blocks },
  })
}

/** Those one may read today: pinned ones first, then the newest. */
export async function shownNotices(visit: Visit): Promise<readonly ShownNotice[]> {
  const portal = portalOf(visit)
  const today = todayOf(visit)
  const own = noticesOf(visit).filter((one) => isShown(one, today) && mayRead(one, visit))
  if (own.length === 0) return []
  const views = await visit.deps.noticeViews.counts(portal.id)
  return own
    .toSorted(
      (a, b) =>
        Number(b.isPinned) - Number(a.isPinned) || compare(b.date, a.date) || compare(a.id, b.id),
    )
    .map((one) => shownNotice(one, visit, views))
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

function noticesOf(visit: Visit): readonly Notice[] {
  const { id } = portalOf(visit)
  return Object.values(visit.deps.definitions().notices).filter((one) =>
    one.id.startsWith(`${id}/`),
  )
}

function shownNotice(found: Notice, visit: Visit, views: ReadonlyMap<string, number>): ShownNotice {
  const { locale } = visit
  const portal = portalOf(visit)
  const tag = portal.noticeTags && own(portal.noticeTags, found.tag)
  return {
    title: textIn(found.title, locale),
    href: `/${portal.id}/notices/${found.id.slice(portal.id.length + 1)}`,
    date: found.date,
    dateText: dateText(found.date, locale),
    daysAgo: daysBetween(found.date, todayOf(visit)),
    tag: tag ? textIn(tag.label, locale) : '',
    tone: tag?.tone ?? 'info',
    isPinned: found.isPinned,
    topic: found.topic,
    views: views.get(found.id) ?? 0,
  }
}

function faq(visit: Visit): Promise<Response> {
  const { query, locale } = visit
  const { id, topics } = portalOf(visit)
  const topic = query.get('topic') ?? undefined
  const name = topic === undefined ? undefined : topics && own(topics, topic)
  if (topic !== undefined && !name) return missing(visit)
  const categories = categoriesOfFaq(visit).filter(
    (one) => topic === undefined || one.topic === topic,
  )
  return pageAnswer(visit, {
    title: `${word('faq', locale)}${name ? `：${textIn(name, locale)}` : ''}`,
    body: {
      kind: 'faq-index',
      isTopic: topic !== undefined,
      categories: categories.map((category) => ({
        title: textIn(category.title, locale),
        href: `/${id}/faq/${category.id.slice(id.length + 1)}`,
        questions: category.groups.flatMap(({ items }) => items).length,
      })),
    },
  })
}

function faqCategory(visit: Visit): Promise<Response> | Response {
  const { deps, params, locale } = visit
  const found = own(deps.definitions().faqs, `${portalOf(visit).id}/${params.name ?? ''}`)
  if (!found) return missing(visit)
  if (!mayRead(found, visit)) return loginFirst(visit)
  const { lead, groups } = found
  return pageAnswer(visit, {
    title: textIn(found.title, locale),
    body: { kind: 'faq', lead, groups },
  })
}

function categoriesOfFaq(visit: Visit): readonly FaqCategory[] {
  const { id } = portalOf(visit)
  return Object.values(visit.deps.definitions().faqs)
    .filter((one) => one.id.startsWith(`${id}/`) && mayRead(one, visit))
    .toSorted((a, b) => a.order - b.order || compare(a.id, b.id))
}

/** Whether it is shown on a day in Japan. */
export function isShown({ date, until }: Pick<Notice, 'date' | 'until'>, today: string): boolean {
  return date <= today && (until === undefined || today <= until)
}

/** What is for members is there for members only. */
export function mayRead(
  { for: audience }: { readonly for: Notice['for'] },
  { account }: Pick<Visit, 'account'>,
): boolean {
  return audience === 'everyone' || account !== undefined
}

function missing(visit: Visit): Promise<Response> {
  return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
}

function todayOf({ deps }: Visit): string {
  return japanDate(deps.clock())
}

function portalOf({ portal }: Visit): Portal {
  assert(portal, 'the address names a portal')
  return portal
}
