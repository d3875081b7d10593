import { open } from 'node:fs/promises'

/** The bytes of a file at hand, read where they are needed. */
export type Bytes = {
  readonly size: number
  /** Fewer than asked for at the end of the file; never fails for a place outside it. */
  read(at: number, length: number): Promise<Buffer>
  /** From here on, chunk by chunk. */
  from(at: number, length: number): AsyncIterable<Buffer>
}

/** What is wrong with a file by its content: a code of `src/form/attachments.ts` without `attachment.`. */
export type ContentFault = 'damaged' | 'differs' | 'locked' | 'active' | 'inflated'

const CHUNK_BYTES = 512 * 1024

/** Opens a local file, lets `look` read it, closes it. */
export async function withBytes<T>(path: string, look: (bytes: Bytes) => Promise<T>): Promise<T> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const read = async (at: number, length: number) => {
      const wanted = Math.max(0, Math.min(length, size - at))
      if (at < 0 || wanted === 0) return Buffer.alloc(0)
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(wanted), 0, wanted, at)
      return buffer.subarray(0, bytesRead)
    }
    return await look({
      size,
      read,
      async *from(at, length) {
        const end = Math.min(size, at + length)
        for (let here = at; here < end;) {
          const chunk = await read(here, Math.min(CHUNK_BYTES, end - here))
          if (chunk.length === 0) return
          here += chunk.length
          yield chunk
        }
      },
    })
  } finally {
    await file.close()
  }
}
