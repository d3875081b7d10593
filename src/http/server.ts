import { getRequestListener } from '@hono/node-server'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Config } from '../config.ts'
import type { Bindings, createApp } from './app.ts'
import { securityHeaders } from './headers.ts'

/** Slow senders are cut off (S49): headers within 10 s, looked at each second; the body by `BodyTime`. */
const LIMITS = {
  headersTimeout: 10_000,
  // One limit for all would cut files off as well (R21), so bodies are timed here.
  requestTimeout: 0,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
} as const

/** How long a body may take to come. */
export type BodyTime = {
  /** Any body must be there as a whole after this time. */
  readonly roundMs: number
  /** A file may take more such rounds, if each brings this much … */
  readonly bytesMin: number
  /** … and so many at most. */
  readonly roundsMax: number
}
/** 100 MB take 14 minutes at 1 Mbit/s; what brings less than 32 kbit/s is held open, not sent. */
const BODY_TIME: BodyTime = { roundMs: 60_000, bytesMin: 240_000, roundsMax: 6 * 60 }
/** Requests on their way get this long when the program is asked to stop. */
const DRAIN_MS = 5_000

/** The app behind a socket. What is no request at all (no host, no address) gets a plain 400 with our headers. */
export function createHttpServer(
  app: ReturnType<typeof createApp>,
  config: Pick<Config, 'baseUrl'>,
  bodyTime = BODY_TIME,
): Server {
  const headers = {
    ...Object.fromEntries(securityHeaders(config)),
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  }
  const longOnes = new WeakSet<object>()
  const fetch = (request: Request, env: Bindings) => {
    const { incoming } = env
    const takesLong = () => void (incoming && longOnes.add(incoming))
    return app.fetch(request, { ...env, takesLong })
  }
  const listener = getRequestListener(fetch as typeof app.fetch, {
    errorHandler: () =>
      new Response(
        '送られた内容を読み取れませんでした。アドレスを確かめて、もう一度開いてください。\nThis request cannot be read. Check the address and open it again.\n',
        { status: 400, headers },
      ),
  })
  return createServer(LIMITS, (request, response) => {
    timeBody(
      request,
      bodyTime,
      () => longOnes.has(request),
      () => response.headersSent,
    )
    void listener(request, response)
  })
}

/** Ends the connection of a body that is not there in time. */
function timeBody(
  request: IncomingMessage,
  time: BodyTime,
  isLong: () => boolean,
  isAnswered: () => boolean,
): void {
  const { socket } = request
  let rounds = 0
  let before = socket.bytesRead
  const timer = setInterval(() => {
    rounds += 1
    const came = socket.bytesRead - before
    before += came
    if (request.complete) clearInterval(timer)
    else if (!isLong() || came < time.bytesMin || rounds >= time.roundsMax) {
      if (!isAnswered()) socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n')
      socket.destroySoon()
    }
  }, time.roundMs).unref()
  request.once('close', () => clearInterval(timer))
}

/** Takes nothing new, lets requests finish for a while, then closes what is left. */
export async function closeHttpServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await closed
  clearTimeout(cut)
}
