import type {
  CardConnection,
  CardSession,
  Operation,
  ProfileContext,
  ProfilePlugin,
  ProfileResult,
  ReaderDriver,
} from '../cards/contract.ts'
import { CardError } from '../cards/errors.ts'
import type { Child } from './process.ts'
import type { Handlers } from './rpc.ts'

/** A driver in another process, as if it were here. */
export function remoteDriver(child: Pick<Child, 'run'>): Pick<ReaderDriver, 'connect'> {
  return {
    async connect(readerId, mode) {
      const { id, atr } = (await child.run('connect', { readerId, mode })) as {
        readonly id: number
        readonly atr: Uint8Array
      }
      const on = async (method: string, more: object = {}) =>
        void (await child.run(method, { id, ...more }))
      return {
        atr: Uint8Array.from(atr),
        begin: () => on('begin'),
        end: (how) => on('end', { how }),
        reconnect: () => on('reconnect'),
        transmit: async (command) =>
          Uint8Array.from((await child.run('transmit', { id, command })) as Uint8Array),
        close: (how) => on('close', { how }),
      } satisfies CardConnection
    },
  }
}

type Open = { readonly session: CardSession; readonly context?: ProfileContext }

/** A profile in another process. `handlers` are what its process may ask for: only sessions open at the moment. */
export function createRemoteProfile(): {
  readonly handlers: Handlers
  readonly plugin: (child: Pick<Child, 'run'>, offered: readonly Operation[]) => ProfilePlugin
} {
  const open = new Map<number, Open>()
  let last = 0
  const of = (id: number) => {
    const found = open.get(id)
    if (!found) throw new CardError('DENIED_BY_POLICY')
    return found
  }
  const pinOf = (id: number) => {
    const { context } = of(id)
    if (!context) throw new CardError('DENIED_BY_POLICY')
    return context.pin
  }
  async function during<T>(entry: Open, work: (id: number) => Promise<unknown>): Promise<T> {
    const id = ++last
    open.set(id, entry)
    try {
      return (await work(id)) as T
    } finally {
      open.delete(id)
    }
  }
  return {
    handlers: {
      transmit: async ({
        id,
        command,
      }: {
        id: number
        command: Parameters<CardSession['transmit']>[0]
      }) => {
        const { session } = of(id)
        const data = command.data && Uint8Array.from(command.data)
        return { ...(await session.transmit({ ...command, data })), generation: session.generation }
      },
      'pin.verify': ({ id, ref }: { id: number; ref: string }) => pinOf(id).verify(ref),
      'pin.triesLeft': ({ id, ref }: { id: number; ref: string }) => pinOf(id).triesLeft(ref),
    },
    plugin: (child, offered) => ({
      match: (session) => during({ session }, (id) => child.run('match', { id, atr: session.atr })),
      operations: Object.fromEntries(
        offered.map((operation) => [
          operation,
          (session: CardSession, context: ProfileContext) =>
            during<ProfileResult>({ session, context }, (id) =>
              child.run('operate', {
                id,
                atr: session.atr,
                operation,
                fields: context.fields,
                digest: context.digest,
              }),
            ),
        ]),
      ),
    }),
  }
}
