import { fromHex, selectApplication, selectFile } from './apdu.ts'
import type { Clock, PinTemplate } from './contract.ts'
import { withDeadline } from './deadline.ts'
import { CardError } from './errors.ts'
import type { Filter } from './filter.ts'
import type { HostSession } from './session.ts'

/** What the person at the PC is asked. */
export type PinQuestion = {
  readonly label: PinTemplate['label']
  /** undefined when the card does not say: treated as one. */
  readonly triesLeft: number | undefined
  /** The person must say that a locked card is a risk they take. */
  readonly isLastTry: boolean
  readonly min: number
  readonly max: number
  readonly characters: PinTemplate['characters']
}

/** Typed on the PC's own window; the bytes are overwritten as soon as they were sent. */
export type PinAnswer =
  | { readonly kind: 'pin'; readonly pin: Uint8Array; readonly acceptsLastTry: boolean }
  | { readonly kind: 'cancelled' }

export type AskPin = (question: PinQuestion, signal: AbortSignal | undefined) => Promise<PinAnswer>

export type PinDeps = {
  readonly session: HostSession
  readonly filter: Filter
  readonly template: PinTemplate
  readonly clock: Clock
  readonly ask: AskPin
  readonly answerMs: number
  readonly signal?: AbortSignal
}

const CHARACTERS = {
  digits: /^[0-9]+$/,
  'upper-alphanumeric': /^[0-9A-Z]+$/,
}

/**
 * Tries left by an empty VERIFY, which costs none; undefined when the card does not say. Leaves the key's file selected.
 * 9000 means that another program has unlocked the card: nothing is known then.
 */
export async function readTriesLeft({
  session,
  filter,
  template,
}: Pick<PinDeps, 'session' | 'filter' | 'template'>): Promise<number | undefined> {
  const aid = fromHex(template.aid) ?? new Uint8Array()
  filter.selected(template.aid)
  const selected = await session.send(selectApplication(aid))
  const file =
    selected.sw === 0x9000 && (await session.send(selectFile(Number.parseInt(template.file, 16))))
  if (!file || file.sw !== 0x9000) throw new CardError('CARD_UNSUPPORTED')
  const { sw } = await session.sendBytes(Uint8Array.of(0x00, 0x20, 0x00, template.p2))
  return triesIn(sw)
}

/** One attempt: tries left are read first, the person is asked once, the PIN is sent at most once. */
export async function verifyPin(deps: PinDeps): Promise<void> {
  const { session, template, ask, clock, answerMs, signal } = deps
  const triesLeft = await readTriesLeft(deps)
  if (triesLeft === 0) throw new CardError('PIN_BLOCKED')
  const isLastTry = triesLeft === undefined || triesLeft <= 1
  const { label, min, max, characters, p2 } = template
  const answer = await withDeadline(
    clock,
    answerMs,
    signal,
    ask({ label, triesLeft, isLastTry, min, max, characters }, signal),
  ).catch((cause: unknown) => {
    throw cause instanceof CardError && cause.code === 'TIMEOUT'
      ? new CardError('PIN_TIMEOUT')
      : cause
  })
  if (answer.kind === 'cancelled') throw new CardError('PIN_CANCELLED')
  const { pin } = answer
  try {
    if (isLastTry && !answer.acceptsLastTry) throw new CardError('PIN_CANCELLED')
    // An empty one would be a question for the tries left, and no card takes another length.
    if (pin.length < min || pin.length > max || !CHARACTERS[characters].test(ascii(pin)))
      throw new CardError('PIN_FORMAT')
    const command = Uint8Array.of(0x00, 0x20, 0x00, p2, pin.length, ...pin)
    try {
      const { sw } = await session.sendBytes(command)
      if (sw === 0x9000) return
      const left = triesIn(sw)
      if (left === 0) throw new CardError('PIN_BLOCKED')
      if (left !== undefined) throw new CardError('PIN_WRONG', { triesLeft: left })
      throw new CardError('APDU_STATUS', { sw })
    } finally {
      command.fill(0)
    }
  } finally {
    pin.fill(0)
  }
}

/** 63Cx: x tries; 6983 and 6984: none. */
function triesIn(sw: number): number | undefined {
  if (sw === 0x6983 || sw === 0x6984) return 0
  return (sw & 0xfff0) === 0x63c0 ? sw & 0x0f : undefined
}

function ascii(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : '\u0000')).join('')
}
