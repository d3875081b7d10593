import type { Selectable } from 'kysely'
import type { Db, Tx } from './open.ts'
import type { UploadTable } from './tables.ts'

/** A file that is coming part by part; its parts so far are whole and follow each other. */
export type Upload = {
  readonly id: string
  readonly portal: string
  readonly form: string
  readonly field: string
  readonly draftId: string
  readonly accountId?: string
  readonly name: string
  readonly size: number
  readonly createdAt: string
}
export type UploadPart = { readonly start: number; readonly size: number; readonly fileId: string }

export async function insertUpload(tx: Tx, upload: Upload): Promise<void> {
  const { draftId, accountId, createdAt, ...same } = upload
  await tx
    .insertInto('upload')
    .values({
      ...same,
      draft_id: draftId,
      account_id: accountId ?? null,
      created_at: createdAt,
      changed_at: createdAt,
    })
    .execute()
}

export async function findUpload(db: Db | Tx, id: string): Promise<Upload | undefined> {
  const row = await db.selectFrom('upload').selectAll().where('id', '=', id).executeTakeFirst()
  return row && uploadFrom(row)
}

/** How many files are on their way into a sitting. */
export async function countUploads(db: Db | Tx, draftId: string): Promise<number> {
  const row = await db
    .selectFrom('upload')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('draft_id', '=', draftId)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** In their order. */
export async function partsOf(db: Db | Tx, id: string): Promise<readonly UploadPart[]> {
  const rows = await db
    .selectFrom('upload_part')
    .selectAll()
    .where('upload_id', '=', id)
    .orderBy('start')
    .execute()
  return rows.map((row) => ({
    start: Number(row.start),
    size: Number(row.size),
    fileId: row.file_id,
  }))
}

/** Bytes received so far. */
export async function receivedOf(db: Db | Tx, id: string): Promise<number> {
  return (await partsOf(db, id)).reduce((sum, part) => sum + part.size, 0)
}

/** Adds the part that comes next; false when another request has added it, or the upload is gone. */
export async function addPart(tx: Tx, id: string, part: UploadPart, at: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('upload')
    .set({ changed_at: at })
    .where('id', '=', id)
    .executeTakeFirst()
  if (numUpdatedRows === 0n || (await receivedOf(tx, id)) !== part.start) return false
  await tx
    .insertInto('upload_part')
    .values({ upload_id: id, start: part.start, size: part.size, file_id: part.fileId })
    .execute()
  return true
}

/** The rows; remove the bytes of its parts after the transaction. False when it was gone already. */
export async function deleteUpload(tx: Tx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('upload').where('id', '=', id).executeTakeFirst()
  return numDeletedRows > 0n
}

/** Of which nothing has come since `before`, oldest first. */
export async function staleUploads(
  db: Db,
  before: string,
  countMax: number,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('upload')
    .select('id')
    .where('changed_at', '<', before)
    .orderBy('changed_at')
    .limit(countMax)
    .execute()
  return rows.map((row) => row.id)
}

/** Whether any row speaks of these bytes. */
export async function knownBytes(db: Db, id: string): Promise<boolean> {
  const file = await db.selectFrom('file').select('id').where('id', '=', id).executeTakeFirst()
  if (file) return true
  const part = await db
    .selectFrom('upload_part')
    .select('file_id')
    .where('file_id', '=', id)
    .executeTakeFirst()
  return part !== undefined
}

function uploadFrom(row: Selectable<UploadTable>): Upload {
  return {
    id: row.id,
    portal: row.portal,
    form: row.form,
    field: row.field,
    draftId: row.draft_id,
    ...(row.account_id !== null && { accountId: row.account_id }),
    name: row.name,
    size: Number(row.size),
    createdAt: row.created_at,
  }
}
