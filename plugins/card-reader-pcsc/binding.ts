import type { CardErrorCode } from '../../src/cards/contract.ts'

/** The service of the readers, as this driver needs it: each way to it has a file that offers this. */
export type Binding = {
  /** Begins to watch; throws when there is no service. Once for each binding. */
  open(watch: Watch): Promise<void>
  /** Ends watching. Never throws, whether the service is there or not. */
  close(): void
  connect(reader: string): Promise<BoundCard>
}

export type Watch = {
  /** A reader, and the answer to reset of the card in it; undefined: none that answers. */
  readonly onReader: (name: string, atr: Uint8Array | undefined) => void
  readonly onGone: (name: string) => void
  /** The service has ended: nothing more will come, a new binding must be opened. */
  readonly onDown: () => void
}

export type BoundCard = {
  readonly atr: Uint8Array
  begin(): Promise<void>
  end(how: 'reset' | 'leave'): Promise<void>
  reconnect(): Promise<void>
  transmit(command: Uint8Array): Promise<Uint8Array>
  close(how: 'reset' | 'leave'): Promise<void>
}

/** Codes of the service, as the ways word them: `RemovedCard`, `SCARD_W_REMOVED_CARD`, `0x80100069`. */
const CODES: readonly (readonly [CardErrorCode, RegExp])[] = [
  ['CARD_REMOVED', /removed_?card|80100069|not_?transacted|80100016/],
  ['CARD_RESET', /reset_?card|80100068/],
  ['NO_CARD', /no_?smart_?card|8010000c/],
  ['CARD_MUTE', /unpowered_?card|unresponsive_?card|80100067|80100066/],
  ['READER_BUSY', /sharing_?violation|8010000b/],
  ['READER_REMOVED', /unknown_?reader|reader_?unavailable|80100009|80100017/],
  ['CAPABILITY_MISSING', /unsupported_?feature|8010001f/],
  [
    'SERVICE_DOWN',
    /no_?service|service_?stopped|comm_?error|invalid_?handle|8010001d|8010001e|80100013|80100003/,
  ],
  ['PROTOCOL_ERROR', /proto_?mismatch|insufficient_?buffer|8010000f|80100008/],
]

export function codeOf(thrown: unknown): CardErrorCode {
  const { code, message } = (thrown ?? {}) as {
    readonly code?: unknown
    readonly message?: unknown
  }
  const text = `${String(code)} ${String(message)}`.toLowerCase().replaceAll('-', '_')
  return CODES.find(([, pattern]) => pattern.test(text))?.[0] ?? 'INTERNAL'
}
