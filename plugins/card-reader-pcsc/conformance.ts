import { CardError, type Clock } from '../../src/cards/contract.ts'
import type { ReaderConformance } from '../../src/cards/kit/bench.ts'
import { createVirtualBench } from '../../src/cards/kit/virtual-bench.ts'
import type { Binding } from './binding.ts'
import { createPcscDriver } from './index.ts'

/** The driver over a binding that behaves as the service was measured to; tier 1 has the service itself. */
const conformance: ReaderConformance = {
  openBench: async () =>
    createVirtualBench(
      (hardware) => (context) =>
        createPcscDriver(context, async () => bindingOver(hardware, context.clock)),
    ),
}
export default conformance

type Hardware = Parameters<Parameters<typeof createVirtualBench>[0] & object>[0]

function bindingOver(hardware: Hardware, clock: Clock): Binding {
  let isOpen = false
  let watch: Parameters<Binding['open']>[0] | undefined
  const inner = hardware.driver({
    clock,
    emit(event) {
      if (!isOpen || !watch) return
      if (event.kind === 'card-present') watch.onReader(`Virtual PCD ${event.readerId}`, event.atr)
      if (event.kind === 'card-absent') watch.onReader(`Virtual PCD ${event.readerId}`, undefined)
      if (event.kind === 'reader-added') watch.onReader(`Virtual PCD ${event.reader.id}`, undefined)
      // Measured: the end of the service sends no word of its readers.
      if (event.kind === 'service-down') watch.onDown()
    },
  })
  return {
    async open(given) {
      watch = given
      isOpen = true
      await inner.start().catch(translated)
    },
    close() {
      isOpen = false
      void inner.stop()
    },
    async connect(name) {
      const card = await inner.connect(name.replace('Virtual PCD ', ''), 'shared').catch(translated)
      return {
        atr: card.atr,
        begin: () => card.begin(),
        end: (how) => card.end(how).catch(translated),
        reconnect: () => card.reconnect().catch(translated),
        transmit: (command) => card.transmit(command).catch(translated),
        close: (how) => card.close(how).catch(translated),
      }
    },
  }
}

/** The words of the package for what happened, so that the driver's own reading of them is tried. */
const WORDS: Readonly<Record<string, string>> = {
  CARD_REMOVED: 'RemovedCard',
  CARD_RESET: 'ResetCard',
  NO_CARD: 'NoSmartCard',
  SERVICE_DOWN: 'NoService',
  NO_READER: 'UnknownReader',
}

function translated(thrown: unknown): never {
  const code = thrown instanceof CardError ? (WORDS[thrown.code] ?? thrown.code) : 'InternalError'
  throw Object.assign(new Error(code), { code })
}
