import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ahaki, checkup, createAccount, judo, logIn, REGISTER, sendForm } from './people.ts'
import { openTestPortal, plain, type Fields, type TestPortal } from './portal.ts'

/** Requests that no page of ours sends: what is stored is what the page shows, and what cannot be read is said so. */
const API = '/api/v1/treatment/registration'
const FORM = 'application/x-www-form-urlencoded'

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal()
})
afterAll(() => portal.close())

/** What a browser sends for the visible inputs of a registration gives exactly these answers. */
const stored = {
  lastName: '見本',
  firstName: '花子',
  facilityType: 'judo',
  regPrefix: '契',
  regDigits9: '012345678',
  registrationNumber: '契0123456-7-8',
  facility: {
    portal: 'treatment',
    facilityId: 'J-0001',
    facilityType: 'judo',
    identifier: 'judo:契012345678',
    name: '見本青葉接骨院',
    hasAccount: false,
    hasActiveUser: false,
  },
  phone: '0312345678',
  password: expect.stringMatching(/^\$argon2id\$/) as string,
  agreeTerms: true,
}

describe('mass assignment: nothing but the answers of visible inputs is stored', () => {
  const forged: readonly (readonly [string, Fields])[] = [
    ['unknown fields', { role: 'administrator', state: 'active', isAdmin: 'true', id: '1' }],
    ['fields of hidden blocks', { prefecture: '13', facilityCode7: '0123456', kindCode: '0' }],
    ['a code nobody asked for', { userAuthCode: '123456' }],
    ['read-only values', { registrationNumber: '契9999999-9-9', kindCode: '9' }],
    ['the looked-up facility', { facility: '{"facilityId":"J-0002","hasAccount":false}' }],
    ['properties of it', { 'facility.facilityId': 'J-0002', 'facility[identifier]': 'x' }],
    ['columns of the account', { login: 'x@example.jp', password_hash: 'x', identifier: 'x' }],
    ['facts', { 'account.login': 'x@example.jp', 'login.isTaken': 'false', account: 'x' }],
    ['workflow words', { workflow: 'profile', form: 'profile', to: 'active', definition: 'x' }],
    ['names of our own', { _state: 'active', _kept_password: 'x', _kept: 'x', _account: '1' }],
    ['arrays by bracket', { 'lastName[]': 'x', 'facilityType[0]': 'ahaki' }],
    ['second values', { lastName: ['見本', '偽名'], email: ['EMAIL', 'evil@example.jp'] }],
    ['another facility type behind the first', { facilityType: ['judo', 'ahaki'] }],
    [
      'words of objects',
      { toString: 'x', valueOf: 'x', hasOwnProperty: 'x', __defineGetter__: 'x' },
    ],
  ]

  test.each(forged)('%s', async (_, extra) => {
    const email = `forged${crypto.randomUUID().slice(0, 8)}@example.jp`
    const typed: Fields = { ...judo, email, ...extra }
    const fields: Fields = Object.fromEntries(
      Object.entries(typed).map(([name, value]) => [
        name,
        typeof value === 'string' ? value : value.map((each) => each.replace('EMAIL', email)),
      ]),
    )
    const sent = await sendForm(portal.visitor(), REGISTER, fields, 'submit')
    expect(sent.status).toBe(303)
    expect(await answersOf(email)).toEqual({ ...stored, email })
  })

  test.each([
    ['unknown and nested values', { role: 'administrator', account: { login: 'x' }, list: [[1]] }],
    ['computed and looked-up values', { registrationNumber: 'x', facility: { facilityId: 'x' } }],
    ['lists for inputs', { lastName: ['見本', '偽名'] }],
    ['fields of hidden blocks', { prefecture: '13', userAuthCode: '123456' }],
  ])('the same through the API: %s', async (_, extra) => {
    const email = `forged${crypto.randomUUID().slice(0, 8)}@example.jp`
    const answers = { ...judo, email, agreeTerms: true, ...extra }
    const made = await portal.visitor().json(API, { answers, actor: 'staff', workflow: 'profile' })
    expect(made.status).toBe(201)
    expect(await answersOf(email)).toEqual({ ...stored, email })
  })

  test('a type of facility that does not exist, or a name of the language, is no choice', async () => {
    for (const facilityType of ['ika', 'constructor', '__proto__', 'toString', '["judo"]']) {
      const page = await sendForm(portal.visitor(), REGISTER, { ...judo, facilityType })
      expect([facilityType, page.status]).toEqual([facilityType, 422])
      const told = await portal.visitor().json(API, { answers: { ...judo, facilityType } })
      expect([facilityType, told.status]).toEqual([facilityType, 422])
    }
  })

  test('names that reach a prototype are refused, on the page and in JSON, at any depth', async () => {
    const before = await submissionCount()
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const page = await portal.visitor().post(REGISTER, { ...judo, [name]: 'x' })
      expect(page.status).toBe(400)
      expect(plain(page.html)).toContain('使えない名前')
      const body = `{"answers":{"lastName":{"${name}":{"isAdmin":true}}}}`
      const told = await portal.visitor().send(API, {
        method: 'POST',
        body,
        headers: { 'Content-Type': 'application/json' },
      })
      expect(told.status).toBe(400)
    }
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
    expect(await submissionCount()).toBe(before)
  })

  test('an address change moves nothing but the login', async () => {
    const person = { ...checkup, email: 'mover@example.jp' }
    const { visitor } = await createAccount(portal, person)
    await logIn(visitor, person.email)
    const email = 'moved@example.jp'
    const wish = { email, emailConfirm: email, currentPassword: person.password }
    const forged = { facilityType: 'judo', identifier: 'judo:1', lastName: 'x', account_id: 'x' }
    const sent = await sendForm(visitor, '/treatment/email', { ...wish, ...forged }, 'submit')
    expect(sent.status).toBe(303)
    expect(await answersOf(email)).toEqual({ email })
  })
})

describe('bodies that cannot be read', () => {
  const cases: readonly (readonly [string, string, BodyInit, number, string])[] = [
    ['too large', FORM, `lastName=${'x'.repeat(70_000)}`, 413, '大きすぎます'],
    ['not UTF-8', FORM, 'lastName=%8C%A9%96%7B', 400, '文字を読み取れませんでした'],
    ['no form', FORM, 'hello', 400, 'フォームの入力として'],
    ['JSON to a page', 'application/json', '{}', 415, '種類に対応していません'],
    ['a file', 'multipart/form-data; boundary=x', '--x--', 415, '種類に対応していません'],
    ['too many fields', FORM, many(600), 400, '多すぎます'],
  ]
  test.each(cases)('%s', async (_, type, body, status, words) => {
    for (const path of [REGISTER, '/treatment/login', '/treatment/password']) {
      const page = await portal
        .visitor()
        .send(path, { method: 'POST', body, headers: { 'Content-Type': type } })
      expect([path, page.status]).toEqual([path, status])
      expect(plain(page.html)).toContain(words)
      expect(page.headers.get('content-type')).toContain('text/html')
    }
  })
})

describe('the lookup', () => {
  const PATH = `${API}/lookups/facility`
  const question = (registrationNumber: string) => ({
    inputs: { facilityType: 'ahaki', registrationNumber },
  })

  test('tells a name and two flags and nothing secret, in data and on pages', async () => {
    await createAccount(portal, { ...ahaki, email: 'lookup@example.jp' })
    await portal.store.write((tx) =>
      tx.updateTable('facility_code').set({ code: '739105' }).execute(),
    )
    const told = await portal.visitor().json(PATH, question('01234567-8-9'))
    expect(told).toEqual({
      status: 200,
      body: {
        status: 'found',
        value: { name: '見本青葉鍼灸マッサージ院', hasAccount: true, hasActiveUser: true },
      },
    })
    const fields = { ...ahaki, regDigits10: '0123456790' }
    for (const button of ['refresh', 'check'] as const) {
      const page = await sendForm(portal.visitor(), REGISTER, fields, button)
      expect(page.html).toContain('見本青葉鍼灸マッサージ院')
      for (const secret of ['A-0001', '739105', '見本 一郎', '見本市青葉町', '0012345'])
        expect(page.html).not.toContain(secret)
    }
  })

  test('answers one address 30 times a minute, in whatever way it asks', async () => {
    const harvester = portal.visitor('198.51.100.7')
    for (let n = 1; n <= 30; n++) {
      const number = String(n).padStart(10, '0')
      expect(await harvester.json(PATH, question(number))).toMatchObject({
        body: { status: 'missing' },
      })
    }
    expect(await harvester.json(PATH, question('0123456789'))).toMatchObject({
      body: { status: 'unavailable' },
    })
    const page = await sendForm(harvester, REGISTER, ahaki)
    expect(page.status).toBe(422)
    expect(plain(page.html)).toMatch(/いま確認できません。\d+秒ほどおいて/)
    expect(page.html).not.toContain('見本青葉鍼灸マッサージ院')
    const api = await harvester.json(API, { answers: ahaki })
    expect(api).toMatchObject({ status: 422, body: { issues: [{ code: 'lookup.unavailable' }] } })
    const other = await portal.visitor('198.51.100.8').json(PATH, question('0123456789'))
    expect(other.body).toMatchObject({ status: 'found' })
    portal.advanceClock(61_000)
    const later = await harvester.json(PATH, question('0123456789'))
    expect(later.body).toMatchObject({ status: 'found' })
  })
})

async function answersOf(email: string): Promise<unknown> {
  const row = await portal.store.db
    .selectFrom('submission')
    .select('answers')
    .where('answers', 'like', `%"${email}"%`)
    .executeTakeFirstOrThrow()
  return JSON.parse(row.answers)
}

async function submissionCount(): Promise<number> {
  return (await portal.store.db.selectFrom('submission').select('id').execute()).length
}

function many(count: number): string {
  return Array.from({ length: count }, (_, index) => `f${index}=x`).join('&')
}
