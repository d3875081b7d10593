import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Expression, Json } from '../../src/form/form.ts'
import { buildAssets, pageAssets, type Assets } from '../../web/build.ts'
import { renderPage } from '../../web/render.ts'
import { makeField, makeForm } from '../form/fixture.ts'
import { openAlive, openPage, startBrowser } from './browser.ts'
import { formState, pageOf } from './fixture.ts'

/** Dates, sums and tables are downloaded by the pages that compute with them, and by no others. */

const ORIGIN = 'http://portal.test'
let browser: Browser | undefined
let assets: Assets
beforeAll(async () => {
  assets = await buildAssets()
  browser = await startBrowser()
})
afterAll(() => browser?.close())

/** Types a code into a page with one computed value: waits for what it shows then, and tells which scripts were asked for. */
async function computeInPage(started: Browser, value: Expression, wanted: string) {
  const { page, context, complaints } = await openPage(started)
  const asked: string[] = []
  const form = makeForm([
    makeField('digits', { uid: 'code', id: 'code', options: { length: 9 } }),
    makeField('computed', { uid: 'made', id: 'made', options: { value: value as Json } }),
  ])
  const state = formState({ form, facts: { today: '2024-05-20' } })
  const html = renderPage(pageOf({ kind: 'form', state }, { assets: pageAssets(assets) }))
  await page.route('**/*', (route) => {
    const { pathname } = new URL(route.request().url())
    const asset = assets.get(pathname)
    asked.push(pathname)
    return asset
      ? route.fulfill({ body: Buffer.from(asset.body), contentType: asset.type })
      : route.fulfill({ body: html, contentType: 'text/html; charset=utf-8' })
  })
  try {
    await openAlive(page, `${ORIGIN}/`)
    await page.locator('#f-code').fill('011011371')
    await page.getByText(wanted).first().waitFor()
    expect(complaints).toEqual([])
    return asked
  } finally {
    await context.close()
  }
}

describe('a page', () => {
  test.each<[Expression, string, boolean]>([
    [{ format: '###-###-###', of: 'code' }, '011-011-371', false],
    [{ join: ['code', { checkDigit: 'code' }] }, '0110113719', true],
    [
      { choose: [{ when: { code: { empty: false } }, then: { era: 'today' } }] },
      '令和6年5月20日',
      true,
    ],
  ])('with %j shows %s', async (value, wanted, isFurther) => {
    if (!browser) return
    const asked = await computeInPage(browser, value, wanted)
    expect(asked.some((path) => /[/.]operators-/.test(path))).toBe(isFurther)
  })
})
