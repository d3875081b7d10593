import { CardError } from './errors.ts'

export type Tlv = { readonly tag: number; readonly value: Uint8Array }

/** Deeper or longer than any card's records; beyond it the bytes are nonsense. */
const ENTRIES_MAX = 200

/** BER TLV objects one after another. Truncated or overlong ones are a PROTOCOL_ERROR, never half a value. */
export function readTlvs(bytes: Uint8Array): readonly Tlv[] {
  const found: Tlv[] = []
  let at = 0
  const next = () => {
    const byte = bytes[at++]
    if (byte === undefined) throw new CardError('PROTOCOL_ERROR')
    return byte
  }
  while (at < bytes.length) {
    if (found.length >= ENTRIES_MAX) throw new CardError('PROTOCOL_ERROR')
    // Fillers between objects (ISO 7816-4).
    if (bytes[at] === 0x00 || bytes[at] === 0xff) {
      // 0xFF20 is a tag of its own on some cards: an 0xFF followed by a constructed number.
      if (bytes[at] === 0x00 || bytes[at + 1] !== 0x20) {
        at += 1
        continue
      }
    }
    let tag = next()
    if ((tag & 0x1f) === 0x1f) {
      let more: number
      do {
        more = next()
        tag = tag * 256 + more
        if (tag > 0xff_ff_ff) throw new CardError('PROTOCOL_ERROR')
      } while ((more & 0x80) !== 0)
    }
    const length = readLength(next)
    if (at + length > bytes.length) throw new CardError('PROTOCOL_ERROR')
    found.push({ tag, value: bytes.slice(at, at + length) })
    at += length
  }
  return found
}

/** Bytes of the first object: head and value together; undefined while too few bytes are known. */
export function wholeLength(bytes: Uint8Array): number | undefined {
  let at = 0
  const next = () => bytes[at++] ?? -1
  let tag = next()
  if ((tag & 0x1f) === 0x1f)
    do {
      tag = next()
    } while (tag >= 0 && (tag & 0x80) !== 0)
  const first = next()
  const count = first >= 0x80 ? first & 0x7f : 0
  if (first < 0 || count > 3 || at + count > bytes.length) return undefined
  let length = first < 0x80 ? first : 0
  for (let i = 0; i < count; i++) length = length * 256 + next()
  return at + length
}

/** Simple TLV: one byte of tag, one or three of length. */
export function readSimpleTlvs(bytes: Uint8Array): readonly Tlv[] {
  const found: Tlv[] = []
  let at = 0
  while (at < bytes.length) {
    const tag = bytes[at++] ?? 0
    let length = bytes[at++]
    if (length === 0xff) {
      length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
      at += 2
    }
    if (length === undefined || at + length > bytes.length || found.length >= ENTRIES_MAX)
      throw new CardError('PROTOCOL_ERROR')
    found.push({ tag, value: bytes.slice(at, at + length) })
    at += length
  }
  return found
}

/** One object as bytes, with as many bytes of length as it needs. */
export function tlv(tag: number, value: Uint8Array): Uint8Array {
  const tagBytes: number[] = []
  for (let rest = tag; rest > 0; rest = Math.floor(rest / 256)) tagBytes.unshift(rest & 0xff)
  const { length } = value
  const lengthBytes =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : length < 0x1_0000
          ? [0x82, length >> 8, length & 0xff]
          : [0x83, length >> 16, (length >> 8) & 0xff, length & 0xff]
  const whole = new Uint8Array(tagBytes.length + lengthBytes.length + length)
  whole.set(tagBytes)
  whole.set(lengthBytes, tagBytes.length)
  whole.set(value, tagBytes.length + lengthBytes.length)
  return whole
}

function readLength(next: () => number): number {
  const first = next()
  if (first < 0x80) return first
  const count = first & 0x7f
  // The indefinite form has no place on these cards; four bytes of length no card has.
  if (count === 0 || count > 3) throw new CardError('PROTOCOL_ERROR')
  let length = 0
  for (let i = 0; i < count; i++) length = length * 256 + next()
  return length
}
