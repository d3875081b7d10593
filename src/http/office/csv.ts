import { Readable } from 'node:stream'
import type { Visit } from '../route.ts'
import { nameInHeader } from '../member/downloads.ts'
import { toShiftJis } from './shift-jis.ts'

/**
 * A list as a CSV file, written while it is read: memory holds one piece of it. UTF-8 with a mark by which spreadsheets know
 * it, or Shift_JIS when the address says so.
 */
export function csvAnswer(
  visit: Visit,
  file: {
    readonly name: string
    readonly columns: readonly string[]
    readonly rows: AsyncIterable<readonly string[]>
  },
): Response {
  const isShiftJis = visit.query.get('encoding') === 'shift_jis'
  const bytes = Readable.toWeb(Readable.from(encoded(file, isShiftJis)))
  const day = visit.deps.clock().toISOString().slice(0, 10)
  return new Response(bytes as unknown as ReadableStream, {
    headers: {
      'Content-Type': `text/csv; charset=${isShiftJis ? 'Shift_JIS' : 'utf-8'}; header=present`,
      'Content-Disposition': `attachment; ${nameInHeader(`${file.name}-${day}.csv`)}`,
      'Cache-Control': 'no-store',
    },
  })
}

const PIECE_CHARACTERS = 16_384

async function* encoded(
  { columns, rows }: Parameters<typeof csvAnswer>[1],
  isShiftJis: boolean,
): AsyncGenerator<Uint8Array> {
  let replaced = 0
  const bytesOf = (text: string): Uint8Array => {
    if (!isShiftJis) return Buffer.from(text, 'utf8')
    const made = toShiftJis(text)
    replaced += made.replaced
    return made.bytes
  }
  let piece = (isShiftJis ? '' : '\u{feff}') + csvLine(columns)
  for await (const row of rows) {
    piece += csvLine(row)
    if (piece.length < PIECE_CHARACTERS) continue
    yield bytesOf(piece)
    piece = ''
  }
  yield bytesOf(piece)
  // Said where it is seen: what stands in the file is not what is stored.
  if (replaced > 0) yield toShiftJis(csvLine([MISSING(replaced)])).bytes
}

const MISSING = (count: number) =>
  `〓は、Shift_JISにない文字の代わりです（${count}字）。元の文字は、UTF-8のファイルでお確かめください。`

export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/**
 * One cell. Nothing that a spreadsheet would calculate gets through (S27): text that begins like a formula is given an
 * apostrophe; numbers that would lose their leading zeros stay text.
 */
export function csvCell(text: string): string {
  if (/^0\d+$/.test(text) || /^\d{12,}$/.test(text)) return `"=""${text}"""`
  const safe = /^[\s\u{0}]*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(text) ? `'${text}` : text
  return `"${safe.replaceAll('"', '""')}"`
}
