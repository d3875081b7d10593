import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import { readMail, type ReceivedMail } from './mime.ts'

export type Delivery = {
  readonly from: string
  readonly recipients: readonly string[]
  readonly mail: ReceivedMail
  readonly raw: string
}
export type MailServer = {
  readonly url: string
  readonly port: number
  readonly deliveries: Delivery[]
  close(): Promise<void>
}
export type Answers = {
  /** Answers to RCPT TO and to the content by order of arrival; none or undefined: 250. */
  readonly recipient?: (address: string) => number | undefined
  readonly content?: (count: number) => number | undefined
  /** Accepted user names and passwords; none: nobody needs one. */
  readonly password?: string
  readonly port?: number
}

/** A real SMTP server on the loopback that keeps what it receives. */
export async function openMailServer(answers: Answers = {}): Promise<MailServer> {
  const deliveries: Delivery[] = []
  let count = 0
  const refuse = (code: number) =>
    Object.assign(new Error('Told to refuse'), { responseCode: code })
  const server = new SMTPServer({
    disabledCommands: answers.password === undefined ? ['AUTH', 'STARTTLS'] : ['STARTTLS'],
    allowInsecureAuth: true,
    // An idle connection of a sender is cut, not waited for.
    closeTimeout: 50,
    onAuth: ({ password }, _session, done) =>
      password === answers.password ? done(null, { user: 'portal' }) : done(refuse(535)),
    onRcptTo({ address }, _session, done) {
      const code = answers.recipient?.(address)
      done(code === undefined ? null : refuse(code))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const code = answers.content?.(count++)
        if (code !== undefined) return done(refuse(code))
        const raw = Buffer.concat(chunks)
        const { mailFrom, rcptTo } = session.envelope
        deliveries.push({
          from: mailFrom ? mailFrom.address : '',
          recipients: rcptTo.map(({ address }) => address),
          mail: readMail(raw),
          raw: raw.toString('latin1'),
        })
        done()
      })
    },
  })
  server.on('error', () => undefined)
  server.listen(answers.port ?? 0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    port,
    deliveries,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
