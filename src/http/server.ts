import { getRequestListener } from '@hono/node-server'
import { createServer, type Server } from 'node:http'
import type { Config } from '../config.ts'
import type { createApp } from './app.ts'
import { securityHeaders } from './headers.ts'

/** Slow senders are cut off (S49): headers within 10 s, the whole request within a minute, looked at each second. */
const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
} as const
/** Requests on their way get this long when the program is asked to stop. */
const DRAIN_MS = 5_000

/** The app behind a socket. What is no request at all (no host, no address) gets a plain 400 with our headers. */
export function createHttpServer(
  app: ReturnType<typeof createApp>,
  config: Pick<Config, 'baseUrl'>,
): Server {
  const headers = {
    ...Object.fromEntries(securityHeaders(config)),
    'Content-Type': 'text/plain; charset=utf-8',
    'Cache-Control': 'no-store',
  }
  const listener = getRequestListener(app.fetch, {
    errorHandler: () =>
      new Response(
        '送られた内容を読み取れませんでした。アドレスを確かめて、もう一度開いてください。\nThis request cannot be read. Check the address and open it again.\n',
        { status: 400, headers },
      ),
  })
  return createServer(LIMITS, (request, response) => void listener(request, response))
}

/** Takes nothing new, lets requests finish for a while, then closes what is left. */
export async function closeHttpServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve))
  server.closeIdleConnections()
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
  await closed
  clearTimeout(cut)
}
