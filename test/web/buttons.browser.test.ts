import AxeBuilder from '@axe-core/playwright'
import { serve } from '@hono/node-server'
import { createServer } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestPortal, type TestPortal } from '../portal/portal.ts'
import { openAlive, openPage, startBrowser } from './browser.ts'

/** Buttons that ask, and readings offered while typing, in a real Chromium under the portal's own headers. */

let browser: Browser | undefined
let portal: TestPortal
let url = ''
let listener: ReturnType<typeof serve>

beforeAll(async () => {
  const port = await freePort()
  const baseUrl = `http://127.0.0.1:${port}`
  portal = await openTestPortal({ definitionsDir: 'test/samples/fields', baseUrl })
  listener = serve({ fetch: portal.app.fetch, port, hostname: '127.0.0.1' })
  url = `${baseUrl}/demonstration/delivery`
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  await new Promise<void>((done) => listener.close(() => done()))
  await portal.close()
})

const search = (page: Page) => page.getByRole('button', { name: '郵便番号から住所検索' })
const verify = (page: Page) => page.getByRole('button', { name: '施設の確認', exact: true })
const said = (page: Page) => page.locator('p.vh[role=status]').textContent()

test('an address is filled in, chosen among several, and never in the way', async ({ skip }) => {
  if (!browser) return skip('no Chromium')
  const { page, context, complaints } = await openPage(browser)
  try {
    await openAlive(page, url)
    await search(page).click()
    await page.getByText('先に、郵便番号を7桁で入力してください。').first().waitFor()
    await page.locator('#f-postalCode').fill('〒１００－０００１')
    await search(page).click()
    await page.locator('#f-addressSearch-said', { hasText: '入力しました' }).waitFor()
    expect(await page.locator('#f-address1').inputValue()).toBe('千代田区千代田')
    expect(await page.locator('select[name=prefecture]').inputValue()).toBe('13')
    expect(await page.locator('#f-prefecture').inputValue()).toBe('東京都')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('f-addressSearch')
    expect(await said(page)).toContain('「東京都千代田区千代田」を入力しました。')
    await page.locator('#f-address1').fill('千代田区千代田1-1')
    await page.locator('#f-postalCode').fill('4980000')
    expect(await page.locator('#f-addressSearch-said').count()).toBe(0)
    await search(page).click()
    await page.getByRole('button', { name: '三重県桑名郡木曽岬町' }).waitFor()
    expect(await page.locator('#f-address1').inputValue()).toBe('千代田区千代田1-1')
    await page.getByRole('button', { name: '三重県桑名郡木曽岬町' }).click()
    expect(await page.locator('#f-address1').inputValue()).toBe('桑名郡木曽岬町')
    expect(await page.locator('#f-prefecture').inputValue()).toBe('三重県')
    await page.route('**/buttons/**', () => undefined)
    await page.locator('#f-postalCode').fill('1000001')
    await search(page).click()
    await page.locator('#f-address1').fill('手で入力した住所')
    await page.locator('#f-addressSearch-said', { hasText: 'いま調べられません' }).waitFor()
    expect(await page.locator('#f-address1').inputValue()).toBe('手で入力した住所')
    expect(complaints).toEqual([])
  } finally {
    await context.close()
  }
})

test('a comparison is confirmed, taken back by a change, and asked for before sending', async ({
  skip,
}) => {
  if (!browser) return skip('no Chromium')
  const { page, context } = await openPage(browser)
  try {
    await openAlive(page, url)
    await page.locator('#f-prefecture').fill('東京都')
    await page.locator('#f-address1').fill('千代田区千代田1-1')
    await page.locator('#f-facilityId').fill('J-0001')
    await page.locator('#f-bankAccount').fill('7654321')
    await page.locator('#f-secretNumber').fill('0987')
    await page.locator('#f-secretAgain').fill('０９８７')
    await page.getByRole('button', { name: '確認する', exact: true }).click()
    await page.locator('.summary').waitFor()
    expect(await page.locator('.summary').textContent()).toContain('「施設の確認」のボタンを押して')
    await verify(page).click()
    await page.locator('#f-facilityCheck-said', { hasText: '一致しません' }).waitFor()
    await page.locator('#f-bankAccount').fill('12345')
    expect(await page.locator('#f-facilityCheck-said').count()).toBe(0)
    await verify(page).click()
    await page.locator('.confirmed').waitFor()
    expect(await page.getByText('施設を確認しました。').count()).toBe(1)
    await page.locator('#f-bankAccount').fill('123456')
    expect(await page.locator('.confirmed').count()).toBe(0)
    expect(await page.getByText('施設を確認しました。').count()).toBe(0)
    await page.locator('#f-bankAccount').fill('0012345')
    await verify(page).click()
    await page.locator('.confirmed').waitFor()
    await page.getByRole('button', { name: '確認する', exact: true }).click()
    await page.locator('dialog[open]').waitFor()
    expect(await page.locator('dialog').textContent()).toContain('確認できました')
    await page.getByRole('button', { name: 'OK' }).click()
    await page.waitForURL(/submissions/)
  } finally {
    await context.close()
  }
})

test('a reading is offered out of what the input method shows, and replaces nothing', async ({
  skip,
}) => {
  if (!browser) return skip('no Chromium')
  const { page, context } = await openPage(browser)
  try {
    await openAlive(page, url.replace('delivery', 'everything'))
    const devtools = await context.newCDPSession(page)
    const convert = async (steps: readonly string[], result: string) => {
      for (const text of steps)
        await devtools.send('Input.imeSetComposition', {
          text,
          selectionStart: text.length,
          selectionEnd: text.length,
        })
      await devtools.send('Input.insertText', { text: result })
    }
    const kana = page.locator('#f-lastKana')
    await page.locator('#f-lastName').focus()
    await convert(['ｍ', 'み', 'みｈ', 'みほ', 'みほｎ', 'みほん', '見本'], '見本')
    expect(await page.locator('#f-lastName').inputValue()).toBe('見本')
    expect(await kana.inputValue()).toBe('ミホン')
    await convert(['だ', '田'], '田')
    expect(await kana.inputValue()).toBe('ミホンダ')
    await kana.fill('ミモトダ')
    await page.locator('#f-lastName').fill('')
    await page.locator('#f-lastName').focus()
    await convert(['れい', '例'], '例')
    expect(await kana.inputValue()).toBe('ミモトダ')
    await page.locator('#f-firstKana').fill('はなこ')
    await page.locator('#f-firstName').focus()
    await convert(['たろう', '太郎'], '太郎')
    expect(await page.locator('#f-firstKana').inputValue()).toBe('はなこ')
  } finally {
    await context.close()
  }
})

test.each([1280, 320])('%i px wide, in every state: axe finds nothing', async (width) => {
  if (!browser) return
  const { page, context } = await openPage(browser, { viewport: { width, height: 900 } })
  try {
    await openAlive(page, url)
    await page.locator('#f-postalCode').fill('4980000')
    await search(page).click()
    await page.getByRole('button', { name: '愛知県弥富市' }).waitFor()
    await page.locator('#f-facilityId').fill('J-0001')
    for (const account of ['7654321', '12345']) {
      await page.locator('#f-bankAccount').fill(account)
      await verify(page).click()
      await page.locator('#f-facilityCheck-said').waitFor()
      await page.waitForFunction(() => !document.querySelector('.press [aria-busy=true]'))
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations.map((one) => [one.id, one.nodes.map((node) => node.html)])).toEqual([])
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width)
      if (process.env.SHOTS)
        await page.screenshot({
          path: `${process.env.SHOTS}/buttons-${width}-${account}.png`,
          fullPage: true,
        })
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
