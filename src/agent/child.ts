/**
 * The process of one card plugin: it loads the plugin's code and passes calls on. What the plugin throws leaves as a code;
 * what it prints goes nowhere (the agent gives it no output).
 */
import type {
  CardConnection,
  CardSession,
  FileSource,
  FileSourcePlugin,
  Operation,
  ProfileContext,
  ProfilePlugin,
  ReaderDriver,
  ReaderPlugin,
} from '../cards/contract.ts'
import { systemClock } from '../cards/deadline.ts'
import { CardError } from '../cards/errors.ts'
import type { JsonObject } from '../form/form.ts'
import { createRpc, type Handlers, type Message } from './rpc.ts'

export type Load = { readonly url: string; readonly kind: string; readonly config: JsonObject }

const send = (message: Message) => {
  // The agent may be gone already; then so are we, at 'disconnect'.
  if (process.connected) process.send?.(message)
}
let handlers: Handlers = {}
const rpc = createRpc(send, {
  load: async (args: Load) => {
    handlers = await load(args)
    return undefined
  },
  run: async ({ method, args }: { method: string; args: unknown }) => {
    const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined
    if (!handler) throw new CardError('PROTOCOL_ERROR')
    return handler(args as never)
  },
})
process.on('message', (message: Message) => {
  if ('ping' in message) return send({ pong: message.ping })
  rpc.take(message)
})
process.on('disconnect', () => process.exit(0))
// A plugin's mistake outside of any call: the agent sees the process end and starts it anew.
process.on('uncaughtException', () => process.exit(1))
process.on('unhandledRejection', () => process.exit(1))

async function load({ url, kind, config }: Load): Promise<Handlers> {
  const module = (await import(url)) as { readonly default: unknown }
  const context = {
    config,
    clock: systemClock,
    emit: (event: unknown) => send({ event }),
    log: (message: string) =>
      send({ event: { kind: 'log', message: String(message).slice(0, 200) } }),
  }
  if (kind === 'reader') return readerHandlers((module.default as ReaderPlugin).create(context))
  if (kind === 'file-source')
    return fileHandlers((module.default as FileSourcePlugin).create(context))
  return profileHandlers(module.default as ProfilePlugin)
}

function readerHandlers(driver: ReaderDriver): Handlers {
  const connections = new Map<number, CardConnection>()
  let last = 0
  const of = (id: number) => {
    const connection = connections.get(id)
    if (!connection) throw new CardError('CARD_REMOVED')
    return connection
  }
  return {
    start: () => driver.start(),
    stop: () => driver.stop(),
    readers: async () => driver.readers(),
    connect: async ({ readerId, mode }: { readerId: string; mode: 'shared' | 'exclusive' }) => {
      const connection = await driver.connect(readerId, mode)
      connections.set(++last, connection)
      return { id: last, atr: connection.atr }
    },
    begin: ({ id }: { id: number }) => of(id).begin(),
    end: ({ id, how }: { id: number; how: 'reset' | 'leave' }) => of(id).end(how),
    reconnect: ({ id }: { id: number }) => of(id).reconnect(),
    transmit: ({ id, command }: { id: number; command: Uint8Array }) => of(id).transmit(command),
    close: ({ id, how }: { id: number; how: 'reset' | 'leave' }) => {
      const connection = of(id)
      connections.delete(id)
      return connection.close(how)
    },
  }
}

function profileHandlers(plugin: ProfilePlugin): Handlers {
  const sessionOf = (id: number, atr: Uint8Array): CardSession => {
    let generation = 1
    return {
      atr,
      get generation() {
        return generation
      },
      async transmit(command) {
        const answer = (await rpc.call('transmit', { id, command })) as {
          readonly data: Uint8Array
          readonly sw: number
          readonly generation: number
        }
        generation = answer.generation
        return { data: Uint8Array.from(answer.data), sw: answer.sw }
      },
    }
  }
  return {
    match: async ({ id, atr }: { id: number; atr: Uint8Array }) => plugin.match(sessionOf(id, atr)),
    operate: async (wish: {
      readonly id: number
      readonly atr: Uint8Array
      readonly operation: Operation
      readonly fields: readonly string[]
      readonly digest?: Uint8Array
    }) => {
      const run = plugin.operations[wish.operation]
      if (!run) throw new CardError('CAPABILITY_MISSING')
      const context: ProfileContext = {
        fields: wish.fields,
        digest: wish.digest && Uint8Array.from(wish.digest),
        pin: {
          verify: async (ref) => void (await rpc.call('pin.verify', { id: wish.id, ref })),
          triesLeft: async (ref) =>
            (await rpc.call('pin.triesLeft', { id: wish.id, ref })) as number | undefined,
        },
      }
      return run(sessionOf(wish.id, wish.atr), context)
    },
  }
}

function fileHandlers(source: FileSource): Handlers {
  return {
    start: () => source.start(),
    stop: () => source.stop(),
    poll: () => source.poll(),
  }
}
