import type { Config } from '../config.ts'
import type { Raw } from '../form/form.ts'
import { lookFrom, type Look } from '../../web/views/look.ts'
import { LOOK } from '../../web/views/page.ts'

/** The browser runs our own files only; scripts may fill the page only through the template policy `lit-html`. */
export const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ')

export const POLICY = 'Content-Security-Policy'

/** For pages that read cards: they may also reach a program on the visitor's own machine, and nothing else. */
export const CARD_POLICY = CONTENT_SECURITY_POLICY.replace(
  "connect-src 'self'",
  "connect-src 'self' ws://127.0.0.1:*",
)

/** For pages that draw PDFs: they may also start the one script that reads them beside the page. */
export const PDF_POLICY = CONTENT_SECURITY_POLICY.replace(
  'trusted-types lit-html',
  'trusted-types lit-html pdf-worker',
)

const YEAR_SECONDS = 31_536_000

/**
 * On every answer, errors and files included (S39). `same-origin` as referrer policy, since with `no-referrer` browsers
 * send `Origin: null` with plain forms, which could not be told from a foreign page.
 */
export function securityHeaders(
  config: Pick<Config, 'baseUrl'>,
): readonly (readonly [string, string])[] {
  return [
    [POLICY, CONTENT_SECURITY_POLICY],
    ['X-Content-Type-Options', 'nosniff'],
    ['Referrer-Policy', 'same-origin'],
    ['Cross-Origin-Opener-Policy', 'same-origin'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
    ['X-Frame-Options', 'DENY'],
    ['Permissions-Policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()'],
    ...(config.baseUrl.startsWith('https:')
      ? [['Strict-Transport-Security', `max-age=${YEAR_SECONDS}; includeSubDomains`] as const]
      : []),
  ]
}

/**
 * Whether an unsafe request comes from our own pages (S38). Browsers say so in Sec-Fetch-Site or Origin, and no page can
 * forge them. A request with neither is no browser's: it passes only as JSON and without a cookie, since then nobody's
 * session can be misused.
 */
export function isFromOwnPage(request: Request, config: Pick<Config, 'baseUrl'>): boolean {
  const site = request.headers.get('sec-fetch-site')
  const origin = request.headers.get('origin')
  if (site !== null) return site === 'same-origin' || site === 'none'
  if (origin !== null) return ownOrigins(config.baseUrl).includes(origin)
  const isJson = /^application\/json\b/i.test(request.headers.get('content-type') ?? '')
  return isJson && !request.headers.has('cookie')
}

/** A developer's machine answers under its name and its numbers. */
export function ownOrigins(baseUrl: string): readonly string[] {
  const { origin, hostname } = new URL(baseUrl)
  if (hostname !== 'localhost') return [origin]
  return ['localhost', '127.0.0.1', '[::1]'].map((name) => origin.replace('localhost', name))
}

/** The language the visitor likes best among those offered; the first one offered when there is none. */
export function preferred<L extends string>(
  acceptLanguage: string | null,
  offered: readonly L[],
): L {
  const wishes = (acceptLanguage ?? '')
    .split(',')
    .slice(0, 20)
    .map((part) => {
      const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
      const weight = /^\s*q=([0-9.]+)\s*$/.exec(parameters[0] ?? '')
      return { language: tag.split('-')[0] ?? '', weight: weight ? Number(weight[1]) : 1 }
    })
    .sort((a, b) => b.weight - a.weight)
  const found = wishes.find(
    (wish) => wish.weight > 0 && offered.some((language) => language === wish.language),
  )
  return offered.find((language) => language === found?.language) ?? (offered[0] as L)
}

/** How pages shall look, as the cookie of the toolbar says, and what was pressed just now; anything unreadable is as if nothing were said. */
export function lookOf(request: Request, fields: Raw = {}): Look {
  const cookie = request.headers.get('cookie') ?? ''
  const [, size, colours, furigana] =
    /(?:^|;\s*)madoguchi-look=([a-z]+)\.([a-z]+)\.([a-z]+)(?:;|$)/.exec(cookie) ?? []
  const [name = '', value] = fields[LOOK]?.[0]?.split('.') ?? []
  return lookFrom({ size, colours, furigana, [name]: value ?? '' })
}
