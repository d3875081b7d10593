import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ahaki,
  checkup,
  createAccount,
  follow,
  judo,
  linkIn,
  logIn,
  midwifery,
  register,
  REGISTER,
  sendForm,
  useLink,
} from './people.ts'
import { errorsOf, hiddenInputs, openTestPortal, plain, type TestPortal } from './portal.ts'

/** What people do with their accounts (registration.md §2.9, §3, §7–§10), through the front door of the shipped portal. */
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000
const NEW_PASSWORD = 'Shirayuki-7-mori'
const NEUTRAL = 'ユーザー名（メールアドレス）またはパスワードが正しくありません'

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal()
})
afterAll(() => portal.close())

describe('password forgotten (D-20)', () => {
  const person = { ...judo, email: 'forgetful@example.jp' }
  const ask = (email: string) =>
    sendForm(portal.visitor(), '/treatment/password', { email }, 'submit')
  const set = (path: string, password: string, passwordConfirm = password) =>
    sendForm(portal.visitor(), path, { password, passwordConfirm })
  let path: string

  test('a known and an unknown address get the same page; only the owner gets a mail', async () => {
    await createAccount(portal, person)
    const pages = await Promise.all(
      [person.email, 'nobody-here@example.jp'].map(async (email) =>
        plain((await follow(portal.visitor(), await ask(email))).html),
      ),
    )
    expect(pages[0]).toBe(pages[1])
    expect(pages[0]).toContain('メールをご確認ください')
    path = await linkIn(portal, person.email)
    expect(await mailsTo('nobody-here@example.jp')).toEqual([])
  })

  test('the new password follows the rules (R08, R09, S02)', async () => {
    for (const [password, repeated, words] of [
      ['abcdefg1', 'abcdefg1', '英大文字・英小文字・数字を含む8～100文字'],
      [NEW_PASSWORD, 'Shirayuki-8-mori', '確認用の入力と一致しません'],
      ['Password1', 'Password1', 'よく使われる言葉や並び'],
    ] as const) {
      const page = await set(path, password, repeated)
      expect(page.status).toBe(422)
      expect(errorsOf(page.html)[0]).toContain(words)
    }
  })

  test('ends other sessions, logs nobody in, tells the owner by mail (S12), and works once', async () => {
    const elsewhere = portal.visitor()
    await logIn(elsewhere, person.email)
    expect((await elsewhere.get('/treatment/profile')).status).toBe(200)

    const here = portal.visitor()
    const passwords = { password: NEW_PASSWORD, passwordConfirm: NEW_PASSWORD }
    const reached = await follow(here, await sendForm(here, path, passwords))
    expect(plain(reached.html)).toContain('パスワードを変更しました')
    expect(here.cookies().size).toBe(0)
    expect((await here.get('/treatment/profile')).status).toBe(303)
    expect((await elsewhere.get('/treatment/profile')).status).toBe(303)

    await portal.settle()
    const [mail] = await mailsTo(person.email)
    expect(mail?.subject).toContain('パスワード変更のお知らせ')
    expect(mail?.text).toContain(`ユーザー名：${person.email}`)

    portal.advanceClock(2 * MINUTE_MS)
    expect((await here.get(path)).status).toBe(410)
    expect((await here.post(path, passwords)).status).toBe(410)
    expect((await logIn(portal.visitor(), person.email)).status).toBe(422)
    expect((await logIn(portal.visitor(), person.email, NEW_PASSWORD)).status).toBe(303)
  })

  test('a newer link ends the older one; 24 hours end both', async () => {
    await ask(person.email)
    const older = await linkIn(portal, person.email)
    portal.advanceClock(MINUTE_MS)
    await ask(person.email)
    const newer = await linkIn(portal, person.email)
    expect((await portal.visitor().get(older)).status).toBe(410)
    expect((await portal.visitor().get(newer)).status).toBe(200)
    portal.advanceClock(24 * HOUR_MS + MINUTE_MS)
    expect((await portal.visitor().get(newer)).status).toBe(410)
  })
})

describe('e-mail change (D-19, S07, S12)', () => {
  const person = { ...midwifery, email: 'moving@example.jp' }
  const wish = (email: string, currentPassword: string = person.password) => ({
    email,
    emailConfirm: email,
    currentPassword,
  })
  const MAIL = '/treatment/email'
  const loggedIn = async (email: string) => {
    const visitor = portal.visitor('192.0.2.80')
    expect((await logIn(visitor, email)).status).toBe(303)
    return visitor
  }

  beforeAll(() => createAccount(portal, person))

  test('needs the present password; a wrong one is refused at its field, and ten lock it for a while', async () => {
    const visitor = await loggedIn(person.email)
    const wrong = () => sendForm(visitor, MAIL, wish('plus+sign@example.jp', 'Not-mine-55'))
    const page = await wrong()
    expect(page.status).toBe(422)
    expect(errorsOf(page.html)).toHaveLength(1)
    expect(page.html).toContain('href="#f-currentPassword"')
    expect(errorsOf(page.html)[0]).toContain('現在のパスワードと一致しません')
    for (let attempt = 2; attempt <= 10; attempt++) await wrong()
    const locked = await sendForm(visitor, MAIL, wish('plus+sign@example.jp'))
    expect(errorsOf(locked.html)).toEqual(errorsOf(page.html))
    portal.advanceClock(16 * MINUTE_MS)
    expect((await sendForm(visitor, MAIL, wish('plus+sign@example.jp'))).status).toBe(303)
  })

  test('the facility type decides about `+`', async () => {
    const { visitor } = await createAccount(portal, {
      ...judo,
      ...{ regPrefix: '協', regDigits9: '400034711', email: 'no-plus@example.jp' },
    })
    await logIn(visitor, 'no-plus@example.jp')
    const page = await sendForm(visitor, MAIL, wish('no+plus@example.jp'))
    expect(page.status).toBe(422)
    expect(errorsOf(page.html)[0]).toContain('使用できない文字が含まれています')
  })

  test('nothing changes before the new address confirms; the old one is told and can cancel', async () => {
    const visitor = await loggedIn(person.email)
    const sent = await sendForm(visitor, MAIL, wish('first-try@example.jp'))
    expect(plain((await follow(visitor, sent)).html)).toContain('確認メールを送信しました')
    const confirm = await linkIn(portal, 'first-try@example.jp')
    const cancel = await linkIn(portal, person.email)
    expect(cancel).not.toBe(confirm)
    const [notice] = await mailsTo(person.email)
    expect(notice?.subject).toContain('メールアドレス変更の受付')
    expect((await logIn(portal.visitor(), 'first-try@example.jp')).status).toBe(422)

    expect((await useLink(portal.visitor(), cancel)).status).toBe(200)
    expect((await portal.visitor().get(confirm)).status).toBe(410)
    expect((await logIn(portal.visitor(), person.email)).status).toBe(303)
  })

  test('confirming changes the login, ends the sessions and tells the old address', async () => {
    const visitor = await loggedIn(person.email)
    await sendForm(visitor, MAIL, wish('settled@example.jp'))
    const confirm = await linkIn(portal, 'settled@example.jp')
    const cancel = await linkIn(portal, person.email)
    const reached = await useLink(portal.visitor(), confirm)
    expect(plain(reached.html)).toContain('メールアドレスを変更しました')
    await portal.settle()
    expect((await visitor.get('/treatment/profile')).status).toBe(303)
    const [notice] = await mailsTo(person.email)
    expect(notice?.subject).toContain('メールアドレス変更のお知らせ')
    expect(notice?.text).toContain('settled@example.jp')
    expect((await logIn(portal.visitor(), person.email)).status).toBe(422)
    const again = await loggedIn('settled@example.jp')
    expect(plain((await again.get('/treatment/profile')).html)).toContain('settled@example.jp')
    expect((await portal.visitor().get(cancel)).status).toBe(410)
  })

  test('without confirmation nothing changes, and a newer wish ends the older one', async () => {
    const visitor = await loggedIn('settled@example.jp')
    await sendForm(visitor, MAIL, wish('older-wish@example.jp'))
    const older = await linkIn(portal, 'older-wish@example.jp')
    await sendForm(visitor, MAIL, wish('newer-wish@example.jp'))
    const newer = await linkIn(portal, 'newer-wish@example.jp')
    expect((await portal.visitor().get(older)).status).toBe(410)
    portal.advanceClock(24 * HOUR_MS + MINUTE_MS)
    await portal.settle()
    expect((await useLink(portal.visitor(), newer)).status).toBe(410)
    await loggedIn('settled@example.jp')
  })
})

describe('profile (D-18)', () => {
  const person = { ...checkup, email: 'profile@example.jp' }
  const accountOf = (login: string) =>
    portal.store.db
      .selectFrom('account')
      .selectAll()
      .where('login', '=', login)
      .executeTakeFirstOrThrow()

  test('name and phone can be changed; nothing else, whatever is posted', async () => {
    const { visitor } = await createAccount(portal, person)
    await logIn(visitor, person.email)
    const before = await accountOf(person.email)
    const page = await visitor.get('/treatment/profile')
    for (const value of [person.lastName, person.firstName, person.phone])
      expect(page.html).toContain(`value="${value}"`)
    expect(plain(page.html)).not.toContain('ユーザー登録用認証コード')
    const saved = await visitor.post('/treatment/profile', {
      ...hiddenInputs(page.html),
      _action: 'check',
      lastName: '例示',
      firstName: '次郎',
      phone: '０３－９８７６－５４３２',
      ...{ userId: 'evil@example.jp', login: 'evil@example.jp', mail: 'evil@example.jp' },
      ...{ code: '000000', facilityType: 'judo', facilityId: 'J-0001', identifier: 'judo:1' },
      ...{ 'account.login': 'evil@example.jp', state: 'deleted', password_hash: 'x', id: '1' },
    })
    expect(plain((await follow(visitor, saved)).html)).toContain('プロフィールを保存しました')
    const after = await accountOf(person.email)
    const { attributes, updated_at: _, ...rest } = after
    expect(rest).toEqual({ ...rest, ...pick(before, Object.keys(rest)) })
    expect(JSON.parse(attributes)).toEqual({
      ...(JSON.parse(before.attributes) as object),
      lastName: '例示',
      firstName: '次郎',
      phone: '0398765432',
    })
  })

  test('is closed to everybody else', async () => {
    expect((await portal.visitor().get('/treatment/profile')).location).toBe(
      '/treatment/login?next=%2Ftreatment%2Fprofile',
    )
    const saved = await portal.visitor().post('/treatment/profile', { lastName: 'x' })
    expect([saved.status, saved.location]).toEqual([
      303,
      '/treatment/login?next=%2Ftreatment%2Fprofile',
    ])
  })
})

test('logout ends the session and clears the browser', async () => {
  const visitor = portal.visitor()
  await logIn(visitor, 'profile@example.jp')
  const token = visitor.cookies().get('madoguchi') ?? ''
  const out = await visitor.post('/treatment/logout', {})
  expect([out.status, out.location]).toEqual([303, '/treatment/'])
  expect(out.headers.get('clear-site-data')).toContain('"cache"')
  expect(visitor.cookies().has('madoguchi')).toBe(false)
  const replayed = await visitor.send('/treatment/profile', {
    headers: { Cookie: `madoguchi=${token}` },
  })
  expect(replayed.status).toBe(303)
})

test('resending the activation mail: three times an hour, each link ends the one before (D-09)', async () => {
  const person = { ...judo, email: 'resend@example.jp', regPrefix: '協', regDigits9: '100002222' }
  const visitor = portal.visitor()
  const sent = await register(visitor, person)
  const links = [await linkIn(portal, person.email)]
  for (let time = 1; time <= 3; time++) {
    portal.advanceClock(MINUTE_MS)
    const again = await visitor.post(`${sent.location}/resend`, {})
    expect(again.status).toBe(303)
    links.push(await linkIn(portal, person.email))
  }
  expect(new Set(links).size).toBe(4)
  const fourth = await visitor.post(`${sent.location}/resend`, {})
  expect(fourth.status).toBe(429)
  expect(plain(fourth.html)).toContain('続けて操作できる回数を超えました')
  expect(Number(fourth.headers.get('retry-after'))).toBeGreaterThan(0)
  const statuses = await Promise.all(
    links.map(async (link) => (await portal.visitor().get(link)).status),
  )
  expect(statuses).toEqual([410, 410, 410, 200])
  portal.advanceClock(HOUR_MS)
  expect((await visitor.post(`${sent.location}/resend`, {})).status).toBe(303)
})

test('a new registration with the same address replaces the one that waits (D-10)', async () => {
  const person = { ...judo, email: 'twice@example.jp', regPrefix: '契', regDigits9: '100003333' }
  await register(portal.visitor(), { ...person, lastName: '一回目' })
  const first = await linkIn(portal, person.email)
  portal.advanceClock(MINUTE_MS)
  await register(portal.visitor(), { ...person, lastName: '二回目' })
  const second = await linkIn(portal, person.email)
  expect((await useLink(portal.visitor(), first)).status).toBe(410)
  expect(plain((await useLink(portal.visitor(), second)).html)).toContain(
    'ユーザー登録が完了しました',
  )
  const account = await portal.store.db
    .selectFrom('account')
    .select('attributes')
    .where('login', '=', person.email)
    .execute()
  expect(account.map(({ attributes }) => JSON.parse(attributes) as object)).toMatchObject([
    { lastName: '二回目' },
  ])
})

describe('several users of one facility (D-12, D-73)', () => {
  const first = { ...ahaki, email: 'user-one@example.jp' }
  const second = { ...ahaki, regDigits10: '0123456790' }

  test('two people with the last free number: whoever confirms first gets it', async () => {
    await createAccount(portal, first)
    const code = await codeOf(first.email)
    const rivals = ['rival-a@example.jp', 'rival-b@example.jp'].map((email) => ({
      ...second,
      email,
      userAuthCode: code,
    }))
    const links: string[] = []
    for (const rival of rivals) {
      expect((await register(portal.visitor(), rival)).status).toBe(303)
      links.push(await linkIn(portal, rival.email))
    }
    const pages = []
    for (const link of links) pages.push(await useLink(portal.visitor(), link))
    expect(pages.map(({ status }) => status)).toEqual([200, 409])
    expect(plain(pages[1]?.html ?? '')).toContain('登録済みです')
    const accounts = await portal.store.db
      .selectFrom('account')
      .select('identifier')
      .where('facility_type', '=', 'ahaki')
      .execute()
    expect(accounts.map(({ identifier }) => identifier).sort()).toEqual([
      'ahaki:0123456789',
      'ahaki:0123456790',
    ])
    const third = await sendForm(portal.visitor(), REGISTER, {
      ...second,
      email: 'third@example.jp',
      userAuthCode: code,
    })
    expect(errorsOf(third.html)[0]).toContain('登録済みです')
  })

  test('five wrong codes block the facility for an hour, in the same words; then the right one works', async () => {
    const owner = { ...ahaki, regDigits10: '0123457789', email: 'owner@example.jp' }
    await createAccount(portal, owner)
    const code = await codeOf(owner.email)
    const other = { ...owner, regDigits10: '0123457790', email: 'colleague@example.jp' }
    const attempt = async (userAuthCode: string) => {
      const page = await sendForm(portal.visitor(), REGISTER, { ...other, userAuthCode })
      return [page.status, ...errorsOf(page.html)]
    }
    const refused = [422, 'ユーザー登録用認証コードが正しくありません。']
    for (let time = 1; time <= 5; time++)
      expect(await attempt(code === '111111' ? '222222' : '111111')).toEqual(refused)
    expect(await attempt(code)).toEqual(refused)
    portal.advanceClock(HOUR_MS - MINUTE_MS)
    expect(await attempt(code)).toEqual(refused)
    portal.advanceClock(2 * MINUTE_MS)
    expect(await attempt(code)).toEqual([200])
  })
})

test('ten wrong logins lock for 15 minutes; the page says the same all the time (D-17)', async () => {
  const login = 'profile@example.jp'
  const stranger = portal.visitor('192.0.2.99')
  const pages = []
  for (let time = 1; time <= 10; time++) pages.push(await logIn(stranger, login, 'Not-the-right-1'))
  pages.push(await logIn(stranger, login))
  for (const page of pages) {
    expect(page.status).toBe(422)
    expect(plain(page.html)).toContain(NEUTRAL)
  }
  const words = pages.map(({ html }) => plain(html))
  expect(new Set(words).size).toBe(1)
  portal.advanceClock(15 * MINUTE_MS + 1_000)
  expect((await logIn(stranger, login)).status).toBe(303)
})

async function mailsTo(address: string) {
  return (await portal.mails()).filter(({ to }) => to === address)
}

/** The code as its owner reads it on the profile page. */
async function codeOf(email: string): Promise<string> {
  const visitor = portal.visitor()
  await logIn(visitor, email)
  const page = plain((await visitor.get('/treatment/profile')).html)
  return /ユーザー登録用認証コード (\d{6})/.exec(page)?.[1] ?? ''
}

function pick(row: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name)))
}
