import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { appCode, fromBase32 } from '../accounts/enrol.ts'
import { inspect } from './inspect.ts'
import {
  askToRegister,
  createAccount,
  fill,
  heading,
  logIn,
  MAIL,
  openAlive,
  PASSWORD,
  people,
  register,
  submitButton,
  tabTo,
} from './person.ts'
import { startProgram } from './program.ts'
import { linkIn, openScene, type Scene } from './scene.ts'

/** States of pages on the way: axe, 320 CSS px (which is 1280 px at 400 %), pressable things of 44 px, keyboard. Every page as it opens: `test/web/every-page.browser.test.ts`. */

const scene = openScene()
async function visit(scene: Scene, page: Page, path: string): Promise<void> {
  await page.goto(`${scene.url}${path}`)
  await inspect(page, path)
}

scene('what there is nothing of', async (scene) => {
  const page = await scene.person()
  scene.expectComplaint(/status of 404/)
  for (const path of [
    'faq/account#mail-missing',
    'search?q=%E7%94%B3%E8%AB%8B',
    'search?q=nothing',
    'nothing-here',
    'links/unknown',
    'submissions/unknown',
  ])
    await visit(scene, page, `/treatment/${path}`)
})

scene(
  'the registration: empty, with mistakes, each type, a list, filled, the dialog',
  async (scene) => {
    const page = await scene.person()
    await openAlive(page, `${scene.url}/treatment/register`)
    await inspect(page, 'empty')
    await submitButton(page).click()
    await page.locator('.summary').waitFor()
    await inspect(page, 'mistakes')
    for (const type of ['judo', 'ahaki', 'checkup'] as const) {
      await fill(page, { facilityType: type })
      await inspect(page, type)
    }
    await fill(page, people.midwifery('axe@example.jp'))
    await inspect(page, 'filled')
    await page.getByRole('combobox').fill('山')
    await page.getByRole('listbox').waitFor()
    await inspect(page, 'list')
    await page.keyboard.press('Escape')
    await fill(page, { prefecture: '13' })
    await askToRegister(page)
    await inspect(page, 'dialog')
  },
)

scene('form and confirmation as pages, when the script does not come', async (scene) => {
  const page = await scene.person()
  scene.expectComplaint(/net::ERR_FAILED/)
  await page.route(/\/assets\/.*\.js$/, (route) => route.abort())
  const fields = people.judo('axe-plain@example.jp')
  await page.goto(`${scene.url}/treatment/register`)
  await page.locator('input[value=judo]').check()
  await page.getByRole('button', { name: '選択した内容を表示する' }).first().click()
  await page.locator('#f-regPrefix').waitFor()
  await inspect(page, 'plain form')
  await fill(page, fields)
  await submitButton(page).click()
  await heading(page, '入力内容確認').waitFor()
  await inspect(page, 'plain confirmation')
})

scene('from the mail to the profile, with every mistake on the way', async (scene) => {
  const page = await scene.person()
  const email = 'axe@example.jp'
  await register(scene, page, people.ahaki(email))
  await inspect(page, 'mail sent')
  const link = linkIn(await scene.mail(email, MAIL.activation))
  await page.goto(link)
  await inspect(page, 'link')
  await page.getByRole('button', { name: '登録を完了する' }).click()
  await heading(page, 'ユーザー登録が完了しました').waitFor()
  await inspect(page, 'completed')
  await openAlive(page, `${scene.url}/treatment/login`)
  await inspect(page, 'login')
  await logIn(scene, page, email, 'Wrong12345')
  await inspect(page, 'login refused')
  await logIn(scene, page, email)
  await inspect(page, 'top page after login')
  await page.locator('.menu summary').click()
  await inspect(page, 'menu')
  await visit(scene, page, '/treatment/applications')
  for (const form of ['profile', 'email']) {
    await openAlive(page, `${scene.url}/treatment/${form}`)
    await inspect(page, form)
  }
  await submitButton(page).click()
  await page.locator('.summary').waitFor()
  await inspect(page, 'email with mistakes')
  await fill(page, {
    email: 'axe2@example.jp',
    emailConfirm: 'axe2@example.jp',
    currentPassword: PASSWORD,
  })
  await submitButton(page).click()
  await heading(page, '確認メールを送信しました').waitFor()
  await inspect(page, 'mail sent to the new address')
  await openAlive(page, `${scene.url}/treatment/profile`)
  await fill(page, { phone: '0398765432' })
  await submitButton(page).click()
  await heading(page, 'プロフィールを保存しました').waitFor()
  await inspect(page, 'profile saved')
})

scene('a forgotten password', async (scene) => {
  const page = await scene.person()
  const email = 'axe-forgot@example.jp'
  await createAccount(scene, people.judo(email, '100002222', '協'))
  await openAlive(page, `${scene.url}/treatment/password`)
  await inspect(page, 'password')
  await fill(page, { email })
  await submitButton(page).click()
  await heading(page, 'メールをご確認ください').waitFor()
  await inspect(page, 'password mail sent')
  await openAlive(page, linkIn(await scene.mail(email, MAIL.passwordReset)))
  await inspect(page, 'new password')
  await fill(page, { password: 'Newword22', passwordConfirm: 'Newword22' })
  await submitButton(page).click()
  await heading(page, 'パスワードを変更しました').waitFor()
  await inspect(page, 'password changed')
})

scene('the pages of the operator', async (scene) => {
  const page = await scene.person()
  const invitation = /http\S+\/admin\/setup\/[\w-]+/.exec(scene.program.output())?.[0] ?? ''
  await openAlive(page, invitation)
  await inspect(page, 'setup')
  await submitButton(page).click()
  await page.locator('.summary').waitFor()
  await inspect(page, 'setup with mistakes')
  const password = 'four quiet words together'
  await fill(page, { login: 'chief', name: '見本 一郎', password, passwordConfirm: password })
  await submitButton(page).click()
  await page.waitForURL(/\/admin\/login/)
  await inspect(page, 'staff login')
  await openAlive(page, page.url())
  await fill(page, { login: 'chief', password: 'something else entirely' })
  await submitButton(page).click()
  await page.locator('.summary').waitFor()
  await inspect(page, 'staff login refused')
  await fill(page, { password })
  await submitButton(page).click()
  await page.waitForURL(/\/admin\/login\/enrol/)
  await inspect(page, 'second factor')
  const code = page.getByLabel('確認コード')
  await code.fill('000')
  await submitButton(page).click()
  await page.locator('.summary').waitFor()
  await inspect(page, 'second factor with a mistake')
  const secret = fromBase32(await page.locator('.secret-key').innerText())
  await code.fill(appCode(secret, new Date()))
  await submitButton(page).click()
  await heading(page, 'リカバリーコード').waitFor()
  await inspect(page, 'recovery codes')
  await page.getByRole('link', { name: '控えたので続ける' }).click()
  await page.waitForURL(/\/admin\/$/)
  await page.goto(invitation)
  await inspect(page, 'invitation used')
})

scene('the outbox, empty and with a mail', async (scene) => {
  const page = await scene.person()
  await visit(scene, page, '/outbox')
  const program = await startProgram()
  try {
    const answer = await fetch(`${program.url}/api/v1/treatment/registration`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ answers: people.judo('outbox@example.jp') }),
    })
    expect(answer.status).toBe(201)
    const count = async () =>
      ((await (await fetch(`${program.url}/outbox.json`)).json()) as unknown[]).length
    await expect.poll(count, { timeout: 10_000 }).toBe(1)
    await page.goto(`${program.url}/outbox`)
    await inspect(page, 'outbox with a mail')
    await page.getByRole('link', { name: /\/links\// }).click()
    await page.getByRole('button', { name: '登録を完了する' }).waitFor()
  } finally {
    await program.remove()
  }
})

scene('the whole way by keyboard alone, focus always to be seen', async (scene) => {
  const page = await scene.person({ reducedMotion: 'reduce' })
  const keys = page.keyboard
  const email = 'keys@example.jp'
  await page.goto(`${scene.url}/treatment/`)
  await tabTo(page, '新規ユーザー登録はこちら')
  await keys.press('Enter')
  await page.waitForURL(/\/register$/)
  await page.locator('.late, .no-script').first().waitFor({ state: 'detached' })
  for (const [id, text] of [
    ['f-lastName', '見本'],
    ['f-firstName', '花子'],
  ] as const) {
    await tabTo(page, id)
    await keys.type(text)
  }
  await tabTo(page, 'f-facilityType')
  await keys.press('Space')
  for (let presses = 0; presses < 3; presses++) await keys.press('ArrowDown')
  await tabTo(page, 'f-prefecture')
  await keys.type('東京')
  await keys.press('ArrowDown')
  await keys.press('Enter')
  for (const [id, text] of [
    ['f-facilityCode7', '0123456'],
    ['f-phone', '0312345678'],
    ['f-email', email],
    ['f-password', PASSWORD],
    ['f-passwordConfirm', PASSWORD],
  ] as const) {
    await tabTo(page, id)
    await keys.type(text)
  }
  await tabTo(page, 'f-agreeTerms')
  await keys.press('Space')
  await tabTo(page, '登録')
  await keys.press('Enter')
  await page.locator('dialog[open]').waitFor()
  await tabTo(page, 'OK')
  await keys.press('Enter')
  await heading(page, '確認メールを送信しました').waitFor()
  await page.goto(linkIn(await scene.mail(email, MAIL.activation)))
  await tabTo(page, '登録を完了する')
  await keys.press('Enter')
  await heading(page, 'ユーザー登録が完了しました').waitFor()
  await tabTo(page, 'ログイン')
  await keys.press('Enter')
  await page.waitForURL(/\/login$/)
  await tabTo(page, 'f-username')
  await keys.type(email)
  await tabTo(page, 'f-password')
  await keys.type(PASSWORD)
  await keys.press('Enter')
  await page.locator('.menu').waitFor()
  await tabTo(page, '見本 花子')
  await keys.press('Enter')
  await tabTo(page, 'プロフィール')
  await keys.press('Enter')
  await page.waitForURL(/\/profile$/)
})
