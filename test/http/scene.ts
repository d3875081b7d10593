import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { randomBytes, randomInt } from 'node:crypto'
import facilityMaster from '../../plugins/facility-master/index.ts'
import { createTryOnce } from '../../src/accounts/tries.ts'
import { createAdvance } from '../../src/advance.ts'
import type { Definitions } from '../../src/definitions/definitions.ts'
import { formatProblems, loadDefinitions } from '../../src/definitions/index.ts'
import { resolveAttachments } from '../../src/files/attachments.ts'
import { fieldTypes } from '../../src/form/fields/index.ts'
import type { Answer, Form, JsonSchema } from '../../src/form/form.ts'
import type { Validators } from '../../src/form/validators.ts'
import { adminRoutes } from '../../src/http/staff/admin.ts'
import { createApp } from '../../src/http/app.ts'
import type { Deps } from '../../src/http/deps.ts'
import { logoutRoutes } from '../../src/http/member/login.ts'
import { createNoticeViews } from '../../src/http/portal/notice-views.ts'
import { createWorker } from '../../src/jobs/worker.ts'
import { keysFrom } from '../../src/keys.ts'
import { renderMail } from '../../src/mail/render.ts'
import { openFiles } from '../../src/files/files.ts'
import { importMaster } from '../../src/master/import.ts'
import type { Message } from '../../src/plugins/contract.ts'
import { pluginKinds, startPlugins } from '../../src/plugins/host.ts'
import { facilityMatches, findFacility } from '../../src/store/facilities.ts'
import { migrate } from '../../src/store/migrate.ts'
import { indexPortals } from '../../src/search/entries.ts'
import { openStore } from '../../src/store/open.ts'
import { renderPage } from '../../web/render.ts'
import type { Page } from '../../web/views/page.ts'
import { accountsOn, createCheapPasswords } from '../accounts/setup.ts'

const root = resolve(import.meta.dirname, '../..')
export const BASE_URL = 'https://portal.example.jp'
export const SCRIPT = new TextEncoder().encode(
  'export const lines = []\n'.padEnd(2_048, '// a line like many others\n'),
)

export type Scene = Awaited<ReturnType<typeof createScene>>

/** The shipped portals on a real database, with a clock that stands until it is moved and mails that land in a list. */
export async function createScene(options: Partial<Deps> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-http-'))
  const store = await openStore(`sqlite:${join(folder, 'test.db')}`)
  await migrate(store)
  let now = Date.parse('2026-11-20T00:00:00.000Z')
  const clock = () => new Date(now)
  await importMaster(store, join(root, 'forms/sample-facilities.csv'), { now: clock })
  const definitions = await shippedDefinitions(folder)
  const newId = () => randomBytes(16).toString('base64url')
  const keys = keysFrom(new Uint8Array(32))
  const log: { data: object; message: string }[] = []
  const note = (data: object, message: string) => void log.push({ data, message })
  const plugins = await startPlugins([{ plugin: facilityMaster, config: {} }], {
    dataDir: folder,
    clock,
    log: () => undefined,
    findFacility: (query) => findFacility(store.db, query),
    facilityMatches: (claim) => facilityMatches(store.db, claim),
  })
  const { passwords, done } = createCheapPasswords()
  const accounts = accountsOn(store, { clock, passwords })
  const advance = createAdvance({
    store,
    definitions: () => definitions,
    fieldTypes,
    keys,
    clock,
    newId,
  })
  const files = await openFiles({ filesUrl: `file:${folder}/files`, dataDir: folder })
  const mails: Message[] = []
  const worker = createWorker({
    store,
    advance,
    perform: {
      'mail.send': async (payload) => {
        mails.push(payload as Message)
        return { status: 'done', result: null }
      },
    },
    renderMail,
    keys,
    baseUrl: BASE_URL,
    clock,
    newId,
    random: () => 0,
    log: { warn: note, error: note },
  })
  const pages: Page[] = []
  const deps: Deps = {
    config: { environment: 'development', proxyHops: 0, baseUrl: BASE_URL },
    definitions: () => definitions,
    store,
    advance,
    accounts,
    accept: {
      lookup: (source, input, address) => plugins.lookup(source, input, address),
      publicValue: (source, value) => plugins.publicValue(source, value),
      hashPassword: (password) => accounts.hashPassword(password),
      checkPassword: (...given) => accounts.checkPassword(...given),
      tryOnce: createTryOnce(store, clock),
      attachments: (form, raw, sitting) => resolveAttachments(store, form, raw, sitting),
    },
    validators: (id) => ({
      validators: validatorsOf(definitions.forms[id] as Form),
      url: '/assets/check.js',
    }),
    earlierForm: () => undefined,
    earlierChecks: async (form) => ({ validators: validatorsOf(form), url: '' }),
    assets: new Map([['/assets/main.js', { body: SCRIPT, type: 'text/javascript' }]]),
    files,
    attachments: { store, files, clock, newId, isScanned: false },
    pageAssets: { style: '/assets/main.css', script: '/assets/main.js' },
    renderPage: (page) => (pages.push(page), renderPage(page)),
    issuance: {
      store,
      keys,
      clock,
      newId,
      files,
      randomBelow: (n) => randomInt(n),
      definitionsOf: (hash) => advance.definitionsOf(hash),
      renderPdf: undefined,
    },
    search: indexPortals(definitions),
    documentPath: (hash) => join(folder, 'documents', hash),
    noticeViews: createNoticeViews({ store, clock, log: { warn: note } }),
    keys,
    clock,
    newId,
    log: { info: note, warn: note, error: note },
    readOutbox: async () =>
      mails.map(({ to, subject, text, html, date }) => ({ to, subject, text, html, at: date })),
    notReady: async () => [],
    jobsByState: async () => ({ waiting: 0 }),
    ...options,
  }
  const further = [...adminRoutes({ accounts }), ...logoutRoutes(accounts)]
  return {
    app: createApp(() => deps, further),
    further,
    deps,
    store,
    accounts,
    definitions,
    mails,
    pages,
    log,
    hashes: done,
    pass: (ms: number) => void (now += ms),
    /** Sends what is to be sent. */
    async settle() {
      while ((await worker.runOnce()) > 0);
    },
    async close() {
      await plugins.stop()
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function shippedDefinitions(cache: string): Promise<Definitions> {
  const { lookups } = pluginKinds([facilityMaster])
  const kinds = { fieldTypes, lookups, effects: {} }
  const loaded = await loadDefinitions(root, kinds, { mailCacheDir: cache })
  if (!loaded.definitions) throw new Error(formatProblems(loaded.problems))
  return loaded.definitions
}

/** Stands in for the compiled modules: the few keywords of the field types, one value at a time. */
function validatorsOf(form: Form): Validators {
  return {
    fields: Object.fromEntries(
      Object.values(form.fields).map((field) => {
        const schema = fieldTypes[field.type]?.schema(field) ?? {}
        return [field.uid, (value: Answer) => failedKeyword(schema, value)]
      }),
    ),
  }
}

function failedKeyword(schema: JsonSchema, value: Answer): string | undefined {
  const text = typeof value === 'string' ? value : ''
  const length = [...text].length
  const { pattern, minLength, maxLength, allOf, enum: allowed } = schema
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(text)) return 'pattern'
  if (typeof minLength === 'number' && length < minLength) return 'minLength'
  if (typeof maxLength === 'number' && length > maxLength) return 'maxLength'
  if (Array.isArray(allowed) && !allowed.includes(value)) return 'enum'
  if (schema.const !== undefined && schema.const !== value) return 'const'
  return ((allOf ?? []) as JsonSchema[])
    .map((part) => failedKeyword(part, value))
    .find((keyword) => keyword !== undefined)
}

export type Fields = { readonly [name: string]: string | readonly string[] }

/** A browser without scripts: keeps its cookie, sends forms as browsers do, follows nothing by itself. */
export function browse(scene: Pick<Scene, 'app'>, address = '192.0.2.1') {
  let cookie: string | undefined
  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers)
    headers.set('sec-fetch-site', headers.get('sec-fetch-site') ?? 'same-origin')
    if (cookie !== undefined) headers.set('cookie', cookie)
    const answer = await scene.app.request(
      `${BASE_URL}${path}`,
      { ...init, headers },
      { incoming: { url: path, socket: { remoteAddress: address } } },
    )
    for (const set of answer.headers.getSetCookie())
      cookie = set.includes('Max-Age=0') ? undefined : set.split(';')[0]
    return answer
  }
  return {
    send,
    get: (path: string) => send(path),
    post: (path: string, fields: Fields) =>
      send(path, {
        method: 'POST',
        body: encode(fields),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }),
    json: (path: string, body: unknown, headers: Record<string, string> = {}) =>
      send(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
    cookie: () => cookie,
  }
}

export function encode(fields: Fields): string {
  const pairs = Object.entries(fields).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((each) => [name, each]),
  )
  return new URLSearchParams(pairs).toString()
}

/** The state of the form on the page drawn last. */
export function lastForm({ pages }: Pick<Scene, 'pages'>) {
  const body = pages.at(-1)?.body
  if (body?.kind !== 'form') throw new Error(`The last page is ${body?.kind ?? 'none'}, not a form`)
  return body.state
}

export const PASSWORD = 'Correct8horse'

/** A complete registration of a facility of the sample master. */
export const registration = {
  lastName: '見本',
  firstName: '花子',
  facilityType: 'judo',
  regPrefix: '契',
  regDigits9: '012345678',
  phone: '0312345678',
  email: 'hanako@clinic.example.jp',
  password: PASSWORD,
  passwordConfirm: PASSWORD,
  agreeTerms: 'true',
} as const

/** The address of the link in the mail sent last. */
export function lastLink({ mails }: Pick<Scene, 'mails'>): string {
  const url = /https:\/\/\S+\/links\/\S+/.exec(mails.at(-1)?.text ?? '')?.[0]
  if (url === undefined) throw new Error('The last mail has no link')
  return new URL(url).pathname
}

/** Registers, opens the mail's link and logs in. */
export async function member(scene: Scene, answers: Fields = registration) {
  const browser = browse(scene)
  await browser.post('/treatment/register', { ...answers, _action: 'submit' })
  await scene.settle()
  await browser.post(lastLink(scene), {})
  await scene.settle()
  await browser.post('/treatment/login', {
    username: String(answers.email),
    password: String(answers.password),
  })
  if (browser.cookie() === undefined) throw new Error('Not logged in')
  return browser
}
