import { Readable } from 'node:stream'
import type { Config } from '../config.ts'
import { openFolder } from './folder.ts'
import type { Place } from './place.ts'
import { openS3 } from './s3.ts'
import { openSpool, type Spool, type Spooled } from './spool.ts'

/**
 * Where the bytes of files are: attachments of applicants, documents that are issued, parts of uploads under way. What a
 * file is called, whose it is and whether it may be opened stands in the table `file` (`store/files.ts`): to keep a file
 * is `put` first, then `insertFile` in a transaction. A file whose row never came is removed by the hourly chore.
 *
 * The name under which bytes are stored is random and ours (S31): 128 bits in hex, nothing a person typed.
 */
export type Files = Omit<Place, 'keep'> & {
  /** Stores these bytes under a new id; they are safely there when it resolves. Memory is bounded by a chunk. */
  put(content: Uint8Array | AsyncIterable<Uint8Array>): Promise<StoredFile>
  /** For bytes that are looked into before they are kept: received into a local file, then `keep`, or `spool.discard`. */
  readonly spool: Spool
  keep(spooled: Spooled): Promise<StoredFile>
}

export type StoredFile = {
  readonly id: string
  readonly size: number
  /** Hex. */
  readonly sha256: string
}

/**
 * Opens the place of `FILES_URL`: `file:<folder>` or
 * `s3://<key>:<secret>@<host>/<bucket>[/<prefix>][?region=…]` (`s3+http://` for one without TLS).
 * Throws a Fault: `files.url` when it is neither, `files.unavailable` when it cannot be reached.
 */
export async function openFiles(config: Pick<Config, 'filesUrl' | 'dataDir'>): Promise<Files> {
  const spool = await openSpool(config.dataDir)
  const place = config.filesUrl.startsWith('file:')
    ? await openFolder(config.filesUrl.slice('file:'.length))
    : await openS3(config.filesUrl)
  const keep = async (spooled: Spooled) => {
    try {
      await place.keep(spooled)
    } finally {
      // Moved away, or of no use to anybody.
      await spool.discard(spooled)
    }
    return { id: spooled.id, size: spooled.size, sha256: spooled.sha256 }
  }
  return {
    ...place,
    spool,
    keep,
    put: async (content) =>
      keep(await spool.receive(content instanceof Uint8Array ? Readable.from([content]) : content)),
  }
}
