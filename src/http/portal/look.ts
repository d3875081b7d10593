import { lookFrom, type Look } from '../../../web/views/look.ts'
import { pageAnswer, redirectTo } from '../form/answers.ts'
import { lookOf } from '../headers.ts'
import type { Route, Visit } from '../route.ts'
import { ownAddress } from '../wanted.ts'
import { word } from '../words.ts'

const YEAR_SECONDS = 31_536_000

/** Text size, colours and furigana, kept in a cookie: what it says is no secret and nobody's name. */
export function lookRoutes(): readonly Route[] {
  const common = { path: '/:portal/settings', access: { kind: 'visitor' } } as const
  return [
    { ...common, method: 'GET', body: 'none', answer: settings },
    { ...common, method: 'POST', body: 'form', answer: change },
  ]
}

function settings(visit: Visit): Promise<Response> {
  return pageAnswer(visit, { title: word('settings', visit.locale), body: { kind: 'settings' } })
}

/** Changes what was sent, keeps the rest, and goes back to the page it was asked on. */
function change(visit: Visit): Response {
  const { fields, request, portal, query, deps } = visit
  const wish = (name: string) => {
    const value = fields[name]
    return typeof value === 'string' ? value : value?.[0]
  }
  const now = lookOf(request)
  const look = lookFrom({
    size: wish('size') ?? now.size,
    colours: wish('colours') ?? now.colours,
    furigana: wish('furigana') ?? now.furigana,
  })
  const back = ownAddress([portal?.id ?? ''], query.get('back') ?? '')
  return redirectTo(back ?? visit.path, { 'Set-Cookie': lookCookie(look, deps.config.baseUrl) })
}

/** Keeps a look for a year. */
export function lookCookie({ size, colours, furigana }: Look, baseUrl: string): string {
  const secure = baseUrl.startsWith('https:') ? '; Secure' : ''
  return `madoguchi-look=${size}.${colours}.${furigana}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax; HttpOnly${secure}`
}
