import { createServer } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import mailSmtp from '../../plugins/mail-smtp/index.ts'
import type { Definitions } from '../../src/definitions/definitions.ts'
import { openMailServer, type Answers } from './mail-server.ts'
import {
  activation,
  hostileAddresses,
  hostileTexts,
  link,
  mailDefinitions,
  startMail,
} from './samples.ts'

let definitions: Pick<Definitions, 'mails' | 'portals'>
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  definitions = await mailDefinitions()
})
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

async function open(answers?: Answers, config: { url?: string; timeoutMs?: number } = {}) {
  const server = await openMailServer(answers)
  closing.push(server.close)
  const plugin = await startMail(mailSmtp, { url: server.url, ...config })
  closing.push(plugin.stop)
  return { server, plugin }
}

test('a mail arrives with its Japanese subject, sender, both parts and an uncut link', async () => {
  const { server, plugin } = await open()
  const message = activation(definitions)
  expect(await plugin.send(message)).toEqual({
    status: 'done',
    result: { messageId: '<job-1@mail.example.jp>' },
  })
  const [delivery] = server.deliveries
  expect(delivery).toMatchObject({
    from: 'from@mail.example.jp',
    recipients: ['mihon@clinic.example.jp'],
  })
  expect(delivery?.mail.headers).toMatchObject({
    subject: ['【総合ポータルサイト】メールアドレス登録確認メール'],
    from: ['総合ポータルサイト <from@mail.example.jp>'],
    to: ['mihon@clinic.example.jp'],
    'message-id': ['<job-1@mail.example.jp>'],
    'x-idempotency-key': ['job-1'],
    'auto-submitted': ['auto-generated'],
    date: ['Wed, 01 Apr 2026 00:00:00 +0000'],
  })
  expect(delivery?.mail.text.trimEnd()).toBe(message.text.trimEnd())
  expect(delivery?.mail.text.split('\n')).toContain(link)
  expect(delivery?.mail.html.trimEnd()).toBe(message.html.trimEnd())
  expect(Math.max(...(delivery?.raw ?? '').split('\r\n').map((line) => line.length))).toBeLessThan(
    999,
  )
})

test('every attempt carries the same Message-ID', async () => {
  const { server, plugin } = await open({ content: (count) => (count === 0 ? 451 : undefined) })
  const first = await plugin.send(activation(definitions))
  expect(first.status).toBe('retry')
  const later = activation(definitions, { at: new Date('2026-04-01T01:00:00.000Z') })
  expect((await plugin.send(later)).status).toBe('done')
  // The answer was lost, so to speak: the same job once more.
  expect((await plugin.send(later)).status).toBe('done')
  expect(server.deliveries.map(({ mail }) => mail.headers['message-id'])).toEqual([
    ['<job-1@mail.example.jp>'],
    ['<job-1@mail.example.jp>'],
  ])
})

test(`${hostileTexts.length} hostile names come out literally, to the intended recipient only`, async () => {
  const { server, plugin } = await open()
  expect(hostileTexts.length).toBeGreaterThan(200)
  const calm = activation(definitions)
  await plugin.send(calm)
  const headerNames = Object.keys(server.deliveries[0]?.mail.headers ?? {})
  for (const [index, text] of hostileTexts.entries()) {
    const message = activation(definitions, {
      jobId: `job-${index}`,
      values: { lastName: text, firstName: text, number: text },
    })
    // As hostile as the plugin could meet it, behind the back of what renders.
    const forged = { ...message, subject: text, from: { ...message.from, name: text } }
    expect(await plugin.send(forged), text).toMatchObject({ status: 'done' })
    const delivery = server.deliveries.at(-1)
    expect(delivery?.recipients, text).toEqual(['mihon@clinic.example.jp'])
    expect(delivery?.from).toBe('from@mail.example.jp')
    const { mail } = delivery!
    expect(Object.keys(mail.headers).toSorted(), text).toEqual(headerNames.toSorted())
    for (const values of Object.values(mail.headers)) expect(values, text).toHaveLength(1)
    const shown = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028]+/g, ' ')
    expect(mail.text.split('\n')[0], text).toBe(`${shown} ${shown} 様`)
    expect(mail.text.split('\n')).toHaveLength(calm.text.trimEnd().split('\n').length + 1)
  }
  expect(server.deliveries).toHaveLength(hostileTexts.length + 1)
})

test('no hostile address reaches the server', async () => {
  const { server, plugin } = await open()
  const message = activation(definitions)
  for (const to of hostileAddresses.filter((one) => /[\s"(),:;<>[\]\\\p{Cc}]/u.test(one)))
    expect(await plugin.send({ ...message, to }), JSON.stringify(to)).toMatchObject({
      status: 'rejected',
    })
  expect(server.deliveries).toHaveLength(0)
})

describe('failures', () => {
  test('a refused recipient or content ends the job, without naming the recipient', async () => {
    const refused = await open({ recipient: () => 550 })
    const answer = await refused.plugin.send(activation(definitions))
    expect(answer).toMatchObject({ status: 'rejected', reason: expect.stringMatching(/^SMTP 550/) })
    expect(JSON.stringify(answer)).not.toContain('mihon@')
    const content = await open({ content: () => 554 })
    expect((await content.plugin.send(activation(definitions))).status).toBe('rejected')
  })

  test('a temporary refusal is tried again', async () => {
    const { plugin } = await open({ recipient: () => 450 })
    expect(await plugin.send(activation(definitions))).toMatchObject({
      status: 'retry',
      reason: expect.stringMatching(/^SMTP 450/),
    })
  })

  test('a refused recipient blocks nobody else', async () => {
    const { server, plugin } = await open({
      recipient: (address) => (address.startsWith('poison') ? 550 : undefined),
    })
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        plugin.send(
          activation(definitions, {
            jobId: `job-${index}`,
            to: index % 3 === 0 ? `poison${index}@example.jp` : `good${index}@example.jp`,
          }),
        ),
      ),
    )
    expect(answers.filter(({ status }) => status === 'rejected')).toHaveLength(10)
    expect(answers.filter(({ status }) => status === 'done')).toHaveLength(20)
    expect(server.deliveries).toHaveLength(20)
  })

  test('a server that is down is tried again, and reached once it is back', async () => {
    const gone = await openMailServer()
    await gone.close()
    const plugin = await startMail(mailSmtp, { url: gone.url })
    closing.push(plugin.stop)
    expect((await plugin.send(activation(definitions))).status).toBe('retry')
    const back = await openMailServer({ port: gone.port })
    closing.push(back.close)
    expect((await plugin.send(activation(definitions))).status).toBe('done')
    expect(back.deliveries).toHaveLength(1)
  })

  test('a server that goes away between two mails is reached again', async () => {
    const { server, plugin } = await open()
    expect((await plugin.send(activation(definitions))).status).toBe('done')
    await server.close()
    const back = await openMailServer({ port: server.port })
    closing.push(back.close)
    const answers = [await plugin.send(activation(definitions))]
    if (answers[0]?.status === 'retry') answers.push(await plugin.send(activation(definitions)))
    expect(answers.at(-1)?.status).toBe('done')
    expect(back.deliveries).toHaveLength(1)
  })

  test('a server that never answers is given up after the time set', async () => {
    const silent = createServer((socket) => void socket.on('error', () => undefined))
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : 0
    closing.push(() => new Promise((resolve) => silent.close(() => resolve())))
    const plugin = await startMail(mailSmtp, { url: `smtp://127.0.0.1:${port}`, timeoutMs: 200 })
    closing.push(plugin.stop)
    expect(await plugin.send(activation(definitions))).toMatchObject({
      status: 'retry',
      reason: expect.stringContaining('ETIMEDOUT'),
    })
    const signal = AbortSignal.abort()
    expect((await plugin.send(activation(definitions), { signal })).status).toBe('retry')
  })

  test('a wrong password is tried again, since it says nothing about the mail', async () => {
    const server = await openMailServer({ password: 'right/one' })
    closing.push(server.close)
    const url = (password: string) =>
      `smtp://portal:${encodeURIComponent(password)}@127.0.0.1:${server.port}`
    const wrong = await startMail(mailSmtp, { url: url('wrong') })
    closing.push(wrong.stop)
    expect(await wrong.send(activation(definitions))).toMatchObject({
      status: 'retry',
      reason: expect.stringMatching(/^SMTP 535/),
    })
    const right = await startMail(mailSmtp, { url: url('right/one') })
    closing.push(right.stop)
    expect((await right.send(activation(definitions))).status).toBe('done')
    expect(server.deliveries).toHaveLength(1)
  })
})
