import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openMailServer, type Delivery, type MailServer } from '../mail/mail-server.ts'
import { tier } from '../tiers.ts'
import { startProgram, type Kept, type Program } from './program.ts'

const MAIL_TIMEOUT_MS = 20_000
/** Characters of what the program printed last, shown with a failed test. */
const OUTPUT_MAX = 2_000

/** The started program, a mail server that receives what it sends, and a browser. */
export type Scene = {
  readonly program: Program
  readonly url: string
  readonly mailServer: MailServer
  /** A person with a browser of their own: no cookie shared with others. */
  person(options?: BrowserContextOptions): Promise<Page>
  /** Waits for the n-th mail to somebody whose subject contains the text. */
  mail(to: string, subject: string, nth?: number): Promise<Delivery>
  mailsTo(to: string): readonly Delivery[]
  /** Does something with the database file while the program runs. */
  inDatabase<T>(work: (db: DatabaseSync) => T): T
  /** Console messages that are part of a test; everything else fails it. */
  expectComplaint(pattern: RegExp): void
  /** Ends the program and starts it again with the same data at the same address. */
  restart(between?: (db: DatabaseSync) => void): Promise<void>
}

type Opened = Scene & { settle(): Promise<readonly string[]>; close(): Promise<void> }

/**
 * One program and one browser for a test file. Gives the function that registers its tests: afterwards every page is
 * closed, and nothing may have been complained about (script errors, Content-Security-Policy, Trusted Types).
 */
export function openScene(
  options: {
    env?: Readonly<Record<string, string>>
    prepare?: () => Promise<Kept & { env?: Readonly<Record<string, string>> }>
  } = {},
): (name: string, act: (scene: Scene) => Promise<void>) => void {
  let scene: Opened | undefined
  beforeAll(async () => {
    const browser = await startBrowser()
    if (!browser) return
    const { env, ...kept } = (await options.prepare?.()) ?? {}
    scene = await startScene(browser, { ...options.env, ...env }, kept)
  })
  afterAll(async () => scene?.close())
  return (name, act) =>
    test(name, async ({ skip }) => {
      if (!scene) return skip('no Chromium')
      // All people of the tests share one address; the limit against harvesting is not what is tested here.
      scene.inDatabase((db) => db.exec('delete from throttle'))
      const failed = await act(scene).then(
        () => undefined,
        (error: unknown) => ({ error }),
      )
      const complaints = await scene.settle()
      if (failed) throw failed.error
      expect(complaints, scene.program.output().slice(-OUTPUT_MAX)).toEqual([])
    })
}

/** Debian's Chromium; undefined when the machine has none. */
function startBrowser(): Promise<Browser | undefined> {
  return tier('chromium', () =>
    chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--lang=ja'],
    }),
  )
}

async function startScene(
  browser: Browser,
  env: Readonly<Record<string, string>>,
  kept: Kept,
): Promise<Opened> {
  const mailServer = await openMailServer()
  const start = (again: Kept = kept) => startProgram({ SMTP_URL: mailServer.url, ...env }, again)
  let program = await start()
  let complaints: string[] = []
  let expected: RegExp[] = []
  const database = () => new DatabaseSync(join(program.dataDir, 'madoguchi.db'), { timeout: 5_000 })
  const scene: Opened = {
    get program() {
      return program
    },
    get url() {
      return program.url
    },
    mailServer,
    async person(contextOptions = {}) {
      const context = await browser.newContext({
        viewport: { width: 1280, height: 900 },
        locale: 'ja-JP',
        ...contextOptions,
      })
      const page = await context.newPage()
      await watch(page, complaints)
      return page
    },
    mail: (to, subject, nth = 1) => waitForMail(mailServer, { to, subject, nth }),
    mailsTo: (to) => mailServer.deliveries.filter(({ recipients }) => recipients.includes(to)),
    inDatabase(work) {
      const db = database()
      try {
        return work(db)
      } finally {
        db.close()
      }
    },
    expectComplaint: (pattern) => void expected.push(pattern),
    async restart(between) {
      const { dataDir, url } = program
      await program.kill()
      if (between) scene.inDatabase(between)
      program = await start({ dataDir, port: Number(new URL(url).port) })
    },
    async settle() {
      for (const context of browser.contexts()) await context.close()
      const found = complaints.filter((text) => !expected.some((pattern) => pattern.test(text)))
      complaints = []
      expected = []
      return found
    },
    async close() {
      await browser.close()
      await program.remove()
      await mailServer.close()
    },
  }
  return scene
}

/** A form with errors is answered with 422, a used link with 410: the browser notes them, and they are no complaints. */
const NOTED = /the server responded with a status of (?:410|422)/

async function watch(page: Page, complaints: string[]): Promise<void> {
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    const isComplaint = message.type() === 'error' || message.type() === 'warning'
    if (isComplaint && !NOTED.test(message.text())) complaints.push(message.text())
  })
  await page.exposeFunction('complainOfPolicy', (text: string) => void complaints.push(text))
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const complain = Reflect.get(window, 'complainOfPolicy') as (text: string) => void
      complain(`${event.effectiveDirective} ${event.blockedURI} ${event.sample}`)
    })
  })
}

async function waitForMail(
  { deliveries }: MailServer,
  wanted: { readonly to: string; readonly subject: string; readonly nth: number },
): Promise<Delivery> {
  const deadline = Date.now() + MAIL_TIMEOUT_MS
  while (Date.now() < deadline) {
    const found = deliveries.filter(
      ({ recipients, mail }) =>
        recipients.includes(wanted.to) && subjectOf(mail).includes(wanted.subject),
    )
    const mail = found[wanted.nth - 1]
    if (mail) return mail
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  const came = deliveries.map(({ recipients, mail }) => `${recipients.join()} ${subjectOf(mail)}`)
  throw new Error(`no mail ${JSON.stringify(wanted)}; there came:\n${came.join('\n')}`)
}

export function subjectOf(mail: Delivery['mail']): string {
  return mail.headers.subject?.[0] ?? ''
}

/** The one-time link that stands in the text part of a mail. */
export function linkIn({ mail }: Delivery): string {
  const link = /http\S+\/links\/[\w-]+/.exec(mail.text)?.[0]
  if (!link) throw new Error(`no link in:\n${mail.text}`)
  return link
}
