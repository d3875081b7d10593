import {
  CardError,
  type CardConnection,
  type DriverContext,
  type ReaderInfo,
  type ReaderPlugin,
} from '../../src/cards/contract.ts'
import type { JsonObject } from '../../src/form/form.ts'
import { codeOf, type Binding, type BoundCard } from './binding.ts'

const RETRY_MS_MIN = 500
const RETRY_MS_MAX = 15_000

/** The way the configuration names, or that of the system; only that one is loaded. */
async function bindingFor({ binding, socket }: JsonObject): Promise<Binding> {
  if ((binding ?? (process.platform === 'linux' ? 'pcscd' : 'pcsc-mini')) === 'pcscd')
    return (await import('./pcscd.ts')).createBinding(
      typeof socket === 'string' ? socket : undefined,
    )
  return (await import('./pcsc-mini.ts')).createBinding()
}

/** Every reader the operating system knows, with whatever card is in it. */
const plugin: ReaderPlugin = {
  create: (context) => createPcscDriver(context, () => bindingFor(context.config)),
}
export default plugin

/**
 * The driver over any binding. What was measured of the service is dealt with here: its end sends no word of its
 * readers, a new one needs a new client, and a pulled card answers with nothing.
 */
export function createPcscDriver(
  context: Pick<DriverContext, 'emit' | 'clock'>,
  open: () => Promise<Binding>,
) {
  const { emit, clock } = context
  /** By the name the system gives; ids count up, since names hold serial numbers. */
  const known = new Map<string, { info: ReaderInfo; hasCard: boolean }>()
  const ids = new Map<string, string>()
  let binding: Binding | undefined
  let isWanted = false
  let isDown = false
  let failures = 0
  let callOffRetry = () => undefined as void

  function idOf(name: string): string {
    const id = ids.get(name) ?? `pcsc-${ids.size + 1}`
    ids.set(name, id)
    return id
  }
  function learn(name: string, atr: Uint8Array | undefined): void {
    const id = idOf(name)
    let reader = known.get(name)
    if (!reader) {
      reader = { info: infoOf(id, name), hasCard: false }
      known.set(name, reader)
      emit({ kind: 'reader-added', reader: reader.info })
    }
    if (atr && !reader.hasCard) emit({ kind: 'card-present', readerId: id, atr })
    if (!atr && reader.hasCard) emit({ kind: 'card-absent', readerId: id })
    reader.hasCard = atr !== undefined
  }
  function forget(name: string): void {
    if (known.delete(name)) emit({ kind: 'reader-removed', readerId: idOf(name) })
  }
  function down(): void {
    binding?.close()
    binding = undefined
    for (const name of [...known.keys()]) forget(name)
    if (!isDown) emit({ kind: 'service-down' })
    isDown = true
    if (!isWanted) return
    const pause = Math.min(RETRY_MS_MIN * 2 ** failures, RETRY_MS_MAX)
    failures += 1
    callOffRetry = clock.after(pause, () => void begin())
  }
  async function begin(): Promise<void> {
    const next = await open()
    try {
      await next.open({ onReader: learn, onGone: forget, onDown: () => binding === next && down() })
    } catch (_noService) {
      return down()
    }
    if (!isWanted) return next.close()
    binding = next
    failures = 0
    if (isDown) emit({ kind: 'service-up' })
    isDown = false
  }

  return {
    async start() {
      if (isWanted) return
      isWanted = true
      await begin()
    },
    async stop() {
      isWanted = false
      callOffRetry()
      binding?.close()
      binding = undefined
      known.clear()
    },
    readers: () => [...known.values()].map(({ info }) => info),
    async connect(readerId: string): Promise<CardConnection> {
      if (!binding) throw new CardError('SERVICE_DOWN')
      const [name] = [...known].find(([, { info }]) => info.id === readerId) ?? []
      if (name === undefined) throw new CardError('NO_READER')
      const card = await worded(binding.connect(name))
      return connectionOver(card)
    },
  }
}

function connectionOver(card: BoundCard): CardConnection {
  return {
    atr: card.atr,
    begin: () => worded(card.begin()),
    end: (how) => worded(card.end(how)),
    reconnect: () => worded(card.reconnect()),
    async transmit(command) {
      const reply = await worded(card.transmit(command))
      // Measured: a card pulled out answers a pending command with no bytes, as if all were well.
      if (reply.length < 2) throw new CardError('CARD_REMOVED')
      return reply
    },
    close: (how) => worded(card.close(how)),
  }
}

/** The package's error as one of the list; its words stay here. */
async function worded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (thrown) {
    throw new CardError(codeOf(thrown))
  }
}

/** Names say what a reader takes, if anything does. */
function infoOf(id: string, name: string): ReaderInfo {
  const isContactless = /contactless|picc|nfc|felica|pasori/i.test(name)
  return {
    id,
    label: name.replace(/\s*[[(].*$/, '').replace(/\s+\d\d\s+\d\d$/, ''),
    capabilities: {
      contact: isContactless ? 'unknown' : 'yes',
      contactless: isContactless ? 'yes' : 'unknown',
      uid: isContactless ? 'yes' : 'unknown',
      exclusive: 'yes',
      extendedApdu: 'unknown',
      pinPad: 'unknown',
      display: 'unknown',
    },
  }
}
