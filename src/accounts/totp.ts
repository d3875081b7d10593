import { createHmac, timingSafeEqual } from 'node:crypto'

/** Codes of authenticator apps: TOTP (RFC 6238) with what every app knows, SHA-1, six digits, 30 seconds. */
const STEP_MS = 30_000
const DIGITS = 6
/** Clocks of phones go wrong by a little: the code before and the one after count too. */
const STEPS_AROUND = [0, -1, 1] as const
/** As long as the output of SHA-1 (RFC 4226 §4). */
export const SECRET_BYTES = 20

/** Which code is shown at a moment: whole steps since 1970. */
export function stepAt(now: Date): number {
  return Math.floor(now.getTime() / STEP_MS)
}

/** HOTP (RFC 4226 §5.3) of a step: `digits` digits. */
export function codeAt(secret: Uint8Array, step: number, digits = DIGITS): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = mac.readUInt8(mac.length - 1) & 0x0f
  const number = mac.readUInt32BE(offset) & 0x7fff_ffff
  return String(number % 10 ** digits).padStart(digits, '0')
}

/** The step whose code was typed, as near to `now` as there is one; undefined: the code is wrong or too old. */
export function matchingStep(secret: Uint8Array, code: string, now: Date): number | undefined {
  const typed = Buffer.from(code)
  const around = STEPS_AROUND.map((more) => stepAt(now) + more)
  return around.find((step) => {
    const right = Buffer.from(codeAt(secret, step))
    return typed.length === right.length && timingSafeEqual(typed, right)
  })
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** RFC 4648 base32 without padding: how apps take a secret that is typed. */
export function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => BASE32.charAt(parseInt(five.padEnd(5, '0'), 2)))
    .join('')
}

/** The address that apps read from a QR code. */
export function enrolmentAddress(of: {
  readonly secret: Uint8Array
  /** Where the code is for, as the app shows it. */
  readonly issuer: string
  readonly login: string
}): string {
  const label = [of.issuer, of.login].map(encodeURIComponent).join(':')
  const query = new URLSearchParams({ secret: base32(of.secret), issuer: of.issuer })
  return `otpauth://totp/${label}?${query.toString().replaceAll('+', '%20')}`
}
