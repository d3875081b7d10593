import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import WebSocket from 'ws'
import { startAgent, type Agent, type AgentOptions } from '../../src/agent/agent.ts'
import type { ToPage } from '../../src/agent/conversation.ts'
import type { ConsentQuestion, Desk } from '../../src/agent/desk.ts'
import { readManifest } from '../../src/agent/load.ts'
import { openLoopback, type Loopback } from '../../src/agent/loopback.ts'
import { openPairing, type Pairing } from '../../src/agent/pairing.ts'
import type { PluginPlace } from '../../src/agent/process.ts'
import { systemClock } from '../../src/cards/deadline.ts'
import type { PinQuestion } from '../../src/cards/pin.ts'
import type { JsonObject } from '../../src/form/form.ts'

export const ORIGIN = 'https://portal.example.jp'

/** A person at the desk who answers as told, and remembers what was asked. */
export function deskOf(answers: { agrees?: boolean; pin?: string | undefined }) {
  const asked: (ConsentQuestion | PinQuestion)[] = []
  const desk: Desk = {
    consent: async (question) => {
      asked.push(question)
      return answers.agrees ?? true
    },
    pin: async (question) => {
      asked.push(question)
      return answers.pin === undefined
        ? { kind: 'cancelled' }
        : { kind: 'pin', pin: Buffer.from(answers.pin), acceptsLastTry: false }
    },
    show: () => undefined,
  }
  return { desk, asked, answers }
}

export async function placeOf(name: string, config: JsonObject = {}): Promise<PluginPlace> {
  const folder = new URL(`../../plugins/${name}/`, import.meta.url)
  const read = await readManifest(folder)
  if ('problems' in read) throw new Error(JSON.stringify(read.problems))
  return { manifest: read.manifest, folder, config }
}

export type AgentScene = {
  readonly folder: string
  readonly agent: Agent
  readonly loopback: Loopback
  readonly pairing: Pairing
  readonly log: object[]
  stop(): Promise<void>
}

/** A whole agent with the virtual reader, as on a PC, but for the person. */
export async function openAgent(
  desk: Desk,
  more: Partial<AgentOptions> = {},
  origins: readonly string[] = [ORIGIN],
): Promise<AgentScene> {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-agent-'))
  const log: object[] = []
  const agent = await startAgent({
    version: '0.1.0',
    plugins: [
      await placeOf('card-reader-virtual', { folder }),
      await placeOf('card-profile-generic'),
      await placeOf('card-profile-mynumber'),
    ],
    clock: systemClock,
    desk,
    env: {},
    log: (event) => void log.push(event),
    ...more,
  })
  const pairing = await openPairing(folder, systemClock, 0)
  const loopback = await openLoopback({ agent, pairing, origins, desk: () => false })
  return {
    folder,
    agent,
    loopback,
    pairing,
    log,
    async stop() {
      await loopback.close()
      await agent.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A page's side of the connection; `refused` when the server did not even let it begin. */
export async function dial(port: number, headers: { origin?: string; host?: string } = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/card`, 'madoguchi-card.1', {
    origin: headers.origin ?? ORIGIN,
    ...(headers.host && { headers: { Host: headers.host } }),
  })
  const messages: ToPage[] = []
  const waiting: ((message: ToPage | 'closed') => void)[] = []
  let isClosed = false
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as ToPage
    const next = waiting.shift()
    if (next) next(message)
    else messages.push(message)
  })
  socket.on('close', () => {
    isClosed = true
    for (const next of waiting.splice(0)) next('closed')
  })
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true))
    socket.once('error', () => resolve(false))
  })
  const next = async (): Promise<ToPage | 'closed'> => {
    const first = messages.shift()
    if (first) return first
    if (isClosed) return 'closed'
    return new Promise((resolve) => waiting.push(resolve))
  }
  return {
    opened,
    next,
    send: (message: unknown) =>
      socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    /** The result of one operation, steps left out. */
    async operate(wish: object) {
      socket.send(
        JSON.stringify({
          kind: 'operation',
          id: '1',
          portal: '見本の窓口',
          purpose: '入力を省くため',
          nonce: 'n',
          fields: [],
          ...wish,
        }),
      )
      for (;;) {
        const message = await next()
        if (message === 'closed' || message.kind !== 'step') return message
      }
    },
    close: () => socket.close(),
  }
}

export async function paired(scene: AgentScene) {
  const page = await dial(scene.loopback.port)
  page.send({ kind: 'pair', code: scene.pairing.code() })
  const ready = await page.next()
  if (ready === 'closed' || ready.kind !== 'ready') throw new Error(JSON.stringify(ready))
  return { page, token: ready.token ?? '' }
}
