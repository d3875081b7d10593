import {
  decodeCommand,
  decodeResponse,
  encodeCommand,
  type Command,
  type Response,
} from './apdu.ts'
import type { CardConnection, CardSession, Clock } from './contract.ts'
import { withDeadline } from './deadline.ts'
import { asCardError, CardError } from './errors.ts'
import type { Filter } from './filter.ts'

export type SessionOptions = {
  readonly connection: CardConnection
  readonly clock: Clock
  readonly filter: Filter
  /** For one command. */
  readonly commandMs: number
  readonly signal?: AbortSignal
}

/** What the host holds of a card while it works on it. */
export type HostSession = {
  /** What a profile is lent: filtered. */
  readonly lent: CardSession
  /** The host's own commands: selecting for a PIN, and the PIN. */
  send(command: Command): Promise<Response>
  sendBytes(command: Uint8Array): Promise<Response>
  /** The command the hardware has not answered yet; undefined when it is idle. */
  pending(): Promise<unknown> | undefined
}

/** GET RESPONSE asked for again and again: no file of these cards needs more. */
const CONTINUATIONS_MAX = 300
const REPLY_BYTES_MAX = 65_538

/** One card in one reader: every command with its deadline, every answer held against what a card may answer. */
export function createSession(options: SessionOptions): HostSession {
  const { connection, clock, filter, commandMs, signal } = options
  let generation = 1
  let pending: Promise<unknown> | undefined

  async function exchange(command: Uint8Array): Promise<Response> {
    if (pending) throw new CardError('READER_STUCK')
    if (signal?.aborted) throw new CardError('ABORTED')
    const sent = connection.transmit(command)
    const settled = sent.then(
      () => undefined,
      () => undefined,
    )
    pending = settled
    void settled.then(() => {
      if (pending === settled) pending = undefined
    })
    try {
      const bytes = await withDeadline(clock, commandMs, signal, sent)
      if (bytes.length > REPLY_BYTES_MAX) throw new CardError('PROTOCOL_ERROR')
      const response = decodeResponse(bytes)
      // Measured: a card pulled out of the reader is a short answer, not an error.
      if (!response) throw new CardError('CARD_REMOVED')
      return response
    } catch (thrown) {
      const error = asCardError(thrown)
      if (error.code === 'CARD_RESET') {
        generation += 1
        filter.selected(undefined)
      }
      throw error
    }
  }

  /** With what 61xx and 6Cxx ask for. */
  async function complete(bytes: Uint8Array): Promise<Response> {
    const command = decodeCommand(bytes)
    let response = await exchange(bytes)
    if (response.sw >> 8 === 0x6c && command)
      response = await exchange(encodeCommand({ ...command, le: response.sw & 0xff || 256 }))
    if (command?.le !== undefined && response.data.length > command.le)
      throw new CardError('PROTOCOL_ERROR')
    const parts = [response.data]
    for (let rounds = 0; response.sw >> 8 === 0x61; rounds++) {
      if (rounds >= CONTINUATIONS_MAX) throw new CardError('PROTOCOL_ERROR')
      const le = response.sw & 0xff || 256
      const cla = (bytes[0] ?? 0) & 0x03
      response = await exchange(encodeCommand({ cla, ins: 0xc0, p1: 0, p2: 0, le }))
      parts.push(response.data)
    }
    return { data: Uint8Array.from(parts.flatMap((part) => [...part])), sw: response.sw }
  }

  const lent: CardSession = {
    get atr() {
      return connection.atr
    },
    get generation() {
      return generation
    },
    async transmit(command) {
      const bytes = encodeCommand(command)
      if (!filter.allows(bytes)) throw new CardError('DENIED_BY_POLICY')
      return complete(bytes)
    },
  }
  return {
    lent,
    send: (command) => complete(encodeCommand(command)),
    // Not repeated for any status word: a PIN is sent once.
    sendBytes: exchange,
    pending: () => pending,
  }
}
