import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browse, createScene, lastForm, member, registration, type Scene } from './scene.ts'

let scene: Scene
let code = ''
const HOUR_MS = 3_600_000

/** Two numbers of one facility that lets further users in by its code. */
const shared = { ...registration, facilityType: 'ahaki', regDigits10: '0123456789' }
let second: { regDigits10: string }

beforeAll(async () => {
  scene = await createScene()
  await member(scene, shared)
  const { db } = scene.store
  code = (await db.selectFrom('facility_code').selectAll().executeTakeFirstOrThrow()).code
  const numbers = await db
    .selectFrom('facility_number')
    .select('registration_number')
    .where('facility_id', '=', 'A-0001')
    .execute()
  const other = numbers.find(({ registration_number: number }) => number !== shared.regDigits10)
  second = { regDigits10: other?.registration_number ?? '' }
})
afterAll(() => scene.close())

describe('the code for further users of a facility (D-12)', () => {
  const send = async (userAuthCode: string, address: string) => {
    const answers = { ...shared, ...second, userAuthCode, email: `${address}@clinic.example.jp` }
    const answer = await browse(scene, address).post('/treatment/register', {
      ...answers,
      _action: 'submit',
    })
    const issues = answer.status === 422 ? lastForm(scene).issues : []
    return { status: answer.status, issues, html: await answer.text() }
  }
  const wrong = () => (code === '000000' ? '000001' : '000000')

  test('is asked for, never shown, and lets a second user in', async () => {
    const without = await send('', '192.0.2.20')
    expect(without.issues.map(({ field }) => field)).toEqual(['userAuthCode'])
    expect(without.html).not.toContain(code)
    expect((await send(code, '192.0.2.21')).status).toBe(303)
  })

  test('is not tried while something else is wrong', async () => {
    for (let times = 0; times < 10; times++) {
      const answers = { ...shared, ...second, userAuthCode: wrong(), phone: '' }
      await browse(scene, '192.0.2.22').post('/treatment/register', {
        ...answers,
        _action: 'submit',
      })
      expect(lastForm(scene).issues.map(({ field }) => field)).toEqual(['phone'])
    }
    expect((await send(code, '192.0.2.23')).status).toBe(303)
  })

  test('is blocked for an hour after five wrong tries from anywhere, also at one moment; all look the same', async () => {
    const tries = await Promise.all(
      Array.from({ length: 20 }, (_, n) => send(wrong(), `198.51.100.${n}`)),
    )
    const blocked = await send(code, '192.0.2.24')
    for (const { status, issues } of [...tries, blocked]) {
      expect(status).toBe(422)
      expect(issues).toEqual(blocked.issues)
    }
    expect(blocked.issues).toEqual([
      {
        field: 'userAuthCode',
        code: 'verify.wrong',
        text: {
          ja: 'ユーザー登録用認証コードが正しくありません。',
          en: 'The code for further users (ユーザー登録用認証コード) is not correct.',
        },
      },
    ])
    scene.pass(HOUR_MS - 60_000)
    expect((await send(code, '192.0.2.25')).status).toBe(422)
    scene.pass(60_001)
    expect((await send(code, '192.0.2.26')).status).toBe(303)
  })

  test('lets four mistakes pass', async () => {
    scene.pass(2 * HOUR_MS)
    for (let n = 0; n < 4; n++) expect((await send(wrong(), `203.0.113.${n}`)).status).toBe(422)
    expect((await send(code, '203.0.113.9')).status).toBe(303)
  })
})

test('passwords are hashed only when everything else is right and the answers are stored', async () => {
  const before = scene.hashes.hash
  const browser = browse(scene, '192.0.2.30')
  const answers = { ...registration, email: 'hash@clinic.example.jp' }
  await browser.post('/treatment/register', { ...answers, phone: '', _action: 'submit' })
  await browser.post('/treatment/register', { ...answers, _action: 'check' })
  await browser.json('/api/v1/treatment/registration/check', {
    answers: { ...answers, agreeTerms: true },
  })
  expect(scene.hashes.hash).toBe(before)
  await browser.post('/treatment/register', { ...answers, _action: 'submit' })
  expect(scene.hashes.hash).toBe(before + 1)
})

test('a facility that is not for this form leads to the place where it belongs', async () => {
  const elsewhere = await scene.store.db
    .selectFrom('facility')
    .selectAll()
    .where('facility_type', '=', 'ika')
    .executeTakeFirstOrThrow()
  const answers = {
    ...registration,
    facilityType: 'checkup',
    prefecture: elsewhere.prefecture,
    facilityCode7: elsewhere.code7,
  }
  const answer = await browse(scene, '192.0.2.40').post('/treatment/register', {
    ...answers,
    _action: 'submit',
  })
  expect(answer.status).toBe(422)
  expect(lastForm(scene).issues[0]?.links?.[0]?.href).toBe('/medical')
})
