import { afterAll, beforeAll, expect, test } from 'vitest'
import { purgeSittings } from '../../src/store/sittings.ts'
import { pdf } from '../files/made.ts'
import { checkup, judo, logIn, registeredMember, midwifery, logInToGoOn } from './people.ts'
import { hiddenFields, openTestPortal, plain, type TestPortal, type Visitor } from './portal.ts'
import { postFiles } from './sent-files.ts'

/** Drafts of the start of use: saved, found again, filed; two windows; a session that ends (R15–R19). */

const PATH = '/treatment/start-of-use'
const API = '/api/v1/treatment/start-of-use'
let portal: TestPortal
let member: Visitor
let stranger: Visitor

beforeAll(async () => {
  portal = await openTestPortal()
  member = await registeredMember(portal, judo)
  stranger = await registeredMember(portal, midwifery)
})
afterAll(() => portal.close())

const typed = { verifyMethod: 'documents', staffCount: '7' }

/** Opens the form, types and presses 一時保存; gives the address of the draft. */
async function saved(): Promise<string> {
  const { html } = await member.get(PATH)
  const file = { field: 'evidence', name: '通知書.pdf', bytes: pdf() }
  const fields = { ...hiddenFields(html), ...typed, _action: 'save' }
  const answer = await postFiles(member, PATH, fields, [file])
  expect(answer.status).toBe(303)
  return answer.location
}

function keyIn(address: string): string {
  return new URL(address, 'http://portal').searchParams.get('sitting') ?? ''
}

test('一時保存 keeps what was typed and attached; another device goes on with it and files it', async () => {
  const address = await saved()
  expect(plain((await member.get(address)).html)).toContain('下書きを保存しました')
  const other = portal.visitor()
  await logIn(other, judo.email, judo.password)
  const list = await other.get('/treatment/submissions')
  const href = `${PATH}?sitting=${keyIn(address)}`
  expect(list.html).toContain(`href="${href}"`)
  const { html } = await other.get(href)
  expect(html).toMatch(/name="staffCount"[^>]*value="7"/)
  expect(plain(html)).toContain('通知書.pdf')
  const all = { ...hiddenFields(html), ...typed, deviceCount: '2', agreeTerms: 'true' }
  const sent = await postFiles(other, PATH, { ...all, _action: 'submit' }, [])
  expect(sent.location).toContain('/treatment/submissions/')
  expect((await member.get('/treatment/submissions')).html).not.toContain(href)
  // Back, or the address once more: the receipt.
  expect((await member.get(href)).location).toBe(sent.location)
})

test('two windows: the second one is told, and replaces nothing by itself', async () => {
  const key = keyIn(await saved())
  const save = (version: number, staffCount: string) =>
    member.json(`${API}/drafts/${key}`, { fields: { staffCount: [staffCount] }, version })
  expect(await save(1, '8')).toMatchObject({ status: 200, body: { version: 2 } })
  expect(await save(1, '9')).toMatchObject({
    status: 409,
    body: { error: { code: 'refusal.draft-stale' } },
  })
  const href = `${PATH}?sitting=${key}`
  const page = (await member.get(href)).html
  expect(page).toMatch(/name="staffCount"[^>]*value="8"/)
  await save(2, '10')
  const late = { ...hiddenFields(page), staffCount: '11', _action: 'save' }
  const told = await postFiles(member, PATH, late, [])
  expect(told.status).toBe(409)
  expect(plain(told.html)).toContain('ほかの画面で新しく保存されています')
  expect(told.html).toMatch(/name="staffCount"[^>]*value="11"/)
  expect((await member.get(href)).html).toMatch(/name="staffCount"[^>]*value="10"/)
  // Pressed again on the page that says so, it is meant.
  const again = { ...hiddenFields(told.html), staffCount: '11', _action: 'save' }
  expect((await postFiles(member, PATH, again, [])).status).toBe(303)
  expect((await member.get(href)).html).toMatch(/name="staffCount"[^>]*value="11"/)
})

test('a window that never heard it had saved goes on from what it saved, another one is told', async () => {
  const key = keyIn(await saved())
  const save = (version: number, staffCount: string, window?: string) =>
    member.json(`${API}/drafts/${key}`, {
      fields: { staffCount: [staffCount] },
      version,
      ...(window !== undefined && { window }),
    })
  const [mine, another] = ['a'.repeat(36), 'b'.repeat(36)]
  expect(await save(1, '8', mine)).toMatchObject({ status: 200, body: { version: 2 } })
  // The answer was lost with the line; meanwhile more was typed.
  expect(await save(1, '9', mine)).toMatchObject({ status: 200, body: { version: 3 } })
  for (const window of [another, undefined, 'x'])
    expect(await save(1, '10', window)).toMatchObject({ status: 409 })
  expect(await save(3, '11', another)).toMatchObject({ status: 200, body: { version: 4 } })
  expect(await save(3, '12', mine)).toMatchObject({ status: 409 })
  expect((await member.get(`${PATH}?sitting=${key}`)).html).toMatch(
    /name="staffCount"[^>]*value="11"/,
  )
})

test('a page posted after the session ended loses nothing, and only its member gets it back', async () => {
  const { html } = await member.get(PATH)
  const fields = { ...hiddenFields(html), ...typed, staffCount: '12', _action: 'check' }
  const late = portal.visitor()
  const answer = await postFiles(late, PATH, fields, [])
  expect(answer.status).toBe(303)
  const next = new URL(answer.location, 'http://portal').searchParams.get('next') ?? ''
  expect(next).toBe(`${PATH}?sitting=${keyIn(next)}`)
  expect(await logInToGoOn(late, answer, judo.email)).toBe(next)
  expect((await late.get(next)).html).toMatch(/name="staffCount"[^>]*value="12"/)
  expect((await stranger.get(next)).html).not.toMatch(/name="staffCount"[^>]*value="12"/)
  const forged = await postFiles(portal.visitor(), PATH, { ...fields, _for: 'x' }, [])
  expect(forged.location).not.toContain('sitting')
})

test('there are twenty drafts at most: one more is told so, keeps what was typed, and fits once one is deleted', async () => {
  const hoarder = await registeredMember(portal, checkup)
  const draft = (key: string) =>
    hoarder.json(`${API}/drafts/${key}`, { fields: { staffCount: ['3'] }, version: 0 })
  const keys = Array.from({ length: 20 }, (_, at) => String(at).padStart(22, 'a'))
  for (const key of keys) expect((await draft(key)).status).toBe(200)
  const late = 'z'.repeat(22)
  expect(await draft(late)).toMatchObject({
    status: 409,
    body: { error: { code: 'refusal.draft-full' } },
  })
  const { html } = await hoarder.get(PATH)
  const fields = { ...hiddenFields(html), ...typed, staffCount: '13', _action: 'save' }
  const told = await postFiles(hoarder, PATH, fields, [])
  expect(told.status).toBe(409)
  expect(plain(told.html)).toContain('下書きの数が上限（20件）になっているため、保存していません')
  expect(told.html).toMatch(/name="staffCount"[^>]*value="13"/)
  await hoarder.post(`/treatment/drafts/${keys[0] ?? ''}/delete`, {})
  expect((await draft(late)).status).toBe(200)
})

test('deleting is asked; drafts of others are not there, and old ones are forgotten', async () => {
  const key = keyIn(await saved())
  const place = `/treatment/drafts/${key}/delete`
  for (const visitor of [stranger, member])
    expect((await visitor.get(place.replace(key, 'A'.repeat(22)))).status).toBe(404)
  expect((await stranger.get(place)).status).toBe(404)
  expect((await stranger.post(place, {})).status).toBe(404)
  const theirs = { fields: { staffCount: ['1'] }, version: 1 }
  expect((await stranger.json(`${API}/drafts/${key}`, theirs)).status).toBe(404)
  expect(plain((await member.get(place)).html)).toContain('元に戻せません')
  expect((await member.post(place, {})).status).toBe(303)
  expect((await member.get('/treatment/submissions')).html).not.toContain(key)

  await saved()
  const count = async () =>
    (await portal.store.db.selectFrom('sitting').select('key').where('draft', '=', 1).execute())
      .length
  const before = await count()
  const day = 86_400_000
  const after = (days: number) => new Date(portal.now().getTime() + days * day)
  await portal.store.write((tx) => purgeSittings(tx, after(29)))
  expect(await count()).toBe(before)
  await portal.store.write((tx) => purgeSittings(tx, after(31)))
  expect(await count()).toBe(0)
})
