import { randomBytes } from 'node:crypto'
import type { Form, Raw } from '../form/form.ts'
import { sha256 } from '../hash.ts'
import { findSitting, finishSitting, saveSitting } from '../store/sittings.ts'
import type { Visit } from './route.ts'

/**
 * Forms that lead over several pages keep what was typed on the server between them, so that every page has an address
 * that can be loaded anew, left and come back to, while no address holds anything personal (S40, A28). The address names
 * the sitting; whose it is a cookie or the login says.
 */
export type Sitting = {
  /** The posted fields: answers, and secrets sealed for their hour. */
  readonly fields: Raw
  readonly version: number
  /** Where the form led once it was filed. */
  readonly done?: string
}

/** Name of the key in addresses. */
export const SITTING = 'sitting'
/** Keys are ours: 128 random bits in base64url. */
export const KEY_SHAPE = /^[A-Za-z0-9_-]{20,64}$/
/** Longer answers are carried by the page alone. */
const FIELDS_LENGTH_MAX = 100_000

/** Whether the form leads over several pages. */
export function keepsSittings(form: Form): boolean {
  return form.screens !== undefined || form.confirm?.as === 'page'
}

/** What this person has typed under this key; undefined when there is nothing, or it is not theirs. */
export async function readSitting(
  visit: Visit,
  form: Form,
  key: string,
): Promise<Sitting | undefined> {
  const holder = holderOf(visit)
  if (!keepsSittings(form) || holder === undefined || !KEY_SHAPE.test(key)) return undefined
  const row = await findSitting(visit.deps.store.db, key)
  if (!row || row.form !== form.id || row.holder !== holder) return undefined
  const version = Number(row.version)
  if (row.done !== null) return { fields: {}, version, done: row.done }
  const text = visit.deps.keys.open('sitting', row.fields, boundTo(form, key, holder))
  return text === undefined ? undefined : { fields: JSON.parse(text) as Raw, version }
}

/** Keeps it; false when it cannot be kept, because the browser takes no cookies, say: then the page carries all. */
export async function keepSitting(
  visit: Visit,
  form: Form,
  key: string,
  fields: Raw,
): Promise<boolean> {
  const holder = holderOf(visit)
  const text = JSON.stringify(fields)
  if (!keepsSittings(form) || holder === undefined || text.length > FIELDS_LENGTH_MAX) return false
  const { store, keys, clock } = visit.deps
  const row = {
    key,
    form: form.id,
    holder,
    fields: keys.seal('sitting', text, boundTo(form, key, holder)),
    saved_at: clock().toISOString(),
  }
  return store.write((tx) => saveSitting(tx, row))
}

/** The form was filed; the sitting only remembers where it led. */
export async function endSitting(
  visit: Visit,
  form: Form,
  key: string,
  done: string,
): Promise<void> {
  const holder = holderOf(visit)
  if (!keepsSittings(form) || holder === undefined) return
  const saved_at = visit.deps.clock().toISOString()
  await visit.deps.store.write((tx) => finishSitting(tx, { key, holder, done, saved_at }))
}

/** Set-Cookie for a visitor who has none yet; it ends with the browser. */
export function holderCookie(visit: Visit): { readonly 'Set-Cookie'?: string } {
  if (holderOf(visit) !== undefined) return {}
  const token = randomBytes(32).toString('base64url')
  const rest = `; Path=/; HttpOnly; SameSite=Lax${isSecure(visit) ? '; Secure' : ''}`
  return { 'Set-Cookie': `${cookieName(visit)}=${token}${rest}` }
}

function holderOf(visit: Visit): string | undefined {
  if (visit.account) return `account:${visit.account.id}`
  const header = visit.request.headers.get('cookie') ?? ''
  const name = `${cookieName(visit)}=`
  const found = header.split(/;\s*/).filter((pair) => pair.startsWith(name))
  const token = found.length === 1 ? (found[0] ?? '').slice(name.length) : ''
  return /^[A-Za-z0-9_-]{43}$/.test(token) ? `visitor:${sha256(token)}` : undefined
}

/** `__Host-` binds the cookie to this very host, as that of the session. */
function cookieName(visit: Visit): string {
  return isSecure(visit) ? '__Host-madoguchi-form' : 'madoguchi-form'
}

function isSecure({ deps }: Visit): boolean {
  return deps.config.baseUrl.startsWith('https:')
}

function boundTo(form: Form, key: string, holder: string): string {
  return `${form.id}\n${key}\n${holder}`
}
