import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Right } from '../../src/definitions/definitions.ts'
import { Fault } from '../../src/fault.ts'
import { portalRoutes } from '../../src/http/app.ts'
import { CONTENT_SECURITY_POLICY, isFromOwnPage } from '../../src/http/headers.ts'
import type { Route } from '../../src/http/route.ts'
import { randomToken } from '../../src/accounts/sessions.ts'
import { enrolOver } from '../accounts/enrol.ts'
import {
  BASE_URL,
  browse,
  createScene,
  lastLink,
  member,
  registration,
  SCRIPT,
  type Scene,
} from './scene.ts'

let scene: Scene
let routes: readonly Route[]
beforeAll(async () => {
  scene = await createScene()
  routes = [...scene.further, ...portalRoutes(new Map())]
})
afterAll(() => scene.close())

/** A real address of a route: a portal, a page and a form that need a login, ids that nobody has. */
function addressOf(route: Route): string {
  const values: Record<string, string> = { portal: 'treatment', page: 'profile', form: 'profile' }
  return route.path.replaceAll(/:([a-z]+)/g, (_, name: string) => values[name] ?? 'unknown-one')
}

function bodyOf(route: Route): RequestInit {
  if (route.method === 'GET') return { method: 'GET' }
  const isJson = route.body === 'json'
  if (route.body === 'part')
    return {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'application/octet-stream' },
    }
  return {
    method: 'POST',
    body: isJson ? '{}' : '',
    headers: {
      'content-type': isJson ? 'application/json' : 'application/x-www-form-urlencoded',
    },
  }
}

const LOCKED = ['account', 'form', 'staff']

/** What `forms/staff.yaml` says of a role. */
function hasRights(role: string, needed: readonly Right[]): boolean {
  const rights = scene.definitions.staff.roles[role]?.rights
  return rights !== undefined && needed.every((right) => rights.includes(right))
}

describe('every route', () => {
  test('declares who may use it and what it reads', () => {
    expect(routes.length).toBeGreaterThan(25)
    for (const { access, body, method, path } of routes) {
      expect(['public', 'visitor', 'account', 'form', 'staff', 'development']).toContain(
        access.kind,
      )
      expect(['none', 'form', 'json', 'part']).toContain(body)
      // What changes something reads a body, so that a link or an image can never set it off.
      expect([path, body === 'none']).toEqual([path, method === 'GET'])
    }
    const addresses = routes.map(({ method, path }) => `${method} ${path}`)
    expect(new Set(addresses).size).toBe(addresses.length)
  })

  test('answers with the security headers, errors and files included (S39)', async () => {
    const addresses = routes.map(addressOf)
    for (const path of [...addresses, '/nothing/here/at/all', '/assets/main.js', '//', '/%ff']) {
      const answer = await browse(scene).get(path)
      expect([path, answer.headers.get('content-security-policy')]).toEqual([
        path,
        CONTENT_SECURITY_POLICY,
      ])
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      expect(answer.headers.get('referrer-policy')).toBe('same-origin')
      expect(answer.headers.get('strict-transport-security')).toContain('max-age=')
      expect(answer.headers.get('cross-origin-opener-policy')).toBe('same-origin')
      if (path !== '/assets/main.js') expect(answer.headers.get('cache-control')).toBe('no-store')
    }
  })

  test('that changes something refuses what comes from elsewhere (S38)', async () => {
    const foreignHeaders: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
      { 'sec-fetch-site': 'same-site', origin: 'https://other.example.jp' },
      { 'sec-fetch-site': 'cross-site', origin: BASE_URL },
      { origin: 'https://evil.example' },
      { origin: `${BASE_URL}.evil.example` },
      { origin: 'null' },
      { cookie: '__Host-madoguchi=x' },
    ]
    const unsafe = routes.filter(({ method }) => method !== 'GET')
    expect(unsafe.length).toBeGreaterThan(8)
    for (const route of unsafe) {
      const send = async (headers: Record<string, string>) => {
        const init = bodyOf(route)
        const answer = await scene.app.request(`${BASE_URL}${addressOf(route)}`, {
          ...init,
          headers: { ...(init.headers as Record<string, string>), ...headers },
        })
        return answer.status
      }
      for (const foreign of foreignHeaders)
        expect([route.path, foreign, await send(foreign)]).toEqual([route.path, foreign, 403])
      expect(await send({ origin: BASE_URL })).not.toBe(403)
    }
  })

  test('with a lock lets only the right person in', async () => {
    const person = await member(scene)
    const staff = async (role: string, login = role) => {
      const at = scene.deps.clock().toISOString()
      const id = `staff-${login}`
      await scene.store.write(async (tx) => {
        const row = { id, login, name: login, role, password_hash: 'x', state: 'active' }
        await tx
          .insertInto('staff')
          .values({ ...row, created_at: at, updated_at: at })
          .execute()
      })
      const half = await scene.accounts.startSession({ staffId: id })
      return half.cookie.split(';')[0] ?? ''
    }
    const whole = async (role: string) => {
      const { cookie } = await enrolOver(
        (path, init) => scene.app.request(`${BASE_URL}${path}`, init),
        { cookie: await staff(role), now: scene.deps.clock() },
      )
      return cookie
    }
    const cookies = {
      visitor: '',
      forged: `__Host-madoguchi=${randomToken()}`,
      member: person.cookie() ?? '',
      reviewer: await whole('reviewer'),
      administrator: await whole('administrator'),
      'call-centre': await whole('call-centre'),
      // The password alone opens nothing (S13), and neither does a role that the definitions do not know.
      'password only': await staff('administrator', 'second'),
      'role unknown': await whole('cleaner'),
    }
    for (const route of routes.filter(({ access }) => LOCKED.includes(access.kind)))
      for (const [who, cookie] of Object.entries(cookies)) {
        const init = bodyOf(route)
        const answer = await scene.app.request(`${BASE_URL}${addressOf(route)}`, {
          ...init,
          headers: {
            ...(init.headers as Record<string, string>),
            'sec-fetch-site': 'same-origin',
            ...(cookie && { cookie }),
          },
        })
        const isTurnedAway =
          [401, 403].includes(answer.status) ||
          /\/login(?:\/code)?\?next=/.test(answer.headers.get('location') ?? '')
        const { access } = route
        const may = access.kind === 'staff' ? hasRights(who, access.rights) : who === 'member'
        expect([route.path, route.method, who, isTurnedAway]).toEqual([
          route.path,
          route.method,
          who,
          !may,
        ])
      }
  })

  test('answers another method with 405 and the ones it takes', async () => {
    const answer = await browse(scene).send('/treatment/register', { method: 'DELETE' })
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })
})

describe('addresses', () => {
  test('are matched exactly: no other spelling reaches a locked page (S15)', async () => {
    const browser = await loggedIn()
    for (const path of ['/treatment/profile', '/treatment/applications']) {
      expect((await browser.get(path)).status).toBe(200)
      for (const spelling of spellingsOf(path)) {
        const answer = await browser.get(spelling)
        expect([spelling, answer.status]).toEqual([spelling, 404])
        expect((await browse(scene).get(spelling)).status).toBe(404)
      }
    }
    expect(spellingsOf('/treatment/profile').length).toBeGreaterThanOrEqual(50)
  })

  test('that are not UTF-8 are answered in plain words', async () => {
    for (const path of [
      '/treatment/%ff',
      '/%E3%81',
      '/treatment/login?next=%ff%fe',
      '/?a=%c0%af',
    ]) {
      const answer = await browse(scene).get(path)
      expect([path, answer.status]).toEqual([path, 400])
      expect(await answer.text()).toContain('アドレスの文字を読み取れませんでした。')
    }
  })

  test('HEAD answers as GET without a body', async () => {
    const answer = await browse(scene).send('/treatment/', { method: 'HEAD' })
    expect([answer.status, await answer.text()]).toEqual([200, ''])
  })
})

test('a developer may call the machine by its name or its numbers', () => {
  const from = (origin: string, baseUrl: string) =>
    isFromOwnPage(new Request('http://x/', { method: 'POST', headers: { origin } }), { baseUrl })
  const local = 'http://localhost:3000'
  expect(from('http://127.0.0.1:3000', local)).toBe(true)
  expect(from('http://[::1]:3000', local)).toBe(true)
  expect(from('http://127.0.0.1:3001', local)).toBe(false)
  expect(from('http://127.0.0.1:3000', BASE_URL)).toBe(false)
})

describe('headers from outside', () => {
  test('change no link, no redirect and no limit (S06)', async () => {
    const variants: Record<string, string>[] = [
      'host',
      'x-forwarded-host',
      'x-forwarded-server',
      'x-host',
      'x-original-host',
      'x-rewrite-url',
      'x-original-url',
      'x-http-host-override',
      'forwarded',
      'x-forwarded-proto',
      'x-forwarded-port',
      'x-forwarded-prefix',
      'x-forwarded-scheme',
      'x-forwarded-ssl',
      'front-end-https',
      'x-url-scheme',
      'x-forwarded-for',
      'x-real-ip',
      'x-client-ip',
      'true-client-ip',
      'cf-connecting-ip',
      'client-ip',
      'x-cluster-client-ip',
      'fastly-client-ip',
      'via',
      'referer',
      'x-http-method-override',
      'x-method-override',
      'base-url',
      'x-wap-profile',
    ].map((name) => ({
      [name]:
        name === 'forwarded' ? 'host=evil.example;proto=http;for=203.0.113.9' : 'evil.example',
    }))
    expect(variants.length).toBeGreaterThanOrEqual(30)
    for (const [index, headers] of variants.entries()) {
      const email = `header${index}@clinic.example.jp`
      const sent = await browse(scene, `198.51.100.${index}`).send('/treatment/register', {
        method: 'POST',
        body: new URLSearchParams({ ...other, email, _action: 'submit' }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      })
      expect([headers, sent.status]).toEqual([headers, 303])
      expect(sent.headers.get('location')).toMatch(/^\/treatment\/submissions\//)
      await scene.settle()
      const mail = scene.mails.at(-1)
      expect(mail?.to).toBe(email)
      expect(mail?.text).toContain(`${BASE_URL}/treatment/links/`)
      expect(`${mail?.text}${mail?.html}`).not.toContain('evil.example')
    }
  })

  test('name no other address for the lookup limit', async () => {
    const browser = browse(scene, '203.0.113.77')
    const ask = (n: number) =>
      browser.json(
        '/api/v1/treatment/registration/lookups/facility',
        { inputs: { facilityType: 'judo', registrationNumber: `契${n}` } },
        { 'x-forwarded-for': `198.51.100.${n}` },
      )
    const answers = []
    for (let n = 1; n <= 31; n++) answers.push(await (await ask(n)).json())
    expect(answers[29]).toEqual({ status: 'missing' })
    expect(answers[30]).toMatchObject({ status: 'unavailable' })
  })
})

describe('what goes wrong inside', () => {
  test('a Fault is 503 with a time to wait, a bug 500 with a short id; neither shows what happened (S48)', async () => {
    const faults: [() => never, number][] = [
      [
        () => raise(new Fault('store.busy', 'SELECT secret FROM /srv/x', { retryAfterMs: 4_200 })),
        503,
      ],
      [() => raise(new Error('SELECT secret FROM /srv/x')), 500],
    ]
    for (const [definitions, status] of faults) {
      const broken = await createScene({ definitions })
      for (const path of ['/', '/api/v1/submissions/x', '/healthz']) {
        const answer = await browse(broken).get(path)
        if (path === '/healthz') continue
        const text = await answer.text()
        expect(answer.status).toBe(status)
        expect(answer.headers.get('retry-after')).toBe(status === 503 ? '5' : null)
        expect(text).not.toMatch(/SELECT|\/srv|\.ts:|node_modules/)
        const id = (broken.log.at(-1)?.data as { id: string }).id
        expect(text).toContain(id)
        expect(answer.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY)
      }
      await broken.close()
    }
  })

  test('the page of an error may fail too; the log names no token', async () => {
    const broken = await createScene({ renderPage: () => raise(new Error('x')) })
    const answer = await browse(broken).get(
      '/treatment/links/abcdefghijklmnopqrstuvwxyz0123456789abcdefg',
    )
    // Not even an error page can be drawn: plain words, and the headers all the same.
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringMatching(/番号/)])
    expect(answer.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY)
    expect(broken.log.length).toBeGreaterThan(0)
    expect(JSON.stringify(broken.log.map(({ data }) => data))).not.toContain('abcdefghij')
    await broken.close()
  })
})

test('the outbox is there in development only, newest first, links to follow', async () => {
  const data = (await (await browse(scene).get('/outbox.json')).json()) as Record<string, string>[]
  expect(Object.keys(data[0] ?? {}).sort()).toEqual(['at', 'html', 'subject', 'text', 'to'])
  expect(await (await browse(scene).get('/outbox')).text()).toContain(lastLink(scene))
  const production = await createScene({
    config: { environment: 'production', baseUrl: BASE_URL, proxyHops: 0 },
  })
  for (const path of ['/outbox', '/outbox.json'])
    expect((await browse(production).get(path)).status).toBe(404)
  await production.close()
})

test('files come as small as the browser takes them, the second time too', async () => {
  const browser = browse(scene)
  const fetched = async (accepted: string) => {
    const answer = await browser.send('/assets/main.js', {
      headers: { 'accept-encoding': accepted },
    })
    const bytes = new Uint8Array(await answer.arrayBuffer())
    expect(answer.headers.get('content-length')).toBe(String(bytes.length))
    return { encoding: answer.headers.get('content-encoding'), bytes }
  }
  for (const time of ['first', 'again']) {
    const { encoding, bytes } = await fetched('gzip, deflate, br')
    expect(encoding, time).toBe('br')
    expect(new Uint8Array(brotliDecompressSync(bytes))).toEqual(SCRIPT)
    const zipped = await fetched('gzip;q=0.5, br;q=0')
    expect(zipped.encoding, time).toBe('gzip')
    expect(new Uint8Array(gunzipSync(zipped.bytes))).toEqual(SCRIPT)
  }
  expect(await fetched('identity')).toEqual({ encoding: null, bytes: SCRIPT })
})

test('what machines ask for', async () => {
  const browser = browse(scene)
  expect((await browser.get('/healthz')).status).toBe(200)
  expect((await browser.get('/readyz')).status).toBe(200)
  const metrics = await (await browser.get('/metrics')).text()
  expect(metrics).toMatch(/^madoguchi_requests_total\{status="200"\} \d+$/m)
  expect(metrics).toContain(`madoguchi_definitions_info{hash="${scene.definitions.hash}"} 1`)
  const file = await browser.send('/assets/main.js', { headers: { 'accept-encoding': 'gzip, br' } })
  expect(file.headers.get('cache-control')).toContain('immutable')
  expect((await browser.get('/assets/../package.json')).status).toBe(404)
  const late = await createScene({ notReady: async () => ['database'] })
  expect((await browse(late).get('/readyz')).status).toBe(503)
  await late.close()
})

const other = { ...registration, regPrefix: '協', regDigits9: '400034711' }

async function loggedIn() {
  const browser = browse(scene)
  await browser.post('/treatment/login', {
    username: registration.email,
    password: registration.password,
  })
  return browser
}

function raise(error: Error): never {
  throw error
}

function spellingsOf(path: string): string[] {
  const [, portal = '', page = ''] = path.split('/')
  const first = page[0] ?? ''
  const encoded = `%${first.charCodeAt(0).toString(16)}`
  return [
    `/${path}`,
    `${path}/`,
    `${path}//`,
    `/${portal}//${page}`,
    `/${portal}/./${page}`,
    `/./${portal}/${page}`,
    `/${portal}/../${portal}/${page}`,
    `/${portal}/x/../${page}`,
    `/${portal}/%2e/${page}`,
    `/%2e/${portal}/${page}`,
    `/${portal}/%2e%2e/${portal}/${page}`,
    `/${portal}/.%2e/${portal}/${page}`,
    `/${portal}%2f${page}`,
    `/${portal}%2F${page}`,
    `/${portal}/%2f${page}`,
    `/%2f${portal}/${page}`,
    `/${portal}%5c${page}`,
    `/${portal}\\${page}`,
    `/${portal}/\\${page}`,
    `${path};`,
    `${path};x=1`,
    `/${portal};/${page}`,
    `/${portal};a=b/${page}`,
    `${path}.`,
    `${path}.html`,
    `${path}.json`,
    `${path}.css`,
    `${path}%00`,
    `${path}%00.css`,
    `${path}%20`,
    `${path}%09`,
    `${path}%0a`,
    `${path}%0d%0a`,
    `${path}%3f`,
    `${path}%23`,
    `${path}%3b`,
    `/${portal}/${encoded}${page.slice(1)}`,
    `/${portal}/%25${encoded.slice(1)}${page.slice(1)}`,
    `/${portal}/${page.toUpperCase()}`,
    `/${portal}/${first.toUpperCase()}${page.slice(1)}`,
    `/${portal.toUpperCase()}/${page}`,
    `/${portal}/${page}${page}`,
    `/${portal}/${page}~`,
    `/${portal}/~${page}`,
    `/${portal}/*/${page}`,
    `/${portal}/${page}*`,
    `/${portal}/:page`,
    `/${portal}/${page}/index`,
    `/${portal}/pages/${page}`,
    `/${portal}/${page}!`,
    `/${portal}/${page}'`,
    `/${portal}/${page}@`,
    `/${portal}/${page},`,
    `/${portal}/${page}&x=1`,
    `/${portal}/${page}x`,
  ]
}
