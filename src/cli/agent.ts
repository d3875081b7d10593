import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { CARD_PLUGINS } from '../../plugins/cards.ts'
import { startAgent, type Agent } from '../agent/agent.ts'
import { createDeskPage } from '../agent/desk-page.ts'
import { createTerminalDesk } from '../agent/desk-terminal.ts'
import { workByCode } from '../agent/dial-out.ts'
import { installNative } from '../agent/install.ts'
import { readManifest } from '../agent/load.ts'
import { openLoopback } from '../agent/loopback.ts'
import { EXTENSION_ID, openNativeSocket, socketPath } from '../agent/native.ts'
import { openPairing } from '../agent/pairing.ts'
import type { PluginPlace } from '../agent/process.ts'
import { systemClock } from '../cards/deadline.ts'
import { Fault } from '../fault.ts'
import type { JsonObject } from '../form/form.ts'
import { createLog } from '../log.ts'
import { print, untilAskedToStop, type Env } from './environment.ts'

export type AgentCliOptions = {
  readonly portal: readonly string[]
  readonly folder?: string
  readonly config?: string
  readonly demo?: boolean
  readonly terminal?: boolean
  readonly port?: string
}

const DEMO_PORTAL = 'http://localhost:3000'
/** What a driver may know of the environment: where the service of the readers listens. */
const LENT = ['PCSCLITE_CSOCK_NAME', 'SystemRoot'] as const

/** `madoguchi agent`: the program on the reception PC, until it is asked to stop. */
export async function agent(env: Env, options: AgentCliOptions): Promise<void> {
  const origins = originsFrom(options)
  const folder = folderFrom(options)
  const { version } = JSON.parse(
    await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string }
  // At a terminal, lines for machines would stand between question and answer.
  const log = createLog(options.terminal ? 'warn' : 'info')
  const pairing = await openPairing(
    folder,
    systemClock,
    options.port === undefined ? undefined : Number(options.port),
  )
  const late: { join?: (code: string) => void; readers?: Agent['readers'] } = {}
  const page = createDeskPage({
    pairingCode: pairing.code,
    join: (code) => late.join?.(code),
    readers: () => late.readers?.() ?? [],
    revoke: pairing.revoke,
  })
  const desk = options.terminal ? createTerminalDesk(process.stdin, process.stdout) : page
  const running = await startAgent({
    version,
    plugins: await places(options, folder),
    clock: systemClock,
    desk,
    env: Object.fromEntries(
      LENT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])),
    ),
    log: (event) => log.info(event, 'agent'),
    onFile: (event) =>
      log.info({ file: event.kind, ...('code' in event && { code: event.code }) }, 'agent'),
  })
  const abort = new AbortController()
  const { id } = pairing.kept()
  late.readers = running.readers
  late.join = (code) => {
    const tryEach = async () => {
      for (const portal of origins) {
        const outcome = await workByCode({
          agent: running,
          agentId: id,
          portal,
          code,
          signal: abort.signal,
        })
        if (outcome === 'done') return
      }
      desk.show({ code: 'SERVICE_DOWN', detail: {} })
    }
    void tryEach()
  }
  const loopback = await openLoopback({ agent: running, pairing, origins, desk: page.handle })
  const native = await openNativeSocket({
    agent: running,
    agentId: id,
    path: socketPath(folder, process.platform),
    origins,
  })
  print('カード読み取りプログラムを始めました。 The card program runs.')
  for (const { name, state } of running.plugins()) print(`  ${name}: ${state}`)
  print(`  窓口の画面 Desk: ${page.address(loopback.port)}`)
  print(`  接続番号 Joining code: ${pairing.code()}`)
  await untilAskedToStop()
  abort.abort()
  await Promise.all([loopback.close(), native.close()])
  await running.stop()
}

/** `madoguchi agent-install`: the browser extension, and the program it may start. */
export async function agentInstall(options: AgentCliOptions): Promise<void> {
  const folder = folderFrom(options)
  const host = fileURLToPath(new URL('../agent/native-host.ts', import.meta.url))
  const { written, registry } = await installNative({
    folder,
    origins: originsFrom(options),
    platform: process.platform,
    command: [process.execPath, host, folder],
  })
  for (const path of written) print(`書きました Wrote: ${path}`)
  for (const line of registry) print(line)
  print(`拡張機能 Extension: ${EXTENSION_ID}`)
}

async function places(options: AgentCliOptions, folder: string): Promise<PluginPlace[]> {
  const file = options.config
  const configs = (file === undefined ? {} : JSON.parse(await readFile(resolve(file), 'utf8'))) as {
    readonly [plugin: string]: JsonObject
  }
  const found: PluginPlace[] = []
  for (const url of CARD_PLUGINS) {
    const read = await readManifest(url)
    if ('problems' in read)
      throw new Fault(
        'card.manifest',
        [
          fileURLToPath(url),
          ...read.problems.map(({ path, ja, en }) => `${path}: ${ja} ${en}`),
        ].join('\n'),
      )
    const { manifest } = read
    const config = Object.hasOwn(configs, manifest.id) ? configs[manifest.id] : undefined
    const isVirtual = manifest.id === 'card-reader-virtual'
    // Files of others, and a reader that is none, only when somebody asked for them.
    if (isVirtual ? !options.demo : manifest.kind === 'file-source' && !config) continue
    if (!manifest.platforms.some((platform) => platform === process.platform)) continue
    found.push({
      manifest,
      folder: url,
      config: config ?? (isVirtual ? { folder: join(folder, 'virtual-card') } : {}),
    })
  }
  return found
}

function originsFrom({
  portal,
  demo,
}: Pick<AgentCliOptions, 'portal' | 'demo'>): readonly string[] {
  const origins = portal.length > 0 ? portal : demo ? [DEMO_PORTAL] : []
  if (origins.length === 0)
    throw new Fault(
      'usage.portal',
      'ポータルを --portal https://portal.example.jp のように指定してください。 Name the portal with --portal https://portal.example.jp',
    )
  const wrong = origins.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin)
  if (wrong !== undefined)
    throw new Fault(
      'usage.portal',
      `「${wrong}」は https://portal.example.jp の形で書いてください。 Write '${wrong}' like https://portal.example.jp`,
    )
  return origins
}

function folderFrom({ folder }: Pick<AgentCliOptions, 'folder'>): string {
  return folder === undefined ? join(homedir(), '.madoguchi-agent') : resolve(folder)
}
