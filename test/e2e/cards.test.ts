import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { chromium, type BrowserContext, type Locator, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { appCode, fromBase32 } from '../accounts/enrol.ts'
import { tier } from '../tiers.ts'
import { inspect } from './inspect.ts'
import { freePort, runVerb, startProgram, type Program } from './program.ts'

/**
 * From a field of a form to a card and back, as on a reception PC: the started portal, the started agent with the virtual
 * card, and a browser that knows the extension and the program it may start, as `agent-install` wrote them.
 */

const SAMPLE = resolve(import.meta.dirname, '../samples/cards')
const MAIN = resolve(import.meta.dirname, '../../src/cli/main.ts')
/** A folder for pictures of what is seen, to look at. */
const SHOTS = process.env.CARD_SHOTS
const LOOKS_MAX = 600

let home: string
let program: Program
let agent: Agent
let withExtension: BrowserContext | undefined
let plain: BrowserContext | undefined
const pages: Page[] = []

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'madoguchi-pc-'))
  program = await startProgram({ DEFINITIONS_DIR: SAMPLE })
  const folder = join(home, 'agent')
  const install = ['agent-install', '--portal', program.url, '--folder', folder]
  const [installed, started] = await Promise.all([
    runVerb(install, { HOME: home }),
    startAgent(folder, ['--demo']),
  ])
  expect(installed.code, installed.errors).toBe(0)
  agent = started
  // The browser of this home looks for programs where `agent-install` told it of one.
  const profile = join(home, '.config/chromium')
  const extension = join(folder, 'extension')
  withExtension = await openBrowser(profile, [
    `--load-extension=${extension}`,
    `--disable-extensions-except=${extension}`,
  ])
  plain = withExtension && (await openBrowser(join(home, 'plain'), []))
})
afterEach(async () => {
  for (const page of pages.splice(0)) await page.close()
})
afterAll(async () => {
  await withExtension?.close()
  await plain?.close()
  await agent.end()
  await program.remove()
  await rm(home, { recursive: true, force: true })
})

type Agent = { said(pattern: RegExp): Promise<string>; output(): string; end(): Promise<void> }

/** The program on the reception PC, as `npx madoguchi agent` starts it; ready when it has said how to join it. */
async function startAgent(
  folder: string,
  more: readonly string[],
  portal = program,
): Promise<Agent> {
  const port = String(await freePort())
  const args = ['agent', '--portal', portal.url, '--folder', folder, '--port', port, ...more]
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: { PATH: process.env.PATH, HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  // Whoever ends the test run early, or fails in the middle, ends the agent, too.
  const endWithUs = () => void child.kill('SIGKILL')
  process.once('exit', endWithUs)
  child.once('exit', () => process.off('exit', endWithUs))
  const said = async (pattern: RegExp) => {
    for (let looks = 0; looks < LOOKS_MAX; looks++) {
      const found = pattern.exec(printed)?.[1]
      if (found !== undefined) return found
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error(`the agent did not say ${pattern.source}:\n${printed}`)
  }
  await said(/(Joining code)/)
  return {
    said,
    output: () => printed,
    async end() {
      const ended = new Promise((done) => child.once('exit', done))
      if (child.exitCode === null && child.kill('SIGTERM')) await ended
    },
  }
}

function openBrowser(profile: string, args: readonly string[]) {
  return tier('chromium', () =>
    chromium.launchPersistentContext(profile, {
      executablePath: '/usr/bin/chromium',
      locale: 'ja-JP',
      viewport: { width: 1280, height: 900 },
      env: { ...process.env, HOME: home },
      ignoreDefaultArgs: ['--disable-extensions'],
      args: ['--no-sandbox', '--disable-gpu', ...args],
    }),
  )
}

const looked = new Set<string>()
/** Once for each state: looking takes longer than everything else here. */
async function look(page: Page, name: string): Promise<void> {
  if (looked.has(name)) return
  looked.add(name)
  await inspect(page, name)
  await shot(page, name)
}
async function shot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true })
}

/** The desk on this PC, and the form in another tab. */
async function openBoth(
  browser: BrowserContext,
  own: Agent = agent,
  url = `${program.url}/counter/application`,
) {
  const desk = await browser.newPage()
  await desk.goto(await own.said(/Desk: (\S+)/))
  const page = await browser.newPage()
  await page.goto(url)
  pages.push(desk, page)
  return { desk, page, field: page.locator('card-reading').first() }
}

async function agree(desk: Page, portal = program): Promise<void> {
  await desk.getByRole('heading', { name: 'カードを読み取ってよいですか' }).waitFor()
  expect(await desk.locator('main').innerText()).toContain(portal.url)
  await look(desk, 'consent')
  await desk.getByRole('button', { name: '読み取る' }).click()
}

/** Typed on the PC's own page, never on that of the portal. */
async function typePin(desk: Page, pin: string, left: number): Promise<void> {
  await desk.getByRole('heading', { name: '暗証番号を入力してください' }).waitFor()
  expect(await desk.locator('#left').innerText()).toContain(`あと${left}回`)
  await look(desk, 'pin')
  await desk.getByRole('textbox').fill(pin)
  await desk.getByRole('button', { name: 'カードに送る' }).click()
}

async function isFilled(page: Page, field: Locator): Promise<void> {
  await field.getByText('項目を入力しました').waitFor()
  expect(await page.getByLabel('姓').inputValue()).toBe('見本')
  expect(await page.locator('[name=firstName]').inputValue()).toBe('花子')
}

test('a card reaches the form over native messaging, through the extension', async ({ skip }) => {
  if (!withExtension) return skip('no Chromium')
  const { desk, page, field } = await openBoth(withExtension)
  await field.getByRole('button').click()
  await agree(desk)
  await typePin(desk, '5678', 3)
  await isFilled(page, field)
  await look(page, 'field-done')
})

test('over this machine’s own address: joined once, a wrong PIN, then read', async ({ skip }) => {
  if (!plain) return skip('no Chromium')
  const { desk, page, field } = await openBoth(plain)
  await desk.getByRole('heading', { name: 'カードリーダー' }).waitFor()
  await look(desk, 'desk')
  await field.getByRole('button').click()
  await look(page, 'field-join')
  await field.getByLabel('接続番号').fill(await desk.locator('#pairing').innerText())
  await field.getByRole('button', { name: 'つなぐ' }).click()
  await agree(desk)
  await typePin(desk, '0000', 3)
  await field.getByText('暗証番号が違います').waitFor()
  await shot(page, 'field-wrong-pin')
  await desk.getByText('暗証番号が違います').waitFor()
  // Known from now on: no code is asked for, and the card counts.
  await field.getByRole('button').click()
  await agree(desk)
  await typePin(desk, '5678', 2)
  await isFilled(page, field)
})

test('by a number of the page that is typed at the desk', async ({ skip }) => {
  if (!plain) return skip('no Chromium')
  const { desk, page, field } = await openBoth(plain)
  await page.evaluate(() => localStorage.clear())
  await field.getByRole('button').click()
  await field.getByRole('button', { name: '番号をプログラムの側に入力する' }).click()
  await desk.getByLabel('画面に出ている番号').fill(await field.locator('.card-code').innerText())
  await shot(page, 'field-number')
  await desk.getByRole('button', { name: '始める' }).click()
  await agree(desk)
  await typePin(desk, '5678', 3)
  await isFilled(page, field)
})

test('a reader that hangs: shown as stuck with advice, and the form goes on by hand', async ({
  skip,
}) => {
  if (!plain) return skip('no Chromium')
  const config = join(home, 'config.json')
  const hanging = { folder: join(home, 'card'), hangsAt: 3 }
  await writeFile(config, JSON.stringify({ 'card-reader-virtual': hanging }))
  const own = await startAgent(join(home, 'stuck'), ['--demo', '--config', config])
  const { desk, page, field } = await openBoth(plain, own)
  await page.evaluate(() => localStorage.clear())
  await field.getByRole('button').click()
  await field.getByLabel('接続番号').fill(await desk.locator('#pairing').innerText())
  await field.getByRole('button', { name: 'つなぐ' }).click()
  await agree(desk)
  await page.getByLabel('姓').fill('手で')
  await desk.getByText('応答がありません').waitFor()
  await shot(desk, 'desk-stuck')
  await field.getByText('時間内に終わりませんでした').waitFor()
  await shot(page, 'field-stuck')
  await own.end()
})

test('the shipped registration takes name and birth date from the card, and the rest by hand', async ({
  skip,
}) => {
  if (!plain) return skip('no Chromium')
  const shipped = await startProgram()
  const own = await startAgent(join(home, 'shipped'), ['--demo'], shipped)
  try {
    const { desk, page, field } = await openBoth(plain, own, `${shipped.url}/medical/register`)
    await page.getByLabel('3:歯科').check()
    await field.getByRole('button').click()
    await field.getByLabel('接続番号').fill(await desk.locator('#pairing').innerText())
    await field.getByRole('button', { name: 'つなぐ' }).click()
    await agree(desk, shipped)
    await typePin(desk, '5678', 3)
    await isFilled(page, field)
    await shot(page, 'shipped-filled')
    const parts = page.getByRole('group', { name: /生年月日/ }).getByRole('textbox')
    expect(
      await parts.evaluateAll((all) => all.map((one) => (one as HTMLInputElement).value)),
    ).toEqual(['1985', '2', '3'])
    await page.getByRole('combobox', { name: /都道府県/ }).fill('東京')
    await page.getByLabel('医療機関等コード（7桁）').fill('0123456')
    // Found in the master and put in; what the card filled stays as it is.
    await expect.poll(() => page.getByLabel('医療機関等名').inputValue()).toBe('見本朝日歯科医院')
    await page.getByLabel('医療機関等コード（7桁）').fill('0123454')
    await expect.poll(() => page.getByLabel('医療機関等名').inputValue()).toBe('見本青葉歯科医院')
    await page.getByLabel('医療機関等名').fill('青葉歯科（直したもの）')
    await page.getByLabel('医療機関等コード（7桁）').fill('0123456')
    await page.getByText('1330123456').waitFor()
    await page.getByLabel('開設者（漢字）').fill('例示 桜子')
    await page.getByLabel('電話番号').fill('０３１２３４５６７８')
    await page.getByLabel('メールアドレス').fill('card+1@example.jp')
    await page.locator('[name=password]').fill('Abcdefg1')
    await page.locator('[name=passwordConfirm]').fill('Abcdefg1')
    await page.getByLabel('上記の利用規約に同意します。').check()
    expect(await page.getByLabel('医療機関等名').inputValue()).toBe('青葉歯科（直したもの）')
    await page.getByRole('button', { name: '登録', exact: true }).click()
    const dialog = page.locator('dialog')
    await dialog.getByText('青葉歯科（直したもの）').waitFor()
    expect(await dialog.innerText()).toContain('1985年2月3日')
    await look(page, 'shipped-dialog')
    await dialog.getByRole('button', { name: 'OK' }).click()
    await page.getByRole('heading', { name: '確認メールを送信しました' }).waitFor()
  } finally {
    await own.end()
    await shipped.remove()
  }
})

test('a member of the staff registers a card, and logs in with it in the place of the code', async ({
  skip,
}) => {
  if (!plain) return skip('no Chromium')
  const shipped = await startProgram()
  const own = await startAgent(join(home, 'office'), ['--demo'], shipped)
  const password = 'four quiet words together'
  const login = async (page: Page) => {
    await page.getByLabel('ログイン名').fill('madoguchi')
    await page.getByLabel(/^パスワード/).fill(password)
    await page.getByRole('button', { name: 'ログイン' }).click()
  }
  try {
    const [, setup = ''] = /(http\S+\/admin\/setup\/\S+)/.exec(shipped.output()) ?? []
    const { desk, page, field } = await openBoth(plain, own, setup)
    await page.evaluate(() => localStorage.clear())
    await page.getByLabel('ログイン名').fill('madoguchi')
    await page.getByLabel('氏名').fill('見本 職員')
    await page.locator('[name=password]').fill(password)
    await page.locator('[name=passwordConfirm]').fill(password)
    await page.getByRole('button', { name: '登録する' }).click()
    await login(page)
    const secret = fromBase32(await page.locator('.secret-key').innerText())
    await page.getByRole('textbox').fill(appCode(secret, new Date()))
    await page.getByRole('button', { name: '登録する' }).click()
    await page.getByRole('link', { name: '控えたので続ける' }).click()
    await page.getByRole('link', { name: '自分のカード' }).click()
    await look(page, 'office-cards-none')
    await page.getByRole('link', { name: 'カードを登録する' }).click()
    await look(page, 'office-card-new')
    await page.getByRole('button', { name: '登録する' }).click()
    await page.getByRole('alert').getByText('カードがまだ読み取られていません').waitFor()
    await look(page, 'office-card-unread')
    await field.getByRole('button').click()
    await field.getByLabel('接続番号').fill(await desk.locator('#pairing').innerText())
    await field.getByRole('button', { name: 'つなぐ' }).click()
    await agree(desk, shipped)
    await typePin(desk, '1234', 3)
    await page.getByText('カードを登録しました').waitFor()
    await look(page, 'office-cards')
    await page.locator('header summary').click()
    await page.getByRole('button', { name: 'ログアウト' }).click()
    await login(page)
    await page.getByText('登録したカードで確認することもできます').waitFor()
    await look(page, 'office-code')
    await field.getByRole('button').click()
    // Logging out has cleared what the browser kept, on a computer that others may use.
    await field.getByLabel('接続番号').fill(await desk.locator('#pairing').innerText())
    await field.getByRole('button', { name: 'つなぐ' }).click()
    await agree(desk, shipped)
    await typePin(desk, '1234', 3)
    await page.getByRole('link', { name: '自分のカード' }).waitFor()
    expect(new URL(page.url()).pathname).toBe('/admin/')
    await page.goto(`${shipped.url}/admin/own-cards`)
    expect(await page.getByRole('table').first().innerText()).not.toContain('まだ使っていません')
  } finally {
    await own.end()
    await shipped.remove()
  }
})

test('a membership card says its number to the portal, and to nobody else', async ({ skip }) => {
  if (!plain) return skip('no Chromium')
  const config = join(home, 'member.json')
  const member = { folder: join(home, 'member-card'), card: 'membership' }
  await writeFile(config, JSON.stringify({ 'card-reader-virtual': member }))
  const own = await startAgent(join(home, 'member'), ['--demo', '--config', config])
  try {
    const { desk, page } = await openBoth(plain, own)
    await page.evaluate(() => localStorage.clear())
    const field = page.locator('card-reading').last()
    await field.getByRole('button').click()
    await field.getByLabel('接続番号').fill(await desk.locator('#pairing').innerText())
    await field.getByRole('button', { name: 'つなぐ' }).click()
    await agree(desk)
    await field.getByText('カードを確認しました').waitFor()
    for (const text of [own.output(), program.output(), JSON.stringify(databaseRows())])
      for (const form of ['hex', 'base64', 'base64url'] as const)
        expect(text.toLowerCase()).not.toContain(
          Buffer.from(MEMBER_NUMBER, 'hex').toString(form).toLowerCase(),
        )
  } finally {
    await own.end()
  }
})

/** Of the virtual membership card. */
const MEMBER_NUMBER = '04A1B2C3D4E5F6'

function databaseRows() {
  const database = new DatabaseSync(join(program.dataDir, 'madoguchi.db'), { readOnly: true })
  const tables = database.prepare("select name from sqlite_master where type = 'table'").all()
  const rows = tables.map(({ name }) => database.prepare(`select * from "${String(name)}"`).all())
  database.close()
  return rows
}

test('of all these cards and PINs nothing is in a log, in what was printed, or in the database', async ({
  skip,
}) => {
  if (!plain) return skip('no Chromium')
  const rows = databaseRows()
  const kept = await readFile(join(home, 'agent/virtual-card/virtual-card.json'), 'utf8')
  const { authenticationCertificate } = JSON.parse(kept) as { authenticationCertificate: string }
  const said = [program.output(), agent.output(), JSON.stringify(rows)].join('\n')
  // Nothing was filed, so not even the answers hold any of it. Digits by themselves: in a hash they may stand by chance.
  expect(said).toContain('PIN_WRONG')
  expect(said).not.toMatch(
    /見本　|花子|見本町|1985-?02-?03|(?<![0-9A-Za-z_=-])(?:5678|0000)(?![0-9A-Za-z_=-])/,
  )
  expect(said).not.toContain(authenticationCertificate.slice(100, 160))
})
