import { writeFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CardResult } from '../../src/cards/contract.ts'
import {
  makeCardKeys,
  createMyNumberCard,
  type CardKeys,
} from '../../src/cards/virtual/mynumber.ts'
import { sampleKeys, scene } from '../cards/scene.ts'
import { clerk } from './desk.ts'
import { openTestPortal, hiddenInputs, type TestPortal, type Visitor } from './portal.ts'

/** Readings of the virtual card on the real portal: what it believes, what it refuses, what it keeps. */

const SLOT = 'virtual-1'
const ORIGIN = 'http://localhost:3000'
let portal: TestPortal
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'madoguchi-trust-'))
  await mkdir(join(dataDir, 'card-trust'))
  const ca = new X509Certificate(Buffer.from(sampleKeys().caCertificate)).toString()
  await writeFile(join(dataDir, 'card-trust', 'virtual.pem'), ca)
  portal = await openTestPortal({ definitionsDir: 'test/samples/cards', dataDir })
})
afterAll(async () => {
  await portal.close()
  await rm(dataDir, { recursive: true, force: true })
})

type Work = {
  nonce: string
  operation: 'identify' | 'attributes' | 'challenge'
  fields: string[]
  purpose: string
  portal: string
}
type Told = {
  status?: string
  receipt: string
  assurance: string
  values: Record<string, string>
  code?: string
  what?: string
  error?: { code: string }
}
const AGENT = {
  id: 'agent-1',
  version: '0.1.0',
  readers: [{ driver: 'card-reader-virtual@1.0.0', status: 'card' }],
  plugins: ['card-profile-mynumber@1.0.0'],
}

async function open(visitor: Visitor = portal.visitor()) {
  const page = await visitor.get('/counter/application')
  const key = hiddenInputs(page.html)._key ?? ''
  const step = async <T>(field: string, name: string, body: object = {}) =>
    (await visitor.json(`/api/v1/counter/application/cards/${field}/${name}`, { key, ...body }))
      .body as T
  return { visitor, key, page, step, begin: (field: string) => step<Work>(field, 'begin') }
}

async function onCard(
  work: Work,
  keys: CardKeys = sampleKeys(),
  more: Partial<{ origin: string; purpose: string; nonce: string }> = {},
): Promise<CardResult> {
  const { run, hardware } = scene()
  hardware.insert(SLOT, createMyNumberCard({ keys }))
  const statement = { origin: ORIGIN, nonce: work.nonce, purpose: work.purpose, ...more }
  return run(work.operation, { fields: work.fields, statement })
}

const PERSON = {
  lastName: '見本',
  firstName: '花子',
  birth: '1985-02-03',
  address: '東京都千代田区見本町一丁目2番3号',
}

describe('a reading', () => {
  test('fills fields; stored are result, assurance and which answers are still the card’s', async () => {
    const { visitor, key, step, begin } = await open()
    const work = await begin('card')
    expect(work).toMatchObject({
      operation: 'attributes',
      fields: ['familyName', 'givenName', 'birthDate', 'address', 'sex'],
      portal: 'カードの見本窓口',
    })
    const told = await step<Told>('card', 'answer', {
      nonce: work.nonce,
      result: await onCard(work),
      agent: AGENT,
    })
    expect(told).toMatchObject({
      status: 'read',
      assurance: 'read',
      values: { ...PERSON, sex: 'female' },
    })
    const fields = { ...PERSON, firstName: 'はなこ', card: told.receipt, _key: key }
    const confirm = await visitor.post('/counter/application', { ...fields, _action: 'check' })
    expect(confirm.status).toBe(200)
    expect(confirm.html).toContain('読み取り済み')
    const sent = await visitor.post('/counter/application', { ...fields, _action: 'submit' })
    expect(sent.status).toBe(303)
    const rows = await portal.store.db.selectFrom('submission').select('answers').execute()
    const answers = JSON.parse(rows.at(-1)?.answers ?? '{}') as Record<string, unknown>
    expect(answers.card).toEqual({
      operation: 'attributes',
      profile: 'card-profile-mynumber@1.0.0',
      reader: 'card-reader-virtual@1.0.0',
      at: expect.any(String) as string,
      assurance: 'read',
      matches: ['lastName', 'birth', 'address'],
    })
  })

  test('with a signature is verified along its chain; whose it is, is kept keyed only', async () => {
    const { step, begin, visitor, key } = await open()
    const work = await begin('holder')
    const told = await step<Told>('holder', 'answer', {
      nonce: work.nonce,
      result: await onCard(work),
      agent: AGENT,
    })
    expect(told).toMatchObject({ status: 'read', assurance: 'cert-verified' })
    const { status } = await visitor.post('/counter/application', {
      ...PERSON,
      holder: told.receipt,
      _key: key,
      _action: 'submit',
    })
    expect(status).toBe(303)
    const rows = await portal.store.db.selectFrom('submission').select('answers').execute()
    const stored = JSON.parse(rows.at(-1)?.answers ?? '{}') as { holder: { subject: string } }
    expect(stored.holder).toMatchObject({
      assurance: 'cert-verified',
      subject: expect.stringMatching(/^[\w-]{43}$/) as string,
    })
  })

  test('is never needed: the form is sent without one, and without script there is a sentence instead of a button', async () => {
    const { visitor, key, page } = await open()
    expect(page.html).toContain('カードを使わなくても、下の項目に入力して進めます。')
    expect(page.headers.get('content-security-policy')).toContain(
      "connect-src 'self' ws://127.0.0.1:*;",
    )
    const { status } = await visitor.post('/counter/application', {
      ...PERSON,
      _key: key,
      _action: 'submit',
    })
    expect(status).toBe(303)
  })

  test('that failed is told in words and counted, without a person', async () => {
    const { step, begin } = await open()
    const work = await begin('card')
    const told = await step<Told>('card', 'answer', {
      nonce: work.nonce,
      result: { kind: 'none', code: 'PIN_WRONG', detail: { triesLeft: 2 } },
      agent: AGENT,
    })
    expect(told).toMatchObject({
      status: 'failed',
      code: 'PIN_WRONG',
      what: '暗証番号が違います。残りは2回です。',
    })
    const errors = await portal.store.db.selectFrom('card_error').selectAll().execute()
    expect(errors).toMatchObject([{ code: 'PIN_WRONG', count: 1 }])
  })
})

describe('what is not believed', () => {
  test('1,000 replays of an answer', async () => {
    const { step, begin } = await open()
    const work = await begin('holder')
    const result = await onCard(work)
    expect(await step<Told>('holder', 'answer', { nonce: work.nonce, result })).toMatchObject({
      status: 'read',
    })
    let accepted = 0
    for (let i = 0; i < 1_000; i++)
      if (
        (await step<Told>('holder', 'answer', { nonce: work.nonce, result })).status !== undefined
      )
        accepted += 1
    expect(accepted).toBe(0)
  })

  test('an old answer under a new nonce, and the nonce of another sitting, field or form', async () => {
    const mine = await open()
    const old = await mine.begin('holder')
    const result = await onCard(old)
    const fresh = await mine.begin('holder')
    expect(await mine.step<Told>('holder', 'answer', { nonce: fresh.nonce, result })).toMatchObject(
      { code: 'DENIED_BY_POLICY' },
    )
    const other = await open()
    expect(await other.step<Told>('holder', 'answer', { nonce: old.nonce, result })).toMatchObject({
      error: { code: 'http.card-stale' },
    })
    expect(await mine.step<Told>('card', 'answer', { nonce: old.nonce, result })).toMatchObject({
      error: { code: 'http.card-stale' },
    })
    expect(await mine.step<Told>('holder', 'answer', { nonce: old.nonce, result })).toMatchObject({
      status: 'read',
    })
  })

  test('an answer after two minutes', async () => {
    const { step, begin } = await open()
    const work = await begin('member')
    const result = await onCard(work)
    portal.advanceClock(121_000)
    expect(await step<Told>('member', 'answer', { nonce: work.nonce, result })).toMatchObject({
      error: { code: 'http.card-stale' },
    })
  })

  test.each([
    ['signed for another page', { origin: 'https://elsewhere.example.jp' }],
    ['agreed to for another purpose', { purpose: '別の目的' }],
    ['signed over another nonce', { nonce: 'other' }],
  ])('an answer %s', async (_, more) => {
    const { step, begin } = await open()
    const work = await begin('holder')
    const result = await onCard(work, sampleKeys(), more)
    expect(await step<Told>('holder', 'answer', { nonce: work.nonce, result })).toMatchObject({
      status: 'failed',
      code: 'DENIED_BY_POLICY',
    })
  })

  test('a card of another issuer, even of the same name; an expired one; a CA that signs itself', async () => {
    const now = portal.now()
    const foreign = makeCardKeys({ now })
    const ca = { ...sampleKeys(), authenticationCertificate: sampleKeys().caCertificate }
    const late = makeCardKeys({ now: new Date(now.getTime() - 10 * 365 * 86_400_000) })
    for (const keys of [foreign, ca, late]) {
      const { step, begin } = await open()
      const work = await begin('holder')
      expect(
        await step<Told>('holder', 'answer', {
          nonce: work.nonce,
          result: await onCard(work, keys),
        }),
      ).toMatchObject({ code: 'DENIED_BY_POLICY' })
    }
  })

  test.each([
    ['nothing', null],
    [
      'another operation',
      { kind: 'card-type', name: 'x', operation: 'identify', profile: 'p', reader: 'r', at: 't' },
    ],
    ['a made-up code', { kind: 'none', code: 'FINE', detail: {} }],
    [
      'a certificate of no bytes',
      {
        kind: 'challenge-response',
        operation: 'challenge',
        profile: 'p',
        reader: 'r',
        at: 't',
        certificate: '',
        signature: '',
      },
    ],
    [
      'a huge one',
      {
        kind: 'challenge-response',
        operation: 'challenge',
        profile: 'p',
        reader: 'r',
        at: 't',
        certificate: 'A'.repeat(50_000),
        signature: '',
      },
    ],
  ])('as result: %s', async (_, result) => {
    const { step, begin } = await open()
    const work = await begin('holder')
    expect(await step<Told>('holder', 'answer', { nonce: work.nonce, result })).toMatchObject({
      status: 'failed',
    })
  })

  test('a receipt that was changed, belongs to another field, or was filed before', async () => {
    const { visitor, step, begin, key } = await open()
    const work = await begin('card')
    const { receipt } = await step<Told>('card', 'answer', {
      nonce: work.nonce,
      result: await onCard(work),
    })
    const send = (fields: Record<string, string>, sitting = key) =>
      visitor.post('/counter/application', {
        ...PERSON,
        ...fields,
        _key: sitting,
        _action: 'submit',
      })
    const changed = `${receipt.slice(0, -4)}AAAA`
    for (const fields of [
      { card: changed },
      { holder: receipt },
      { card: 'x'.repeat(200) },
    ] as Record<string, string>[]) {
      const answer = await send(fields)
      expect(answer.status).toBe(422)
      expect(answer.html).toContain('の読み取り結果は、もう使えません')
    }
    expect((await send({ card: receipt })).status).toBe(303)
    const again = await open()
    const second = await again.visitor.post('/counter/application', {
      ...PERSON,
      card: receipt,
      _key: again.key,
      _action: 'submit',
    })
    expect(second.status).toBe(422)
  })

  test('more wishes than a person has', async () => {
    const { step } = await open(portal.visitor('10.9.9.9'))
    const codes = []
    for (let i = 0; i < 31; i++)
      codes.push((await step<{ error?: { code: string } }>('card', 'begin')).error?.code)
    expect(codes.slice(0, 30).every((code) => code === undefined)).toBe(true)
    expect(codes[30]).toBe('refusal.too-often')
  })
})

describe('the way by code', () => {
  const program = () => portal.visitor()
  const post = (visitor: Visitor, path: string, body: object) =>
    visitor.json(`/api/v1/card-relay/${path}`, body)

  test('joins page and program; code and ticket are good once', async () => {
    const { step, begin } = await open()
    const work = await begin('card')
    const { code } = await step<{ code: string }>('card', 'offer', { nonce: work.nonce })
    expect(code).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}$/)
    expect(await step('card', 'collect', { nonce: work.nonce })).toEqual({ status: 'waiting' })
    const agent = program()
    const claimed = (await post(agent, 'claim', { code: ` ${code.toLowerCase()} ` }))
      .body as Work & { ticket: string }
    expect(claimed).toMatchObject({
      operation: 'attributes',
      nonce: work.nonce,
      purpose: work.purpose,
    })
    expect((await post(agent, 'claim', { code })).status).toBe(409)
    const handed = { ticket: claimed.ticket, result: await onCard(claimed), agent: AGENT }
    expect((await post(agent, 'result', handed)).status).toBe(200)
    expect((await post(agent, 'result', handed)).status).toBe(409)
    const kept = await portal.store.db
      .selectFrom('card_challenge')
      .select('result')
      .where('result', 'is not', null)
      .execute()
    expect(kept).toHaveLength(1)
    expect(JSON.stringify(kept)).not.toMatch(/見本|1985/)
    expect(await step<Told>('card', 'collect', { nonce: work.nonce })).toMatchObject({
      status: 'read',
      values: { lastName: '見本' },
    })
    const left = await portal.store.db
      .selectFrom('card_challenge')
      .select('result')
      .where('result', 'is not', null)
      .execute()
    expect(left).toEqual([])
  })

  test('guessing codes ends soon', async () => {
    const agent = portal.visitor('10.8.8.8')
    const statuses = []
    for (let i = 0; i < 25; i++)
      statuses.push((await post(agent, 'claim', { code: 'AAAA-AAAA' })).status)
    expect(new Set(statuses)).toEqual(new Set([409]))
    const { step, begin } = await open()
    const work = await begin('card')
    const { code } = await step<{ code: string }>('card', 'offer', { nonce: work.nonce })
    expect((await post(agent, 'claim', { code })).status).toBe(409)
    expect((await post(program(), 'claim', { code })).status).toBe(200)
  })
})

describe('the operator’s page', () => {
  test('shows agents, readers, versions and errors by code, and nothing of anybody', async () => {
    const { step, begin } = await open()
    const agent = { ...AGENT, id: 'agent-of-operators-page', user: '見本 花子' }
    const read = await begin('card')
    await step('card', 'answer', { nonce: read.nonce, result: await onCard(read), agent })
    for (let i = 0; i < 3; i++) {
      const { nonce } = await begin('card')
      const result = { kind: 'none', code: 'PIN_WRONG', detail: { triesLeft: 2 } }
      await step('card', 'answer', { nonce, result, agent })
    }
    const operator = await clerk(portal, 'operator', 'administrator')
    const page = await operator.get('/admin/cards')
    expect(page.status).toBe(200)
    const html = page.html
    for (const text of [
      'agent-of',
      '0.1.0',
      'card-reader-virtual@1.0.0（カードあり）',
      'card-profile-mynumber@1.0.0',
      'PIN_WRONG',
      '暗証番号が違います',
    ])
      expect(html).toContain(text)
    expect(html).not.toMatch(/花子|1985|残りは/)
    expect((await operator.get('/admin/')).html).toContain('href="/admin/cards"')
    const told = JSON.parse((await operator.get('/api/v1/office/cards')).html) as {
      agents: readonly object[]
      errors: readonly { code: string; count: number }[]
    }
    expect(told.agents).toContainEqual({
      id: 'agent-of',
      version: '0.1.0',
      readers: AGENT.readers,
      plugins: AGENT.plugins,
      seenAt: expect.any(String) as string,
    })
    expect(told.errors.find(({ code }) => code === 'PIN_WRONG')?.count).toBeGreaterThanOrEqual(3)
  })

  test('is closed to visitors and to roles without the right', async () => {
    const visitor = portal.visitor()
    expect((await visitor.get('/admin/cards')).status).toBe(303)
    expect((await visitor.get('/api/v1/office/cards')).status).not.toBe(200)
    const reviewer = await clerk(portal, 'reviewer', 'reviewer')
    expect((await reviewer.get('/admin/cards')).status).toBe(403)
    expect((await reviewer.get('/api/v1/office/cards')).status).toBe(403)
  })
})

test('names, numbers and certificates are in no log and no other table than the answers', async () => {
  const { step, begin } = await open()
  for (const field of ['card', 'holder']) {
    const work = await begin(field)
    await step(field, 'answer', {
      nonce: work.nonce,
      result: await onCard(work),
      agent: { ...AGENT, id: '見本', secret: '千代田' },
    })
  }
  expect(portal.logLines.join('\n')).not.toMatch(/見本|花子|千代田|1985-02-03/)
  const { db } = portal.store
  const tables = await Promise.all([
    db.selectFrom('card_challenge').selectAll().execute(),
    db.selectFrom('card_agent').selectAll().execute(),
    db.selectFrom('card_error').selectAll().execute(),
    db.selectFrom('audit').selectAll().execute(),
    db.selectFrom('throttle').selectAll().execute(),
  ])
  const certificate = Buffer.from(sampleKeys().authenticationCertificate)
    .toString('base64')
    .slice(100, 160)
  // Digits by themselves: inside a hash they may stand by chance.
  expect(JSON.stringify(tables)).not.toMatch(
    /見本|花子|千代田|1985-?02-?03|(?<![0-9A-Za-z_-])(?:1985|1234|5678)(?![0-9A-Za-z_-])/,
  )
  expect(JSON.stringify(tables)).not.toContain(certificate)
})
