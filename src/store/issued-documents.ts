import type { Selectable } from 'kysely'
import type { JsonObject } from '../form/form.ts'
import type { Db, Tx } from './open.ts'
import type { IssuedDocumentTable } from './tables.ts'

export type IssuedDocument = {
  readonly id: string
  readonly portal: string
  readonly owner: string
  readonly submissionId: string
  readonly jobId: string
  readonly position: number
  /** Name of its definition in the set with the hash `definition`. */
  readonly document: string
  readonly definition: string
  readonly title: string
  readonly values: JsonObject
  readonly fileId?: string
  readonly createdAt: string
  readonly firstOpenedAt?: string
}

/** `accountIds`: the issued accounts whose secrets it shows. */
export async function insertIssuedDocument(
  tx: Tx,
  document: IssuedDocument,
  accountIds: readonly string[],
): Promise<void> {
  await tx
    .insertInto('issued_document')
    .values({
      id: document.id,
      portal: document.portal,
      owner: document.owner,
      submission_id: document.submissionId,
      job_id: document.jobId,
      position: document.position,
      document: document.document,
      definition: document.definition,
      title: document.title,
      values: JSON.stringify(document.values),
      file_id: document.fileId ?? null,
      created_at: document.createdAt,
      first_opened_at: null,
    })
    .execute()
  if (accountIds.length > 0)
    await tx
      .insertInto('issued_document_account')
      .values(accountIds.map((id) => ({ document_id: document.id, account_id: id })))
      .execute()
}

/** What a job has made already, in order. */
export async function documentsByJob(
  db: Db | Tx,
  jobId: string,
): Promise<readonly IssuedDocument[]> {
  const rows = await db
    .selectFrom('issued_document')
    .selectAll()
    .where('job_id', '=', jobId)
    .orderBy('position')
    .execute()
  return rows.map(documentFrom)
}

export async function findIssuedDocument(
  db: Db | Tx,
  id: string,
): Promise<IssuedDocument | undefined> {
  const row = await db
    .selectFrom('issued_document')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  return row && documentFrom(row)
}

/** Those of an owner, newest first. */
export async function issuedDocumentsOf(
  db: Db | Tx,
  { portal, owner, document }: Pick<IssuedDocument, 'portal' | 'owner' | 'document'>,
): Promise<readonly IssuedDocument[]> {
  const rows = await db
    .selectFrom('issued_document')
    .selectAll()
    .where('portal', '=', portal)
    .where('owner', '=', owner)
    .where('document', '=', document)
    .orderBy('created_at', 'desc')
    .orderBy('position')
    .execute()
  return rows.map(documentFrom)
}

/** Those a submission has led to, oldest first. */
export async function issuedDocumentsOfSubmission(
  db: Db | Tx,
  submissionId: string,
): Promise<readonly IssuedDocument[]> {
  const rows = await db
    .selectFrom('issued_document')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .orderBy('created_at')
    .orderBy('position')
    .execute()
  return rows.map(documentFrom)
}

/** The issued accounts whose secrets a document shows. */
export async function accountsShownBy(db: Db | Tx, documentId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('issued_document_account')
    .select('account_id')
    .where('document_id', '=', documentId)
    .execute()
  return rows.map((row) => row.account_id)
}

/** The newest document that shows each of these accounts. */
export async function documentsShowing(
  db: Db | Tx,
  submissionIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (submissionIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('issued_document_account')
    .innerJoin('issued_document', 'issued_document.id', 'issued_document_account.document_id')
    .select(['issued_document_account.account_id', 'issued_document.id'])
    .where('issued_document.submission_id', 'in', submissionIds)
    .orderBy('issued_document.created_at')
    .execute()
  return new Map(rows.map((row) => [row.account_id, row.id]))
}

/** True when it was opened for the first time. */
export async function markOpened(tx: Tx, id: string, at: string): Promise<boolean> {
  const rows = await tx
    .updateTable('issued_document')
    .set({ first_opened_at: at })
    .where('id', '=', id)
    .where('first_opened_at', 'is', null)
    .returning('id')
    .execute()
  return rows.length > 0
}

function documentFrom(row: Selectable<IssuedDocumentTable>): IssuedDocument {
  return {
    id: row.id,
    portal: row.portal,
    owner: row.owner,
    submissionId: row.submission_id,
    jobId: row.job_id,
    position: Number(row.position),
    document: row.document,
    definition: row.definition,
    title: row.title,
    values: JSON.parse(row.values) as JsonObject,
    ...(row.file_id !== null && { fileId: row.file_id }),
    createdAt: row.created_at,
    ...(row.first_opened_at !== null && { firstOpenedAt: row.first_opened_at }),
  }
}
