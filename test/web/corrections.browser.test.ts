import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inspect } from '../e2e/inspect.ts'
import { pdf } from '../files/made.ts'
import { hiddenFields } from '../portal/portal.ts'
import { postFiles } from '../portal/sent-files.ts'
import { startBrowser } from './browser.ts'
import { openSeats, type Seats } from './seat.ts'

/** From マイリスト to the application sent again, in a browser: with and without script, axe, narrow and wide. */

const browser: Browser | undefined = await startBrowser()
const PATH = '/treatment/start-of-use'
let seats: Seats
beforeAll(async () => {
  seats = await openSeats(browser)
})
afterAll(() => seats.close())

/** Files an application and returns it; gives the address of its page. */
async function returned(): Promise<string> {
  const { portal, member } = seats
  const fields = {
    verifyMethod: 'documents',
    staffCount: '3',
    deviceCount: '2',
    agreeTerms: 'true',
  }
  const evidence = { field: 'evidence', name: '通知書.pdf', bytes: pdf() }
  const { html } = await member.get(PATH)
  const checked = await postFiles(
    member,
    PATH,
    { ...hiddenFields(html), ...fields, _action: 'check' },
    [evidence],
  )
  const sent = await member.post(PATH, { ...hiddenFields(checked.html), _action: 'submit' })
  await portal.settle()
  const outcome = await portal.advance.act({
    submissionId: sent.location.split('/').at(-1) ?? '',
    action: 'return',
    answers: { message: '通知書の日付が読めません。職員数もお確かめください。' },
    fields: ['staffCount', 'evidence'],
    actor: { kind: 'staff', staffId: 'reviewer-1', role: 'reviewer' },
  })
  expect(outcome).toHaveProperty('submission')
  await portal.settle()
  return sent.location
}

const newFile = { name: '通知書（再）.pdf', mimeType: 'application/pdf', buffer: pdf() }

test.runIf(browser)('returned, corrected with another file, sent again', async () => {
  const path = await returned()
  const { page, complaints } = await seats.seat()
  await page.goto(`${seats.origin}/treatment/submissions`)
  await page.locator(`a[href="${path}"]`).click()
  await page.getByRole('link', { name: '修正する' }).waitFor()
  await inspect(page, 'returned')
  await page.getByRole('link', { name: '修正する' }).click()
  await page.locator('.no-script, .late').first().waitFor({ state: 'detached' })
  expect(await page.locator('.closed').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringContaining('申請台数')]),
  )
  await page.locator('.returned a', { hasText: '職員数' }).click()
  await page.locator('#f-staffCount').fill('0')
  await page.getByRole('button', { name: '再提出' }).click()
  await page.locator('.summary').waitFor()
  await inspect(page, 'wrong')
  await page.locator('#f-staffCount').fill('4')
  await page.getByRole('button', { name: /通知書.pdf/ }).click()
  await page.locator('input[data-files=evidence]').setInputFiles(newFile)
  const attached = page.locator(`input[name=evidence][value*="${newFile.name}"]`)
  await attached.waitFor({ state: 'attached' })
  await page.getByRole('button', { name: '再提出' }).click()
  await page.locator('dialog[open]').waitFor()
  await page.getByRole('button', { name: 'OK' }).click()
  await page.getByRole('status').getByText('「再提出」を受け付けました。').waitFor()
  await inspect(page, 'sent again')
  expect(await page.locator('main').textContent()).toContain(newFile.name)
  expect(complaints).toEqual([])
})

test.runIf(browser)('the same without script', async () => {
  const path = await returned()
  const { page } = await seats.seat({ javaScriptEnabled: false })
  await page.goto(`${seats.origin}${path}`)
  await page.getByRole('link', { name: '修正する' }).click()
  await page.locator('#f-staffCount').fill('5')
  await page.getByRole('button', { name: /通知書.pdf/ }).click()
  await page.locator('#f-evidence').setInputFiles(newFile)
  await page.getByRole('button', { name: '再提出' }).first().click()
  await page.getByRole('button', { name: 'OK' }).click()
  await page.getByText('「再提出」を受け付けました。').waitFor()
  const text = (await page.locator('main').textContent()) ?? ''
  for (const words of ['審査中', '5人', newFile.name]) expect(text).toContain(words)
})

test.runIf(browser)('withdrawing is asked on a page of its own', async () => {
  const path = await returned()
  const { page } = await seats.seat()
  await page.goto(`${seats.origin}${path}`)
  await page.getByRole('link', { name: '取下げ' }).click()
  await inspect(page, 'withdraw')
  await page.getByRole('button', { name: '取下げ' }).click()
  await page.getByText('この申請は、取り下げられました。').waitFor()
})
