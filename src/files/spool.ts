import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { Fault } from '../fault.ts'
import { fileFault } from './trouble.ts'

/** A local file on its way into the place of files. */
export type Spooled = {
  readonly id: string
  readonly path: string
  readonly size: number
  /** Hex. */
  readonly sha256: string
}

export type Spool = {
  /**
   * Writes a stream to a local file chunk by chunk, hashing it, and flushes it to the disk. `onSize` hears the size so far
   * and may throw to end it. When anything throws, nothing stays behind.
   */
  receive(content: AsyncIterable<Uint8Array>, onSize?: (bytes: number) => void): Promise<Spooled>
  /** Removes the local file, if it is still there. */
  discard(spooled: Pick<Spooled, 'path'>): Promise<void>
  /** Removes what a stopped process has left behind before this time. */
  clean(before: Date): Promise<void>
  /** Free bytes of the disk. */
  free(): Promise<number>
}

const ID_BYTES = 16
/** Less free space than this and nothing is taken any more: the database lives on the same disk (S37). */
export const FREE_BYTES_MIN = 512 * 1024 * 1024

export async function openSpool(dataDir: string): Promise<Spool> {
  const folder = join(dataDir, 'incoming')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const free = async () => {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  }
  return {
    free,
    async receive(content, onSize) {
      if ((await free()) < FREE_BYTES_MIN)
        throw new Fault('files.disk-full', 'The disk is nearly full: no file is taken', {
          retryAfterMs: FULL_RETRY_MS,
        })
      const id = randomBytes(ID_BYTES).toString('hex')
      const path = join(folder, id)
      const hash = createHash('sha256')
      let size = 0
      const file = await open(path, 'wx', 0o600).catch((cause: unknown) => {
        throw fileFault(cause)
      })
      try {
        const batch = Buffer.allocUnsafeSlow(BATCH_BYTES)
        let filled = 0
        for await (const chunk of content) {
          size += chunk.length
          onSize?.(size)
          hash.update(chunk)
          if (filled + chunk.length > BATCH_BYTES) {
            await writeAll(file, batch.subarray(0, filled))
            filled = 0
          }
          if (chunk.length > BATCH_BYTES) await writeAll(file, chunk)
          else {
            batch.set(chunk, filled)
            filled += chunk.length
          }
        }
        await writeAll(file, batch.subarray(0, filled))
        await file.sync()
        await file.close()
      } catch (cause) {
        await file.close().catch(() => undefined)
        await rm(path, { force: true })
        throw fileFault(cause)
      }
      return { id, path, size, sha256: hash.digest('hex') }
    },
    discard: ({ path }) => rm(path, { force: true }),
    async clean(before) {
      for (const name of await readdir(folder)) {
        const path = join(folder, name)
        const found = await stat(path).catch(() => undefined)
        if (found && found.mtime < before) await rm(path, { force: true })
      }
    },
  }
}

const FULL_RETRY_MS = 60_000

/**
 * Written at once: a line brings pieces of 64 kB or less, and each write is a walk to another thread and back. Gathered in
 * one buffer a file, so that what came can go at once: twenty files on their way hold 10 MB.
 */
const BATCH_BYTES = 512 * 1024

async function writeAll(file: Awaited<ReturnType<typeof open>>, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await file.write(bytes, done, bytes.length - done)).bytesWritten
}
