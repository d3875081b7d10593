import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  BASE_URL,
  browse,
  createScene,
  lastLink,
  member,
  PASSWORD,
  registration,
  type Scene,
} from './scene.ts'

let scene: Scene
beforeAll(async () => void (scene = await createScene()))
afterAll(() => scene.close())

const PATH = '/api/v1/treatment/registration'
const answers = { ...registration, agreeTerms: true }
type Told = { issues: { field: string; code: string; message: string; links?: object[] }[] }
type Made = { id: string; number: string; state: string; label: string; url: string }

describe('a submission by a program', () => {
  test('is the same as from the page, without a browser around it', async () => {
    const answer = await scene.app.request(`${BASE_URL}${PATH}`, {
      method: 'POST',
      body: JSON.stringify({ answers }),
      headers: { 'content-type': 'application/json; charset=UTF-8' },
    })
    expect(answer.status).toBe(201)
    const made = (await answer.json()) as Made
    expect(made).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/) as string,
      number: expect.stringMatching(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/) as string,
      state: 'waitingForActivation',
      label: 'メールの確認待ち',
      url: `${BASE_URL}/treatment/submissions/${made.id}`,
    })
    const told = await (await browse(scene).get(`/api/v1/submissions/${made.id}`)).json()
    const actions = [{ action: 'resend', label: '確認メールを再送する' }]
    expect(told).toEqual({ ...made, actions })
    const again = await browse(scene).json(`/api/v1/submissions/${made.id}/actions/resend`, {})
    expect(again.status).toBe(200)
    const other = await browse(scene).json(`/api/v1/submissions/${made.id}/actions/activate`, {})
    expect(other.status).toBe(409)
  })

  test('is refused with every issue as data, in the language asked for', async () => {
    const wrong = { ...answers, phone: '03-1234', email: 'UPPER@clinic.example.jp', lastName: '' }
    const told: Told[] = []
    for (const language of ['ja', 'en-GB,en;q=0.9,ja;q=0.5']) {
      const answer = await browse(scene).json(
        PATH,
        { answers: wrong },
        { 'accept-language': language },
      )
      expect(answer.status).toBe(422)
      told.push((await answer.json()) as Told)
    }
    const [ja, en] = told
    expect(ja?.issues.map(({ field }) => field)).toEqual(['lastName', 'phone', 'email'])
    expect(en?.issues.map(({ code }) => code)).toEqual(ja?.issues.map(({ code }) => code))
    for (const { message } of ja?.issues ?? []) expect(message).toMatch(/[ぁ-ん]/)
    expect(en?.issues[1]?.message).not.toMatch(/[ぁ-ん]/)
  })

  test('takes text, not numbers, so that codes keep their zeros; unknown and read-only answers change nothing', async () => {
    const answer = await browse(scene).json(PATH, { answers: { ...answers, regDigits9: 12345678 } })
    expect(((await answer.json()) as Told).issues).toEqual([
      {
        field: 'regDigits9',
        code: 'answer.type',
        message: expect.stringContaining('② 入力項目') as string,
      },
    ])
    const forged = { facility: { code: 'x', hasAccount: false }, role: 'administrator', nothing: 1 }
    const check = await browse(scene).json(`${PATH}/check`, { answers: { ...answers, ...forged } })
    expect([check.status, await check.json()]).toEqual([200, { ok: true }])
  })

  test('says where to go instead', async () => {
    await member(scene)
    const answer = await browse(scene).json(`${PATH}/check`, {
      answers: { ...answers, email: 'b@example.jp' },
    })
    const { issues } = (await answer.json()) as Told
    expect(issues[0]?.links).toEqual([
      { label: 'ログイン', href: '/treatment/login' },
      { label: 'パスワードの再設定', href: '/treatment/password' },
    ])
  })
})

describe('an idempotency key', () => {
  const wish = {
    answers: {
      ...answers,
      regPrefix: '協',
      regDigits9: '400034711',
      email: 'key@clinic.example.jp',
    },
  }
  const headers = { 'idempotency-key': 'order-1' }

  test('makes a repeated request one submission with one answer, also after it has moved on', async () => {
    const browser = browse(scene)
    const both = await Promise.all([
      browser.json(PATH, wish, headers),
      browser.json(PATH, wish, headers),
    ])
    const [first, second] = await Promise.all(both.map((answer) => answer.json() as Promise<Made>))
    expect(both.map(({ status }) => status)).toEqual([201, 201])
    expect(second).toEqual(first)
    await scene.settle()
    await browser.post(lastLink(scene), {})
    const late = await browser.json(PATH, wish, headers)
    expect([late.status, await late.json()]).toEqual([201, first])
    const now = (await (await browser.get(`/api/v1/submissions/${first?.id}`)).json()) as Made
    expect(now.state).toBe('active')
  })

  test('used for something else is refused in words; one that cannot be is, too', async () => {
    const other = { answers: { ...wish.answers, lastName: '別' } }
    const answer = await browse(scene).json(PATH, other, headers)
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      error: {
        code: 'refusal.key-reused',
        message: expect.stringContaining('Idempotency-Key') as string,
      },
    })
    for (const key of ['', 'a b', 'x'.repeat(201)])
      expect((await browse(scene).json(PATH, wish, { 'idempotency-key': key })).status).toBe(400)
  })

  test('tells nobody what was typed', async () => {
    const rows = await scene.store.db.selectFrom('idempotency').selectAll().execute()
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toMatch(/見本|example\.jp|Correct8horse/)
  })
})

describe('lookups', () => {
  const ask = async (inputs: object, address?: string) => {
    const answer = await browse(scene, address).json(`${PATH}/lookups/facility`, { inputs })
    return { status: answer.status, json: (await answer.json()) as Record<string, unknown> }
  }

  test('tell a name and two flags, nothing else', async () => {
    const found = await ask({ facilityType: 'ahaki', registrationNumber: '01234567-8-9' })
    expect(found.json).toEqual({
      status: 'found',
      value: { name: '見本青葉鍼灸マッサージ院', hasAccount: false, hasActiveUser: false },
    })
    expect((await ask({ facilityType: 'judo', registrationNumber: '契9999999-9-9' })).json).toEqual(
      {
        status: 'missing',
      },
    )
  })

  test('answer only the questions of the form', async () => {
    for (const inputs of [
      { facilityType: 'ika', prefecture: '13', code7: '0123456' },
      { facilityType: 'judo' },
      { facilityType: 'judo', registrationNumber: 'x', portal: 'medical' },
      {},
    ])
      expect([inputs, (await ask(inputs)).status]).toEqual([inputs, 404])
    expect((await ask({ facilityType: 'judo', registrationNumber: 'x'.repeat(201) })).status).toBe(
      400,
    )
    expect((await ask({ facilityType: 'judo', registrationNumber: 1 })).status).toBe(400)
    const none = await browse(scene).json(`${PATH}/lookups/email`, { inputs: {} })
    expect(none.status).toBe(404)
  })
})

describe('accounts', () => {
  test('log in with a cookie; what needs a login says so as data', async () => {
    const refused = await browse(scene).json('/api/v1/treatment/profile', { answers: {} })
    expect([refused.status, await refused.json()]).toMatchObject([
      401,
      { error: { code: 'http.login-required' } },
    ])
    const browser = browse(scene)
    const wrong = { username: registration.email, password: 'Wrong1234' }
    const no = await browser.json('/api/v1/treatment/login', { answers: wrong })
    expect([no.status, browser.cookie()]).toEqual([422, undefined])
    const yes = await browser.json('/api/v1/treatment/login', {
      answers: { ...wrong, password: PASSWORD },
    })
    expect([yes.status, await yes.json()]).toEqual([
      200,
      { account: { login: registration.email } },
    ])
    const profile = { lastName: '見本', firstName: '二郎', phone: '0312345678' }
    const saved = await browser.json('/api/v1/treatment/profile', { answers: profile })
    expect(saved.status).toBe(201)
    const { id } = (await saved.json()) as Made
    expect((await browser.get(`/api/v1/submissions/${id}`)).status).toBe(200)
    expect((await browse(scene).get(`/api/v1/submissions/${id}`)).status).toBe(404)
  })

  test('forms of an action are judged, but reached by their link only', async () => {
    const set = { password: PASSWORD, passwordConfirm: PASSWORD }
    const check = await browse(scene).json('/api/v1/treatment/new-password/check', { answers: set })
    expect(check.status).toBe(200)
    expect(
      (await browse(scene).json('/api/v1/treatment/new-password', { answers: set })).status,
    ).toBe(404)
  })
})

test('/openapi.json describes every form and what it leads to', async () => {
  const answer = await browse(scene).get('/openapi.json')
  const document = (await answer.json()) as {
    openapi: string
    paths: Record<string, unknown>
    components: { schemas: Record<string, unknown> }
  }
  expect(document.openapi).toMatch(/^3\.1\./)
  expect(Object.keys(document.paths)).toEqual(
    expect.arrayContaining([
      PATH,
      `${PATH}/check`,
      `${PATH}/lookups/facility`,
      '/api/v1/treatment/login',
      '/api/v1/submissions/{id}',
    ]),
  )
  expect(document.paths['/api/v1/treatment/new-password']).toBeUndefined()
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"/]+)"/g)]
  expect(refs.length).toBeGreaterThan(10)
  for (const [, name] of refs) expect(Object.keys(document.components.schemas)).toContain(name)
})
