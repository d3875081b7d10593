import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  browse,
  createScene,
  lastForm,
  lastLink,
  PASSWORD,
  registration,
  type Scene,
} from './scene.ts'

let scene: Scene
beforeAll(async () => void (scene = await createScene()))
afterAll(() => scene.close())

const HOUR_MS = 3_600_000
let count = 0

/** A registration with the mail sent, on a facility of its own. */
async function registered(email: string) {
  const numbers = await scene.store.db
    .selectFrom('facility_number')
    .select('registration_number')
    .where('facility_type', '=', 'judo')
    .orderBy('registration_number')
    .execute()
  const number = numbers[count++]?.registration_number ?? ''
  const browser = browse(scene, `192.0.2.${count}`)
  const typed = {
    ...registration,
    email,
    regPrefix: number.slice(0, 1),
    regDigits9: number.slice(1),
  }
  const sent = await browser.post('/treatment/register', { ...typed, _action: 'submit' })
  if (sent.status !== 303)
    throw new Error(`not registered: ${JSON.stringify(lastForm(scene).issues)}`)
  await scene.settle()
  return { browser, link: lastLink(scene), place: sent.headers.get('location') ?? '' }
}
const accounts = async () =>
  (await scene.store.db.selectFrom('account').select('login').execute()).length

describe('a one-time link', () => {
  test('is not used up by being looked at; its button uses it once', async () => {
    const { browser, link } = await registered('one@clinic.example.jp')
    for (let times = 1; times <= 3; times++) {
      const look = await browser.get(link)
      expect(look.status).toBe(200)
      expect(await look.text()).toContain('登録を完了する')
    }
    expect((await browser.send(link, { method: 'HEAD' })).status).toBe(200)
    expect(await accounts()).toBe(0)

    const [first, second] = await Promise.all([browser.post(link, {}), browser.post(link, {})])
    for (const answer of [first, second]) {
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toBe('/treatment/pages/registration-complete')
    }
    expect(await accounts()).toBe(1)
    expect((await browser.get('/treatment/pages/registration-complete')).status).toBe(200)
    expect((await browser.get(link)).status).toBe(410)
    scene.pass(HOUR_MS)
    expect((await browser.post(link, {})).status).toBe(410)
  })

  test('that is unknown, used, revoked, run out or of another portal looks the same', async () => {
    const used = await registered('used@clinic.example.jp')
    await used.browser.post(used.link, {})
    const revoked = await registered('revoked@clinic.example.jp')
    await revoked.browser.post(`${revoked.place}/resend`, {})
    await scene.settle()
    const newer = lastLink(scene)
    const late = await registered('late@clinic.example.jp')
    scene.pass(24 * HOUR_MS + 60_000)
    const unknown = `/treatment/links/${'A'.repeat(43)}`
    const seen = []
    for (const link of [unknown, used.link, revoked.link, newer, late.link])
      for (const method of ['GET', 'POST']) {
        const answer =
          method === 'GET' ? await browse(scene).get(link) : await browse(scene).post(link, {})
        const text = (await answer.text()).replaceAll(/[A-Za-z0-9_-]{22,}/g, 'id')
        seen.push([answer.status, [...answer.headers.keys()].sort().join(), text])
      }
    for (const each of seen) expect(each).toEqual(seen[0])
    expect(seen[0]?.[0]).toBe(410)
    expect(seen[0]?.[2]).toContain('このURLは使えません')
  })

  test('to a form asks for its answers before it is used up', async () => {
    const { browser, link } = await registered('forgot@clinic.example.jp')
    await browser.post(link, {})
    await browser.post('/treatment/password', { email: 'forgot@clinic.example.jp' })
    await scene.settle()
    const reset = lastLink(scene)
    expect((await browser.get(reset)).status).toBe(200)
    expect(lastForm(scene).form.id).toBe('treatment/new-password')
    const weak = await browser.post(reset, { password: 'short', passwordConfirm: 'short' })
    expect(weak.status).toBe(422)
    expect(lastForm(scene).kept).toEqual({})
    const password = 'Another9horse'
    const done = await browser.post(reset, { password, passwordConfirm: password })
    expect(done.headers.get('location')).toBe('/treatment/pages/password-changed')
    const login = (typed: string) =>
      browser.post('/treatment/login', { username: 'forgot@clinic.example.jp', password: typed })
    expect((await login(PASSWORD)).status).toBe(422)
    expect((await login(password)).status).toBe(303)
    const reused = await browser.post(reset, { password: PASSWORD, passwordConfirm: PASSWORD })
    scene.pass(HOUR_MS)
    expect([303, 410]).toContain(reused.status)
    expect((await login(password)).status).toBe(303)
  })

  test('says so when the facility was registered meanwhile, and stays good for nothing', async () => {
    const first = await registered('first@clinic.example.jp')
    count--
    const second = await registered('second@clinic.example.jp')
    const before = await accounts()
    expect((await first.browser.post(first.link, {})).status).toBe(303)
    const refused = await second.browser.post(second.link, {})
    expect(refused.status).toBe(409)
    expect(await refused.text()).toContain('登録済みです')
    expect(await accounts()).toBe(before + 1)
  })
})
