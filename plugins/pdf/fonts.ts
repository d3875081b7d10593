import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type EmbeddedFont, type ParsedFont, type PdfDocument, emptyDocument } from './pdfmake.ts'

/** Noto Sans JP holds every name tried, also 𠮷 and 髙; the second face keeps 0 and O, 1, l and I apart. */
const FILES = {
  text: {
    normal: '@expo-google-fonts/noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf',
    bold: '@expo-google-fonts/noto-sans-jp/700Bold/NotoSansJP_700Bold.ttf',
  },
  credential: {
    normal:
      '@expo-google-fonts/atkinson-hyperlegible/400Regular/AtkinsonHyperlegible_400Regular.ttf',
    bold: '@expo-google-fonts/atkinson-hyperlegible/700Bold/AtkinsonHyperlegible_700Bold.ttf',
  },
} as const

export type Family = keyof typeof FILES
export type Weight = 'normal' | 'bold'

/** Fonts as read once; a document only takes its own subset of one. */
export type Fonts = {
  embed(document: PdfDocument, family: Family, weight: Weight): EmbeddedFont
  parsed(family: Family, weight: Weight): ParsedFont
}

/** Reads and parses the four fonts. This takes longer than drawing a document, so it is done once in a thread. */
export function openFonts(): Fonts {
  const { resolve } = createRequire(import.meta.url)
  const shelf = emptyDocument({})
  const open = (file: string) => shelf.font(readFileSync(resolve(file)))._font
  const fonts = {
    text: { normal: open(FILES.text.normal), bold: open(FILES.text.bold) },
    credential: { normal: open(FILES.credential.normal), bold: open(FILES.credential.bold) },
  }
  const Embedded = fonts.text.normal.constructor as new (
    document: PdfDocument,
    font: ParsedFont,
    id: string,
  ) => EmbeddedFont
  return {
    embed(document, family, weight) {
      const id = `F${++document._fontCount}`
      const font = new Embedded(document, fonts[family][weight].font, id)
      document._fontFamilies[id] = font
      return font
    },
    parsed: (family, weight) => fonts[family][weight].font,
  }
}
