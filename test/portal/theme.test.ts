import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contrast, GIVEN } from '../../src/definitions/portal/theme.ts'
import { openTestPortal, type TestPortal } from './portal.ts'

/** The colours of a portal on their way from `portal.yaml` to the browser (A05). */

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/flows' })
})
afterAll(() => portal.close())

const sheets = (html: string) =>
  [...html.matchAll(/<link rel="stylesheet" href="([^"]*)"/g)].map(([, href = '']) => href)

test('a portal with a theme links its sheet after the common one, from its own origin', async () => {
  const visitor = portal.visitor()
  const { html, headers } = await visitor.get('/legacy/')
  const [, own = ''] = sheets(html)
  expect(own).toMatch(/^\/legacy\/theme\.css\?v=[0-9a-f]+$/)
  expect(headers.get('content-security-policy')).toContain("style-src 'self'")
  expect(html).not.toMatch(/<style|\sstyle=/)
  const sheet = await visitor.get(own)
  expect(sheet.status).toBe(200)
  expect(sheet.headers.get('content-type')).toBe('text/css; charset=utf-8')
  expect(sheet.headers.get('cache-control')).toContain('immutable')
  expect(sheet.html).toContain('--main:#00664f')
  expect(sheet.html).toContain('.header{background:#00664f}')
})

test('a portal without one has none', async () => {
  const visitor = portal.visitor()
  expect(sheets((await visitor.get('/certificate/')).html)).toHaveLength(1)
  expect((await visitor.get('/certificate/theme.css')).status).toBe(404)
})

test('what the colours are measured against is what the common sheet says', () => {
  const file = createRequire(import.meta.url).resolve('@digital-go-jp/design-tokens')
  const tokens = readFileSync(file.replace(/dist\/.*$/, 'dist/tokens.css'), 'utf8')
  const base = readFileSync('web/styles/base.css', 'utf8')
  const token = (name: string) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(tokens)?.[1]
  const used = (name: string) => new RegExp(`--${name}: var\\(--([\\w-]+)\\)`).exec(base)?.[1] ?? ''
  expect(token('color-primitive-blue-50')).toBe(GIVEN.pale)
  expect(token(used('text'))).toBe(GIVEN.text)
  expect(token(used('main'))).toBe(GIVEN.accent)
})

test('measures as WCAG does', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 6)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.478, 3)
  expect(contrast('#ffffff', '#767676')).toBeCloseTo(4.542, 3)
})
