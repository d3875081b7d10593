import { constants, privateEncrypt, type KeyObject } from 'node:crypto'
import { tlv } from '../tlv.ts'
import { createCard, type Applet, type VirtualCard } from './card.ts'
import { makeCertificate, newKey } from './certificates.ts'

export type Holder = {
  /** Parts apart by U+3000, as the card has them. */
  readonly name: string
  readonly address: string
  /** YYYYMMDD */
  readonly birth: string
  readonly sex: '1' | '2'
  /** Never to be read by anybody. */
  readonly individualNumber: string
}

/** Nobody: the holder of cards for development and tests. */
export const SAMPLE_HOLDER: Holder = {
  name: '見本　花子',
  address: '東京都千代田区見本町一丁目2番3号',
  birth: '19850203',
  sex: '2',
  individualNumber: '999999999999',
}
export const SAMPLE_PINS = { authentication: '1234', text: '5678', signature: 'ABC123' } as const

/** Keys and certificates of a card and its issuer; making them takes a moment, so they are made once. */
export type CardKeys = {
  readonly caCertificate: Uint8Array
  readonly authenticationKey: KeyObject
  readonly authenticationCertificate: Uint8Array
  readonly signatureKey: KeyObject
  readonly signatureCertificate: Uint8Array
}

export type CardKeysWish = {
  readonly now: Date
  readonly serial?: number
  readonly caName?: string
  readonly caKey?: KeyObject
}

const YEAR_MS = 365 * 86_400_000

export function makeCardKeys({
  now,
  serial = 1001,
  caName = 'Virtual CA',
  caKey,
}: CardKeysWish): CardKeys {
  const from = new Date(now.getTime() - YEAR_MS)
  const until = new Date(now.getTime() + 5 * YEAR_MS)
  const ca = makeCertificate({
    commonName: caName,
    serial: 1,
    from,
    until,
    isCa: true,
    key: caKey ?? newKey(),
  })
  const issuer = { commonName: caName, key: ca.key }
  const leaf = (commonName: string, number: number) =>
    makeCertificate({ commonName, serial: number, from, until, isCa: false, issuer })
  const authentication = leaf('Virtual authentication', serial)
  const signature = leaf('Virtual signature', serial + 1)
  return {
    caCertificate: ca.der,
    authenticationKey: authentication.key,
    authenticationCertificate: authentication.der,
    signatureKey: signature.key,
    signatureCertificate: signature.der,
  }
}

export type MyNumberCard = {
  readonly keys: CardKeys
  readonly holder?: Holder
  readonly pins?: {
    readonly authentication: string
    readonly text: string
    readonly signature: string
  }
  /** Tries left of the text and the authentication PIN; all, when left out. */
  readonly tries?: number
}

export const AID = {
  jpki: 'D392F000260100000001',
  text: 'D3921000310001010408',
} as const

/** Behaves as the card of the Individual Number is known to behave, from public sources. */
export function createMyNumberCard({
  keys,
  holder = SAMPLE_HOLDER,
  pins = SAMPLE_PINS,
  tries,
}: MyNumberCard): VirtualCard {
  return createCard({
    // The one that independent software knows for this card; a contactless reader would invent another.
    atr: '3BE000FF8131FE4514',
    applets: [jpkiApplet(keys, pins, tries), textApplet(holder, pins, tries)],
  })
}

function jpkiApplet(
  keys: CardKeys,
  pins: NonNullable<MyNumberCard['pins']>,
  tries: number | undefined,
): Applet {
  const signer = (key: KeyObject) => (digestInfo: Uint8Array) =>
    privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, digestInfo)
  return {
    aid: AID.jpki,
    files: {
      0x0001: { data: padded(keys.signatureCertificate, 2_048), needs: [0x001b] },
      0x0002: { data: padded(keys.caCertificate, 2_048) },
      0x0006: { data: padded(Buffer.from('JPKIAPICCTOKEN'.padEnd(32, ' ')), 32) },
      0x000a: { data: padded(keys.authenticationCertificate, 2_048) },
      0x000b: { data: padded(keys.caCertificate, 2_048) },
    },
    pins: {
      0x0018: { value: pins.authentication, limit: 3, tries },
      0x001b: { value: pins.signature, limit: 5 },
    },
    keys: {
      0x0017: { needs: 0x0018, sign: signer(keys.authenticationKey) },
      0x001a: { needs: 0x001b, sign: signer(keys.signatureKey) },
    },
  }
}

function textApplet(
  holder: Holder,
  pins: NonNullable<MyNumberCard['pins']>,
  tries: number | undefined,
): Applet {
  const text = (tag: number, value: string) => tlv(tag, Buffer.from(value, 'utf8'))
  const items = [
    text(0xdf22, holder.name),
    text(0xdf23, holder.address),
    text(0xdf24, holder.birth),
    text(0xdf25, holder.sex),
  ]
  const offsets = tlv(0xdf21, new Uint8Array(8))
  return {
    aid: AID.text,
    files: {
      0x0001: {
        data: padded(tlv(0x10, Buffer.from(holder.individualNumber)), 17),
        needs: [0x0011, 0x0014],
      },
      0x0002: {
        data: padded(tlv(0xff20, Buffer.concat([offsets, ...items])), 520),
        needs: [0x0011, 0x0015],
      },
      0x0005: { data: padded(tlv(0x65, Buffer.from('0104')), 32) },
    },
    pins: {
      0x0011: { value: pins.text, limit: 3, tries },
      0x0014: { value: holder.individualNumber, limit: 10 },
      0x0015: { value: '60020320301234', limit: 10 },
    },
    keys: {},
  }
}

/** Files have a fixed size; what is not used is FF. */
function padded(data: Uint8Array, size: number): Uint8Array {
  const whole = new Uint8Array(Math.max(size, data.length)).fill(0xff)
  whole.set(data)
  return whole
}
