import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  ahaki,
  answerConfirmation,
  checkup,
  createAccount,
  follow,
  judo,
  linkIn,
  logIn,
  midwifery,
  register,
  REGISTER,
  sendForm,
  useLink,
} from './people.ts'
import { hiddenInputs, openTestPortal, plain, type Answer, type TestPortal } from './portal.ts'

/** Statements S01, S03, S05, S06 and S08 of trust-and-ux.md §2.3, through the front door. S07 and S12: courses.test.ts. */
const API = '/api/v1/treatment/registration'
const known = { ...judo, email: 'known-one@example.jp' }
const free = { ...judo, regPrefix: '協', regDigits9: '400034711' }

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal()
  await createAccount(portal, known)
})
afterAll(() => portal.close())

test('S01: what registration stores is an Argon2id hash with at least 19 MiB and two passes', async () => {
  await register(portal.visitor(), { ...free, email: 'hashed@example.jp' })
  const [waiting, account] = await Promise.all([
    portal.store.db
      .selectFrom('submission')
      .select('answers')
      .where('answers', 'like', '%hashed@example.jp%')
      .executeTakeFirstOrThrow(),
    portal.store.db.selectFrom('account').select('password_hash').executeTakeFirstOrThrow(),
  ])
  const { password } = JSON.parse(waiting.answers) as { password: string }
  for (const phc of [password, account.password_hash]) {
    const [, memory, passes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=\d+\$/.exec(phc) ?? []
    expect(Number(memory)).toBeGreaterThanOrEqual(19 * 1024)
    expect(Number(passes)).toBeGreaterThanOrEqual(2)
  }
})

describe('S03: nobody learns whether an address is known', () => {
  const unknown = { email: 'other-one@example.jp' }

  test('registering, asking again and looking later', async () => {
    const seen = await bothWays(async (email) => {
      const visitor = portal.visitor()
      const confirmation = await sendForm(visitor, REGISTER, { ...free, email })
      const sent = await answerConfirmation(visitor, REGISTER, confirmation, 'submit')
      const page = await follow(visitor, sent)
      const again = await visitor.post(`${sent.location}/resend`, {})
      return [confirmation, sent, page, again, await follow(visitor, again)]
    })
    expect(seen.known.statuses).toEqual([200, 303, 200, 303, 200])
    expect(seen.known).toEqual(seen.unknown)
    expect(seen.known.mails).toBe(2)
  })

  test('registering through the API: no state, no label tells', async () => {
    const seen = await bothWays(async (email) => {
      const visitor = portal.visitor()
      const made = await visitor.send(API, {
        method: 'POST',
        body: JSON.stringify({ answers: { ...free, email, agreeTerms: true } }),
        headers: { 'Content-Type': 'application/json' },
      })
      const { id } = JSON.parse(made.html) as { id: string }
      const look = () => visitor.get(`/api/v1/submissions/${id}`)
      const early = await look()
      portal.advanceClock(25 * 3_600_000)
      await portal.settle()
      return [made, early, await look()]
    })
    expect(seen.known.statuses).toEqual([201, 200, 200])
    expect(seen.known).toEqual(seen.unknown)
  })

  test('password forgotten: the owner gets a mail, the answer is the same', async () => {
    const seen = await bothWays(async (email) => {
      const visitor = portal.visitor()
      const sent = await sendForm(visitor, '/treatment/password', { email }, 'submit')
      const made = await visitor.send('/api/v1/treatment/password', {
        method: 'POST',
        body: JSON.stringify({ answers: { email } }),
        headers: { 'Content-Type': 'application/json' },
      })
      return [sent, await follow(visitor, sent), made]
    })
    expect(seen.known.statuses).toEqual([303, 200, 201])
    expect({ ...seen.known, mails: 0 }).toEqual({ ...seen.unknown, mails: 0 })
    expect([seen.known.mails, seen.unknown.mails]).toEqual([2, 0])
  })

  test('login', async () => {
    const seen = await bothWays(async (email) => [
      await logIn(portal.visitor(), email, 'Not-the-right-1'),
    ])
    expect(seen.known.statuses).toEqual([422])
    expect(seen.known).toEqual(seen.unknown)
  })

  test('e-mail change', async () => {
    const person = { ...midwifery, email: 'moving@example.jp' }
    const { visitor } = await createAccount(portal, person)
    await logIn(visitor, person.email)
    const wish = (email: string) => {
      const answers = { email, emailConfirm: email, currentPassword: person.password }
      return sendForm(visitor, '/treatment/email', answers, 'submit')
    }
    const seen = await bothWays(async (email) => {
      const earlier = `earlier-${email}`
      await wish(earlier)
      const older = await linkIn(portal, earlier)
      const sent = await wish(email)
      await portal.settle()
      return [sent, await follow(visitor, sent), await visitor.get(older)]
    })
    expect(seen.known.statuses).toEqual([303, 200, 410])
    expect(seen.known).toEqual(seen.unknown)
    await portal.settle()
    const notices = (await portal.mails()).filter(
      ({ to, subject }) => to === person.email && subject.includes('変更の受付'),
    )
    expect(notices).toHaveLength(4)
  })

  /** Runs the same for a known and an unknown address; what an onlooker can compare. */
  async function bothWays(run: (email: string) => Promise<Answer[]>) {
    const see = async (email: string) => {
      const before = await mailCount()
      const answers = await run(email)
      return {
        statuses: answers.map(({ status }) => status),
        mails: (await mailCount()) - before,
        answers: answers.map((answer) => comparable(answer, email)),
      }
    }
    return { known: await see(known.email), unknown: await see(unknown.email) }
  }
})

describe('S05: one-time links', () => {
  test('are 128 random bits or more, stored hashed, not used up by looking, and ended by a newer one', async () => {
    const visitor = portal.visitor()
    const fields = { ...checkup, email: 'links@example.jp' }
    const sent = await register(visitor, fields)
    const first = await linkIn(portal, fields.email)
    const token = first.split('/').at(-1) ?? ''
    expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(16)
    const stored = await portal.store.db.selectFrom('link').selectAll().execute()
    expect(stored.map((link) => link.token_hash)).toContain(sha256(token))
    expect(JSON.stringify(stored)).not.toContain(token)

    for (const method of ['GET', 'GET', 'HEAD'])
      expect((await portal.visitor().send(first, { method })).status).toBe(200)
    await visitor.post(`${sent.location}/resend`, {})
    const second = await linkIn(portal, fields.email)
    expect(second).not.toBe(first)
    expect((await visitor.get(first)).status).toBe(410)
    expect(plain((await useLink(visitor, second)).html)).toContain('ユーザー登録が完了しました')
    expect((await visitor.get('/treatment/profile')).location).toContain('/treatment/login')
  })
})

test('S06: no header and no address of a request changes where the link of a mail leads', async () => {
  const evil = 'evil.example'
  const names =
    'Host X-Forwarded-Host X-Forwarded-Server X-Host X-Original-Host X-Original-URL X-Rewrite-URL X-HTTP-Host-Override X-Forwarded-Proto X-Forwarded-Scheme X-Forwarded-Port X-Forwarded-Prefix X-Forwarded-Ssl X-Forwarded-For X-Real-IP X-URL-Scheme Front-End-Https Via Referer Base-Url X-Base-Url X-Proxy-Host X-Backend-Host Destination X-Forwarded X-Forwarded-Path'
      .split(' ')
      .map((name) => ({ [name]: evil }))
  const variants: Record<string, string>[] = [
    ...names,
    { Forwarded: `host=${evil};proto=https` },
    { Forwarded: `for=1.2.3.4;host="${evil}"` },
    { Host: `${evil}:443`, 'X-Forwarded-Host': `${evil}, localhost:3000` },
    { Host: `localhost:3000@${evil}` },
    { Referer: `https://${evil}/treatment/password` },
  ]
  expect(variants.length).toBeGreaterThanOrEqual(30)
  const page = await portal.visitor().get('/treatment/password')
  const { _key = '' } = hiddenInputs(page.html)
  for (const [index, headers] of variants.entries()) {
    const sent = await portal.visitor().send('/treatment/password', {
      method: 'POST',
      body: new URLSearchParams({ email: known.email, _key: `${_key.slice(0, -2)}${index + 10}` }),
      headers,
    })
    expect([headers, sent.status]).toEqual([headers, 303])
    expect(sent.location).toMatch(/^\/treatment\//)
    await portal.settle()
  }
  // An absolute address in the request line, as proxies send it.
  await portal.app.request(`http://${evil}/treatment/password`, {
    method: 'POST',
    body: new URLSearchParams({ email: known.email }),
    headers: { Origin: 'http://localhost:3000' },
  })
  await portal.settle()
  const mails = (await portal.mails()).filter(({ subject }) => subject.includes('パスワード再設定'))
  expect(mails.length).toBeGreaterThan(variants.length)
  for (const { text, html } of mails) {
    expect(`${text}${html}`).not.toContain('evil')
    for (const [, origin] of `${text}${html}`.matchAll(/(https?:\/\/[^/\s"<]+)\/treatment/g))
      expect(origin).toBe('http://localhost:3000')
  }
})

describe('S08: sessions', () => {
  let secure: TestPortal
  beforeAll(async () => {
    secure = await openTestPortal({ baseUrl: 'https://portal.example.jp' })
    await register(secure.visitor(), judo)
    await secure.settle()
    const [mail] = await secure.mails()
    const path = /https:\/\/portal\.example\.jp(\/\S+\/links\/[\w-]+)/.exec(mail?.text ?? '')?.[1]
    await useLink(secure.visitor(), path ?? '')
  })
  afterAll(() => secure.close())

  test('the cookie is opaque, bound to the host, and only its hash is stored', async () => {
    const visitor = secure.visitor()
    const answer = await logIn(visitor, judo.email)
    const [line = ''] = answer.headers.getSetCookie()
    const [, token = ''] = /^__Host-madoguchi=([\w-]+); /.exec(line) ?? []
    expect(Buffer.from(token, 'base64url').length).toBeGreaterThanOrEqual(16)
    for (const part of ['Path=/', 'HttpOnly', 'SameSite=Lax', 'Secure'])
      expect(line.split('; ')).toContain(part)
    expect(line).not.toMatch(/domain/i)
    const rows = await secure.store.db.selectFrom('session').selectAll().execute()
    expect(rows.map((row) => row.token_hash)).toContain(sha256(token))
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('a login makes a new one and ends the one the browser brought; a planted one is never adopted', async () => {
    const planted = 'A'.repeat(43)
    const cookie = (token: string) => ({ headers: { Cookie: `__Host-madoguchi=${token}` } })
    const visitor = secure.visitor()
    await logIn(visitor, judo.email)
    const first = visitor.cookies().get('__Host-madoguchi') ?? ''
    const login = await secure.visitor().send('/treatment/login', {
      method: 'POST',
      body: new URLSearchParams({ username: judo.email, password: judo.password }),
      headers: { Cookie: `__Host-madoguchi=${first}` },
    })
    expect(login.status).toBe(303)
    const look = async (token: string) =>
      (await secure.visitor().send('/treatment/profile', cookie(token))).status
    expect(await look(first)).toBe(303)
    expect(await look(planted)).toBe(303)
    expect(login.headers.getSetCookie()[0]).not.toContain(first)
  })

  test('ends when idle for an hour, after twelve hours, and at once at logout', async () => {
    const visitor = secure.visitor()
    const isIn = async () => (await visitor.get('/treatment/profile')).status === 200
    await logIn(visitor, judo.email)
    expect(await isIn()).toBe(true)
    secure.advanceClock(61 * 60_000)
    expect(await isIn()).toBe(false)
    await logIn(visitor, judo.email)
    for (let step = 0; step < 16; step++) {
      secure.advanceClock(44 * 60_000)
      expect(await isIn()).toBe(true)
    }
    secure.advanceClock(44 * 60_000)
    expect(await isIn()).toBe(false)
    await logIn(visitor, judo.email)
    const token = visitor.cookies().get('__Host-madoguchi') ?? ''
    await visitor.post('/treatment/logout', {})
    const again = await secure
      .visitor()
      .send('/treatment/profile', { headers: { Cookie: `__Host-madoguchi=${token}` } })
    expect(again.status).toBe(303)
  })
})

test('canary values are in no dump, no log and no mail: passwords nowhere, the code in its own table only', async () => {
  const canary = { password: 'Kanaria-Uta-7431', passwordConfirm: 'Kanaria-Uta-7431' }
  const later = 'Kanaria-Hane-9962'
  const first = { ...ahaki, ...canary, email: 'first-canary@example.jp' }
  await createAccount(portal, first)
  const code = '739105'
  await portal.store.write((tx) => tx.updateTable('facility_code').set({ code }).execute())
  const second = { ...first, regDigits10: '0123456790', email: 'second-canary@example.jp' }
  const { visitor } = await createAccount(portal, { ...second, userAuthCode: code })
  await logIn(visitor, second.email, canary.password)
  await logIn(visitor, second.email, later)
  await sendForm(
    visitor,
    '/treatment/email',
    {
      email: 'third-canary@example.jp',
      emailConfirm: 'third-canary@example.jp',
      currentPassword: canary.password,
    },
    'submit',
  )
  await sendForm(portal.visitor(), '/treatment/password', { email: first.email }, 'submit')
  const reset = await linkIn(portal, first.email)
  const passwords = { password: later, passwordConfirm: later }
  expect((await sendForm(portal.visitor(), reset, passwords, 'submit')).status).toBe(303)
  await portal.settle()

  const files = await readdir(portal.dataDir, { recursive: true, withFileTypes: true })
  const everything = await Promise.all(
    files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), 'latin1')),
  )
  const outside = [...everything, ...portal.logLines].join('\n')
  expect(outside).toContain(second.email)
  for (const secret of [canary.password, later]) expect(outside).not.toContain(secret)

  const tables = await dump()
  for (const [table, rows] of tables)
    expect([table, new RegExp(`(?<![\\w])${code}(?![\\w])`).test(rows)]).toEqual([
      table,
      table === 'facility_code',
    ])
  for (const mail of await portal.mails()) expect(JSON.stringify(mail)).not.toContain(code)
  expect(portal.logLines.join('')).not.toContain(code)
})

async function dump(): Promise<(readonly [string, string])[]> {
  const { db } = portal.store
  const tables = [
    'submission',
    'event',
    'job',
    'link',
    'account',
    'facility_code',
    'session',
    'throttle',
    'idempotency',
    'audit',
  ] as const
  const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()))
  return tables.map((table, index) => [table, JSON.stringify(rows[index])] as const)
}

async function mailCount(): Promise<number> {
  const { n } = await portal.store.db
    .selectFrom('job')
    .select((select) => select.fn.countAll<number>().as('n'))
    .where('kind', '=', 'mail.send')
    .executeTakeFirstOrThrow()
  return n
}

/** Status, headers and body without what differs in every answer: ids, keys, the address itself. */
function comparable({ status, headers, html }: Answer, email: string) {
  const without = (text: string) =>
    text
      .replaceAll(email, 'address')
      .replaceAll(/[A-Z0-9]{4}-[A-Z0-9]{4}/g, 'number')
      .replaceAll(/[\w-]{20,}/g, 'id')
  return {
    status,
    headers: [...headers].map(([name, value]) => [name, without(value)]),
    body: without(html),
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
