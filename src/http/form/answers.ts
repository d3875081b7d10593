import type { Json, Locale } from '../../form/form.ts'
import type { Refusal } from '../../workflow/submission.ts'
import type { Body, Page } from '../../../web/views/page.ts'
import { encodeOnce } from '../compression.ts'
import { crumbsOf } from '../portal/crumbs.ts'
import type { Deps } from '../deps.ts'
import { lookOf } from '../headers.ts'
import { officeAt } from '../portal/office-hours.ts'
import type { Visit } from '../route.ts'
import { troubleText, type TroubleCode } from '../texts.ts'

export type PageContent = {
  readonly title: string
  readonly body: Body
  readonly status?: number
  readonly headers?: { readonly [name: string]: string }
}

/** A whole page. Pages depend on who is looking, so they are never stored on the way or on a shared computer. */
export async function pageAnswer(visit: Visit, content: PageContent): Promise<Response> {
  const name = visit.portal ? nameOf(visit) : visit.staff?.name
  const page: Page = {
    ...frameOf(visit, content.title),
    account: name === undefined ? undefined : { name },
    ...(name !== undefined && { sessionMs: inMinutes(leftMs(visit)) }),
    status: content.status ?? 200,
    body: content.body,
  }
  return htmlAnswer(visit.deps, visit.request, page, content.headers)
}

/** How long the session of whoever asks lasts when nothing is asked any more. */
export function leftMs({ deps, sessionEndsAt }: Pick<Visit, 'deps' | 'sessionEndsAt'>): number {
  return Math.max(0, (sessionEndsAt?.getTime() ?? 0) - deps.clock().getTime())
}

/** Begun minutes do not count: two pages opened one after the other are the same, byte for byte. */
function inMinutes(ms: number): number {
  return Math.max(0, Math.ceil(ms / MINUTE_MS) - 1) * MINUTE_MS
}
const MINUTE_MS = 60_000

/** What stands around the content of every page. */
function frameOf(
  {
    deps,
    request,
    portal,
    locale,
    path,
    fields = {},
  }: Pick<Visit, 'deps' | 'request' | 'portal' | 'locale' | 'path'> &
    Partial<Pick<Visit, 'fields'>>,
  title: string,
): Omit<Page, 'account' | 'status' | 'body'> {
  return {
    portal,
    locale,
    title,
    path,
    assets: deps.pageAssets,
    ...(portal && { crumbs: crumbsOf(deps.definitions(), { portal, path, locale }, title) }),
    ...(portal && { look: lookOf(request, fields) }),
    ...(portal?.hours && { office: officeAt(portal.hours, deps.clock()) }),
  }
}

/** The person's own name over the menu (registration.md §3.1), as the portal puts it together; else the login name. */
function nameOf({ portal, account }: Pick<Visit, 'portal' | 'account'>): string | undefined {
  if (!account) return undefined
  const names = portal?.memberName.map((attribute) => account.attributes[attribute]) ?? []
  const isNamed = names.length > 0 && names.every((name) => typeof name === 'string' && name !== '')
  return isNamed ? names.join(' ') : account.login
}

/** Without a visit: for requests refused before it is known who asks. */
export async function htmlAnswer(
  deps: Pick<Deps, 'renderPage'>,
  request: Request,
  page: Page,
  headers: { readonly [name: string]: string } = {},
): Promise<Response> {
  const html = Buffer.from(deps.renderPage(page), 'utf8')
  const { body, encoding } = await encodeOnce(html, request.headers.get('accept-encoding'))
  return new Response(body, {
    status: page.status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': String(body.length),
      'Content-Language': page.locale,
      'Cache-Control': 'no-store',
      Vary: 'Accept-Encoding, Accept-Language, Cookie',
      ...(encoding && { 'Content-Encoding': encoding }),
      ...headers,
    },
  })
}

/** An answer of the API. */
export function jsonAnswer(
  json: Json,
  status = 200,
  headers: { readonly [name: string]: string } = {},
): Response {
  return new Response(`${JSON.stringify(json)}\n`, {
    status,
    headers: {
      'Content-Type': 'application/json; charset=utf-8',
      'Cache-Control': 'no-store',
      ...headers,
    },
  })
}

/** The browser fetches `path` anew with GET. Only own paths: nothing from a request may lead elsewhere. */
export function redirectTo(
  path: string,
  headers: Headers | { [name: string]: string } = {},
): Response {
  const answer = new Headers(headers)
  answer.set('Location', path)
  answer.set('Cache-Control', 'no-store')
  return new Response(null, { status: 303, headers: answer })
}

export type TroubleAnswer = {
  readonly code: TroubleCode
  readonly status: number
  /** Own words of a definition instead of the usual ones. */
  readonly what?: string
  readonly retryAfterMs?: number
  readonly headers?: { readonly [name: string]: string }
}

/** What went wrong, as a page or, for the API, as data with the same words. */
export async function troubleAnswer(
  where: Pick<Visit, 'deps' | 'request' | 'id' | 'path' | 'locale'> & Partial<Visit>,
  trouble: TroubleAnswer,
): Promise<Response> {
  const { what, remedy } = troubleText(trouble.code, where.locale)
  const headers = { ...trouble.headers, ...retryAfter(trouble.retryAfterMs) }
  if (isForPrograms(where.path))
    return jsonAnswer(
      { error: { code: trouble.code, message: trouble.what ?? what, remedy, id: where.id } },
      trouble.status,
      headers,
    )
  return htmlAnswer(
    where.deps,
    where.request,
    {
      ...frameOf(where, trouble.what ?? what),
      account: where.account && { name: nameOf(where) ?? '' },
      status: trouble.status,
      body: { kind: 'error', what: trouble.what ?? what, remedy, id: where.id },
    },
    headers,
  )
}

/** The header that says when trying again makes sense; in whole seconds, at least one. */
export function retryAfter(ms: number | undefined): { readonly [name: string]: string } {
  return ms === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(ms / 1_000))) }
}

const REFUSAL_STATUS = {
  'not-allowed': 403,
  'not-possible-now': 409,
  'link-unusable': 410,
  'too-often': 429,
  conflict: 409,
  stale: 409,
  unknown: 404,
  'note-missing': 422,
  'note-too-long': 422,
  'nothing-marked': 422,
  'not-editable': 403,
  'same-person': 409,
  'not-yet': 409,
  'key-reused': 422,
} as const satisfies { readonly [code in Refusal['code']]: number }

/** A refusal of the workflow in the words of its definition, or in ours. */
export function refusalTrouble(refusal: Refusal, locale: Locale): TroubleAnswer {
  return {
    code: `refusal.${refusal.code}`,
    status: REFUSAL_STATUS[refusal.code],
    what: refusal.text && textIn(refusal.text, locale),
    retryAfterMs: refusal.retryAfterMs,
  }
}

/** A text in the visitor's language, in Japanese when there is no other. */
export function textIn(
  text: { readonly ja: string; readonly en?: string },
  locale: Locale,
): string {
  return text[locale] ?? text.ja
}

/** Only the shape of an error depends on this, never who may see what. */
export function isForPrograms(path: string): boolean {
  return path.startsWith('/api/') || path.endsWith('.json')
}
