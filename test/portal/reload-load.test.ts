import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeHttpServer, createHttpServer } from '../../src/http/server.ts'
import { readConfig } from '../../src/config.ts'
import { newFolder, type Folder } from './folder.ts'
import { createRandom, mutations } from './mutations.ts'
import { openTestPortal, type TestPortal } from './portal.ts'

/** R25 of the trust statements: definitions broken in every way while the portal is in use. */
const SETS = 300
const SEED = 20261125
/** One hundred requests a second. */
const REQUEST_MS = 10
const KINDS = Object.keys(mutations)

let folder: Folder
let portal: TestPortal
let server: ReturnType<typeof createHttpServer>
let url = ''
beforeAll(async () => {
  folder = await newFolder()
  portal = await openTestPortal({ definitionsDir: folder.dir })
  server = createHttpServer(portal.app, readConfig({}).config)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(async () => {
  await closeHttpServer(server)
  await portal.close()
  await folder.remove()
})

test('300 mutated sets under a hundred requests a second: no request fails, the last good set stays', async () => {
  const good = await filesOf(folder)
  const random = createRandom(SEED)
  const load = startLoad()
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const counts = { live: 0, kept: 0 }
  const slowest = { ms: 0, what: '' }
  for (let index = 0; index < SETS; index++) {
    // Four of five are YAML: in a page of Markdown hardly anything is wrong.
    const path = random.pick(
      [...good.keys()].filter((each) => index % 5 === 0 || each.endsWith('.yaml')),
    )
    const kind = KINDS[index % KINDS.length] as string
    const what = `${index}: ${kind} in ${path}`
    const before = portal.definitions()
    await folder.save(path, mutations[kind]?.(good.get(path) ?? '', random) ?? '')
    const started = performance.now()
    const reload = await portal.reloads.reload('system')
    const ms = performance.now() - started
    if (ms > slowest.ms) Object.assign(slowest, { ms, what })
    if (reload.kind === 'problems') {
      counts.kept++
      expect(portal.definitions(), what).toBe(before)
      expect(reload.problems.ja.length, what).toBeGreaterThan(0)
      for (const problem of [...reload.problems.ja, ...reload.problems.en]) {
        expect(problem.file, what).toMatch(/^(forms|workflows)/)
        expect(problem.line, what).toBeGreaterThanOrEqual(1)
        expect(problem.column, what).toBeGreaterThanOrEqual(1)
        expect(problem.message.length, what).toBeGreaterThan(5)
        expect(problem.hint, `${what}: ${problem.code} has a hint`).toBeTruthy()
      }
    } else {
      counts.live++
      expect(portal.definitions().hash, what).toBe(reload.hash)
      expect(await served(), what).toBe(reload.hash)
    }
    await folder.save(path, good.get(path) ?? '')
  }
  delay.disable()
  const requests = await load.stop()
  console.log(
    `${SETS} sets: ${counts.live} live, ${counts.kept} kept; ${requests.count} requests at ${requests.perSecond}/s; ` +
      `event loop delayed ${Math.round(delay.percentile(99) / 1e6)} ms (99 %), ${Math.round(delay.max / 1e6)} ms at most; ` +
      `slowest ${Math.round(slowest.ms)} ms (${slowest.what})`,
  )
  expect(requests.failed).toEqual([])
  expect(requests.count).toBeGreaterThan(SETS)
  expect(counts.live).toBeGreaterThan(10)
  expect(counts.kept).toBeGreaterThan(150)
  // And the way back is open.
  expect(await portal.reloads.reload('system')).toMatchObject({ kind: 'live' })
  expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
}, 300_000)

async function served(): Promise<string | undefined> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return /madoguchi_definitions_info\{hash="(\w+)"\}/.exec(text)?.[1]
}

/** One request after every pause, whatever became of those before. */
function startLoad() {
  const failed: string[] = []
  let count = 0
  const open = new Set<Promise<void>>()
  const ask = async (path: string, init?: RequestInit) => {
    try {
      const answer = await fetch(`${url}${path}`, init)
      const text = await answer.text()
      const isGood = init ? answer.status === 422 || answer.status === 200 : answer.status === 200
      if (!isGood) failed.push(`${path}: ${answer.status} ${text.slice(0, 200)}`)
    } catch (error) {
      failed.push(`${path}: ${String(error)}`)
    }
  }
  const post: RequestInit = {
    method: 'POST',
    body: new URLSearchParams({ name: '見本 太郎', email: 'not-an-address', _action: 'check' }),
    headers: { Origin: 'http://localhost:3000', 'Sec-Fetch-Site': 'same-origin' },
  }
  const wishes = [
    () => ask('/guild/apply'),
    () => ask('/guild/'),
    () => ask('/guild/apply', post),
    () => ask('/guild/pages/contact'),
    () => ask('/'),
  ]
  const started = performance.now()
  const timer = setInterval(() => {
    // A late timer makes up for it: visitors do not wait for each other.
    for (const due = (performance.now() - started) / REQUEST_MS; count < due;) {
      const running = (wishes[count++ % wishes.length] as () => Promise<void>)()
      open.add(running)
      void running.finally(() => open.delete(running))
    }
  }, REQUEST_MS)
  return {
    async stop() {
      clearInterval(timer)
      await Promise.all(open)
      const seconds = (performance.now() - started) / 1_000
      return { failed, count, perSecond: Math.round(count / seconds) }
    },
  }
}

async function filesOf({ dir, read }: Folder): Promise<Map<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort()
  return new Map(await Promise.all(paths.map(async (path) => [path, await read(path)] as const)))
}
