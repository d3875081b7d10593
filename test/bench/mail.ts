import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import nodemailer from 'nodemailer'
import { mimeOf } from '../../plugins/mail-smtp/index.ts'
import { renderMail, type MailRequest } from '../../src/mail/render.ts'
import type { Message } from '../../src/plugins/contract.ts'
import { callsPerSecond, inTurn, type Benchmark, type Figure, type Scale } from './figures.ts'
import { fillByHand } from './hand-written/mail.ts'
import { BASE_URL, openShipped } from './portal.ts'

/** Mails as the worker makes them, up to the bytes that go to the mail server. */
export const mailBenchmark: Benchmark = {
  about: 'mails made of their definition, beside names replaced in the same template; then as MIME',
  run,
}

const PORTAL = 'treatment'
const TEMPLATE = 'activation'
const VALUES = { lastName: '見本', firstName: '花子', number: 'ABCD-EFGH' }
const AT_ONCE = 16

async function run(scale: Scale): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-bench-'))
  const portal = await openShipped(folder)
  const transport = nodemailer.createTransport({ streamTransport: true, buffer: true })
  try {
    const definitions = portal.definitions()
    const mail = definitions.mails[TEMPLATE]
    if (!mail) throw new Error(`There is no mail '${TEMPLATE}'`)
    const ours = (index: number) =>
      renderMail({
        definitions,
        portal: PORTAL,
        template: TEMPLATE,
        locale: 'ja',
        to: `r${index}@example.jp`,
        values: VALUES,
        link: `${BASE_URL}/${PORTAL}/links/${'a'.repeat(43)}`,
        jobId: `job-${index}`,
        at: new Date(),
        baseUrl: BASE_URL,
      } satisfies MailRequest)
    const sample = ours(1)
    const byHand = (index: number): Message => ({
      ...sample,
      ...fillByHand(mail, {
        ...VALUES,
        to: `r${index}@example.jp`,
        link: `${BASE_URL}/${PORTAL}/links/${'a'.repeat(43)}`,
        'portal.title': '施術所等向け総合ポータルサイト',
        'portal.url': `${BASE_URL}/${PORTAL}`,
        'operator.name': 'サンプル運営機構',
        'operator.phone': '0800-000-0000',
        'operator.mail': 'contact@example.jp',
        'sender.name': sample.from.name,
        contactHours: '月曜日～金曜日 8:00～18:00',
      }),
      to: `r${index}@example.jp`,
    })
    const [rounds, ms, count] = scale === 'full' ? [9, 300, 400] : [1, 1, 2]
    const filled = await inTurn(
      rounds,
      () => callsPerSecond(ours, ms),
      () => callsPerSecond(byHand, ms),
    )
    const send = (make: (index: number) => Message) => async () => {
      let next = 0
      const started = performance.now()
      const client = async () => {
        while (next < count) await transport.sendMail(mimeOf(make(next), `job-${next++}`))
      }
      await Promise.all(Array.from({ length: AT_ONCE }, client))
      return (count / (performance.now() - started)) * 1_000
    }
    const sent = await inTurn(rounds, send(ours), send(byHand))
    const limitOf = ({ limit, ratio }: typeof sent) => ({ what: 'by hand', value: limit, ratio })
    const { message } = await transport.sendMail(mimeOf(sample, 'job-1'))
    return [
      { what: 'filled', unit: '/s', ours: filled.ours, limit: limitOf(filled) },
      { what: 'filled and written as MIME', unit: '/s', ours: sent.ours, limit: limitOf(sent) },
      { what: 'one mail', unit: 'bytes', ours: Buffer.byteLength(message as Buffer) },
    ]
  } finally {
    transport.close()
    await portal.close()
    await rm(folder, { recursive: true, force: true })
  }
}
