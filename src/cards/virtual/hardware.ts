import type { CardConnection, DriverContext, ReaderDriver, ReaderInfo } from '../contract.ts'
import { CardError } from '../errors.ts'
import type { VirtualCard } from './card.ts'

/** What goes wrong at the n-th command (from 0) after the card was inserted. */
export type FaultKind =
  /** The card is pulled out: the pending command gets nothing, later ones CARD_REMOVED. */
  | 'removed'
  | 'no-bytes'
  | 'one-byte'
  | 'oversize'
  /** Half of what should have come, with 9000. */
  | 'truncated'
  /** The answer never comes, until the card is removed. */
  | 'never'
  /** The answer takes its time. */
  | 'slow'
  /** Another program resets the card. */
  | 'reset'
  | 'service-down'

type Slot = {
  readonly info: ReaderInfo
  card: VirtualCard | undefined
  /** Counts insertions, removals and resets, by which a connection knows that its card is not as it was. */
  era: number
  count: number
  faults: Map<number, FaultKind>
  holder: object | undefined
  waiting: (() => void)[]
  hanging: (() => void)[]
  listen: ((index: number) => Promise<void> | void) | undefined
}

export type Hardware = {
  readonly driver: (context: Pick<DriverContext, 'emit' | 'clock'>) => ReaderDriver
  readonly slots: readonly string[]
  insert(slot: string, card: VirtualCard): void
  remove(slot: string): void
  fault(slot: string, at: number, kind: FaultKind): void
  /** Calls back before each command, with its number since the card was put in. */
  listen(slot: string, listener: ((index: number) => Promise<void> | void) | undefined): void
  /** Another program resets the card. */
  resetByOther(slot: string): void
  stopService(): void
  startService(): void
  /** Commands that reached the card since the start. */
  readonly seen: readonly { readonly slot: string; readonly command: Uint8Array }[]
}

export const SLOW_MS = 300

/** Readers and a service made of our own code: several drivers may share them, as programs share a real reader. */
export function createHardware(names: readonly string[] = ['virtual-1']): Hardware {
  const slots = new Map<string, Slot>(
    names.map((id) => [
      id,
      {
        info: infoOf(id),
        card: undefined,
        era: 0,
        count: 0,
        faults: new Map(),
        holder: undefined,
        waiting: [],
        hanging: [],
        listen: undefined,
      },
    ]),
  )
  const drivers = new Set<Pick<DriverContext, 'emit'>>()
  const seen: { slot: string; command: Uint8Array }[] = []
  let isUp = true
  const tell = (event: Parameters<DriverContext['emit']>[0]) => {
    for (const driver of drivers) driver.emit(event)
  }
  const slotOf = (id: string) => {
    const slot = slots.get(id)
    if (!slot) throw new CardError('NO_READER')
    return slot
  }
  const free = (slot: Slot, owner: object) => {
    if (slot.holder !== owner) return
    slot.holder = undefined
    slot.waiting.shift()?.()
  }
  const take = (id: string) => {
    const slot = slotOf(id)
    if (!slot.card) return
    slot.card.reset()
    slot.card = undefined
    slot.era += 1
    slot.faults.clear()
    for (const settle of slot.hanging.splice(0)) settle()
    if (isUp) tell({ kind: 'card-absent', readerId: id })
  }
  const stopService = () => {
    isUp = false
    for (const slot of slots.values()) {
      slot.era += 1
      slot.holder = undefined
      for (const settle of [...slot.hanging.splice(0), ...slot.waiting.splice(0)]) settle()
    }
    for (const id of slots.keys()) tell({ kind: 'reader-removed', readerId: id })
    tell({ kind: 'service-down' })
  }

  function connect(id: string, context: Pick<DriverContext, 'clock'>): CardConnection {
    const slot = slotOf(id)
    if (!slot.card) throw new CardError('NO_CARD')
    const owner = {}
    let era = slot.era
    const { atr } = slot.card
    const check = () => {
      if (!isUp) throw new CardError('SERVICE_DOWN')
      if (!slot.card) throw new CardError('CARD_REMOVED')
      if (slot.era !== era) throw new CardError('CARD_RESET')
      return slot.card
    }
    const reset = () => {
      slot.card?.reset()
      slot.era += 1
      era = slot.era
    }
    const end = (how: 'reset' | 'leave') => {
      if (how === 'reset' && slot.era === era) reset()
      free(slot, owner)
    }
    return {
      atr,
      async begin() {
        while (slot.holder !== undefined && slot.holder !== owner)
          await new Promise<void>((resolve) => slot.waiting.push(resolve))
        slot.holder = owner
      },
      end: async (how) => end(how),
      async reconnect() {
        if (!isUp) throw new CardError('SERVICE_DOWN')
        if (!slot.card) throw new CardError('CARD_REMOVED')
        era = slot.era
      },
      async transmit(command) {
        while (slot.holder !== undefined && slot.holder !== owner)
          await new Promise<void>((resolve) => slot.waiting.push(resolve))
        check()
        const fault = slot.faults.get(slot.count)
        slot.count += 1
        await slot.listen?.(slot.count - 1)
        // Pulled out meanwhile, it answers with nothing, as was measured.
        if (!slot.card) return new Uint8Array()
        const card = check()
        if (fault === 'removed') {
          take(id)
          return new Uint8Array()
        }
        if (fault === 'reset') {
          slot.card?.reset()
          slot.era += 1
          throw new CardError('CARD_RESET')
        }
        if (fault === 'service-down') {
          stopService()
          throw new CardError('SERVICE_DOWN')
        }
        if (fault === 'never') {
          await new Promise<void>((resolve) => slot.hanging.push(resolve))
          return new Uint8Array()
        }
        if (fault === 'slow')
          await new Promise<void>((resolve) => void context.clock.after(SLOW_MS, resolve))
        seen.push({ slot: id, command: command.slice() })
        return damaged(card.process(command), fault)
      },
      close: async (how) => end(how),
    }
  }

  return {
    driver: (context) => ({
      async start() {
        if (drivers.has(context)) return
        if (!isUp) throw new CardError('SERVICE_DOWN')
        drivers.add(context)
        for (const [id, slot] of slots) {
          context.emit({ kind: 'reader-added', reader: slot.info })
          if (slot.card) context.emit({ kind: 'card-present', readerId: id, atr: slot.card.atr })
        }
      },
      async stop() {
        drivers.delete(context)
      },
      readers: () => (isUp ? [...slots.values()].map(({ info }) => info) : []),
      async connect(id) {
        if (!isUp) throw new CardError('SERVICE_DOWN')
        return connect(id, context)
      },
    }),
    slots: [...slots.keys()],
    insert(id, card) {
      const slot = slotOf(id)
      if (slot.card) take(id)
      card.reset()
      slot.card = card
      slot.era += 1
      slot.count = 0
      if (isUp) tell({ kind: 'card-present', readerId: id, atr: card.atr })
    },
    remove: take,
    fault: (id, at, kind) => void slotOf(id).faults.set(at, kind),
    listen: (id, listener) => void (slotOf(id).listen = listener),
    resetByOther(id) {
      const slot = slotOf(id)
      slot.card?.reset()
      slot.era += 1
    },
    stopService,
    startService() {
      isUp = true
      tell({ kind: 'service-up' })
      for (const [id, slot] of slots) {
        tell({ kind: 'reader-added', reader: slot.info })
        if (slot.card) tell({ kind: 'card-present', readerId: id, atr: slot.card.atr })
      }
    },
    seen,
  }
}

/** Longer than any answer a card can give. */
const OVERSIZE_BYTES = 70_000

/** An answer as the fault makes it. */
export function damaged(reply: Uint8Array, fault: FaultKind | undefined): Uint8Array {
  if (fault === 'no-bytes') return new Uint8Array()
  if (fault === 'one-byte') return reply.slice(0, 1)
  if (fault === 'oversize') return new Uint8Array(OVERSIZE_BYTES).fill(0x90)
  if (fault === 'truncated') {
    const data = reply.slice(0, Math.floor((reply.length - 2) / 2))
    return Uint8Array.from([...data, 0x90, 0x00])
  }
  return reply
}

function infoOf(id: string): ReaderInfo {
  return {
    id,
    label: `Virtual reader ${id}`,
    capabilities: {
      contact: 'yes',
      contactless: 'yes',
      uid: 'yes',
      exclusive: 'yes',
      extendedApdu: 'no',
      pinPad: 'no',
      display: 'no',
    },
    maxApdu: 261,
  }
}
