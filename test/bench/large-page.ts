import { Hono } from 'hono'
import type { Browser, CDPSession, Page } from 'playwright-core'
import type { Form } from '../../src/form/form.ts'
import { buildAssets, pageAssets } from '../../web/build.ts'
import { renderPage } from '../../web/render.ts'
import { startBrowser } from '../web/browser.ts'
import { formState, pageOf } from '../web/fixture.ts'
import { inTurn, median, type Figure, type Scale } from './figures.ts'
import { bundleByHand } from './hand-written/page-server.ts'
import { PARTS } from './large-form.ts'
import { listen } from './page.ts'

/**
 * The large form in Chromium, all its fields shown, beside the same page written by hand: drawing it, one key, one block
 * that comes or goes. By the processor time of the page's main thread, which is what counts on a machine with other work.
 */
export async function largePageFigures(form: Form, scale: Scale): Promise<readonly Figure[]> {
  const browser = await startBrowser()
  if (!browser) return []
  const server = await listen((await pagesOf(form)).fetch)
  const [ours, byHand] = [`${server.origin}/ours`, `${server.origin}/by-hand`]
  const rounds = scale === 'full' ? 5 : 1
  const count = scale === 'full' ? 20 : 1
  try {
    const compare = async (
      what: string,
      atMost: number,
      measure: (page: Page) => Promise<readonly [cpuMs: number, clockMs: number]>,
    ): Promise<Figure[]> => {
      const clock: [number[], number[]] = [[], []]
      const turn = (url: string, kept: number[]) => async () => {
        const [cpuMs, clockMs] = await withPage(browser, url, measure)
        kept.push(clockMs)
        return cpuMs
      }
      const cpu = await inTurn(rounds, turn(ours, clock[0]), turn(byHand, clock[1]))
      const [mine, theirs] = [median(clock[0]), median(clock[1])]
      const limit = { what: 'by hand' }
      return [
        {
          what: `${what}, CPU time`,
          unit: 'ms',
          ours: cpu.ours,
          limit: { ...limit, value: cpu.limit, ratio: cpu.ratio },
          aim: { of: 'ratio', atMost },
        },
        {
          what,
          unit: 'ms',
          ours: mine,
          limit: { ...limit, value: theirs, ratio: mine / theirs },
        },
      ]
    }
    return [
      ...(await compare('page of 500 fields', 1.2, drawn)),
      ...(await compare('one key to paint', 1, (page) => repeated(page, 'key', count))),
      ...(await compare('one block shown or hidden', 1.25, (page) =>
        repeated(page, 'flip', count),
      )),
    ]
  } finally {
    await server.stop()
    await browser.close()
  }
}

async function pagesOf(form: Form): Promise<Hono> {
  const assets = await buildAssets()
  const script = await bundleByHand('large-page.ts')
  const { style } = pageAssets(assets)
  const raw = Object.fromEntries(PARTS.map((n) => [`kind${n}`, ['1']]))
  const app = new Hono()
  app.get('/ours', (c) => {
    const state = formState({ form, raw, action: '/ours' })
    return c.html(renderPage(pageOf({ kind: 'form', state }, { assets: pageAssets(assets) })))
  })
  app.get('/by-hand', (c) =>
    c.html(`<!doctype html><html lang="ja"><head><meta charset="utf-8" /><title>大きな申請</title>
<link rel="stylesheet" href="${style}" /><script type="module" src="/by-hand.js"></script></head>
<body><main id="main"><large-page></large-page></main></body></html>`),
  )
  app.get('/by-hand.js', (c) => c.body(new Uint8Array(script), 200, { 'Content-Type': JS }))
  app.get('/assets/:name', (c) => {
    const asset = assets.get(c.req.path)
    return asset
      ? c.body(new Uint8Array(asset.body), 200, { 'Content-Type': asset.type })
      : c.notFound()
  })
  return app
}
const JS = 'text/javascript; charset=utf-8'

async function withPage<T>(
  browser: Browser,
  url: string,
  use: (page: Page) => Promise<T>,
): Promise<T> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  try {
    const page = await context.newPage()
    page.setDefaultTimeout(60_000)
    await page.goto(`about:blank#${url}`)
    return await use(page)
  } finally {
    await context.close()
  }
}

/** From the request to a page that is alive with all its fields. */
async function drawn(page: Page): Promise<readonly [number, number]> {
  const metrics = await meter(page)
  await open(page)
  const clockMs = (await page.evaluate('performance.now()')) as number
  return [await metrics(), clockMs]
}

/** One of many changes to a page that stands. */
async function repeated(
  page: Page,
  change: 'key' | 'flip',
  count: number,
): Promise<readonly [number, number]> {
  await open(page)
  await page.waitForLoadState('networkidle')
  await page.evaluate(makeChanges, { change, count: 6 })
  const metrics = await meter(page)
  const clockMs = await page.evaluate(makeChanges, { change, count })
  return [(await metrics()) / count, clockMs]
}

async function open(page: Page): Promise<void> {
  await page.goto(page.url().replace('about:blank#', ''))
  await page.waitForFunction(
    () =>
      document.querySelectorAll('main input:not([type=hidden]), main select').length >= 550 &&
      !document.querySelector('.late'),
  )
}

/** Processor time of the main thread since now, in milliseconds. */
async function meter(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' }).catch(() => {})
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const before = await taskMs(session)
  return async () => (await taskMs(session)) - before
}

async function taskMs(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  const seconds = metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0
  return seconds * 1_000
}

/** Runs in the page: changes one after the other, each waited for until it is painted. Milliseconds of the middle one. */
async function makeChanges({ change, count }: { change: 'key' | 'flip'; count: number }) {
  const painted = () =>
    new Promise<void>((resolve) => {
      requestAnimationFrame(() => {
        const channel = new MessageChannel()
        channel.port1.onmessage = () => resolve()
        channel.port2.postMessage(undefined)
      })
    })
  const input = document.querySelector<HTMLInputElement>('[name=note25]')
  const radios = document.querySelectorAll<HTMLInputElement>('[name=kind25]')
  const times: number[] = []
  for (let index = 0; index < count; index++) {
    await painted()
    const start = performance.now()
    if (change === 'flip') radios[index % 2 === 0 ? 1 : 0]?.click()
    else if (input) {
      input.value += 'あ'
      input.dispatchEvent(new InputEvent('input', { bubbles: true }))
    }
    await painted()
    times.push(performance.now() - start)
  }
  return times.sort((one, other) => one - other)[Math.floor(count / 2)] ?? 0
}
