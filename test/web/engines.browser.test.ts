import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clerk } from '../portal/desk.ts'
import { openTestPortal, type TestPortal } from '../portal/portal.ts'
import { startEngines, type Engine } from './engines.ts'
import { japanese, submissionWith } from './pdf-evidence.ts'
import { serve } from './served.ts'

/**
 * What browsers do each in their own way, in Firefox and WebKit as in Chromium (whose tests are `test/e2e/pages`): Back, forward
 * and reload on every step (A28), a receipt after Back (R17), one submission however often it is sent (A29), links of the error
 * summary (A09), axe (A01), the policy under which scripts run (S26).
 */
const LEGACY = '/legacy/eligibility'
const engines = await startEngines()
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
let portal: TestPortal
let origin: string
let close: () => Promise<void>

beforeAll(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/flows' })
  ;({ origin, close } = await serve(portal))
})
afterAll(async () => {
  await Promise.all(engines.map((engine) => engine.close()))
  await close()
  await portal.close()
})

const h1 = (engine: Engine) =>
  engine.evaluate<string>(`return document.querySelector('h1').textContent`)
const url = (engine: Engine) => engine.evaluate<string>('return location.href')
const valueOf = (engine: Engine, id: string) =>
  engine.evaluate<string>('return document.getElementById(arguments[0]).value', id)
const focused = (engine: Engine) => engine.evaluate<string>('return document.activeElement.id')
const alive = (engine: Engine) =>
  expect
    .poll(() => engine.evaluate<number>(`return document.querySelectorAll('.no-script').length`))
    .toBe(0)
const press = (engine: Engine, words: string) =>
  engine.evaluate(
    `[...document.querySelectorAll('button, a')].find((one) => one.textContent.trim().startsWith(arguments[0]) && !one.classList.contains('vh')).click()`,
    words,
  )
/** As a person does: focused, changed, left. */
const choose = (engine: Engine, css: string, value: string) =>
  engine.evaluate(
    `const one = document.querySelector(arguments[0]); one.focus(); one.value = arguments[1];
     one.dispatchEvent(new Event('input', { bubbles: true })); one.dispatchEvent(new Event('change', { bubbles: true }))`,
    css,
    value,
  )

async function fill(engine: Engine): Promise<void> {
  await engine.click('#f-agreeOnshiTerms')
  await choose(engine, '#f-lineType', '3')
  await engine.type('#f-contact', 'Mihon Taro')
  await choose(engine, '#f-startYearMonth', '2026')
  await choose(engine, '#f-startYearMonth-1', '12')
  await engine.click('[name=paymentMethod]')
}

/** No browser keeps what is secret over a reload. */
async function fillSecrets(engine: Engine): Promise<void> {
  await engine.type('#f-secretNumber', '0987')
  await engine.type('#f-secretNumberConfirm', '0987')
}

const submissions = async () => {
  const { count } = await portal.store.db
    .selectFrom('submission')
    .select(({ fn }) => fn.countAll().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

test('the engines are there', () => {
  if (process.env.MADOGUCHI_ALL_TIERS === '1')
    expect(engines.map(({ name }) => name)).toEqual(['Firefox', 'WebKit'])
})

describe.each(engines.map((engine) => [engine.name, engine] as const))('%s', (_, engine) => {
  test('errors: focus on the summary, each link leads into its input, nothing typed is lost', async () => {
    await engine.goto(`${origin}${LEGACY}`)
    await alive(engine)
    await engine.type('#f-contact', 'Mihon')
    await press(engine, '確認画面へ進む')
    await expect.poll(() => focused(engine)).toBe('error-summary-title')
    expect(await engine.evaluate('return document.title')).toMatch(/^エラー：/)
    const count = await engine.evaluate<number>(
      `return document.querySelectorAll('.summary a').length`,
    )
    expect(count).toBeGreaterThan(3)
    for (let index = 0; index < count; index++) {
      const id = await engine.evaluate<string>(
        `const link = document.querySelectorAll('.summary a')[arguments[0]]; link.click(); return link.hash.slice(1)`,
        index,
      )
      const inside = await engine.evaluate<boolean>(
        'return document.activeElement.matches("input, select, textarea") && document.activeElement.id.startsWith(arguments[0])',
        id,
      )
      expect({ id, inside }).toEqual({ id, inside: true })
    }
    expect(await valueOf(engine, 'f-contact')).toBe('Mihon')
  })

  test('Back, forward and reload lose nothing on any step, and never send twice', async () => {
    const before = await submissions()
    await engine.goto(`${origin}${LEGACY}`)
    await alive(engine)
    await fill(engine)
    await engine.reload()
    await alive(engine)
    await expect.poll(() => valueOf(engine, 'f-contact')).toBe('Mihon Taro')
    await fillSecrets(engine)
    await press(engine, '確認画面へ進む')
    await expect.poll(() => url(engine)).toContain('step=check')
    expect(await h1(engine)).toBe('入力内容の確認')

    await engine.back()
    await expect.poll(() => valueOf(engine, 'f-contact').catch(() => '')).toBe('Mihon Taro')
    await engine.forward()
    await expect.poll(() => h1(engine)).toBe('入力内容の確認')
    await engine.reload()
    await expect.poll(() => h1(engine)).toBe('入力内容の確認')

    await press(engine, '変更')
    await expect.poll(() => url(engine)).toContain('change=')
    await alive(engine)
    await engine.back()
    await expect.poll(() => h1(engine)).toBe('入力内容の確認')

    // Pressed twice before the first answer is there.
    await engine.evaluate(
      `const button = [...document.querySelectorAll('button')].find((one) => one.textContent.includes('上記の内容に同意して確定する'));
       button.click(); button.click()`,
    )
    await expect.poll(() => h1(engine)).toBe('申請を受け付けました')
    const receipt = await url(engine)
    await engine.reload()
    expect(await h1(engine)).toBe('申請を受け付けました')
    await engine.back()
    await expect.poll(() => url(engine)).toBe(receipt)
    await engine.forward().catch(() => undefined)
    await engine.goto(receipt)
    expect(await h1(engine)).toBe('申請を受け付けました')
    expect(await submissions()).toBe(before + 1)
  })

  test('axe finds nothing, empty, with errors and before sending', async () => {
    const violations = () =>
      engine.evaluate(`${axe}
        return axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes.map(({ target }) => target)]))`)
    await engine.goto(`${origin}${LEGACY}`)
    await alive(engine)
    expect(await violations()).toEqual([])
    await press(engine, '確認画面へ進む')
    await expect.poll(() => focused(engine)).toBe('error-summary-title')
    expect(await violations()).toEqual([])
    await fill(engine)
    await fillSecrets(engine)
    await press(engine, '確認画面へ進む')
    await expect.poll(() => url(engine)).toContain('step=check')
    expect(await violations()).toEqual([])
  })

  test('a PDF is drawn for a reviewer', async () => {
    const desk = await openTestPortal({ definitionsDir: 'test/samples/desk' })
    const served = await serve(desk)
    const id = await submissionWith(desk, 'ichiro', {
      name: '開設届.pdf',
      bytes: japanese(['施術所の開設届', '二枚目']),
    })
    const { cookie } = await clerk(desk, 'ichiro', 'reviewer')
    const [name = '', value = ''] = cookie.split(/=(.*)/s)
    await engine.goto(`${served.origin}/`)
    await engine.addCookie(name, value)
    await engine.goto(`${served.origin}/review/${id}`)
    await engine.click('details.evidence summary')
    const text = () =>
      engine.evaluate<string | undefined>(
        `return document.querySelector('canvas[data-drawn="1"]')?.textContent`,
      )
    await expect.poll(text, { timeout: 10_000 }).toBe('施術所の開設届')
    const inked = await engine.evaluate<number>(
      `const canvas = document.querySelector('canvas[data-drawn="1"]');
       const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
       let count = 0; for (let at = 0; at < data.length; at += 4) if (data[at] < 128) count++; return count`,
    )
    expect(inked).toBeGreaterThan(500)
    await served.close()
    await desk.close()
  })

  test('no script is made of a text, under the policy that every page has', async () => {
    await engine.goto(`${origin}${LEGACY}`)
    await alive(engine)
    const refused = await engine.evaluate<readonly string[]>(
      `const refused = [];
       const attempt = (name, act) => { try { act() } catch { refused.push(name) } };
       attempt('script', () => { document.createElement('script').textContent = 'window.ran = true' });
       attempt('markup', () => { document.createElement('div').innerHTML = '<b>x</b>' });
       attempt('policy', () => { trustedTypes.createPolicy('other', {}) });
       return refused`,
    )
    expect(refused).toEqual(['script', 'markup', 'policy'])
  })
})
