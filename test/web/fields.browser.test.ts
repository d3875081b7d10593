import AxeBuilder from '@axe-core/playwright'
import { serve } from '@hono/node-server'
import { createServer } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestPortal, type TestPortal } from '../portal/portal.ts'
import { openAlive, openPage, startBrowser } from './browser.ts'

/** The rarer controls in a real Chromium, under the portal's own headers, on a form that shows them all. */

let browser: Browser | undefined
let portal: TestPortal
let url = ''
let listener: ReturnType<typeof serve>

beforeAll(async () => {
  const port = await freePort()
  const baseUrl = `http://127.0.0.1:${port}`
  portal = await openTestPortal({ definitionsDir: 'test/samples/fields', baseUrl })
  listener = serve({ fetch: portal.app.fetch, port, hostname: '127.0.0.1' })
  url = `${baseUrl}/demonstration/everything`
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await new Promise<void>((done) => listener.close(() => done()))
  await portal.close()
})

async function fill(page: Page): Promise<void> {
  await page.locator('#f-lastName').fill('見本')
  await page.locator('#f-firstName').fill('太郎')
  await page.locator('#f-lastKana').fill('みほん')
  await page.locator('#f-firstKana').fill('タロウ')
  await page.locator('#f-birth').selectOption('昭和')
  for (const [index, text] of ['50', '12', '23'].entries())
    await page.locator(`#f-birth-${index + 1}`).fill(text)
  await page.locator('#f-postalCode').fill('100-0001')
  await page.locator('#f-cost').fill('１２，０００')
  await page.locator('#f-units').fill('2')
  await page.getByLabel('その他', { exact: true }).check()
  await page.locator('#f-otherPurpose').fill('研修\n訪問')
  await page.locator('[id="f-order.0.product"]').selectOption('a')
  await page.locator('[id="f-order.0.count"]').fill('1')
}

test('everything is filled, confirmed and sent; nothing typed is lost by going back', async ({
  skip,
}) => {
  if (!browser) return skip('no Chromium')
  const { page, context, complaints } = await openPage(browser)
  try {
    await openAlive(page, url)
    expect(await page.locator('.chips a').count()).toBe(10)
    await fill(page)
    expect(await page.locator('.chips a').count()).toBe(0)
    await page.getByRole('button', { name: '行を増やす' }).click()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('f-order.1')
    await page.locator('[id="f-order.1.product"]').selectOption('c')
    await page.locator('[id="f-order.1.count"]').fill('1')
    await page.locator('[id="f-order.1.reason"]').fill('予備')
    await page.getByRole('button', { name: '製品1を消す' }).click()
    expect(await page.locator('[id="f-order.1.reason"]').inputValue()).toBe('予備')
    await page.getByRole('button', { name: '行を増やす' }).click()
    await page.locator('[id="f-order.2.product"]').selectOption('b')
    await page.locator('[id="f-order.2.count"]').fill('2')
    await page.goto(url.replace('everything', 'pages/done'))
    await page.goBack()
    await page.locator('.no-script').waitFor({ state: 'detached' })
    expect(await page.locator('#f-birth').inputValue()).toBe('昭和')
    expect(await page.locator('#f-birth-3').inputValue()).toBe('23')
    expect(await page.getByLabel('その他', { exact: true }).isChecked()).toBe(true)
    expect(await page.locator('[id="f-order.1.reason"]').inputValue()).toBe('予備')
    expect(await page.locator('[id="f-order.2.count"]').inputValue()).toBe('2')
    await page.getByRole('button', { name: '確認する' }).click()
    await page.locator('dialog[open]').waitFor()
    expect(await page.locator('dialog').textContent()).toContain(
      '1975年12月23日（昭和50年12月23日）',
    )
    await page.getByRole('button', { name: 'OK' }).click()
    await page.waitForURL(/submissions/)
    expect(complaints).toEqual([])
  } finally {
    await context.close()
  }
})

test.each([1280, 320])('%i px wide, also with errors: axe finds nothing', async (width) => {
  if (!browser) return
  const { page, context } = await openPage(browser, { viewport: { width, height: 800 } })
  try {
    await openAlive(page, url)
    await page.getByLabel('その他', { exact: true }).check()
    await page.getByRole('button', { name: '行を増やす' }).click()
    for (const isWrong of [false, true]) {
      if (isWrong) {
        await page.getByRole('button', { name: '確認する' }).click()
        await page.locator('.summary').waitFor()
      }
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map((one) => [one.id, one.nodes.map((node) => node.html)])).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
    }
  } finally {
    await context.close()
  }
})

function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
