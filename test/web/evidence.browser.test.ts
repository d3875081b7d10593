import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inspect } from '../e2e/inspect.ts'
import { clerk, openings } from '../portal/desk.ts'
import { openTestPortal, type TestPortal } from '../portal/portal.ts'
import { openPage, startBrowser } from './browser.ts'
import { japanese, submissionWith } from './pdf-evidence.ts'
import { serve } from './served.ts'

/** PDFs looked at on the spot by the desk: drawn in a real browser under the portal's own policy. */
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

/** A submission with this file, opened by a reviewer. */
async function lookAt(who: string, name: string, bytes: Uint8Array) {
  if (!browser) throw new Error('There is no browser')
  const id = await submissionWith(portal, who, { name, bytes })
  const { cookie } = await clerk(portal, who, 'reviewer')
  const [cookieName = '', value = ''] = cookie.split(/=(.*)/s)
  const opened = await openPage(browser, { locale: 'ja-JP' })
  await opened.context.addCookies([{ name: cookieName, value, url: origin }])
  await opened.page.goto(`${origin}/review/${id}`)
  return { ...opened, id }
}

/** How many points of a drawn page are not paper. */
function inked(page: Page, number: number): Promise<number> {
  return page.locator(`canvas[data-drawn="${number}"]`).evaluate((element) => {
    const { width, height } = element as HTMLCanvasElement
    const copy = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })!
    copy.drawImage(element as HTMLCanvasElement, 0, 0)
    const { data } = copy.getImageData(0, 0, width, height)
    let count = 0
    for (let at = 0; at < data.length; at += 4) if ((data[at] ?? 0) < 128) count++
    return count
  })
}

test.runIf(browser)(
  'every page of a PDF is drawn where it is opened, and can be read, enlarged and turned',
  async () => {
    const lines = ['施術所の開設届', '二枚目の写し', '三枚目', '四枚目', '五枚目', '六枚目の終わり']
    const run = '/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>'
    const { page, complaints, id } = await lookAt('ichiro', '開設届.pdf', japanese(lines, run))
    await page.waitForLoadState('networkidle')
    expect(await openings(portal, id)).toBe(0)
    await page.getByText('「開設届.pdf」をここで見る').click()
    await page.locator('canvas[data-drawn="1"]').waitFor()
    expect(await openings(portal, id)).toBe(1)
    expect(await page.locator('.evidence [role=status]').textContent()).toBe(
      '全6ページを表示しています。',
    )
    expect(await inked(page, 1)).toBeGreaterThan(500)
    expect(await page.locator('canvas[data-drawn="1"]').textContent()).toBe(lines[0])

    // A page takes memory only while it is in sight.
    expect(await page.locator('canvas[data-drawn="6"]').count()).toBe(0)
    await page.locator('.pages').evaluate((pages) => pages.scrollTo(0, pages.scrollHeight))
    await page.locator('canvas[data-drawn="6"]').waitFor()
    expect(await page.locator('canvas[data-drawn="6"]').textContent()).toBe(lines[5])
    await page.locator('canvas[data-drawn="1"]').waitFor({ state: 'detached' })
    await page.locator('.pages').evaluate((pages) => pages.scrollTo(0, 0))
    await page.locator('canvas[data-drawn="1"]').waitFor()

    const size = () =>
      page
        .locator('canvas')
        .first()
        .evaluate((canvas) => [(canvas as HTMLCanvasElement).width, canvas.clientHeight])
    const [narrow = 0, high = 0] = await size()
    await page.getByRole('button', { name: '拡大' }).click()
    await expect.poll(async () => (await size())[0]).toBeGreaterThan(narrow * 1.4)
    await page.getByRole('button', { name: '縮小' }).click()
    await expect.poll(async () => (await size())[0]).toBeLessThan(narrow * 1.1)
    await page.getByRole('button', { name: '右に90度回す' }).click()
    await expect.poll(async () => (await size())[1]).toBeLessThan(high * 0.8)
    await expect.poll(() => inked(page, 1)).toBeGreaterThan(500)
    await inspect(page, 'evidence')
    expect(complaints).toEqual([])
  },
)

/** 16 × 16 black points in JPEG 2000, as scanners write them. */
const SCAN = [
  'AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAEAAAABAAAw8HAAAAAAAPY29scgEAAAAA',
  'ABAAAACTanAyY/9P/1EALwAAAAAAEAAAABAAAAAAAAAAAAAAABAAAAAQAAAAAAAAAAAAAw8BAQ8BAQ8BAf9SAAwAAAABAQAEBAAB',
  '/1wABECA/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS4w/5AACgAAAAAAGwAB/5Pf+JA4EVBUr/TIj4CA/9k=',
].join('')

test.runIf(browser)('what a scanner has packed is unpacked without compiled code', async () => {
  const bytes = Buffer.from(SCAN, 'base64').toString('latin1')
  const drawing = 'q 400 0 0 400 60 300 cm /Im Do Q'
  const scan = Buffer.from(
    [
      '%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj',
      '2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj',
      '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /Im 5 0 R >> >> /Contents 4 0 R >>\nendobj',
      `4 0 obj\n<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream\nendobj`,
      `5 0 obj\n<< /Type /XObject /Subtype /Image /Width 16 /Height 16 /Filter /JPXDecode /Length ${bytes.length} >>\nstream\n${bytes}\nendstream\nendobj`,
      'trailer\n<< /Root 1 0 R /Size 6 >>\n%%EOF\n',
    ].join('\n'),
    'latin1',
  )
  const { page, complaints } = await lookAt('rokuro', '写し.pdf', scan)
  await page.getByText('「写し.pdf」をここで見る').click()
  await page.locator('canvas[data-drawn="1"]').waitFor()
  expect(await inked(page, 1)).toBeGreaterThan(100_000)
  expect(complaints).toEqual([])
})

test.runIf(browser)('a PDF that cannot be drawn is said to be so, with what to do', async () => {
  const key = '00'.repeat(32)
  const sealed = japanese(['証明'])
    .toString('latin1')
    .replace(
      'trailer\n<<',
      `trailer\n<< /Encrypt << /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >> /ID [<00> <00>]`,
    )
  for (const [who, bytes, said] of [
    ['jiro', Buffer.from(sealed, 'latin1'), 'パスワードで保護されたPDF'],
    ['saburo', Buffer.from('%PDF-1.7\nnothing of the kind\n%%EOF'), 'このPDFは壊れているか'],
  ] as const) {
    const { page, complaints } = await lookAt(who, '証明書.pdf', bytes)
    await page.getByText('「証明書.pdf」をここで見る').click()
    await page.getByText(said).waitFor()
    await inspect(page, said)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'ダウンロード' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('証明書.pdf')
    expect(complaints).toEqual([])
  }
})

test.runIf(browser)('a PDF that does not come can be asked for once more', async () => {
  const { page, id } = await lookAt('shiro', '証明書.pdf', japanese(['証明']))
  await page.route(`**/review/submissions/${id}/files/*`, (route) => route.abort())
  await page.getByText('「証明書.pdf」をここで見る').click()
  await page.getByText('ファイルを読み込めませんでした').waitFor()
  await page.unroute(`**/review/submissions/${id}/files/*`)
  await page.getByRole('button', { name: 'もう一度読み込む' }).click()
  await page.locator('canvas[data-drawn="1"]').waitFor()
})

test.runIf(browser)('so can what reads it, and what reads beside the page', async () => {
  for (const [who, script] of [
    ['shichiro', '**/pdf.min.mjs'],
    ['hachiro', '**/pdf.worker.min.mjs'],
  ] as const) {
    const { page } = await lookAt(who, '証明書.pdf', japanese(['証明']))
    await page.context().route(script, (route) => route.abort())
    await page.getByText('「証明書.pdf」をここで見る').click()
    await page.getByText('ファイルを読み込めませんでした').waitFor()
    await page.context().unroute(script)
    await page.getByRole('button', { name: 'もう一度読み込む' }).click()
    await page.locator('canvas[data-drawn="1"]').waitFor()
  }
})

test.runIf(browser)('without script there is a way to the file', async () => {
  const { page, id, context } = await lookAt('goro', '証明書.pdf', japanese(['証明']))
  const plain = await page.context().browser()!.newContext({
    javaScriptEnabled: false,
    locale: 'ja-JP',
  })
  await plain.addCookies(await context.cookies())
  const without = await plain.newPage()
  await without.goto(`${origin}/review/${id}`)
  await without.getByText('「証明書.pdf」をここで見る').click()
  const [download] = await Promise.all([
    without.waitForEvent('download'),
    without.getByRole('link', { name: 'このブラウザーではここに表示できません' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('証明書.pdf')
})
