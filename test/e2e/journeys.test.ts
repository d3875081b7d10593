import type { DatabaseSync } from 'node:sqlite'
import { expect } from 'vitest'
import {
  activate,
  alive,
  askToRegister,
  confirmedLines,
  createAccount,
  factOf,
  fill,
  heading,
  input,
  logIn,
  MAIL,
  openAlive,
  PASSWORD,
  people,
  register,
  submitButton,
  type Fields,
} from './person.ts'
import { linkIn, openScene, type Scene } from './scene.ts'

/** Whole ways of people through the started program, with real mails (operations.md §13: A01, A04, A09–A12). */

const scene = openScene()
const HOUR_MS = 3_600_000

type Registration = {
  readonly type: string
  readonly fields: Fields & { readonly email: string }
  readonly confirmed: Readonly<Record<string, string>>
}
const person = { 姓: '見本', 名: '花子', 電話番号: '0312345678' }
const registrations: readonly Registration[] = [
  {
    // A01, typed in full width with a space, as an input method leaves it.
    type: '施術所（柔道整復）',
    fields: people.judo('judo@example.jp', '０１２３４ ５６７８'),
    confirmed: { 登録記号番号: '契0123456-7-8', 施術所名: '見本青葉接骨院' },
  },
  {
    type: '施術所（あん摩マッサージ指圧・はり・きゅう）',
    fields: people.ahaki('ahaki@example.jp'),
    confirmed: { 登録記号番号: '01234567-8-9', 施術所名: '見本青葉鍼灸マッサージ院' },
  },
  {
    type: '健診実施機関等',
    fields: people.checkup('check+up@example.jp'),
    confirmed: {
      都道府県: '東京都',
      '健診実施機関等コード（10桁）': '1320123456',
      健診実施機関等名: '見本青葉健診センター',
    },
  },
  {
    type: '助産所',
    fields: people.midwifery('midwifery@example.jp', '14'),
    confirmed: {
      都道府県: '神奈川県',
      '助産所コード（10桁）': '1400123456',
      助産所名: '見本朝日助産所',
    },
  },
]

for (const { type, fields, confirmed } of registrations)
  scene(`${type}: from the top page to the profile`, async (scene) => {
    const page = await scene.person()
    await page.goto(`${scene.url}/`)
    await page.getByRole('link', { name: /施術所等向け総合ポータルサイト/ }).click()
    await page.getByRole('link', { name: /^新規ユーザー登録はこちら/ }).click()
    await alive(page)
    await fill(page, fields)
    await expect.poll(() => page.locator('.chips a').count()).toBe(0)
    await askToRegister(page)
    expect(await page.locator('dialog h2').textContent()).toBe('入力内容確認')
    expect(await confirmedLines(page)).toEqual({
      ...person,
      所属機関選択: type,
      ...confirmed,
      メールアドレス: fields.email,
    })
    await page.getByRole('button', { name: 'OK' }).click()
    await heading(page, '確認メールを送信しました').waitFor()

    await page.goto(linkIn(await scene.mail(fields.email, MAIL.activation)))
    await page.getByRole('button', { name: '登録を完了する' }).click()
    await heading(page, 'ユーザー登録が完了しました').waitFor()
    const { mail, raw } = await scene.mail(fields.email, MAIL.complete)
    expect(mail.text).toContain(`ユーザー名：${fields.email}`)
    expect(mail.text + mail.html + raw).not.toContain(PASSWORD)

    await page.getByRole('navigation').getByRole('link', { name: 'ログイン' }).click()
    await alive(page)
    await fill(page, { username: fields.email, password: PASSWORD })
    await submitButton(page).click()
    await page.locator('.menu summary').click()
    await page.getByRole('link', { name: 'プロフィール' }).click()
    await alive(page)
    expect(await factOf(page, 'ユーザー ID')).toBe(fields.email)
    expect(await input(page, 'phone').inputValue()).toBe('0312345678')
    expect(await page.getByText('ユーザー登録用認証コード').count()).toBe(
      type.includes('きゅう') ? 1 : 0,
    )
  })

scene('A04: the second user of a facility needs the code of the first', async (scene) => {
  const first = await scene.person()
  await createAccount(scene, people.ahaki('first@example.jp', '0123457789'))
  await logIn(scene, first, 'first@example.jp')
  await first.goto(`${scene.url}/treatment/profile`)
  const code = await factOf(first, 'ユーザー登録用認証コード')
  expect(code).toMatch(/^\d{6}$/)

  const page = await scene.person()
  await openAlive(page, `${scene.url}/treatment/register`)
  await fill(page, people.ahaki('second@example.jp', '0123457790'))
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0')
  await fill(page, { userAuthCode: wrong })
  await submitButton(page).click()
  await page.locator('.summary').getByText('ユーザー登録用認証コードが正しくありません。').waitFor()
  expect(await page.locator('dialog').count()).toBe(0)
  await fill(page, { userAuthCode: code })
  await askToRegister(page)
  expect(Object.values(await confirmedLines(page))).not.toContain(code)
  await page.getByRole('button', { name: 'OK' }).click()
  await heading(page, '確認メールを送信しました').waitFor()
  await activate(scene, page, 'second@example.jp')
  await heading(page, 'ユーザー登録が完了しました').waitFor()
  await logIn(scene, page, 'second@example.jp')
  await page.locator('.menu').waitFor()
  await page.goto(`${scene.url}/treatment/profile`)
  expect(await factOf(page, 'ユーザー登録用認証コード')).toBe(code)
})

scene('A09: キャンセル keeps everything typed, stores nothing and sends nothing', async (scene) => {
  const page = await scene.person()
  const before = stored(scene)
  const fields = people.judo('cancelled@example.jp', '400034711', '協')
  await openAlive(page, `${scene.url}/treatment/register`)
  await fill(page, fields)
  await askToRegister(page)
  await page.getByRole('button', { name: 'キャンセル' }).click()
  await page.locator('dialog').waitFor({ state: 'detached' })
  for (const id of ['lastName', 'regPrefix', 'regDigits9', 'phone', 'email', 'password'] as const)
    expect(await input(page, id).inputValue()).toBe(fields[id])
  expect(stored(scene)).toEqual(before)
  expect(scene.mailsTo(fields.email)).toEqual([])
})

scene('A10: a link of 24:01 hours ago is refused, one of 23:59 hours works', async (scene) => {
  const page = await scene.person()
  const fields = people.midwifery('late@example.jp')
  await register(scene, page, fields)
  const late = linkIn(await scene.mail(fields.email, MAIL.activation))
  await scene.restart((db) => letTimePass(db, 24 * HOUR_MS + 60_000))
  await page.goto(late)
  await heading(page, 'このURLは使えません').waitFor()
  expect(await page.locator('.causes dt').count()).toBe(3)

  await register(scene, page, fields)
  const fresh = linkIn(await scene.mail(fields.email, MAIL.activation, 2))
  await scene.restart((db) => letTimePass(db, 24 * HOUR_MS - 60_000))
  await page.goto(fresh)
  await page.getByRole('button', { name: '登録を完了する' }).click()
  await heading(page, 'ユーザー登録が完了しました').waitFor()
})

scene(
  'A11, A12: no login before the link; the link works once and the account stays',
  async (scene) => {
    const page = await scene.person()
    const email = 'once@example.jp'
    await register(scene, page, people.checkup(email, '14'))
    await logIn(scene, page, email)
    await page.locator('.summary').getByText('確認メール').waitFor()
    await logIn(scene, page, email, 'Wrong12345')
    await page.locator('.summary').waitFor()
    expect(await page.locator('.summary').getByText('確認メール').count()).toBe(0)

    const link = linkIn(await scene.mail(email, MAIL.activation))
    await activate(scene, page, email)
    await heading(page, 'ユーザー登録が完了しました').waitFor()
    await page.goto(link)
    await heading(page, 'このURLは使えません').waitFor()
    await logIn(scene, page, email)
    await page.locator('.menu').waitFor()
  },
)

scene('a forgotten password is replaced by mail, and the old one stops working', async (scene) => {
  const page = await scene.person()
  const email = 'forgot@example.jp'
  await createAccount(scene, people.judo(email, '100002222', '協'))
  await page.goto(`${scene.url}/treatment/login`)
  await page.getByRole('link', { name: 'パスワードを忘れた場合' }).click()
  await alive(page)
  await fill(page, { email })
  await submitButton(page).click()
  await heading(page, 'メールをご確認ください').waitFor()
  const link = linkIn(await scene.mail(email, MAIL.passwordReset))
  await openAlive(page, link)
  await fill(page, { password: 'Newword22', passwordConfirm: 'Newword22' })
  await submitButton(page).click()
  await heading(page, 'パスワードを変更しました').waitFor()
  expect((await scene.mail(email, 'パスワード変更')).mail.text).not.toContain('Newword22')
  await logIn(scene, page, email)
  await page.locator('.summary').waitFor()
  await logIn(scene, page, email, 'Newword22')
  await page.locator('.menu').waitFor()
  await page.goto(link)
  await heading(page, 'このURLは使えません').waitFor()
})

scene(
  'an e-mail address changes when the link sent to the new one is opened, not before',
  async (scene) => {
    const page = await scene.person()
    const [email, changed] = ['before@example.jp', 'after@example.jp']
    await createAccount(scene, people.judo(email, '100003333'))
    await logIn(scene, page, email)
    await page.locator('.menu summary').click()
    await page.getByRole('link', { name: 'プロフィール' }).click()
    await page.getByRole('link', { name: 'メールアドレス変更' }).click()
    await alive(page)
    await fill(page, { email: changed, emailConfirm: changed, currentPassword: PASSWORD })
    await submitButton(page).click()
    await heading(page, '確認メールを送信しました').waitFor()
    await scene.mail(email, 'メールアドレス変更の受付')
    const other = await scene.person()
    await logIn(scene, other, email)
    await other.locator('.menu').waitFor()

    await page.goto(linkIn(await scene.mail(changed, '新しいメールアドレスの確認')))
    await page.getByRole('button', { name: 'メールアドレスを変更する' }).click()
    await heading(page, 'メールアドレスを変更しました').waitFor()
    await scene.mail(email, 'メールアドレス変更のお知らせ')
    await logIn(scene, page, email)
    await page.locator('.summary').waitFor()
    await logIn(scene, page, changed)
    await page.locator('.menu').waitFor()
  },
)

/** The clock of a started program cannot be set, so what it waits for is moved into its past while it is down. */
function letTimePass(db: DatabaseSync, ms: number): void {
  const earlier = (time: unknown) => new Date(Date.parse(String(time)) - ms).toISOString()
  for (const { id, expires_at } of db.prepare('select id, expires_at from link').all())
    db.prepare('update link set expires_at = ? where id = ?').run(earlier(expires_at), String(id))
  const timers = "select id, run_at from job where kind = 'timer' and state = 'waiting'"
  for (const { id, run_at } of db.prepare(timers).all())
    db.prepare('update job set run_at = ? where id = ?').run(earlier(run_at), String(id))
}

function stored(scene: Scene): unknown {
  return scene.inDatabase((db) =>
    ['submission', 'account', 'job', 'link'].map(
      (table) => db.prepare(`select count(*) as rows from ${table}`).get()?.rows,
    ),
  )
}
