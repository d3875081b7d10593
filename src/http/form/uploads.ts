import { attachmentFields, removeFile, type Taken } from '../../files/attachments.ts'
import {
  beginUpload,
  dropUpload,
  finishedBefore,
  finishUpload,
  ownUpload,
  PART_BYTES_MAX,
  PartTooLong,
  receivePart,
} from '../../files/uploads.ts'
import { assert } from '../../fault.ts'
import { handleOf, isFileHandleId } from '../../form/attachments.ts'
import type { Field, Issue, Json, JsonObject } from '../../form/form.ts'
import { messageOf } from '../../form/messages.ts'
import { jsonAnswer, troubleAnswer } from './answers.ts'
import { formOf } from './forms.ts'
import type { Route, Visit } from '../route.ts'
import { KEY_SHAPE } from './sittings.ts'
import { ownerOf } from './file-owner.ts'

/**
 * Files in parts (`src/files/uploads.ts`), for the page and for programs. Whoever may open the form may send its files; the
 * id of an upload is known to its sender only.
 */
export function uploadRoutes(): readonly Route[] {
  return uploadRoutesAt('/api/v1/:portal/:form', { access: { kind: 'form' } })
}

/** The same below another address, for a form that this address stands for. */
export function uploadRoutesAt(
  place: string,
  common: Pick<Route, 'access' | 'formOf'>,
): readonly Route[] {
  const base = `${place}/uploads`
  const post = { ...common, method: 'POST', body: 'json' } as const
  return [
    { ...post, path: base, answer: begin },
    { ...common, method: 'GET', body: 'none', path: `${base}/:upload`, answer: progress },
    { ...post, path: `${base}/:upload/finish`, answer: finish },
    { ...post, path: `${base}/:upload/cancel`, answer: cancel },
    { ...post, body: 'part', path: `${base}/:upload/parts/:start`, answer: receive },
    { ...post, path: `${place}/files/:file/remove`, answer: remove },
  ]
}

async function begin(visit: Visit): Promise<Response> {
  const { field: id, name, size, sitting } = objectOf(visit.json)
  const field = fieldOf(visit, id)
  const isWhole = typeof size === 'number' && Number.isSafeInteger(size) && size >= 0
  if (!field || typeof name !== 'string' || !isWhole || !isKey(sitting))
    return troubleAnswer(visit, { code: 'body.no-file', status: 400 })
  const begun = await beginUpload(visit.deps.attachments, {
    owner: ownerOf(visit, sitting),
    form: formOf(visit),
    field,
    name,
    size,
  })
  if ('issue' in begun) return issueAnswer(visit, begun.issue, field)
  return jsonAnswer(
    { upload: begun.upload.id, received: 0, size, partBytesMax: PART_BYTES_MAX },
    201,
  )
}

async function progress(visit: Visit): Promise<Response> {
  const upload = await uploadOf(visit)
  return upload
    ? jsonAnswer({ upload: upload.id, received: upload.received, size: upload.size })
    : troubleAnswer(visit, { code: 'http.not-found', status: 404 })
}

async function receive(visit: Visit): Promise<Response> {
  const upload = await uploadOf(visit)
  const start = Number(visit.params.start)
  const content = visit.sent()
  if (!upload || !content) return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  try {
    const { accepted, received } = await receivePart(
      visit.deps.attachments,
      upload,
      start,
      // A part that is too long still gets an answer.
      content.iterator({ destroyOnReturn: false }),
    )
    return jsonAnswer({ received }, accepted ? 200 : 409)
  } catch (cause) {
    if (cause instanceof PartTooLong)
      return troubleAnswer(visit, { code: 'body.too-large', status: 413 })
    throw cause
  }
}

async function finish(visit: Visit): Promise<Response> {
  const { deps, address } = visit
  const earlier = await finishedBefore(deps.attachments, visit.params.upload ?? '')
  if (earlier) return takenAnswer(visit, earlier)
  const upload = await uploadOf(visit)
  const field = upload && fieldOf(visit, upload.field)
  if (!upload || !field) return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  const taken = await finishUpload(deps.attachments, upload, { field, address })
  if (taken === 'incomplete') return jsonAnswer({ received: upload.received }, 409)
  if (taken === 'gone') return jsonAnswer({ received: upload.size }, 409)
  return takenAnswer(visit, taken, field)
}

async function cancel(visit: Visit): Promise<Response> {
  const upload = await uploadOf(visit)
  if (upload) await dropUpload(visit.deps.attachments, upload.id)
  return jsonAnswer({ ok: true })
}

async function remove(visit: Visit): Promise<Response> {
  const { sitting } = objectOf(visit.json)
  const id = visit.params.file ?? ''
  if (isFileHandleId(id) && isKey(sitting))
    await removeFile(visit.deps.attachments, id, ownerOf(visit, sitting))
  return jsonAnswer({ ok: true })
}

function takenAnswer(visit: Visit, taken: Taken, field?: Field): Response {
  if ('issue' in taken) return issueAnswer(visit, taken.issue, field)
  const { file, state } = taken
  return jsonAnswer({ file: { ...file, state }, handle: handleOf(file, state) }, 201)
}

function issueAnswer({ locale }: Visit, issue: Issue, field: Field | undefined): Response {
  const message = messageOf(issue, field, locale)
  return jsonAnswer({ issues: [{ field: issue.field, code: issue.code, message }] }, 422, {
    'Content-Language': locale,
  })
}

function uploadOf(visit: Visit) {
  const { deps, params, account } = visit
  const form = formOf(visit)
  const accountId = form.access === 'account' ? account?.id : undefined
  return ownUpload(deps.attachments, params.upload ?? '', form, accountId)
}

function fieldOf(visit: Visit, id: Json | undefined): Field | undefined {
  return attachmentFields(formOf(visit)).find((field) => field.id === id)
}

function isKey(value: Json | undefined): value is string {
  return typeof value === 'string' && KEY_SHAPE.test(value)
}

function objectOf(json: Json): JsonObject {
  assert(json === null || typeof json !== 'function', 'JSON holds no functions')
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as JsonObject)
    : {}
}
