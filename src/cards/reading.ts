import { readBinary, selectFile, fromHex, selectApplication } from './apdu.ts'
import type { CardSession } from './contract.ts'
import { CardError } from './errors.ts'
import { wholeLength } from './tlv.ts'

/** Bytes of one READ BINARY; every card takes short lengths. */
const STEP = 256
/** No file read here is longer; a card that never ends is broken. */
const FILE_BYTES_MAX = 0x7fff

/** The error that a status word other than 9000 means. */
export function statusError(sw: number): CardError {
  if (sw === 0x6a82) return new CardError('FILE_NOT_FOUND')
  if (sw === 0x6982) return new CardError('PIN_REQUIRED')
  if (sw === 0x6985 || sw === 0x6986) return new CardError('NOT_PERMITTED')
  return new CardError('APDU_STATUS', { sw })
}

/** Whether the card has the application; it is selected then. */
export async function hasApplication(session: CardSession, aid: string): Promise<boolean> {
  const { sw } = await session.transmit(selectApplication(fromHex(aid) ?? new Uint8Array()))
  return sw === 0x9000
}

/** Selects a file of the present application. */
export async function openFile(session: CardSession, id: number): Promise<void> {
  const { sw } = await session.transmit(selectFile(id))
  if (sw !== 0x9000) throw statusError(sw)
}

/**
 * A transparent file that holds one TLV object: exactly that object, its padding left out. A file that ends before its
 * object does is a PROTOCOL_ERROR.
 */
export async function readTlvFile(session: CardSession, id: number): Promise<Uint8Array> {
  await openFile(session, id)
  let bytes = new Uint8Array()
  for (;;) {
    const whole = wholeLength(bytes)
    if (whole !== undefined && whole > FILE_BYTES_MAX) throw new CardError('PROTOCOL_ERROR')
    if (whole !== undefined && bytes.length >= whole) return bytes.slice(0, whole)
    const wanted = whole === undefined ? STEP : Math.min(STEP, whole - bytes.length)
    const { data, sw } = await session.transmit(readBinary(bytes.length, wanted))
    // 6282: the file ends here.
    if (sw !== 0x9000 && sw !== 0x6282) throw statusError(sw)
    if (data.length === 0 || bytes.length + data.length > FILE_BYTES_MAX)
      throw new CardError('PROTOCOL_ERROR')
    bytes = Uint8Array.from([...bytes, ...data])
    if (sw === 0x6282 && bytes.length < (wholeLength(bytes) ?? Infinity))
      throw new CardError('PROTOCOL_ERROR')
  }
}
