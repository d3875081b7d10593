import { createRequire } from 'node:module'

/**
 * The inner parts of pdfmake, typed as far as they are used. Its front door parses the fonts anew for every document,
 * which is most of the time a document takes, and draws without a structure tree; its layout and its drawing are kept.
 */
const require = createRequire(import.meta.url)

/** A font of fontkit. */
export type ParsedFont = {
  hasGlyphForCodePoint(codePoint: number): boolean
  readonly _cmapProcessor: {
    /** The table of variation sequences (cmap format 14), null when the font has none. */
    readonly uvs: {
      readonly varSelectors: { toArray(): readonly VariationSelector[] }
    } | null
  }
}
export type VariationSelector = {
  readonly varSelector: number
  /** Drawn as without the selector. */
  readonly defaultUVS:
    | readonly {
        readonly startUnicodeValue: number
        readonly additionalCount: number
      }[]
    | null
  readonly nonDefaultUVS: readonly { readonly unicodeValue: number }[] | null
}
export type EmbeddedFont = { readonly font: ParsedFont; readonly constructor: unknown }

export type StructureContent = { readonly isContent?: true }
export type StructureElement = {
  add(child: StructureElement | StructureContent): StructureElement
  end(): void
}

type KitDocument = {
  _fontCount: number
  readonly _fontFamilies: { [id: string]: EmbeddedFont }
  _font: EmbeddedFont
  addPage(options: { readonly size: string }): void
  text(text: string, x: number, y: number, options: { readonly lineBreak: boolean }): void
  font(source: Uint8Array): KitDocument
  /** Asked by the layout for each run of text. */
  provideFont(family: string, isBold: boolean): EmbeddedFont
  markContent(tag: 'Artifact'): void
  markStructureContent(tag: string): StructureContent
  endMarkedContent(): void
  struct(
    type: string,
    options: { readonly scope?: string; readonly alt?: string },
  ): StructureElement
  addStructure(element: StructureElement): void
  on(event: 'data', listener: (chunk: Buffer) => void): void
  on(event: 'end', listener: () => void): void
  on(event: 'error', listener: (error: Error) => void): void
  end(): void
}
type MakeConstructor = new (
  fonts: object,
  images: object,
  patterns: object,
  attachments: object,
  options: object,
  virtualFs: null,
  localAccess: (path: string) => boolean,
) => KitDocument

/** A node of pdfmake's document: made by `content.ts` only. */
export type Node = { readonly [key: string]: unknown }

/** What the layout puts on a page. */
export type Page = { readonly items: readonly { readonly type: string; readonly item: Item }[] }
export type Item = {
  /** Of a line. */
  readonly inlines?: readonly { readonly leaf?: number }[]
  /** Of a vector. */
  readonly leaf?: number
}

type LayoutConstructor = new (
  size: { readonly width: number; readonly height: number; readonly orientation: string },
  margins: {
    readonly left: number
    readonly top: number
    readonly right: number
    readonly bottom: number
  },
  svgMeasure: object,
) => {
  registerTableLayouts(layouts: { readonly [name: string]: object }): void
  layoutDocument(
    content: readonly Node[],
    document: KitDocument,
    styles: object,
    defaultStyle: object,
    background: undefined,
    header: PageContent,
    footer: PageContent,
    watermark: undefined,
    /** Whether a new page begins before this node, by what stands on its page so far. */
    pageBreakBefore:
      | undefined
      | ((node: Placed, around: { getFollowingNodesOnPage(): readonly Placed[] }) => boolean),
  ): readonly Page[]
}
/** What pdfmake tells of a node that it has placed. */
export type Placed = { readonly headlineLevel?: number; readonly style?: string }
export type PageContent = (page: number, pages: number) => Node

type RendererConstructor = new (document: KitDocument) => RendererBase
export type RendererBase = {
  readonly pdfDocument: KitDocument
  renderPages: (pages: readonly Page[]) => void
  renderLine: (line: Item, x: number, y: number) => void
  renderVector: (vector: Item) => void
}

function inner<T>(path: string): T {
  return (require(path) as { readonly default: T }).default
}

const PdfMakeDocument = inner<MakeConstructor>('pdfmake/js/PDFDocument.js')
export type PdfDocument = KitDocument

/** An empty document that reads no file and knows no image. */
export function emptyDocument(options: object): PdfDocument {
  return new PdfMakeDocument(
    {},
    {},
    {},
    {},
    { ...options, autoFirstPage: false, font: null },
    null,
    () => false,
  )
}

export const LayoutBuilder = inner<LayoutConstructor>('pdfmake/js/LayoutBuilder.js')
export const Renderer = inner<RendererConstructor>('pdfmake/js/Renderer.js')
export const sizes = inner<{ readonly [name: string]: readonly [number, number] }>(
  'pdfmake/js/standardPageSizes.js',
)
export const tableLayouts = (
  require('pdfmake/js/tableLayouts.js') as {
    readonly tableLayouts: { readonly [name: string]: object }
  }
).tableLayouts
/** The dark squares of a QR code as drawing instructions. */
export const measureQr = inner<{ measure(node: Node): { readonly _canvas: readonly Node[] } }>(
  'pdfmake/js/qrEnc.js',
).measure
