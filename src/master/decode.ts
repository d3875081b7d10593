import { open } from 'node:fs/promises'
import { Fault } from '../fault.ts'

export type MasterEncoding = 'utf-8' | 'shift_jis'

/** Enough to meet Japanese text even when the first thousands of rows have none. */
const SAMPLE_BYTES = 4 * 1024 * 1024

/**
 * The encoding in which the beginning of a file makes more sense. A byte order mark decides; else the one that leaves fewer
 * unreadable characters, UTF-8 when both do equally well. Throws the Fault `master.encoding` for UTF-16.
 */
export async function detectEncoding(path: string): Promise<MasterEncoding> {
  const file = await open(path).catch((cause: unknown) => {
    throw new Fault('master.unreadable', `The file ${path} cannot be read: check its name`, {
      cause,
    })
  })
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0)
    const sample = buffer.subarray(0, bytesRead)
    if (startsWith(sample, 0xff, 0xfe) || startsWith(sample, 0xfe, 0xff))
      throw new Fault('master.encoding', `${path} is UTF-16: save it as CSV in UTF-8 or Shift_JIS`)
    if (startsWith(sample, 0xef, 0xbb, 0xbf)) return 'utf-8'
    return unreadable(sample, 'utf-8') <= unreadable(sample, 'shift_jis') ? 'utf-8' : 'shift_jis'
  } finally {
    await file.close()
  }
}

function startsWith(bytes: Uint8Array, ...mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte)
}

/** Decoded as a stream, so that a character cut off at the end of the sample does not count. */
function unreadable(bytes: Uint8Array, encoding: MasterEncoding): number {
  const text = new TextDecoder(encoding).decode(bytes, { stream: true })
  let count = 0
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1)) count++
  return count
}

/** Bytes as text, piece by piece; what cannot be decoded becomes U+FFFD. A byte order mark is left out. */
export async function* decoded(
  chunks: AsyncIterable<Uint8Array>,
  encoding: MasterEncoding,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of chunks) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}
