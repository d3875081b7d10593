import type { Sheet, SheetBlock } from '../../src/plugins/contract.ts'
import type { Fonts, Weight } from './fonts.ts'
import type { ParsedFont } from './pdfmake.ts'

export type Coverage = {
  /** Characters the font does not have: a box would be drawn for each. */
  readonly missing: readonly string[]
  /** Variants of a character the font does not have: the usual form is drawn. */
  readonly otherForm: readonly string[]
}

const NAMED_MAX = 20
const VARIATION = /([^\ufe00-\ufe0f\u{e0100}-\u{e01ef}])([\ufe00-\ufe0f\u{e0100}-\u{e01ef}])/gu
const SELECTOR = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu

/** Looks each character of a sheet up in the font before anything is drawn, and names those it lacks with their place. */
export function coverageOf(sheet: Sheet, fonts: Fonts): Coverage {
  const missing = new Set<string>()
  const otherForm = new Set<string>()
  for (const { text, place, weight } of textsOf(sheet)) {
    const font = fonts.parsed('text', weight)
    for (const character of text.replace(SELECTOR, ''))
      if (character !== '\n' && !font.hasGlyphForCodePoint(codePoint(character)))
        missing.add(`「${character}」（${unicode(character)}）… ${place}`)
    for (const [sequence, base = '', selector = ''] of text.matchAll(VARIATION))
      if (!hasVariation(font, codePoint(base), codePoint(selector)))
        otherForm.add(`「${sequence}」（${unicode(base)} ${unicode(selector)}）… ${place}`)
  }
  const first = (found: ReadonlySet<string>) => [...found].slice(0, NAMED_MAX)
  return { missing: first(missing), otherForm: first(otherForm) }
}

type Placed = { readonly text: string; readonly place: string; readonly weight: Weight }

function textsOf({ header, footer, blocks }: Sheet): Placed[] {
  const edge = [...header, ...footer].flatMap((part) => ('text' in part ? [part.text] : []))
  return [
    { text: edge.join(''), place: 'ページの上下', weight: 'normal' },
    ...blocks.flatMap(textsOfBlock),
  ]
}

function textsOfBlock(block: SheetBlock): Placed[] {
  const normal =
    (place: string) =>
    (text: string): Placed => ({ text, place, weight: 'normal' })
  switch (block.kind) {
    case 'heading':
      return [{ text: block.text, place: '見出し', weight: 'bold' }]
    case 'paragraph':
    case 'note':
      return [normal(`「${start(block.text)}」`)(block.text)]
    case 'rows':
      return block.rows.flatMap(({ label, value }) => [label, value].map(normal(label)))
    case 'table':
      return [block.columns.map(({ label }) => label), ...block.rows].flatMap((row, line) =>
        row.map((cell, column) =>
          normal(`${block.columns[column]?.label ?? ''}（${line}行目）`)(cell),
        ),
      )
    case 'list':
      return block.items.map((item) => normal(`「${start(item)}」`)(item))
    case 'qr':
      return [normal('QRコードの説明')(block.caption)]
    case 'new-page':
      return []
  }
}

function start(text: string): string {
  return [...text].slice(0, 12).join('')
}

function hasVariation({ _cmapProcessor }: ParsedFont, base: number, selector: number): boolean {
  const record = _cmapProcessor.uvs?.varSelectors
    .toArray()
    .find(({ varSelector }) => varSelector === selector)
  if (!record) return false
  const isUsual = record.defaultUVS?.some(
    ({ startUnicodeValue: from, additionalCount }) =>
      base >= from && base <= from + additionalCount,
  )
  return (
    isUsual || (record.nonDefaultUVS?.some(({ unicodeValue }) => unicodeValue === base) ?? false)
  )
}

function codePoint(character: string): number {
  return character.codePointAt(0) ?? 0
}

function unicode(character: string): string {
  return `U+${codePoint(character).toString(16).toUpperCase().padStart(4, '0')}`
}
