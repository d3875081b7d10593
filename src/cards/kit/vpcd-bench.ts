import type { CardBench } from './bench.ts'
import { startService } from './namespaces.ts'
import { insertIntoVpcd, VPCD_PORT } from '../virtual/vpcd.ts'
import type { VirtualCard } from '../virtual/card.ts'

/** The real service with our own cards in its virtual reader; called inside the namespaces. */
export async function openVpcdBench(driver: CardBench['driver']): Promise<CardBench> {
  const service = await startService()
  const cards = new Map<number, { remove(): Promise<void> }>()
  const listeners = new Map<number, (index: number) => Promise<void> | void>()
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
      let index = 0
      cards.set(
        reader,
        await insertIntoVpcd(card, VPCD_PORT + reader, () => void listeners.get(reader)?.(index++)),
      )
    },
    remove,
    onCommand(reader, listen) {
      if (listen) listeners.set(reader, listen)
      else listeners.delete(reader)
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
