export type Atr = {
  readonly convention: 'direct' | 'inverse'
  readonly protocols: readonly number[]
  readonly historical: Uint8Array
  /** Whether the check byte, where there must be one, is right. */
  readonly isConsistent: boolean
}

/**
 * The parts of an answer to reset (ISO 7816-3): TS, T0, the chain of TA to TD, historical bytes, TCK. A hint only, since
 * readers invent it for contactless cards; undefined for what cannot be read, which is no reason to refuse a card.
 */
export function parseAtr(bytes: Uint8Array): Atr | undefined {
  const [ts, t0] = bytes
  if (t0 === undefined || (ts !== 0x3b && ts !== 0x3f)) return undefined
  let at = 2
  let present = t0 >> 4
  const protocols: number[] = []
  while (present !== 0) {
    at += [1, 2, 4].filter((bit) => (present & bit) !== 0).length
    if ((present & 8) === 0) break
    const td = bytes[at++]
    if (td === undefined) return undefined
    if (!protocols.includes(td & 0x0f)) protocols.push(td & 0x0f)
    present = td >> 4
  }
  const historical = bytes.slice(at, at + (t0 & 0x0f))
  if (historical.length !== (t0 & 0x0f)) return undefined
  const rest = bytes.length - at - historical.length
  const needsCheck = protocols.some((protocol) => protocol !== 0)
  const check = bytes.slice(1).reduce((sum, byte) => sum ^ byte, 0)
  return {
    convention: ts === 0x3b ? 'direct' : 'inverse',
    protocols: protocols.length > 0 ? protocols : [0],
    historical,
    isConsistent: needsCheck
      ? rest === 1 && check === 0
      : rest === 0 || (rest === 1 && check === 0),
  }
}

/** PC/SC part 3 names contactless memory cards and FeliCa in the historical bytes. */
export function contactlessKind(atr: Uint8Array): 'felica' | 'storage' | undefined {
  const historical = parseAtr(atr)?.historical
  if (!historical) return undefined
  const head = [0x80, 0x4f, 0x0c, 0xa0, 0x00, 0x00, 0x03, 0x06]
  if (!head.every((byte, index) => historical[index] === byte)) return undefined
  return historical[8] === 0x11 ? 'felica' : 'storage'
}
