import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort } from '../e2e/program.ts'
import { median, type Benchmark, type Figure, type Scale } from './figures.ts'

/** From the start of the process until `/readyz` says yes, with all shipped definitions. */
export const startBenchmark: Benchmark = {
  about: 'process start to ready, beside an empty Hono server',
  run,
}

const root = resolve(import.meta.dirname, '../..')
const SAFE = '--disallow-code-generation-from-strings'
const OURS = [SAFE, 'src/cli/main.ts', 'start']
const BARE = [SAFE, 'test/bench/hand-written/server.ts']
const AIM = { of: 'ours', atMost: 2_000 } as const
/** Asked this often; a finer answer would take the processor from the one who starts. */
const ASK_MS = 10
const READY_MS_MAX = 120_000

async function run(scale: Scale): Promise<readonly Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'madoguchi-bench-'))
  try {
    const cold: number[] = []
    const warm: number[] = []
    const bare: number[] = []
    for (let round = 0; round < (scale === 'full' ? 3 : 1); round++) {
      await rm(dataDir, { recursive: true, force: true })
      cold.push(await startOnce(OURS, dataDir))
      for (let again = 0; again < (scale === 'full' ? 3 : 1); again++) {
        warm.push(await startOnce(OURS, dataDir))
        bare.push(await startOnce(BARE, dataDir))
      }
    }
    const limit = (value: number) => ({
      what: 'empty server',
      value: median(bare),
      ratio: value / median(bare),
    })
    const [ours, first] = [median(warm), median(cold)]
    return [
      { what: 'again, caches warm', unit: 'ms', ours, limit: limit(ours), aim: AIM },
      { what: 'first start: nothing there yet', unit: 'ms', ours: first, limit: limit(first) },
    ]
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function startOnce(args: readonly string[], dataDir: string): Promise<number> {
  const port = String(await freePort())
  const started = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: port, DATA_DIR: dataDir },
    stdio: 'ignore',
  })
  try {
    await untilReady(child, `http://localhost:${port}/readyz`)
    return performance.now() - started
  } finally {
    await end(child)
  }
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + READY_MS_MAX
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended at start with ${child.exitCode}`)
    const isReady = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, ASK_MS))
  }
  throw new Error('it was not ready in time')
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await ended
}
