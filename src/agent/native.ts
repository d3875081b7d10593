import { chmod, rm } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import type { Json } from '../form/form.ts'
import type { Agent } from './agent.ts'
import {
  converse,
  describeAgent,
  objectOf,
  type Conversation,
  type ToPage,
} from './conversation.ts'

/** As the extension calls us. */
export const NATIVE_HOST = 'jp.madoguchi.cards'
/** Made of the public key in the extension's manifest; the page asks for it by this name. */
export const EXTENSION_ID = 'iombjkjeedmipgodifenhnhjiiomkmni'
/** A wish with its purpose is far smaller. */
const MESSAGE_BYTES_MAX = 8 * 1024

/** Where the browser's host finds the running agent: a socket only this user can open. */
export function socketPath(folder: string, platform: NodeJS.Platform): string {
  return platform === 'win32'
    ? `\\\\.\\pipe\\madoguchi-${Buffer.from(folder).toString('hex').slice(-40)}`
    : join(folder, 'agent.sock')
}

export type NativeOptions = {
  readonly agent: Agent
  readonly agentId: string
  readonly path: string
  readonly origins: readonly string[]
}

/** Takes what browsers of this user pass on. The browser vouches for the origin, so no pairing is needed. */
export async function openNativeSocket(
  options: NativeOptions,
): Promise<{ close(): Promise<void> }> {
  const { path } = options
  const open = new Set<Socket>()
  if (!path.startsWith('\\')) await rm(path, { force: true })
  const server = createServer((socket) => {
    open.add(socket)
    serve(socket, options)
    socket.on('close', () => open.delete(socket))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  if (!path.startsWith('\\')) await chmod(path, 0o600)
  return {
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function serve(socket: Socket, { agent, agentId, origins }: NativeOptions): void {
  let conversation: Conversation | undefined
  let known = ''
  const send = (message: ToPage) => void socket.write(`${JSON.stringify(message)}\n`)
  const leave = (reason: 'pairing' | 'message') => {
    send({ kind: 'refused', reason })
    socket.end()
  }
  socket.on('error', () => socket.destroy())
  socket.on('close', () => conversation?.end())
  onLines(socket, (line) => {
    const { origin, message } = objectOf(parse(line)) ?? {}
    if (typeof origin !== 'string' || !origins.includes(origin)) return leave('pairing')
    if (!conversation) {
      known = origin
      conversation = converse(agent, agentId, origin, send)
    }
    // One connection is one page's.
    if (origin !== known || message === undefined) return leave('message')
    if (objectOf(message)?.kind === 'hello')
      send({ kind: 'ready', agent: describeAgent(agent, agentId) })
    else if (!conversation.take(message)) leave('message')
  })
}

/**
 * The program the browser starts: carries messages between its standard streams and the agent, and ends with either.
 * Messages of the browser have their length in front, four bytes in the machine's order.
 */
export function runNativeHost(path: string, input: Readable, output: Writable): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const write = (message: unknown) => {
      const body = Buffer.from(JSON.stringify(message))
      const head = Buffer.alloc(4)
      head.writeUInt32LE(body.length)
      output.write(Buffer.concat([head, body]))
    }
    let bytes = Buffer.alloc(0)
    input.on('data', (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      while (bytes.length >= 4) {
        const length = bytes.readUInt32LE()
        if (length > MESSAGE_BYTES_MAX) return socket.destroy()
        if (bytes.length < 4 + length) return
        const text = bytes.toString('utf8', 4, 4 + length)
        bytes = bytes.subarray(4 + length)
        if (parse(text) !== undefined) socket.write(`${text.replaceAll('\n', ' ')}\n`)
      }
    })
    input.on('end', () => socket.end())
    onLines(socket, (line) => write(parse(line) ?? {}))
    socket.on('error', () => write({ kind: 'refused', reason: 'agent' }))
    socket.on('close', () => resolve())
  })
}

function onLines(socket: Socket, take: (line: string) => void): void {
  let text = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    // A certificate and a signature come back; nothing longer ever goes.
    if (text.length > MESSAGE_BYTES_MAX * 4) return void socket.destroy()
    for (const line of lines) take(line)
  })
}

function parse(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json
  } catch {
    // Whatever the other side sends; what is no JSON is refused.
    return undefined
  }
}
