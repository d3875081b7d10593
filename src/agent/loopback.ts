import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Json } from '../form/form.ts'
import type { Agent } from './agent.ts'
import { converse, describeAgent, objectOf, type ToPage } from './conversation.ts'
import type { Pairing } from './pairing.ts'

export type LoopbackOptions = {
  readonly agent: Agent
  readonly pairing: Pairing
  /** Pages of these origins may talk to the agent, exactly as written. */
  readonly origins: readonly string[]
  /** The desk's own pages; false when the address is none of them. */
  readonly desk: (request: IncomingMessage, response: ServerResponse) => boolean
}

export type Loopback = { readonly port: number; close(): Promise<void> }

const ADDRESS = '127.0.0.1'
const PATH = '/card'
const PROTOCOL = 'madoguchi-card.1'
/** A wish with its purpose is far smaller. */
const MESSAGE_BYTES_MAX = 8 * 1024
/** A page that has not shown its token by then is left. */
const HELLO_MS = 10_000
const REQUEST_MS = 5_000
const CONNECTIONS_MAX = 20

/**
 * The way from a page on this PC: a WebSocket on this machine's own address. Who is asked for by another name, comes
 * from another page, or does not show its token gets nothing, and says so before the protocol begins.
 */
export async function openLoopback(options: LoopbackOptions): Promise<Loopback> {
  const { agent, pairing, origins, desk } = options
  const server = createServer((request, response) => {
    if (isOwnName(request, server) && desk(request, response)) return
    response
      .writeHead(isOwnName(request, server) ? 404 : 403, { 'Content-Type': 'text/plain' })
      .end()
  })
  server.requestTimeout = REQUEST_MS
  server.headersTimeout = REQUEST_MS
  server.maxConnections = CONNECTIONS_MAX
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const origin = request.headers.origin ?? ''
    if (!isOwnName(request, server) || !origins.includes(origin) || request.url !== PATH)
      return void socket.end(
        'HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
      )
    sockets.handleUpgrade(request, socket, head, (page) => talk(page, origin))
  })

  function talk(page: WebSocket, origin: string): void {
    const send = (message: ToPage) => page.send(JSON.stringify(message))
    const conversation = converse(agent, pairing.kept().id, origin, send)
    let state: 'stranger' | 'asked' | 'known' = 'stranger'
    const leave = (reason: 'pairing' | 'message') => {
      send({ kind: 'refused', reason })
      page.close(1008)
    }
    const hello = setTimeout(() => page.close(1008), HELLO_MS)
    page.on('close', () => {
      clearTimeout(hello)
      conversation.end()
    })
    page.on('error', () => page.terminate())
    page.on('message', (data, isBinary) => {
      const message = isBinary ? undefined : parse(data as Buffer)
      if (state === 'known') {
        if (message === undefined || !conversation.take(message)) leave('message')
        return
      }
      const asked = objectOf(message)
      if (state === 'asked' || !asked) return leave('message')
      state = 'asked'
      const { token, code } = asked
      const next =
        asked.kind === 'pair' && typeof code === 'string'
          ? pairing.pair(origin, code)
          : asked.kind === 'hello' && typeof token === 'string'
            ? pairing.exchange(origin, token)
            : Promise.resolve(undefined)
      void next.then(
        (given) => {
          if (given === undefined) return leave('pairing')
          clearTimeout(hello)
          state = 'known'
          send({ kind: 'ready', token: given, agent: describeAgent(agent, pairing.kept().id) })
        },
        () => leave('pairing'),
      )
    })
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(pairing.kept().port, ADDRESS, resolve)
  })
  return {
    port: portOf(server),
    async close() {
      for (const page of sockets.clients) page.terminate()
      await new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
}

/** A name that was made to point here is not ours: only the address itself is (against DNS rebinding). */
function isOwnName({ headers }: IncomingMessage, server: Server): boolean {
  const port = portOf(server)
  return [ADDRESS, 'localhost'].some((name) => headers.host === `${name}:${port}`)
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

function parse(data: Buffer): Json | undefined {
  try {
    return JSON.parse(data.toString('utf8')) as Json
  } catch {
    // Whatever a page sends; what is no JSON is refused.
    return undefined
  }
}
