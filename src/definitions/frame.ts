/** A text with its name, to point into. */
export type Source = {
  /** Relative to the checked folder, with `/`. */
  readonly file: string
  readonly text: string
}
/** A point in a source. `offset` counts UTF-16 units, as the YAML parser does. */
export type Place = { readonly source: Source; readonly offset: number }

/** Line and column of a place, both from 1. The column counts characters; a full-width one counts once. */
export function positionOf(place: Place): { readonly line: number; readonly column: number } {
  const { lineNumber, before } = split(place)
  return { line: lineNumber, column: [...before].length + 1 }
}

/** The line with its number, and below it a caret under the place, wherever full-width text or tabs push it. */
export function frameOf(place: Place): string {
  const { lineNumber, before, line } = split(place)
  const gutter = `${lineNumber} | `
  const { head, tail } = shorten(before, line.slice(before.length))
  const under = expandTabs(head)
  const caret = ' '.repeat(gutter.length - 2) + '| ' + ' '.repeat(displayWidth(under)) + '^'
  return `${gutter}${under}${expandTabs(tail)}\n${caret}`
}

/** Columns a text takes in a fixed-width display: two for full-width characters and emoji, none for joiners and marks. */
export function displayWidth(text: string): number {
  if (/^[ -~]*$/.test(text)) return text.length
  let width = 0
  for (const { segment } of graphemes.segment(text))
    width += isWide(segment) ? 2 : isInvisible(segment) ? 0 : 1
  return width
}

// Made once: a segmenter loads its rules, which takes longer than a line.
const graphemes = new Intl.Segmenter('ja', { granularity: 'grapheme' })

/** Long lines are cut around the caret, so that the frame fits a terminal. */
const BEFORE_MAX = 60
const AFTER_MAX = 60

function shorten(before: string, after: string) {
  const head = [...before]
  const tail = [...after]
  return {
    head: head.length > BEFORE_MAX ? `…${head.slice(-BEFORE_MAX + 1).join('')}` : before,
    tail: tail.length > AFTER_MAX ? `${tail.slice(0, AFTER_MAX - 1).join('')}…` : after,
  }
}

function split(place: Place) {
  const { text } = place.source
  const offset = Math.min(Math.max(place.offset, 0), text.length)
  const start = text.lastIndexOf('\n', offset - 1) + 1
  const newline = text.indexOf('\n', start)
  const line = text.slice(start, newline < 0 ? undefined : newline).replace(/\r$/, '')
  let lineNumber = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < start; at = text.indexOf('\n', at + 1))
    lineNumber++
  return { lineNumber, line, before: line.slice(0, offset - start).replace(/\uFEFF/g, '') }
}

/** Tabs become spaces up to the next multiple of four, so that the caret does not depend on the terminal. */
function expandTabs(text: string): string {
  let out = ''
  for (const part of text.split(/(\t)/))
    out += part === '\t' ? ' '.repeat(4 - (displayWidth(out) % 4)) : part
  return out.replace(/[\p{Cc}\u2028\u2029]/gu, '\uFFFD')
}

/** East Asian Width W and F, and what is drawn as emoji. Ambiguous ones (①, …, ―) are one column, as terminals do. */
const WIDE = new RegExp(
  [
    '[\\u1100-\\u115F\\u231A\\u231B\\u2329\\u232A\\u23E9-\\u23EC\\u23F0\\u23F3\\u25FD\\u25FE',
    '\\u2614\\u2615\\u2648-\\u2653\\u267F\\u2693\\u26A1\\u26AA\\u26AB\\u26BD\\u26BE\\u26C4\\u26C5',
    '\\u26CE\\u26D4\\u26EA\\u26F2\\u26F3\\u26F5\\u26FA\\u26FD\\u2705\\u270A\\u270B\\u2728\\u274C',
    '\\u274E\\u2753-\\u2755\\u2757\\u2795-\\u2797\\u27B0\\u27BF\\u2B1B\\u2B1C\\u2B50\\u2B55',
    '\\u2E80-\\u303E\\u3041-\\u4DBF\\u4E00-\\uA4CF\\uA960-\\uA97C\\uAC00-\\uD7A3\\uF900-\\uFAFF',
    '\\uFE10-\\uFE19\\uFE30-\\uFE6B\\uFF01-\\uFF60\\uFFE0-\\uFFE6',
    '\\u{16FE0}-\\u{18CFF}\\u{1B000}-\\u{1B2FF}\\u{1F200}-\\u{1F265}\\u{20000}-\\u{3FFFD}]',
  ].join(''),
  'u',
)

function isWide(segment: string): boolean {
  return WIDE.test(segment) || /\p{Emoji_Presentation}|\p{Emoji}\uFE0F/u.test(segment)
}

function isInvisible(segment: string): boolean {
  return /^[\p{Mn}\p{Me}\p{Cf}]+$/u.test(segment)
}
