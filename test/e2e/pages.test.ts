import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { inspect } from './inspect.ts'
import { openAlive } from './person.ts'
import { openScene, type Scene } from './scene.ts'

/** Table forms, confirmation pages and forms of several screens in a browser, with and without script, by keyboard. */

const scene = openScene({ env: { DEFINITIONS_DIR: resolve('test/samples/flows') } })
const LEGACY = '/legacy/eligibility'
const CERTIFICATE = '/certificate/issue'
const TOKEN = 'a'.repeat(43)

/** A member of the certificate portal who is logged in, whose facility is in the master. */
async function member(scene: Scene, options: Parameters<Scene['person']>[0] = {}): Promise<Page> {
  const at = new Date().toISOString()
  scene.inDatabase((db) => {
    const rows = [
      `insert or ignore into facility values ('certificate', 'F-1', 'shika', '14', '9999999', '見本歯科医院', '見本 花子',
        '2200000', '神奈川県横浜市', '0450000000', '', '', '', 'active', '${at}')`,
      `insert or ignore into account (id, portal, login, password_hash, state, facility_type, facility_id, identifier,
        attributes, created_at, updated_at) values ('a-1', 'certificate', 'member@example.jp', '', 'active', 'shika', 'F-1',
        'shika:149999999', '{}', '${at}', '${at}')`,
      `insert or ignore into session (token_hash, account_id, staff_id, created_at, last_seen_at, expires_at) values (
        '${createHash('sha256').update(TOKEN).digest('hex')}', 'a-1', null, '${at}', '${at}',
        '${new Date(Date.now() + 3_600_000).toISOString()}')`,
    ]
    for (const row of rows) db.exec(row)
  })
  const page = await scene.person(options)
  await page.context().addCookies([{ name: 'madoguchi', value: TOKEN, url: scene.url }])
  return page
}

const h1 = (page: Page) => page.locator('h1').textContent()
const focused = (page: Page) => page.evaluate(() => document.activeElement?.id)

async function fillLegacy(page: Page): Promise<void> {
  await page.locator('#f-agreeOnshiTerms').check()
  await page.locator('#f-lineType').selectOption('3')
  await page.locator('#f-contact').fill('見本 太郎')
  await page.locator('#f-startYearMonth').selectOption('2026')
  await page.locator('#f-startYearMonth-1').selectOption('12')
  await page.locator('#f-secretNumber').fill('0987')
  await page.locator('#f-secretNumberConfirm').fill('0987')
  await page.getByRole('radio', { name: '1:診療' }).check()
}

scene(
  'the table form: empty, with errors, filled, confirmation, change, receipt',
  async (scene) => {
    const page = await scene.person()
    await openAlive(page, `${scene.url}${LEGACY}`)
    await inspect(page, 'empty')
    // The portal's own colours (`theme`) are what axe has measured here.
    const colour = (selector: string) =>
      page.locator(selector).evaluate((element) => getComputedStyle(element).backgroundColor)
    expect(await colour('.header')).toBe('rgb(0, 102, 79)')
    expect(await colour('.button[value=check]:not(.vh)')).toBe('rgb(0, 102, 79)')
    await page.getByRole('button', { name: '確認画面へ進む' }).click()
    await page.locator('.summary').waitFor()
    expect(await focused(page)).toBe('error-summary-title')
    expect(await page.title()).toMatch(/^エラー：/)
    await inspect(page, 'errors')
    await page.locator('.summary a').first().click()
    expect(await focused(page)).toBe('f-agreeOnshiTerms')

    await fillLegacy(page)
    await inspect(page, 'filled')
    await page.getByRole('button', { name: '確認画面へ進む' }).click()
    await page.waitForURL(/step=check/)
    expect(await page.title()).toMatch(/^入力内容の確認｜/)
    await inspect(page, 'confirmation')

    await page.getByRole('link', { name: /^変更\s*：担当者名$/ }).click()
    await page.locator('.no-script').first().waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('f-contact')
    await page.locator('#f-contact').fill('改めた 名前')
    await page.keyboard.press('Enter')
    await page.waitForURL(/step=check/)
    expect(await page.locator('.lines').textContent()).toContain('改めた 名前')

    await page.goBack()
    await page.locator('#f-contact').waitFor()
    expect(await page.locator('#f-contact').inputValue()).toBe('改めた 名前')
    await page.goForward()
    await page.getByRole('button', { name: '上記の内容に同意して確定する' }).click()
    expect(await h1(page)).toBe('申請を受け付けました')
    const receipt = page.url()
    await page.goBack()
    await expect.poll(() => page.url()).toBe(receipt)
  },
)

scene('reset brings back the state as opened, whatever was typed', async (scene) => {
  const page = await scene.person()
  await openAlive(page, `${scene.url}${LEGACY}`)
  await fillLegacy(page)
  await page.getByRole('button', { name: 'この画面を開いた状態に戻す' }).click()
  await expect.poll(() => page.locator('#f-contact').inputValue()).toBe('')
  expect(await page.locator('#f-lineType').inputValue()).toBe('')
})

scene(
  'the screens: consent, input, question, confirmation; Back, reload, forward',
  async (scene) => {
    const page = await member(scene)
    await openAlive(page, `${scene.url}${CERTIFICATE}`)
    expect([await h1(page), await page.locator('.progress span').textContent()]).toEqual([
      '発行手数料の確認',
      '3 の 1',
    ])
    await inspect(page, 'consent')
    await page.getByRole('button', { name: '同意して次へ' }).click()
    await page.waitForURL(/step=input/)
    await page.locator('.no-script').first().waitFor({ state: 'detached' })
    await inspect(page, 'input')
    await page.getByRole('button', { name: '次へ' }).click()
    await page.locator('.summary').waitFor()
    expect(await page.locator('.summary a').allTextContents()).toHaveLength(3)
    await inspect(page, 'input with errors')

    await page.locator('#f-department').fill('医事課')
    await page.reload()
    await expect.poll(() => page.locator('#f-department').inputValue()).toBe('医事課')
    await page.goBack()
    expect(await h1(page)).toBe('発行手数料の確認')
    await page.goForward()
    await expect.poll(() => page.locator('#f-department').inputValue()).toBe('医事課')
    await page.locator('.no-script').first().waitFor({ state: 'detached' })

    await page.locator('#f-terminalName').fill('受付のパソコン')
    await page.getByRole('radio', { name: 'はじめて' }).check()
    await page.getByRole('button', { name: '次へ' }).click()
    const dialog = page.getByRole('dialog', { name: '発行の申請' })
    await dialog.waitFor()
    await inspect(page, 'question')
    await dialog.getByRole('button', { name: 'キャンセル' }).click()
    expect(await page.locator('#f-terminalName').inputValue()).toBe('受付のパソコン')
    await page.getByRole('button', { name: '次へ' }).click()
    await dialog.getByRole('button', { name: 'OK' }).click()
    await page.waitForURL(/step=check/)
    await inspect(page, 'confirmation of screens')
    await page.getByRole('button', { name: '申請', exact: true }).dblclick()
    await expect.poll(() => h1(page)).toBe('発行申請成功')
    const filed = scene.inDatabase((db) =>
      db.prepare(`select count(*) as n from submission where form = 'certificate/issue'`).get(),
    )
    expect(filed?.n).toBe(1)
  },
)

scene('the same without script, every state looked at', async (scene) => {
  const page = await scene.person({ javaScriptEnabled: false })
  await page.goto(`${scene.url}${LEGACY}`)
  await inspectPlain(page, 'empty')
  await page.getByRole('button', { name: '確認画面へ進む' }).click()
  expect(await page.title()).toMatch(/^エラー：/)
  await inspectPlain(page, 'errors')
  await page.locator('#f-lineType').selectOption('1')
  await fillLegacy(page)
  await page.getByRole('button', { name: '確認画面へ進む' }).click()
  expect(await h1(page)).toBe('入力内容の確認')
  await inspectPlain(page, 'confirmation')
  await page.getByRole('link', { name: /^変更\s*：担当者名$/ }).click()
  await page.locator('#f-contact').fill('改めた 名前')
  await page.getByRole('button', { name: '確認画面へ進む' }).click()
  expect(await page.locator('.lines').textContent()).toContain('改めた 名前')
  await page.goBack()
  expect(await page.locator('#f-contact').inputValue()).toBe('改めた 名前')
  await page.goForward()
  await page.getByRole('button', { name: '上記の内容に同意して確定する' }).click()
  expect(await h1(page)).toBe('申請を受け付けました')
})

/** What needs no script to be seen: nothing is wider than the window. Axe looks at the same states below. */
async function inspectPlain(page: Page, where: string): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect({ where, width }).toEqual({ where, width: 1280 })
  await page.setViewportSize({ width: 320, height: 900 })
  const narrow = await page.evaluate(() => document.documentElement.scrollWidth)
  expect({ where, narrow }).toEqual({ where, narrow: 320 })
  await page.setViewportSize({ width: 1280, height: 900 })
}

scene('every state when the script does not come', async (scene) => {
  const page = await member(scene)
  scene.expectComplaint(/net::ERR_FAILED/)
  await page.route('**/assets/*.js', (route) => route.abort())
  await page.goto(`${scene.url}${LEGACY}`)
  await page.getByRole('button', { name: '確認画面へ進む' }).click()
  await inspect(page, 'errors as a page')
  expect(await focused(page)).toBe('error-summary-title')
  await fillLegacy(page)
  await page.getByRole('button', { name: '確認画面へ進む' }).click()
  await page.waitForURL(/step=check/)
  await inspect(page, 'confirmation as a page')

  await page.goto(`${scene.url}${CERTIFICATE}`)
  await page.getByRole('button', { name: '同意して次へ' }).click()
  await page.locator('#f-department').fill('医事課')
  await page.locator('#f-terminalName').fill('受付のパソコン')
  await page.getByRole('radio', { name: 'はじめて' }).check()
  await page.getByRole('button', { name: '次へ' }).click()
  expect(await h1(page)).toBe('発行の申請')
  await inspect(page, 'question as a page')
  await page.getByRole('button', { name: 'キャンセル' }).click()
  expect(await page.locator('#f-terminalName').inputValue()).toBe('受付のパソコン')
  await page.getByRole('button', { name: '次へ' }).click()
  await page.getByRole('button', { name: 'OK' }).click()
  expect(await page.locator('main').textContent()).toContain('[14]神奈川県,kanagawa')
})

scene('the whole table form by keyboard alone', async (scene) => {
  const page = await scene.person()
  await openAlive(page, `${scene.url}${LEGACY}`)
  await page.locator('#f-agreeOnshiTerms').focus()
  const tab = () => page.keyboard.press('Tab')
  const to = async (id: string) => {
    for (let times = 0; times < 12 && (await focused(page)) !== id; times++) await tab()
    expect(await focused(page)).toBe(id)
  }
  await page.keyboard.press('Space')
  await to('f-lineType')
  await page.keyboard.press('End')
  await to('f-contact')
  await page.keyboard.type('Mihon')
  await to('f-startYearMonth')
  await page.keyboard.press('End')
  await to('f-startYearMonth-1')
  await page.keyboard.press('End')
  await to('f-secretNumber')
  await page.keyboard.type('0987')
  await to('f-secretNumberConfirm')
  await page.keyboard.type('0987')
  await to('f-paymentMethod')
  await page.keyboard.press('Space')
  await tab()
  expect(await page.evaluate(() => document.activeElement?.textContent?.trim())).toBe(
    'この画面を開いた状態に戻す',
  )
  await tab()
  await page.keyboard.press('Enter')
  await page.waitForURL(/step=check/)
  await page.getByRole('button', { name: '上記の内容に同意して確定する' }).focus()
  await page.keyboard.press('Enter')
  await expect.poll(() => h1(page)).toBe('申請を受け付けました')
})
