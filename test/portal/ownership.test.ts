import { randomBytes } from 'node:crypto'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { portalRoutes } from '../../src/http/app.ts'
import { reviewRoutes } from '../../src/http/review/review.ts'
import type { Route } from '../../src/http/route.ts'
import { staffDownloadRoutes } from '../../src/http/member/downloads.ts'
import { pdf } from '../files/made.ts'
import { clerk } from './desk.ts'
import { loggedIn, type Member } from './members.ts'
import {
  createVisitor,
  hiddenInputs,
  openTestPortal,
  type Answer,
  type TestPortal,
} from './portal.ts'
import { memberOf, postFiles } from './sent-files.ts'

/**
 * Whose things these are, for every address of the registry that names one (S13, S14): whoever may not have it hears, byte for
 * byte, what they would hear if there were none.
 */

/** The sample's workflow with an action that its owner can take. */
const WITHDRAWABLE = `
workflow: demonstration
title: 書類の届出
start: [{ to: received }]
states:
  received:
    label: 受付済み
    page: done
    actions:
      withdraw: { by: account, label: 取り下げる, form: apply, to: withdrawn }
    after: { 30 days: withdrawn }
  withdrawn: { label: 取下げ済み, end: discarded }
`
const BASE_URL = 'http://localhost:3000'
const FORM = '/demonstration/apply'

/** What every thing is called that somebody owns. */
type Things = {
  readonly submission: string
  readonly file: string
  readonly upload: string
  readonly document: string
  readonly applied: string
}
type Ask = (
  path: string,
  init?: RequestInit,
) => Promise<Pick<Answer, 'status' | 'headers' | 'html'>>

let dir = ''
let portal: TestPortal
let theirs: Things
let missing: Things
/** A submission of the asker's own, which the files of others do not belong to. */
let mine = ''
const people: { [who: string]: Ask } = {}

const routes = [...portalRoutes(new Map()), ...reviewRoutes(), ...staffDownloadRoutes()].filter(
  (route, index, all) =>
    all.findIndex((one) => one.method === route.method && one.path === route.path) === index,
)
/** Parameters that name nobody's thing. */
const OPEN = [
  'portal',
  'page',
  'download',
  'package',
  'form',
  'field',
  'name',
  'list',
  'action',
  'step',
  'start',
  'lang',
]
const OWNED = ['id', 'file', 'upload']
/** Known to whoever holds it, and to nobody else: tokens are guessed below, keys of drafts tried in drafts.test.ts. */
const SECRET = ['token', 'key']

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'madoguchi-ownership-'))
  for (const sample of ['attachments', 'issuance'])
    await cp(`test/samples/${sample}`, dir, { recursive: true })
  await writeFile(join(dir, 'workflows/demonstration.yaml'), WITHDRAWABLE)
  portal = await openTestPortal({ definitionsDir: dir })
  const other = await memberOf(portal, 'other')
  const owner = await memberOf(portal, 'owner')
  const holder = await loggedIn(portal, 'holder')
  const stranger = await loggedIn(portal, 'stranger')

  const sitting = 'ownership-test-key-0000001'
  const begun = await owner.json(`/api/v1${FORM}/uploads`, {
    field: 'evidence',
    name: 'a.pdf',
    size: 999,
    sitting,
  })
  const filed = await apply(owner)
  mine = (await apply(other)).submission
  const applied = await start(holder)
  theirs = {
    ...filed,
    upload: String((begun.body as { upload: string }).upload),
    applied,
    document: await documentOf(applied),
  }
  missing = {
    submission: another(theirs.submission),
    file: another(theirs.file),
    upload: another(theirs.upload),
    document: another(theirs.document),
    applied: another(applied),
  }
  const visitor = createVisitor(portal.app, { baseUrl: BASE_URL })
  Object.assign(people, {
    nobody: visitor.send,
    'another facility': other.send,
    'another facility, of documents': read(stranger.send),
    'of the facility': owner.send,
    'of the facility, of documents': read(holder.send),
  })
  for (const role of Object.keys(portal.definitions().staff.roles)) {
    const { cookie } = await clerk(portal, `clerk-${role}`, role)
    people[role] = read((path, init = {}) => {
      const headers = { Origin: BASE_URL, 'Sec-Fetch-Site': 'same-origin', ...init.headers }
      return portal.app.request(`${BASE_URL}${path}`, {
        ...init,
        headers: { ...headers, Cookie: cookie },
      })
    })
  }
})
afterAll(async () => {
  await portal.close()
  await rm(dir, { recursive: true, force: true })
})

function read(send: (path: string, init?: RequestInit) => Response | Promise<Response>): Ask {
  return async (path, init) => {
    const answer = await send(path, init)
    return { status: answer.status, headers: answer.headers, html: await answer.text() }
  }
}

/** An application with one file. */
async function apply(member: Awaited<ReturnType<typeof memberOf>>) {
  const { html } = await member.get(FORM)
  const fields = { ...hiddenInputs(html), subject: '届出', method: 'documents', _action: 'submit' }
  const sent = await postFiles(member, FORM, fields, [
    { field: 'evidence', name: 'a.pdf', bytes: pdf() },
  ])
  const submission = sent.location.split('/').at(-1) ?? ''
  const { file_id: file } = await portal.store.db
    .selectFrom('file_use')
    .select('file_id')
    .where('submission_id', '=', submission)
    .executeTakeFirstOrThrow()
  return { submission, file }
}

async function start({ accountId }: Member): Promise<string> {
  const outcome = await portal.advance.submit({
    form: 'office/start',
    answers: { deviceCount: 1 },
    actor: { kind: 'account', accountId },
  })
  if ('refusal' in outcome) throw new Error(JSON.stringify(outcome.refusal))
  await portal.settle()
  return outcome.submission.id
}

async function documentOf(submission: string): Promise<string> {
  const { id } = await portal.store.db
    .selectFrom('issued_document')
    .select('id')
    .where('submission_id', '=', submission)
    .executeTakeFirstOrThrow()
  return id
}

/** Of the same shape, and nobody's. */
function another(id: string): string {
  return /^[0-9a-f]{32}$/.test(id)
    ? randomBytes(16).toString('hex')
    : randomBytes(id.length).toString('base64url').slice(0, id.length)
}

const namesIn = (path: string) => [...path.matchAll(/:([A-Za-z]+)/g)].map(([, name = '']) => name)
const isOwned = ({ access, path }: Route) =>
  access.kind !== 'public' && namesIn(path).some((name) => OWNED.includes(name))

/** Whose thing the address is about. */
function isAboutDocuments({ path }: Route): boolean {
  return path.includes('/documents/')
}

function addressOf(route: Route, things: Things, submission = things.submission): string {
  const values: { readonly [name: string]: string } = {
    portal: isAboutDocuments(route) ? 'office' : 'demonstration',
    form: 'apply',
    action: 'withdraw',
    step: 'print',
    start: '0',
    id: isAboutDocuments(route) ? things.document : submission,
    file: things.file,
    upload: things.upload,
  }
  return route.path.replaceAll(/:([A-Za-z]+)/g, (_, name: string) => values[name] ?? 'unknown')
}

function initOf({ method, body }: Route): RequestInit {
  if (method === 'GET') return {}
  const type = {
    json: 'application/json',
    part: 'application/octet-stream',
    form: 'application/x-www-form-urlencoded',
    none: '',
  }[body]
  return {
    method,
    headers: { 'Content-Type': type },
    body: body === 'json' ? '{"sitting":"ownership-test-key-0000002"}' : body === 'part' ? 'x' : '',
  }
}

/** Everything that goes over the line, but for what was asked and the number of the request in the log. */
async function heard(ask: Ask, route: Route, things: Things, submission?: string): Promise<string> {
  const answer = await ask(addressOf(route, things, submission), initOf(route))
  const all = `${answer.status}\n${JSON.stringify([...answer.headers])}\n${answer.html}`
  const named = Object.values(things).reduce(
    (text, id) => text.replaceAll(id, '…').replaceAll(encodeURIComponent(id), '…'),
    all,
  )
  return named.replaceAll(/(お伝えください：|"id":")[A-Za-z0-9_-]{10}/g, '$1#')
}

test('each parameter of each address is known to be somebody’s, a secret, or nobody’s', () => {
  for (const { path } of routes)
    for (const name of namesIn(path)) expect([...OPEN, ...OWNED, ...SECRET], path).toContain(name)
  expect(routes.filter(isOwned).length).toBeGreaterThan(15)
})

describe('what belongs to another facility is not there', () => {
  const strangers = (route: Route): readonly string[] => {
    const isForStaff = route.access.kind === 'staff'
    const visitors = ['nobody', 'another facility', 'another facility, of documents']
    // Who works at the desk sees what their role may; at the addresses of members they are anybody.
    return isForStaff
      ? visitors
      : [
          ...visitors,
          ...Object.keys(people).filter((who) => who in portal.definitions().staff.roles),
        ]
  }

  test.each(
    routes.filter(isOwned).map((route) => [`${route.method} ${route.path}`, route] as const),
  )('%s', async (_, route) => {
    for (const who of strangers(route)) {
      const ask = people[who]
      if (!ask) throw new Error(`nobody is ${who}`)
      expect(await heard(ask, route, theirs), who).toBe(await heard(ask, route, missing))
      if (route.path.includes(':id') && route.path.includes(':file') && who === 'another facility')
        expect(await heard(ask, route, theirs, mine), who).toBe(
          await heard(ask, route, missing, mine),
        )
    }
  })

  test('its owner gets it by the same addresses, so they were the right ones', async () => {
    const found = routes.filter(
      (route) => isOwned(route) && route.method === 'GET' && route.access.kind !== 'staff',
    )
    for (const route of found) {
      // A file that went with an application is fetched there.
      const who = isAboutDocuments(route) ? 'of the facility, of documents' : 'of the facility'
      const answer = await people[who]?.(addressOf(route, theirs))
      expect(answer?.status, route.path).toBe(200)
    }
  })
})

test('guesses of ids and tokens find nothing', { timeout: 120_000 }, async () => {
  const guessed = routes.filter(
    (route) =>
      route.method === 'GET' &&
      /:(id|file|upload|token)$/.test(route.path) &&
      route.access.kind !== 'staff',
  )
  const statuses = new Map<number, number>()
  const hits: string[] = []
  for (let guess = 0; guess < GUESSES; guess++) {
    const route = guessed[guess % guessed.length]
    if (!route) break
    const things = Object.fromEntries(
      Object.entries(theirs).map(([name, id]) => [name, another(id)]),
    ) as Things
    const path = addressOf(route, things).replace('unknown', randomBytes(24).toString('base64url'))
    const ask = people[guess % 2 === 0 ? 'another facility' : 'another facility, of documents']
    const answer = await ask?.(path)
    statuses.set(answer?.status ?? 0, (statuses.get(answer?.status ?? 0) ?? 0) + 1)
    if (answer?.status === 200) hits.push(path)
  }
  expect(hits).toEqual([])
  expect(statuses.get(500) ?? 0).toBe(0)
})
/** The 10,000 of S14 where every tier must run. */
const GUESSES = process.env.MADOGUCHI_ALL_TIERS === '1' ? 10_000 : 500
