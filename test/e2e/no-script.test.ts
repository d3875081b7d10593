import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { confirmedLines, heading, input, MAIL, PASSWORD, people, type Fields } from './person.ts'
import { linkIn, openScene, type Scene } from './scene.ts'

/** The same registration in a browser that runs no script: plain forms, round trip by round trip. */

const scene = openScene()

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const show = (page: Page) => page.getByRole('button', { name: '選択した内容を表示する' })

async function withoutScript(scene: Scene): Promise<Page> {
  const page = await scene.person({ javaScriptEnabled: false })
  await page.goto(`${scene.url}/treatment/register`)
  return page
}

/** Fills the items that stand on the page; the others come with the next round trip. */
async function fillShown(page: Page, fields: Fields): Promise<void> {
  for (const [id, value] of Object.entries(fields)) {
    const radio = page.locator(`input[name="${id}"][type=radio][value="${value}"]`)
    const control = input(page, id)
    if ((await radio.count()) > 0) await radio.check()
    else if ((await control.count()) === 0) continue
    else if (id === 'agreeTerms') await control.check()
    else if (await control.evaluate((element) => element instanceof HTMLSelectElement))
      await control.selectOption(value)
    else await control.fill(value)
  }
}

scene(
  'judo: type, number, name, confirmation, mail, link, login, one page after the other',
  async (scene) => {
    const page = await withoutScript(scene)
    const fields = people.judo('plain@example.jp', '０１２３４５６７８')
    expect(await input(page, 'regDigits9').count()).toBe(0)
    await fillShown(page, fields)
    await show(page).first().click()
    await fillShown(page, fields)
    await show(page).last().click()
    expect(await page.locator('#f-facility-name').textContent()).toBe('見本青葉接骨院')
    expect(await page.locator('#f-registrationNumber, output').allTextContents()).toContain(
      '契0123456-7-8',
    )
    // The password was typed before the first round trip: it travels sealed, and never comes back as it was.
    expect(await input(page, 'password').inputValue()).toBe('')
    expect(await page.content()).not.toContain(PASSWORD)

    await press(page, '登録')
    await heading(page, '入力内容確認').waitFor()
    expect(await confirmedLines(page)).toEqual({
      姓: '見本',
      名: '花子',
      所属機関選択: '施術所（柔道整復）',
      登録記号番号: '契0123456-7-8',
      施術所名: '見本青葉接骨院',
      電話番号: '0312345678',
      メールアドレス: fields.email,
    })
    expect(await page.content()).not.toContain(PASSWORD)
    await press(page, 'キャンセル')
    for (const id of ['lastName', 'firstName', 'regPrefix', 'phone', 'email'] as const)
      expect(await input(page, id).inputValue()).toBe(fields[id])
    await press(page, '登録')
    await press(page, 'OK')
    await heading(page, '確認メールを送信しました').waitFor()

    await page.goto(linkIn(await scene.mail(fields.email, MAIL.activation)))
    await press(page, '登録を完了する')
    await heading(page, 'ユーザー登録が完了しました').waitFor()
    await scene.mail(fields.email, MAIL.complete)
    await page.getByRole('navigation').getByRole('link', { name: 'ログイン' }).click()
    await fillShown(page, { username: fields.email, password: PASSWORD })
    await press(page, 'ログイン')
    await page.locator('.menu summary').click()
    await page.getByRole('link', { name: 'プロフィール' }).click()
    await heading(page, `${fields.lastName} ${fields.firstName}`).waitFor()
    await page.locator('.menu summary').click()
    await press(page, 'ログアウト')
    await page.getByRole('link', { name: /^ログインはこちら/ }).waitFor()
  },
)

scene('mistakes are said at the top and at the item, and what was typed stays', async (scene) => {
  const page = await withoutScript(scene)
  const fields = { ...people.midwifery('plain2@example.jp', '14'), phone: '03-1234', lastName: '' }
  await fillShown(page, { facilityType: 'midwifery' })
  await show(page).first().click()
  await fillShown(page, fields)
  await press(page, '登録')
  expect(await page.title()).toMatch(/^エラー：/)
  const links = page.locator('.summary a')
  expect(await links.count()).toBe(2)
  for (const link of await links.all()) {
    const id = (await link.getAttribute('href'))?.slice(1) ?? ''
    expect(await page.locator(`[id="${id}-wrong"]`).textContent()).toContain(
      await link.textContent(),
    )
  }
  expect(await input(page, 'phone').inputValue()).toBe('03-1234')
  expect(await input(page, 'prefecture').inputValue()).toBe('14')
  expect(await input(page, 'facilityCode7').inputValue()).toBe('0123456')
  expect(await page.content()).not.toContain(PASSWORD)

  // The sealed password is good for the rest of this form.
  await fillShown(page, { lastName: '見本', phone: '0312345678' })
  await press(page, '登録')
  await heading(page, '入力内容確認').waitFor()
  expect((await confirmedLines(page))['助産所コード（10桁）']).toBe('1400123456')
})

scene('the second user of a facility gets the code field with the name', async (scene) => {
  const page = await withoutScript(scene)
  await fillShown(page, { facilityType: 'ahaki' })
  await show(page).first().click()
  await fillShown(page, { regDigits10: '9999999999' })
  await show(page).last().click()
  await page.getByText('入力されたコードの施設が見つかりません').waitFor()
  expect(await page.locator('.summary').count()).toBe(0)
  await fillShown(page, { regDigits10: '01234567-8-9' })
  await show(page).last().click()
  expect(await page.locator('#f-facility-name').textContent()).toBe('見本青葉鍼灸マッサージ院')
  expect(await input(page, 'userAuthCode').count()).toBe(0)
  scene.inDatabase((db) =>
    db.exec(`insert into account (id, portal, login, state, password_hash, facility_type, facility_id,
      identifier, attributes, created_at, updated_at) values ('first', 'treatment', 'f@example.jp', 'active',
      '', 'ahaki', 'A-0001', 'ahaki:0123456790', '{}', '', '')`),
  )
  await show(page).last().click()
  await input(page, 'userAuthCode').waitFor()
})

scene(
  'the toolbar changes a form that is being filled in, and Enter still sends it',
  async (scene) => {
    const page = await withoutScript(scene)
    await input(page, 'lastName').fill('髙﨑')
    const tool = (group: string, name: string) =>
      page.getByRole('group', { name: group }).getByRole('button', { name, exact: true }).click()
    await tool('文字サイズ', '大')
    await tool('表示色', '黒')
    const looks = () => page.evaluate(() => ({ ...document.documentElement.dataset }))
    expect(await looks()).toMatchObject({ size: 'large', colours: 'black' })
    expect(await input(page, 'lastName').inputValue()).toBe('髙﨑')
    expect(await page.title()).not.toMatch(/^エラー/)
    await input(page, 'lastName').press('Enter')
    await page.locator('.summary, [role=alert]').first().waitFor()
    expect(await page.title()).toMatch(/^エラー/)
    expect(await looks()).toMatchObject({ size: 'large', colours: 'black' })
  },
)
