import type { Theme } from '../../definitions/definitions.ts'
import { troubleAnswer } from '../form/answers.ts'
import type { Visit } from '../route.ts'

const YEAR_SECONDS = 31_536_000

/** The colours of a portal as a style sheet of its own: pages take no styles from anywhere but files (CSP). */
export function themeSheet(visit: Visit): Response | Promise<Response> {
  const theme = visit.portal?.theme
  if (!theme) return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  return new Response(sheetOf(theme), {
    headers: {
      'Content-Type': 'text/css; charset=utf-8',
      // The address changes with the colours.
      'Cache-Control': `public, max-age=${YEAR_SECONDS}, immutable`,
    },
  })
}

/** Colours were checked when they were loaded: #rrggbb, nothing else. */
function sheetOf({ accent, accentText, link, header, headerText }: Theme): string {
  const root = [
    ...(accent ? [`--main:${accent}`, `--main-strong:color-mix(in srgb,${accent},#000 25%)`] : []),
    ...(accentText ? [`--on-main:${accentText}`] : []),
    ...(link ? [`--link:${link}`] : []),
  ]
  return [
    ...(root.length > 0 ? [`:root{${root.join(';')}}`] : []),
    ...(header ? [`.header{background:${header}}`] : []),
    ...(header || headerText
      ? [
          `.header .home,.header .entries a,.header .menu summary{color:${headerText ?? 'var(--text)'}}`,
        ]
      : []),
  ].join('\n')
}
