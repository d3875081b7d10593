import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resetFactor } from '../../src/accounts/second-factor.ts'
import { base32, codeAt, matchingStep, stepAt } from '../../src/accounts/totp.ts'
import { sha256 } from '../../src/hash.ts'
import { BASE_URL, browse, createScene, type Scene } from '../http/scene.ts'
import { appCode, enrolOver, fromBase32, type Enrolled } from './enrol.ts'

const STEP_MS = 30_000

describe('codes of an app', () => {
  /** RFC 6238 appendix B, for SHA-1. */
  const secret = Buffer.from('12345678901234567890')
  test.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at second %i the code is %s', (seconds, code) => {
    const step = stepAt(new Date(seconds * 1_000))
    expect(codeAt(secret, step, 8)).toBe(code)
    expect(codeAt(secret, step)).toBe(code.slice(2))
  })

  test('the step before and the one after count, and no other', () => {
    const now = new Date('2026-11-20T00:00:00.000Z')
    for (const more of [-2, -1, 0, 1, 2]) {
      const step = stepAt(now) + more
      expect(matchingStep(secret, codeAt(secret, step), now)).toBe(
        Math.abs(more) <= 1 ? step : undefined,
      )
    }
    for (const wrong of ['', '12345', '1234567', 'abcdef']) {
      expect(matchingStep(secret, wrong, now)).toBe(undefined)
    }
  })

  test('a secret can be typed as well as scanned (RFC 4648 §10)', () => {
    expect(base32(Buffer.from('foobar'))).toBe('MZXW6YTBOI')
    expect(fromBase32(base32(secret))).toEqual(secret)
  })
})

describe('the second factor of the staff', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await createScene()
  })
  afterAll(() => scene.close())

  const PASSWORD = 'kumo-no-ue-wa-itsumo-hare'
  const now = () => scene.deps.clock()
  const nextCode = ({ secret }: Enrolled) => {
    scene.pass(STEP_MS)
    return appCode(secret, now())
  }
  const hire = (login: string, role = 'administrator') =>
    scene.store.write((tx) =>
      tx
        .insertInto('staff')
        .values({
          ...{ id: `staff-${login}`, login, name: login, role, state: 'active' },
          ...{ password_hash: `$cheap$${PASSWORD}`, created_at: '', updated_at: '' },
        })
        .execute(),
    )
  /** Someone at an address of their own, so that one test's mistakes hold nobody else back. */
  let people = 0
  const atDoor = async (login: string, next = '/admin/') => {
    const browser = browse(scene, `203.0.113.${(people += 1)}`)
    const path = `/admin/login?next=${encodeURIComponent(next)}`
    const answer = await browser.post(path, { login, password: PASSWORD })
    return { browser, to: answer.headers.get('location') }
  }
  const newcomer = async (login: string, role?: string) => {
    await hire(login, role)
    const { browser } = await atDoor(login)
    return enrolOver((path, init) => scene.app.request(`${BASE_URL}${path}`, init), {
      cookie: browser.cookie() ?? '',
      now: now(),
    })
  }
  const kinds = async (subject: string) =>
    (
      await scene.store.db
        .selectFrom('audit')
        .select('kind')
        .where('subject', '=', subject)
        .orderBy('seq')
        .execute()
    ).map(({ kind }) => kind)

  test('is set up at the first login; what was typed wrongly leaves the picture as it is', async () => {
    await hire('first')
    const { browser, to } = await atDoor('first', '/review/')
    expect(to).toBe('/admin/login/enrol?next=%2Freview%2F')
    const page = await (await browser.get(to ?? '')).text()
    expect(page).toContain('2段階認証の登録')
    expect(page).toMatch(/<svg class="qr"/)
    const offer = /name="_offer" value="([^"]*)"/.exec(page)?.[1] ?? ''
    const wrong = await browser.post(to ?? '', { _offer: offer, code: '000' })
    const again = await wrong.text()
    expect(wrong.status).toBe(422)
    expect(again).toContain('確認コードが合いません')
    expect(again).toContain(`name="_offer" value="${offer}"`)
    // Nothing opens in between.
    expect((await browser.get('/review/')).headers.get('location')).toBe(
      '/admin/login/code?next=%2Freview%2F',
    )
    // A picture shown to somebody else is of no use.
    const other = await atDoor('first')
    const foreign = await other.browser.post('/admin/login/enrol', {
      _offer: offer,
      code: '000000',
    })
    expect(await foreign.text()).toContain('新しい図に変わりました')
  })

  test('is asked for at each login, each code once, the one before and the one after too', async () => {
    const person = await newcomer('often')
    expect(person.recovery).toHaveLength(10)
    expect(new Set(person.recovery).size).toBe(10)
    const list = '/review/?view=open&text=%E9%99%A2&order=desc'
    const { browser, to } = await atDoor('often', list)
    expect(to).toBe(`/admin/login/code?next=${encodeURIComponent(list)}`)
    expect((await browse(scene).get(list)).headers.get('location')).toBe(
      `/admin/login?next=${encodeURIComponent(list)}`,
    )
    // The code of the enrolment was used up by it.
    const used = await browser.post(to ?? '', { code: appCode(person.secret, now()) })
    expect([used.status, (await used.text()).includes('すでに使われています')]).toEqual([422, true])
    const half = browser.cookie()
    const code = nextCode(person)
    const spaced = `${code.slice(0, 3)} ${code.slice(3)}`
    const right = await browser.post(to ?? '', { code: spaced })
    expect([right.status, right.headers.get('location')]).toEqual([303, list])
    expect(browser.cookie(), 'a new token').not.toBe(half)
    expect((await browser.get('/review/')).status).toBe(200)
    const second = await atDoor('often')
    expect((await second.browser.post('/admin/login/code', { code })).status).toBe(422)
    // A clock that is half a minute ahead.
    const ahead = codeAt(person.secret, stepAt(now()) + 1)
    expect((await second.browser.post('/admin/login/code', { code: ahead })).status).toBe(303)
    expect(await kinds('staff-often')).toEqual([
      ...['staff.factor-enrolled', 'staff.logged-in', 'staff.factor-refused', 'staff.logged-in'],
      ...['staff.factor-refused', 'staff.logged-in'],
    ])
  })

  test('one code sent twice at the same moment opens one session', async () => {
    const person = await newcomer('twice')
    const doors = await Promise.all([atDoor('twice'), atDoor('twice'), atDoor('twice')])
    const code = nextCode(person)
    const answers = await Promise.all(
      doors.map(({ browser }) => browser.post('/admin/login/code', { code })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 422, 422])
  })

  test('wrong codes are held back like wrong passwords', async () => {
    const person = await newcomer('guessed')
    const { browser } = await atDoor('guessed')
    for (let guess = 0; guess < 10; guess++)
      expect((await browser.post('/admin/login/code', { code: 'x' })).status).toBe(422)
    const right = () => browser.post('/admin/login/code', { code: nextCode(person) })
    expect((await right()).status, 'held back').toBe(422)
    scene.pass(15 * 60_000)
    const later = await atDoor('guessed')
    const answer = await later.browser.post('/admin/login/code', { code: nextCode(person) })
    expect(answer.status).toBe(303)
  })

  test('without the phone a recovery code opens once, and leads to setting up another', async () => {
    const person = await newcomer('lost')
    const [code = ''] = person.recovery
    const { browser } = await atDoor('lost')
    const typed = code.toLowerCase().replaceAll(' ', '-')
    const answer = await browser.post('/admin/login/recovery', { code: typed })
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      '/admin/login/enrol?left=1',
    ])
    expect(await (await browser.get('/admin/login/enrol?left=1')).text()).toContain('残りは9個')
    const again = await atDoor('lost')
    const refused = await again.browser.post('/admin/login/recovery', { code })
    expect(refused.status).toBe(422)
    const anew = await enrolOver((path, init) => scene.app.request(`${BASE_URL}${path}`, init), {
      cookie: browser.cookie() ?? '',
      now: now(),
    })
    expect(anew.secret).not.toEqual(person.secret)
    const old = await atDoor('lost')
    for (const code of [nextCode(person), person.recovery[1] ?? ''])
      for (const path of ['/admin/login/code', '/admin/login/recovery'])
        expect((await old.browser.post(path, { code })).status).toBe(422)
  })

  test('is reset by somebody else, whose reason is on record; every session ends', async () => {
    const person = await newcomer('reset')
    const open = (cookie: string) =>
      scene.app.request(`${BASE_URL}/review/`, { headers: { cookie } })
    expect((await open(person.cookie)).status).toBe(200)
    const wish = {
      staffId: 'staff-reset',
      actor: 'system',
      reason: '紛失',
      at: now().toISOString(),
    }
    const reset = () => scene.store.write((tx) => resetFactor(tx, wish))
    expect([await reset(), await reset()]).toEqual([true, false])
    expect((await open(person.cookie)).status).toBe(303)
    expect((await atDoor('reset')).to).toMatch(/^\/admin\/login\/enrol/)
    expect((await kinds('staff-reset')).at(-1)).toBe('staff.factor-reset')
  })

  test('neither secret nor recovery codes can be read off the database (S41, S42)', async () => {
    const person = await newcomer('sealed')
    const { db } = scene.store
    const everything = JSON.stringify(
      await Promise.all(
        (['staff_factor', 'staff_recovery', 'audit', 'session', 'throttle'] as const).map((table) =>
          db.selectFrom(table).selectAll().execute(),
        ),
      ),
    )
    const [code = ''] = person.recovery
    const plain = code.replaceAll(' ', '')
    for (const secret of [
      base32(person.secret),
      person.secret.toString('base64'),
      person.secret.toString('hex'),
      ...[plain, sha256(plain), code],
    ])
      expect(everything).not.toContain(secret)
  })

  test('a password waits for its code for a quarter of an hour, not for ever', async () => {
    const person = await newcomer('slow')
    const { browser } = await atDoor('slow')
    scene.pass(15 * 60_000)
    const answer = await browser.post('/admin/login/code', { code: nextCode(person) })
    expect(answer.headers.get('location')).toMatch(/^\/admin\/login\?next=/)
  })

  test('setting up another app asks for a fresh code, and what was posted comes along', async () => {
    const person = await newcomer('fresh')
    const send = (post?: Record<string, string>) =>
      scene.app.request(`${BASE_URL}/admin/login/enrol`, {
        headers: {
          cookie: person.cookie,
          'sec-fetch-site': 'same-origin',
          'content-type': 'application/x-www-form-urlencoded',
        },
        ...(post && { method: 'POST', body: new URLSearchParams(post).toString() }),
      })
    expect((await send()).status, 'just enrolled').toBe(200)
    scene.pass(11 * 60_000)
    expect((await send()).headers.get('location')).toMatch(/^\/admin\/login\/code\?next=/)
    const asked = await send({ kept: 'ここに "残る"' })
    const page = await asked.text()
    expect(page).toContain('確認コードの再入力')
    expect(page).toContain('name="kept" value="ここに &quot;残る&quot;"')
    const wrong = await send({ kept: 'x', _code: '000000' })
    expect(wrong.status).toBe(422)
    const right = await send({ kept: 'x', _code: nextCode(person) })
    expect(await right.text()).toContain('新しい図に変わりました')
    expect((await send()).status, 'fresh again').toBe(200)
  })
})

test('development may do without, production never', async () => {
  const lenient = {
    definitions: () => {
      const { definitions } = scenes[0] as Scene
      const { secondFactor } = definitions.staff
      return {
        ...definitions,
        staff: { ...definitions.staff, secondFactor: { ...secondFactor, required: false } },
      }
    },
  }
  const scenes: Scene[] = []
  for (const environment of ['development', 'production'] as const) {
    const scene = await createScene({
      ...lenient,
      config: { environment, baseUrl: BASE_URL, proxyHops: 0 },
    })
    scenes.push(scene)
    await scene.store.write((tx) =>
      tx
        .insertInto('staff')
        .values({
          ...{ id: 's', login: 'kanri', name: '見本', role: 'administrator', state: 'active' },
          ...{ password_hash: '$cheap$pw', created_at: '', updated_at: '' },
        })
        .execute(),
    )
    const browser = browse(scene)
    const answer = await browser.post('/admin/login', { login: 'kanri', password: 'pw' })
    expect(answer.headers.get('location')).toBe(
      environment === 'production' ? '/admin/login/enrol?next=%2Fadmin%2F' : '/admin/',
    )
    expect((await browser.get('/admin/')).status).toBe(environment === 'production' ? 303 : 200)
  }
  for (const scene of scenes) await scene.close()
})
