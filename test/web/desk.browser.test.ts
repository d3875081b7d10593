import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inspect } from '../e2e/inspect.ts'
import { png } from '../files/made.ts'
import { attach, clerk, file, openings } from '../portal/desk.ts'
import { loggedIn } from '../portal/members.ts'
import { openTestPortal, type TestPortal } from '../portal/portal.ts'
import { openPage, startBrowser } from './browser.ts'
import { serve } from './served.ts'

/** The review desk in a browser: axe, narrow and wide, and a return by the keyboard alone. */
const DAY_MS = 86_400_000
const SUBMISSIONS = 12
const browser: Browser | undefined = await startBrowser()
let portal: TestPortal
let origin: string
let close: () => Promise<void>

beforeAll(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/desk' })
  ;({ origin, close } = await serve(portal))
})
afterAll(async () => {
  await close()
  await portal.close()
  await browser?.close()
})

async function desk(id: string): Promise<{ page: Page; complaints: string[] }> {
  if (!browser) throw new Error('There is no browser')
  const { cookie } = await clerk(portal, id, 'reviewer')
  const [name = '', value = ''] = cookie.split(/=(.*)/s)
  const opened = await openPage(browser, { locale: 'ja-JP' })
  await opened.context.addCookies([{ name, value, url: origin }])
  return opened
}

test.runIf(browser)('list, submission and action page pass axe at 320 and 1280 px', async () => {
  const member = await loggedIn(portal, 'first')
  for (let count = 0; count < SUBMISSIONS; count++) await file(portal, member.accountId)
  portal.advanceClock(12 * DAY_MS)
  const later = await file(portal, (await loggedIn(portal, 'second')).accountId)
  const { page, complaints } = await desk('hanako')
  const { id } = later
  for (const path of [
    '/review/',
    '/review/?text=first&sort=state&order=desc',
    '/review/?view=ended',
    `/review/${id}`,
    `/review/${id}/actions/return`,
  ]) {
    await page.goto(`${origin}${path}`)
    await inspect(page, path)
  }
  expect(await new AxeBuilder({ page }).analyze().then(({ violations }) => violations)).toEqual([])
  expect(complaints).toEqual([])
})

test.runIf(browser)('a picture is looked at on the spot, and noted when it is', async () => {
  const { id } = await file(portal, (await loggedIn(portal, 'fourth')).accountId)
  await attach(portal, id, { name: '見取り図.png', bytes: png(), type: 'image/png' })
  const { page, complaints } = await desk('saburo')
  await page.goto(`${origin}/review/${id}`)
  await page.waitForLoadState('networkidle')
  expect(await openings(portal, id)).toBe(0)
  await page.getByText('「見取り図.png」をここで見る').click()
  const shown = page.locator('.evidence img')
  await expect
    .poll(() => shown.evaluate((image) => (image as HTMLImageElement).naturalWidth))
    .toBeGreaterThan(0)
  expect(await openings(portal, id)).toBe(1)
  await inspect(page, 'picture')
  expect(complaints).toEqual([])
})

test.runIf(browser)('a submission is found, taken and returned by the keyboard alone', async () => {
  const { number } = await file(portal, (await loggedIn(portal, 'third')).accountId)
  const { page } = await desk('jiro')
  /** Tabs on until this has the focus, as somebody without a mouse does. */
  const reach = async (name: RegExp) => {
    for (let presses = 0; presses < 200; presses++) {
      await page.keyboard.press('Tab')
      const text = await page.evaluate(() => document.activeElement?.textContent ?? '')
      if (name.test(text)) return
    }
    throw new Error(`The keyboard does not reach ${String(name)}`)
  }
  const press = async (name: RegExp) => {
    await reach(name)
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')])
  }
  await page.goto(`${origin}/review/?text=${number}`)
  await press(new RegExp(`^${number}$`))
  await press(/担当する/)
  expect(await page.getByRole('status').textContent()).toContain('この申請の担当になりました')
  await press(/^\s*差戻し\s*$/)
  await page.getByLabel('端末の台数').focus()
  await page.keyboard.press('Space')
  await page.getByLabel('申請者へのメッセージ').focus()
  await page.keyboard.type('台数をご確認ください')
  await press(/^\s*差し戻す\s*$/)
  expect(await page.locator('.facts').first().textContent()).toContain('差戻し')
})
