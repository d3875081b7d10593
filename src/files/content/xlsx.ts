import { Readable } from 'node:stream'
import { createInflateRaw } from 'node:zlib'
import type { Bytes, ContentFault } from './bytes.ts'

/** S35: what a workbook may grow to. */
const ENTRIES_MAX = 10_000
const INFLATED_BYTES_MAX = 1024 ** 3
const RATIO_MAX = 100
/** Small files of repeated cells pack better than 100 to 1 without being dangerous. */
const RATIO_FREE_BYTES = 10 * 1024 * 1024
const CONTENT_TYPES_BYTES_MAX = 1024 * 1024
const END_BYTES = 22
const WORKBOOK = /spreadsheetml\.sheet\.main\+xml/
const MACROS = /macroEnabled|vbaProject/i

type Entry = {
  readonly name: string
  readonly at: number
  readonly method: number
  readonly flags: number
  readonly packed: number
  readonly size: number
}

/**
 * A workbook is a ZIP without anything before or behind it whose entries do not overlap, do not grow beyond bounds, and
 * name a workbook without macros. Every entry is unpacked once and counted: what a list of entries says of itself is not
 * believed.
 */
export async function xlsxFault(bytes: Bytes): Promise<ContentFault | undefined> {
  if ((await bytes.read(0, 4)).toString('latin1') !== 'PK\x03\x04') return 'differs'
  const entries = await entriesOf(bytes)
  if (typeof entries === 'string') return entries
  const total = entries.reduce((sum, entry) => sum + entry.size, 0)
  if (total > INFLATED_BYTES_MAX) return 'inflated'
  if (total > RATIO_FREE_BYTES && total > bytes.size * RATIO_MAX) return 'inflated'
  if (entries.some(({ flags }) => (flags & 1) !== 0)) return 'locked'
  if (entries.some(({ name }) => /(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|\0/.test(name)))
    return 'differs'
  let types = ''
  for (const entry of entries) {
    const text = await unpacked(bytes, entry, entry.name === '[Content_Types].xml')
    if (text === undefined) return 'damaged'
    types += text
  }
  if (!WORKBOOK.test(types)) return 'differs'
  const hasMacros = MACROS.test(types) || entries.some(({ name }) => MACROS.test(name))
  return hasMacros ? 'active' : undefined
}

async function entriesOf(bytes: Bytes): Promise<readonly Entry[] | ContentFault> {
  const end = await bytes.read(bytes.size - END_BYTES, END_BYTES)
  if (end.length < END_BYTES || end.readUInt32LE(0) !== 0x06054b50) return 'damaged'
  const count = end.readUInt16LE(10)
  const [length, start] = [end.readUInt32LE(12), end.readUInt32LE(16)]
  if (count === 0xffff || count > ENTRIES_MAX) return 'inflated'
  if (start + length + END_BYTES !== bytes.size) return 'damaged'
  const list = await bytes.read(start, length)
  const entries: Entry[] = []
  for (let at = 0; at < list.length;) {
    if (at + 46 > list.length || list.readUInt32LE(at) !== 0x02014b50) return 'damaged'
    const nameLength = list.readUInt16LE(at + 28)
    entries.push({
      flags: list.readUInt16LE(at + 8),
      method: list.readUInt16LE(at + 10),
      packed: list.readUInt32LE(at + 20),
      size: list.readUInt32LE(at + 24),
      at: list.readUInt32LE(at + 42),
      name: list.toString('utf8', at + 46, at + 46 + nameLength),
    })
    if (entries.length > ENTRIES_MAX) return 'inflated'
    at += 46 + nameLength + list.readUInt16LE(at + 30) + list.readUInt16LE(at + 32)
  }
  if (entries.length !== count || entries.length === 0) return 'damaged'
  const inOrder = entries.toSorted((one, other) => one.at - other.at)
  // Bytes that belong to several entries unpack to many times what the file holds.
  const overlaps = inOrder.some(({ at, packed }, index) => {
    const next = inOrder[index + 1]?.at ?? start
    return at + 30 + packed > next
  })
  return overlaps || inOrder[0]?.at !== 0 ? 'damaged' : entries
}

/** Unpacks one entry and counts; undefined when it is not what the list says. The text when it is wanted. */
async function unpacked(
  bytes: Bytes,
  { at, method, packed, size }: Entry,
  isWanted: boolean,
): Promise<string | undefined> {
  const head = await bytes.read(at, 30)
  if (head.length < 30 || head.readUInt32LE(0) !== 0x04034b50) return undefined
  if (isWanted && size > CONTENT_TYPES_BYTES_MAX) return undefined
  const start = at + 30 + head.readUInt16LE(26) + head.readUInt16LE(28)
  const stored = Readable.from(bytes.from(start, packed))
  if (method !== 0 && method !== 8) return undefined
  const content = method === 0 ? stored : stored.pipe(createInflateRaw())
  let count = 0
  let text = ''
  try {
    for await (const chunk of content as AsyncIterable<Buffer>) {
      count += chunk.length
      if (count > size) return undefined
      if (isWanted) text += chunk.toString('utf8')
    }
  } catch {
    // Not packed as it says: the file is damaged, which is the answer.
    return undefined
  } finally {
    stored.destroy()
    content.destroy()
  }
  return count === size ? text : undefined
}
