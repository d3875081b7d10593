import nodemailer, { type NodemailerError } from 'nodemailer'
import {
  MESSAGE_SCHEMA,
  type Call,
  type EffectResult,
  type Message,
  type Plugin,
} from '../../src/plugins/contract.ts'

type Options = { readonly url: string; readonly timeoutMs: number; readonly connections: number }

const TIMEOUT_MS = 30_000
const CONNECTIONS = 4
const REASON_MAX = 300
/** One plain address: nothing that a server could read as a list, a group, a route or a further command. */
const ONE_ADDRESS = /^[^\s"(),:;<>@[\\\]\p{Cc}]+@[A-Za-z0-9.-]+$/u
/** The steps in which a server judges the mail itself; an answer to any other step is about us or the server. */
const STEPS_OF_MAIL: readonly string[] = ['MAIL FROM', 'RCPT TO', 'DATA']
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

/** Hands mails over to the mail server of the operator. */
const mailSmtp: Plugin = {
  name: 'mail-smtp',
  apiVersion: 1,
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['url'],
    properties: {
      url: { type: 'string', pattern: '^smtps?://' },
      timeoutMs: { type: 'integer', minimum: 100 },
      connections: { type: 'integer', minimum: 1, maximum: 50 },
    },
  },
  permissions: ['network'],
  effects: {
    'mail.send': {
      payload: MESSAGE_SCHEMA,
      result: {
        type: 'object',
        required: ['messageId'],
        properties: { messageId: { type: 'string' } },
      },
    },
  },
  async start(config) {
    const transport = openTransport({
      url: String(config.url),
      timeoutMs: Number(config.timeoutMs ?? TIMEOUT_MS),
      connections: Number(config.connections ?? CONNECTIONS),
    })
    return {
      effects: {
        // The host has held the payload against MESSAGE_SCHEMA.
        'mail.send': (payload, call) => send(transport, payload as Message, call),
      },
      stop: async () => transport.close(),
    }
  },
}
export default mailSmtp

type Transport = ReturnType<typeof openTransport>

function openTransport({ url, timeoutMs, connections }: Options) {
  const { protocol, hostname, port, username, password } = new URL(url)
  const isTls = protocol === 'smtps:'
  return nodemailer.createTransport({
    pool: true,
    maxConnections: connections,
    // A repeat is the worker's decision: it is counted, delayed and shown there.
    maxRequeues: 0,
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(port) || (isTls ? 465 : 587),
    secure: isTls,
    // A password never goes out in the clear, except to this very machine.
    requireTLS: !isTls && username !== '' && !LOOPBACK.test(hostname),
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

/** What the message is made of on its way, by the words of the package. */
export function mimeOf(message: Message, idempotencyKey: string) {
  return {
    from: { name: message.from.name, address: message.from.address },
    to: { name: '', address: message.to },
    // Given apart, so that no reading of a header decides who gets the mail.
    envelope: { from: message.from.address, to: [message.to] },
    subject: message.subject,
    text: message.text,
    html: message.html,
    messageId: message.messageId,
    date: new Date(message.date),
    // Lines of any length arrive whole: no wrapping can cut the link.
    textEncoding: 'base64' as const,
    headers: {
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      'X-Idempotency-Key': idempotencyKey,
    },
  }
}

async function send(transport: Transport, message: Message, call: Call): Promise<EffectResult> {
  if (!ONE_ADDRESS.test(message.to))
    return { status: 'rejected', reason: 'The recipient is not one plain mail address' }
  try {
    await transport.sendMail({ ...mimeOf(message, call.idempotencyKey), signal: call.signal })
    return { status: 'done', result: { messageId: message.messageId } }
  } catch (cause) {
    return failure(cause as NodemailerError, message.to)
  }
}

/**
 * A server that refuses this mail for good ends the job. All else is tried again with the same Message-ID: no
 * connection, no answer in time, a temporary refusal, a wrong password, or an answer lost after the mail was taken.
 */
function failure(error: NodemailerError, recipient: string): EffectResult {
  const reason = `SMTP ${error.responseCode ?? error.code ?? 'error'}: ${error.message}`
    .replaceAll(recipient, '<recipient>')
    .slice(0, REASON_MAX)
  const isAboutMail = STEPS_OF_MAIL.includes(error.command ?? '')
  return { status: error.permanent && isAboutMail ? 'rejected' : 'retry', reason }
}
