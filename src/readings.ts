import { randomBytes, randomInt, type X509Certificate } from 'node:crypto'
import type { Assurance, CardResult } from './cards/contract.ts'
import { isCardErrorCode, type CardErrorCode, type CardErrorDetail } from './cards/errors.ts'
import { verifyChallenge } from './cards/verify.ts'
import { typeOf } from './form/evaluate.ts'
import type { CardReadingOptions } from './form/fields/card-reading.ts'
import type { Answer, Answers, Field, Form, Json, JsonObject, Locale } from './form/form.ts'
import { canonicalJson, sha256 } from './hash.ts'
import type { Keys } from './keys.ts'
import {
  answerChallenge,
  claimByCode,
  countCardError,
  fileReading,
  handIn,
  keepChallenge,
  offerByCode,
  resultFor,
  seeAgent,
} from './store/cards.ts'
import type { Store } from './store/open.ts'
import { countAgainst } from './store/throttle.ts'

/** What a page is told to ask a card program for. */
export type Work = {
  readonly nonce: string
  readonly operation: CardReadingOptions['operation']
  readonly fields: readonly string[]
  readonly purpose: string
  readonly portal: string
}

/** Whoever asks for a reading: only the same may answer. */
export type Asker = {
  readonly form: Form
  readonly field: Field
  /** Key of the page's sitting at the form. */
  readonly sitting: string
  readonly accountId: string
}

export type Answered =
  | {
      readonly kind: 'read'
      /** What the form posts in the field: sealed, and of use in this field only. */
      readonly receipt: string
      readonly assurance: Assurance
      /** Texts for fields, by their id. */
      readonly values: { readonly [fieldId: string]: string }
    }
  | { readonly kind: 'failed'; readonly code: CardErrorCode; readonly detail: CardErrorDetail }
  /** The nonce is unknown, another's, too old, or used. */
  | { readonly kind: 'stale' }

export type Readings = {
  /** undefined: asked too often. */
  begin(asker: Asker, locale: Locale, portal: string, address: string): Promise<Work | undefined>
  answer(asker: Asker, nonce: string, result: Json, agent: Json): Promise<Answered>
  /** A code that stands for the work at `claim`; undefined when the nonce is no longer good. */
  offer(asker: Asker, nonce: string, locale: Locale, portal: string): Promise<string | undefined>
  claim(code: string, address: string): Promise<(Work & { readonly ticket: string }) | undefined>
  handIn(ticket: string, result: Json, agent: Json): Promise<boolean>
  /** What a card program has handed in meanwhile. */
  collect(
    asker: Asker,
    nonce: string,
  ): Promise<{ readonly result: Json; readonly agent: Json } | undefined>
  /** What is stored for a receipt; undefined when it cannot be used (again). */
  file(
    asker: Omit<Asker, 'sitting'>,
    receipt: string,
    answers: Answers,
    isDry: boolean,
  ): Promise<JsonObject | undefined>
}

export type ReadingDeps = {
  readonly store: Store
  readonly keys: Keys
  readonly clock: () => Date
  /** Whom a card's certificate must come from; none: challenges prove the card only. */
  readonly anchors: readonly X509Certificate[]
  /** Of our own pages, as browsers write them. */
  readonly origins: readonly string[]
}

/** A person needs time for consent, card and PIN; nobody needs longer (a nonce lives two minutes at most). */
const NONCE_MS = 120_000
const NONCE_BYTES = 32
/** A receipt is good for one sitting at the form. */
const RECEIPT_MS = 3_600_000
const BEGIN_LIMIT = { times: 30, perMs: 60_000 }
const CLAIM_LIMIT = { times: 20, perMs: 60_000 }
const CODE_ALPHABET = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const CODE_LENGTH = 8
const TEXT_LENGTH_MAX = 1_000
const BASE64_LENGTH_MAX = 12_000

/** The server's side of card readings: nonces, verdicts, receipts. Nothing that was read is stored but sealed, for two minutes. */
export function createReadings(deps: ReadingDeps): Readings {
  const { store, keys, clock, anchors, origins } = deps

  async function tell(agent: Json): Promise<void> {
    const seen = agentOf(agent)
    if (seen) await store.write((tx) => seeAgent(tx, seen, clock()))
  }

  return {
    async begin(asker, locale, portal, address) {
      const now = clock()
      const nonce = randomBytes(NONCE_BYTES).toString('base64url')
      const isAllowed = await store.write(async (tx) => {
        const { allowed } = await countAgainst(tx, `card:${address}`, BEGIN_LIMIT, now)
        if (allowed)
          await keepChallenge(tx, {
            ...wishOf(asker, nonce),
            at: now,
            expiresAt: new Date(now.getTime() + NONCE_MS),
          })
        return allowed
      })
      if (!isAllowed) return undefined
      return workFor(asker, nonce, locale, portal)
    },

    async answer(asker, nonce, json, agent) {
      const now = clock()
      const wish = wishOf(asker, nonce)
      if (!(await store.write((tx) => answerChallenge(tx, wish, now)))) return { kind: 'stale' }
      await tell(agent)
      const fail = async (code: CardErrorCode, detail: CardErrorDetail = {}): Promise<Answered> => {
        await store.write((tx) => countCardError(tx, code, now))
        return { kind: 'failed', code, detail }
      }
      const result = resultOf(json)
      if (!result) return fail('PROTOCOL_ERROR')
      if (result.kind === 'none') return fail(result.code, result.detail)
      const { operation, purpose, into = {} } = optionsOf(asker.field)
      if (result.operation !== operation || !ANSWERS[operation].includes(result.kind))
        return fail('PROTOCOL_ERROR')
      const kept = {
        operation,
        profile: result.profile,
        reader: result.reader,
        at: now.toISOString(),
      }
      // A number a card shows and a key it proves are never the same subject, whatever they read.
      const subjectOf = (text: string) =>
        keys.derive('card-subject', `${asker.form.portal}\n${operation}\n${text}`)
      let answer: JsonObject & { readonly assurance: Assurance }
      const values: Record<string, string> = {}
      if (result.kind === 'challenge-response') {
        const purposes = Object.values(purpose)
        const statements = origins.flatMap((origin) =>
          purposes.map((one) => ({ origin, nonce, purpose: one })),
        )
        const verified = verifyChallenge(result, statements, anchors, now)
        if (!verified) return fail('DENIED_BY_POLICY')
        answer = { ...kept, assurance: verified.assurance, subject: subjectOf(verified.subject) }
      } else if (result.kind === 'attributes') {
        for (const [fieldId, item] of Object.entries(into)) {
          const value = result.attributes[item]
          if (value !== undefined && value !== '') values[fieldId] = value
        }
        answer = { ...kept, assurance: 'read' }
      } else if (result.kind === 'uid')
        answer = { ...kept, assurance: 'none', subject: subjectOf(result.uid) }
      else answer = { ...kept, assurance: 'none' }
      const until = new Date(now.getTime() + RECEIPT_MS).toISOString()
      const receipt = {
        nonceHash: wish.nonceHash,
        until,
        answer,
        values: Object.fromEntries(
          Object.entries(values).map(([id, value]) => [
            id,
            digest(keys, read(asker.form, id, value)),
          ]),
        ),
      }
      return {
        kind: 'read',
        receipt: keys.seal('card-receipt', JSON.stringify(receipt), placeOf(asker)),
        assurance: answer.assurance,
        values,
      }
    },

    async offer(asker, nonce, locale, portal) {
      const work = workFor(asker, nonce, locale, portal)
      const code = Array.from(
        { length: CODE_LENGTH },
        () => CODE_ALPHABET[randomInt(CODE_ALPHABET.length)],
      ).join('')
      const wish = wishOf(asker, nonce)
      const sealed = keys.seal('card-work', JSON.stringify(work), wish.nonceHash)
      const isOffered = await store.write((tx) =>
        offerByCode(tx, wish, sha256(code), sealed, clock()),
      )
      return isOffered ? code.replace(/^(.{4})/, '$1-') : undefined
    },

    async claim(typed, address) {
      const now = clock()
      const code = typed.toUpperCase().replace(/[^A-Z0-9]/g, '')
      const ticket = randomBytes(NONCE_BYTES).toString('base64url')
      const row = await store.write(async (tx) => {
        const { allowed } = await countAgainst(tx, `card-claim:${address}`, CLAIM_LIMIT, now)
        return allowed ? claimByCode(tx, sha256(code), sha256(ticket), now) : undefined
      })
      const text = row?.work && keys.open('card-work', row.work, row.nonce_hash)
      return text ? { ...(JSON.parse(text) as Work), ticket } : undefined
    },

    async handIn(ticket, result, agent) {
      const ticketHash = sha256(ticket)
      const sealed = keys.seal('card-result', JSON.stringify({ result, agent }), '')
      return store.write((tx) => handIn(tx, ticketHash, sealed, clock()))
    },

    async collect(asker, nonce) {
      const sealed = await resultFor(store.db, wishOf(asker, nonce))
      const text = sealed && keys.open('card-result', sealed, '')
      return text ? (JSON.parse(text) as { result: Json; agent: Json }) : undefined
    },

    async file(asker, sealed, answers, isDry) {
      const text = keys.open('card-receipt', sealed, placeOf(asker))
      if (text === undefined) return undefined
      const receipt = JSON.parse(text) as {
        readonly nonceHash: string
        readonly until: string
        readonly answer: JsonObject
        readonly values: { readonly [fieldId: string]: string }
      }
      const now = clock()
      if (receipt.until < now.toISOString()) return undefined
      if (!(await store.write((tx) => fileReading(tx, receipt.nonceHash, isDry, now))))
        return undefined
      // Which answers are still as the card had them: the others were corrected by hand.
      const matches = Object.entries(receipt.values).flatMap(([id, value]) =>
        answers[id] !== undefined && digest(keys, answers[id]) === value ? [id] : [],
      )
      return { ...receipt.answer, matches }
    },
  }
}

function workFor({ field }: Asker, nonce: string, locale: Locale, portal: string): Work {
  const { operation, purpose, into = {} } = optionsOf(field)
  const fields = [...new Set(Object.values(into))]
  return { nonce, operation, fields, purpose: purpose[locale] ?? purpose.ja, portal }
}

function wishOf({ form, field, sitting, accountId }: Asker, nonce: string) {
  return {
    nonceHash: sha256(nonce),
    form: form.id,
    field: field.uid,
    boundTo: sha256(`${sitting}\n${accountId}`),
  }
}

function placeOf({ form, field, accountId }: Omit<Asker, 'sitting'>): string {
  return `${form.id}\n${field.uid}\n${accountId}`
}

function digest(keys: Keys, value: Answer | undefined): string {
  return keys.derive('card-value', canonicalJson(value ?? null))
}

/** As the field itself reads what is typed into it. */
function read(form: Form, fieldId: string, text: string): Answer | undefined {
  const field = Object.values(form.fields).find((one) => one.id === fieldId)
  return field && typeOf(field).read([text], field)
}

function optionsOf(field: Field): CardReadingOptions {
  return field.options as unknown as CardReadingOptions
}

/** What came from a page, taken apart with care; undefined when it is no result. */
function resultOf(json: Json): CardResult | undefined {
  const found = objectOf(json)
  if (!found) return undefined
  if (found.kind === 'none') {
    if (!isCardErrorCode(found.code)) return undefined
    const { sw, triesLeft } = objectOf(found.detail) ?? {}
    return {
      kind: 'none',
      code: found.code,
      detail: { ...(isCount(sw) && { sw }), ...(isCount(triesLeft) && { triesLeft }) },
    }
  }
  const isNamed = ['operation', 'profile', 'reader', 'at'].every((name) => isText(found[name], 200))
  if (!isNamed) return undefined
  const whole = found as unknown as CardResult
  if (found.kind === 'uid') return isText(found.uid, 100) ? whole : undefined
  if (found.kind === 'card-type') return isText(found.name, 200) ? whole : undefined
  if (found.kind === 'challenge-response')
    return isText(found.certificate, BASE64_LENGTH_MAX) &&
      isText(found.signature, BASE64_LENGTH_MAX)
      ? whole
      : undefined
  if (found.kind !== 'attributes') return undefined
  const attributes = objectOf(found.attributes)
  return attributes && Object.values(attributes).every((value) => isText(value, TEXT_LENGTH_MAX))
    ? whole
    : undefined
}

/** What may come back from each operation: nobody passes a number off as a signature. */
const ANSWERS: { readonly [operation in Work['operation']]: readonly CardResult['kind'][] } = {
  identify: ['uid', 'card-type'],
  attributes: ['attributes'],
  challenge: ['challenge-response'],
}

const LIST_MAX = 20

/** Names and versions a card program tells of itself; nothing else is kept, however much it says. */
function agentOf(json: Json) {
  const agent = objectOf(json)
  if (!agent || !isName(agent.id) || !isName(agent.version)) return undefined
  const readers = listOf(agent.readers).flatMap((one) => {
    const { driver, status } = objectOf(one) ?? {}
    return isName(driver) && isName(status) ? [{ driver, status }] : []
  })
  const plugins = listOf(agent.plugins).filter(isName)
  return {
    id: agent.id,
    version: agent.version,
    readers: JSON.stringify(readers),
    plugins: JSON.stringify(plugins),
  }
}

function isName(value: Json | undefined): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9@._-]{1,80}$/.test(value)
}
function isText(value: Json | undefined, max: number): value is string {
  return typeof value === 'string' && value.length <= max
}
function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff
}
function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]).slice(0, LIST_MAX) : []
}
function objectOf(value: Json | undefined): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined
}
