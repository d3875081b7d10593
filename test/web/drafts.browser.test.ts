import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inspect } from '../e2e/inspect.ts'
import { openAlive, startBrowser } from './browser.ts'
import { openSeats, type Seats } from './seat.ts'

/** Drafts in a browser (A24–A27, R15–R17): kept while somebody types, gone on with elsewhere, never overwritten unseen. */

const browser: Browser | undefined = await startBrowser()
const PATH = '/treatment/start-of-use'
const KEPT = '下書きを保存しました'
/** The page saves four seconds after the last change; a busy machine takes longer. */
const SAVED_BY_MS = 30_000
let seats: Seats
beforeAll(async () => {
  seats = await openSeats(browser)
})
afterAll(() => seats.close())

const kept = (page: Page) =>
  page.locator('.draft', { hasText: KEPT }).waitFor({ timeout: SAVED_BY_MS })
const staff = (page: Page) => page.locator('#f-staffCount')

test.runIf(browser)(
  'what is typed is kept without a press, and another device goes on with it',
  async () => {
    const first = await seats.seat()
    await openAlive(first.page, `${seats.origin}${PATH}`)
    await staff(first.page).fill('７')
    await first.page.locator('#f-deviceCount').fill('2')
    await kept(first.page)
    await first.page.locator('[role=status]', { hasText: KEPT }).waitFor({ state: 'attached' })
    await inspect(first.page, 'kept')

    const second = await seats.seat({ javaScriptEnabled: false })
    await second.page.goto(`${seats.origin}/treatment/submissions`)
    await second.page.getByRole('link', { name: '利用開始申請', exact: true }).first().click()
    // As it was typed: full width is made half width when it is checked.
    expect(await staff(second.page).inputValue()).toBe('７')
    expect(await second.page.locator('#f-deviceCount').inputValue()).toBe('2')
    expect([...first.complaints, ...second.complaints]).toEqual([])
  },
)

test.runIf(browser)('a second window is told, and overwrites nothing by itself', async () => {
  const first = await seats.seat()
  await openAlive(first.page, `${seats.origin}${PATH}`)
  await staff(first.page).fill('3')
  await kept(first.page)
  const address = first.page.url()
  const second = await first.context.newPage()
  await openAlive(second, address)
  await staff(second).fill('4')
  await kept(second)

  await staff(first.page).fill('5')
  const told = first.page.locator('.notice.warning.draft')
  await told.waitFor({ timeout: SAVED_BY_MS })
  await inspect(first.page, 'two windows')
  expect(await staff(first.page).inputValue()).toBe('5')
  await second.reload()
  expect(await staff(second).inputValue()).toBe('4')

  // Pressing is what replaces it, once the page has said so.
  await first.page.getByRole('button', { name: '一時保存' }).click()
  await kept(first.page)
  await second.reload()
  expect(await staff(second).inputValue()).toBe('5')
})

test.runIf(browser)('whoever only opens the form, and leaves it, leaves no draft', async () => {
  const { page, context } = await seats.seat()
  const draftCount = async () => {
    const { db } = seats.portal.store
    return (await db.selectFrom('sitting').select('key').where('draft', '=', 1).execute()).length
  }
  const before = await draftCount()
  await openAlive(page, `${seats.origin}${PATH}`)
  await staff(page).focus()
  await page.keyboard.press('Tab')
  await page.goto(`${seats.origin}/treatment/submissions`)
  await page.goto(`${seats.origin}/treatment/`)
  expect(await draftCount()).toBe(before)
  await context.close()
})

test.runIf(browser)(
  'pressed after an answer was lost with the line, it is no other window',
  async () => {
    const { page, context } = await seats.seat()
    await openAlive(page, `${seats.origin}${PATH}`)
    let isLost = false
    await page.route('**/api/v1/**/drafts/*', async (route) => {
      // It arrives and is kept; only the answer does not.
      const headers = { ...route.request().headers(), 'sec-fetch-site': 'same-origin' }
      expect((await route.fetch({ headers })).status()).toBe(200)
      isLost = true
      await route.abort()
    })
    await staff(page).fill('7')
    await expect.poll(() => isLost, { timeout: 10_000 }).toBe(true)
    await staff(page).fill('8')
    await page.getByRole('button', { name: '一時保存' }).click()
    await kept(page)
    expect(await staff(page).inputValue()).toBe('8')
    expect(await page.locator('main').textContent()).not.toContain('別の画面')
    await context.close()
  },
)

test.runIf(browser)(
  'what is typed while the line is gone is kept when it is back (R19)',
  async () => {
    const { page, context } = await seats.seat()
    await openAlive(page, `${seats.origin}${PATH}`)
    await context.setOffline(true)
    const failed = page.waitForEvent('requestfailed')
    await staff(page).fill('31')
    await failed
    await page.locator('#f-deviceCount').fill('4')
    await context.setOffline(false)
    await kept(page)
    const other = await seats.seat()
    await other.page.goto(page.url())
    expect(await staff(other.page).inputValue()).toBe('31')
    expect(await other.page.locator('#f-deviceCount').inputValue()).toBe('4')
  },
)
