import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openFiles, type Files } from '../../src/files/files.ts'
import { startPlaces } from './places.ts'

/** One suite holds every place of files. */
const places = await startPlaces()
afterAll(() => places.stop())

describe.each(places.kinds)('$name', ({ open }) => {
  let files: Files
  beforeAll(async () => {
    files = await open()
  })

  test('what was put comes back byte for byte, with size and hash', async () => {
    const bytes = randomBytes(3_000_001)
    const stored = await files.put(chunks(bytes, 65_536))
    expect(stored).toMatchObject({ size: bytes.length, sha256: sha256(bytes) })
    expect(stored.id).toMatch(/^[0-9a-f]{32}$/)
    expect(await files.has(stored.id)).toBe(true)
    expect(sha256(await readAll(files, stored.id))).toBe(stored.sha256)
  })

  test('an empty file and the same bytes twice are files of their own', async () => {
    const [one, other] = [await files.put(new Uint8Array()), await files.put(new Uint8Array())]
    expect(one.id).not.toBe(other.id)
    expect((await readAll(files, one.id)).length).toBe(0)
  })

  test('a removed file is gone, and removing it again changes nothing', async () => {
    const { id } = await files.put(Buffer.from('short'))
    await files.remove(id)
    await files.remove(id)
    expect(await files.has(id)).toBe(false)
    expect(await files.get(id)).toBeUndefined()
  })

  test.each(['', '..', '../../etc/passwd', 'A'.repeat(32), `${'0'.repeat(32)}/..`, '0'.repeat(31)])(
    'the id %j is nobody’s',
    async (id) => {
      expect(await files.has(id)).toBe(false)
      expect(await files.get(id)).toBeUndefined()
      await files.remove(id)
    },
  )

  test('a stream that breaks, or that is too long for its taker, leaves nothing behind', async () => {
    const before = await listed(files)
    const breaking = async function* () {
      yield randomBytes(100_000)
      throw new Error('cut')
    }
    await expect(files.put(breaking())).rejects.toThrow('cut')
    await expect(
      files.spool.receive(chunks(randomBytes(100_000), 10_000), (bytes) => {
        if (bytes > 50_000) throw new Error('too long')
      }),
    ).rejects.toThrow('too long')
    const probe = await files.spool.receive(chunks(randomBytes(10), 10))
    expect(await readdir(dirname(probe.path))).toEqual([probe.id])
    await files.spool.discard(probe)
    expect(await listed(files)).toEqual(before)
  })

  test('a place lists everything it holds, however much', async () => {
    const fresh = await open()
    const put = []
    for (let index = 0; index < 30; index++) put.push((await fresh.put(Buffer.from(`${index}`))).id)
    const found = await listed(fresh)
    expect(found).toEqual(put.sort())
  })

  test('many at once do not get in each other’s way', async () => {
    const all = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const bytes = randomBytes(200_000)
        const { id } = await files.put(chunks(bytes, 7_777))
        return sha256(await readAll(files, id)) === sha256(bytes)
      }),
    )
    expect(all.every(Boolean)).toBe(true)
  })
})

test.each(['', 'ftp://x', 's3://only-a-host', 's3://host.example.jp/bucket'])(
  'FILES_URL %j is refused with an example',
  async (filesUrl) => {
    const opened = openFiles({ dataDir: '/tmp/madoguchi-files-none', filesUrl })
    await expect(opened).rejects.toMatchObject({ code: 'files.url' })
  },
)

test('a store that nobody answers for shows at the start', async () => {
  const opened = openFiles({
    dataDir: '/tmp/madoguchi-files-none',
    filesUrl: 's3+http://key:secret@127.0.0.1:9/bucket',
  })
  await expect(opened).rejects.toMatchObject({ code: 'files.unavailable' })
})

async function* chunks(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function readAll(files: Files, id: string): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of (await files.get(id)) ?? []) parts.push(part)
  return Buffer.concat(parts)
}

async function listed(files: Files): Promise<string[]> {
  const ids = []
  for await (const { id } of files.list()) ids.push(id)
  return ids.sort()
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
