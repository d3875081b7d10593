import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  browse,
  createScene,
  lastForm,
  lastLink,
  member,
  PASSWORD,
  registration,
  type Scene,
} from './scene.ts'

const PATH = '/treatment/register'

describe('a registration without scripts', () => {
  let scene: Scene
  beforeAll(async () => void (scene = await createScene()))
  afterAll(() => scene.close())

  test('opens with an empty form and a key of its own', async () => {
    const browser = browse(scene)
    expect((await browser.get(PATH)).status).toBe(200)
    const first = lastForm(scene)
    expect(first.issues).toEqual([])
    expect(first.raw).toEqual({})
    await browser.get(PATH)
    expect(lastForm(scene).key).not.toBe(first.key)
  })

  test('draws the fields of the chosen type and keeps what was typed, without judging', async () => {
    const { lastName, facilityType, regPrefix, regDigits9 } = registration
    const typed = { lastName, facilityType, regPrefix, regDigits9 }
    const answer = await browse(scene).post(PATH, { ...typed, _action: 'refresh' })
    expect(answer.status).toBe(200)
    const html = await answer.text()
    expect(html).toContain('見本青葉接骨院')
    const { raw, issues } = lastForm(scene)
    expect(issues).toEqual([])
    expect(raw.lastName).toEqual(['見本'])
  })

  test('answers 422 with every issue, then the confirmation, then 303 to the page of the submission', async () => {
    const browser = browse(scene)
    await browser.get(PATH)
    const { key } = lastForm(scene)
    const empty = await browser.post(PATH, { _key: key, _action: 'check' })
    expect(empty.status).toBe(422)
    expect(lastForm(scene).issues.length).toBeGreaterThan(5)

    expect((await browser.post(PATH, { ...registration, _key: key })).status).toBe(200)
    const confirm = lastForm(scene)
    expect(confirm.mode).toBe('confirm')
    expect(await count('submission')).toBe(0)

    const sent = await browser.post(PATH, hidden(confirm))
    expect(sent.status).toBe(303)
    const place = sent.headers.get('location') ?? ''
    expect(place).toMatch(/^\/treatment\/submissions\/[A-Za-z0-9_-]{22}$/)
    const page = await (await browser.get(place)).text()
    expect(page).toContain('確認メール')
    for (const personal of ['見本', '花子', registration.email, registration.phone])
      expect(page).not.toContain(personal)

    const again = await browser.post(PATH, hidden(confirm))
    expect([again.status, again.headers.get('location')]).toEqual([303, place])
    expect(await count('submission')).toBe(1)
  })

  test('corrected after it was sent, on a page the browser kept, it is a wish of its own', async () => {
    const browser = browse(scene)
    const typed = { ...registration, email: 'mistyped@clinic.example.jp' }
    await browser.post(PATH, typed)
    const sent = await browser.post(PATH, hidden(lastForm(scene)))
    const before = await count('submission')
    const { key } = lastForm(scene)
    const corrected = { ...hidden(lastForm(scene)), email: 'right@clinic.example.jp' }
    const confirm = await browser.post(PATH, { ...corrected, _action: 'check' })
    expect([confirm.status, lastForm(scene).mode]).toEqual([200, 'confirm'])
    expect(lastForm(scene).key).not.toBe(key)
    const answers = [
      await browser.post(PATH, hidden(lastForm(scene))),
      await browser.post(PATH, corrected),
    ]
    const places = [sent, ...answers].map((answer) => answer.headers.get('location'))
    expect(answers.map(({ status }) => status)).toEqual([303, 303])
    expect(new Set(places).size).toBe(3)
    expect(await count('submission')).toBe(before + 2)
  })

  test('never echoes a password, typed or kept', async () => {
    const browser = browse(scene)
    await browser.get(PATH)
    const { key } = lastForm(scene)
    for (const _action of ['refresh', 'check', 'edit']) {
      const answer = await browser.post(PATH, {
        ...registration,
        email: 'two@clinic.example.jp',
        _key: key,
        _action,
      })
      const html = await answer.text()
      expect(html).not.toContain(PASSWORD)
      const { raw, kept } = lastForm(scene)
      expect(Object.keys(kept).sort()).toEqual(['password', 'passwordConfirm'])
      expect(raw.password).toBeUndefined()
      expect(raw.passwordConfirm).toBeUndefined()
    }
  })

  test('takes a sealed password for one hour, in its own form and sitting only', async () => {
    const browser = browse(scene)
    const typed = {
      ...registration,
      regDigits9: '400034711',
      regPrefix: '協',
      email: 'kept@clinic.example.jp',
    }
    await browser.get(PATH)
    await browser.post(PATH, { ...typed, _key: lastForm(scene).key, _action: 'check' })
    const confirm = hidden(lastForm(scene))
    const foreign = { ...confirm, _key: 'another-key-of-22-characters' }
    expect((await browser.post(PATH, foreign)).status).toBe(422)
    const swapped = { ...confirm, '_kept.password': confirm['_kept.passwordConfirm'] ?? '' }
    expect((await browser.post(PATH, swapped)).status).toBe(422)
    scene.pass(3_600_001)
    expect((await browser.post(PATH, confirm)).status).toBe(422)
    scene.pass(-60_000)
    expect((await browser.post(PATH, confirm)).status).toBe(303)
  })

  test('two equal requests at the same moment file one submission', async () => {
    const browser = browse(scene)
    const before = await count('submission')
    const typed = {
      ...registration,
      email: 'double@clinic.example.jp',
      _key: 'a-key-of-22-characters',
      _action: 'submit',
    }
    const answers = await Promise.all([browser.post(PATH, typed), browser.post(PATH, typed)])
    expect(new Set(answers.map((answer) => answer.headers.get('location'))).size).toBe(1)
    expect(answers.map((answer) => answer.status)).toEqual([303, 303])
    expect(await count('submission')).toBe(before + 1)
  })

  test('unknown, hidden, computed and looked-up fields of a request change nothing', async () => {
    const email = 'mass@clinic.example.jp'
    const answer = await browse(scene).post(PATH, {
      ...registration,
      email,
      _action: 'submit',
      registrationNumber: '契999',
      facility: 'x',
      prefecture: '13',
      facilityCode7: '0123456',
      userAuthCode: '000000',
      role: 'administrator',
      accountId: 'x',
      state: 'active',
      'facility.hasAccount': 'false',
    })
    expect(answer.status).toBe(303)
    const { answers, state } = await stored(answer)
    expect(state).toBe('waitingForActivation')
    expect(Object.keys(answers).sort()).toEqual(
      [
        'agreeTerms',
        'email',
        'facility',
        'facilityType',
        'firstName',
        'lastName',
        'password',
        'phone',
        'regDigits9',
        'regPrefix',
        'registrationNumber',
      ].sort(),
    )
    expect(answers.registrationNumber).toBe('契0123456-7-8')
    expect(answers.facility).toEqual({
      portal: 'treatment',
      facilityType: 'judo',
      facilityId: 'J-0001',
      identifier: expect.stringContaining('契012345678') as string,
      name: '見本青葉接骨院',
      hasAccount: false,
      hasActiveUser: false,
    })
    expect(String(answers.password)).toMatch(/^\$cheap\$/)
  })

  test('an unknown button is refused', async () => {
    expect((await browse(scene).post(PATH, { _action: 'delete' })).status).toBe(400)
  })

  test('the button for another mail works three times an hour', async () => {
    const browser = browse(scene)
    const email = 'resend@clinic.example.jp'
    const sent = await browser.post(PATH, { ...registration, email, _action: 'submit' })
    const place = sent.headers.get('location') ?? ''
    for (let times = 1; times <= 3; times++) {
      const answer = await browser.post(`${place}/resend`, {})
      expect(answer.headers.get('location')).toBe(`${place}?done=resend`)
    }
    expect(await (await browser.get(`${place}?done=resend`)).text()).toContain(
      '「確認メールを再送する」を受け付けました。',
    )
    const refused = await browser.post(`${place}/resend`, {})
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await browser.post(`${place}/activate`, {})).status).toBe(409)
    expect((await browser.post('/treatment/submissions/unknown/resend', {})).status).toBe(404)
  })

  const count = async (table: 'submission' | 'account') =>
    (await scene.store.db.selectFrom(table).select('id').execute()).length
  const stored = async (answer: Response) => {
    const id = (answer.headers.get('location') ?? '').split('/').at(-1) ?? ''
    const row = await scene.store.db
      .selectFrom('submission')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return { ...row, answers: JSON.parse(row.answers) as Record<string, unknown> }
  }
})

/** What the hidden inputs of the confirmation hold. */
function hidden({ raw, kept, key }: ReturnType<typeof lastForm>) {
  return {
    ...(raw as Record<string, readonly string[]>),
    ...Object.fromEntries(Object.entries(kept).map(([id, sealed]) => [`_kept.${id}`, sealed])),
    _key: key,
    _action: 'submit',
  } as Record<string, string | readonly string[]>
}

describe('login and the pages behind it', () => {
  let scene: Scene
  beforeAll(async () => void (scene = await createScene()))
  afterAll(() => scene.close())

  test('the whole way: registered, activated, logged in, profile changed, logged out', async () => {
    const browser = await member(scene)
    const profile = await (await browser.get('/treatment/profile')).text()
    expect(profile).toContain(registration.email)
    expect(lastForm(scene).raw).toMatchObject({ lastName: ['見本'], phone: ['0312345678'] })
    const saved = await browser.post('/treatment/profile', {
      lastName: '改名',
      firstName: '花子',
      phone: '0398765432',
      login: 'attacker@example.jp',
    })
    expect(saved.status).toBe(303)
    expect((await browser.get(saved.headers.get('location') ?? '')).status).toBe(200)
    const stranger = browse(scene)
    expect((await stranger.get(saved.headers.get('location') ?? '')).status).toBe(404)
    await browser.get('/treatment/profile')
    expect(lastForm(scene).raw.lastName).toEqual(['改名'])
    const account = await scene.store.db.selectFrom('account').selectAll().executeTakeFirstOrThrow()
    expect(account.login).toBe(registration.email)
    expect((await browser.get('/treatment/applications')).status).toBe(200)
    expect((await browser.post('/treatment/logout', {})).status).toBe(303)
    expect((await browser.get('/treatment/profile')).status).toBe(303)
  })

  test('what needs a login asks for it and comes back, to own pages only', async () => {
    const browser = browse(scene)
    const login = { username: registration.email, password: PASSWORD }
    for (const path of [
      '/treatment/profile',
      '/treatment/applications?x=1&y=%E7%AA%93%E5%8F%A3+a&x=2',
    ]) {
      const answer = await browser.get(path)
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toBe(
        `/treatment/login?next=${encodeURIComponent(path)}`,
      )
      const door = answer.headers.get('location') ?? ''
      const after = await browse(scene).post(door, login)
      expect(after.headers.get('location')).toBe(path)
    }
    const long = await browser.get(`/treatment/applications?x=${'x'.repeat(2_000)}`)
    expect(long.headers.get('location')).toBe('/treatment/login?next=%2Ftreatment%2Fapplications')
    const wayBack = await browser.post('/treatment/login?next=%2Ftreatment%2Fprofile', login)
    expect(wayBack.headers.get('location')).toBe('/treatment/profile')
    for (const next of [
      'https://evil.example',
      '//evil.example/treatment/',
      '/treatment//evil.example',
      '/treatment/../admin/',
      '/treatment/\\evil',
      '/admin/',
      '/treatment/profile?x=1#y',
      '/treatment/profile?x=%2',
      '/treatment/profile?next=//evil.example',
      '/treatment/pages/%2e%2e',
      '/treatment/login?next=%2Ftreatment%2Flogin',
      `/treatment/profile?x=${'x'.repeat(2_000)}`,
      'javascript:alert(1)',
      '/treatment/login',
    ]) {
      const answer = await browse(scene).post(
        `/treatment/login?next=${encodeURIComponent(next)}`,
        login,
      )
      expect([next, answer.headers.get('location')]).toEqual([next, '/treatment/'])
    }
  })

  test('a refused login says the same for every reason and hands out no session', async () => {
    const wrong = [
      { username: registration.email, password: 'Wrong1234' },
      { username: 'nobody@clinic.example.jp', password: 'Wrong1234' },
    ]
    const answers = await Promise.all(
      wrong.map(async (fields) => {
        const answer = await browse(scene).post('/treatment/login', fields)
        const issues = lastForm(scene).issues
        return { status: answer.status, issues, headers: headersOf(answer) }
      }),
    )
    expect(answers[0]).toEqual(answers[1])
    expect(answers[0]?.status).toBe(422)
    expect(answers[0]?.headers).not.toContain('set-cookie')
  })

  test('an address cannot be told from an unknown one by register or password (S03)', async () => {
    const seen: {
      email: string
      status: number
      path: string
      headers: string[]
      length: number
      page: string
    }[] = []
    for (const email of [registration.email, 'unknown@clinic.example.jp']) {
      const browser = browse(scene)
      const answers = { ...registration, regPrefix: '協', regDigits9: '400034711', email }
      for (const [path, fields] of [
        ['/treatment/register', { ...answers, _action: 'submit' }],
        ['/treatment/password', { email, _action: 'submit' }],
      ] as const) {
        const answer = await browser.post(path, fields)
        const place = answer.headers.get('location') ?? ''
        const page = await browser.get(place)
        const html = (await page.text()).replaceAll(/[A-Za-z0-9_-]{22}/g, 'id')
        seen.push({
          email,
          path,
          status: answer.status,
          headers: headersOf(answer),
          length: place.length,
          page: html,
        })
      }
    }
    const shown = (email: string) =>
      seen.filter((each) => each.email === email).map(({ email: _, ...rest }) => rest)
    expect(shown(registration.email)).toEqual(shown('unknown@clinic.example.jp'))
    expect(shown(registration.email).map(({ status }) => status)).toEqual([303, 303])
  })

  test('a mail address changes only after the password and the link', async () => {
    const browser = browse(scene)
    await browser.post('/treatment/login', { username: registration.email, password: PASSWORD })
    const wish = { email: 'new@clinic.example.jp', emailConfirm: 'new@clinic.example.jp' }
    const refused = await browser.post('/treatment/email', {
      ...wish,
      currentPassword: 'Wrong1234',
    })
    expect(refused.status).toBe(422)
    expect(lastForm(scene).issues.map(({ field }) => field)).toEqual(['currentPassword'])
    const sent = await browser.post('/treatment/email', { ...wish, currentPassword: PASSWORD })
    expect(sent.status).toBe(303)
    await scene.settle()
    expect(scene.mails.length).toBeGreaterThan(0)
    expect(lastLink(scene)).toMatch(/^\/treatment\/links\//)
  })
})

function headersOf(answer: Response): string[] {
  return [...answer.headers.keys()].sort()
}
