import pcsc from 'pcsc-mini'
import type { Binding, BoundCard } from './binding.ts'

const { CardDisposition, CardMode, Client, ReaderStatus } = pcsc

/** The package with its own binaries: nothing is compiled where it is installed. */
export function createBinding(): Binding {
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
      let transaction: pcsc.Transaction | undefined
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
