import { fork, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { CardManifest, Clock } from '../cards/contract.ts'
import { withDeadline } from '../cards/deadline.ts'
import { CardError } from '../cards/errors.ts'
import type { JsonObject } from '../form/form.ts'
import { createRpc, type Handlers, type Message, type Rpc } from './rpc.ts'

export type PluginPlace = {
  readonly manifest: CardManifest
  /** Folder of the plugin, with a slash at its end. */
  readonly folder: URL
  readonly config: JsonObject
}

export type ChildOptions = PluginPlace & {
  readonly clock: Clock
  /** What the plugin may ask of us. */
  readonly handlers: Handlers
  readonly onEvent: (event: unknown) => void
  readonly onState: (state: ChildState) => void
  /** The little of the environment a driver needs: where its service listens. */
  readonly env: Readonly<Record<string, string>>
  readonly timing?: Partial<Timing>
}
export type ChildState = 'starting' | 'running' | 'stopped'

export type Timing = {
  readonly heartbeatMs: number
  /** No answer to a heartbeat for so long: the process is stuck in itself. */
  readonly silenceMs: number
  readonly startMs: number
  readonly restartMsMin: number
  readonly restartMsMax: number
}
const TIMING: Timing = {
  heartbeatMs: 2_000,
  silenceMs: 6_000,
  startMs: 15_000,
  restartMsMin: 500,
  restartMsMax: 30_000,
}
/** A plugin is small; one that grows beyond this is broken. */
const MEMORY_MB = 128

export type Child = {
  /** A call of the plugin; PLUGIN_CRASHED when its process ends before it answers, or is not there. */
  run(method: string, args?: unknown): Promise<unknown>
  /** Ends the process the hard way; it is started anew. */
  kill(): void
  readonly state: () => ChildState
  /** Settles when the plugin runs for the first time, or has failed to. */
  readonly ready: Promise<void>
  stop(): Promise<void>
}

/**
 * One plugin in a process of its own, without environment, with the file system closed but for what its manifest asks
 * for. It is watched by a heartbeat, killed when it does not answer, and started anew with growing pauses.
 */
export function startChild(options: ChildOptions): Child {
  const { clock, manifest } = options
  const timing = { ...TIMING, ...options.timing }
  let state: ChildState = 'starting'
  let process: ChildProcess | undefined
  let rpc: Rpc | undefined
  let isWanted = true
  let failures = 0
  let callOffBeat = () => undefined as void
  let callOffRestart = () => undefined as void
  const to = (next: ChildState) => {
    if (state !== next) options.onState((state = next))
  }

  async function start(): Promise<void> {
    to('starting')
    const child = fork(CHILD, [], {
      execArgv: flags(options),
      env: { ...options.env },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    process = child
    const send = (message: Message) => {
      if (child.connected) child.send(message, () => undefined)
    }
    const own = createRpc(send, options.handlers)
    rpc = own
    let answeredAt = clock.now()
    child.on('message', (message: Message) => {
      if ('pong' in message) answeredAt = clock.now()
      else if ('event' in message) options.onEvent(message.event)
      else own.take(message)
    })
    const ended = new Promise<void>((resolve) => {
      child.once('exit', () => resolve())
      child.once('error', () => resolve())
    })
    void ended.then(() => {
      own.fail('PLUGIN_CRASHED')
      if (process !== child) return
      process = undefined
      rpc = undefined
      callOffBeat()
      if (isWanted) restartLater()
      else to('stopped')
    })
    const beat = () => {
      if (clock.now() - answeredAt > timing.silenceMs) return void child.kill('SIGKILL')
      send({ ping: 0 })
      callOffBeat = clock.after(timing.heartbeatMs, beat)
    }
    try {
      const url = new URL('index.ts', options.folder).href
      const { config } = options
      await withDeadline(
        clock,
        timing.startMs,
        undefined,
        own.call('load', { url, kind: manifest.kind, config }),
      )
      if (manifest.kind !== 'card-profile')
        await withDeadline(
          clock,
          timing.startMs,
          undefined,
          own.call('run', { method: 'start', args: {} }),
        )
      failures = 0
      answeredAt = clock.now()
      beat()
      to('running')
    } catch (cause) {
      child.kill('SIGKILL')
      throw cause
    }
  }

  function restartLater(): void {
    to('stopped')
    const pause = Math.min(timing.restartMsMin * 2 ** failures, timing.restartMsMax)
    failures += 1
    callOffRestart = clock.after(pause, () => void start().catch(() => undefined))
  }

  return {
    async run(method, args = {}) {
      if (!rpc || state !== 'running') throw new CardError('PLUGIN_CRASHED')
      return rpc.call('run', { method, args })
    },
    kill: () => void process?.kill('SIGKILL'),
    state: () => state,
    ready: start(),
    async stop() {
      isWanted = false
      callOffRestart()
      callOffBeat()
      const child = process
      if (!child) return
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      if (manifest.kind !== 'card-profile' && state === 'running' && rpc)
        await withDeadline(
          clock,
          STOP_MS,
          undefined,
          rpc.call('run', { method: 'stop', args: {} }),
        ).catch(() => undefined)
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The contract gives a driver two seconds to stop. */
const STOP_MS = 2_000
const CHILD = fileURLToPath(new URL('./child.ts', import.meta.url))
const ROOT = fileURLToPath(new URL('../../', import.meta.url))

/** The system closes files, programs and threads to the plugin; the network it cannot close (docs/plugins.md). */
function flags({ manifest, config, folder }: PluginPlace): string[] {
  const folders = manifest.permissions.flatMap((permission) => {
    const key = /^fs:(.+)$/.exec(permission)?.[1]
    const value = key === undefined ? undefined : config[key]
    return typeof value === 'string' ? [value] : []
  })
  return [
    '--permission',
    `--allow-fs-read=${ROOT}`,
    `--allow-fs-read=${fileURLToPath(folder)}`,
    ...folders
      .flatMap((path) => [path, `${path}/*`])
      .flatMap((path) => [`--allow-fs-read=${path}`, `--allow-fs-write=${path}`]),
    ...(manifest.permissions.includes('pcsc') ? ['--allow-addons'] : []),
    '--disallow-code-generation-from-strings',
    `--max-old-space-size=${MEMORY_MB}`,
    '--no-warnings',
  ]
}
