import { randomBytes } from 'node:crypto'
import type { Form, Raw } from '../../form/form.ts'
import { sha256 } from '../../hash.ts'
import {
  findSitting,
  finishSitting,
  saveSitting,
  SITTING_KEPT_MS,
  type Saved,
} from '../../store/sittings.ts'
import { DRAFT, WINDOW } from '../../../web/views/page.ts'
import type { Visit } from '../route.ts'

/**
 * Forms that lead over several pages keep what was typed on the server between them, so that every page has an address
 * that can be loaded anew, left and come back to, while no address holds anything personal (S40, A28). The address names
 * the sitting; whose it is a cookie or the login says.
 */
export type Sitting = {
  /** The posted fields: answers, and secrets sealed for their hour. */
  readonly fields: Raw
  readonly version: number
  readonly savedAt: string
  /** Where the form led once it was filed. */
  readonly done?: string
}

/** Name of the key in addresses. */
export const SITTING = 'sitting'
/** Keys are ours: 128 random bits in base64url. */
export const KEY_SHAPE = /^[A-Za-z0-9_-]{20,64}$/
/** Longer answers are carried by the page alone. */
const FIELDS_LENGTH_MAX = 100_000

/** Whether every page of the form has an address of its own, because it leads over several. */
export function hasAddresses(form: Form): boolean {
  return form.screens !== undefined || form.confirm?.as === 'page'
}

/** Whether what is typed is kept between two requests. */
export function keepsSittings(form: Form): boolean {
  return hasAddresses(form) || form.drafts !== undefined
}

/** What this person has typed under this key; undefined when there is nothing, or it is not theirs. */
export async function readSitting(
  visit: Visit,
  form: Form,
  key: string,
): Promise<Sitting | undefined> {
  const holder = holderOf(visit)
  const isKept = keepsSittings(form) || form.access === 'account'
  if (!isKept || holder === undefined || !KEY_SHAPE.test(key)) return undefined
  const row = await findSitting(visit.deps.store.db, key)
  if (!row || row.form !== form.id || row.holder !== holder) return undefined
  const version = Number(row.version)
  if (row.done !== null) return { fields: {}, version, savedAt: row.saved_at, done: row.done }
  const text = visit.deps.keys.open('sitting', row.fields, boundTo(form, key, holder))
  if (text === undefined) return undefined
  return { fields: JSON.parse(text) as Raw, version, savedAt: row.saved_at }
}

/**
 * Keeps it; undefined when it cannot be kept, because the browser takes no cookies, say: then the page carries all.
 * `expected`: the version the page goes on from, where nobody's typing may be lost to another window. `isDraft`: whether it
 * is among the drafts of its member, as long as theirs are kept.
 */
export async function keepSitting(
  visit: Visit,
  form: Form,
  key: string,
  fields: Raw,
  {
    expected,
    holder = holderOf(visit),
    isDraft = form.drafts !== undefined,
  }: { expected?: number; holder?: string | undefined; isDraft?: boolean } = {},
): Promise<Saved | undefined> {
  const text = JSON.stringify(fields)
  if (holder === undefined || text.length > FIELDS_LENGTH_MAX) return undefined
  const { store, keys, clock } = visit.deps
  const now = clock()
  const row = {
    key,
    form: form.id,
    holder,
    fields: keys.seal('sitting', text, boundTo(form, key, holder)),
    saved_at: now.toISOString(),
    draft: isDraft ? 1 : 0,
    keep_until: endOf(now, isDraft ? form.drafts?.keepMs : undefined),
  }
  return store.write((tx) => saveSitting(tx, row, expected))
}

/**
 * The same for a draft, by the window that sends it: a line that broke after something had been saved leaves a window with
 * an older version, and what it has saved itself is no other's. With 'stale' comes the version there is now.
 */
export async function keepDraft(
  visit: Visit,
  form: Form,
  key: string,
  fields: Raw,
  { expected, window = '' }: { readonly expected: number; readonly window: string | undefined },
): Promise<{ readonly saved: Saved | undefined; readonly present?: Sitting }> {
  const by = WINDOW_SHAPE.test(window) ? [window] : []
  const kept = { ...fields, [WINDOW]: by }
  const saved = await keepSitting(visit, form, key, kept, { expected })
  if (saved !== 'stale') return { saved }
  const present = await readSitting(visit, form, key)
  if (!present || by.length === 0 || present.fields[WINDOW]?.[0] !== by[0])
    return { saved, ...(present && { present }) }
  const again = { expected: present.version }
  return { saved: await keepSitting(visit, form, key, kept, again), present }
}
const WINDOW_SHAPE = /^[A-Za-z0-9-]{20,64}$/

function endOf(now: Date, keepMs = SITTING_KEPT_MS): string {
  return new Date(now.getTime() + keepMs).toISOString()
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
  const now = visit.deps.clock()
  const row = { key, holder, done, saved_at: now.toISOString(), keep_until: endOf(now) }
  await visit.deps.store.write((tx) => finishSitting(tx, row))
}

/** The holder of what a member types. */
export function memberHolder(accountId: string): string {
  return `account:${accountId}`
}

/** Set-Cookie for a visitor who has none yet; it ends with the browser. */
export function holderCookie(visit: Visit): { readonly 'Set-Cookie'?: string } {
  if (holderOf(visit) !== undefined) return {}
  const token = randomBytes(32).toString('base64url')
  const rest = `; Path=/; HttpOnly; SameSite=Lax${isSecure(visit) ? '; Secure' : ''}`
  return { 'Set-Cookie': `${cookieName(visit)}=${token}${rest}` }
}

function holderOf(visit: Visit): string | undefined {
  if (visit.account) return memberHolder(visit.account.id)
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

/** The version of the draft that a page goes on from. */
export function draftVersion(fields: Raw): number {
  const version = Number(fields[DRAFT]?.[0])
  return Number.isSafeInteger(version) && version > 0 ? version : 0
}
