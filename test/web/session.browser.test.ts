import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SESSION_IDLE_MS, SESSION_LIFE_MS } from '../../src/accounts/sessions.ts'
import { inspect } from '../e2e/inspect.ts'
import { judo, logIn } from '../portal/people.ts'
import { startBrowser } from './browser.ts'
import { openSeats, type Seats } from './seat.ts'

/** Somebody who is logged in is told before they are logged out, and stays with one key (A25). */
const MINUTE_MS = 60_000
/** A page without a form: drafts would be sent while time is not the network's. */
const PATH = '/treatment/submissions'
const browser: Browser | undefined = await startBrowser()
let seats: Seats

beforeAll(async () => {
  if (browser) seats = await openSeats(browser)
})
afterAll(() => seats?.close())

/** The page with a clock of its own; the portal's is moved along. */
async function open() {
  const { page, context, complaints } = await seats.seat()
  await page.clock.install()
  await page.goto(`${seats.origin}${PATH}`)
  const pass = async (ms: number) => {
    seats.portal.advanceClock(ms)
    await page.clock.runFor(ms)
  }
  return { page, context, complaints, pass }
}

const dialog = (page: Page) => page.getByRole('alertdialog')

test.runIf(browser)(
  'told three minutes before, one key keeps the session, and no earlier',
  async () => {
    const { page, context, pass } = await open()
    // Pages tell whole minutes, so it may be one earlier.
    await pass(SESSION_IDLE_MS - 5 * MINUTE_MS)
    expect(await dialog(page).count()).toBe(0)
    await pass(2.5 * MINUTE_MS)
    await dialog(page).getByText('まもなくログアウトされます').waitFor()
    expect(await dialog(page).innerText()).toMatch(/あと[23]分ほどで/)
    await inspect(page, 'told before the end')
    await page.keyboard.press('Enter')
    await dialog(page).waitFor({ state: 'detached' })
    await pass(SESSION_IDLE_MS - 5 * MINUTE_MS)
    expect((await page.request.get(`${seats.origin}/treatment/submissions`)).url()).toContain(
      '/submissions',
    )
    await context.close()
  },
)

test.runIf(browser)('whoever has pressed a key is there, and is not asked', async () => {
  const { page, context, pass } = await open()
  await pass(SESSION_IDLE_MS - 10 * MINUTE_MS)
  await page.keyboard.press('Tab')
  const prolonged = page.waitForResponse(/\/api\/v1\/session$/)
  await pass(8 * MINUTE_MS)
  await prolonged
  expect(await dialog(page).count()).toBe(0)
  await pass(20 * MINUTE_MS)
  const answer = await page.request.get(`${seats.origin}/treatment/submissions`)
  expect(answer.url(), 'still logged in').toContain('/submissions')
  await context.close()
})

test.runIf(browser)('told when it is over', async () => {
  const { page, context, pass } = await open()
  await pass(SESSION_IDLE_MS - 2 * MINUTE_MS)
  await dialog(page).getByText('まもなくログアウトされます').waitFor()
  await pass(4 * MINUTE_MS)
  await dialog(page).getByText('ログアウトされました').waitFor()
  await inspect(page, 'told at the end')
  await page.keyboard.press('Enter')
  await dialog(page).waitFor({ state: 'detached' })
  const later = await page.request.get(`${seats.origin}${PATH}`)
  expect(new URL(later.url()).pathname).toBe('/treatment/login')
  // Somebody else’s test goes on with the same person.
  await logIn(seats.member, judo.email)
  await context.close()
})

test.runIf(browser)('another window of the same person keeps both', async () => {
  const { page, context, pass } = await open()
  await pass(SESSION_IDLE_MS - 10 * MINUTE_MS)
  const other = await context.newPage()
  await other.clock.install({ time: await page.evaluate(() => Date.now()) })
  await other.goto(`${seats.origin}/treatment/submissions`)
  await pass(8 * MINUTE_MS)
  expect(await dialog(page).count()).toBe(0)
  await context.close()
})

test.runIf(browser)(
  'after twelve hours there is no more time to be had, and it says so',
  async () => {
    const { page, context, pass } = await open()
    for (let passed = 0; passed < SESSION_LIFE_MS - 60 * MINUTE_MS; passed += 50 * MINUTE_MS) {
      await pass(50 * MINUTE_MS)
      await page.request.get(`${seats.origin}/treatment/submissions`)
      await page.keyboard.press('Shift')
    }
    await pass(58 * MINUTE_MS)
    await expect
      .poll(async () => (await dialog(page).allInnerTexts()).join(''), { timeout: 10_000 })
      .toMatch(/ログインしてから長い時間|ログアウトされました/)
    await context.close()
  },
)
