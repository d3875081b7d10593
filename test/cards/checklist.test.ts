import { spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHECKLIST, type ChecklistResult } from '../../src/cards/kit/checklist.ts'

/** Tier 2: somebody with the device answers, and a file says of which reader and which driver that was. */

const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts')
let folder: string

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'madoguchi-tier2-')), 'card-reader-pcsc')
  await cp(resolve(import.meta.dirname, '../../plugins/card-reader-pcsc'), folder, {
    recursive: true,
  })
})
afterAll(() => rm(resolve(folder, '..'), { recursive: true, force: true }))

async function answer(device: string, lines: readonly string[]) {
  const args = [MAIN, 'plugin-test', folder, '--tier', '2', '--device', device]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const ended = new Promise<number | null>((done) => child.once('exit', done))
  child.stdin.end(lines.map((line) => `${line}\n`).join(''))
  const code = await ended
  const results = (await readdir(folder)).filter((name) => name.startsWith('result-'))
  return { code, printed, results }
}

test('every answer of the checklist goes into a file that names reader, driver and its version', async () => {
  const given = ['y', 'Ｙ', 'はい', 'n', 'いいえ', '-', '', 'yes', 'x']
  const { code, printed, results } = await answer('見本リーダー A-1', given)
  expect(code, 'one of them is no').toBe(1)
  for (const { ja, en } of CHECKLIST) {
    expect(printed).toContain(ja)
    expect(printed).toContain(en)
  }
  const [name = ''] = results
  expect(name).toMatch(/^result-見本リーダー-a-1-\d{4}-\d{2}-\d{2}\.json$/)
  const result = JSON.parse(await readFile(join(folder, name), 'utf8')) as ChecklistResult
  const manifest = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')) as {
    version: string
  }
  expect(result).toMatchObject({
    plugin: 'card-reader-pcsc',
    version: manifest.version,
    device: '見本リーダー A-1',
    platform: process.platform,
  })
  const told = ['yes', 'yes', 'yes', 'no', 'no', 'not tried', 'not tried', 'yes', 'not tried']
  expect(Object.values(result.answers)).toEqual([...told, 'not tried'])
  expect(Object.keys(result.answers)).toEqual(CHECKLIST.map(({ id }) => id))
})

test('all of it passes only when every answer is yes', async () => {
  const all = CHECKLIST.map(() => 'y')
  expect((await answer('B', all)).code).toBe(0)
  expect((await answer('C', all.slice(1))).code).toBe(1)
})
