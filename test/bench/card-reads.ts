import type { CardConnection, ReaderDriver } from '../../src/cards/contract.ts'
import { systemClock } from '../../src/cards/deadline.ts'
import { operate } from '../../src/cards/host.ts'
import { createMyNumberCard } from '../../src/cards/virtual/mynumber.ts'
import { FOUR_ITEMS, manifestOf, PROFILES, sampleKeys, typesPin } from '../cards/scene.ts'

const PIN = '5678'

/** A card whose commands are written down. */
export function recordedCard() {
  const card = createMyNumberCard({ keys: sampleKeys() })
  const commands: Uint8Array[] = []
  return {
    commands,
    card: {
      ...card,
      process(command: Uint8Array) {
        commands.push(command.slice())
        return card.process(command)
      },
    },
  }
}

/** One reading of the four items as a person causes it, from connecting to resetting, the PIN typed at once. */
export async function readOnce(driver: ReaderDriver, readerId: string): Promise<void> {
  const result = await operate({
    driver,
    driverManifest: manifestOf('card-reader-virtual'),
    readerId,
    profiles: PROFILES,
    operation: 'attributes',
    fields: FOUR_ITEMS,
    clock: systemClock,
    askPin: typesPin(PIN),
  })
  if (result.kind !== 'attributes') throw new Error(JSON.stringify(result))
}

/** The same commands with nobody in between: no filter, no deadline, nothing understood. */
export async function replayOnce(
  connect: () => Promise<Pick<CardConnection, 'begin' | 'transmit' | 'close'>>,
  commands: readonly Uint8Array[],
): Promise<void> {
  const connection = await connect()
  await connection.begin()
  for (const command of commands) await connection.transmit(command)
  await connection.close('reset')
}

/** How often a second, the two in turn so that both meet the same machine. */
export async function perSecond(
  rounds: number,
  ours: () => Promise<void>,
  bare: () => Promise<void>,
): Promise<{ readonly ours: number; readonly bare: number }> {
  const spent = { ours: 0, bare: 0 }
  for (let round = 0; round < rounds; round++)
    for (const [name, work] of [
      ['ours', ours],
      ['bare', bare],
    ] as const) {
      const from = performance.now()
      await work()
      spent[name] += performance.now() - from
    }
  return { ours: (rounds * 1_000) / spent.ours, bare: (rounds * 1_000) / spent.bare }
}
