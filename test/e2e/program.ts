import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const START_TIMEOUT_MS = 60_000

export type Program = {
  readonly url: string
  readonly pid: number
  readonly dataDir: string
  /** Everything printed so far. */
  output(): string
  /** Ends the process as the operating system would in a power cut. */
  kill(): Promise<void>
  stop(): Promise<void>
  /** Stops it and deletes its data. */
  remove(): Promise<void>
}
export type Kept = { readonly dataDir?: string; readonly port?: number }

/** Starts the real program as `npm start` does, on a free port, with a data folder of its own; ready when `/readyz` answers. */
export async function startProgram(
  env: Readonly<Record<string, string>> = {},
  kept: Kept = {},
): Promise<Program> {
  const dataDir = kept.dataDir ?? (await mkdtemp(join(tmpdir(), 'madoguchi-e2e-')))
  const port = kept.port ?? (await freePort())
  const child = spawn(
    process.execPath,
    ['--disallow-code-generation-from-strings', 'src/cli/main.ts', 'start'],
    {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        PORT: String(port),
        DATA_DIR: dataDir,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  // Whoever ends the test run early ends the program, too.
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const url = `http://localhost:${port}`
  await untilReady(child, url, () => printed)
  return {
    url,
    pid: child.pid ?? 0,
    dataDir,
    output: () => printed,
    kill: () => end(child, 'SIGKILL'),
    stop: () => end(child, 'SIGTERM'),
    async remove() {
      await end(child, 'SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Runs one verb of the program to its end, as `npx madoguchi <verb>` does. */
export async function runVerb(
  verb: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const child = spawn(
    process.execPath,
    ['--disallow-code-generation-from-strings', 'src/cli/main.ts', ...verb],
    {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output, errors }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

async function untilReady(child: ChildProcess, url: string, printed: () => string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the program ended at start:\n${printed()}`)
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    // The port answers before the program has said where everything is.
    if (ready && printed().includes('Madoguchi listens on ')) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill('SIGKILL')
  throw new Error(`the program was not ready in time:\n${printed()}`)
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}
