import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { verifyAudit } from '../../src/store/audit.ts'
import { openStore } from '../../src/store/open.ts'

const CYCLES = 100
/** Long enough to be in the middle of everything, short enough for a hundred of them. */
const LIFE_MS_MAX = 150

test(
  'kill -9 under load, a hundred times: nothing acknowledged and no mail is lost (R01, R03)',
  { timeout: 240_000 },
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kill-'))
    try {
      const script = await bundle(folder)
      for (let cycle = 0; cycle < CYCLES; cycle++) await live(script, folder, 'load')
      await live(script, folder, 'finish')
      await judge(folder)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)

/** One file starts four times as fast as all its sources: a hundred starts are most of this test's time. */
async function bundle(folder: string): Promise<string> {
  const outfile = join(folder, 'child.mjs')
  await build({
    entryPoints: [join(import.meta.dirname, 'kill-child.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['sqlite3', 'pg-native'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)",
    },
    logLevel: 'error',
  })
  return outfile
}

/** One process: under load until it is killed at a random moment, or finishing by itself. */
async function live(script: string, folder: string, mode: 'load' | 'finish'): Promise<void> {
  const child = spawn(process.execPath, [script, folder, mode], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaints = ''
  child.stderr.on('data', (text) => (complaints += String(text)))
  const gone = new Promise<NodeJS.Signals | number | null>((resolve) =>
    child.on('exit', (code, signal) => resolve(signal ?? code)),
  )
  if (mode === 'load') {
    await Promise.race([new Promise((resolve) => child.stdout.once('data', resolve)), gone])
    await sleep(Math.random() * LIFE_MS_MAX)
    child.kill('SIGKILL')
  }
  const end = await gone
  expect(end, complaints).toBe(mode === 'load' ? 'SIGKILL' : 0)
}

async function judge(folder: string): Promise<void> {
  const acknowledged = lines(join(folder, 'acknowledged'))
  const told = (kind: string) =>
    acknowledged.filter(([what]) => what === kind).map(([, email]) => email)
  const sent = lines(join(folder, 'sink'))
  const store = await openStore(`sqlite:${join(folder, 'test.db')}`)
  try {
    const rows = await store.db.selectFrom('submission').select(['answers', 'state']).execute()
    const filed = new Map(rows.map((row) => [String(JSON.parse(row.answers).email), row.state]))
    const accounts = await store.db.selectFrom('account').select('login').execute()
    const logins = new Set(accounts.map(({ login }) => login))

    expect(told('filed').length).toBeGreaterThan(CYCLES)
    expect(told('filed').filter((email) => !filed.has(String(email)))).toEqual([])
    expect(told('activated').length).toBeGreaterThan(0)
    expect(told('activated').filter((email) => !logins.has(String(email)))).toEqual([])

    // Each submission has its mail, each account its second one; repeats are the same message.
    const ids = new Map<string, Set<unknown>>()
    for (const [messageId, subject, to] of sent) {
      const mail = `${String(subject)} ${String(to)}`
      ids.set(mail, (ids.get(mail) ?? new Set()).add(messageId))
    }
    expect([...filed.keys()].filter((email) => !ids.has(`activation ${email}`))).toEqual([])
    expect([...logins].filter((login) => !ids.has(`registration-complete ${login}`))).toEqual([])
    expect([...ids].filter(([, same]) => same.size !== 1)).toEqual([])
    // A half-written state would be an account without its accepted submission, or the other way round.
    const active = [...filed].filter(([, state]) => state === 'active').map(([email]) => email)
    expect(active.toSorted()).toEqual([...logins].toSorted())

    const verdict = await verifyAudit(store.db)
    expect(verdict.brokenAt).toBeUndefined()
    expect(verdict.rows).toBeGreaterThan(told('filed').length)
  } finally {
    await store.close()
  }
}

/** A line cut off by the kill was no acknowledgement. */
function lines(file: string): unknown[][] {
  if (!existsSync(file)) return []
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}
