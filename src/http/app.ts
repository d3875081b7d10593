import { isIP } from 'node:net'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { Hono, type Context } from 'hono'
import type { Portal } from '../definitions/definitions.ts'
import { Fault } from '../fault.ts'
import { troubleAnswer, type TroubleAnswer } from './form/answers.ts'
import { apiRoutes } from './api/api.ts'
import { memberApiRoutes } from './api/members.ts'
import { deskApiRoutes } from './api/desk.ts'
import { decodePercent } from './body.ts'
import type { Deps } from './deps.ts'
import { documentRoutes } from './member/documents.ts'
import { cardRoutes } from './form/card-readings.ts'
import { draftRoutes } from './form/drafts.ts'
import { downloadRoutes } from './member/downloads.ts'
import { formRoutes } from './form/forms.ts'
import { guarded, own, type Arrival } from './guard.ts'
import { preferred, securityHeaders } from './headers.ts'
import { linkRoutes } from './member/links.ts'
import { lookRoutes } from './portal/look.ts'
import { pageRoutes } from './pages.ts'
import { portalPageRoutes } from './portal/pages.ts'
import type { Route } from './route.ts'
import { sessionRoutes } from './session.ts'
import { searchRoutes } from './portal/search.ts'
import { receiptRoutes } from './member/receipt.ts'
import { submissionRoutes } from './member/submissions.ts'
import { troubleText } from './texts.ts'
import { uploadRoutes } from './form/uploads.ts'

/** What the web server hands over beside the request: the socket and the request line as they came. */
export type Bindings = {
  readonly incoming?: {
    readonly url?: string
    readonly socket?: { readonly remoteAddress?: string }
  }
  /** Says that this body is a file: it takes as long as it takes, as long as it keeps coming. */
  readonly takesLong?: () => void
}
/** Answers so far, by status. */
export type Counts = Map<string, number>
export type Env = { Bindings: Bindings; Variables: { arrival: Arrival } }

/**
 * The routes of portals, as data: what `createApp` serves beside those it is given. Exact addresses come before those
 * with parameters, since the first match answers.
 */
export function portalRoutes(requests: Counts): readonly Route[] {
  return [
    ...cardRoutes(),
    ...sessionRoutes(),
    ...uploadRoutes(),
    ...searchRoutes(),
    ...memberApiRoutes(),
    ...apiRoutes(),
    ...deskApiRoutes(),
    ...pageRoutes(requests),
    ...portalPageRoutes(),
    ...lookRoutes(),
    ...linkRoutes(),
    ...draftRoutes(),
    ...downloadRoutes(),
    ...receiptRoutes(),
    ...submissionRoutes(),
    ...documentRoutes(),
    ...formRoutes(),
  ]
}

/**
 * The whole HTTP side; `further` are the routes of other parts (staff pages). It keeps no state but the count of its
 * answers by status. `depsNow` gives what a request is answered from, once, when it arrives: a reload meanwhile is for those
 * after it.
 */
export function createApp(depsNow: () => Deps, further: readonly Route[] = []): Hono<Env> {
  const requests: Counts = new Map()
  const routes = [...further, ...portalRoutes(requests)]
  const headers = securityHeaders(depsNow().config)
  const app = new Hono<Env>()

  app.use(async (context, next) => {
    context.set('arrival', arrivalOf(depsNow(), context))
    await next()
    for (const [name, value] of headers)
      // Files bring a policy of their own, which allows still less.
      if (!context.res.headers.has(name)) context.res.headers.set(name, value)
    const status = String(context.res.status)
    requests.set(status, (requests.get(status) ?? 0) + 1)
  })
  app.use(async (context, next) => {
    const arrival = context.get('arrival')
    const wrong = wrongAddress(arrival, context.env?.incoming?.url)
    return wrong ?? next()
  })
  for (const route of routes)
    app.on(route.method, route.path, async (context) =>
      guarded(route, {
        ...context.get('arrival'),
        params: context.req.param() as Arrival['params'],
      }),
    )
  for (const path of new Set(routes.map((route) => route.path)))
    app.all(path, async (context) => {
      const allowed = routes.filter((route) => route.path === path).map((route) => route.method)
      return troubleAnswer(context.get('arrival'), {
        code: 'http.method',
        status: 405,
        headers: { Allow: allowed.join(', ') },
      })
    })
  app.notFound(async (context) =>
    troubleAnswer(atPortal(context.get('arrival')), { code: 'http.not-found', status: 404 }),
  )
  app.onError(async (error, context) => answerToError(error, context.get('arrival')))
  return app
}

/** What is not found below a portal says so in that portal's frame. */
function atPortal(arrival: Arrival): Arrival & { readonly portal?: Portal } {
  const portal = own(arrival.deps.definitions().portals, arrival.path.split('/')[1] ?? '')
  return portal ? { ...arrival, portal } : arrival
}

function arrivalOf(deps: Deps, context: Context<Env>): Arrival {
  const { pathname, searchParams } = new URL(context.req.url)
  return {
    deps,
    request: context.req.raw,
    sent: () => sentWith(context),
    id: deps.newId().slice(0, REQUEST_ID_LENGTH),
    path: pathname,
    query: searchParams,
    params: {},
    address: visitorAddress(
      context.env?.incoming?.socket?.remoteAddress ?? '',
      context.req.header('x-forwarded-for') ?? '',
      deps.config.proxyHops,
    ),
    locale: preferred(context.req.header('accept-language') ?? null, ['ja', 'en']),
  }
}

/** The socket's own stream where there is one: through a web stream each piece costs several times as much. */
function sentWith({ env, req }: Context<Env>): Readable | undefined {
  env?.takesLong?.()
  if (env?.incoming instanceof Readable) return env.incoming
  return req.raw.body ? Readable.fromWeb(req.raw.body as ReadableStream) : undefined
}

/** Each proxy of our own adds one address at the end; what stands before those is the visitor's to invent. */
function visitorAddress(socket: string, forwarded: string, hops: number): string {
  if (hops === 0) return socket
  const seen = forwarded.split(',').map((part) => part.trim())
  const address = seen.at(-hops) ?? ''
  return isIP(address) > 0 ? address : socket
}

/** Enough to find one request in a log; short enough to be read out on the phone. */
const REQUEST_ID_LENGTH = 10

/**
 * Addresses are matched exactly: none of ours has a percent sign, a semicolon or two slashes in its path, so no spelling
 * of one can slip past a rule (S15). What the URL parser tidied up on the way (`/a/../b`) counts as typed.
 */
function wrongAddress(arrival: Arrival, target: string | undefined): Promise<Response> | undefined {
  const url = new URL(arrival.request.url)
  if (decodePercent(url.pathname) === undefined || decodePercent(url.search) === undefined)
    return troubleAnswer(arrival, { code: 'http.address-not-text', status: 400 })
  const typed = target === undefined ? url.pathname : pathOf(target)
  const isPlain = /^\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:\/|$))*$/.test(typed)
  return isPlain && typed === url.pathname
    ? undefined
    : troubleAnswer(arrival, { code: 'http.not-found', status: 404 })
}

/** The path of a request line, untouched; the line may hold a whole address. */
function pathOf(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '').replace(/\?.*$/s, '')
  return path === '' ? '/' : path
}

/** The five kinds of errors end here: Faults are the outside world's, anything else is ours. */
async function answerToError(error: unknown, arrival: Arrival): Promise<Response> {
  const isFault = error instanceof Fault
  report(arrival, error)
  const trouble: TroubleAnswer = isFault
    ? { code: 'http.busy', status: 503, retryAfterMs: error.retryAfterMs ?? RETRY_MS }
    : { code: 'http.failed', status: 500 }
  try {
    return await troubleAnswer(arrival, trouble)
  } catch (worse) {
    report(arrival, worse)
    const { what, remedy } = troubleText(trouble.code, arrival.locale)
    return new Response(`${what}\n${remedy}\n${arrival.id}\n`, {
      status: trouble.status,
      headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
    })
  }
}

function report({ deps, id, path }: Arrival, error: unknown): void {
  const code = error instanceof Fault ? error.code : 'bug'
  deps.log.error({ id, path: withoutIds(path), code, err: error }, 'request failed')
}

/** When a Fault does not say when trying again makes sense. */
const RETRY_MS = 30_000

/** Tokens of links and ids of submissions open things to whoever knows them; they do not belong into a log. */
function withoutIds(path: string): string {
  return path.replace(/[A-Za-z0-9_-]{16,}/g, '…')
}
