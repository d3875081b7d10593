import type { Selectable } from 'kysely'
import { listed } from './lists.ts'
import type { Db, Store, Tx } from './open.ts'
import type { FileTable } from './tables.ts'

/**
 * What a file is called, whose it is and what its scanner said; its bytes are in the place of files (`src/files`).
 * An `attachment` comes from an applicant and belongs to the sitting (`draftId`) and, for members, the account in which it
 * was attached. A `document` is issued by us: give it `accountId` or `facilityId`, whose members may download it, and name
 * the submission with `useFiles` in the same transaction.
 */
export type FileRecord = {
  readonly id: string
  readonly kind: 'attachment' | 'document'
  readonly portal: string
  readonly draftId?: string
  readonly accountId?: string
  readonly facilityId?: string
  readonly field: string
  readonly name: string
  readonly type: string
  readonly size: number
  readonly sha256: string
  readonly state: FileState
  readonly createdAt: string
}
export type FileState = 'pending' | 'clean' | 'infected' | 'not-scanned'

/** Bytes first (`Files.put`), then this row. */
export async function insertFile(tx: Tx, file: FileRecord): Promise<void> {
  const { draftId, accountId, facilityId, createdAt, ...same } = file
  await tx
    .insertInto('file')
    .values({
      ...same,
      draft_id: draftId ?? null,
      account_id: accountId ?? null,
      facility_id: facilityId ?? null,
      created_at: createdAt,
      changed_at: createdAt,
    })
    .execute()
}

export async function findFile(db: Db | Tx, id: string): Promise<FileRecord | undefined> {
  const row = await db.selectFrom('file').selectAll().where('id', '=', id).executeTakeFirst()
  return row && fileFrom(row)
}

/** Those that exist, in no order. */
export async function findFiles(
  { db, dialect }: Pick<Store, 'db' | 'dialect'>,
  ids: readonly string[],
): Promise<readonly FileRecord[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('file')
    .selectAll()
    .where('id', 'in', listed(dialect, ids))
    .execute()
  return rows.map(fileFrom)
}

/** Oldest first. */
export async function filesOfDraft(
  db: Db | Tx,
  draftId: string,
  field?: string,
): Promise<readonly FileRecord[]> {
  const query = db
    .selectFrom('file')
    .selectAll()
    .where('draft_id', '=', draftId)
    .orderBy('created_at')
    .orderBy('id')
  const rows = await (field === undefined ? query : query.where('field', '=', field)).execute()
  return rows.map(fileFrom)
}

/** Attachments and documents of a submission, oldest first. */
export async function filesOfSubmission(
  db: Db | Tx,
  submissionId: string,
): Promise<readonly FileRecord[]> {
  const rows = await db
    .selectFrom('file_use')
    .innerJoin('file', 'file.id', 'file_use.file_id')
    .selectAll('file')
    .where('file_use.submission_id', '=', submissionId)
    .orderBy('file.created_at')
    .orderBy('file.id')
    .execute()
  return rows.map(fileFrom)
}

/** Which submissions use a file. */
export async function usersOf(db: Db | Tx, fileId: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('file_use')
    .select('submission_id')
    .where('file_id', '=', fileId)
    .execute()
  return rows.map((row) => row.submission_id)
}

/** From now on the submission uses these files: as long as it does, they stay. */
export async function useFiles(
  tx: Tx,
  submissionId: string,
  fileIds: readonly string[],
): Promise<void> {
  if (fileIds.length === 0) return
  await tx
    .insertInto('file_use')
    .values(fileIds.map((id) => ({ submission_id: submissionId, file_id: id })))
    .onConflict((conflict) => conflict.columns(['submission_id', 'file_id']).doNothing())
    .execute()
}

/** The submission's answers were erased: files nobody else uses go with the next cleaning up. */
export async function giveUpFiles(tx: Tx, submissionId: string, at: string): Promise<void> {
  await tx
    .updateTable('file')
    .set({ changed_at: at, draft_id: null })
    .where('id', 'in', (query) =>
      query
        .selectFrom('file_use')
        .select('file_use.file_id')
        .where('file_use.submission_id', '=', submissionId),
    )
    .execute()
  await tx.deleteFrom('file_use').where('submission_id', '=', submissionId).execute()
}

/** The fields that files of a submission were attached to, by their new ids. */
export async function renameFields(
  tx: Tx,
  submissionId: string,
  fields: { readonly [old: string]: string },
): Promise<void> {
  for (const [old, field] of Object.entries(fields))
    await tx
      .updateTable('file')
      .set({ field })
      .where('field', '=', old)
      .where('id', 'in', (eb) =>
        eb
          .selectFrom('file_use')
          .select('file_use.file_id')
          .where('file_use.submission_id', '=', submissionId),
      )
      .execute()
}

/** The files of one sitting become those of another. */
export async function moveFiles(tx: Tx, from: string, to: string): Promise<void> {
  await tx.updateTable('file').set({ draft_id: to }).where('draft_id', '=', from).execute()
}

/** What the scanner said. */
export async function setFileState(
  tx: Tx,
  id: string,
  state: FileState,
  at: string,
): Promise<void> {
  await tx.updateTable('file').set({ state, changed_at: at }).where('id', '=', id).execute()
}

/**
 * Attachments that no submission uses, whose sitting is not kept any more and that have not changed since `before`; of `id`
 * alone when it is given.
 */
export async function orphanFiles(
  db: Db | Tx,
  before: string,
  countMax: number,
  id?: string,
): Promise<readonly string[]> {
  const query = db
    .selectFrom('file')
    .select('file.id')
    .where('kind', '=', 'attachment')
    .where('changed_at', '<', before)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('file_use')
            .select('file_use.file_id')
            .whereRef('file_use.file_id', '=', 'file.id'),
        ),
      ),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('sitting')
            .select('sitting.key')
            .whereRef('sitting.key', '=', 'file.draft_id')
            .where('sitting.done', 'is', null),
        ),
      ),
    )
    .orderBy('changed_at')
    .limit(countMax)
  const rows = await (id === undefined ? query : query.where('file.id', '=', id)).execute()
  return rows.map((row) => row.id)
}

/** The row; remove the bytes after the transaction, so that no row is ever without them. */
export async function deleteFile(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('file').where('id', '=', id).execute()
}

export function fileFrom(row: Selectable<FileTable>): FileRecord {
  return {
    id: row.id,
    kind: row.kind as FileRecord['kind'],
    portal: row.portal,
    ...(row.draft_id !== null && { draftId: row.draft_id }),
    ...(row.account_id !== null && { accountId: row.account_id }),
    ...(row.facility_id !== null && { facilityId: row.facility_id }),
    field: row.field,
    name: row.name,
    type: row.type,
    size: Number(row.size),
    sha256: row.sha256,
    state: row.state as FileState,
    createdAt: row.created_at,
  }
}
