import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ahaki,
  answerConfirmation,
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
import { errorsOf, openTestPortal, plain, type TestPortal } from './portal.ts'

/** Scenarios A01–A14 and A16 of operations.md §13, through the front door of the shipped portal. */
const HOUR_MS = 3_600_000
const MINUTE_MS = 60_000

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal()
})
afterAll(() => portal.close())

const sent = (number: number) => ({ email: `person${number}@example.jp` })

test('A01: prefix and nine digits give the formatted number and the name out of the master', async () => {
  const page = await sendForm(portal.visitor(), REGISTER, judo, 'refresh')
  expect(page.status).toBe(200)
  expect(plain(page.html)).toContain('契0123456-7-8')
  expect(plain(page.html)).toContain('見本青葉接骨院')
})

test('A02: a prefix left at ～なし～ keeps its chip, and there is no confirmation', async () => {
  const page = await sendForm(portal.visitor(), REGISTER, { ...judo, regPrefix: '' })
  expect(page.status).toBe(422)
  expect(errorsOf(page.html)).toEqual(['「① 入力項目」を選んでください。'])
  expect(chipsOf(page.html)).toEqual(['① 入力項目'])
})

test('A03, A04, A05: the first user of a facility sees no code field, the second one needs the code of the first', async () => {
  const visitor = portal.visitor()
  const form = await sendForm(visitor, REGISTER, ahaki, 'refresh')
  expect(form.html).not.toContain('name="userAuthCode"')

  const first = await createAccount(portal, ahaki)
  await logIn(first.visitor, ahaki.email)
  const profile = await first.visitor.get('/treatment/profile')
  const code = /ユーザー登録用認証コード (\d{6})/.exec(plain(profile.html))?.[1] ?? ''
  expect(code).toMatch(/^\d{6}$/)

  const second = { ...ahaki, ...sent(2), regDigits10: await secondNumber(), phone: '0398765432' }
  const open = await sendForm(visitor, REGISTER, second, 'refresh')
  expect(open.html).toContain('name="userAuthCode"')
  const wrong = await sendForm(visitor, REGISTER, { ...second, userAuthCode: otherCode(code) })
  expect(wrong.status).toBe(422)
  expect(errorsOf(wrong.html)).toEqual(['ユーザー登録用認証コードが正しくありません。'])
  const right = await sendForm(visitor, REGISTER, { ...second, userAuthCode: code })
  expect(right.status).toBe(200)
  expect(plain(right.html)).toContain('入力内容確認')
  expect(linesOf(right.html)).not.toContain(code)

  await createAccount(portal, { ...second, userAuthCode: code })
  const person = portal.visitor()
  await logIn(person, second.email)
  expect(plain((await person.get('/treatment/profile')).html)).toContain(code)
})

test('A05: a code keeps its leading zeros', async () => {
  const facility = await portal.store.db
    .selectFrom('facility_code')
    .select(['portal', 'facility_id'])
    .executeTakeFirstOrThrow()
  await portal.store.write((tx) =>
    tx
      .updateTable('facility_code')
      .set({ code: '085652' })
      .where('facility_id', '=', facility.facility_id)
      .execute(),
  )
  const person = portal.visitor()
  await logIn(person, ahaki.email)
  expect(plain((await person.get('/treatment/profile')).html)).toContain('085652')
  const third = {
    ...ahaki,
    ...sent(5),
    regDigits10: await secondNumber(),
    userAuthCode: '０８５６５２',
  }
  const page = await sendForm(portal.visitor(), REGISTER, third)
  expect(errorsOf(page.html)).not.toContain('ユーザー登録用認証コードが正しくありません。')
})

test('A06: a plus sign is refused for judo and accepted for a maternity home', async () => {
  const page = await sendForm(portal.visitor(), REGISTER, { ...judo, email: 'a+b@example.jp' })
  expect(page.status).toBe(422)
  expect(errorsOf(page.html)[0]).toMatch(/使用できない文字が含まれています。使用できる文字：/)
  expect(
    (await sendForm(portal.visitor(), REGISTER, { ...midwifery, email: 'a+b@example.jp' })).status,
  ).toBe(200)
})

test('A07: an address of 41 characters is too long, one of 40 is not', async () => {
  const address = (length: number) => `${'a'.repeat(length - '@example.jp'.length)}@example.jp`
  const long = await sendForm(portal.visitor(), REGISTER, { ...judo, email: address(41) })
  expect(errorsOf(long.html)[0]).toContain('40文字まで')
  expect((await sendForm(portal.visitor(), REGISTER, { ...judo, email: address(40) })).status).toBe(
    200,
  )
})

test.each([
  ['abcdefg1', 422],
  ['Abcdefg1', 200],
  [`Ab1${'x'.repeat(98)}`, 422],
  [`Ab1${'x'.repeat(97)}`, 200],
])('A08: password %s gives %i', async (password, status) => {
  const page = await sendForm(portal.visitor(), REGISTER, {
    ...judo,
    password,
    passwordConfirm: password,
  })
  expect(page.status).toBe(status)
  if (status === 422)
    expect(errorsOf(page.html)[0]).toContain('英大文字・英小文字・数字を含む8～100文字')
})

test('A09: キャンセル goes back to the form with everything typed; nothing is stored, no mail goes out', async () => {
  const visitor = portal.visitor()
  const before = await counts()
  const confirmation = await sendForm(visitor, REGISTER, { ...judo, ...sent(9) })
  expect(plain(confirmation.html)).toContain('入力内容確認')
  const form = await answerConfirmation(visitor, REGISTER, confirmation, 'edit')
  expect(form.status).toBe(200)
  for (const typed of [judo.lastName, judo.phone, 'person9@example.jp', judo.regDigits9])
    expect(form.html).toContain(`value="${typed}"`)
  expect(form.html).not.toContain(judo.password)
  // The password travels sealed: sending the form again needs no new typing.
  const again = await answerConfirmation(visitor, REGISTER, form, 'edit')
  expect(again.status).toBe(200)
  await portal.settle()
  expect(await counts()).toEqual(before)
})

test('A10: the link works after 23:59 h and not after 24:01 h; then the same data registers again', async () => {
  const late = { ...checkup, email: 'late@example.jp' }
  await register(portal.visitor(), late)
  const path = await linkIn(portal, late.email)
  portal.advanceClock(24 * HOUR_MS + MINUTE_MS)
  await portal.settle()
  const page = await useLink(portal.visitor(), path)
  expect(page.status).toBe(410)
  expect(plain(page.html)).toContain('このURLは使えません')

  await register(portal.visitor(), late)
  const fresh = await linkIn(portal, late.email)
  portal.advanceClock(24 * HOUR_MS - MINUTE_MS)
  await portal.settle()
  expect(plain((await useLink(portal.visitor(), fresh)).html)).toContain(
    'ユーザー登録が完了しました',
  )
})

describe('one person', () => {
  const person = { ...midwifery, ...sent(11) }
  let path: string

  test('A12: cannot log in before opening the link', async () => {
    await register(portal.visitor(), person)
    path = await linkIn(portal, person.email)
    const page = await logIn(portal.visitor(), person.email)
    expect(page.status).toBe(422)
    expect(plain(page.html)).toContain('確認メール')
    expect(plain((await logIn(portal.visitor(), person.email, 'Wrong123')).html)).not.toContain(
      '確認メール',
    )
  })

  test('A11: the link works once; the second time there is the error page and the account stays active', async () => {
    const visitor = portal.visitor()
    expect((await visitor.get(path)).status).toBe(200)
    expect(plain((await useLink(visitor, path)).html)).toContain('ユーザー登録が完了しました')
    portal.advanceClock(2 * MINUTE_MS)
    const again = await useLink(visitor, path)
    expect(again.status).toBe(410)
    expect(plain(again.html)).toContain('このURLは使えません')
    expect((await logIn(visitor, person.email)).status).toBe(303)
  })

  test('A13: the completion mail names the address and never the password', async () => {
    await portal.settle()
    const [mail] = (await portal.mails()).filter(({ to }) => to === person.email)
    expect(mail?.text).toContain(`ユーザー名：${person.email}`)
    expect(mail?.text).toContain('パスワード：')
    expect(`${mail?.text}${mail?.html}`).not.toContain(person.password)
  })
})

test('A14: a code of a medical institution (points table 1) is sent to the medical portal', async () => {
  const ika = await portal.store.db
    .selectFrom('facility')
    .select(['prefecture', 'code7'])
    .where('facility_type', '=', 'ika')
    .where('status', '=', 'active')
    .execute()
  const known = await portal.store.db
    .selectFrom('facility')
    .select('code7')
    .where('facility_type', '=', 'checkup')
    .execute()
  const only = ika.find(({ code7 }) => !known.some((facility) => facility.code7 === code7))
  const fields = {
    ...checkup,
    prefecture: only?.prefecture ?? '',
    facilityCode7: only?.code7 ?? '',
  }
  const page = await sendForm(portal.visitor(), REGISTER, fields)
  expect(page.status).toBe(422)
  expect(errorsOf(page.html)).toContain(
    '医療機関（点数表1）の方は医療機関等向けポータルをご利用ください。',
  )
  expect(page.html).toContain('href="/medical"')
})

test('A16: an anonymous visitor who opens 各種申請 logs in and gets there', async () => {
  const visitor = portal.visitor()
  const away = await visitor.get('/treatment/applications')
  expect(away.status).toBe(303)
  expect(away.location).toBe('/treatment/login?next=%2Ftreatment%2Fapplications')
  const login = await visitor.get(away.location)
  const action = /<form[^>]*action="([^"]+)"[^>]*>/g
  const target = [...login.html.matchAll(action)]
    .map(([, path = '']) => path)
    .find((path) => path.includes('next'))
  const { _key = '' } = (await import('./portal.ts')).hiddenInputs(login.html)
  const back = await visitor.post(target ?? '', {
    _key,
    username: ahaki.email,
    password: ahaki.password,
    _action: 'check',
  })
  const catalogue = await follow(visitor, back)
  expect(plain(catalogue.html)).toContain('利用開始申請')
  expect(plain(catalogue.html)).toContain('マイナ資格確認アプリ')
})

async function counts() {
  const { count } = portal.store.db.fn
  const submissions = await portal.store.db
    .selectFrom('submission')
    .select(count('id').as('n'))
    .executeTakeFirst()
  return { submissions: submissions?.n, mails: (await portal.mails()).length }
}

/** A free registration number of the facility that 0123456789 belongs to. */
async function secondNumber(): Promise<string> {
  const { db } = portal.store
  const numbers = await db
    .selectFrom('facility_number as mine')
    .innerJoin('facility_number as other', (join) =>
      join
        .onRef('other.facility_id', '=', 'mine.facility_id')
        .onRef('other.portal', '=', 'mine.portal'),
    )
    .select('other.registration_number as number')
    .where('mine.registration_number', '=', ahaki.regDigits10)
    .execute()
  const taken = await db.selectFrom('account').select('identifier').execute()
  const free = numbers.find(
    ({ number }) => !taken.some(({ identifier }) => identifier?.includes(number)),
  )
  return free?.number ?? ''
}

function otherCode(code: string): string {
  return code === '000000' ? '000001' : '000000'
}

function chipsOf(html: string): string[] {
  const panel = /<[^>]*class="?[^">]*\bchips\b[\s\S]*?<\/ul>/.exec(html)?.[0] ?? ''
  return [...panel.matchAll(/<a\b[^>]*>([\s\S]*?)<\/a\s*>/g)].map(([, text = '']) => plain(text))
}

function linesOf(html: string): string {
  return plain(/<dl[\s\S]*?<\/dl>/.exec(html)?.[0] ?? '')
}
