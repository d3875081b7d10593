import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appendAudit, auditHead, EMPTY_AUDIT, verifyAudit } from '../../src/store/audit.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore, type Store, type Tx } from '../../src/store/open.ts'
import type { AuditTable } from '../../src/store/tables.ts'

const ROWS = 40
let folder: string
let store: Store
let rows: readonly AuditTable[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'audit-'))
  store = await openStore(`sqlite:${join(folder, 'test.db')}`)
  await migrate(store)
  expect(await verifyAudit(store.db)).toEqual({ rows: 0, head: EMPTY_AUDIT })
  await Promise.all(
    Array.from({ length: ROWS }, (_none, index) => store.write((tx) => append(tx, `s${index}`))),
  )
  rows = await store.db.selectFrom('audit').selectAll().orderBy('seq').execute()
})
afterAll(async () => {
  await store.close()
  await rm(folder, { recursive: true, force: true })
})

function append(tx: Tx, subject: string) {
  return appendAudit(tx, {
    at: '2026-05-01T01:00:00.000Z',
    actor: 'system',
    kind: 'submission.noted',
    subject,
    data: { note: '見本', count: 1 },
  })
}

test('rows appended at the same time form one chain', async () => {
  const verdict = await verifyAudit(store.db)
  expect(verdict).toEqual({ rows: ROWS, head: await auditHead(store.db) })
  expect(verdict.head.seq).toBe(ROWS)
})

test('the database itself refuses to change or delete a row', async () => {
  for (const change of [sql`update audit set actor = 'nobody'`, sql`delete from audit`])
    await expect(store.write((tx) => change.execute(tx))).rejects.toThrow('append-only')
})

type Tampering = (rows: readonly AuditTable[], pick: number, other: number) => AuditTable[]
const COLUMNS = ['at', 'actor', 'kind', 'subject', 'data', 'prev_hash', 'hash'] as const
const tamperings: { readonly [name: string]: Tampering } = {
  edit: (all, pick, other) => {
    const column = COLUMNS[other % COLUMNS.length] ?? 'at'
    return all.map((row, index) => (index === pick ? { ...row, [column]: `${row[column]}x` } : row))
  },
  delete: (all, pick) => all.filter((_row, index) => index !== pick),
  'delete and close the gap': (all, pick) =>
    all.filter((_row, index) => index !== pick).map((row, index) => ({ ...row, seq: index + 1 })),
  swap: (all, pick, other) => {
    const second = other === pick ? (pick + 1) % all.length : other
    return all.map((row, index) => {
      const source = index === pick ? second : index === second ? pick : index
      return { ...(all[source] ?? row), seq: row.seq }
    })
  },
  truncate: (all, pick) => all.slice(0, pick),
}

test('every edit, deletion, reordering and truncation is found with the exported head (S43)', async () => {
  const head = await auditHead(store.db)
  const place = fc.integer({ min: 0, max: ROWS - 1 })
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(tamperings)),
      place,
      place,
      async (name, pick, other) => {
        const tampered = tamperings[name]?.(rows, pick, other) ?? []
        const verdict = await store
          .write(async (tx) => {
            await replaceAll(tx, tampered)
            throw new Found(await verifyAudit(tx, head))
          })
          .catch((error: unknown) => {
            if (error instanceof Found) return error.verdict
            throw error
          })
        expect(verdict.brokenAt, `${name} ${pick} ${other}`).toBeGreaterThan(0)
      },
    ),
    { numRuns: 400 },
  )
  expect((await verifyAudit(store.db, head)).brokenAt).toBeUndefined()
})

test('a chain written anew from some row on is found by the exported head', async () => {
  const head = await auditHead(store.db)
  const verdict = await store
    .write(async (tx) => {
      await replaceAll(tx, rows.slice(0, 10))
      for (let index = 10; index < ROWS; index++) await append(tx, `forged${index}`)
      expect((await verifyAudit(tx)).brokenAt).toBeUndefined()
      throw new Found(await verifyAudit(tx, head))
    })
    .catch((error: unknown) => (error instanceof Found ? error.verdict : Promise.reject(error)))
  expect(verdict.brokenAt).toBe(ROWS)
})

/** Carries a verdict out of a transaction that must not stay. */
class Found extends Error {
  readonly verdict: Awaited<ReturnType<typeof verifyAudit>>
  constructor(verdict: Awaited<ReturnType<typeof verifyAudit>>) {
    super('found')
    this.verdict = verdict
  }
}

/** What somebody with the file in hand could do. */
async function replaceAll(tx: Tx, wanted: readonly AuditTable[]) {
  await sql`drop trigger audit_no_update`.execute(tx)
  await sql`drop trigger audit_no_delete`.execute(tx)
  await tx.deleteFrom('audit').execute()
  for (const row of wanted) await tx.insertInto('audit').values(row).execute()
}
