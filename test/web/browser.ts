import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { tier } from '../tiers.ts'

/** Debian's Chromium; undefined when the machine has none. */
export function startBrowser(): Promise<Browser | undefined> {
  return tier('chromium', () =>
    chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] }),
  )
}

/** A step that has not happened by then will not happen: tests fail with a line rather than by their own limit. */
const STEP_MS_MAX = 10_000

/** A page that remembers every complaint: script errors, console errors, violations of the content security policy. */
export async function openPage(
  browser: Browser,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  const page = await context.newPage()
  page.setDefaultTimeout(STEP_MS_MAX)
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return { page, context, complaints }
}

/** Opens an address and waits until the form is alive. */
export async function openAlive(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.locator('.no-script').waitFor({ state: 'detached' })
}
