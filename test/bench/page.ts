import { serve } from '@hono/node-server'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, CDPSession, Page } from 'playwright-core'
import { buildAssets, pageAssets } from '../../web/build.ts'
import { startBrowser } from '../web/browser.ts'
import { inTurn, median, type Benchmark, type Figure, type Scale } from './figures.ts'
import { handWrittenApp } from './hand-written/page-server.ts'
import { openShipped } from './portal.ts'

/** The registration page in a real browser that has seen nothing before. */
export const pageBenchmark: Benchmark = {
  about: 'the registration page, cold cache, beside a page written by hand with Lit',
  run,
}

/** A tablet of the middle class on a slow line (trust-and-ux A41). */
const SLOW = { cpu: 4, bitsPerSecond: 1_600_000, latencyMs: 150 }
const BYTES_MAX = 25_000

/** One page load, times in milliseconds since navigation began, bytes of bodies as they came over the line. */
type Load = {
  readonly usable: number
  readonly alive: number
  readonly bytes: number
  readonly bytesLater: number
}
/** `aids`: what a page shows only as long as no script has run. */
type Contestant = { readonly url: string; readonly aids: string }

async function run(scale: Scale): Promise<readonly Figure[]> {
  const browser = await startBrowser()
  if (!browser) return []
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-bench-'))
  const portal = await openShipped(folder)
  const assets = await buildAssets()
  const style = assets.get(pageAssets(assets).style)?.body ?? new Uint8Array()
  const servers = [
    await listen(portal.app.fetch),
    await listen((await handWrittenApp(style)).fetch),
  ] as const
  const ours = { url: `${servers[0].origin}/treatment/register`, aids: '.no-script' }
  const byHand = { url: `${servers[1].origin}/`, aids: '.none' }
  try {
    const rounds = scale === 'full' ? 15 : 1
    // A portal has served others before: code is compiled once in its life, not once a visitor.
    for (let visit = 0; visit < (scale === 'full' ? 100 : 1); visit++)
      for (const { url } of [ours, byHand])
        await (await fetch(url, { headers: { 'Accept-Encoding': 'br' } })).arrayBuffer()
    return [
      ...(await sizes(browser, ours, byHand)),
      ...(await times(browser, rounds, ours, byHand, false)),
      ...(await times(browser, Math.ceil(rounds / 2), ours, byHand, true)),
    ]
  } finally {
    for (const { stop } of servers) await stop()
    await browser.close()
    await portal.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function sizes(browser: Browser, ours: Contestant, byHand: Contestant): Promise<Figure[]> {
  const [mine, theirs] = [await load(browser, ours, false), await load(browser, byHand, false)]
  const limit = (value: number, of: number) => ({ what: 'by hand', value: of, ratio: value / of })
  const whole = mine.bytes + mine.bytesLater
  return [
    {
      what: 'page and the style and scripts it names',
      unit: 'bytes',
      ours: mine.bytes,
      limit: limit(mine.bytes, theirs.bytes),
      aim: { of: 'ours', atMost: BYTES_MAX },
    },
    {
      what: 'with what is fetched while nobody waits',
      unit: 'bytes',
      ours: whole,
      limit: limit(whole, theirs.bytes + theirs.bytesLater),
    },
  ]
}

async function times(
  browser: Browser,
  rounds: number,
  ours: Contestant,
  byHand: Contestant,
  isSlow: boolean,
): Promise<Figure[]> {
  const alive: { readonly mine: number[]; readonly theirs: number[] } = { mine: [], theirs: [] }
  const usable = (contestant: Contestant, kept: number[]) => async () => {
    const loaded = await load(browser, contestant, isSlow)
    kept.push(loaded.alive)
    return loaded.usable
  }
  const result = await inTurn(rounds, usable(ours, alive.mine), usable(byHand, alive.theirs))
  const where = isSlow ? ', slow tablet and line' : ''
  const [mine, theirs] = [median(alive.mine), median(alive.theirs)]
  return [
    {
      what: `first usable field${where}`,
      unit: 'ms',
      ours: result.ours,
      limit: { what: 'by hand', value: result.limit, ratio: result.ratio },
      aim: { of: 'ratio', atMost: 1 },
    },
    {
      what: `alive${where}`,
      unit: 'ms',
      ours: mine,
      limit: { what: 'by hand', value: theirs, ratio: mine / theirs },
    },
  ]
}

/** Loads a page in a fresh context: no cache, no connection, no cookie. */
async function load(browser: Browser, { url, aids }: Contestant, isSlow: boolean): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  try {
    const page = await context.newPage()
    const session = await context.newCDPSession(page)
    if (isSlow) await slowDown(session)
    let whole = 0
    page.on('response', (response) => {
      if (!response.url().endsWith('.svg'))
        whole += Number(response.headers()['content-length'] ?? 0)
    })
    await page.addInitScript(watch, aids)
    await page.goto(url, { waitUntil: 'load' })
    await page.waitForFunction('globalThis.aliveAt !== undefined')
    const bytes = await bytesNamed(page)
    await page.waitForLoadState('networkidle')
    const [usableAt, aliveAt] = (await page.evaluate(
      '[globalThis.usableAt, globalThis.aliveAt]',
    )) as [number, number]
    return { usable: usableAt, alive: aliveAt, bytes, bytesLater: whole - bytes }
  } finally {
    await context.close()
  }
}

/** Runs in the page before anything else: looks once a frame, so what it finds has a layout and is about to be painted. */
function watch(aids: string): void {
  const here = globalThis as { usableAt?: number; aliveAt?: number }
  const look = () => {
    const field = document.querySelector<HTMLInputElement>('main input:not([type=hidden])')
    const isUsable = field !== null && field.getClientRects().length > 0 && !field.disabled
    if (isUsable) here.usableAt ??= performance.now()
    if (isUsable && !document.querySelector(aids)) here.aliveAt ??= performance.now()
    if (here.aliveAt === undefined) requestAnimationFrame(look)
  }
  requestAnimationFrame(look)
}

/** Bodies of the page itself and of the files it names; what a script asks for later is not among them. */
async function bytesNamed(page: Page): Promise<number> {
  return page.evaluate(() => {
    const named = new Set([
      location.href,
      ...[
        ...document.querySelectorAll<HTMLLinkElement>(
          'link[rel=stylesheet], link[rel=modulepreload]',
        ),
      ].map(({ href }) => href),
      ...[...document.querySelectorAll<HTMLScriptElement>('script[src]')].map(({ src }) => src),
    ])
    const entries = [
      ...performance.getEntriesByType('navigation'),
      ...performance.getEntriesByType('resource'),
    ] as PerformanceResourceTiming[]
    return entries
      .filter((entry) => named.has(entry.name))
      .reduce((sum, entry) => sum + entry.encodedBodySize, 0)
  })
}

async function slowDown(session: CDPSession): Promise<void> {
  const bytesPerSecond = SLOW.bitsPerSecond / 8
  await session.send('Network.enable')
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: SLOW.latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond / 2,
  })
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOW.cpu })
}

type Fetch = Parameters<typeof serve>[0]['fetch']

/** By name, since browsers take brotli from nobody else without TLS. */
export async function listen(fetch: Fetch): Promise<{ origin: string; stop: () => Promise<void> }> {
  const server = serve({ fetch, port: 0, hostname: 'localhost' })
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://localhost:${port}`,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
