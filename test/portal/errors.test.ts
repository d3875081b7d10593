import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ahaki,
  checkup,
  createAccount,
  judo,
  linkIn,
  logIn,
  register,
  REGISTER,
  sendForm,
  useLink,
} from './people.ts'
import { errorsOf, openTestPortal, plain, type TestPortal } from './portal.ts'

/** The errors of registration.md §11 that this portal can have. R04 and R16 belong to another one. */
const API = '/api/v1/treatment/registration'
/** Words that blame or say nothing. */
const BANNED = /不正|無効|異常/

let portal: TestPortal
let second: { readonly [field: string]: string }
beforeAll(async () => {
  portal = await openTestPortal()
  await createAccount(portal, { ...judo, regPrefix: '協', regDigits9: '400034711' })
  await createAccount(portal, ahaki)
  second = { ...ahaki, regDigits10: '0123456790', email: 'second@example.jp' }
})
afterAll(() => portal.close())

type Case = {
  readonly error: string
  readonly field: string
  readonly fields: () => { readonly [field: string]: string }
  readonly ja: string
  readonly en: RegExp
  readonly code: string
}

const address = (length: number) => `${'a'.repeat(length - '@example.jp'.length)}@example.jp`

const cases: readonly Case[] = [
  {
    error: 'R01 empty',
    field: 'lastName',
    fields: () => ({ ...judo, lastName: '　' }),
    ja: '「姓」を入力してください。',
    en: /^Enter “姓”/,
    code: 'R01',
  },
  {
    error: 'R01 nothing chosen',
    field: 'regPrefix',
    fields: () => ({ ...judo, regPrefix: '' }),
    ja: '「① 入力項目」を選んでください。',
    en: /^Choose an option/,
    code: 'R01',
  },
  {
    error: 'R02 wrong number of digits',
    field: 'regDigits9',
    fields: () => ({ ...judo, regDigits9: '01234567' }),
    ja: '半角数字9桁で入力してください。',
    en: /9 digits/,
    code: 'R02',
  },
  {
    error: 'R03 more than digits in a phone number',
    field: 'phone',
    fields: () => ({ ...judo, phone: '03-1234-567X' }),
    ja: 'ハイフンを除いた半角数字で入力してください。',
    en: /digits only, without hyphens/,
    code: 'R03',
  },
  {
    error: 'R05 forbidden character',
    field: 'email',
    fields: () => ({ ...judo, email: 'Hanako@example.jp' }),
    ja: '使用できない文字が含まれています。使用できる文字：英小文字、数字、ピリオド（.）',
    en: /cannot be used.*lower-case letters, digits/,
    code: 'R05',
  },
  {
    error: 'R06 longer than 40',
    field: 'email',
    fields: () => ({ ...judo, email: address(41) }),
    ja: 'メールアドレスは40文字までです。',
    en: /at most 40 characters/,
    code: 'R06',
  },
  {
    error: 'R08 password rule',
    field: 'password',
    fields: () => ({ ...judo, password: 'abcdefg1', passwordConfirm: 'abcdefg1' }),
    ja: '英大文字・英小文字・数字を含む8～100文字にしてください。',
    en: /8 to 100 characters long/,
    code: 'R08',
  },
  {
    error: 'R09 confirmation differs',
    field: 'passwordConfirm',
    fields: () => ({ ...judo, passwordConfirm: 'Abcdefg2' }),
    ja: '確認用の入力と一致しません。',
    en: /differs from the first/,
    code: 'R09',
  },
  {
    error: 'R10 consent missing',
    field: 'agreeTerms',
    fields: () =>
      Object.fromEntries(Object.entries(judo).filter(([name]) => name !== 'agreeTerms')),
    ja: '利用規約をご確認のうえ、同意してください。',
    en: /terms of use/,
    code: 'consent.missing',
  },
  {
    error: 'R11 not in the master',
    field: 'regDigits9',
    fields: () => ({ ...judo, regDigits9: '999999999' }),
    ja: '入力されたコードの施設が見つかりません。',
    en: /No facility/,
    code: 'lookup.missing',
  },
  {
    error: 'R12 facility registered',
    field: 'regDigits9',
    fields: () => ({ ...judo, regPrefix: '協', regDigits9: '400034711' }),
    ja: '登録済みです。ログインするか、パスワードの再設定を行ってください。',
    en: /registered already/,
    code: 'lookup.refused',
  },
  {
    error: 'R12 number registered',
    field: 'regDigits10',
    fields: () => ({ ...ahaki, email: 'other@example.jp', userAuthCode: '000000' }),
    ja: '登録済みです。ログインするか、パスワードの再設定を行ってください。',
    en: /registered already/,
    code: 'lookup.refused',
  },
  {
    error: 'R13 code wrong',
    field: 'userAuthCode',
    fields: () => ({ ...second, userAuthCode: '99999９' }),
    ja: 'ユーザー登録用認証コードが正しくありません。',
    en: /not correct/,
    code: 'verify.wrong',
  },
  {
    error: 'R13 code too short',
    field: 'userAuthCode',
    fields: () => ({ ...second, userAuthCode: '12345' }),
    ja: '半角数字6桁で入力してください。',
    en: /6 digits/,
    code: 'R02',
  },
  {
    error: 'R15 medical institution',
    field: 'facilityCode7',
    fields: () => ({ ...checkup, ...medical }),
    ja: '医療機関（点数表1）の方は医療機関等向けポータルをご利用ください。',
    en: /portal for medical institutions/,
    code: 'lookup.elsewhere',
  },
  {
    error: 'R17 too long',
    field: 'firstName',
    fields: () => ({ ...judo, firstName: '花'.repeat(41) }),
    ja: '「名」は40文字以内で入力してください。',
    en: /at most 40 characters/,
    code: 'R17',
  },
  {
    error: 'S02 common password',
    field: 'password',
    fields: () => ({ ...judo, password: 'Sakura2026', passwordConfirm: 'Sakura2026' }),
    ja: 'よく使われる言葉や並び',
    en: /easy to guess/,
    code: 'password.common',
  },
  {
    error: 'S02 password holds the number',
    field: 'password',
    fields: () => ({ ...judo, password: 'Mihon-012345678', passwordConfirm: 'Mihon-012345678' }),
    ja: 'ほかの入力と同じ並び',
    en: /repeats another entry/,
    code: 'password.context',
  },
]

/** A medical institution of the sample master that no institution for health checks shares its code with. */
let medical: { prefecture: string; facilityCode7: string }
beforeAll(async () => {
  const rows = await portal.store.db
    .selectFrom('facility')
    .select(['facility_type', 'prefecture', 'code7'])
    .where('facility_type', 'in', ['ika', 'checkup'])
    .execute()
  const taken = rows.filter((row) => row.facility_type === 'checkup').map((row) => row.code7)
  const found = rows.find((row) => row.facility_type === 'ika' && !taken.includes(row.code7))
  medical = { prefecture: found?.prefecture ?? '', facilityCode7: found?.code7 ?? '' }
})

describe.each(cases)('$error', ({ field, fields, ja, en, code }) => {
  test('on the page: at its field and in the summary, in Japanese', async () => {
    const page = await sendForm(portal.visitor(), REGISTER, fields())
    expect(page.status).toBe(422)
    const [first = ''] = errorsOf(page.html)
    expect(first).toContain(ja)
    expect(errorsOf(page.html)).toHaveLength(1)
    expect(errorAt(page.html, field)).toContain(first)
    expect(page.html).toContain(`href="#f-${field}"`)
    expect(plain(page.html)).not.toMatch(BANNED)
  })

  test('through the API: as data, in Japanese and English', async () => {
    const answers = { ...fields() }
    const told = await Promise.all(
      ['ja', 'en'].map((language) =>
        portal.visitor().json(API, { answers }, { 'Accept-Language': language }),
      ),
    )
    for (const answer of told) {
      expect(answer.status).toBe(422)
      expect((answer.body as Told).issues.map((issue) => [issue.field, issue.code])).toEqual([
        [field, code],
      ])
    }
    const [japanese, english] = told.map(({ body }) => (body as Told).issues[0]?.message ?? '')
    expect(japanese).toContain(ja)
    expect(japanese).not.toMatch(BANNED)
    expect(english).toMatch(en)
    expect(english?.replace(/[“(][^”)]*[”)]/g, '')).not.toMatch(/[ぁ-ん]/)
  })
})

type Told = { readonly issues: readonly { field: string; code: string; message: string }[] }

test('R07: not said on the page (S03), but to the owner of the address by mail', async () => {
  const fields = { ...judo, email: ahaki.email }
  const sent = await register(portal.visitor(), fields)
  expect(sent.status).toBe(303)
  await portal.settle()
  const [mail] = (await portal.mails()).filter(({ to }) => to === ahaki.email)
  expect(mail?.text).toContain('このメールアドレスは登録済みです')
})

test('R14: an unknown, a cut and a used link show the same page with causes and remedies', async () => {
  const person = { ...checkup, email: 'link@example.jp' }
  await register(portal.visitor(), person)
  const path = await linkIn(portal, person.email)
  await useLink(portal.visitor(), path)
  portal.advanceClock(120_000)
  const pages = await Promise.all(
    [path, path.slice(0, -4), '/treatment/links/abc', `${path.slice(0, -4)}AAAA`].map((each) =>
      portal.visitor().get(each),
    ),
  )
  for (const page of pages) {
    expect(page.status).toBe(410)
    const text = plain(page.html)
    for (const words of ['このURLは使えません', '途中で切れている', 'すでに終わっている', '24時間'])
      expect(text).toContain(words)
    expect(text).not.toMatch(BANNED)
  }
  expect(new Set(pages.map(({ html }) => html.replaceAll(/links\/[\w-]+/g, 'link'))).size).toBe(1)
})

test('several errors come in the order of the page, each with its own words', async () => {
  const page = await sendForm(portal.visitor(), REGISTER, { facilityType: 'judo' })
  const errors = errorsOf(page.html)
  expect(errors).toHaveLength(9)
  expect(new Set(errors).size).toBe(errors.length)
  const places = [...page.html.matchAll(/id="(f-[\w-]+)-wrong"/g)].map(([, id]) => id)
  const links = [...page.html.matchAll(/<a href="#(f-[\w-]+)">/g)].map(([, id]) => id)
  expect(links.slice(0, places.length)).toEqual(places)
})

test('no page and no mail says a banned word', async () => {
  const { pages, mails } = portal.definitions()
  const visitor = portal.visitor()
  await logIn(visitor, ahaki.email)
  const paths = [
    '/',
    '/treatment/',
    ...['register', 'login', 'password', 'profile', 'email', 'applications', 'nothing'].map(
      (name) => `/treatment/${name}`,
    ),
    ...Object.keys(pages).map((id) => `/${id.replace('/', '/pages/')}`),
  ]
  for (const path of paths) {
    const who = /login|register|password$/.test(path) ? portal.visitor() : visitor
    const page = await who.get(path)
    expect([path, plain(page.html).match(BANNED)]).toEqual([path, null])
  }
  expect(JSON.stringify(mails)).not.toMatch(BANNED)
})

/** The words that stand at an input. */
function errorAt(html: string, field: string): string {
  const [, text = ''] = new RegExp(`id="f-${field}-wrong"[^>]*>([\\s\\S]*?)</p>`).exec(html) ?? []
  return plain(text)
}
