import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { portalRoutes } from '../../src/http/app.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ahaki, checkup, createAccount, judo, logIn, midwifery, useLink } from './people.ts'
import { openTestPortal, type TestPortal, plain } from './portal.ts'
import type { Question } from './schema-process.ts'

/** The same submissions for programs, and what /openapi.json promises of them. */
const API = '/api/v1/treatment/registration'

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal()
})
afterAll(() => portal.close())

const answersOf = (fields: object) => ({ ...fields, agreeTerms: true })
const send = (answers: object, headers?: Record<string, string>, path = API) =>
  portal.visitor().json(path, { answers }, headers)
type Made = { id: string; number: string; state: string; label: string; url: string }

test('a registration by a program ends in an account like one by the page', async () => {
  const program = await send(answersOf({ ...judo, email: 'program@example.jp' }))
  expect(program.status).toBe(201)
  const made = program.body as Made
  expect(made).toMatchObject({ state: 'waitingForActivation', label: 'メールの確認待ち' })
  await portal.settle()
  const [mail] = await portal.mails()
  expect(mail?.to).toBe('program@example.jp')
  const link = /http:\/\/localhost:3000(\/\S+\/links\/[\w-]+)/.exec(mail?.text ?? '')?.[1] ?? ''
  await useLink(portal.visitor(), link)
  const later = await portal.visitor().get(`/api/v1/submissions/${made.id}`)
  expect(JSON.parse(later.html)).toMatchObject({ id: made.id, state: 'active' })
  expect(later.html).not.toContain('program@example.jp')
  expect((await logIn(portal.visitor(), 'program@example.jp')).status).toBe(303)
})

test('issues come as data: field, code and message, in the order of the form', async () => {
  const wrong = {
    ...judo,
    regPrefix: '協',
    regDigits9: '12',
    lastName: '',
    phone: '１２',
    email: 'x',
  }
  const told = await send(answersOf(wrong))
  expect(told.status).toBe(422)
  const { issues } = told.body as { issues: { field: string; code: string; message: string }[] }
  expect(issues.map(({ field, code }) => [field, code])).toEqual([
    ['lastName', 'R01'],
    ['regDigits9', 'R02'],
    ['phone', 'phone.start'],
    ['email', 'email.shape'],
  ])
  for (const { message } of issues) expect(message).toMatch(/^「.+」.*。$/)
})

describe('Idempotency-Key', () => {
  const person = { ...ahaki, email: 'repeated@example.jp' }
  const key = { 'Idempotency-Key': 'one-and-the-same' }

  test('a repeated request gives the same answer and one submission', async () => {
    const first = await send(answersOf(person), key)
    expect(first.status).toBe(201)
    expect(await send(answersOf(person), key)).toEqual(first)
    expect(await submissionsWith(person.email)).toBe(1)
  })

  test('another body under it is refused in words, in both languages', async () => {
    const other = answersOf({ ...person, firstName: '別人' })
    const ja = await send(other, { ...key, 'Accept-Language': 'ja' })
    const en = await send(other, { ...key, 'Accept-Language': 'en' })
    expect([ja.status, en.status]).toEqual([422, 422])
    expect(ja.body).toMatchObject({
      error: { code: 'refusal.key-reused', message: expect.stringContaining('別の内容') as string },
    })
    expect(en.body).toMatchObject({
      error: { message: expect.stringContaining('Another request') as string },
    })
    expect(await submissionsWith(person.email)).toBe(1)
  })

  test('ten requests at the same moment make one submission', async () => {
    const crowd = { ...checkup, email: 'crowd@example.jp' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        send(answersOf(crowd), { 'Idempotency-Key': 'at-the-same-moment' }),
      ),
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]?.status).toBe(201)
    expect(await submissionsWith(crowd.email)).toBe(1)
  })

  test('what was refused may be sent again, put right, under the same key', async () => {
    const again = { 'Idempotency-Key': 'put-right' }
    const email = 'put-right@example.jp'
    expect((await send(answersOf({ ...midwifery, email, phone: '1' }), again)).status).toBe(422)
    expect((await send(answersOf({ ...midwifery, email }), again)).status).toBe(201)
  })
})

describe('/openapi.json', () => {
  let document: OpenApi
  beforeAll(async () => {
    document = JSON.parse((await portal.visitor().get('/openapi.json')).html) as OpenApi
  })

  test('has the shape of OpenAPI 3.1', () => {
    expect(document.openapi).toMatch(/^3\.1\.\d+$/)
    expect(document.info).toMatchObject({
      title: expect.any(String) as string,
      version: expect.any(String) as string,
    })
    const operations = Object.entries(document.paths).flatMap(([path, item]) => {
      expect(path).toMatch(/^\/[\w/{}-]+$/)
      return Object.entries(item).map(([method, operation]) => {
        expect(['get', 'post']).toContain(method)
        return { path, method, operation }
      })
    })
    expect(operations.length).toBeGreaterThan(8)
    const ids = operations.map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { path, method, operation } of operations) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      const declared = (operation.parameters ?? []).filter((one) => one.in === 'path')
      expect(declared.map(({ name, required }) => [name, required])).toEqual(
        named.map((name) => [name, true]),
      )
      for (const one of operation.parameters ?? []) expect(one.schema).toBeDefined()
      if (method === 'post')
        expect(operation.requestBody?.content).toHaveProperty(['application/json'])
      else expect(operation.requestBody).toBeUndefined()
      expect(Object.keys(operation.responses).length).toBeGreaterThan(0)
      for (const [status, answer] of Object.entries(operation.responses)) {
        expect(status).toMatch(/^[2-5]\d\d$/)
        expect(answer.description).not.toBe('')
        expect(answer.content['application/json']?.schema).toBeDefined()
      }
    }
  })

  test('every reference leads somewhere', () => {
    const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref)
    expect(refs.length).toBeGreaterThan(20)
    for (const ref of new Set(refs)) {
      const target = (ref ?? '')
        .split('/')
        .slice(1)
        .reduce<unknown>((place, name) => (place as Record<string, unknown>)[name], document)
      expect([ref, typeof target]).toEqual([ref, 'object'])
    }
  })

  test('has every form that files something, and nothing that is reached by a link only', () => {
    const forms = Object.values(portal.definitions().forms)
    const filing = forms.filter((form) => form.workflow !== undefined || form.builtin === 'login')
    expect(filing.length).toBeGreaterThanOrEqual(4)
    for (const form of forms) {
      const isIn = Object.hasOwn(document.paths, `/api/v1/${form.id}`)
      expect([form.id, isIn]).toEqual([form.id, filing.includes(form)])
      expect(document.paths).toHaveProperty([`/api/v1/${form.id}/check`])
    }
  })

  test('has every address that the staff may use, with its method', () => {
    const routes = portalRoutes(new Map()).filter(({ path }) => path.startsWith('/api/v1/staff/'))
    const told = routes.map(
      ({ method, path }) => [method, path.replaceAll(/:(\w+)/g, '{$1}')] as const,
    )
    expect(told.length).toBeGreaterThan(7)
    for (const [method, path] of told)
      expect(Object.keys(document.paths[path] ?? {}), path).toContain(method.toLowerCase())
  })

  test('has every address of members, with its method', () => {
    for (const { id, lists } of Object.values(portal.definitions().portals)) {
      const told = [
        ['get', 'notices'],
        ['get', 'submissions'],
        ['get', 'documents/{id}'],
        ['post', 'documents/{id}/received'],
        ...lists.map((list) => ['get', `lists/${list.id}`]),
      ]
      for (const [method = '', path = ''] of told)
        expect(Object.keys(document.paths[`/api/v1/${id}/${path}`] ?? {}), path).toEqual([method])
    }
  })

  test('tells the notices that the page shows', async () => {
    const answer = await portal.visitor().get('/api/v1/treatment/notices')
    const { items } = JSON.parse(answer.html) as { items: { title: string; url: string }[] }
    expect(items.length).toBeGreaterThan(1)
    const page = await portal.visitor().get('/treatment/notices')
    for (const { title, url } of items) {
      expect(plain(page.html)).toContain(title)
      expect((await portal.visitor().get(new URL(url).pathname)).status).toBe(200)
    }
  })

  test('its schemas accept what the API accepts and refuse what it refuses', async () => {
    const login = portal.visitor()
    const person = { ...midwifery, email: 'schema@example.jp' }
    await createAccount(portal, person)
    await logIn(login, person.email)
    const cases = [...registrations(), ...others(person.password)]
    const verdicts = await judge({
      document,
      cases: cases.map(({ form, answers }) => ({ schema: `treatment_${form}`, value: answers })),
    })
    const told: [string, boolean, boolean][] = []
    for (const [index, { name, form, answers }] of cases.entries()) {
      const who = ['profile', 'email'].includes(form) ? login : portal.visitor()
      const { status, body } = await who.json(`/api/v1/treatment/${form}/check`, { answers })
      expect([name, [200, 422].includes(status), body]).toEqual([name, true, body])
      told.push([name, status === 200, verdicts[index] ?? false])
    }
    for (const [name, isAccepted, meetsSchema] of told)
      expect([name, meetsSchema]).toEqual([name, isAccepted])
    expect(told.filter(([, isAccepted]) => isAccepted).length).toBeGreaterThanOrEqual(8)
    expect(told.filter(([, isAccepted]) => !isAccepted).length).toBeGreaterThanOrEqual(25)
  })

  test('what a submission is answered meets the published schema', async () => {
    const made = await send(answersOf({ ...checkup, email: 'answer@example.jp' }))
    const refused = await send({})
    const unknown = await portal.visitor().get('/api/v1/submissions/none')
    const verdicts = await judge({
      document,
      cases: [
        { schema: 'Submission', value: made.body },
        { schema: 'Issues', value: refused.body },
        { schema: 'Error', value: JSON.parse(unknown.html) as unknown },
        { schema: 'Submission', value: refused.body },
      ],
    })
    expect(verdicts).toEqual([true, true, true, false])
  })
})

type Case = { readonly name: string; readonly form: string; readonly answers: object }

/** One right registration of each type, and each with one thing wrong. */
function registrations(): readonly Case[] {
  const right: Record<string, Record<string, unknown>> = {
    judo: answersOf({ ...judo, regPrefix: '協', regDigits9: '400034711', email: 'a1@example.jp' }),
    ahaki: answersOf({ ...ahaki, regDigits10: '0123457789', email: 'a2@example.jp' }),
    checkup: answersOf({ ...checkup, prefecture: '14', email: 'a+3@example.jp' }),
    midwifery: answersOf({ ...checkup, prefecture: '14', email: 'a+4@example.jp' }),
  }
  const wrong: readonly [string, string, unknown][] = [
    ['judo', 'lastName', 'x'.repeat(41)],
    ['judo', 'firstName', undefined],
    ['judo', 'facilityType', undefined],
    ['judo', 'facilityType', 'ika'],
    ['judo', 'regPrefix', '号'],
    ['judo', 'regPrefix', undefined],
    ['judo', 'regDigits9', '12345678'],
    ['judo', 'regDigits9', '1234567890'],
    ['judo', 'regDigits9', 123456789],
    ['judo', 'regDigits9', undefined],
    ['judo', 'phone', '031234567'],
    ['judo', 'phone', '031234567890'],
    ['judo', 'phone', '1312345678'],
    ['judo', 'phone', 'abcdefghij'],
    ['judo', 'email', 'a+b@example.jp'],
    ['judo', 'email', 'A@example.jp'],
    ['judo', 'email', 'no-at-sign'],
    ['judo', 'email', `${'a'.repeat(30)}@example.jp`],
    ['judo', 'password', 'abcdefg1'],
    ['judo', 'password', 'ABCDEFG1'],
    ['judo', 'password', 'Abcdefgh'],
    ['judo', 'password', 'Abcdef1'],
    ['judo', 'password', `Ab1${'x'.repeat(98)}`],
    ['judo', 'password', 'Abcdefg1あ'],
    ['judo', 'passwordConfirm', undefined],
    ['judo', 'agreeTerms', false],
    ['judo', 'agreeTerms', undefined],
    ['ahaki', 'regDigits10', '012345778'],
    ['ahaki', 'regDigits10', undefined],
    ['checkup', 'prefecture', '48'],
    ['checkup', 'prefecture', undefined],
    ['checkup', 'facilityCode7', '012345'],
    ['midwifery', 'facilityCode7', undefined],
  ]
  return [
    ...['judo', 'ahaki', 'checkup'].map((type) => ({
      name: `a right ${type}`,
      form: 'registration',
      answers: right[type] ?? {},
    })),
    ...wrong.map(([type, field, value]) => ({
      name: `${type} with ${field} ${JSON.stringify(value)}`,
      form: 'registration',
      answers: {
        ...right[type],
        ...(type === 'midwifery' && { facilityType: 'midwifery' }),
        [field]: value,
        ...(field === 'password' && { passwordConfirm: value }),
      },
    })),
  ]
}

function others(password: string): readonly Case[] {
  const one = (form: string, name: string, answers: object) => ({
    name: `${form}: ${name}`,
    form,
    answers,
  })
  const email = 'fresh@example.jp'
  return [
    one('password', 'right', { email }),
    one('password', 'no address', {}),
    one('password', 'no shape', { email: 'fresh' }),
    one('login', 'right', { username: email, password: 'anything' }),
    one('login', 'no password', { username: email }),
    one('profile', 'right', { lastName: '例示', firstName: '次郎', phone: '0398765432' }),
    one('profile', 'no name', { firstName: '次郎', phone: '0398765432' }),
    one('profile', 'long phone', { lastName: '例', firstName: '次', phone: '039876543210' }),
    one('email', 'right', { email, emailConfirm: email, currentPassword: password }),
    one('email', 'no password', { email, emailConfirm: email }),
    one('new-password', 'right', { password: 'Shirayuki-7', passwordConfirm: 'Shirayuki-7' }),
    one('new-password', 'short', { password: 'Shira-7', passwordConfirm: 'Shira-7' }),
  ]
}

async function judge(question: Question): Promise<boolean[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'schema-process.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify(question))
  return JSON.parse(await text(child.stdout)) as boolean[]
}

async function submissionsWith(email: string): Promise<number> {
  const rows = await portal.store.db
    .selectFrom('submission')
    .select('id')
    .where('answers', 'like', `%"${email}"%`)
    .execute()
  return rows.length
}

type Content = { readonly [type: string]: { readonly schema: object } | undefined }
type OpenApi = {
  readonly openapi: string
  readonly info: object
  readonly paths: {
    readonly [path: string]: {
      readonly [method: string]: {
        readonly operationId: string
        readonly parameters?: readonly {
          readonly name: string
          readonly in: string
          readonly required?: boolean
          readonly schema: object
        }[]
        readonly requestBody?: { readonly content: Content }
        readonly responses: {
          readonly [status: string]: { readonly description: string; readonly content: Content }
        }
      }
    }
  }
}
