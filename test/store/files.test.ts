import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  deleteFile,
  filesOfDraft,
  filesOfSubmission,
  findFile,
  findFiles,
  giveUpFiles,
  insertFile,
  setFileState,
  useFiles,
  usersOf,
  type FileRecord,
} from '../../src/store/files.ts'
import type { Store } from '../../src/store/open.ts'
import { newStore, startDrivers } from './stores.ts'

const { drivers, stop } = await startDrivers()
afterAll(stop)

const at = '2026-11-21T00:00:00.000Z'
const later = '2026-11-22T00:00:00.000Z'

describe.each(drivers)('files on $name', (driver) => {
  let store: Store
  beforeEach(async () => {
    store = await newStore(driver)
  })
  afterEach(() => store.close())

  test('a file is found by its id, its sitting and the submissions that use it', async () => {
    const one = file('a', { draftId: 'd', accountId: 'me' })
    const other = file('b', { draftId: 'd', field: 'receipts' })
    const notice = file('c', { kind: 'document', facilityId: '000001', state: 'clean' })
    await submissionExists('s')
    await store.write(async (tx) => {
      for (const each of [one, other, notice]) await insertFile(tx, each)
      await useFiles(tx, 's', [one.id, notice.id])
      await useFiles(tx, 's', [one.id])
    })
    expect(await findFile(store.db, one.id)).toEqual(one)
    expect(await findFile(store.db, 'none')).toBeUndefined()
    expect(await findFiles(store, [])).toEqual([])
    expect((await findFiles(store, [one.id, 'none', notice.id])).length).toBe(2)
    expect(await filesOfDraft(store.db, 'd')).toEqual([one, other])
    expect(await filesOfDraft(store.db, 'd', 'receipts')).toEqual([other])
    expect(await filesOfSubmission(store.db, 's')).toEqual([one, notice])
    expect(await usersOf(store.db, one.id)).toEqual(['s'])
  })

  test('what a scanner said stays with the file', async () => {
    await store.write((tx) => insertFile(tx, file('a')))
    await store.write((tx) => setFileState(tx, idOf('a'), 'infected', later))
    expect(await findFile(store.db, idOf('a'))).toMatchObject({ state: 'infected' })
  })

  test('a submission that is erased gives its files up', async () => {
    await submissionExists('s')
    await store.write(async (tx) => {
      await insertFile(tx, file('a', { draftId: 'd' }))
      await useFiles(tx, 's', [idOf('a')])
      await giveUpFiles(tx, 's', later)
    })
    expect(await filesOfSubmission(store.db, 's')).toEqual([])
    const row = await store.db.selectFrom('file').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ draft_id: null, changed_at: later })
  })

  test('a deleted file leaves no use behind', async () => {
    await submissionExists('s')
    await store.write(async (tx) => {
      await insertFile(tx, file('a'))
      await useFiles(tx, 's', [idOf('a')])
      await deleteFile(tx, idOf('a'))
    })
    expect(await usersOf(store.db, idOf('a'))).toEqual([])
  })

  async function submissionExists(id: string): Promise<void> {
    await store.write(async (tx) => {
      await tx.insertInto('definition').values({ hash: 'h', body: '{}', created_at: at }).execute()
      await tx
        .insertInto('submission')
        .values({
          id,
          number: id,
          portal: 'p',
          form: 'p/f',
          workflow: 'w',
          definition: 'h',
          state: 'waiting',
          answers: '{}',
          account_id: null,
          replace_key: null,
          end: null,
          seq: 1,
          created_at: at,
          updated_at: at,
        })
        .execute()
    })
  }
})

function idOf(letter: string): string {
  return letter.repeat(32)
}

function file(letter: string, rest: Partial<FileRecord> = {}): FileRecord {
  return {
    id: idOf(letter),
    kind: 'attachment',
    portal: 'p',
    field: 'evidence',
    name: '受領委任.pdf',
    type: 'application/pdf',
    size: 5_000_000_000,
    sha256: 'f'.repeat(64),
    state: 'pending',
    createdAt: at,
    ...rest,
  }
}
