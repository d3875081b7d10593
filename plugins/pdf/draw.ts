import type { PageText, Sheet } from '../../src/plugins/contract.ts'
import { DEFAULT_STYLE, layOut, LAYOUTS, MARGIN, PAGE_LINE, pageLine, type Tag } from './content.ts'
import type { Family, Fonts } from './fonts.ts'
import {
  emptyDocument,
  LayoutBuilder,
  type Page,
  type PageContent,
  type PdfDocument,
  type Placed,
  Renderer,
  sizes,
  type StructureContent,
  type StructureElement,
  tableLayouts,
} from './pdfmake.ts'

const PRODUCER = 'Madoguchi'
/** Above and below the text: room for a line of header and footer. */
const EDGE = 56

/** Draws a sheet: tagged, with title, language and page numbers; the same sheet gives the same bytes. */
export async function draw(
  sheet: Sheet,
  fonts: Fonts,
): Promise<{ readonly bytes: Buffer; readonly pages: number }> {
  const document = emptyDocument({
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: sheet.language === 'ja' ? 'ja-JP' : 'en',
    info: {
      Title: sheet.title,
      Producer: PRODUCER,
      Creator: PRODUCER,
      CreationDate: new Date(sheet.date),
    },
  })
  useFonts(document, fonts)
  const done = bytesOf(document)
  const { content, tree } = layOut(sheet.blocks)
  const [width = 0, height = 0] = sizes[sheet.size] ?? []
  const side = MARGIN[sheet.size]
  const layout = new LayoutBuilder(
    { width, height, orientation: 'portrait' },
    { left: side, right: side, top: EDGE, bottom: EDGE },
    {},
  )
  layout.registerTableLayouts({ ...tableLayouts, ...LAYOUTS })
  const pages = layout.layoutDocument(
    content,
    document,
    {},
    DEFAULT_STYLE,
    undefined,
    onEachPage(sheet.header, sheet.size, 'right'),
    onEachPage(sheet.footer, sheet.size, 'center'),
    undefined,
    sheet.blocks.length <= HEADINGS_MINDED_MAX ? isLonelyHeading : undefined,
  )
  const drawn = renderPages(document, pages, tree)
  document.addStructure(structure(document, { type: 'Document', children: tree }, drawn))
  document.end()
  return { bytes: await done, pages: pages.length }
}

function useFonts(document: PdfDocument, fonts: Fonts): void {
  const embedded = new Map<string, ReturnType<Fonts['embed']>>()
  document.provideFont = (family, isBold) => {
    const weight = isBold ? 'bold' : 'normal'
    const key = `${family} ${weight}`
    const font = embedded.get(key) ?? fonts.embed(document, family as Family, weight)
    embedded.set(key, font)
    return font
  }
}

/** pdfmake lays the whole document out again for each page that then begins elsewhere: too long for long ones. */
const HEADINGS_MINDED_MAX = 150

/** A heading stands on the page of what it is about. */
function isLonelyHeading(
  { headlineLevel }: Placed,
  around: { getFollowingNodesOnPage(): readonly Placed[] },
): boolean {
  if (headlineLevel === undefined) return false
  return around.getFollowingNodesOnPage().every(({ style }) => style === PAGE_LINE)
}

function onEachPage(
  parts: readonly PageText[],
  size: Sheet['size'],
  align: 'center' | 'right',
): PageContent {
  return (page, pages) => {
    const number = { page: String(page), pages: String(pages) }
    const texts = parts.map((part) => ('text' in part ? part.text : number[part.number]))
    return pageLine(texts.join(''), size, align)
  }
}

type Drawn = ReadonlyMap<number, readonly StructureContent[]>

/**
 * Draws the pages, each run of lines and shapes of one leaf as one piece of marked content; what belongs to no leaf (rules,
 * frames, header, footer) is marked as decoration. Gives the pieces of each leaf.
 */
function renderPages(document: PdfDocument, pages: readonly Page[], tree: readonly Tag[]): Drawn {
  const tags = new Map(leavesOf(tree))
  const drawn = new Map<number, StructureContent[]>()
  const firstPage = new Map<number, number>()
  let pageIndex = 0
  let open: number | 'decoration' | undefined
  const close = () => {
    if (open !== undefined) document.endMarkedContent()
    open = undefined
  }
  const begin = (leaf: number | undefined) => {
    const tag = leaf === undefined ? undefined : tags.get(leaf)
    const isAgain =
      tag?.isRepeated && leaf !== undefined && (firstPage.get(leaf) ?? pageIndex) < pageIndex
    const wanted = tag && leaf !== undefined && !isAgain ? leaf : 'decoration'
    if (wanted === open) return
    close()
    open = wanted
    if (wanted === 'decoration' || !tag) return document.markContent('Artifact')
    if (!firstPage.has(wanted)) firstPage.set(wanted, pageIndex)
    const piece = document.markStructureContent(tag.type)
    drawn.set(wanted, [...(drawn.get(wanted) ?? []), piece])
  }
  const renderer = new Renderer(document)
  const { renderLine, renderVector } = renderer
  renderer.renderLine = (line, x, y) => {
    begin(line.inlines?.[0]?.leaf)
    renderLine.call(renderer, line, x, y)
  }
  renderer.renderVector = (vector) => {
    begin(vector.leaf)
    renderVector.call(renderer, vector)
  }
  for (const page of pages) {
    renderer.renderPages([page])
    close()
    pageIndex++
  }
  return drawn
}

function leavesOf(tree: readonly Tag[]): [number, Tag][] {
  return tree.flatMap((tag) => [
    ...(tag.leaf === undefined ? [] : [[tag.leaf, tag] satisfies [number, Tag]]),
    ...leavesOf(tag.children),
  ])
}

function structure(document: PdfDocument, tag: Tag, drawn: Drawn): StructureElement {
  const { type, scope, alt } = tag
  const element = document.struct(type, { ...(scope && { scope }), ...(alt && { alt }) })
  for (const child of tag.children) element.add(structure(document, child, drawn))
  if (tag.leaf !== undefined) for (const piece of drawn.get(tag.leaf) ?? []) element.add(piece)
  element.end()
  return element
}

function bytesOf(document: PdfDocument): Promise<Buffer> {
  const chunks: Buffer[] = []
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  document.on('data', (chunk) => chunks.push(chunk))
  document.on('end', () => resolve(Buffer.concat(chunks)))
  document.on('error', reject)
  return promise
}
