import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { VPCD_PORT } from '../virtual/vpcd.ts'

/** Where the service keeps its socket, and where its virtual readers come from (Debian: pcscd, vsmartcard-vpcd). */
const RUN_FOLDER = '/run/pcscd'
const LIBRARIES = [
  '/usr/lib/pcsc/drivers/serial/libifdvpcd.so',
  '/usr/lib/x86_64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so',
]
const READY_MS = 10_000

/** Why tier 1 cannot run on this machine; undefined when it can. */
export function tierOneMissing(): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux'
  if (process.getuid?.() !== 0) return 'it needs root, for namespaces of its own'
  const programs = ['pcscd', 'unshare', 'ip', 'mount']
  const missing = programs.find(
    (name) => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0,
  )
  if (missing) return `the program ${missing} is not installed`
  if (!LIBRARIES.some((path) => existsSync(path)))
    return 'the package vsmartcard-vpcd is not installed'
  return spawnSync('unshare', ['--net', '--mount', '--pid', '--fork', 'true']).status === 0
    ? undefined
    : 'namespaces cannot be made here'
}

/**
 * The command that runs another in a network, mounts and processes of its own, so that any number of them run side by
 * side, and nothing that was started inside outlives it. Answers
 * on the loopback are acknowledged at once: the virtual reader writes in two parts and would wait for each otherwise.
 */
export function inNamespaces(command: readonly string[]): readonly [string, readonly string[]] {
  const script = [
    'set -e',
    'ip link set lo up',
    'ip route change table local local 127.0.0.0/8 dev lo proto kernel scope host src 127.0.0.1 quickack 1',
    'ip route change table local local 127.0.0.1 dev lo proto kernel scope host src 127.0.0.1 quickack 1',
    `mkdir -p ${RUN_FOLDER}`,
    `mount -t tmpfs tmpfs ${RUN_FOLDER}`,
    'exec "$@"',
  ].join('\n')
  const own = ['--net', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc']
  return ['unshare', [...own, 'sh', '-c', script, 'sh', ...command]]
}

export type RunningPcscd = { stop(): Promise<void>; start(): Promise<void>; close(): Promise<void> }

/** The real service with a virtual reader of two slots; called inside the namespaces. */
export async function startService(): Promise<RunningPcscd> {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-pcscd-'))
  const library = LIBRARIES.find((path) => existsSync(path)) ?? ''
  const port = `0x${VPCD_PORT.toString(16).toUpperCase()}`
  await writeFile(
    join(folder, 'vpcd'),
    `FRIENDLYNAME "Virtual PCD"\nDEVICENAME /dev/null:${port}\nLIBPATH ${library}\nCHANNELID ${port}\n`,
  )
  let child: ChildProcess | undefined
  const socket = join(RUN_FOLDER, 'pcscd.comm')
  const start = async () => {
    await rm(socket, { force: true })
    await rm(join(RUN_FOLDER, 'pcscd.pid'), { force: true })
    child = spawn('pcscd', ['--foreground', '--critical', '--config', folder], { stdio: 'ignore' })
    const end = Date.now() + READY_MS
    while (!existsSync(socket)) {
      if (Date.now() > end || child.exitCode !== null) throw new Error('pcscd does not start')
      await new Promise((resolve) => setTimeout(resolve, 30))
    }
  }
  const stop = async () => {
    const ended = new Promise<void>((resolve) => child?.once('exit', () => resolve()))
    child?.kill('SIGKILL')
    await ended
    await rm(socket, { force: true })
  }
  await start()
  return {
    start,
    stop,
    async close() {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
