/**
 * All that a card plugin may see of us: reader drivers, card profiles and file sources (docs/plugins.md). A card plugin is
 * a folder with `manifest.json`, which is checked before any of its code loads, and `index.ts`, whose default export is
 * one of the three shapes below. It runs in a process of its own on the computer the reader hangs on.
 */
import type { Json, JsonObject, JsonSchema, Text } from '../form/form.ts'
import type { CardErrorCode, CardErrorDetail } from './errors.ts'

export { CardError, type CardErrorCode } from './errors.ts'

/** A plugin's major must be the host's, its minor at most the host's. */
export const CARD_API_VERSION = { major: 1, minor: 0 } as const

/** What each number of a result is worth as proof; never more than was checked. */
export type Assurance = 'none' | 'read' | 'card-proved' | 'cert-verified' | 'revocation-checked'

export type Operation = 'identify' | 'attributes' | 'certificate' | 'challenge'
export type Known = 'yes' | 'no' | 'unknown'
export type Sensitivity = 'public' | 'personal' | 'secret'

export type CardManifest = {
  /** The name of the folder. */
  readonly id: string
  readonly version: string
  /** `1.0` */
  readonly apiVersion: string
  readonly kind: 'reader' | 'card-profile' | 'file-source'
  readonly status: 'experimental' | 'testing' | 'production'
  readonly label: Text
  readonly licence: string
  readonly platforms: readonly ('linux' | 'darwin' | 'win32')[]
  /** JSON Schema of its configuration; secrets are marked `"x-secret": true`. */
  readonly config: JsonSchema
  /** `pcsc`, `fs:<key of the configuration>`. */
  readonly permissions: readonly string[]
  /** Milliseconds: one command to the card, and everything together. */
  readonly timeouts: { readonly commandMs: number; readonly sessionMs: number }
  /** Of a card profile. */
  readonly card?: CardAccess
}

/** What a profile does on a card. The host lets no other command through. */
export type CardAccess = {
  /** Applications by their whole name, in hexadecimal. */
  readonly aids: readonly string[]
  /** Commands by their CLA and INS bytes, in hexadecimal: `00B0`. */
  readonly commands: readonly string[]
  readonly operations: { readonly [operation in Operation]?: OperationAccess }
  readonly pins?: { readonly [ref: string]: PinTemplate }
}
export type OperationAccess = {
  readonly assurance: Assurance
  /** What it emits, and how it must be treated. */
  readonly fields: { readonly [name: string]: Sensitivity }
  /** The PIN asked for, by its name below `pins`. */
  readonly pin?: string
}

/** How the host checks a PIN; the profile never sees one. */
export type PinTemplate = {
  readonly label: Text
  readonly aid: string
  /** File of the key, in hexadecimal: `0018`. */
  readonly file: string
  readonly p2: number
  readonly min: number
  readonly max: number
  readonly characters: 'digits' | 'upper-alphanumeric'
}

// Reader drivers.

export type ReaderInfo = {
  /** Stable for one device when the system allows; never a serial number. */
  readonly id: string
  readonly label: string
  readonly capabilities: {
    readonly contact: Known
    readonly contactless: Known
    readonly uid: Known
    readonly exclusive: Known
    readonly extendedApdu: Known
    readonly pinPad: Known
    readonly display: Known
  }
  /** Most bytes of a command; undefined when unknown. */
  readonly maxApdu?: number
}

export type ReaderEvent =
  | { readonly kind: 'reader-added'; readonly reader: ReaderInfo }
  | { readonly kind: 'reader-removed'; readonly readerId: string }
  | { readonly kind: 'reader-stuck'; readonly readerId: string }
  | { readonly kind: 'card-present'; readonly readerId: string; readonly atr: Uint8Array }
  | { readonly kind: 'card-absent'; readonly readerId: string }
  | { readonly kind: 'service-down' }
  | { readonly kind: 'service-up' }

export type DriverContext = {
  readonly config: JsonObject
  readonly emit: (event: ReaderEvent) => void
  readonly clock: Clock
  /** Names of things and codes only; never bytes of a card. */
  readonly log: (message: string, data?: JsonObject) => void
}

/** Time as it is lent to plugins and host, so that tests can make it pass. */
export type Clock = {
  readonly now: () => number
  /** Calls back once; the function returned calls it off. */
  readonly after: (ms: number, fire: () => void) => () => void
}

export type ReaderDriver = {
  /** Twice is as good as once. */
  start(): Promise<void>
  /** Settles within two seconds, whatever the hardware does. */
  stop(): Promise<void>
  readers(): readonly ReaderInfo[]
  connect(readerId: string, mode: 'shared' | 'exclusive'): Promise<CardConnection>
}

/** The rules of measured hardware are the driver's: an answer of fewer than two bytes is CARD_REMOVED, never success. */
export type CardConnection = {
  readonly atr: Uint8Array
  /** Waits until nobody else holds the card. */
  begin(): Promise<void>
  end(how: 'reset' | 'leave'): Promise<void>
  /** After CARD_RESET: the card again, with nothing selected. */
  reconnect(): Promise<void>
  transmit(command: Uint8Array): Promise<Uint8Array>
  close(how: 'reset' | 'leave'): Promise<void>
}

export type ReaderPlugin = { create(context: DriverContext): ReaderDriver }

// Card profiles.

export type CardSession = {
  readonly atr: Uint8Array
  /** Changes with every reset of the card: what was selected or proved before is gone. */
  readonly generation: number
  /** One command within the manifest. 61xx and 6Cxx are dealt with; other status words are the profile's to judge. */
  transmit(command: {
    readonly cla: number
    readonly ins: number
    readonly p1: number
    readonly p2: number
    readonly data?: Uint8Array
    readonly le?: number
  }): Promise<{ readonly data: Uint8Array; readonly sw: number }>
}

export type ProfileContext = {
  readonly pin: {
    /** The host asks the person and sends the PIN; it throws a PIN_ error unless the card accepted it. */
    verify(ref: string): Promise<void>
    /** Tries left, read without costing one; undefined when the card does not say. */
    triesLeft(ref: string): Promise<number | undefined>
  }
  /** Of `attributes`: only these are wanted. */
  readonly fields: readonly string[]
  /** Of `challenge`: SHA-256 of the statement to be signed, made by the host. */
  readonly digest?: Uint8Array
}

/** What a profile returns; the host adds reader, profile, version, time. */
export type ProfileResult =
  | { readonly kind: 'uid'; readonly uid: Uint8Array }
  | { readonly kind: 'card-type'; readonly name: string }
  | { readonly kind: 'attributes'; readonly attributes: { readonly [name: string]: string } }
  | { readonly kind: 'certificate'; readonly certificate: Uint8Array }
  | {
      readonly kind: 'challenge-response'
      readonly certificate: Uint8Array
      readonly signature: Uint8Array
    }

export type ProfilePlugin = {
  /** 0 to 1: how sure it is that it knows the card in the reader. */
  match(session: CardSession): Promise<number>
  operations: {
    readonly [operation in Operation]?: (
      session: CardSession,
      context: ProfileContext,
    ) => Promise<ProfileResult>
  }
}

// File sources.

export type FileEvent =
  | { readonly kind: 'file-accepted'; readonly data: JsonObject }
  | {
      readonly kind: 'file-refused'
      readonly code: 'FILE_PARTIAL' | 'FILE_REJECTED' | 'FILE_CONFLICT'
    }

export type FileSourceContext = {
  readonly config: JsonObject
  readonly emit: (event: FileEvent) => void
  readonly clock: Clock
  readonly log: (message: string, data?: JsonObject) => void
}
export type FileSource = {
  start(): Promise<void>
  stop(): Promise<void>
  /** Looks once; the host calls it at the interval it was given. */
  poll(): Promise<void>
}
export type FileSourcePlugin = { create(context: FileSourceContext): FileSource }

// What leaves the host.

type Origin = {
  readonly operation: Operation
  /** Id and version of the profile: `card-profile-mynumber@1.0.0`. */
  readonly profile: string
  /** Id and version of the driver. */
  readonly reader: string
  /** ISO 8601 UTC. */
  readonly at: string
  readonly assurance: Assurance
}

/** Bytes are base64. Never a raw dump of a card. */
export type CardResult =
  | (Origin & { readonly kind: 'uid'; readonly uid: string })
  | (Origin & { readonly kind: 'card-type'; readonly name: string })
  | (Origin & {
      readonly kind: 'attributes'
      readonly attributes: { readonly [name: string]: string }
    })
  | (Origin & { readonly kind: 'certificate'; readonly certificate: string })
  | (Origin & {
      readonly kind: 'challenge-response'
      readonly certificate: string
      readonly signature: string
    })
  | (Origin & {
      readonly kind: 'eligibility-file'
      readonly data: { readonly [name: string]: Json }
    })
  | {
      readonly kind: 'none'
      readonly code: CardErrorCode
      readonly detail: CardErrorDetail
    }
