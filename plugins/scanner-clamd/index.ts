import { once } from 'node:events'
import { connect } from 'node:net'
import { PLUGIN_API_VERSION, type Plugin, type ScanAnswer } from '../../src/plugins/contract.ts'

/** Lengths of pieces are four bytes; clamd takes pieces of any size up to its StreamMaxLength. */
const END = Buffer.alloc(4)
const ANSWER_LENGTH_MAX = 1_000

/** Looks for viruses with a clamd that listens on TCP, by its command INSTREAM. */
export default {
  name: 'scanner-clamd',
  apiVersion: PLUGIN_API_VERSION,
  permissions: ['network'],
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['url'],
    properties: { url: { type: 'string', pattern: '^tcp://[^/]+:[0-9]+$' } },
  },
  scans: true,
  start: async (config) => {
    const { hostname, port } = new URL(String(config.url))
    return { scan: (content, { signal }) => scan(hostname, Number(port), content, signal) }
  },
} satisfies Plugin

async function scan(
  host: string,
  port: number,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<ScanAnswer> {
  const socket = connect({ host, port })
  const stop = () => void socket.destroy(new Error('No answer in time'))
  signal.addEventListener('abort', stop, { once: true })
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    if (answer.length < ANSWER_LENGTH_MAX) answer += chunk.toString('latin1')
  })
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const failed = new Promise<never>((_, reject) => socket.once('error', reject))
  failed.catch(() => undefined)
  const write = async (bytes: Uint8Array) => {
    if (!socket.write(bytes)) await Promise.race([once(socket, 'drain'), closed, failed])
  }
  try {
    await Promise.race([once(socket, 'connect'), failed])
    await write(Buffer.from('zINSTREAM\0'))
    for await (const chunk of content) {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(chunk.length)
      await write(length)
      await write(chunk)
    }
    await write(END)
    await Promise.race([closed, failed])
  } catch (cause) {
    return { status: 'retry', reason: String(cause) }
  } finally {
    signal.removeEventListener('abort', stop)
    socket.destroy()
  }
  const [, found] = /^stream: (.+) FOUND\0?$/.exec(answer.trim()) ?? []
  if (found !== undefined) return { status: 'infected', name: found }
  // Anything but a plain OK is no verdict, and no verdict is never "clean".
  return /^stream: OK\0?$/.test(answer.trim())
    ? { status: 'clean' }
    : { status: 'retry', reason: answer.trim() || 'clamd closed the line without an answer' }
}
