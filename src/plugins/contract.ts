/**
 * All that a plugin may see of us. A plugin is data plus `start`; importing it does nothing.
 * Inputs, outputs and configuration have JSON Schemas, so that `check` holds every use in YAML against them.
 */
import type { Json, JsonObject, JsonSchema, Locale } from '../form/form.ts'

export const PLUGIN_API_VERSION = 1

export type Plugin = {
  readonly name: string
  readonly apiVersion: typeof PLUGIN_API_VERSION
  /** JSON Schema of its configuration (an object). */
  readonly config: JsonSchema
  readonly permissions: readonly Permission[]
  /** By name: `facility-master` offers `facility`, used in YAML as `facility-master.facility`. */
  readonly lookups?: { readonly [name: string]: LookupFunction }
  /** By effect name: `mail.send`. */
  readonly effects?: { readonly [name: string]: EffectFunction }
  /** It looks for viruses in files: `Started.scan`. */
  readonly scans?: true
  start(config: JsonObject, host: Host): Promise<Started>
}

export type Permission = 'facilities:read' | 'files:write' | 'network'

export type LookupFunction = {
  readonly input: JsonSchema
  /** Properties marked `"x-secret": true` never leave the server. */
  readonly output: JsonSchema
  /**
   * What it is for, and by which field type it is used: a `record` is looked up; `candidates` (a list under this name, each
   * with a `label`) are offered for other fields; a `verdict` is only found or missing. Default: record.
   */
  readonly gives?: 'record' | 'candidates' | 'verdict'
  /** Questions one visitor (address) may ask, so that the source cannot be harvested. */
  readonly limit: { readonly times: number; readonly perMs: number }
}
export type EffectFunction = { readonly payload: JsonSchema; readonly result: JsonSchema }

export type Started = {
  readonly lookups?: {
    readonly [name: string]: (input: JsonObject, call: Call) => Promise<LookupAnswer>
  }
  readonly effects?: {
    readonly [name: string]: (payload: JsonObject, call: Call) => Promise<EffectResult>
  }
  /** Reads a whole file and says what it is. Anything but a verdict is `retry`: no verdict is never clean. */
  readonly scan?: (content: AsyncIterable<Uint8Array>, call: Call) => Promise<ScanAnswer>
  stop?(): Promise<void>
}

export type Call = {
  /** The same for every attempt of one piece of work: the job id. */
  readonly idempotencyKey: string
  readonly signal: AbortSignal
}

export type ScanAnswer =
  | { readonly status: 'clean' }
  /** The scanner's name for what it found. */
  | { readonly status: 'infected'; readonly name: string }
  | { readonly status: 'retry'; readonly reason: string }

export type LookupAnswer =
  { readonly status: 'found'; readonly value: JsonObject } | { readonly status: 'missing' }

export type EffectResult =
  | { readonly status: 'done'; readonly result: Json }
  | { readonly status: 'retry'; readonly afterMs?: number; readonly reason: string }
  | { readonly status: 'waiting'; readonly untilMs: number; readonly reason: string }
  | { readonly status: 'rejected'; readonly reason: string }

/** What the host lends a plugin, as far as its permissions go. */
export type Host = {
  readonly log: (level: 'info' | 'warn' | 'error', message: string, data?: JsonObject) => void
  readonly now: () => Date
  /** With `facilities:read`. */
  readonly facilities?: {
    find(query: FacilityQuery): Promise<FacilityFound | undefined>
    /** Whether the master has just this on record, compared in constant time; the recorded value itself is never told. */
    matches(claim: FacilityClaim): Promise<boolean>
  }
  /** With `files:write`: a folder of the plugin's own below DATA_DIR. */
  readonly folder?: string
}

/** Exactly one of the two ways to name a facility. */
export type FacilityQuery = { readonly portal?: string; readonly facilityType: string } & (
  { readonly registrationNumber: string } | { readonly prefecture: string; readonly code7: string }
)
/** What somebody says of a facility: its bank account, or the birth date of the practitioner of one registration number. */
export type FacilityClaim = { readonly portal?: string; readonly facilityId: string } & (
  { readonly bankAccount: string } | { readonly identifier: string; readonly birthDate: string }
)
export type FacilityFound = {
  readonly portal: string
  readonly facilityId: string
  readonly facilityType: string
  /** The registration number or prefecture and code7 asked for, folded: the key under which one account may exist. */
  readonly identifier: string
  readonly name: string
  readonly founder: string
  readonly postalCode: string
  readonly address: string
  readonly phone: string
  readonly status: string
  /** An active account with this identifier exists. */
  readonly hasAccount: boolean
  /** An active account of this facility exists. */
  readonly hasActiveUser: boolean
  /** Secret: the code for further users of the facility, '' when there is none yet. */
  readonly code: string
}

/** Payload of the effect `mail.send`: one finished mail to one recipient. */
export type Message = {
  readonly from: { readonly name: string; readonly address: string }
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** `<job id@host of the sender>`: the same for every attempt. */
  readonly messageId: string
  /** ISO 8601 UTC. */
  readonly date: string
}
const MESSAGE_TEXT: JsonSchema = { type: 'string', minLength: 1 }
export const MESSAGE_SCHEMA: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['from', 'to', 'subject', 'text', 'html', 'messageId', 'date'],
  properties: {
    from: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'address'],
      properties: { name: { type: 'string' }, address: MESSAGE_TEXT },
    },
    to: MESSAGE_TEXT,
    subject: MESSAGE_TEXT,
    text: MESSAGE_TEXT,
    html: MESSAGE_TEXT,
    messageId: MESSAGE_TEXT,
    date: MESSAGE_TEXT,
  },
}

/**
 * Payload of the effect `pdf.render`: one finished document, every text filled in and literal. What it looks like on paper
 * is the plugin's business; there is no way to say more than this, so no text of a user can become anything but text.
 */
export type Sheet = {
  readonly title: string
  readonly language: Locale
  readonly size: 'A4' | 'A5'
  /** ISO 8601 UTC: the document's date. The same sheet gives the same bytes. */
  readonly date: string
  /** On every page. `page` is replaced by its number, `pages` by how many there are. */
  readonly header: readonly PageText[]
  readonly footer: readonly PageText[]
  readonly blocks: readonly SheetBlock[]
}
export type PageText = { readonly text: string } | { readonly number: 'page' | 'pages' }
export type SheetBlock =
  | { readonly kind: 'heading'; readonly level: 1 | 2; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string; readonly align: Align }
  /** Set apart in a frame. */
  | { readonly kind: 'note'; readonly text: string }
  /** Label and value in two columns. */
  | { readonly kind: 'rows'; readonly rows: readonly SheetRow[] }
  | {
      readonly kind: 'table'
      readonly columns: readonly { readonly label: string; readonly align: Align }[]
      readonly rows: readonly (readonly string[])[]
    }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly string[] }
  | { readonly kind: 'qr'; readonly value: string; readonly caption: string }
  | { readonly kind: 'new-page' }
export type SheetRow = {
  readonly label: string
  readonly value: string
  /** `credential`: large, in letters no two of which look alike, for what is typed off the paper. */
  readonly face: 'plain' | 'credential'
}
export type Align = 'left' | 'center' | 'right'

/** Longest text of one block, and how many there may be: enough for any notice, too little to hold up the worker. */
export const SHEET_LIMITS = { textLength: 10_000, blocks: 1_000, rows: 2_000 } as const

const line: JsonSchema = { type: 'string', maxLength: SHEET_LIMITS.textLength }
const aligned: JsonSchema = { type: 'string', enum: ['left', 'center', 'right'] }
const many = (items: JsonSchema): JsonSchema => ({
  type: 'array',
  items,
  maxItems: SHEET_LIMITS.rows,
})
const closed = (properties: { readonly [name: string]: JsonSchema }): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
})
const block = (kind: SheetBlock['kind'], properties: { readonly [name: string]: JsonSchema }) =>
  closed({ kind: { type: 'string', const: kind }, ...properties })
const pageText: JsonSchema = {
  type: 'array',
  maxItems: 100,
  items: { oneOf: [closed({ text: line }), closed({ number: { enum: ['page', 'pages'] } })] },
}
export const SHEET_SCHEMA: JsonSchema = closed({
  title: line,
  language: { type: 'string', enum: ['ja', 'en'] },
  size: { type: 'string', enum: ['A4', 'A5'] },
  date: { type: 'string', minLength: 1 },
  header: pageText,
  footer: pageText,
  blocks: {
    type: 'array',
    maxItems: SHEET_LIMITS.blocks,
    items: {
      oneOf: [
        block('heading', { level: { enum: [1, 2] }, text: line }),
        block('paragraph', { text: line, align: aligned }),
        block('note', { text: line }),
        block('rows', {
          rows: many(closed({ label: line, value: line, face: { enum: ['plain', 'credential'] } })),
        }),
        block('table', {
          columns: many(closed({ label: line, align: aligned })),
          rows: many(many(line)),
        }),
        block('list', { isOrdered: { type: 'boolean' }, items: many(line) }),
        block('qr', { value: line, caption: line }),
        block('new-page', {}),
      ],
    },
  },
})

/** What `pdf.render` gives back. */
export type Pdf = {
  /** The file in base64. */
  readonly pdf: string
  readonly pages: number
  /** Characters drawn in another form than asked for, with where they stand. */
  readonly notes: readonly string[]
}
export const PDF_SCHEMA: JsonSchema = closed({
  pdf: { type: 'string' },
  pages: { type: 'integer' },
  notes: { type: 'array', items: { type: 'string' } },
})
