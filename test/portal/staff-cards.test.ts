import { createHash, X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CardResult } from '../../src/cards/contract.ts'
import {
  createMyNumberCard,
  makeCardKeys,
  type CardKeys,
} from '../../src/cards/virtual/mynumber.ts'
import { appCode, enrolOver } from '../accounts/enrol.ts'
import { scene } from '../cards/scene.ts'
import { openTestPortal, type TestPortal, type Visitor } from './portal.ts'

/** A card in the place of the app's code: registered, at the login, before weighty deeds; and what will not do. */

const ORIGIN = 'http://localhost:3000'
const SLOT = 'virtual-1'
const PASSWORD = 'four quiet words together'
const CODE_PAGE = '/admin/login/code?next=%2Freview%2F'
const FRESH_MS = 11 * 60_000

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal()
})
afterAll(() => portal.close())

type Person = { readonly login: string; readonly browser: Visitor; code(): string }
type Work = { nonce: string; purpose: string; portal: string; operation: string }
type Told = {
  status?: string
  receipt: string
  assurance?: string
  code?: string
  error?: { code: string }
}

/** Somebody of the office with an app, logged in. */
async function hire(login: string): Promise<Person> {
  const at = portal.now().toISOString()
  const password_hash = await portal.accounts.hashPassword(PASSWORD)
  await portal.store.write((tx) =>
    tx
      .insertInto('staff')
      .values({
        ...{ id: `staff-${login}`, login, name: login, role: 'administrator', state: 'active' },
        ...{ password_hash, created_at: at, updated_at: at },
      })
      .execute(),
  )
  const browser = await atDoor(login)
  const half = [...browser.cookies()].map((pair) => pair.join('=')).join('; ')
  const { secret, cookie } = await enrolOver(
    (path, init) => portal.app.request(`${ORIGIN}${path}`, init),
    { cookie: half, now: portal.now() },
  )
  const [name = '', value = ''] = cookie.split('=')
  ;(browser.cookies() as Map<string, string>).set(name, value)
  return { login, browser, code: () => appCode(secret, portal.now()) }
}

/** With the password given and no second factor yet. */
async function atDoor(login: string): Promise<Visitor> {
  const browser = portal.visitor()
  const answer = await browser.post('/admin/login?next=%2Freview%2F', { login, password: PASSWORD })
  expect(answer.status).toBe(303)
  return browser
}

const step = async <T>(browser: Visitor, use: string, name: string, body: object = {}) =>
  (await browser.json(`/api/v1/office/own-cards/${use}/${name}`, { key: '', ...body })).body as T

async function sign(work: Work, keys: CardKeys): Promise<CardResult> {
  const { run, hardware } = scene()
  hardware.insert(SLOT, createMyNumberCard({ keys }))
  return run('challenge', {
    fields: [],
    statement: { origin: ORIGIN, nonce: work.nonce, purpose: work.purpose },
  })
}

async function read(browser: Visitor, use: 'check' | 'register', keys: CardKeys): Promise<string> {
  const work = await step<Work>(browser, use, 'begin')
  const result = await sign(work, keys)
  const told = await step<Told>(browser, use, 'answer', { nonce: work.nonce, result, agent: null })
  expect(told).toMatchObject({ status: 'read', assurance: 'card-proved' })
  return told.receipt
}

async function register(person: Person, keys: CardKeys) {
  const receipt = await read(person.browser, 'register', keys)
  return person.browser.post('/admin/own-cards/new', { _card: receipt })
}

const kinds = async (login: string) =>
  (
    await portal.store.db
      .selectFrom('audit')
      .select(['kind', 'data'])
      .where('subject', '=', `staff-${login}`)
      .orderBy('seq')
      .execute()
  ).map(({ kind, data }) => (data === '{}' ? kind : `${kind} ${data}`))

describe('a card of the staff', () => {
  test('is registered after a fresh code, and from then on stands in for the code', async () => {
    const keys = makeCardKeys({ now: portal.now() })
    const person = await hire('hanako')
    const { browser } = person
    expect((await browser.get('/admin/')).html).toContain('href="/admin/own-cards"')
    expect((await browser.get('/admin/own-cards')).html).toContain('登録したカードはありません')
    // Before there is one, the page of the code says nothing of cards.
    expect((await (await atDoor('hanako')).get(CODE_PAGE)).html).not.toContain('<card-reading')
    const page = await browser.get('/admin/own-cards/new')
    expect(page.html).toContain('data-api="/api/v1/office/own-cards/register"')
    expect(page.headers.get('content-security-policy')).toContain('ws://127.0.0.1:*')
    const unread = await browser.post('/admin/own-cards/new', { _card: '' })
    expect([unread.status, unread.html.includes('まだ読み取られていません')]).toEqual([422, true])
    expect((await register(person, keys)).html).toContain('カードを登録しました')
    expect((await register(person, keys)).html).toContain('すでに登録されています')

    const door = await atDoor('hanako')
    expect((await door.get('/review/')).location).toBe(CODE_PAGE)
    const asked = await door.get(CODE_PAGE)
    expect(asked.html).toContain('登録したカードで確認することもできます')
    expect(asked.headers.get('content-security-policy')).toContain('ws://127.0.0.1:*')
    const before = new Map(door.cookies())
    const receipt = await read(door, 'check', keys)
    const through = await door.post(CODE_PAGE, { code: '', _card: receipt })
    expect([through.status, through.location]).toEqual([303, '/review/'])
    expect(new Map(door.cookies()), 'a new token').not.toEqual(before)
    expect((await door.get('/review/')).status).toBe(200)
    expect((await door.get('/admin/own-cards')).html).not.toContain('まだ使っていません')
    expect(await kinds('hanako')).toEqual([
      ...['staff.factor-enrolled', 'staff.logged-in', 'staff.card-registered', 'staff.logged-in'],
    ])
  })

  test('opens a weighty deed; what was typed comes along', async () => {
    const keys = makeCardKeys({ now: portal.now() })
    const person = await hire('jiro')
    const { browser } = person
    await register(person, keys)
    portal.advanceClock(FRESH_MS)
    const deed = (more: Record<string, string> = {}) =>
      browser.post('/admin/staff/invite', { role: 'reviewer', ...more })
    const asked = await deed()
    expect(asked.html).toContain('name="role" value="reviewer"')
    expect(asked.html).toContain('data-api="/api/v1/office/own-cards/check"')
    const receipt = await read(browser, 'check', keys)
    const done = await deed({ _code: '', _card: receipt })
    expect(done.html).toMatch(/\/admin\/setup\/[\w-]+/)
    expect((await browser.get('/admin/own-cards/new')).status, 'fresh again').toBe(200)
  })

  test('will not do when it is another’s, read long ago, given up, or read for something else', async () => {
    const [mine, other] = [makeCardKeys({ now: portal.now() }), makeCardKeys({ now: portal.now() })]
    const person = await hire('saburo')
    const stranger = await hire('shiro')
    await register(person, mine)
    await register(stranger, other)
    expect((await register(person, other)).html, 'one card, one person').toContain(
      'すでに登録されています',
    )
    const door = await atDoor('saburo')
    const send = (receipt: string) => door.post(CODE_PAGE, { code: '', _card: receipt })
    const refused = async (receipt: string) => {
      const answer = await send(receipt)
      expect([answer.status, answer.html.includes('このカードでは確認できませんでした')]).toEqual([
        422,
        true,
      ])
    }
    await refused(await read(door, 'check', other))
    await refused(await read(person.browser, 'register', mine))
    await refused(await read(await atDoor('shiro'), 'check', mine))
    await refused('x'.repeat(200))
    const late = await read(door, 'check', mine)
    portal.advanceClock(301_000)
    await refused(late)
    // Used once, never again: neither in another session nor in this one.
    const once = await read(door, 'check', mine)
    expect((await send(once)).status).toBe(303)
    const second = await atDoor('saburo')
    expect((await second.post(CODE_PAGE, { code: '', _card: once })).status).toBe(422)
    const [, id = ''] =
      /own-cards\/([^/"]+)\/remove/.exec((await door.get('/admin/own-cards')).html) ?? []
    expect((await stranger.browser.post(`/admin/own-cards/${id}/remove`, {})).status).toBe(404)
    const gone = await door.post(`/admin/own-cards/${id}/remove`, {})
    expect(gone.html).toContain('カードの登録を消しました')
    const after = await atDoor('saburo')
    expect((await after.get(CODE_PAGE)).html).not.toContain('<card-reading')
    const spent = await read(after, 'check', mine)
    expect((await after.post(CODE_PAGE, { code: '', _card: spent })).status).toBe(422)
    expect(await kinds('saburo')).toContain('staff.factor-refused {"kind":"card"}')
  })

  test('is proved by its key alone: a certificate that anybody can read opens nothing', async () => {
    const keys = makeCardKeys({ now: portal.now() })
    const person = await hire('goro')
    await register(person, keys)
    const door = await atDoor('goro')
    const certificate = new X509Certificate(Buffer.from(keys.authenticationCertificate))
    const key = certificate.publicKey.export({ type: 'spki', format: 'der' })
    const origin = { operation: 'challenge', profile: 'p@1.0.0', reader: 'r@1.0.0', at: 't' }
    const number = createHash('sha256').update(key).digest('hex')
    for (const result of [
      { ...origin, kind: 'uid', uid: number },
      { ...origin, kind: 'card-type', name: number },
      { ...origin, kind: 'attributes', attributes: { subject: number } },
      {
        ...origin,
        kind: 'challenge-response',
        certificate: certificate.raw.toString('base64'),
        signature: Buffer.alloc(256).toString('base64'),
      },
    ]) {
      const work = await step<Work>(door, 'check', 'begin')
      const told = await step<Told>(door, 'check', 'answer', { nonce: work.nonce, result })
      expect(told, result.kind).toMatchObject({ status: 'failed' })
    }
  })

  test('is not asked of strangers, nor registered by somebody who has only given a password', async () => {
    const nobody = await step<Told>(portal.visitor(), 'check', 'begin')
    expect(nobody).toMatchObject({ error: { code: 'http.not-found' } })
    const person = await hire('rokuro')
    const door = await atDoor(person.login)
    expect(await step<Told>(door, 'register', 'begin')).toMatchObject({
      error: { code: 'http.not-found' },
    })
    expect((await door.get('/admin/own-cards/new')).status).toBe(303)
    portal.advanceClock(FRESH_MS)
    const late = await person.browser.get('/admin/own-cards/new')
    expect(late.location).toBe('/admin/login/code?next=%2Fadmin%2Fown-cards%2Fnew')
    const asked = await person.browser.post('/admin/own-cards/new', { _card: '' })
    expect(asked.html).toContain('確認コードの再入力')
    await person.browser.post('/admin/login/code', { code: person.code() })
    expect((await person.browser.get('/admin/own-cards/new')).status).toBe(200)
  })

  test('is one of three at most, and goes when the second factor is reset', async () => {
    const person = await hire('nanako')
    const cards = [1, 2, 3, 4].map(() => makeCardKeys({ now: portal.now() }))
    const answers: boolean[] = []
    for (const keys of cards)
      answers.push((await register(person, keys)).html.includes('カードを登録しました'))
    expect(answers).toEqual([true, true, true, false])
    const chief = await hire('hachiro')
    const id = 'staff-nanako'
    const reset = await chief.browser.post(`/admin/staff/${id}/reset-factor`, { reason: '紛失' })
    expect(reset.status).toBe(303)
    const { db } = portal.store
    const left = await db.selectFrom('staff_card').select('id').where('staff_id', '=', id).execute()
    expect(left).toEqual([])
  })
})
