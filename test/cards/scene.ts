import { readFileSync } from 'node:fs'
import type { CardManifest, Clock, Operation, ProfilePlugin } from '../../src/cards/contract.ts'
import { systemClock } from '../../src/cards/deadline.ts'
import { operate, type Profile, type Work } from '../../src/cards/host.ts'
import type { Json } from '../../src/form/form.ts'
import { checkManifest } from '../../src/cards/manifest.ts'
import type { AskPin } from '../../src/cards/pin.ts'
import { createHardware, type Hardware } from '../../src/cards/virtual/hardware.ts'
import {
  createMyNumberCard,
  makeCardKeys,
  type CardKeys,
} from '../../src/cards/virtual/mynumber.ts'
import generic from '../../plugins/card-profile-generic/index.ts'
import myNumber from '../../plugins/card-profile-mynumber/index.ts'

export const NOW = new Date('2026-04-01T00:00:00.000Z')

let made: CardKeys | undefined
/** Made once a process: RSA keys take a moment. */
export function sampleKeys(): CardKeys {
  return (made ??= makeCardKeys({ now: NOW }))
}

export function manifestOf(folder: string): CardManifest {
  const text = readFileSync(
    new URL(`../../plugins/${folder}/manifest.json`, import.meta.url),
    'utf8',
  )
  const checked = checkManifest(JSON.parse(text) as Json, folder)
  if ('problems' in checked) throw new Error(JSON.stringify(checked.problems))
  return checked.manifest
}

export const PROFILES: readonly Profile[] = [
  { manifest: manifestOf('card-profile-generic'), plugin: generic },
  { manifest: manifestOf('card-profile-mynumber'), plugin: myNumber },
]

export function profileWith(plugin: Partial<ProfilePlugin>): Profile {
  return { manifest: manifestOf('card-profile-mynumber'), plugin: { ...myNumber, ...plugin } }
}

export const typesPin =
  (text: string, acceptsLastTry = false): AskPin =>
  async () => ({ kind: 'pin', pin: Buffer.from(text), acceptsLastTry })

export const FOUR_ITEMS = ['familyName', 'givenName', 'birthDate', 'sex']
export const STATEMENT = {
  origin: 'https://portal.example.jp',
  nonce: 'n0nce',
  purpose: '本人の確認',
}

export function scene(hardware: Hardware = createHardware(), clock: Clock = systemClock) {
  const context = { emit: () => undefined, clock }
  const driver = hardware.driver(context)
  return {
    hardware,
    driver,
    card: createMyNumberCard({ keys: sampleKeys() }),
    start: () => driver.start(),
    run: (operation: Operation, more: Partial<Work> = {}) =>
      operate({
        driver,
        driverManifest: {
          id: 'card-reader-virtual',
          version: '1.0.0',
          timeouts: { commandMs: 2_000, sessionMs: 20_000 },
        },
        readerId: hardware.slots[0] ?? '',
        profiles: PROFILES,
        operation,
        fields: FOUR_ITEMS,
        statement: STATEMENT,
        clock,
        askPin: typesPin(operation === 'challenge' ? '1234' : '5678'),
        ...more,
      }),
  }
}
