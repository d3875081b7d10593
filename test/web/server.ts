import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { randomUUID } from 'node:crypto'
import { evaluate, lookupKey } from '../../src/form/evaluate.ts'
import type { Issue, JsonObject, LookupResult, Lookups, Raw } from '../../src/form/form.ts'
import { messageOf } from '../../src/form/messages.ts'
import { validate } from '../../src/form/validate.ts'
import type { Validators } from '../../src/form/validators.ts'
import { buildAssets, pageAssets } from '../../web/build.ts'
import { renderPage } from '../../web/render.ts'
import type { FormState } from '../../web/views/page.ts'
import { formState, pageOf, registration } from './fixture.ts'

/** Headers as the portal sends them: nothing inline, nothing from elsewhere, Trusted Types enforced. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ')

export type TestServer = {
  readonly origin: string
  /** Every accepted `_action=submit`, in order. */
  readonly submitted: readonly Raw[]
  /** Every lookup asked, in order. */
  readonly asked: readonly JsonObject[]
  /** Milliseconds a script is held back, and a lookup by its number. */
  delay: { script: number; lookup: (inputs: JsonObject) => number }
  /** The API answers 503. */
  isApiDown: boolean
  stop(): Promise<void>
}

/** What a compiled check module says of the fixture, by hand: the code under test only calls it. */
const CHECK_MODULE = `const digits = (n) => (v) => (new RegExp('^[0-9]{' + n + '}$').test(v) ? undefined : 'pattern')
export const fields = {
  'judo.regDigits9': digits(9), 'ahaki.regDigits10': digits(10),
  email: (v) => (/^[a-z0-9._-]+@[a-z0-9.-]+$/.test(v) ? undefined : 'pattern'),
  password: (v) => (v.length >= 8 ? undefined : 'minLength'),
}
export const variants = {}`

/** A small server that does with a form what the portal does, over the real views, assets and rules. */
export async function startTestServer(): Promise<TestServer> {
  const assets = await buildAssets()
  const validators = (await import(
    `data:text/javascript,${encodeURIComponent(CHECK_MODULE)}`
  )) as Validators
  const submitted: Raw[] = []
  const asked: JsonObject[] = []
  const control = { script: 0, lookup: (_inputs: JsonObject) => 0 }
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', CSP)
    c.header('cache-control', 'no-store')
  })
  const page = (state: FormState) =>
    renderPage(pageOf({ kind: 'form', state }, { assets: pageAssets(assets) }))
  const base = () =>
    formState({
      key: randomUUID(),
      api: '/api/v1/treatment/registration',
      validators: '/assets/check.js',
    })

  app.get('/treatment/register', (c) => c.html(page(base())))
  app.get('/treatment/pages/:name', (c) =>
    c.html(renderPage(pageOf({ kind: 'text', blocks: [] }, { assets: pageAssets(assets) }))),
  )
  app.post('/treatment/register', async (c) => {
    const body = new URLSearchParams(await c.req.text())
    const raw: Record<string, string[]> = {}
    for (const [name, value] of body) if (!name.startsWith('_')) (raw[name] ??= []).push(value)
    const action = body.get('_action')
    if (action === 'submit') {
      submitted.push(raw)
      return c.html(
        renderPage(
          pageOf(
            { kind: 'text', blocks: [] },
            { title: '送信しました', assets: pageAssets(assets) },
          ),
        ),
      )
    }
    const { lookups, issues } = judge(raw, validators)
    const isWrong = action === 'check' && issues.length > 0
    const kept = Object.fromEntries(
      ['password', 'passwordConfirm'].flatMap((id) => (raw[id]?.[0] ? [[id, 'sealed']] : [])),
    )
    const state = { ...base(), raw, lookups, kept, issues: isWrong ? issues : [] }
    const mode = action === 'check' && !isWrong ? 'confirm' : 'edit'
    return c.html(page({ ...state, mode }), isWrong ? 422 : 200)
  })
  app.post('/api/v1/treatment/registration/check', async (c) => {
    if (server.isApiDown) return c.json({}, 503)
    const { answers } = await c.req.json<{ answers: Record<string, string | string[]> }>()
    const raw = Object.fromEntries(
      Object.entries(answers).map(([id, value]) => [id, Array.isArray(value) ? value : [value]]),
    )
    const { issues, fieldOf } = judge(raw, validators)
    return issues.length === 0
      ? c.json({ ok: true })
      : c.json(
          {
            issues: issues.map((issue) => ({
              field: issue.field,
              code: issue.code,
              message: messageOf(issue, fieldOf(issue.field), 'ja'),
            })),
          },
          422,
        )
  })
  app.post('/api/v1/treatment/registration/lookups/:field', async (c) => {
    const { inputs } = await c.req.json<{ inputs: JsonObject }>()
    asked.push(inputs)
    await pause(control.lookup(inputs))
    return server.isApiDown ? c.json({}, 503) : c.json(find(inputs))
  })
  app.get('/assets/check.js', (c) =>
    c.body(CHECK_MODULE, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  )
  app.get('/assets/:name', async (c) => {
    const asset = assets.get(c.req.path)
    if (!asset) return c.notFound()
    if (c.req.path.endsWith('.js')) await pause(control.script)
    return c.body(new Uint8Array(asset.body), 200, { 'content-type': asset.type })
  })

  const listener = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise<void>((resolve) => listener.once('listening', () => resolve()))
  const address = listener.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const server: TestServer = {
    origin: `http://127.0.0.1:${port}`,
    submitted,
    asked,
    delay: control,
    isApiDown: false,
    stop: () => new Promise((resolve) => listener.close(() => resolve())),
  }
  return server
}

/** The facilities of this server: 契0123456-7-8 is free, 契1111111-1-1 has an account, others do not exist. */
function find(inputs: JsonObject): LookupResult {
  const number = String(inputs.registrationNumber ?? inputs.code7)
  const value = (name: string, hasAccount: boolean, hasActiveUser = false): LookupResult => ({
    status: 'found',
    value: { name, facilityId: number, hasAccount, hasActiveUser },
  })
  if (number === '契0123456-7-8') return value('みほん接骨院', false)
  if (number === '契1111111-1-1') return value('登録済み接骨院', true)
  if (number === '01234567-8-9') return value('みほん鍼灸院', false, true)
  if (number === '0123456') return value('みほん健診センター', false)
  return { status: 'missing' }
}

function judge(raw: Raw, validators: Validators) {
  const lookups: Record<string, LookupResult> = {}
  const ask = (known: Lookups) => evaluate(registration, { raw, facts: {}, lookups: known })
  for (const { field, inputs } of ask({}).wanted)
    lookups[lookupKey(field.id, inputs)] = find(inputs)
  const evaluation = ask(lookups)
  const issues: readonly Issue[] = validate(registration, evaluation, validators)
  const fieldOf = (id: string) => evaluation.visible.find((field) => field.id === id)
  return { lookups, issues, fieldOf }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
