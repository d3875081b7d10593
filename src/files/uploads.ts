import { attachmentOptions, cleanName, fileWrong, FILES_MAX } from '../form/attachments.ts'
import type { Field, Form, Issue } from '../form/form.ts'
import { filesOfDraft } from '../store/files.ts'
import { recall, remember, type RequestKey } from '../store/idempotency.ts'
import {
  addPart,
  countUploads,
  deleteUpload,
  findUpload,
  insertUpload,
  partsOf,
  receivedOf,
  type Upload,
} from '../store/uploads.ts'
import { takeFile, type AttachmentDeps, type FileOwner, type Taken } from './attachments.ts'
import type { Spooled } from './spool.ts'

/**
 * A file in parts, so that a cut costs one part at most (R20) and no request is long (R21): begin, then part after part from
 * where the last one ended, then finish. A part counts when it is there as a whole.
 */

/** Largest part taken. What a cut makes one send again is less than this. */
export const PART_BYTES_MAX = 8 * 1024 * 1024
/** Begun and not finished, in one owner. */
const UPLOADS_MAX = 2 * FILES_MAX

export type UploadDeps = Pick<AttachmentDeps, 'store' | 'files'>

export type Begun = { readonly upload: Upload } | { readonly issue: Issue }

export async function beginUpload(
  deps: AttachmentDeps,
  wish: {
    readonly owner: FileOwner
    readonly form: Form
    readonly field: Field
    readonly name: string
    readonly size: number
  },
): Promise<Begun> {
  const { owner, form, field, size } = wish
  const name = cleanName(wish.name)
  const wrong = fileWrong({ name, size }, field)
  if (wrong)
    return { issue: { ...wrong, params: wrong.params as Issue['params'], field: field.id } }
  const upload: Upload = {
    id: deps.newId(),
    ...owner,
    form: form.id,
    field: field.id,
    name,
    size,
    createdAt: deps.clock().toISOString(),
  }
  const isTaken = await deps.store.write(async (tx) => {
    const present = await filesOfDraft(tx, owner.draftId)
    const here = present.filter((file) => file.field === field.id).length
    const underWay = await countUploads(tx, owner.draftId)
    if (here >= attachmentOptions(field).filesMax || present.length >= FILES_MAX) return false
    if (underWay >= UPLOADS_MAX) return false
    await insertUpload(tx, upload)
    return true
  })
  if (isTaken) return { upload }
  const params = { n: attachmentOptions(field).filesMax }
  return { issue: { field: field.id, code: 'attachment.too-many', params } }
}

/** The upload with this id, if it is this person's. */
export async function ownUpload(
  { store }: Pick<AttachmentDeps, 'store'>,
  id: string,
  form: Form,
  accountId: string | undefined,
): Promise<(Upload & { readonly received: number }) | undefined> {
  const upload = await findUpload(store.db, id)
  if (!upload || upload.form !== form.id || upload.accountId !== accountId) return undefined
  return { ...upload, received: await receivedOf(store.db, id) }
}

/**
 * Receives the part that begins at `start`. Resolves to how much is there afterwards, `accepted` or not: a part that does
 * not begin where the last one ended, or goes beyond the announced size, changes nothing.
 */
export async function receivePart(
  { store, files, clock }: AttachmentDeps,
  upload: Upload & { readonly received: number },
  start: number,
  content: AsyncIterable<Uint8Array>,
): Promise<{ readonly accepted: boolean; readonly received: number }> {
  if (start !== upload.received) return { accepted: false, received: upload.received }
  const most = Math.min(PART_BYTES_MAX, upload.size - start)
  const spooled = await files.spool.receive(content, (bytes) => {
    if (bytes > most) throw new PartTooLong()
  })
  if (spooled.size === 0) {
    await files.spool.discard(spooled)
    return { accepted: false, received: upload.received }
  }
  const { id, size } = await files.keep(spooled)
  const at = clock().toISOString()
  const isAdded = await store.write((tx) => addPart(tx, upload.id, { start, size, fileId: id }, at))
  if (!isAdded) await files.remove(id)
  return { accepted: isAdded, received: await receivedOf(store.db, upload.id) }
}

/** The sender's mistake, not a Fault of ours. */
export class PartTooLong extends Error {}

/**
 * Puts the parts together and takes the file, once: asked again, it gives what it gave. `incomplete`: not all of it is
 * there, and nothing has happened; `gone`: another request is finishing it.
 */
export async function finishUpload(
  deps: AttachmentDeps,
  upload: Upload,
  place: { readonly field: Field; readonly address: string },
): Promise<Taken | 'incomplete' | 'gone'> {
  const { store, files } = deps
  const parts = await partsOf(store.db, upload.id)
  const received = parts.reduce((sum, part) => sum + part.size, 0)
  if (received !== upload.size) return 'incomplete'
  const whole: Spooled = await files.spool.receive(joined(deps, parts))
  const { portal, draftId, accountId } = upload
  const owner = { portal, draftId, ...(accountId !== undefined && { accountId }) }
  const incoming = { name: upload.name, content: whole }
  const taken = await takeFile(deps, { ...place, owner }, incoming, async (tx, result) => {
    if (!(await deleteUpload(tx, upload.id))) return false
    const response = JSON.stringify(result)
    await remember(tx, finishKey(upload.id), { status: 201, response }, deps.clock())
    return true
  })
  if (taken !== 'gone') await store.write((tx) => deleteUpload(tx, upload.id))
  for (const { fileId } of parts) await files.remove(fileId)
  return taken
}

/** What finishing this upload gave, for whoever did not hear the answer. */
export async function finishedBefore(
  { store }: Pick<AttachmentDeps, 'store'>,
  uploadId: string,
): Promise<Taken | undefined> {
  const earlier = await recall(store.db, finishKey(uploadId))
  return earlier.kind === 'replay' ? (JSON.parse(earlier.response) as Taken) : undefined
}

/** The id of an upload is a secret of its sender, so it may stand for the request. */
function finishKey(uploadId: string): RequestKey {
  return { scope: 'upload', key: uploadId, requestHash: '' }
}

async function* joined(
  { files }: Pick<AttachmentDeps, 'files'>,
  parts: Awaited<ReturnType<typeof partsOf>>,
) {
  for (const { fileId } of parts)
    for await (const chunk of (await files.get(fileId)) ?? []) yield chunk
}

/** Cancelled, finished, or given up long ago: rows first, then bytes, so that a crash leaves only bytes to clean up. */
export async function dropUpload({ store, files }: UploadDeps, id: string): Promise<void> {
  const parts = await partsOf(store.db, id)
  await store.write((tx) => deleteUpload(tx, id))
  for (const { fileId } of parts) await files.remove(fileId)
}
