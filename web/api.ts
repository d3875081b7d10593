import type { JsonObject, LookupResult, Raw } from '../src/form/form.ts'
import type { WordedIssue } from './views/state.ts'

/** What the server says to answers: nothing wrong, these issues, or nothing because it could not be asked. */
export type Verdict =
  | { readonly status: 'ok' }
  | { readonly status: 'issues'; readonly issues: readonly WordedIssue[] }
  | { readonly status: 'unknown' }

/** Asks the server to judge answers without submitting them. Never throws: a broken network is `unknown`. */
export async function checkAnswers(
  api: string,
  { raw, key }: { readonly raw: Raw; readonly key: string },
  signal: AbortSignal,
): Promise<Verdict> {
  const response = await post(`${api}/check`, { answers: answersIn(raw), sitting: key }, signal)
  if (response?.status === 200) return { status: 'ok' }
  if (response?.status !== 422) return { status: 'unknown' }
  const body = (await response.json().catch(() => undefined)) as { issues?: ApiIssue[] } | undefined
  if (!Array.isArray(body?.issues) || body.issues.length === 0) return { status: 'unknown' }
  return {
    status: 'issues',
    issues: body.issues.map(({ field, message, links }) => ({
      field,
      text: message,
      links: (links ?? []).map((link) =>
        typeof link.label === 'string' ? { href: link.href, label: { ja: link.label } } : link,
      ) as WordedIssue['links'],
    })),
  }
}

type ApiIssue = {
  readonly field: string
  readonly message: string
  readonly links?: readonly {
    readonly label: string | { readonly ja: string }
    readonly href: string
  }[]
}

/** Asks one lookup; undefined when outdated or unreachable. */
export async function askLookup(
  api: string,
  fieldId: string,
  inputs: JsonObject,
  signal: AbortSignal,
): Promise<LookupResult | undefined> {
  const response = await post(`${api}/lookups/${encodeURIComponent(fieldId)}`, { inputs }, signal)
  if (response?.status === 429)
    return { status: 'unavailable', retryAfterMs: retryAfterMs(response) }
  if (response?.status !== 200) return undefined
  const result = (await response.json().catch(() => undefined)) as LookupResult | undefined
  return typeof result?.status === 'string' ? result : undefined
}

/** Presses a button of the form: its question is made of the answers, on the server. */
export async function askButton(
  api: string,
  fieldId: string,
  raw: Raw,
  signal: AbortSignal,
): Promise<LookupResult | undefined> {
  const answers = answersIn(raw)
  const response = await post(`${api}/buttons/${encodeURIComponent(fieldId)}`, { answers }, signal)
  if (response?.status === 429)
    return { status: 'unavailable', retryAfterMs: retryAfterMs(response) }
  if (response?.status !== 200) return undefined
  const result = (await response.json().catch(() => undefined)) as LookupResult | undefined
  return typeof result?.status === 'string' ? result : undefined
}

/** Posted texts as a program sends them. */
function answersIn(raw: Raw): JsonObject {
  return Object.fromEntries(
    Object.entries(raw).map(([id, values]) => [
      id,
      values.length === 1 ? (values[0] ?? '') : values,
    ]),
  )
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'))
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 30_000
}

async function post(
  url: string,
  body: unknown,
  signal: AbortSignal,
  keepalive = false,
): Promise<Response | undefined> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'accept-language': document.documentElement.lang,
      },
      body: JSON.stringify(body),
      signal,
      keepalive,
    })
  } catch (_unreachable) {
    return undefined
  }
}

/** `ended`: the session is over. `version`: the one that is saved, for whoever wants to replace it. */
export type DraftAnswer =
  | {
      readonly status: 'saved'
      readonly draft: { readonly version: number; readonly savedAt: string }
    }
  | { readonly status: 'stale' | 'full' | 'too-long' | 'ended'; readonly version?: number }
  | { readonly status: 'unreachable' }

/** Saves what was typed so far. */
export async function saveDraft(
  api: string,
  wish: {
    readonly key: string
    readonly fields: Raw
    readonly version: number
    /** Names this window: what it saved itself it goes on from, even when it heard no answer. */
    readonly window: string
    readonly isLeaving: boolean
  },
): Promise<DraftAnswer> {
  const { key, fields, version, window, isLeaving } = wish
  const signal = AbortSignal.timeout(DRAFT_MS)
  const url = `${api}/drafts/${key}`
  const response = await post(url, { fields, version, window }, signal, isLeaving)
  if (!response || response.status >= 500) return { status: 'unreachable' }
  if (response.status === 401) return { status: 'ended' }
  const body = (await response.json().catch(() => ({}))) as {
    version?: number
    savedAt?: string
    error?: { code?: string }
  }
  const { savedAt } = body
  if (response.ok && body.version !== undefined && savedAt !== undefined)
    return { status: 'saved', draft: { version: body.version, savedAt } }
  const code = body.error?.code
  if (code === 'refusal.draft-stale') {
    const now = Number(response.headers.get('draft-version'))
    return { status: 'stale', ...(now > 0 && { version: now }) }
  }
  return { status: code === 'refusal.draft-full' ? 'full' : 'too-long' }
}
const DRAFT_MS = 15_000

/** What the server wants read, and under which nonce. */
export type CardWork = {
  readonly nonce: string
  readonly operation: string
  readonly fields: readonly string[]
  readonly purpose: string
  readonly portal: string
}
export type CardAnswer =
  | { readonly status: 'waiting' }
  | {
      readonly status: 'read'
      readonly receipt: string
      readonly values: { readonly [fieldId: string]: string }
    }
  | {
      readonly status: 'failed'
      readonly code: string
      readonly what: string
      readonly userAction: string
    }

/** One step of a card reading; undefined when the server has refused it or cannot be reached. */
export async function cardStep<T>(url: string, body: object): Promise<T | undefined> {
  const response = await post(url, body, AbortSignal.timeout(CARD_STEP_MS))
  if (response?.status !== 200) return undefined
  return (await response.json().catch(() => undefined)) as T | undefined
}
const CARD_STEP_MS = 15_000
