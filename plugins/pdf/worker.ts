import { parentPort } from 'node:worker_threads'
import type { Sheet } from '../../src/plugins/contract.ts'
import { draw } from './draw.ts'
import { openFonts } from './fonts.ts'
import { coverageOf } from './glyphs.ts'

/** The thread that draws: reads the fonts once, then one sheet after the other. */
export type Order = { readonly id: number; readonly sheet: Sheet }
export type Delivery = { readonly id: number } & (
  | {
      readonly status: 'drawn'
      readonly bytes: Uint8Array
      readonly pages: number
      readonly notes: readonly string[]
    }
  | { readonly status: 'missing'; readonly characters: readonly string[] }
  | { readonly status: 'failed'; readonly reason: string }
)

const fonts = openFonts()

async function deliver({ id, sheet }: Order): Promise<Delivery> {
  try {
    const { missing, otherForm } = coverageOf(sheet, fonts)
    if (missing.length > 0) return { id, status: 'missing', characters: missing }
    const { bytes, pages } = await draw(sheet, fonts)
    return { id, status: 'drawn', bytes, pages, notes: otherForm }
  } catch (error) {
    return { id, status: 'failed', reason: String(error) }
  }
}

parentPort?.on('message', (order: Order) => {
  void deliver(order).then((delivery) => parentPort?.postMessage(delivery))
})
