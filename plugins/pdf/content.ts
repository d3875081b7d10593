import type { Align, Sheet, SheetBlock, SheetRow } from '../../src/plugins/contract.ts'
import { measureQr, type Node } from './pdfmake.ts'

/**
 * A sheet as pdfmake lays it out, and beside it the tree of what each piece is. A leaf of the tree has a number; the same
 * number stands at its text or its drawing, so that whatever the layout makes of it (lines, pages) is found again.
 */
export type Laid = { readonly content: readonly Node[]; readonly tree: readonly Tag[] }
export type Tag = {
  /** A structure type of PDF: H1, P, Table, TH … */
  readonly type: string
  readonly children: readonly Tag[]
  readonly leaf?: number
  readonly scope?: 'Row' | 'Column'
  readonly alt?: string
  /** Drawn again at the top of each further page of its table: only the first time is meant. */
  readonly isRepeated?: true
}

const SIZE = { text: 10.5, title: 16, heading: 12, credential: 15 } as const
const INK = '#1a1a1a'
const LINE = '#767676'
const SHADE = '#f2f2f2'
const QR_POINTS = 110
const LABEL_SHARE = '34%'

export function layOut(blocks: readonly SheetBlock[]): Laid {
  const leaves = { count: 0 }
  const laid = blocks.map((block) => layOutBlock(block, leaves))
  return {
    content: laid.flatMap(({ node }) => node),
    tree: laid.flatMap(({ tag }) => (tag ? [tag] : [])),
  }
}

/** Tells what stands on every page from what is printed once; it looks like nothing. */
export const PAGE_LINE = 'page-line'

export function pageLine(text: string, margins: Sheet['size'], align: Align): Node {
  const side = MARGIN[margins]
  const look = { alignment: align, margin: [side, 22, side, 0], color: INK }
  return { text: [{ text }], style: PAGE_LINE, ...look }
}

export const MARGIN: { readonly [size in Sheet['size']]: number } = { A4: 56, A5: 40 }

type Leaves = { count: number }
type LaidBlock = { readonly node: readonly Node[]; readonly tag?: Tag }

function layOutBlock(block: SheetBlock, leaves: Leaves): LaidBlock {
  switch (block.kind) {
    case 'heading': {
      const isTitle = block.level === 1
      const style = isTitle
        ? { fontSize: SIZE.title, alignment: 'center', margin: [0, 0, 0, 12] }
        : { fontSize: SIZE.heading, margin: [0, 8, 0, 4] }
      // A heading at the foot of a page, its text on the next, would be lost on a reader.
      return text(block.text, `H${block.level}`, leaves, { ...style, bold: true, headlineLevel: 1 })
    }
    case 'paragraph':
      return text(block.text, 'P', leaves, { alignment: block.align, margin: [0, 0, 0, 8] })
    case 'note': {
      const inside = text(block.text, 'P', leaves, {})
      return {
        node: [
          {
            table: { widths: ['*'], body: [inside.node] },
            layout: 'frame',
            margin: [0, 2, 0, 8],
          },
        ],
        ...(inside.tag && { tag: inside.tag }),
      }
    }
    case 'rows':
      return rows(block.rows, leaves)
    case 'table':
      return table(block, leaves)
    case 'list':
      return list(block, leaves)
    case 'qr':
      return qr(block, leaves)
    case 'new-page':
      return { node: [{ text: '', pageBreak: 'before' }] }
  }
}

function text(value: string, type: string, leaves: Leaves, style: Node, own: Partial<Tag> = {}) {
  const leaf = leaves.count++
  return {
    node: [{ text: [{ text: value, leaf }], ...style }],
    tag: { type, children: [], leaf, ...own } satisfies Tag,
  }
}

function rows(all: readonly SheetRow[], leaves: Leaves): LaidBlock {
  const cells = all.map(({ label, value, face }) => ({
    label: text(label, 'TH', leaves, { fillColor: SHADE }, { scope: 'Row' }),
    value: text(value, 'TD', leaves, face === 'credential' ? credential(value) : {}),
  }))
  return {
    node: [
      {
        table: {
          widths: [LABEL_SHARE, '*'],
          body: cells.map(({ label, value }) => [...label.node, ...value.node]),
          dontBreakRows: true,
        },
        layout: 'grid',
        margin: [0, 0, 0, 10],
      },
    ],
    tag: {
      type: 'Table',
      children: cells.map(({ label, value }) => ({ type: 'TR', children: [label.tag, value.tag] })),
    },
  }
}

/** Letters of the second face where it has them; a stray other character is drawn like all text. */
function credential(value: string): Node {
  return /^[\x20-\x7e]*$/.test(value)
    ? { font: 'credential', fontSize: SIZE.credential, characterSpacing: 1 }
    : { fontSize: SIZE.credential }
}

function table(
  { columns, rows: body }: Extract<SheetBlock, { kind: 'table' }>,
  leaves: Leaves,
): LaidBlock {
  const head = columns.map(({ label, align }) =>
    text(label, 'TH', leaves, { fillColor: SHADE, alignment: align }, HEAD),
  )
  const lines = body.map((row) =>
    columns.map(({ align }, index) => text(row[index] ?? '', 'TD', leaves, { alignment: align })),
  )
  const all = [head, ...lines]
  return {
    node: [
      {
        table: {
          headerRows: 1,
          dontBreakRows: true,
          widths: columns.map(({ align }) => (align === 'right' ? 'auto' : '*')),
          body: all.map((line) => line.flatMap(({ node }) => node)),
        },
        layout: 'grid',
        margin: [0, 0, 0, 10],
      },
    ],
    tag: {
      type: 'Table',
      children: all.map((line) => ({ type: 'TR', children: line.map(({ tag }) => tag) })),
    },
  }
}
const HEAD = { scope: 'Column', isRepeated: true } as const

function list(
  { items, isOrdered }: Extract<SheetBlock, { kind: 'list' }>,
  leaves: Leaves,
): LaidBlock {
  const laid = items.map((item, index) => ({
    mark: text(isOrdered ? `${index + 1}.` : '・', 'Lbl', leaves, { width: 18 }),
    body: text(item, 'LBody', leaves, { width: '*' }),
  }))
  return {
    node: laid.map(({ mark, body }) => ({
      columns: [...mark.node, ...body.node],
      columnGap: 2,
      margin: [0, 0, 0, 4],
    })),
    tag: {
      type: 'L',
      children: laid.map(({ mark, body }) => ({ type: 'LI', children: [mark.tag, body.tag] })),
    },
  }
}

function qr({ value, caption }: Extract<SheetBlock, { kind: 'qr' }>, leaves: Leaves): LaidBlock {
  const leaf = leaves.count++
  const { _canvas } = measureQr({ qr: value, fit: QR_POINTS, eccLevel: 'M', mode: 'octet' })
  const below = text(caption, 'P', leaves, { margin: [0, 2, 0, 8] })
  const figure: Tag = { type: 'Figure', children: [], leaf, alt: caption }
  return {
    node: [
      { canvas: _canvas.map((square) => ({ ...square, leaf })), margin: [0, 6, 0, 2] },
      ...(caption === '' ? [] : below.node),
    ],
    tag: { type: 'Div', children: caption === '' ? [figure] : [figure, below.tag] },
  }
}

export const DEFAULT_STYLE = {
  font: 'text',
  fontSize: SIZE.text,
  lineHeight: 1.15,
  color: INK,
} as const

/** How tables and frames are ruled. */
export const LAYOUTS: { readonly [name: string]: object } = {
  grid: {
    hLineWidth: () => 0.6,
    vLineWidth: () => 0.6,
    hLineColor: () => LINE,
    vLineColor: () => LINE,
    paddingLeft: () => 8,
    paddingRight: () => 8,
    paddingTop: () => 4,
    paddingBottom: () => 4,
  },
  frame: {
    hLineWidth: () => 1.2,
    vLineWidth: () => 1.2,
    hLineColor: () => INK,
    vLineColor: () => INK,
    paddingLeft: () => 10,
    paddingRight: () => 10,
    paddingTop: () => 8,
    paddingBottom: () => 8,
  },
}
