import { confirmReceipt, currentSheet, noteOpening, readableUntil } from '../../issuance/open.ts'
import type { List } from '../../definitions/definitions.ts'
import type { Json, JsonObject } from '../../form/form.ts'
import { submissionsOfAccount } from '../../store/submissions.ts'
import { jsonAnswer, textIn, troubleAnswer } from '../form/answers.ts'
import { actorOf } from '../form/forms.ts'
import { accountEntries, documentEntries, ownOf } from '../member/documents.ts'
import { shownNotices } from '../portal/pages.ts'
import type { Route, Visit } from '../route.ts'
import { described } from './json.ts'

/** What members find on the portal's pages, for programs: with their session, and theirs alone. */
export function memberApiRoutes(): readonly Route[] {
  const get = { method: 'GET', access: { kind: 'account' }, body: 'none' } as const
  return [
    { ...get, path: '/api/v1/:portal/notices', access: { kind: 'visitor' }, answer: notices },
    { ...get, path: '/api/v1/:portal/submissions', answer: submissions },
    { ...get, path: '/api/v1/:portal/lists/:list', answer: list },
    { ...get, path: '/api/v1/:portal/documents/:id', answer: document },
    {
      ...get,
      method: 'POST',
      path: '/api/v1/:portal/documents/:id/received',
      body: 'json',
      answer: received,
    },
  ]
}

async function notices(visit: Visit): Promise<Response> {
  const { baseUrl } = visit.deps.config
  const shown = await shownNotices(visit)
  return jsonAnswer({
    items: shown.map(({ title, href, date, tag, isPinned, topic, views }) => ({
      title,
      url: `${baseUrl}${href}`,
      date,
      tag,
      isPinned,
      ...(topic !== undefined && { topic }),
      views,
    })),
  })
}

/** マイリスト, newest first. */
async function submissions(visit: Visit): Promise<Response> {
  return jsonAnswer({ items: await filedBy(visit) })
}

async function filedBy(visit: Visit, workflows?: readonly string[]): Promise<Json[]> {
  const filed = await submissionsOfAccount(visit.deps.store.db, visit.account?.id ?? '')
  const listed = filed.filter(({ workflow }) => workflows?.includes(workflow) ?? true)
  return Promise.all(
    listed.map(async (one) => ({ ...(await described(visit, one)), createdAt: one.createdAt })),
  )
}

async function list(visit: Visit): Promise<Response> {
  const found = visit.portal?.lists.find(({ id }) => id === visit.params.list)
  if (!found) return missing(visit)
  const items = await itemsOf(visit, found.shows)
  return jsonAnswer({ title: textIn(found.title, visit.locale), items })
}

async function itemsOf(visit: Visit, shows: List['shows']): Promise<Json[]> {
  if (shows.kind === 'submissions') return filedBy(visit, shows.workflows)
  if (shows.kind === 'documents')
    return (await documentEntries(visit, shows)).map((one) => ({
      ...one,
      ...places(visit, one.id),
    }))
  return (await accountEntries(visit, shows)).map(({ document: id, ...one }) => ({
    ...one,
    ...(id !== undefined && { document: { id, ...places(visit, id) } }),
  }))
}

/** Where a document is read and fetched. */
function places({ portal, deps }: Visit, id: string): JsonObject {
  const url = `${deps.config.baseUrl}/${portal?.id ?? ''}/documents/${id}`
  return { url, pdf: `${url}/pdf` }
}

/** The same content as the page and the PDF, noted as an opening before anything of it is told. */
async function document(visit: Visit): Promise<Response> {
  const own = await ownOf(visit)
  if (!own) return missing(visit)
  const { issuance } = visit.deps
  await noteOpening(issuance, own, actorOf(visit), 'page')
  const sheet = await currentSheet(issuance, own)
  const until = await readableUntil(issuance, own.id)
  return jsonAnswer({
    id: own.id,
    title: sheet.title,
    issuedAt: own.createdAt,
    ...places(visit, own.id),
    ...(until !== undefined && { readableUntil: until }),
    blocks: sheet.blocks as unknown as Json,
  })
}

/** The password on it is gone from now on. */
async function received(visit: Visit): Promise<Response> {
  const own = await ownOf(visit)
  if (!own) return missing(visit)
  await confirmReceipt(visit.deps.issuance, own, actorOf(visit))
  return jsonAnswer({ status: 'received' })
}

/** Somebody else's document answers exactly like one that does not exist (S14). */
function missing(visit: Visit): Promise<Response> {
  return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
}
