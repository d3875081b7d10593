import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Page } from 'playwright-core'
import { foreign, pdf } from '../files/made.ts'
import { startProgram, type Program } from '../e2e/program.ts'
import { openAlive, openPage, startBrowser } from './browser.ts'

/** Attaching in a real browser, on the real program: choosing, dropping, a line that breaks, cancelling, sending. */

const browser = await startBrowser()
afterAll(() => browser?.close())

describe.runIf(browser)('attached files in the browser', () => {
  let program: Program
  beforeAll(async () => {
    program = await startProgram({ DEFINITIONS_DIR: 'test/samples/attachments' })
  })
  afterAll(() => program.remove())

  const open = async (options = {}) => {
    if (!browser) throw new Error('no browser')
    const opened = await openPage(browser, options)
    await openAlive(opened.page, `${program.url}/demonstration/notice`)
    return opened
  }
  const choose = (page: Page, name: string, buffer: Buffer) =>
    page.locator('[data-files=evidence]').setInputFiles({ name, mimeType: '', buffer })
  const large = (megabytes: number) =>
    pdf(`% ${randomBytes(megabytes * 512 * 1024).toString('hex')}`)

  test('a chosen file is sent, listed and announced, and goes along with the form', async () => {
    const { page, complaints, context } = await open()
    await page.getByRole('button', { name: /添付ファイルを追加.*確認書類/ }).waitFor()
    await choose(page, '受領委任承諾通知書.pdf', pdf())
    await page
      .getByText('「受領委任承諾通知書.pdf」を添付しました。')
      .waitFor({ state: 'attached' })
    await choose(page, '写真.jpg', foreign.jpeg as Buffer)
    await page.locator('.file-error').waitFor()
    expect(await page.locator('.file-error').innerText()).toContain('Microsoft Print to PDF')
    await page.getByRole('button', { name: /取り除く.*写真\.jpg/ }).click()
    await page.getByLabel('件名').fill('変更の届出')
    await page.getByRole('button', { name: '届け出る' }).last().click()
    await page.locator('dialog').getByText('受領委任承諾通知書.pdf（1 KB）').waitFor()
    await page.getByRole('button', { name: 'OK' }).click()
    await page.waitForURL(/\/submissions\//)
    expect(complaints).toEqual([])
    await context.close()
  })

  test('a file chosen while a script does not arrive is sent once it has', async () => {
    if (!browser) throw new Error('no browser')
    const { page, context } = await openPage(browser)
    let failures = 0
    await page.route(/attach-[^/]*\.js$/, async (route) => {
      if (failures >= 3) return route.continue()
      failures++
      await route.abort()
    })
    await page.goto(`${program.url}/demonstration/notice`)
    await page.locator('.no-script').waitFor({ state: 'detached' })
    await choose(page, 'patient.pdf', pdf())
    await page.locator('.files input[type=hidden]').waitFor({ state: 'attached', timeout: 40_000 })
    expect(failures).toBeGreaterThan(0)
    expect(await page.locator('.file .file-name').allInnerTexts()).toEqual(['patient.pdf'])
    await context.close()
  })

  test('files chosen before the scripts are there are sent when they are', async () => {
    if (!browser) throw new Error('no browser')
    const { page, complaints, context } = await openPage(browser)
    const held = new Set<() => void>()
    const hold = () => new Promise<void>((resume) => held.add(resume))
    const release = () => held.forEach((resume) => (held.delete(resume), resume()))
    await page.route(/\/assets\/.*\.js$/, async (route) => {
      await hold()
      await route.continue()
    })
    await page.goto(`${program.url}/demonstration/notice`, { waitUntil: 'commit' })
    await page.locator('input[type=file][name=evidence]').setInputFiles({
      name: 'before.pdf',
      mimeType: '',
      buffer: pdf(),
    })
    // The page comes alive with all it cannot start without; what sends files is asked for later and held again.
    await expect.poll(() => (release(), page.locator('.no-script').count())).toBe(0)
    await choose(page, 'between.pdf', pdf())
    // Each is told when it has come, but the second may be told before anybody looks: what the form carries stays.
    await expect
      .poll(() => (release(), page.locator('.files input[type=hidden]').count()), {
        timeout: 10_000,
      })
      .toBe(2)
    expect(await page.locator('.file .file-name').allInnerTexts()).toEqual([
      'before.pdf',
      'between.pdf',
    ])
    expect(complaints).toEqual([])
    await context.close()
  })

  test('a line that breaks in the middle costs a part, not the file', async () => {
    const { page, context } = await open()
    let cuts = 0
    let sent = 0
    await page.route(/\/parts\//, (route) => {
      sent += route.request().postDataBuffer()?.length ?? 0
      if (sent > 1_500_000 && cuts < 2) {
        cuts += 1
        return route.abort('connectionreset')
      }
      return route.continue()
    })
    const bytes = large(6)
    await choose(page, '図面.pdf', bytes)
    await page
      .getByText('「図面.pdf」を添付しました。')
      .waitFor({ state: 'attached', timeout: 60_000 })
    expect(cuts).toBe(2)
    // Each cut costs the part it broke, 4 MB at most.
    expect(sent - bytes.length).toBeLessThanOrEqual(cuts * 4 * 1024 * 1024)
    await context.close()
  })

  test('what is being sent can be stopped, and the form waits for what is not', async () => {
    const { page, context } = await open()
    await page.route(/\/parts\//, () => undefined)
    await choose(page, '図面.pdf', large(1))
    await page.getByRole('button', { name: '届け出る' }).last().click()
    await page.locator('#error-summary').getByText('ファイルを送っている途中です').waitFor()
    // What is on its way is not said to be missing as well.
    expect(await page.locator('#error-summary').innerText()).not.toContain('添付してください')
    await page.getByRole('button', { name: /送信をやめる.*図面\.pdf/ }).click()
    await page.locator('.file').waitFor({ state: 'detached' })
    await context.close()
  })

  test('what was said while a file was on its way is gone when it has come', async () => {
    const { page, context } = await open()
    const held = Promise.withResolvers<void>()
    await page.route(/\/parts\//, async (route) => {
      await held.promise
      await route.continue()
    })
    await choose(page, '図面.pdf', large(1))
    await page.getByRole('button', { name: '届け出る' }).last().click()
    await page.locator('#error-summary').getByText('ファイルを送っている途中です').waitFor()
    held.resolve()
    await page.getByText('「図面.pdf」を添付しました。').waitFor({ state: 'attached' })
    expect(await page.getByText('ファイルを送っている途中です').count()).toBe(0)
    await context.close()
  })

  test('an attached file is taken out by its button, and nothing is kept in the browser', async () => {
    const { page, context } = await open({ viewport: { width: 320, height: 640 } })
    await choose(page, '通知書.pdf', pdf())
    await page.getByRole('button', { name: /取り除く.*通知書\.pdf/ }).click()
    await page.locator('.file').waitFor({ state: 'detached' })
    const stored = await page.evaluate(() => [localStorage.length, sessionStorage.length])
    expect(stored).toEqual([0, 0])
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
    expect(isWide).toBe(false)
    await context.close()
  })
})
