import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { cardErrorText } from '../cards/errors.ts'
import type { PinAnswer } from '../cards/pin.ts'
import type { ReaderState } from './agent.ts'
import type { Desk, DeskState } from './desk.ts'
import { deskHtml, DESK_STYLE, type DeskView } from './desk-html.ts'

export type DeskPage = Desk & {
  /** For the server on this machine's own address. */
  handle(request: IncomingMessage, response: ServerResponse): boolean
  /** Opens the desk in a browser of this PC, once; the secret is in it. */
  address(port: number): string
}

export type DeskPageOptions = {
  /** The code that joins a page to the agent. */
  readonly pairingCode: () => string
  /** A number typed here that a portal shows; what became of it is told through `show`. */
  readonly join: (code: string) => void
  readonly revoke: () => Promise<void>
  readonly readers: () => readonly ReaderState[]
}

const COOKIE = 'madoguchi-desk'
const BODY_BYTES_MAX = 4_096
const HTML = 'text/html; charset=utf-8'
/** How often, and how many times, it is looked whether the page that waits should show something else. */
const LOOK_MS = 200
const LOOKS_MAX = 100

type Open = {
  readonly view: DeskView
  readonly answer: (form: ReadonlyMap<string, Buffer>) => void
}

/**
 * The desk as a page in a browser of the PC, served by the agent itself. It opens with a secret printed by the agent,
 * and no other page can send it anything: the cookie stays away from them, and so does every form of another origin.
 */
export function createDeskPage(options: DeskPageOptions): DeskPage {
  const secret = randomBytes(24).toString('base64url')
  const script = readFileSync(new URL('desk-client.js', import.meta.url), 'utf8')
  let open: Open | undefined
  let state: DeskState = 'idle'

  function ask<T>(
    view: DeskView,
    signal: AbortSignal | undefined,
    read: (form: ReadonlyMap<string, Buffer>) => T,
    otherwise: T,
  ) {
    return new Promise<T>((resolve) => {
      const done = (value: T) => {
        open = undefined
        resolve(value)
      }
      open = { view, answer: (form) => done(read(form)) }
      signal?.addEventListener('abort', () => done(otherwise), { once: true })
    })
  }

  function render({ headers }: IncomingMessage) {
    const locale = /^en/i.test(headers['accept-language'] ?? '') ? 'en' : 'ja'
    const view: DeskView = open?.view ?? {
      kind: 'idle',
      pairingCode: options.pairingCode(),
      state: typeof state === 'string' ? state : cardErrorText(state.code, state.detail, locale),
      readers: options.readers(),
    }
    return deskHtml(view, locale)
  }

  /** The page, as soon as it is another than the one seen; nothing when it stays the same for long. */
  async function changed(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const seen = new URL(request.url ?? '', 'http://desk').searchParams.get('seen')
    for (let looks = 0; looks < LOOKS_MAX && !response.destroyed; looks++) {
      const now = render(request)
      if (now.seen !== seen) return respond(response, 200, HTML, now.html)
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
    }
    if (!response.destroyed) response.writeHead(204).end()
  }

  return {
    address: (port) => `http://127.0.0.1:${port}/desk/${secret}`,
    consent: (question, signal) =>
      ask({ kind: 'consent', question }, signal, (form) => text(form, 'answer') === 'yes', false),
    pin: (question, signal) =>
      ask<PinAnswer>(
        { kind: 'pin', question },
        signal,
        (form) => {
          const pin = form.get('pin')
          if (text(form, 'answer') !== 'yes' || !pin) return { kind: 'cancelled' }
          return { kind: 'pin', pin, acceptsLastTry: text(form, 'last') === 'yes' }
        },
        { kind: 'cancelled' },
      ),
    show: (next) => void (state = next),
    handle(request, response) {
      const path = request.url ?? ''
      if (!path.startsWith('/desk')) return false
      if (path === '/desk.css' || path === '/desk.js') {
        if (path === '/desk.css') respond(response, 200, 'text/css; charset=utf-8', DESK_STYLE)
        else respond(response, 200, 'text/javascript; charset=utf-8', script)
        return true
      }
      if (request.method === 'GET' && path.startsWith('/desk/') && isSame(path.slice(6), secret)) {
        const cookie = `${COOKIE}=${secret}; HttpOnly; SameSite=Strict; Path=/desk`
        response
          .writeHead(303, { Location: '/desk', 'Set-Cookie': cookie, 'Cache-Control': 'no-store' })
          .end()
        return true
      }
      const isWaiting = path.startsWith('/desk/changed?')
      if ((path !== '/desk' && !isWaiting) || !isSame(cookieOf(request), secret)) {
        respond(
          response,
          403,
          'text/plain; charset=utf-8',
          'Open the address that the agent printed.\n',
        )
        return true
      }
      if (request.method === 'GET' && isWaiting) void changed(request, response)
      else if (request.method === 'GET') respond(response, 200, HTML, render(request).html)
      else void receive(request, response)
      return true
    },
  }

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = isOwnForm(request) ? await readBody(request) : undefined
    if (!body) return respond(response, 403, 'text/plain; charset=utf-8', 'Not from this page.\n')
    const form = fieldsOf(body)
    if (open && text(form, 'for') === open.view.kind) open.answer(form)
    else if (text(form, 'for') === 'join') options.join(text(form, 'code'))
    else if (text(form, 'for') === 'revoke') await options.revoke()
    // What was typed stands in no other buffer than the answer's, which its user overwrites.
    const pin = form.get('pin')
    if (!pin) body.fill(0)
    response.writeHead(303, { Location: '/desk', 'Cache-Control': 'no-store' }).end()
  }
}

/** Browsers say where a form comes from, and no page can forge it. */
function isOwnForm({ method, headers }: IncomingMessage): boolean {
  return (
    method === 'POST' &&
    headers.origin === `http://${headers.host}` &&
    headers['content-type'] === 'application/x-www-form-urlencoded'
  )
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const body = Buffer.alloc(BODY_BYTES_MAX)
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    if (length + chunk.length > BODY_BYTES_MAX) return undefined
    chunk.copy(body, length)
    chunk.fill(0)
    length += chunk.length
  }
  return body.subarray(0, length)
}

/** Fields as slices of the body: a PIN becomes no string. PINs and codes need no percent signs. */
function fieldsOf(body: Buffer): ReadonlyMap<string, Buffer> {
  const fields = new Map<string, Buffer>()
  for (let at = 0; at < body.length;) {
    const end = body.indexOf('&', at) < 0 ? body.length : body.indexOf('&', at)
    const equals = body.indexOf('=', at)
    if (equals > at && equals < end)
      fields.set(body.toString('latin1', at, equals), body.subarray(equals + 1, end))
    at = end + 1
  }
  return fields
}

function text(fields: ReadonlyMap<string, Buffer>, name: string): string {
  return fields.get(name)?.toString('latin1') ?? ''
}

function cookieOf({ headers }: IncomingMessage): string {
  const found = (headers.cookie ?? '').split(/;\s*/).find((part) => part.startsWith(`${COOKIE}=`))
  return found?.slice(COOKIE.length + 1) ?? ''
}

function isSame(one: string, other: string): boolean {
  const hash = (value: string) => createHash('sha256').update(value).digest()
  return timingSafeEqual(hash(one), hash(other))
}

function respond(response: ServerResponse, status: number, type: string, body: string): void {
  response
    .writeHead(status, {
      'Content-Type': type,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'X-Frame-Options': 'DENY',
      'Referrer-Policy': 'same-origin',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    })
    .end(body)
}
