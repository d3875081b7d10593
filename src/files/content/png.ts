import { crc32 } from 'node:zlib'
import type { Bytes, ContentFault } from './bytes.ts'

export const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** What a picture may grow to when it is drawn: 50 million points (S35). */
const POINTS_MAX = 50_000_000
/** A picture of 100 MB in the usual pieces of 8 kB has a quarter of it. */
const CHUNKS_MAX = 50_000
/** Allowed bits per colour type (PNG, table 11.1). */
const BITS: { readonly [colour: number]: readonly number[] } = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
}

/** The frame of a PNG: a sound header, chunk after chunk to the end mark, nothing behind it. */
export async function pngFault(bytes: Bytes): Promise<ContentFault | undefined> {
  const head = await bytes.read(0, 33)
  if (!head.subarray(0, 8).equals(PNG_SIGNATURE)) return 'differs'
  if (head.length < 33 || head.readUInt32BE(8) !== 13 || head.toString('latin1', 12, 16) !== 'IHDR')
    return 'damaged'
  const [width, height] = [head.readUInt32BE(16), head.readUInt32BE(20)]
  const [depth = 0, colour = 0] = [head[24], head[25]]
  if (width === 0 || height === 0 || !BITS[colour]?.includes(depth)) return 'damaged'
  if (crc32(head.subarray(12, 29)) !== head.readUInt32BE(29)) return 'damaged'
  if (width * height > POINTS_MAX) return 'inflated'
  let hasData = false
  for (let at = 8, count = 0; count < CHUNKS_MAX; count++) {
    const chunk = await bytes.read(at, 8)
    if (chunk.length < 8) return 'damaged'
    const kind = chunk.toString('latin1', 4, 8)
    if (!/^[A-Za-z]{4}$/.test(kind)) return 'damaged'
    at += 12 + chunk.readUInt32BE(0)
    if (at > bytes.size) return 'damaged'
    hasData ||= kind === 'IDAT'
    if (kind !== 'IEND') continue
    if (!hasData) return 'damaged'
    return at === bytes.size ? undefined : 'differs'
  }
  return 'inflated'
}
