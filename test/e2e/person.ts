import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { linkIn, type Scene } from './scene.ts'

export const PASSWORD = 'Abcdefg1'
/** The subjects of the mails, as far as they tell them apart. */
export const MAIL = {
  activation: 'メールアドレス登録確認',
  complete: 'ユーザー登録完了',
  passwordReset: 'パスワード再設定',
} as const

export type Fields = Readonly<Record<string, string>>

const common = { lastName: '見本', firstName: '花子' }
const account = {
  phone: '0312345678',
  password: PASSWORD,
  passwordConfirm: PASSWORD,
  agreeTerms: 'true',
}

/** What a person of each facility type types, in the order of the page. */
export const people = {
  judo: (email: string, digits = '012345678', prefix = '契') => ({
    ...common,
    facilityType: 'judo',
    regPrefix: prefix,
    regDigits9: digits,
    email,
    ...account,
  }),
  ahaki: (email: string, digits = '0123456789') => ({
    ...common,
    facilityType: 'ahaki',
    regDigits10: digits,
    email,
    ...account,
  }),
  checkup: (email: string, prefecture = '13', code = '0123456') => ({
    ...common,
    facilityType: 'checkup',
    prefecture,
    facilityCode7: code,
    email,
    ...account,
  }),
  midwifery: (email: string, prefecture = '13', code = '0123456') => ({
    ...common,
    facilityType: 'midwifery',
    prefecture,
    facilityCode7: code,
    email,
    ...account,
  }),
} satisfies Record<string, (email: string) => Fields>

/** Opens a form and waits until its script has taken over. */
export async function openAlive(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await alive(page)
}

export async function alive(page: Page): Promise<void> {
  await page.locator('live-form').waitFor()
  await page.locator('.late, .no-script').first().waitFor({ state: 'detached' })
}

export const input = (page: Page, id: string) => page.locator(`#f-${id}`)

/** Types and chooses like a person, item by item. */
export async function fill(page: Page, fields: Fields): Promise<void> {
  for (const [id, value] of Object.entries(fields)) {
    const radio = page.locator(`input[name="${id}"][type=radio][value="${value}"]`)
    if ((await radio.count()) > 0) {
      await radio.check()
      continue
    }
    const control = input(page, id)
    await control.waitFor()
    const kind = await control.evaluate((element) =>
      element.getAttribute('role') === 'combobox'
        ? 'combobox'
        : element instanceof HTMLSelectElement
          ? 'select'
          : (element.getAttribute('type') ?? 'text'),
    )
    if (kind === 'checkbox') await control.check()
    else if (kind === 'select') await control.selectOption(value)
    else if (kind === 'combobox') await chooseByTyping(page, id, value)
    else if (/^\p{Nd}/u.test(value)) {
      // Numbers are typed key by key: the page answers to them while they grow.
      await control.fill('')
      await control.pressSequentially(value)
    } else await control.fill(value)
  }
}

async function chooseByTyping(page: Page, id: string, value: string): Promise<void> {
  const option = page.locator(`select[name="${id}"] option[value="${value}"]`)
  const label = (await option.textContent())?.trim() ?? ''
  await input(page, id).fill(label.slice(0, 2))
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  expect(await input(page, id).inputValue()).toBe(label)
}

export const submitButton = (page: Page) => page.locator('.button.main')
export const heading = (page: Page, name: string) =>
  page.getByRole('heading', { level: 1, name, exact: true })

/** Presses 登録 and waits for the dialog. */
export async function askToRegister(page: Page): Promise<void> {
  await submitButton(page).click()
  await page.locator('dialog[open]').waitFor()
}

/** The confirmation's lines as label and value. */
export async function confirmedLines(page: Page): Promise<Record<string, string>> {
  const labels = await page.locator('.lines dt').allTextContents()
  const values = await page.locator('.lines dd').allTextContents()
  return Object.fromEntries(
    labels.map((label, index) => [
      label.replace('：', '').trim(),
      (values[index] ?? '').replace(/\s+/g, ' ').trim(),
    ]),
  )
}

/** From the open form to the page that tells of the mail. */
export async function register(scene: Scene, page: Page, fields: Fields): Promise<void> {
  await openAlive(page, `${scene.url}/treatment/register`)
  await fill(page, fields)
  await askToRegister(page)
  await page.getByRole('button', { name: 'OK' }).click()
  await heading(page, '確認メールを送信しました').waitFor()
}

/** Opens the link of the n-th activation mail and presses its button. */
export async function activate(scene: Scene, page: Page, email: string, nth = 1): Promise<void> {
  await page.goto(linkIn(await scene.mail(email, MAIL.activation, nth)))
  await page.getByRole('button', { name: '登録を完了する' }).click()
}

/** An account that a test only needs to be there: made as a program would, without the pages. */
export async function createAccount(
  scene: Scene,
  fields: Fields & { readonly email: string },
): Promise<void> {
  const answer = await fetch(`${scene.url}/api/v1/treatment/registration`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ answers: fields }),
  })
  expect(answer.status, await answer.text()).toBe(201)
  const link = linkIn(await scene.mail(fields.email, MAIL.activation))
  const used = await fetch(link, {
    method: 'POST',
    headers: { Origin: scene.url, 'Content-Type': 'application/x-www-form-urlencoded' },
    redirect: 'manual',
  })
  expect(used.status).toBe(303)
}

export async function logIn(
  scene: Scene,
  page: Page,
  username: string,
  password = PASSWORD,
): Promise<void> {
  await openAlive(page, `${scene.url}/treatment/login`)
  await fill(page, { username, password })
  await submitButton(page).click()
  await page.locator('.menu, .summary').first().waitFor()
}

/** What the profile shows read-only, by label. */
export async function factOf(page: Page, label: string): Promise<string> {
  const output = page.getByLabel(label, { exact: true })
  return (await output.textContent())?.trim() ?? ''
}

/** More than any page has stops. */
const STOPS_MAX = 90

/** Presses Tab until what has focus has this id, or text or a label that begins so; every stop on the way must show its focus. */
export async function tabTo(page: Page, wanted: string): Promise<void> {
  const stops: string[] = []
  for (let presses = 0; presses < STOPS_MAX; presses++) {
    await page.keyboard.press('Tab')
    const at = await page.evaluate(() => {
      const active = document.activeElement ?? document.body
      const shown = active.closest('.choice') ?? active
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(shown)
      const { width, height, top, bottom } = shown.getBoundingClientRect()
      return {
        id: active.id,
        text: ((active as HTMLInputElement).labels?.[0] ?? active).textContent.trim(),
        isBody: active === document.body,
        isSeen: width > 1 && height > 1 && bottom > 0 && top < innerHeight,
        isRinged:
          (outlineStyle !== 'none' && Number.parseFloat(outlineWidth) > 0) || boxShadow !== 'none',
      }
    })
    if (at.isBody) continue
    stops.push(at.id || at.text.slice(0, 20))
    expect(at).toMatchObject({ isSeen: true, isRinged: true })
    if (at.id === wanted || at.text.startsWith(wanted)) return
  }
  throw new Error(`Tab never came to ${wanted}, only to ${stops.join(' | ')}`)
}
