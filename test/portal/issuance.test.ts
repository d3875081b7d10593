import { readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPassword, SEALED_WITH } from '../../src/issuance/seal.ts'
import { keysFrom } from '../../src/keys.ts'
import { findIssuedAccounts } from '../../src/store/issued-accounts.ts'
import { openReader } from '../documents/read-pdf.ts'
import { loggedIn, type Member } from './members.ts'
import { openTestPortal, type TestPortal } from './portal.ts'

/** Steps `issue` and `document` on the real portal: the whole way from a submission to a paper in its owner's hands. */
const DAY_MS = 86_400_000
const reader = await openReader()
let portal: TestPortal
let owner: Member
let colleague: Member
let stranger: Member

beforeAll(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/issuance' })
  owner = await loggedIn(portal, 'owner')
  colleague = await loggedIn(portal, 'colleague', owner.facilityId)
  stranger = await loggedIn(portal, 'stranger')
})
afterAll(() => portal.close())

async function apply(form: string, answers: Record<string, unknown>, member = owner) {
  const outcome = await portal.advance.submit({
    form: `office/${form}`,
    answers: answers as never,
    actor: { kind: 'account', accountId: member.accountId },
  })
  if ('refusal' in outcome) throw new Error(JSON.stringify(outcome.refusal))
  await portal.settle()
  return outcome.submission
}

const accountsIn = (submissionId: string) =>
  portal.store.db
    .selectFrom('issued_account')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .orderBy('position')
    .execute()
const documentsIn = (submissionId: string) =>
  portal.store.db
    .selectFrom('issued_document')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .orderBy('position')
    .execute()
const auditOf = (subject: string) =>
  portal.store.db
    .selectFrom('audit')
    .select(['kind', 'actor', 'data'])
    .where('subject', '=', subject)
    .orderBy('seq')
    .execute()

async function stateOf(submissionId: string) {
  const row = await portal.store.db
    .selectFrom('submission')
    .select(['state', 'end', 'stuck'])
    .where('id', '=', submissionId)
    .executeTakeFirstOrThrow()
  return row
}

/** The sealed passwords of a submission, opened with the portal's own key. */
async function passwordsIn(submissionId: string): Promise<string[]> {
  const key = readFileSync(join(portal.dataDir, 'keys', 'main.key'), 'utf8').trim()
  const keys = keysFrom(Buffer.from(key, 'base64'))
  const rows = await accountsIn(submissionId)
  const accounts = await findIssuedAccounts(
    portal.store.db,
    rows.map(({ id }) => id),
  )
  return accounts.flatMap(({ id, sealed }) => (sealed && openPassword(keys, id, sealed)) ?? [])
}

const pathOf = (documentId: string) => `/office/documents/${documentId}`
const pdfOf = async (member: Member, documentId: string) => {
  const answer = await member.send(`${pathOf(documentId)}/pdf`)
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}

describe('start of use (A21)', () => {
  test('issues so many accounts, one sheet each, and then tells it by mail', async () => {
    const submission = await apply('start', { deviceCount: 3 })
    expect(await stateOf(submission.id)).toMatchObject({ state: 'done', end: 'accepted' })
    const accounts = await accountsIn(submission.id)
    expect(accounts.map(({ ids }) => JSON.parse(ids) as unknown)).toEqual([
      { user: 'W0000001', setting: 'S0000001' },
      { user: 'W0000002', setting: 'S0000002' },
      { user: 'W0000003', setting: 'S0000003' },
    ])
    expect(accounts.map(({ number }) => Number(number))).toEqual([1, 2, 3])
    const documents = await documentsIn(submission.id)
    expect(documents.map(({ title }) => title)).toEqual([
      'マイナ資格確認アプリユーザ設定情報 W0000001',
      'マイナ資格確認アプリユーザ設定情報 W0000002',
      'マイナ資格確認アプリユーザ設定情報 W0000003',
    ])
    const mails = await portal.mails()
    expect(mails.map(({ subject }) => subject)).toEqual([
      '【見本ポータルサイト】利用開始申請受付完了',
      '【見本ポータルサイト】利用開始申請を受け付けました',
    ])
  })

  test('goes on counting where it stopped, for the terminal and for the ids', async () => {
    const other = await apply('start', { deviceCount: 1 }, stranger)
    const more = await apply('start', { deviceCount: 2 }, colleague)
    expect((await accountsIn(other.id)).map(({ ids, number }) => [ids, Number(number)])).toEqual([
      [JSON.stringify({ user: 'W0000004', setting: 'S0000004' }), 1],
    ])
    expect((await accountsIn(more.id)).map(({ ids, number }) => [ids, Number(number)])).toEqual([
      [JSON.stringify({ user: 'W0000005', setting: 'S0000005' }), 4],
      [JSON.stringify({ user: 'W0000006', setting: 'S0000006' }), 5],
    ])
  })

  test('lists them for the members of the facility', async () => {
    for (const member of [owner, colleague]) {
      const html = await (await member.send('/office/lists/app-accounts')).text()
      for (const id of ['W0000001', 'W0000005', 'W0000006']) expect(html).toContain(id)
      expect(html).not.toContain('W0000004')
    }
    const others = await (await stranger.send('/office/lists/app-accounts')).text()
    expect(others).toContain('W0000004')
    expect(others).not.toContain('W0000001')
  })
})

describe('a sheet with a password', () => {
  test.runIf(reader)('shows it as PDF and as a page, and says how long', async () => {
    const submission = await apply('start', { deviceCount: 1 })
    const [password = ''] = await passwordsIn(submission.id)
    expect(password).toMatch(/^[ACDEFHJKLMNPQRTWXYadefhnrt3479]{12}$/)
    const [document] = await documentsIn(submission.id)
    const bytes = await pdfOf(owner, document?.id ?? '')
    await reader?.check(bytes)
    expect(await reader?.text(bytes)).toContain(password)
    expect(bytes.toString('latin1')).not.toContain(password)
    expect(await reader?.info(bytes)).not.toContain(password)
    const page = await (await owner.send(pathOf(document?.id ?? ''))).text()
    expect(page).toContain(password)
    expect(page).toContain('受け取りました')
  })

  test('is no file of ours, and its password stands nowhere', async () => {
    const submission = await apply('start', { deviceCount: 2 })
    const passwords = await passwordsIn(submission.id)
    expect(passwords).toHaveLength(2)
    const [document] = await documentsIn(submission.id)
    expect(document?.file_id).toBeNull()
    await pdfOf(owner, document?.id ?? '')
    for (const password of passwords) {
      for (const file of await filesBelow(portal.dataDir))
        expect((await readFile(file)).includes(password), file).toBe(false)
      expect(portal.logLines.join('\n')).not.toContain(password)
      const list = await (await owner.send('/office/lists/app-accounts')).text()
      expect(list).not.toContain(password)
    }
  })

  test('leaves the cell empty once the facility has it, and keeps the ids (D-61)', async () => {
    const submission = await apply('start', { deviceCount: 1 })
    const [password = ''] = await passwordsIn(submission.id)
    const [document] = await documentsIn(submission.id)
    const path = pathOf(document?.id ?? '')
    expect((await colleague.post(`${path}/received`)).status).toBe(303)
    expect(await passwordsIn(submission.id)).toEqual([])
    const page = await (await owner.send(path)).text()
    expect(page).not.toContain(password)
    expect(page).toContain('アカウントID')
    expect(page).not.toContain('受け取りました')
    expect((await pdfOf(owner, document?.id ?? '')).length).toBeGreaterThan(10_000)
  })

  test('is destroyed seven days after it was first opened, and after ninety in any case', async () => {
    const opened = await apply('start', { deviceCount: 1 })
    const unopened = await apply('start', { deviceCount: 1 })
    const [document] = await documentsIn(opened.id)
    await pdfOf(owner, document?.id ?? '')
    portal.advanceClock(6 * DAY_MS)
    const again = await loggedIn(portal, 'later', owner.facilityId)
    await pdfOf(again, document?.id ?? '')
    await portal.settle()
    expect(await passwordsIn(opened.id)).toHaveLength(1)
    portal.advanceClock(DAY_MS + 1)
    await portal.worker.runOnce()
    expect(await passwordsIn(opened.id)).toEqual([])
    expect(await passwordsIn(unopened.id)).toHaveLength(1)
    portal.advanceClock(84 * DAY_MS)
    await portal.worker.runOnce()
    expect(await passwordsIn(unopened.id)).toEqual([])
    owner = await loggedIn(portal, 'owner-again', owner.facilityId)
    stranger = await loggedIn(portal, 'stranger-again', stranger.facilityId)
  })

  test('does not open under another row or key (S41)', async () => {
    const submission = await apply('start', { deviceCount: 2 })
    const [first, second] = await accountsIn(submission.id)
    const sealed = { text: first?.sealed ?? '', with: SEALED_WITH }
    const key = readFileSync(join(portal.dataDir, 'keys', 'main.key'), 'utf8').trim()
    const keys = keysFrom(Buffer.from(key, 'base64'))
    expect(openPassword(keys, first?.id ?? '', sealed)).toBeTypeOf('string')
    expect(openPassword(keys, second?.id ?? '', sealed)).toBeUndefined()
    expect(openPassword(keysFrom(new Uint8Array(32)), first?.id ?? '', sealed)).toBeUndefined()
    expect(openPassword(keys, first?.id ?? '', { ...sealed, with: 'other' })).toBeUndefined()
  })
})

describe('a document', () => {
  test('answers somebody else like one that does not exist, and each opening is in the audit log', async () => {
    const submission = await apply('start', { deviceCount: 1 })
    const [document] = await documentsIn(submission.id)
    const id = document?.id ?? ''
    // The page says which address was asked for, to come back to it: nothing else may differ.
    const heard = async (asked: string, tail: string) => {
      const answer = await stranger.send(`${pathOf(asked)}${tail}`)
      const all = `${answer.status}\n${JSON.stringify([...answer.headers])}\n${await answer.text()}`
      return withoutIds(all.replaceAll(asked, '…'))
    }
    for (const tail of ['', '/pdf']) {
      const foreign = await heard(id, tail)
      expect(foreign).toMatch(/^404\n/)
      expect(foreign).toBe(await heard('AAAAAAAAAAAAAAAAAAAAAA', tail))
    }
    expect((await stranger.post(`${pathOf(id)}/received`)).status).toBe(404)
    expect(await auditOf(id)).toEqual([])
    await owner.send(pathOf(id))
    const answer = await owner.send(`${pathOf(id)}/pdf`)
    expect(answer.headers.get('content-disposition')).toMatch(
      /^attachment; filename="document\.pdf"/,
    )
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const opened = await auditOf(id)
    expect(opened.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['document.opened', `account:${owner.accountId}`],
      ['document.opened', `account:${owner.accountId}`],
    ])
    expect(opened.map(({ data }) => (JSON.parse(data) as { as: string }).as)).toEqual([
      'page',
      'pdf',
    ])
  })

  test.runIf(reader)(
    'of two environments has two pages, without the secret number (A25)',
    async () => {
      const submission = await apply('master', { kind: 'new' })
      const [document] = await documentsIn(submission.id)
      const bytes = await pdfOf(owner, document?.id ?? '')
      const text = (await reader?.text(bytes)) ?? ''
      expect(await reader?.info(bytes)).toMatch(/^Pages: +2$/m)
      for (const [index, word] of ['本番環境', '接続検証環境'].entries()) {
        expect(text).toContain(word)
        expect(text).toContain(`M000000${index + 1}`)
        expect(text).toContain(`R000000${index + 1}`)
      }
      for (const password of await passwordsIn(submission.id)) expect(text).toContain(password)
    },
  )

  test.runIf(reader)('without a secret is kept as a file: the decision notice', async () => {
    const costs = [
      { item: '端末', amount: 1234567 },
      { item: '設置 <b>&amp;', amount: 80 },
    ]
    const submission = await apply('grant', { costs })
    const outcome = await portal.advance.act({
      submissionId: submission.id,
      action: 'decide',
      answers: { decisionNumber: '第26-001号', granted: 1000000 },
      actor: { kind: 'staff', staffId: 's', role: 'administrator' },
    })
    expect(outcome).toHaveProperty('submission')
    await portal.settle()
    expect(await stateOf(submission.id)).toMatchObject({ state: 'granted' })
    const [document] = await documentsIn(submission.id)
    expect(document?.file_id).toMatch(/^[0-9a-f]{32}$/)
    const list = await (await owner.send('/office/lists/decision-notices')).text()
    expect(list).toContain('交付決定通知書 第26-001号')
    const bytes = await pdfOf(owner, document?.id ?? '')
    const text = (await reader?.text(bytes)) ?? ''
    for (const word of [
      '1,000,000円',
      '備考なし',
      '端末1,234,567',
      '設置<b>&amp;80',
      '髙﨑𠮷濵整骨院owner',
    ])
      expect(text).toContain(word)
    const empty = await (await stranger.send('/office/lists/decision-notices')).text()
    expect(empty).toContain('決定通知書はまだありません')
  })

  test('that cannot be printed leaves the submission safe, says why, and goes on when it can', async () => {
    const submission = await apply('grant', { costs: [{ item: '端末😀', amount: 1 }] })
    await portal.advance.act({
      submissionId: submission.id,
      action: 'decide',
      answers: { decisionNumber: '第26-002号', granted: 1 },
      actor: { kind: 'staff', staffId: 's', role: 'administrator' },
    })
    await portal.settle()
    const stuck = await stateOf(submission.id)
    expect(stuck).toMatchObject({ state: 'deciding', end: null })
    expect(stuck.stuck).toContain('「😀」（U+1F600）')
    expect(stuck.stuck).toContain('品目（1行目）')
    expect(await documentsIn(submission.id)).toEqual([])
    const actor = { kind: 'staff', staffId: 's', role: 'administrator' } as const
    const repair = { submissionId: submission.id, step: 'document', actor } as const
    expect(await portal.advance.repair({ ...repair, do: 'retry' })).toHaveProperty('submission')
    await portal.settle()
    expect((await stateOf(submission.id)).stuck).toContain('「😀」（U+1F600）')
    await portal.advance.repair({ ...repair, do: 'skip', note: '紙で送りました。' })
    await portal.settle()
    expect(await stateOf(submission.id)).toMatchObject({ state: 'granted', stuck: null })
  })
})

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}

/** What differs between any two requests: the id under which the log knows them, and their lengths. */
function withoutIds(text: string): string {
  return text.replace(/[A-Za-z0-9_-]{10,22}(?=<)/g, '…').replace(/"content-length","\d+"/g, '')
}

describe('for programs', () => {
  const read = async (member: Member, path: string) => {
    const answer = await member.send(`/api/v1/office${path}`)
    return { status: answer.status, body: (await answer.json()) as Record<string, never> }
  }
  const itemsOf = async (member: Member, list: string) =>
    (await read(member, `/lists/${list}`)).body.items as unknown as Record<string, unknown>[]

  test('lists, documents and receipts are those of the pages, and of nobody else', async () => {
    const reader = await loggedIn(portal, 'programmer')
    const outsider = await loggedIn(portal, 'outsider')
    const submission = await apply('start', { deviceCount: 2 }, reader)
    const filed = await read(reader, '/submissions')
    expect(filed.body.items).toMatchObject([
      { id: submission.id, number: submission.number, state: 'done' },
    ])
    const accounts = await itemsOf(reader, 'app-accounts')
    expect(accounts).toHaveLength(2)
    const [first] = accounts
    expect(first).toMatchObject({
      ids: { user: expect.stringMatching(/^W\d{7}$/) as string },
      terminal: 1,
      submission: { id: submission.id, number: submission.number },
      state: 'readable',
    })
    const passwords = await passwordsIn(submission.id)
    expect(passwords).toHaveLength(2)
    for (const one of passwords) expect(JSON.stringify(accounts)).not.toContain(one)
    const { id, url, pdf } = first?.document as { id: string; url: string; pdf: string }
    expect([url, pdf]).toEqual([`http://localhost:3000${pathOf(id)}`, `${url}/pdf`])
    // Reading it is an opening like any other.
    const document = await read(reader, `/documents/${id}`)
    expect(document.body).toMatchObject({ id, title: expect.any(String) as string })
    // Accounts are not read in the order of their sheets: the sheet has one of the two.
    const blocks = JSON.stringify(document.body.blocks)
    const [password = ''] = passwords.filter((one) => blocks.includes(one))
    expect(password).not.toBe('')
    expect((await auditOf(id)).map(({ kind }) => kind)).toEqual(['document.opened'])
    const received = async (member: Member) =>
      member.send(`/api/v1/office/documents/${id}/received`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' },
        body: '{}',
      })
    expect((await received(outsider)).status).toBe(404)
    expect(await passwordsIn(submission.id)).toContain(password)
    expect((await received(reader)).status).toBe(200)
    expect(JSON.stringify((await read(reader, `/documents/${id}`)).body)).not.toContain(password)
    expect((await itemsOf(reader, 'app-accounts'))[0]).toMatchObject({
      state: 'passwordHandedOver',
    })
    for (const list of ['app-accounts', 'master-accounts', 'decision-notices'])
      expect(await itemsOf(outsider, list)).toEqual([])
    expect((await read(outsider, `/documents/${id}`)).status).toBe(404)
    expect((await read(reader, '/lists/nothing')).status).toBe(404)
    for (const path of ['submissions', 'lists/app-accounts', `documents/${id}`])
      expect((await portal.visitor().get(`/api/v1/office/${path}`)).status).toBe(401)
  })
})
