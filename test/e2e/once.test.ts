import type { Page, Request } from 'playwright-core'
import { expect } from 'vitest'
import {
  activate,
  alive,
  askToRegister,
  fill,
  heading,
  input,
  logIn,
  MAIL,
  openAlive,
  people,
  register,
} from './person.ts'
import type { Delivery } from '../mail/mail-server.ts'
import { linkIn, openScene, type Scene } from './scene.ts'

/** However often something is sent: one account, one activation that works, nothing lost. */

const scene = openScene()
const SENT = '確認メールを送信しました'
const ok = (page: Page) => page.getByRole('button', { name: 'OK' })

/** Submissions of an address by how they stand, and its accounts. */
function standing(scene: Scene, email: string) {
  return scene.inDatabase((db) => ({
    submissions: db
      .prepare(`select state from submission where answers like ? order by created_at`)
      .all(`%${email}%`)
      .map(({ state }) => state),
    accounts: Number(
      db.prepare('select count(*) as rows from account where login = ?').get(email)?.rows,
    ),
  }))
}

/** Mails that are still to be sent. */
function openJobs(scene: Scene): number {
  return scene.inDatabase((db) =>
    Number(
      db
        .prepare(
          "select count(*) as rows from job where kind = 'mail.send' and state in ('waiting', 'running')",
        )
        .get()?.rows,
    ),
  )
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000
  while (!isSo()) {
    if (Date.now() > deadline) throw new Error('it did not come about in 30 s')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

scene('a double click on OK, and on the button of the link', async (scene) => {
  const page = await scene.person()
  const fields = people.judo('double@example.jp')
  await openAlive(page, `${scene.url}/treatment/register`)
  await fill(page, fields)
  await askToRegister(page)
  await ok(page).dblclick()
  await heading(page, SENT).waitFor()
  expect(standing(scene, fields.email)).toEqual({
    submissions: ['waitingForActivation'],
    accounts: 0,
  })
  await page.goto(linkIn(await scene.mail(fields.email, MAIL.activation)))
  await page.getByRole('button', { name: '登録を完了する' }).dblclick()
  await heading(page, 'ユーザー登録が完了しました').waitFor()
  await scene.mail(fields.email, MAIL.complete)
  expect(standing(scene, fields.email)).toEqual({ submissions: ['active'], accounts: 1 })
  expect(scene.mailsTo(fields.email).length).toBe(2)
})

scene('the same request sent again and again reaches the same page', async (scene) => {
  const page = await scene.person()
  const fields = people.judo('resent@example.jp', '100002222', '協')
  let sent: Request | undefined
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.isNavigationRequest()) sent = request
  })
  await register(scene, page, fields)
  const first = page.url()
  const resend = () =>
    fetch(sent?.url() ?? '', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: scene.url },
      body: sent?.postData() ?? '',
      redirect: 'manual',
    })
  for (const answer of await Promise.all([resend(), resend(), resend()])) {
    expect(answer.status).toBe(303)
    expect(new URL(answer.headers.get('location') ?? '', scene.url).href).toBe(first)
  }
  await page.reload()
  await heading(page, SENT).waitFor()
  await activate(scene, page, fields.email)
  await heading(page, 'ユーザー登録が完了しました').waitFor()
  expect((await resend()).status).toBe(303)
  expect(standing(scene, fields.email)).toEqual({ submissions: ['active'], accounts: 1 })
  expect(scene.mailsTo(fields.email).length).toBe(2)
})

scene(
  'Back after sending shows what was typed; sending again replaces the first registration',
  async (scene) => {
    const page = await scene.person()
    const fields = people.midwifery('back@example.jp')
    await register(scene, page, fields)
    await page.goBack()
    await alive(page)
    for (const id of ['lastName', 'facilityCode7', 'phone', 'email'] as const)
      expect(await input(page, id).inputValue()).toBe(fields[id])
    await fill(page, { password: fields.password, passwordConfirm: fields.passwordConfirm })
    await askToRegister(page)
    await ok(page).click()
    await heading(page, SENT).waitFor()
    const [first, second] = [1, 2].map((nth) => scene.mail(fields.email, MAIL.activation, nth))
    await page.goto(linkIn((await first) as Delivery))
    await heading(page, 'このURLは使えません').waitFor()
    await page.goto(linkIn((await second) as Delivery))
    await page.getByRole('button', { name: '登録を完了する' }).click()
    await heading(page, 'ユーザー登録が完了しました').waitFor()
    expect(standing(scene, fields.email)).toEqual({ submissions: ['active'], accounts: 1 })
    await logIn(scene, page, fields.email)
    await page.locator('.menu').waitFor()
  },
)

scene(
  'two tabs with the same data: the later one counts, one account comes of it',
  async (scene) => {
    const page = await scene.person()
    const other = await page.context().newPage()
    const fields = people.checkup('tabs@example.jp')
    for (const tab of [page, other]) {
      await openAlive(tab, `${scene.url}/treatment/register`)
      await fill(tab, fields)
      await askToRegister(tab)
    }
    // Pressed by script: a tab in the background takes no clicks at its own pace.
    const press = (tab: Page) => ok(tab).evaluate((button: HTMLButtonElement) => button.click())
    await Promise.all([press(page), press(other)])
    for (const tab of [page, other]) await tab.waitForURL(/\/submissions\//)
    await page.bringToFront()
    // When the later one comes before the first one's mail has left, that mail is never sent: its link would be dead.
    await scene.mail(fields.email, MAIL.activation, 1)
    await until(() => openJobs(scene) === 0)
    const mails = scene.mailsTo(fields.email)
    expect([1, 2]).toContain(mails.length)
    const reached: string[] = []
    for (const mail of mails) {
      await page.goto(linkIn(mail))
      const button = page.getByRole('button', { name: '登録を完了する' })
      if ((await button.count()) > 0) await button.click()
      reached.push((await page.locator('h1').textContent()) ?? '')
    }
    expect(reached.filter((title) => title === 'ユーザー登録が完了しました')).toHaveLength(1)
    expect(reached.filter((title) => title === 'このURLは使えません')).toHaveLength(
      mails.length - 1,
    )
    expect(standing(scene, fields.email).accounts).toBe(1)
    await logIn(scene, page, fields.email)
    await page.locator('.menu').waitFor()
  },
)

scene('two people with the same facility: who activates first has it', async (scene) => {
  const page = await scene.person()
  const [first, second] = [
    people.judo('winner@example.jp', '100003333'),
    people.judo('loser@example.jp', '100003333'),
  ]
  await register(scene, page, first)
  await register(scene, page, second)
  await activate(scene, page, second.email)
  await heading(page, 'ユーザー登録が完了しました').waitFor()
  await activate(scene, page, first.email)
  await page
    .getByRole('heading', { name: /^この施設（番号）またはメールアドレスは登録済みです。/ })
    .waitFor()
  scene.expectComplaint(/status of 409/)
  expect(standing(scene, first.email).accounts + standing(scene, second.email).accounts).toBe(1)
})
