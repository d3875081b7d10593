import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Accounts } from '../../src/accounts/accounts.ts'
import {
  createAdministrator,
  INVITE_LIFE_MS,
  inviteFirstAdministrator,
  isInviteUsable,
} from '../../src/accounts/first-admin.ts'
import { DEFAULT_STAFF } from '../../src/definitions/staff.ts'
import type { Definitions } from '../../src/definitions/definitions.ts'
import { sha256 } from '../../src/hash.ts'
import { adminRoutes } from '../../src/http/staff/admin.ts'
import { createApp } from '../../src/http/app.ts'
import type { Deps } from '../../src/http/deps.ts'
import { logoutRoutes } from '../../src/http/member/login.ts'
import { ageText } from '../../src/http/staff/pages.ts'
import { keysFrom } from '../../src/keys.ts'
import { insertStaff } from '../../src/store/staff.ts'
import type { Store } from '../../src/store/open.ts'
import { renderPage } from '../../web/render.ts'
import { enrolOver } from './enrol.ts'
import {
  accountsOn,
  addAccount,
  createCheapPasswords,
  createClock,
  HOUR_MS,
  openTestStore,
} from './setup.ts'

const BASE = 'https://portal.example.jp'
const PASSWORD = 'kumo-no-ue-wa-itsumo-hare'

let store: Store
let close: () => Promise<void>
let clock: ReturnType<typeof createClock>
let accounts: Accounts
let request: (path: string, options?: RequestOptions) => Promise<Response>
let enter: Parameters<typeof enrolOver>[0]
beforeEach(async () => {
  ;({ store, close } = await openTestStore())
  clock = createClock()
  accounts = accountsOn(store, { clock: clock.now, baseUrl: BASE })
  ;({ request, enter } = front())
})
afterEach(() => close())

type RequestOptions = { readonly post?: { [name: string]: string }; readonly cookie?: string }

/** The real routes behind the real guard. */
function front() {
  let ids = 0
  const deps = {
    config: { environment: 'production', baseUrl: BASE, proxyHops: 0 },
    definitions: () => definitions,
    store,
    accounts,
    advance: { definitionsOf: async () => definitions } as unknown as Deps['advance'],
    pageAssets: { style: '/assets/style.css', script: '/assets/main.js' },
    renderPage,
    keys: keysFrom(new Uint8Array(32)),
    clock: clock.now,
    newId: () => `id-${String(ids++).padStart(20, '0')}`,
    log: { info: () => undefined, warn: () => undefined, error: console.error },
  } satisfies Partial<Deps> as Partial<Deps> as Deps
  const app = createApp(() => deps, [...adminRoutes({ accounts }), ...logoutRoutes(accounts)])
  const enter = (path: string, init: RequestInit) => app.request(BASE + path, init)
  const request = async (path: string, { post, cookie }: RequestOptions = {}) =>
    enter(path, {
      method: post ? 'POST' : 'GET',
      headers: {
        ...(cookie && { cookie }),
        ...(post && {
          'content-type': 'application/x-www-form-urlencoded',
          'sec-fetch-site': 'same-origin',
        }),
      },
      ...(post && { body: new URLSearchParams(post).toString() }),
    })
  return { request, enter }
}

const definitions: Definitions = {
  hash: '',
  documents: {},
  portals: {
    sample: {
      id: 'sample',
      title: { ja: '見本ポータル' },
      languages: ['ja'],
      operator: {
        name: { ja: '見本' },
        phone: '000',
        mail: 'help@example.jp',
        sender: { name: '見本', address: 'from@example.jp' },
      },
      memberName: [],
      menu: { visitor: [], account: [] },
      contactHours: { ja: '平日' },
      tiles: [],
      footer: [],
      catalogue: [],
      lists: [],
      facilityTypes: [],
    },
  },
  forms: {},
  workflows: {},
  mails: {},
  pages: {},
  staff: DEFAULT_STAFF,
  notices: {},
  faqs: {},
}

const given = {
  login: 'Kanri.Hanako',
  name: '見本 花子',
  password: PASSWORD,
  passwordConfirm: PASSWORD,
}
const twice = (password: string) => ({ password, passwordConfirm: password })
const createIn = (on: Store, token: string, more: Partial<typeof given> = {}, id = 'staff-1') =>
  createAdministrator(
    { store: on, passwords: createCheapPasswords().passwords, clock: clock.now, newId: () => id },
    token,
    { ...given, ...more },
  )
const invite = async (further = false) => {
  const url = await inviteFirstAdministrator(store, clock.now, BASE, { further })
  return url?.replace(`${BASE}/admin/setup/`, '') ?? ''
}
const addStaff = (login: string, role: string) =>
  store.write((tx) =>
    insertStaff(tx, {
      id: `staff-${login}`,
      login,
      name: `見本 ${login}`,
      role,
      password_hash: `$cheap$${PASSWORD}`,
      state: 'active',
      created_at: '',
      updated_at: '',
    }),
  )
const cookieOf = (answer: Response) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
const enrolled = async (cookie: string) =>
  (await enrolOver(enter, { cookie, now: clock.now() })).cookie
const logIn = async (login: string) =>
  enrolled(cookieOf(await request('/admin/login', { post: { login, password: PASSWORD } })))

describe('the first administrator (S05)', () => {
  test('the link holds 256 bits of which the database knows only the hash', async () => {
    const token = await invite()
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    const rows = await store.db.selectFrom('staff_invite').selectAll().execute()
    expect(rows.map((row) => row.token_hash)).toEqual([sha256(token)])
  })

  test('creates one administrator once, who is not logged in by it', async () => {
    const token = await invite()
    expect(await createIn(store, token)).toEqual({ staffId: 'staff-1' })
    expect(await createIn(store, token, { login: 'second' }, 'staff-2')).toEqual({ unusable: true })
    const staff = await store.db.selectFrom('staff').selectAll().execute()
    expect(staff).toMatchObject([
      { login: 'kanri.hanako', role: 'administrator', password_hash: `$cheap$${PASSWORD}` },
    ])
    expect(await store.db.selectFrom('session').selectAll().execute()).toEqual([])
    const audit = await store.db.selectFrom('audit').selectAll().execute()
    expect(audit).toMatchObject([{ kind: 'staff.created', subject: 'staff-1' }])
    expect(JSON.stringify(audit)).not.toMatch(/hanako|花子/)
  })

  test('of two racing requests one creates', async () => {
    const token = await invite()
    const results = await Promise.all([
      createIn(store, token, { login: 'first' }, 'staff-1'),
      createIn(store, token, { login: 'second' }, 'staff-2'),
    ])
    expect(results.filter((result) => 'staffId' in result)).toHaveLength(1)
    expect(results.filter((result) => 'unusable' in result)).toHaveLength(1)
  })

  test('looking at the link does not use it, 24 hours do, and so does a newer one', async () => {
    const first = await invite()
    clock.pass(INVITE_LIFE_MS - 1)
    expect(await isInviteUsable(store, first, clock.now())).toBe(true)
    expect(await isInviteUsable(store, first, clock.now())).toBe(true)
    clock.pass(1)
    expect(await isInviteUsable(store, first, clock.now())).toBe(false)
    expect(await createIn(store, first)).toEqual({ unusable: true })
    const second = await invite()
    const third = await invite()
    expect(await isInviteUsable(store, second, clock.now())).toBe(false)
    expect(await isInviteUsable(store, third, clock.now())).toBe(true)
  })

  test('where there is staff no link is made unless a further one is asked for', async () => {
    await addStaff('someone', 'administrator')
    expect(await inviteFirstAdministrator(store, clock.now, BASE)).toBe(undefined)
    const token = await invite(true)
    expect(await createIn(store, token, { login: 'someone' })).toMatchObject({
      issues: [{ code: 'staff.login-taken' }],
    })
    expect(await createIn(store, token), 'the link is still good').toHaveProperty('staffId')
  })

  test.each([
    ['staff.login-shape', { login: 'ab' }],
    ['staff.login-shape', { login: '花子' }],
    ['staff.name-missing', { name: ' ' }],
    ['staff.name-missing', { name: '長'.repeat(61) }],
    ['staff.password-length', twice('kumo-no-ue-wa-')],
    ['staff.password-length', twice('𠮷'.repeat(101))],
    ['staff.password-easy', twice('Password12345678')],
    ['staff.password-easy', twice('xx-kanri.hanako-xx')],
    ['staff.password-differs', { passwordConfirm: `${PASSWORD}!` }],
  ])('%s is told and does not use the link', async (code, more) => {
    const token = await invite()
    const result = await createIn(store, token, more)
    expect('issues' in result ? result.issues.map((issue) => issue.code) : result).toEqual([code])
    expect(await isInviteUsable(store, token, clock.now())).toBe(true)
  })

  test('the page: form, mistakes, creation, login, overview', async () => {
    const path = `/admin/setup/${await invite()}`
    const page = await request(path)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('name="passwordConfirm"')
    const wrong = await request(path, { post: { ...given, passwordConfirm: 'x' } })
    const html = await wrong.text()
    expect(wrong.status).toBe(422)
    expect(html).toContain('確認用の入力がパスワードと一致しません')
    expect(html).toContain('Kanri.Hanako')
    expect(html).not.toContain(PASSWORD)
    const created = await request(path, { post: given })
    expect(created.status).toBe(303)
    expect(created.headers.get('location')).toBe('/admin/login?created=1')
    expect(created.headers.get('set-cookie')).toBe(null)
    const again = await request(path, { post: given })
    const unknown = await request(`/admin/setup/${'A'.repeat(43)}`)
    expect([again.status, unknown.status]).toEqual([410, 410])
    expect(await unknown.text()).toContain('npx madoguchi admin create')
    const login = await request('/admin/login', {
      post: { login: ' ＫＡＮＲＩ.hanako', password: PASSWORD },
    })
    expect(login.headers.get('location')).toBe('/admin/login/enrol?next=%2Fadmin%2F')
    expect((await request('/admin/', { cookie: cookieOf(login) })).status).toBe(303)
    const overview = await request('/admin/', { cookie: await enrolled(cookieOf(login)) })
    expect(overview.status).toBe(200)
    expect(overview.headers.get('cache-control')).toBe('no-store')
    expect(await overview.text()).toContain('見本 花子')
  })
})

describe('staff login', () => {
  test('wrong name, wrong password and lock look the same', async () => {
    await addStaff('kanri', 'administrator')
    const texts = new Set<string>()
    for (const login of ['kanri', 'nobody'])
      for (let guess = 0; guess < 11; guess++) {
        const answer = await request('/admin/login', { post: { login, password: 'wrong' } })
        expect(answer.status).toBe(422)
        expect(answer.headers.get('set-cookie')).toBe(null)
        texts.add(
          (await answer.text())
            .replace(/id-\d+/g, '')
            .replaceAll(login, '')
            .replace(/^.*?<main/s, ''),
        )
      }
    expect(texts.size).toBe(1)
    const locked = await request('/admin/login', { post: { login: 'kanri', password: PASSWORD } })
    expect(locked.status).toBe(422)
    expect(await locked.text()).not.toContain('メールアドレス')
  })

  test('leads on to the staff’s own pages only', async () => {
    await addStaff('kanri', 'administrator')
    const to = async (next: string) =>
      (
        await request(`/admin/login?next=${encodeURIComponent(next)}`, {
          post: { login: 'kanri', password: PASSWORD },
        })
      ).headers
        .get('location')
        ?.replace(/^\/admin\/login\/enrol\?next=/, '')
    expect(await to('/review/')).toBe('%2Freview%2F')
    expect(await to('/admin/audit')).toBe('%2Fadmin%2Faudit')
    for (const next of [
      'https://evil.example/',
      '//evil.example/',
      '/\\evil.example',
      '/sample/',
      '/admin/../x',
      '/admin//evil.example',
      '/admin/logout',
      `/admin/${'a'.repeat(5_000)}!`,
    ])
      expect(await to(next), next).toBe('%2Fadmin%2F')
  })

  test('pages open for their roles only', async () => {
    await addStaff('kanri', 'administrator')
    await addStaff('shinsa', 'reviewer')
    await addStaff('denwa', 'call-centre')
    const accountId = await addAccount(store, 'a@example.jp', '')
    const member = (await accounts.startSession({ accountId })).cookie.split(';')[0] ?? ''
    const cookies = {
      nobody: '',
      member,
      administrator: await logIn('kanri'),
      reviewer: await logIn('shinsa'),
      callCentre: await logIn('denwa'),
    }
    const statuses = async (path: string, post?: { [name: string]: string }) =>
      Promise.all(
        Object.values(cookies).map(
          async (cookie) => (await request(path, { cookie, post })).status,
        ),
      )
    expect(await statuses('/admin/')).toEqual([303, 303, 200, 200, 200])
    expect(await statuses('/admin/audit')).toEqual([303, 303, 200, 403, 403])
    expect(await statuses('/review/')).toEqual([303, 303, 200, 200, 200])
    expect(await statuses('/admin/jobs/x/retry', {})).toEqual([303, 303, 409, 403, 403])
  })

  test('logout ends the session, takes the cookie back and clears the browser', async () => {
    await addStaff('kanri', 'administrator')
    const cookie = await logIn('kanri')
    const answer = await request('/admin/logout', { cookie, post: {} })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('/admin/login')
    expect(answer.headers.get('set-cookie')).toMatch(/^__Host-madoguchi=; Max-Age=0/)
    expect(answer.headers.get('clear-site-data')).toBe('"cache", "storage"')
    expect((await request('/admin/', { cookie })).status).toBe(303)
    expect(await store.db.selectFrom('session').selectAll().execute()).toEqual([])
    const kinds = await store.db.selectFrom('audit').select('kind').orderBy('seq').execute()
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'staff.factor-enrolled',
      'staff.logged-in',
      'staff.logged-out',
    ])
  })

  test('a member logs out of the portal the same way; a link alone does not', async () => {
    const accountId = await addAccount(store, 'a@example.jp', '')
    const { cookie, token } = await accounts.startSession({ accountId })
    expect((await request('/sample/logout', { cookie })).status).toBeGreaterThanOrEqual(404)
    expect(await accounts.readSession(token)).toHaveProperty('account')
    const answer = await request('/sample/logout', { cookie, post: {} })
    expect(answer.headers.get('location')).toBe('/sample/')
    expect(answer.headers.get('clear-site-data')).toBe('"cache", "storage"')
    expect(await accounts.readSession(token)).toBe(undefined)
    expect((await request('/sample/logout', { post: {} })).status, 'without a session').toBe(303)
  })
})

describe('the overview', () => {
  const addJob = (id: string, state: string, payload: string, reason: string | null = null) =>
    store.write((tx) =>
      tx
        .insertInto('job')
        .values({
          id,
          submission_id: null,
          kind: 'mail.send',
          payload,
          state,
          run_at: '2026-11-19T00:00:00.000Z',
          attempts: 8,
          lease_owner: null,
          lease_until: null,
          last_error: reason,
          created_at: '2026-11-19T00:00:00.000Z',
          done_at: null,
        })
        .execute(),
    )

  test('shows what failed and why; a retry lets it run again and is on record', async () => {
    await addStaff('kanri', 'administrator')
    await addJob('job-1', 'failed', '{"to":"secret@example.jp"}', 'mailbox <full>')
    await addJob('job-2', 'failed', '{}', 'expired')
    const cookie = await logIn('kanri')
    const html = await (await request('/admin/', { cookie })).text()
    expect(html).toContain('mailbox &lt;full&gt;')
    expect(html).not.toContain('secret@example.jp')
    expect(html.match(/\/admin\/jobs\/[^"]+/g)).toEqual(['/admin/jobs/job-1/retry'])
    const retry = (id: string) => request(`/admin/jobs/${id}/retry`, { cookie, post: {} })
    expect((await retry('job-1')).status).toBe(200)
    expect((await retry('job-1')).status, 'it is not failed any more').toBe(409)
    expect((await retry('job-2')).status, 'nothing is left of it').toBe(409)
    const job = await store.db.selectFrom('job').selectAll().where('id', '=', 'job-1').execute()
    expect(job).toMatchObject([
      { state: 'waiting', attempts: 0, run_at: clock.now().toISOString() },
    ])
    const audit = await store.db.selectFrom('audit').selectAll().orderBy('seq', 'desc').execute()
    expect(audit[0]).toMatchObject({
      kind: 'job.retried',
      subject: 'job-1',
      actor: 'staff:staff-kanri:administrator',
    })
  })

  test('tells whether the audit log is whole', async () => {
    await addStaff('kanri', 'administrator')
    const cookie = await logIn('kanri')
    const html = await (await request('/admin/audit', { cookie })).text()
    expect(html).toContain('記録2件を確かめました')
    await store.write((tx) =>
      tx
        .insertInto('audit')
        .values({
          seq: 3,
          at: '',
          actor: 'system',
          kind: 'forged',
          subject: '',
          data: '{}',
          prev_hash: '',
          hash: '',
        })
        .execute(),
    )
    expect(await (await request('/admin/audit', { cookie })).text()).toContain('3番目の記録')
  })

  test('lists submissions without their answers', async () => {
    await addStaff('shinsa', 'reviewer')
    const at = new Date(clock.now().getTime() - 3 * HOUR_MS).toISOString()
    await store.write(async (tx) => {
      await tx.insertInto('definition').values({ hash: 'h', body: '{}', created_at: at }).execute()
      await tx
        .insertInto('submission')
        .values({
          id: 's1',
          number: 'R7K4-49QX',
          portal: 'sample',
          form: 'sample/registration',
          workflow: 'registration',
          definition: 'h',
          state: 'waiting',
          answers: '{"lastName":"秘密"}',
          account_id: null,
          replace_key: null,
          end: null,
          seq: 1,
          created_at: at,
          updated_at: at,
        })
        .execute()
    })
    const html = await (
      await request('/review/?view=open', { cookie: await logIn('shinsa') })
    ).text()
    for (const text of ['R7K4-49QX', '見本ポータル', 'waiting', '3 時間'])
      expect(html, text).toContain(text)
    expect(html).not.toContain('秘密')
  })

  test.each([
    [59_999, 'en', '0 minutes'],
    [60_000, 'en', '1 minute'],
    [23 * HOUR_MS, 'en', '23 hours'],
    [49 * HOUR_MS, 'en', '2 days'],
    [-5, 'en', '0 minutes'],
    [49 * HOUR_MS, 'ja', '2 日'],
  ] as const)('%i ms are told in %s as %s', (ms, locale, text) => {
    expect(ageText(ms, locale)).toBe(text)
  })
})
