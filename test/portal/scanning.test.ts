import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { EICAR, freePort, startClamd } from '../files/clamd.ts'
import { pdf } from '../files/made.ts'
import { openTestPortal, type TestPortal } from './portal.ts'
import { bytesKept, sendInParts } from './sent-files.ts'

/** Files and the scanner, and what becomes of files that nobody needs. */

const API = '/api/v1/demonstration/notice'
const sitting = 'sitting-of-a-visitor-0001'
const definitionsDir = 'test/samples/attachments'
const HOUR_MS = 3_600_000

const clamd = await startClamd()
afterAll(() => clamd?.stop())

async function attach(portal: TestPortal, bytes: Buffer) {
  const file = { field: 'evidence', name: 'a.pdf', bytes }
  const { body } = await sendInParts(portal.visitor(), API, file, { sitting })
  return (body.file as { id: string }).id
}

async function stateOf(portal: TestPortal, id: string) {
  const row = await portal.store.db
    .selectFrom('file')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirst()
  return row?.state
}

describe.runIf(clamd)('with a real clamd', () => {
  let portal: TestPortal
  beforeAll(async () => {
    portal = await openTestPortal({ definitionsDir, clamdUrl: clamd?.url })
  })
  afterAll(() => portal.close())

  test('a file is pending until it was looked at, then clean or infected', async () => {
    const good = await attach(portal, pdf())
    const bad = await attach(portal, pdf(EICAR.toString('latin1')))
    expect([await stateOf(portal, good), await stateOf(portal, bad)]).toEqual([
      'pending',
      'pending',
    ])
    await portal.settle()
    expect([await stateOf(portal, good), await stateOf(portal, bad)]).toEqual(['clean', 'infected'])
    const check = async (id: string) =>
      portal
        .visitor()
        .json(`${API}/check`, { answers: { subject: '件名', evidence: [id] }, sitting })
    expect((await check(good)).status).toBe(200)
    const refused = await check(bad)
    expect(refused.status).toBe(422)
    expect(JSON.stringify(refused.body)).toContain('ウイルスが見つかった')
  })
})

test('while the scanner is down files wait and never count as clean', async () => {
  const portal = await openTestPortal({
    definitionsDir,
    clamdUrl: `tcp://127.0.0.1:${await freePort()}`,
  })
  const id = await attach(portal, pdf())
  await portal.worker.runOnce()
  expect(await stateOf(portal, id)).toBe('pending')
  const job = await portal.store.db.selectFrom('job').selectAll().executeTakeFirstOrThrow()
  expect(job).toMatchObject({ kind: 'file.scan', state: 'waiting' })
  expect(job.last_error).toContain('ECONNREFUSED')
  await portal.close()
})

test('without a scanner a file is not scanned, and says so', async () => {
  const portal = await openTestPortal({ definitionsDir })
  expect(await stateOf(portal, await attach(portal, pdf()))).toBe('not-scanned')
  await portal.close()
})

test('what belongs to nobody is gone within a day; what is used stays', async () => {
  const portal = await openTestPortal({ definitionsDir })
  const used = await attach(portal, pdf())
  const answers = { subject: '件名', evidence: [used] }
  expect((await portal.visitor().json(API, { answers, sitting })).status).toBe(201)
  const orphan = await attach(portal, pdf())
  const { id: stray } = await portal.files.put(Buffer.from('its process died'))
  await portal
    .visitor()
    .json(`${API}/uploads`, { field: 'evidence', name: 'b.pdf', size: 9, sitting })
  await portal.settle()
  expect((await bytesKept(portal)).length).toBe(3)
  portal.advanceClock(24 * HOUR_MS)
  // The disk keeps its own time.
  await utimes(join(portal.dataDir, 'files', stray.slice(0, 2), stray), 0, 0)
  await portal.settle()
  expect(await stateOf(portal, orphan)).toBeUndefined()
  expect(await portal.files.has(orphan)).toBe(false)
  expect(await portal.files.has(stray)).toBe(false)
  expect(await stateOf(portal, used)).toBe('not-scanned')
  expect(await portal.files.has(used)).toBe(true)
  expect(await portal.store.db.selectFrom('upload').select('id').execute()).toEqual([])
  await portal.close()
})
