import { fieldsByName } from '../definitions/answered.ts'
import type { Definitions, Document } from '../definitions/definitions.ts'
import { fillDocument } from '../documents/fill.ts'
import { assert } from '../fault.ts'
import type { Files } from '../files/files.ts'
import { japanDate } from '../form/dates.ts'
import type { Json, JsonObject, Locale, Text } from '../form/form.ts'
import type { Call, EffectResult, Pdf, Sheet } from '../plugins/contract.ts'
import { appendAudit } from '../store/audit.ts'
import { insertFile, useFiles } from '../store/files.ts'
import {
  documentsByJob,
  insertIssuedDocument,
  type IssuedDocument,
} from '../store/issued-documents.ts'
import { loadSubmission } from '../store/submissions.ts'
import type { Submission } from '../workflow/submission.ts'
import type { DocumentOrder } from '../workflow/workflow.ts'
import type { IssuanceDeps } from './accounts.ts'
import { ownerOfSubmission } from './owner.ts'

export type DocumentDeps = Pick<IssuanceDeps, 'store' | 'keys' | 'clock' | 'newId'> & {
  readonly files: Pick<Files, 'put' | 'get'>
  readonly definitionsOf: (hash: string) => Promise<Definitions>
  /** Performs `pdf.render`; undefined: no plugin does. */
  readonly renderPdf: ((sheet: Sheet, call: Call) => Promise<EffectResult>) | undefined
}

const PDF = 'application/pdf'

/**
 * Performs `documents.issue`: draws each document and keeps it for its owner. One that prints a password is drawn for a
 * trial only, with the password left empty, and drawn again whenever its owner opens it: no file of ours ever holds it.
 */
export async function issueDocuments(
  deps: DocumentDeps,
  order: DocumentOrder,
  call: Call,
): Promise<EffectResult> {
  const { store } = deps
  const jobId = call.idempotencyKey
  const known = await documentsByJob(store.db, jobId)
  if (known.length > 0) return issued(known)
  const submission = await loadSubmission(store.db, order.submissionId)
  const owner = submission && (await ownerOfSubmission(store.db, submission))
  if (!submission || owner === undefined)
    return { status: 'rejected', reason: '発行したものを受け取る利用者がいません。' }
  const set = await deps.definitionsOf(submission.definition)
  const document = set.documents[order.document]
  assert(document, `There is no document '${order.document}'`)
  const made: Made[] = []
  for (const { values } of order.items) {
    const sheet = sheetOf({ set, document, submission, values: nested(values), at: order.at })
    const drawn = await draw(deps, sheet, call)
    if (drawn.status !== 'done') return drawn
    made.push({ title: sheet.title, values, pdf: drawn.result as Pdf })
  }
  return keep(deps, { made, document, submission, owner, jobId, at: order.at })
}

type Made = { readonly title: string; readonly values: JsonObject; readonly pdf: Pdf }
type Keeping = {
  readonly made: readonly Made[]
  readonly document: Document
  readonly submission: Submission
  readonly owner: string
  readonly jobId: string
  readonly at: string
}

/** The files first, then all rows in one transaction: half a set of documents is never seen. */
async function keep(deps: DocumentDeps, keeping: Keeping): Promise<EffectResult> {
  const { made, document, submission, owner, jobId, at } = keeping
  const { portal, definition } = submission
  const stored = document.isSealed
    ? undefined
    : await Promise.all(made.map(({ pdf }) => deps.files.put(Buffer.from(pdf.pdf, 'base64'))))
  const documents = made.map(({ title, values }, position): IssuedDocument => ({
    id: deps.newId(),
    portal,
    owner,
    submissionId: submission.id,
    jobId,
    position,
    document: document.id,
    definition,
    title,
    values,
    ...(stored && { fileId: stored[position]?.id ?? '' }),
    createdAt: at,
  }))
  await deps.store.write(async (tx) => {
    for (const [position, file] of (stored ?? []).entries())
      await insertFile(tx, {
        ...file,
        kind: 'document',
        portal,
        ...ownerColumns(owner),
        field: document.id,
        name: `${made[position]?.title ?? document.id}.pdf`,
        type: PDF,
        state: 'clean',
        createdAt: deps.clock().toISOString(),
      })
    await useFiles(tx, submission.id, stored?.map(({ id }) => id) ?? [])
    for (const one of documents)
      await insertIssuedDocument(tx, one, document.isSealed ? accountIdsIn(one.values) : [])
    await appendAudit(tx, {
      at: deps.clock().toISOString(),
      actor: 'system',
      kind: 'documents.issued',
      subject: submission.id,
      data: { document: document.id, documents: documents.map(({ id }) => id) },
    })
  })
  return issued(
    documents,
    made.flatMap(({ pdf }) => pdf.notes),
  )
}

function issued(
  documents: readonly Pick<IssuedDocument, 'id' | 'title'>[],
  notes: readonly string[] = [],
): EffectResult {
  const list = documents.map(({ id, title }) => ({ id, title }))
  return { status: 'done', result: { issued: list, ...(notes.length > 0 && { notes }) } }
}

export async function draw(
  { renderPdf }: Pick<DocumentDeps, 'renderPdf'>,
  sheet: Sheet,
  call: Call,
): Promise<EffectResult> {
  if (!renderPdf) return { status: 'retry', reason: "No plugin performs 'pdf.render'" }
  return renderPdf(sheet, call)
}

/** The text of a document as it is printed; secrets come in `values` or not at all. */
export function sheetOf(known: {
  readonly set: Pick<Definitions, 'portals' | 'forms' | 'workflows'>
  readonly document: Document
  readonly submission: Pick<Submission, 'number' | 'portal' | 'form' | 'workflow' | 'answers'>
  readonly values: JsonObject
  readonly at: string
}): Sheet {
  const { set, document, submission, values, at } = known
  const portal = set.portals[submission.portal]
  assert(portal, `There is no portal '${submission.portal}'`)
  const say = (text: Text) => text[document.language] ?? text.ja
  const platform = {
    number: submission.number,
    issuedOn: dayText(at, document.language),
    portal: { title: say(portal.title) },
    operator: {
      name: say(portal.operator.name),
      phone: portal.operator.phone,
      mail: portal.operator.mail,
    },
    contactHours: say(portal.contactHours),
  }
  const fields = fieldsByName(set, submission, values)
  return fillDocument({ document, values, platform, fields, at })
}

function dayText(at: string, language: Locale): string {
  const [year = '', month = '', day = ''] = japanDate(new Date(at)).split('-')
  return language === 'ja'
    ? `${year}年${Number(month)}月${Number(day)}日`
    : `${year}-${month}-${day}`
}

/** `{ 'facility.name': … }` as `{ facility: { name: … } }`. */
export function nested(values: JsonObject): JsonObject {
  const root: { [name: string]: Json } = {}
  // A list or a whole first, its parts after it.
  for (const [ref, value] of Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = ref.split('.')
    const last = path.pop() ?? ''
    let place = root
    for (const part of path) {
      const copy = { ...asObject(Object.hasOwn(place, part) ? place[part] : undefined) }
      place[part] = copy
      place = copy
    }
    place[last] = value
  }
  return root
}

function asObject(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : {}
}

/** Every issued account that the values name, at whatever depth. */
export function accountIdsIn(values: Json): readonly string[] {
  if (typeof values !== 'object' || values === null) return []
  return Object.entries(values).flatMap(([name, value]: [string, Json]) =>
    /(?:^|\.)accountId$/.test(name) && typeof value === 'string' ? [value] : accountIdsIn(value),
  )
}

function ownerColumns(owner: string): {
  readonly accountId?: string
  readonly facilityId?: string
} {
  const colon = owner.indexOf(':')
  const id = owner.slice(colon + 1)
  return owner.slice(0, colon) === 'facility' ? { facilityId: id } : { accountId: id }
}
