import { deleteFile, orphanFiles } from '../store/files.ts'
import { staleUploads, knownBytes } from '../store/uploads.ts'
import { dropUpload, type UploadDeps } from './uploads.ts'

/** What nobody came back for within this time goes (S37). */
const ABANDONED_MS = 23 * 3_600_000
/** Bytes come before their row by seconds; an hour later no row will come. */
const UNKNOWN_MS = 3_600_000
/** At once: the rest goes an hour later. */
const COUNT_MAX = 1_000

/**
 * Removes what belongs to nobody: uploads that were given up, attachments that no submission uses and no sitting keeps,
 * bytes whose row never came because a process died in between.
 */
export async function cleanFiles(deps: UploadDeps, now: Date): Promise<void> {
  const { store, files } = deps
  const before = new Date(now.getTime() - ABANDONED_MS).toISOString()
  for (const id of await staleUploads(store.db, before, COUNT_MAX)) await dropUpload(deps, id)
  for (const id of await orphanFiles(store.db, before, COUNT_MAX)) {
    // Looked at again in its transaction: a submission may have taken it since.
    const isGone = await store.write(async (tx) => {
      if (!(await orphanFiles(tx, before, 1, id)).includes(id)) return false
      await deleteFile(tx, id)
      return true
    })
    if (isGone) await files.remove(id)
  }
  const unknownSince = new Date(now.getTime() - UNKNOWN_MS)
  await files.spool.clean(unknownSince)
  for await (const { id, at } of files.list())
    if (at < unknownSince && !(await knownBytes(store.db, id))) await files.remove(id)
}
