import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pluginsFor, readOutbox } from '../../plugins/index.ts'
import { createLog } from '../../src/log.ts'
import { importMaster } from '../../src/master/import.ts'
import { openPortal, type Running } from '../../src/portal.ts'
import { readConfig } from '../../src/config.ts'

const BASE_URL = 'http://localhost:3000'

/** The real portal in this process, with everything but a socket: the shipped or other definitions, SQLite, outbox. */
export type TestPortal = Running & {
  /** Moves the clock; due timers then run with the next `settle`. */
  advanceClock(ms: number): void
  now(): Date
  /** Lets the worker do everything that is due. */
  settle(): Promise<void>
  mails(): ReturnType<typeof readOutbox>
  /** Somebody at an address of their own, or at this one. */
  visitor(address?: string): Visitor
  /** Where database, keys and mails are. */
  readonly dataDir: string
  /** What was logged, as it was written. */
  readonly logLines: readonly string[]
}

let newDatabase: (() => Promise<string>) | undefined

/** From here on the portals of this test file have databases of their own there, unless they say which. */
export function openPortalsOn(server: { newDatabase(): Promise<string> }): void {
  newDatabase = () => server.newDatabase()
}

export async function openTestPortal(
  options: {
    definitionsDir?: string
    baseUrl?: string
    databaseUrl?: string
    proxyHops?: number
    dataDir?: string
    clamdUrl?: string
  } = {},
): Promise<TestPortal> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'madoguchi-portal-')))
  const baseUrl = options.baseUrl ?? BASE_URL
  const logLines: string[] = []
  const { config } = readConfig({
    BASE_URL: baseUrl,
    DATA_DIR: dataDir,
    DATABASE_URL: options.databaseUrl ?? (await newDatabase?.()),
    CLAMD_URL: options.clamdUrl,
    PROXY_HOPS: String(options.proxyHops ?? 0),
    DEFINITIONS_DIR: options.definitionsDir ?? '.',
  })
  let ahead = 0
  const clock = () => new Date(Date.now() + ahead)
  const outboxDir = join(dataDir, 'plugins', 'outbox')
  const running = await openPortal({
    config,
    plugins: pluginsFor(config),
    clock,
    log: createLog('info', { write: (line) => void logLines.push(line) }),
    readOutbox: () => readOutbox(outboxDir),
  })
  if ('problems' in running) throw new Error(JSON.stringify(running.problems, null, 2))
  await importMaster(running.store, 'forms/sample-facilities.csv', { now: clock })
  return {
    ...running,
    advanceClock: (ms) => void (ahead += ms),
    now: clock,
    async settle() {
      while ((await running.worker.runOnce()) > 0);
    },
    mails: () => readOutbox(outboxDir),
    visitor: (address) => createVisitor(running.app, { baseUrl, address }),
    dataDir,
    logLines,
    async close() {
      await running.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Somebody with a browser without JavaScript: keeps cookies, follows nothing by itself. */
export type Visitor = {
  get(path: string): Promise<Answer>
  /** Any request, with the cookies. */
  send(path: string, init?: RequestInit): Promise<Answer>
  cookies(): ReadonlyMap<string, string>
  post(path: string, fields: Fields): Promise<Answer>
  json(
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: unknown }>
}
export type Fields = Readonly<Record<string, string | readonly string[]>>
export type Answer = { status: number; location: string; html: string; headers: Headers }

export function createVisitor(
  app: Running['app'],
  { baseUrl, address = anyAddress() }: { baseUrl: string; address?: string },
): Visitor {
  const cookies = new Map<string, string>()
  let calls = 0
  const send = async (path: string, init: RequestInit = {}) => {
    calls += 1
    const answer = await app.request(
      `${baseUrl}${path}`,
      {
        ...init,
        headers: {
          Origin: baseUrl,
          'Sec-Fetch-Site': 'same-origin',
          ...(cookies.size > 0 && {
            Cookie: [...cookies].map((pair) => pair.join('=')).join('; '),
          }),
          ...init.headers,
        },
      },
      { incoming: { socket: { remoteAddress: address, remotePort: calls, remoteFamily: 'IPv4' } } },
    )
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '' || /max-age=0/i.test(line)) cookies.delete(name)
      else cookies.set(name, value)
    }
    return answer
  }
  const read = async (answer: Response): Promise<Answer> => ({
    status: answer.status,
    location: answer.headers.get('location') ?? '',
    html: await answer.text(),
    headers: answer.headers,
  })
  return {
    get: async (path) => read(await send(path)),
    send: async (path, init) => read(await send(path, init)),
    cookies: () => cookies,
    async post(path, fields) {
      const body = new URLSearchParams()
      for (const [name, value] of Object.entries(fields))
        for (const item of typeof value === 'string' ? [value] : value) body.append(name, item)
      return read(
        await send(path, {
          method: 'POST',
          body: body.toString(),
          headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
        }),
      )
    },
    async json(path, body, headers = {}) {
      const answer = await send(path, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json', ...headers },
      })
      return { status: answer.status, body: await answer.json() }
    },
  }
}

/** So many visitors share no limit by accident. */
function anyAddress(): string {
  const part = () => Math.floor(Math.random() * 254) + 1
  return `10.${part()}.${part()}.${part()}`
}

/** The named hidden and typed inputs of the page's main form, as a browser would send them back. */
export function hiddenInputs(html: string): Record<string, string> {
  const found = html.matchAll(/<input\b[^>]*\btype="?hidden"?[^>]*>/g)
  return Object.fromEntries(
    [...found].map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value')]),
  )
}

/** The same with every value of a name, such as the three of a date. */
export function hiddenFields(html: string): Fields {
  const fields: Record<string, string[]> = {}
  for (const [tag] of html.matchAll(/<input\b[^>]*\btype="?hidden"?[^>]*>/g))
    (fields[attribute(tag, 'name')] ??= []).push(attribute(tag, 'value'))
  return fields
}

/** Text of the messages that stand in the error summary, each a link to its input. */
export function errorsOf(html: string): string[] {
  const summary = /<[^>]*class="?[^">]*\bsummary\b[\s\S]*?<\/ul>/.exec(html)?.[0] ?? ''
  return [...summary.matchAll(/<a\b[^>]*href="#[^>]*>([\s\S]*?)<\/a\s*>/g)].map(([, text = '']) =>
    plain(text),
  )
}

/** What a person reads of a page. */
export function plain(html: string): string {
  const shown = html.replace(/<script[\s\S]*?<\/script>/g, '')
  return decode(shown.replace(/<!--[\s\S]*?-->/g, '').replace(/<[^>]+>/g, ''))
    .replace(/\s+/g, ' ')
    .trim()
}

function attribute(tag: string, name: string): string {
  return decode(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '')
}

function decode(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
