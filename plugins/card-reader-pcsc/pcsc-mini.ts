import { createRequire } from 'node:module'
import type { Binding, BoundCard } from './binding.ts'

/**
 * The package `pcsc-mini`, which brings its own binaries: nothing is compiled where it is installed. It is installed where
 * a reader is, not with this project: it names a package for each kind of machine, and not every registry has all of them.
 */
type Package = {
  readonly CardDisposition: { readonly LEAVE: number; readonly RESET: number }
  readonly CardMode: { readonly SHARED: number }
  readonly ReaderStatus: { readonly PRESENT: number; readonly MUTE: number }
  readonly Client: new () => Client
}
type Client = {
  on(event: 'reader', take: (reader: Reader) => void): void
  on(event: 'error', take: () => void): void
  start(): void
  stop(): void
  removeAllListeners(): void
  reader(name: string): Reader | undefined
}
type Reader = {
  name(): string
  on(event: 'change', take: (status: { has(flag: number): boolean }, atr: Uint8Array) => void): void
  on(event: 'disconnect', take: () => void): void
  connect(mode: number): Promise<Card>
}
type Card = {
  state(): Promise<{ readonly atr: Uint8Array }>
  transaction(): Promise<Transaction>
  transmit(command: Uint8Array): Promise<Uint8Array>
  reconnect(mode: number, disposition: number): Promise<unknown>
  disconnect(disposition: number): Promise<void>
}
type Transaction = { end(disposition: number): Promise<void> }

export function createBinding(): Binding {
  const loaded = createRequire(import.meta.url)('pcsc-mini') as Package
  const { CardDisposition, CardMode, Client, ReaderStatus } = loaded
  const client = new Client()
  return {
    async open({ onReader, onGone, onDown }) {
      client.on('reader', (reader) => {
        const name = reader.name()
        reader.on('change', (status, atr) => {
          const isReady = status.has(ReaderStatus.PRESENT) && !status.has(ReaderStatus.MUTE)
          onReader(name, isReady ? Uint8Array.from(atr) : undefined)
        })
        reader.on('disconnect', () => onGone(name))
        onReader(name, undefined)
      })
      client.on('error', onDown)
      client.start()
    },
    close() {
      client.removeAllListeners()
      // An error after the end would otherwise end the process.
      client.on('error', () => undefined)
      try {
        client.stop()
      } catch {
        // Measured: with the service gone, even stopping throws.
      }
    },
    async connect(name) {
      const reader = client.reader(name)
      if (!reader) throw Object.assign(new Error(name), { code: 'UnknownReader' })
      const card = await reader.connect(CardMode.SHARED)
      let transaction: Transaction | undefined
      const disposition = (how: 'reset' | 'leave') =>
        how === 'reset' ? CardDisposition.RESET : CardDisposition.LEAVE
      return {
        atr: Uint8Array.from((await card.state()).atr),
        async begin() {
          transaction = await card.transaction()
        },
        async end(how) {
          const open = transaction
          transaction = undefined
          await open?.end(disposition(how))
        },
        async reconnect() {
          await card.reconnect(CardMode.SHARED, CardDisposition.LEAVE)
        },
        // The buffer is the package's own for one call: copied before the next.
        transmit: async (command) => Uint8Array.from(await card.transmit(command)),
        async close(how) {
          const open = transaction
          transaction = undefined
          try {
            await open?.end(disposition(how))
          } finally {
            // Measured: with the card gone the transaction cannot be ended, and what is not let go fills up a small table.
            await card.disconnect(disposition(how))
          }
        },
      } satisfies BoundCard
    },
  }
}
