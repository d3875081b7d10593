import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { tier } from '../tiers.ts'

/**
 * The engines beside Chromium that Debian has, each driven by the protocol it speaks itself: Firefox by Marionette, WebKit by
 * WebDriver. Only what a person can do to a page, and scripts to look at it.
 */
export type Engine = {
  readonly name: string
  goto(url: string): Promise<void>
  back(): Promise<void>
  forward(): Promise<void>
  reload(): Promise<void>
  /** The body of a function: `return document.title`. */
  evaluate<T>(script: string, ...args: readonly unknown[]): Promise<T>
  /** Presses with the pointer what the selector finds first. */
  click(css: string): Promise<void>
  /** Types with the keyboard into what the selector finds first. */
  type(css: string, text: string): Promise<void>
  /** Of the site that is open. */
  addCookie(name: string, value: string): Promise<void>
  close(): Promise<void>
}

/** Sends one command: its name in the protocol's words, or method and path. */
type Send = (command: Command, params?: object) => Promise<unknown>
type Command = readonly [marionette: string, method: 'GET' | 'POST' | 'DELETE', path: string]

/** Under this name the protocol hands elements around. */
const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf'
const START_MS_MAX = 30_000
const MINI_BROWSER = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser'

export async function startEngines(): Promise<readonly Engine[]> {
  const engines = await Promise.all([tier('firefox', startFirefox), tier('webkit', startWebKit)])
  return engines.filter((engine) => engine !== undefined)
}

function engineOf(name: string, send: Send, close: () => Promise<void>): Engine {
  const find = async (css: string) => {
    const found = await send(['WebDriver:FindElement', 'POST', '/element'], {
      using: 'css selector',
      value: css,
    })
    return (found as { readonly [ELEMENT]: string })[ELEMENT]
  }
  return {
    name,
    goto: async (url) => void (await send(['WebDriver:Navigate', 'POST', '/url'], { url })),
    back: async () => void (await send(['WebDriver:Back', 'POST', '/back'])),
    forward: async () => void (await send(['WebDriver:Forward', 'POST', '/forward'])),
    reload: async () => void (await send(['WebDriver:Refresh', 'POST', '/refresh'])),
    evaluate: async <T>(script: string, ...args: readonly unknown[]) =>
      (await send(['WebDriver:ExecuteScript', 'POST', '/execute/sync'], { script, args })) as T,
    click: async (css) => {
      const id = await find(css)
      await send(['WebDriver:ElementClick', 'POST', `/element/${id}/click`], { id })
    },
    type: async (css, text) => {
      const id = await find(css)
      await send(['WebDriver:ElementSendKeys', 'POST', `/element/${id}/value`], { id, text })
    },
    addCookie: async (cookieName, value) =>
      void (await send(['WebDriver:AddCookie', 'POST', '/cookie'], {
        cookie: { name: cookieName, value, path: '/' },
      })),
    close,
  }
}

async function startFirefox(): Promise<Engine> {
  const profile = await mkdtemp(join(tmpdir(), 'madoguchi-firefox-'))
  // Port 0: the one that is taken stands in the profile then.
  await writeFile(
    join(profile, 'user.js'),
    [
      ['marionette.port', 0],
      ['intl.accept_languages', 'ja'],
      ['browser.shell.checkDefaultBrowser', false],
      ['app.update.enabled', false],
      ['network.captive-portal-service.enabled', false],
      ['network.connectivity-service.enabled', false],
      ['datareporting.policy.dataSubmissionEnabled', false],
    ]
      .map(([key, value]) => `user_pref(${JSON.stringify(key)}, ${JSON.stringify(value)});`)
      .join('\n'),
  )
  const child = started('firefox-esr', [
    '--headless',
    '--marionette',
    '--no-remote',
    '--profile',
    profile,
  ])
  const stop = async () => {
    await ended(child)
    await rm(profile, { recursive: true, force: true, maxRetries: 3 })
  }
  try {
    const port = await inTime(child, async () =>
      Number(await readFile(join(profile, 'MarionetteActivePort'), 'utf8').catch(() => '')),
    )
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const send = marionette(socket)
    await send(['WebDriver:NewSession', 'POST', '/session'], {
      capabilities: { alwaysMatch: { unhandledPromptBehavior: 'dismiss and notify' } },
    })
    return engineOf('Firefox', send, async () => {
      socket.destroy()
      await stop()
    })
  } catch (error) {
    await stop()
    throw error
  }
}

/** Messages are `<length>:<json>`: `[0, id, command, params]` there, `[1, id, error, result]` back. */
function marionette(socket: Socket): Send {
  let rest = Buffer.alloc(0)
  let last = 0
  const waiting = new Map<
    number,
    { done: (value: unknown) => void; fail: (error: Error) => void }
  >()
  const failAll = (error: Error) => {
    for (const { fail } of waiting.values()) fail(error)
    waiting.clear()
  }
  socket.on('error', failAll)
  socket.on('close', () => failAll(new Error('Firefox has ended')))
  socket.on('data', (piece: Buffer) => {
    rest = Buffer.concat([rest, piece])
    for (;;) {
      const colon = rest.indexOf(':')
      const length = Number(rest.subarray(0, colon))
      if (colon < 0 || rest.length < colon + 1 + length) return
      const message = JSON.parse(rest.toString('utf8', colon + 1, colon + 1 + length)) as unknown
      rest = rest.subarray(colon + 1 + length)
      // The first message is a greeting.
      if (!Array.isArray(message)) continue
      const [, id, error, result] = message as [1, number, { message: string } | null, unknown]
      const { done, fail } = waiting.get(id) ?? {}
      waiting.delete(id)
      if (error) fail?.(new Error(error.message))
      else done?.(valueOf(result))
    }
  })
  return ([command], params = {}) =>
    new Promise((done, fail) => {
      const id = ++last
      waiting.set(id, { done, fail })
      const text = JSON.stringify([0, id, command, params])
      socket.write(`${Buffer.byteLength(text)}:${text}`)
    })
}

async function startWebKit(): Promise<Engine> {
  if (!existsSync(MINI_BROWSER)) throw new Error(`${MINI_BROWSER} is not there`)
  const screen = started('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x1000x24'], 'pipe')
  const children = [screen]
  const stop = async () => {
    for (const child of children.toReversed()) await ended(child)
  }
  try {
    let display = ''
    screen.stdout?.on('data', (text: Buffer) => (display += text.toString()))
    await inTime(screen, async () => display.includes('\n'))
    const port = 40_000 + Math.floor(Math.random() * 20_000)
    const driver = started('WebKitWebDriver', [`--port=${port}`], 'ignore', {
      DISPLAY: `:${display.trim()}`,
      LANG: 'C.UTF-8',
      LANGUAGE: 'ja',
    })
    children.push(driver)
    const call = async (method: string, path: string, params: object): Promise<unknown> => {
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method,
        ...(method === 'POST' && { body: JSON.stringify(params) }),
      })
      const { value } = (await answer.json()) as { value: { message?: string } }
      if (!answer.ok) throw new Error(value?.message ?? `WebKit answers ${answer.status}`)
      return value
    }
    await inTime(driver, () => call('GET', '/status', {}).then(Boolean, () => false))
    const options = { binary: MINI_BROWSER, args: ['--automation'] }
    const { sessionId } = (await call('POST', '/session', {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
    })) as { sessionId: string }
    const send: Send = ([, method, path], params = {}) =>
      call(method, `/session/${sessionId}${path}`, params)
    return engineOf('WebKit', send, async () => {
      await send(['', 'DELETE', '']).catch(() => undefined)
      await stop()
    })
  } catch (error) {
    await stop()
    throw error
  }
}

function valueOf(result: unknown): unknown {
  const isWrapped = typeof result === 'object' && result !== null && 'value' in result
  return isWrapped ? (result as { value: unknown }).value : result
}

function started(
  command: string,
  args: readonly string[],
  stdout: 'pipe' | 'ignore' = 'ignore',
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const child = spawn(command, args, {
    stdio: ['ignore', stdout, 'ignore'],
    env: { ...process.env, ...env },
  })
  child.on('error', () => undefined)
  return child
}

/** Asks again and again until there is something to be had; throws when the program ends or time runs out. */
async function inTime<T>(child: ChildProcess, ask: () => Promise<T>): Promise<T> {
  const until = Date.now() + START_MS_MAX
  for (;;) {
    const found = await ask()
    if (found) return found
    if (child.exitCode !== null || child.pid === undefined)
      throw new Error(`${child.spawnfile} does not run`)
    if (Date.now() > until) throw new Error(`${child.spawnfile} has nothing to say`)
    await sleep(50)
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const over = once(child, 'exit')
  child.kill()
  await Promise.race([over, sleep(5_000).then(() => child.kill('SIGKILL'))])
}
