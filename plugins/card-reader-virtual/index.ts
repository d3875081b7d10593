import type { ReaderPlugin } from '../../src/cards/contract.ts'
import { createCard } from '../../src/cards/virtual/card.ts'
import { createHardware } from '../../src/cards/virtual/hardware.ts'
import { openCardKeys } from '../../src/cards/virtual/keys.ts'
import { createMyNumberCard } from '../../src/cards/virtual/mynumber.ts'

const SLOT = 'virtual-1'

/** A reader with a card on it, both made of our own code: for development and demonstrations. */
const plugin: ReaderPlugin = {
  create(context) {
    const hardware = createHardware([SLOT])
    const driver = hardware.driver(context)
    let isStarted = false
    return {
      ...driver,
      async start() {
        if (isStarted) return
        isStarted = true
        const { card, folder, hangsAt } = context.config
        hardware.insert(SLOT, await cardFor(card, String(folder)))
        if (typeof hangsAt === 'number') hardware.fault(SLOT, hangsAt, 'never')
        await driver.start()
      },
      async stop() {
        isStarted = false
        await driver.stop()
      },
    }
  },
}
export default plugin

async function cardFor(kind: unknown, folder: string) {
  return kind === 'membership'
    ? createCard({
        atr: '3B8F8001804F0CA000000306030001000000006A',
        uid: '04A1B2C3D4E5F6',
        applets: [],
      })
    : createMyNumberCard({ keys: await openCardKeys(folder, new Date()) })
}
