import { PART_BYTES_MAX } from '../files/uploads.ts'
import type { Json, Raw } from '../form/form.ts'

/** Longest bodies taken, in bytes: a form of a few hundred fields, an API request with long texts. */
export const FORM_BYTES_MAX = 64 * 1024
export const JSON_BYTES_MAX = 256 * 1024
/** Far above what any form has; below what makes a request slow. */
const FIELDS_MAX = 500
const VALUES_MAX = 1_000
const NAME_LENGTH_MAX = 120
const JSON_DEPTH_MAX = 20

export type BodyRefusal = {
  readonly refused:
    | 'body.unsupported-type'
    | 'body.too-large'
    | 'body.not-text'
    | 'body.not-a-form'
    | 'body.not-json'
    | 'body.too-many-fields'
    | 'body.forbidden-name'
}

/** Names that mean something to the language we are written in; no field can have one. */
const FORBIDDEN_NAMES = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Reads `application/x-www-form-urlencoded`, counting while it streams (S33). Several values of one name are kept in
 * their order. Names are letters, digits and `_ . - [ ]`; anything else is no form of ours.
 */
export async function readFormBody(
  request: Request,
): Promise<{ readonly fields: Raw } | BodyRefusal> {
  if (!hasType(request, 'application/x-www-form-urlencoded'))
    return { refused: 'body.unsupported-type' }
  const text = await readText(request, FORM_BYTES_MAX)
  if (typeof text !== 'string') return text
  return parseForm(text)
}

/** Reads `application/json` with the same care. Keys that could reach a prototype are refused at any depth. */
export async function readJsonBody(
  request: Request,
): Promise<{ readonly json: Json } | BodyRefusal> {
  if (!hasType(request, 'application/json')) return { refused: 'body.unsupported-type' }
  const text = await readText(request, JSON_BYTES_MAX)
  if (typeof text !== 'string') return text
  try {
    const json = JSON.parse(text) as Json
    const fault = faultIn(json, 0)
    return fault ? { refused: fault } : { json }
  } catch {
    // Not JSON is an ordinary answer to what came in.
    return { refused: 'body.not-json' }
  }
}

/** A part of a file stays in the request; only its kind and announced length are looked at here (S32). */
export function partOf(request: Request): Record<never, never> | BodyRefusal {
  if (!hasType(request, 'application/octet-stream')) return { refused: 'body.unsupported-type' }
  return Number(request.headers.get('content-length') ?? '0') > PART_BYTES_MAX
    ? { refused: 'body.too-large' }
    : {}
}

/** The text behind percent encoding; undefined when it is not UTF-8. */
export function decodePercent(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    // decodeURIComponent has no other way to say that the bytes are not UTF-8.
    return undefined
  }
}

function parseForm(text: string): { readonly fields: Raw } | BodyRefusal {
  const pairs: [string, string][] = []
  for (const pair of text === '' ? [] : text.split('&')) {
    const at = pair.indexOf('=')
    if (at < 1) return { refused: 'body.not-a-form' }
    const name = decodePercent(pair.slice(0, at))
    const value = decodePercent(pair.slice(at + 1))
    if (name === undefined || value === undefined) return { refused: 'body.not-text' }
    pairs.push([name, value])
    if (pairs.length > VALUES_MAX) return { refused: 'body.too-many-fields' }
  }
  return parsedFields(pairs)
}

/** Names and values of a form, whichever way they were written: the same names and numbers are allowed. */
export function parsedFields(
  pairs: readonly (readonly [string, string])[],
): { readonly fields: Raw } | BodyRefusal {
  const fields = new Map<string, string[]>()
  let count = 0
  for (const [name, value] of pairs) {
    if (FORBIDDEN_NAMES.has(name)) return { refused: 'body.forbidden-name' }
    if (name.length > NAME_LENGTH_MAX || !/^[\p{L}\p{N}_.\-[\]]+$/u.test(name))
      return { refused: 'body.not-a-form' }
    if (value.includes('\0')) return { refused: 'body.not-text' }
    const values = fields.get(name) ?? []
    values.push(value)
    fields.set(name, values)
    count += 1
    if (count > VALUES_MAX || fields.size > FIELDS_MAX) return { refused: 'body.too-many-fields' }
  }
  return { fields: Object.fromEntries(fields) }
}

function faultIn(json: Json, depth: number): BodyRefusal['refused'] | undefined {
  if (typeof json === 'string') return isText(json) ? undefined : 'body.not-text'
  if (json === null || typeof json !== 'object') return undefined
  if (depth >= JSON_DEPTH_MAX) return 'body.too-many-fields'
  const entries = Object.entries(json)
  if (entries.length > VALUES_MAX) return 'body.too-many-fields'
  for (const [key, value] of entries) {
    if (FORBIDDEN_NAMES.has(key)) return 'body.forbidden-name'
    if (!isText(key)) return 'body.not-text'
    const fault = faultIn(value as Json, depth + 1)
    if (fault) return fault
  }
  return undefined
}

/** Half of a surrogate pair and NUL cannot be stored as text. */
function isText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** Only UTF-8 and no compression: a small body must not become a large one here. */
function hasType(request: Request, wanted: string): boolean {
  const [type = '', ...parameters] = (request.headers.get('content-type') ?? '')
    .split(';')
    .map((part) => part.trim().toLowerCase())
  const charset = parameters.find((part) => part.startsWith('charset='))
  const encoding = request.headers.get('content-encoding') ?? 'identity'
  return (
    type === wanted &&
    (charset === undefined || /^charset="?utf-?8"?$/.test(charset)) &&
    encoding === 'identity'
  )
}

async function readText(request: Request, bytesMax: number): Promise<string | BodyRefusal> {
  if (Number(request.headers.get('content-length') ?? '0') > bytesMax)
    return { refused: 'body.too-large' }
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let bytes = 0
  let text = ''
  for await (const chunk of request.body ?? []) {
    bytes += chunk.length
    if (bytes > bytesMax) return { refused: 'body.too-large' }
    const part = decodeOr(() => decoder.decode(chunk, { stream: true }))
    if (part === undefined) return { refused: 'body.not-text' }
    text += part
  }
  const rest = decodeOr(() => decoder.decode())
  return rest === undefined ? { refused: 'body.not-text' } : text + rest
}

function decodeOr(decode: () => string): string | undefined {
  try {
    return decode()
  } catch {
    // A fatal TextDecoder throws for bytes that are not UTF-8; that is the visitor's matter, not ours.
    return undefined
  }
}
