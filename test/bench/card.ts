import { execFile, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { systemClock } from '../../src/cards/deadline.ts'
import { inNamespaces, tierOneMissing } from '../../src/cards/kit/namespaces.ts'
import { createHardware } from '../../src/cards/virtual/hardware.ts'
import { freePort } from '../e2e/program.ts'
import { perSecond, readOnce, recordedCard, replayOnce } from './card-reads.ts'
import { median, type Benchmark, type Figure, type Scale } from './figures.ts'

/** Four items behind a PIN, from connecting to resetting, beside the same commands sent with nobody in between. */
export const cardBenchmark: Benchmark = {
  about: 'four items of a card read, and the card program started',
  run,
}

const root = resolve(import.meta.dirname, '../..')
const SLOT = 'virtual-1'

async function run(scale: Scale): Promise<readonly Figure[]> {
  const isFull = scale === 'full'
  const fake = await overFake(isFull ? 300 : 2)
  const real = tierOneMissing() === undefined ? await overVpcd(isFull ? 100 : 2) : undefined
  const starts: number[] = []
  for (let round = 0; round < (isFull ? 5 : 1); round++) starts.push(await startAgentOnce())
  return [
    figure('four items, fake transport', fake),
    ...(real ? [figure('four items, real service with virtual reader', real)] : []),
    { what: 'agent, process start to ready', unit: 'ms', ours: median(starts) },
  ]
}

type Rates = { readonly ours: number; readonly bare: number }

function figure(what: string, { ours, bare }: Rates): Figure {
  const limit = { what: 'same commands, bare', value: bare, ratio: ours / bare }
  return { what, unit: '/s', ours, limit }
}

async function overFake(rounds: number): Promise<Rates> {
  const { card, commands } = recordedCard()
  const hardware = createHardware([SLOT])
  const driver = hardware.driver({ emit: () => undefined, clock: systemClock })
  await driver.start()
  hardware.insert(SLOT, card)
  await readOnce(driver, SLOT)
  const recorded = commands.slice()
  return perSecond(
    rounds,
    () => readOnce(driver, SLOT),
    () => replayOnce(() => driver.connect(SLOT, 'shared'), recorded),
  )
}

async function overVpcd(rounds: number): Promise<Rates> {
  const script = join(root, 'test/bench/card-vpcd.ts')
  const [program, args] = inNamespaces([process.execPath, script, String(rounds)])
  const { stdout } = await promisify(execFile)(program, [...args], { timeout: 120_000 })
  return JSON.parse(stdout) as Rates
}

/** With the virtual reader and both profiles, each in its process; ready when it says how to join it. */
async function startAgentOnce(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-bench-'))
  const port = String(await freePort())
  const from = performance.now()
  const child = spawn(
    process.execPath,
    ['src/cli/main.ts', 'agent', '--demo', '--folder', folder, '--port', port],
    { cwd: root, env: { PATH: process.env.PATH }, stdio: ['ignore', 'pipe', 'ignore'] },
  )
  try {
    let printed = ''
    for await (const chunk of child.stdout) {
      printed += String(chunk)
      if (printed.includes('Joining code')) return performance.now() - from
    }
    throw new Error(`the agent ended at start:\n${printed}`)
  } finally {
    const ended = new Promise((done) => child.once('exit', done))
    if (child.exitCode === null && child.kill('SIGTERM')) await ended
    await rm(folder, { recursive: true, force: true })
  }
}
