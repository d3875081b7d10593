import { existsSync } from 'node:fs'
import { AxeBuilder } from '@axe-core/playwright'
import { chromium, type Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderMail } from '../../src/mail/render.ts'
import { activation, hostileTexts, mailDefinitions, request } from './samples.ts'

/** The HTML parts as a browser shows them: narrow, accessible, and loading nothing. */
const PROGRAM = '/usr/bin/chromium'
const isThere = existsSync(PROGRAM)
if (!isThere) {
  if (process.env.MADOGUCHI_ALL_TIERS === '1') throw new Error(`${PROGRAM} is missing`)
  console.log(`skipped: mails in a browser, since ${PROGRAM} is missing`)
}

/** Landmarks are for moving about in a page; a mail is one article in the mail program's own. */
const OF_PAGES = ['landmark-one-main', 'region']

const definitions = await mailDefinitions()

describe.runIf(isThere)('in Chromium', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: PROGRAM, args: ['--no-sandbox'] })
  })
  afterAll(() => browser.close())

  /** Shows a mail and tells which addresses it asked for, which dialogs it opened and how wide it became. */
  async function show(html: string, width: number) {
    const context = await browser.newContext({ viewport: { width, height: 800 } })
    const page = await context.newPage()
    const asked: string[] = []
    page.on('request', (wanted) => void asked.push(wanted.url()))
    page.on('dialog', (dialog) => {
      asked.push(`dialog ${dialog.message()}`)
      void dialog.dismiss()
    })
    await page.setContent(html, { waitUntil: 'load' })
    const shownWidth = await page.evaluate(() => document.documentElement.scrollWidth)
    return { page, asked, shownWidth, close: () => context.close() }
  }

  test.each(Object.keys(definitions.mails))('%s fits 320 px and passes axe', async (template) => {
    const { html } = renderMail(request(definitions, { template }))
    for (const width of [320, 600]) {
      const { page, asked, shownWidth, close } = await show(html, width)
      expect(shownWidth).toBe(width)
      expect(asked).toEqual([])
      const { violations } = await new AxeBuilder({ page }).disableRules(OF_PAGES).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
      await close()
    }
  })

  test('hostile names are shown as they were typed, and nothing runs', async () => {
    for (const text of hostileTexts.slice(0, 24)) {
      const values = { lastName: text, firstName: 'x', number: text }
      const { page, asked, close } = await show(activation(definitions, { values }).html, 320)
      const shown = await page.evaluate(() => document.body.innerText)
      expect(shown).toContain(`${text.replace(/[\r\n]+/g, ' ')} x 様`)
      expect(asked, text).toEqual([])
      await close()
    }
  })
})
