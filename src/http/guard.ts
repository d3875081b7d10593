import type { Definitions } from '../definitions/definitions.ts'
import type { Form, Locale } from '../form/form.ts'
import { redirectTo, troubleAnswer } from './form/answers.ts'
import { attachmentFields } from '../files/attachments.ts'
import { type BodyRefusal, partOf, readFormBody, readJsonBody } from './body.ts'
import type { Deps } from './deps.ts'
import { askAgain } from './staff/fresh.ts'
import { isFromOwnPage, preferred } from './headers.ts'
import { dropFiles, isMultipart, readMultipart } from './multipart.ts'
import { isOfOffice, may } from './staff/rights.ts'
import type { Route, Visit } from './route.ts'
import { wanted } from './wanted.ts'

export type Arrival = {
  readonly deps: Deps
  readonly request: Request
  readonly sent: Visit['sent']
  readonly id: string
  readonly path: string
  readonly query: URLSearchParams
  readonly params: { readonly [name: string]: string }
  readonly address: string
  readonly locale: Locale
}

/**
 * The one way to every handler: own page, known portal and form, right person, readable body, in this order, so that
 * nobody makes us read a body that is refused anyway.
 */
export async function guarded(route: Route, arrival: Arrival): Promise<Response> {
  const { deps, request } = arrival
  const refuse = (
    code: Parameters<typeof troubleAnswer>[1]['code'],
    status: number,
    on = arrival,
  ) => troubleAnswer(on, { code, status })

  if (route.method !== 'GET' && !isFromOwnPage(request, deps.config))
    return refuse('http.foreign-origin', 403)
  if (route.access.kind === 'development' && deps.config.environment !== 'development')
    return refuse('http.not-found', 404)
  const place = placeOf(deps.definitions(), arrival.params)
  if (!place) {
    const portal = own(deps.definitions().portals, arrival.params.portal ?? '')
    return troubleAnswer({ ...arrival, portal }, { code: 'http.not-found', status: 404 })
  }
  const stranger: Visit = {
    ...arrival,
    ...place,
    locale: localeOf(arrival, place.portal?.languages),
    ...(route.access.kind !== 'public' && (await whoAsks(arrival, place.portal?.id))),
    fields: {},
    files: [],
    json: null,
  }
  const turned = await turnedAway(route, stranger)
  if (turned) return (await keptAside(route, stranger)) ?? turned
  const form = stranger.form ?? (await route.formOf?.(stranger))
  const visit: Visit = form ? { ...stranger, form } : stranger
  if (route.body === 'none') return (await askFresh(route, visit)) ?? route.answer(visit)
  const body = await readBody(route, visit)
  if ('refused' in body) return refuse(body.refused, STATUS[body.refused], visit)
  try {
    const whole = { ...visit, ...body }
    return (await askFresh(route, whole)) ?? (await route.answer(whole))
  } finally {
    if (body.files) await dropFiles(body.files, deps.files.spool)
  }
}

/** A page posted after its session had ended. */
async function keptAside(route: Route, visit: Visit): Promise<Response | undefined> {
  if (!route.setAside || visit.account) return undefined
  const body = await readBody(route, visit)
  if ('refused' in body) return undefined
  if (body.files) await dropFiles(body.files, visit.deps.files.spool)
  return route.setAside({ ...visit, ...body })
}

/** The body as its route takes it; files only where the form of the address has a field for them. */
async function readBody(
  { body, formOf }: Route,
  { request, sent, form, deps }: Visit,
): Promise<Partial<Pick<Visit, 'fields' | 'files' | 'json'>> | BodyRefusal> {
  if (body === 'json') return readJsonBody(request)
  if (body === 'part') return partOf(request)
  // Whether an address without a form is a missing one or somebody else's, not even this may tell.
  const takesFiles = form ? attachmentFields(form).length > 0 : formOf !== undefined
  return isMultipart(request) && takesFiles
    ? readMultipart(request, sent, form, deps.files.spool)
    : readFormBody(request)
}

const STATUS = {
  'body.unsupported-type': 415,
  'body.too-large': 413,
  'body.not-text': 400,
  'body.not-a-form': 400,
  'body.not-json': 400,
  'body.too-many-fields': 400,
  'body.forbidden-name': 400,
} as const

/** Portal and form named by the address; undefined when one of them does not exist. */
function placeOf(
  definitions: Definitions,
  params: Arrival['params'],
): Pick<Visit, 'portal' | 'form'> | undefined {
  if (params.portal === undefined) return {}
  const portal = own(definitions.portals, params.portal)
  if (!portal) return undefined
  if (params.page === undefined && params.form === undefined) return { portal }
  const form =
    params.form === undefined
      ? formAt(definitions, portal.id, params.page ?? '')
      : own(definitions.forms, `${portal.id}/${params.form}`)
  return form && { portal, form }
}

/** The form at `/<portal>/<path>`; forms of an action have no path and are reached by their link only. */
export function formAt(definitions: Definitions, portal: string, path: string): Form | undefined {
  return path === ''
    ? undefined
    : Object.values(definitions.forms).find((form) => form.portal === portal && form.path === path)
}

async function whoAsks(
  { deps, request }: Arrival,
  portal: string | undefined,
): Promise<Pick<Visit, 'account' | 'staff' | 'entrant' | 'factorAt' | 'token' | 'sessionEndsAt'>> {
  const token = deps.accounts.tokenIn(request.headers.get('cookie') ?? undefined)
  if (!token) return {}
  const session = await deps.accounts.readSession(token)
  if (!session) return {}
  const sessionEndsAt = session.endsAt
  if ('staff' in session)
    return session.factorAt
      ? { staff: session.staff, factorAt: session.factorAt, token, sessionEndsAt }
      : { entrant: session.staff, token }
  // A member of another portal is a visitor here; some addresses belong to no portal.
  const isHere = portal === undefined || session.account.portal === portal
  return isHere ? { account: session.account, token, sessionEndsAt } : { token }
}

/** Rights that the definitions guard by a fresh code. */
async function askFresh({ access }: Route, visit: Visit): Promise<Response | undefined> {
  if (access.kind !== 'staff') return undefined
  const { stepUp } = visit.deps.definitions().staff.secondFactor
  return access.rights.some((right) => stepUp.includes(right)) ? askAgain(visit) : undefined
}

/** The answer to somebody who may not come in. */
async function turnedAway(route: Route, visit: Visit): Promise<Response | undefined> {
  const access = route.access.kind === 'form' ? visit.form?.access : route.access.kind
  if (access === 'account' && !visit.account)
    return visit.path.startsWith('/api/')
      ? troubleAnswer(visit, { code: 'http.login-required', status: 401 })
      : loginFirst(visit)
  if (route.access.kind !== 'staff') return undefined
  if (!visit.staff) {
    if (visit.path.startsWith('/api/'))
      return troubleAnswer(visit, { code: 'http.login-required', status: 401 })
    const login = visit.entrant ? '/admin/login/code' : '/admin/login'
    return redirectTo(`${login}?next=${encodeURIComponent(wanted(visit))}`)
  }
  const isAllowed = isOfOffice(visit) && route.access.rights.every((right) => may(visit, right))
  return isAllowed ? undefined : troubleAnswer(visit, { code: 'http.not-allowed', status: 403 })
}

/** To the login page of the portal, and from there back to this page. */
export function loginFirst(visit: Pick<Visit, 'portal' | 'path' | 'query'>): Response {
  const next = encodeURIComponent(wanted(visit))
  return redirectTo(`/${visit.portal?.id ?? ''}/login?next=${next}`)
}

function localeOf(arrival: Arrival, languages: readonly Locale[] | undefined): Locale {
  const isProgram = arrival.path.startsWith('/api/')
  return languages && !isProgram
    ? preferred(arrival.request.headers.get('accept-language'), languages)
    : arrival.locale
}

export function own<T>(record: { readonly [key: string]: T }, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined
}
