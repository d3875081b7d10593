import { createRequire } from 'node:module'
import type { Binding, BoundCard } from './binding.ts'

/**
 * The package `smartcard`, for systems the other has no binaries for. It is compiled where it is installed and has no call
 * for transactions: the card is taken exclusively instead.
 */
type Package = {
  readonly Context: new () => Context
  readonly ReaderMonitor: new () => Monitor
}
type Context = { listReaders(): readonly Reader[]; close(): void }
type Reader = { readonly name: string; connect(mode: number, protocol: number): Promise<Card> }
type Card = {
  readonly atr: Uint8Array | null
  transmit(command: Uint8Array, options: { readonly maxRecvLength: number }): Promise<Uint8Array>
  disconnect(disposition: number): void
  reconnect(mode: number, protocol: number, disposition: number): Promise<number>
}
type Monitor = { start(take: (event: MonitorEvent) => void): void; stop(): void }
type MonitorEvent = {
  readonly type: 'reader-attached' | 'reader-detached' | 'card-inserted' | 'card-removed' | 'error'
  readonly reader: string
  readonly atr: Uint8Array | null
}

// Of the PC/SC specification.
const EXCLUSIVE = 1
const SHARED = 2
const T0_OR_T1 = 3
const LEAVE = 0
const RESET = 1
const REPLY_BYTES_MAX = 65_538

export function createBinding(): Binding {
  const { Context, ReaderMonitor } = createRequire(import.meta.url)('smartcard') as Package
  const context = new Context()
  const monitor = new ReaderMonitor()
  return {
    async open({ onReader, onGone, onDown }) {
      monitor.start(({ type, reader, atr }) => {
        if (type === 'error') return onDown()
        if (type === 'reader-detached') return onGone(reader)
        onReader(
          reader,
          type !== 'card-removed' && atr && atr.length > 0 ? Uint8Array.from(atr) : undefined,
        )
      })
    },
    close() {
      for (const end of [() => monitor.stop(), () => context.close()])
        try {
          end()
        } catch {
          // With the service gone there is nothing left to end.
        }
    },
    async connect(name) {
      const reader = context.listReaders().find((one) => one.name === name)
      if (!reader) throw Object.assign(new Error(name), { code: 'UnknownReader' })
      const card = await reader.connect(SHARED, T0_OR_T1)
      const disposition = (how: 'reset' | 'leave') => (how === 'reset' ? RESET : LEAVE)
      return {
        atr: Uint8Array.from(card.atr ?? []),
        begin: async () => void (await card.reconnect(EXCLUSIVE, T0_OR_T1, LEAVE)),
        end: async (how) => void (await card.reconnect(SHARED, T0_OR_T1, disposition(how))),
        reconnect: async () => void (await card.reconnect(SHARED, T0_OR_T1, LEAVE)),
        transmit: async (command) =>
          Uint8Array.from(
            await card.transmit(Buffer.from(command), { maxRecvLength: REPLY_BYTES_MAX }),
          ),
        close: async (how) => card.disconnect(disposition(how)),
      } satisfies BoundCard
    },
  }
}
