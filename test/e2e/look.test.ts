import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { inspect } from './inspect.ts'
import { openAlive } from './person.ts'
import { openScene } from './scene.ts'

/** The toolbar in a browser: every look passes axe and fits 320 px, nothing typed is lost, reading aloud where there is a voice. */

const scene = openScene()
const look = (page: Page) =>
  page.evaluate(() => ({ ...document.documentElement.dataset })) as Promise<Record<string, string>>
const press = (page: Page, group: string, name: string) =>
  page.getByRole('group', { name: group }).getByRole('button', { name, exact: true }).click()

scene('every size and colour, on a page and on a form', async (scene) => {
  const page = await scene.person()
  await page.goto(`${scene.url}/treatment/faq/account#mail-missing`)
  for (const [size, colours] of [
    ['小', '黒'],
    ['中', '青'],
    ['大', '黒'],
  ] as const) {
    await press(page, '文字サイズ', size)
    await press(page, '表示色', colours)
    await inspect(page, `questions ${size} ${colours}`)
  }
  await press(page, 'ふりがな', 'あり')
  await page.locator('ruby').first().waitFor()
  await inspect(page, 'questions with furigana')
  await openAlive(page, `${scene.url}/treatment/register`)
  // Read aloud the names are as before; seen they have their readings, which stay when the page is drawn anew.
  const type = page.getByRole('group', { name: /^所属機関選択 必須$/ })
  await type.getByRole('radio', { name: '助産所' }).check()
  expect(await type.locator('rt').allTextContents()).toContain('じょさんじょ')
  await page.getByRole('heading', { level: 2 }).locator('ruby').first().waitFor()
  await inspect(page, 'form 大 黒')
  await page.goto(`${scene.url}/treatment/settings`)
  await inspect(page, 'settings')
})

scene('a press on a form changes the look at once and keeps what was typed', async (scene) => {
  const page = await scene.person()
  await openAlive(page, `${scene.url}/treatment/register`)
  await page.locator('#f-lastName').fill('見本')
  await page.evaluate(() => Object.assign(window, { isStillThere: true }))
  await press(page, '文字サイズ', '大')
  await press(page, '表示色', '青')
  await press(page, 'ふりがな', 'あり')
  await expect.poll(() => look(page)).toMatchObject({ size: 'large', colours: 'blue' })
  expect(await page.locator('#f-lastName').inputValue()).toBe('見本')
  expect(await page.evaluate(() => Reflect.get(window, 'isStillThere') as boolean)).toBe(true)
  await expect
    .poll(async () => (await page.context().cookies()).map(({ value }) => value))
    .toContain('large.blue.on')
  await page.goto(`${scene.url}/treatment/pages/preparation`)
  expect(await look(page)).toMatchObject({ size: 'large', colours: 'blue' })
  await page.locator('ruby').first().waitFor()
})

scene('reads aloud what the page says, once, and stops', async (scene) => {
  const page = await scene.person()
  await page.addInitScript(() => {
    const spoken: string[] = []
    const voice = {
      speak: (words: SpeechSynthesisUtterance) =>
        void spoken.push(`${words.lang} ${words.text.trim()}`),
      cancel: () => void spoken.push('stopped'),
    }
    Object.defineProperty(window, 'speechSynthesis', { value: voice })
    Object.assign(window, { spoken })
  })
  await page.goto(`${scene.url}/treatment/pages/about`)
  const button = page.getByRole('button', { name: '音声読みあげ' })
  await button.click()
  const spoken = () => page.evaluate(() => Reflect.get(window, 'spoken') as string[])
  await expect.poll(spoken).toEqual(['ja オンライン資格確認とは？'])
  await page.getByRole('button', { name: '読みあげを止める' }).click()
  await expect.poll(spoken).toEqual(['ja オンライン資格確認とは？', 'stopped'])
  expect(await button.textContent()).toBe('音声読みあげ')
})

scene('without a voice and without script there is no button to read aloud', async (scene) => {
  const plain = await scene.person({ javaScriptEnabled: false })
  await plain.goto(`${scene.url}/treatment/`)
  expect(await plain.locator('.speak').isVisible()).toBe(false)
  await plain.getByRole('button', { name: '大', exact: true }).click()
  expect(await look(plain)).toMatchObject({ size: 'large' })
  const mute = await scene.person()
  await mute.addInitScript(() => {
    Reflect.deleteProperty(window, 'speechSynthesis')
    Reflect.deleteProperty(Window.prototype, 'speechSynthesis')
  })
  await mute.goto(`${scene.url}/treatment/`)
  expect(await mute.locator('.speak').isVisible()).toBe(false)
})
