import { LeftOut, type CardBench } from './bench.ts'
import { startService } from './namespaces.ts'
import { insertIntoVpcd, VPCD_PORT } from '../virtual/vpcd.ts'
import type { VirtualCard } from '../virtual/card.ts'
import type { FaultKind } from '../virtual/hardware.ts'

/** The real service with our own cards in its virtual reader; called inside the namespaces. */
export async function openVpcdBench(driver: CardBench['driver']): Promise<CardBench> {
  const service = await startService()
  const cards = new Map<number, { remove(): Promise<void> }>()
  const listeners = new Map<number, (index: number) => Promise<void> | void>()
  const faults = new Map<number, readonly [number, FaultKind]>()
  const remove = async (reader: number) => {
    const card = cards.get(reader)
    cards.delete(reader)
    await card?.remove()
  }
  return {
    driver,
    readers: 2,
    async insert(reader: number, card: VirtualCard) {
      await remove(reader)
      faults.delete(reader)
      let index = 0
      const onCommand = () => {
        const [at, kind] = faults.get(reader) ?? []
        const now = index++
        void listeners.get(reader)?.(now)
        return now === at ? kind : undefined
      }
      cards.set(reader, await insertIntoVpcd(card, VPCD_PORT + reader, onCommand))
    },
    remove,
    onCommand(reader, listen) {
      if (listen) listeners.set(reader, listen)
      else listeners.delete(reader)
    },
    fault(reader, at, kind) {
      if (kind === 'reset')
        throw new LeftOut('the service keeps other programs out while a card is being read')
      if (kind === 'no-bytes' || kind === 'oversize')
        throw new LeftOut('the virtual reader cannot carry such an answer')
      faults.set(reader, [at, kind])
    },
    async stopService() {
      for (const reader of [...cards.keys()]) await remove(reader)
      await service.stop()
    },
    startService: service.start,
    async close() {
      for (const reader of [...cards.keys()]) await remove(reader)
      await service.close()
    },
  }
}
