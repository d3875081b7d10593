import type { Theme } from '../definitions.ts'
import type { Report } from '../problems.ts'
import { child, compact, stringOf } from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

/** What stands around the colours of a theme: page, pale background under the pointer, text, link, main colour. */
export const GIVEN = {
  page: '#ffffff',
  pale: '#e8f1fe',
  text: '#333333',
  accent: '#0017c1',
} as const
/** WCAG 1.4.3. Every colour of a theme also stands somewhere as text, so that none gets by with the 3:1 of parts. */
const TEXT_RATIO = 4.5

/** The colours of a portal, each readable on what it stands on (A05); what is not is a problem with the nearest that is. */
export function compileTheme(node: Node, report: Report): Theme {
  const theme: Theme = compact({
    accent: stringOf(child(node, 'accent')),
    accentText: stringOf(child(node, 'accentText')),
    link: stringOf(child(node, 'link')),
    header: stringOf(child(node, 'header')),
    headerText: stringOf(child(node, 'headerText')),
  })
  const light = [GIVEN.page, GIVEN.pale]
  // Text of buttons on white, and their background; links on white; each also under the pointer.
  for (const name of ['accent', 'link'] as const) check(node, name, theme[name], light, report)
  const accent = theme.accent ?? GIVEN.accent
  check(node, 'accentText', theme.accentText, [accent], report)
  if (theme.headerText === undefined) check(node, 'header', theme.header, [GIVEN.text], report)
  else check(node, 'headerText', theme.headerText, [theme.header ?? GIVEN.page], report)
  return theme
}

function check(
  theme: Node,
  key: keyof Theme,
  colour: string | undefined,
  against: readonly string[],
  report: Report,
): void {
  const node = child(theme, key)
  const isColour = (text: string) => /^#[0-9a-f]{6}$/i.test(text)
  if (!node || colour === undefined || ![colour, ...against].every(isColour)) return
  const [worst = ''] = against.toSorted((a, b) => contrast(colour, a) - contrast(colour, b))
  const ratio = contrast(colour, worst)
  if (ratio >= TEXT_RATIO) return
  report('theme.contrast', node.at, {
    key,
    name: colour,
    other: worst,
    // Never rounded up to what is asked for.
    ratio: (Math.floor(ratio * 100) / 100).toFixed(2),
    nearest: nearest(colour, against),
  })
}

/** The ratio of WCAG 2: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (light + 0.05) / (dark + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = parts(colour).map((part) => {
    const share = part / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const STEPS = 255

/** The same colour, darker or lighter by as little as makes it readable on all of these. */
function nearest(colour: string, against: readonly string[]): string {
  for (let step = 1; step <= STEPS; step++)
    for (const end of [0, 255]) {
      const mixed = parts(colour).map((part) => Math.round(part + ((end - part) * step) / STEPS))
      const candidate = `#${mixed.map((part) => part.toString(16).padStart(2, '0')).join('')}`
      if (against.every((other) => contrast(candidate, other) >= TEXT_RATIO)) return candidate
    }
  return GIVEN.text
}

function parts(colour: string): readonly number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
}
