import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { appCode, fromBase32 } from '../accounts/enrol.ts'
import { pdf } from '../files/made.ts'
import {
  alive,
  createAccount,
  fill,
  heading,
  logIn,
  openAlive,
  people,
  submitButton,
  tabTo,
} from './person.ts'
import { openScene, type Scene } from './scene.ts'

/** The whole life of an application by keyboard alone, the applicant's side and the office's. */

const scene = openScene()
const EMAIL = 'life@example.jp'
const STAFF_PASSWORD = 'four quiet words together'

scene(
  'applied with a file, checked, sent, returned, corrected, approved, and the paper received',
  async (scene) => {
    await createAccount(scene, people.judo(EMAIL))
    const applicant = await scene.person({ reducedMotion: 'reduce' })
    await logIn(scene, applicant, EMAIL)
    const number = await apply(applicant)

    const office = await scene.person({ reducedMotion: 'reduce' })
    await enterOffice(scene, office)
    await openCase(office, number)
    await sendBack(office, '申請台数をお確かめください。')

    await correct(applicant, number)
    await openCase(office, number)
    await enter(office, '承認')
    await heading(office, '承認').waitFor()
    await enter(office, '承認')
    await office.getByText('「承認」').first().waitFor()

    await scene.mail(EMAIL, '利用開始申請受付完了')
    await receive(applicant)
  },
)

/** Goes there with Tab and presses Enter, which opens another page. */
async function enter(page: Page, wanted: string): Promise<void> {
  await tabTo(page, wanted)
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')])
}

async function apply(page: Page): Promise<string> {
  const keys = page.keyboard
  // What the system's own window of files gives back, once the page has asked for it.
  page.on('filechooser', (chooser) => {
    const buffer = Buffer.from(pdf())
    void chooser.setFiles({ name: '通知書.pdf', mimeType: 'application/pdf', buffer })
  })
  await enter(page, '各種申請')
  await enter(page, '利用開始申請')
  await enter(page, '利用開始申請はこちら')
  await alive(page)
  await tabTo(page, 'f-verifyMethod')
  await keys.press('Space')
  await keys.press('ArrowDown')
  for (const [id, text] of [
    ['f-staffCount', '3'],
    ['f-deviceCount', '1'],
  ] as const) {
    await tabTo(page, id)
    await keys.type(text)
  }
  await tabTo(page, 'f-agreeTerms')
  await keys.press('Space')
  await tabTo(page, 'f-evidence')
  await keys.press('Enter')
  await page.locator('.files input[type=hidden]').waitFor({ state: 'attached' })
  await tabTo(page, '送信')
  await keys.press('Enter')
  await page.locator('dialog[open]').waitFor()
  expect(await page.locator('dialog').innerText()).toContain('申請台数')
  await tabTo(page, 'OK')
  await keys.press('Enter')
  await page.waitForURL(/\/submissions\//)
  return /[A-Z0-9]{4}-[A-Z0-9]{4}/.exec(await page.locator('main').innerText())?.[0] ?? ''
}

async function enterOffice(scene: Scene, page: Page): Promise<void> {
  const invitation = /http\S+\/admin\/setup\/[\w-]+/.exec(scene.program.output())?.[0] ?? ''
  await openAlive(page, invitation)
  const password = STAFF_PASSWORD
  await fill(page, { login: 'chief', name: '見本 一郎', password, passwordConfirm: password })
  await submitButton(page).click()
  await page.waitForURL(/\/admin\/login/)
  await openAlive(page, page.url())
  await fill(page, { login: 'chief', password })
  await submitButton(page).click()
  const secret = fromBase32(await page.locator('.secret-key').innerText())
  await page.getByLabel('確認コード').fill(appCode(secret, new Date()))
  await submitButton(page).click()
  await page.getByRole('link', { name: '控えたので続ける' }).click()
  await page.waitForURL(/\/admin\/$/)
}

async function openCase(page: Page, number: string): Promise<void> {
  await page.goto(new URL('/admin/', page.url()).href)
  await enter(page, '審査デスク')
  await enter(page, number)
  await page.getByRole('heading', { level: 1 }).filter({ hasText: number }).waitFor()
}

async function sendBack(page: Page, message: string): Promise<void> {
  await enter(page, '差戻し')
  await page.getByRole('heading', { level: 1, name: /差戻し/ }).waitFor()
  await tabTo(page, 'f-message')
  await page.keyboard.type(message)
  await tabTo(page, '申請台数')
  await page.keyboard.press('Space')
  await enter(page, '差し戻す')
  await page.getByText('「差戻し」').first().waitFor()
}

async function correct(page: Page, number: string): Promise<void> {
  await page.goto(new URL('/treatment/', page.url()).href)
  await enter(page, 'マイリスト')
  await enter(page, number)
  expect(await page.locator('main').innerText()).toContain('申請台数をお確かめください。')
  await enter(page, '修正する')
  await alive(page)
  await tabTo(page, 'f-deviceCount')
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type('2')
  await tabTo(page, '再提出')
  await page.keyboard.press('Enter')
  await page.locator('dialog[open]').waitFor()
  await tabTo(page, 'OK')
  await page.keyboard.press('Enter')
  await page.waitForURL(/done=resubmit/)
}

async function receive(page: Page): Promise<void> {
  await page.goto(new URL('/treatment/', page.url()).href)
  await enter(page, '各種申請')
  await enter(page, '資格確認アカウント管理')
  await enter(page, 'W0000001')
  const password = /初期パスワード ※\s+[A-Za-z0-9]{12}/
  expect(await page.locator('main').innerText()).toMatch(password)
  const downloaded = page.waitForEvent('download')
  await tabTo(page, 'PDFを開く')
  await page.keyboard.press('Enter')
  expect((await downloaded).suggestedFilename()).toMatch(/\.pdf$/)
  // In two presses, since the password is gone then.
  await tabTo(page, '受け取りました')
  await page.keyboard.press('Enter')
  await enter(page, 'パスワードを消す')
  expect(await page.locator('main').innerText()).not.toMatch(password)
}
