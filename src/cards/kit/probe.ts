import type { CardManifest, ProfilePlugin } from '../contract.ts'
import { hasApplication, readTlvFile } from '../reading.ts'
import { readTlvs, tlv } from '../tlv.ts'
import { createCard, type VirtualCard } from '../virtual/card.ts'

/** Not an application anybody has. */
const AID = 'F04D41444F475543484901'
const FILE = 0x0101
const PIN_FILE = 0x0102
export const PROBE_PIN = '2468'
/** Looked for in everything that leaves a driver. */
export const CANARY = 'CANARY-7f3a9b'

/** A card for tests of drivers: one file behind one PIN. `number` tells two cards apart. */
export function createProbeCard(number = 1): VirtualCard {
  const text = Buffer.from(`${CANARY}-${number}`.padEnd(600, '.'))
  return createCard({
    atr: '3BE000FF8131FE4514',
    applets: [
      {
        aid: AID,
        files: { [FILE]: { data: tlv(0x61, tlv(0x50, text)), needs: [PIN_FILE] } },
        pins: { [PIN_FILE]: { value: PROBE_PIN, limit: 3 } },
        keys: {},
      },
    ],
  })
}

export const PROBE_TRIES = `${AID}/0102`

export const probeProfile: { readonly manifest: CardManifest; readonly plugin: ProfilePlugin } = {
  manifest: {
    id: 'card-profile-probe',
    version: '1.0.0',
    apiVersion: '1.0',
    kind: 'card-profile',
    status: 'testing',
    label: { ja: '試験用のカード', en: 'Card for tests' },
    licence: 'MIT',
    platforms: ['linux', 'darwin', 'win32'],
    config: { type: 'object' },
    permissions: [],
    timeouts: { commandMs: 3_000, sessionMs: 20_000 },
    card: {
      aids: [AID],
      commands: ['00A4', '00B0'],
      operations: { attributes: { assurance: 'read', fields: { name: 'personal' }, pin: 'probe' } },
      pins: {
        probe: {
          label: { ja: '暗証番号', en: 'PIN' },
          aid: AID,
          file: '0102',
          p2: 0x80,
          min: 4,
          max: 4,
          characters: 'digits',
        },
      },
    },
  },
  plugin: {
    match: async (session) => ((await hasApplication(session, AID)) ? 1 : 0),
    operations: {
      attributes: async (session, { pin }) => {
        await pin.verify('probe')
        const [whole] = readTlvs(await readTlvFile(session, FILE))
        const [inner] = readTlvs(whole?.value ?? new Uint8Array())
        return {
          kind: 'attributes',
          attributes: { name: Buffer.from(inner?.value ?? []).toString() },
        }
      },
    },
  },
}
