import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openReader } from '../documents/read-pdf.ts'
import { pdf } from '../files/made.ts'
import { createAccount, judo, logIn, midwifery, checkup } from './people.ts'
import {
  errorsOf,
  hiddenFields,
  hiddenInputs,
  openTestPortal,
  plain,
  type Answer,
  type Fields,
  type TestPortal,
  type Visitor,
} from './portal.ts'
import { postFiles, type Sent } from './sent-files.ts'

/** Scenarios A17–A21 of operations.md §13: the start of use on the shipped portal, as people without script see it. */

const PATH = '/treatment/start-of-use'
const reader = await openReader()
let portal: TestPortal
let practitioner: Visitor

beforeAll(async () => {
  portal = await openTestPortal()
  practitioner = await member(judo)
})
afterAll(() => portal.close())

/** Of the facility of the sample master that `judo` belongs to. */
const BIRTH = ['1950', '1', '1']
const application = { staffCount: '3', deviceCount: '2', agreeTerms: 'true' }
const byRegister = { ...application, verifyMethod: 'registry' }
const byDocuments = { ...application, verifyMethod: 'documents' }
const NOTICE: Sent = { field: 'evidence', name: '受領委任承諾通知書.pdf', bytes: pdf() }

async function member(fields: Fields & { email: string; password: string }): Promise<Visitor> {
  await createAccount(portal, fields)
  const visitor = portal.visitor()
  await logIn(visitor, fields.email, fields.password)
  return visitor
}

/** Opens the form and presses a button, with files when there are some. */
async function send(
  visitor: Visitor,
  fields: Fields,
  files: readonly Sent[] = [],
  button = 'check',
): Promise<Answer> {
  const { html } = await visitor.get(PATH)
  return postFiles(visitor, PATH, { ...hiddenInputs(html), ...fields, _action: button }, files)
}

/** Files it and gives its id. */
async function file(
  visitor: Visitor,
  fields: Fields,
  files: readonly Sent[] = [],
): Promise<string> {
  const confirmation = await send(visitor, fields, files)
  expect(errorsOf(confirmation.html)).toEqual([])
  const sent = await visitor.post(PATH, { ...hiddenFields(confirmation.html), _action: 'submit' })
  expect(sent.status).toBe(303)
  await portal.settle()
  return sent.location.split('/').at(-1) ?? ''
}

async function stateOf(id: string): Promise<string> {
  const { state } = await portal.store.db
    .selectFrom('submission')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return state
}

function decide(submissionId: string, action: string, more: object = {}) {
  return portal.advance.act({
    submissionId,
    action,
    answers: {},
    actor: { kind: 'staff', staffId: 'reviewer-1', role: 'reviewer' },
    ...more,
  })
}

describe('the form', () => {
  test('heads with the applicant and the facility, and opens with nothing chosen', async () => {
    const { html } = await practitioner.get(PATH)
    const text = plain(html)
    for (const words of [
      '見本 花子',
      '施術所（柔道整復）',
      '契012345678',
      '見本青葉接骨院',
      '0312345678',
    ])
      expect(text).toContain(words)
    expect(html).not.toMatch(/type="radio"[^>]*checked/)
    expect(html).not.toContain('name="birthDate"')
    expect(text).toContain('受領委任承諾通知書（地方厚生（支）局から届いたもの）')
  })

  test('asks each kind of facility for its own secret and document (D-23)', async () => {
    const of = async (fields: typeof checkup) => {
      const visitor = await member(fields)
      return send(visitor, byRegister, [], 'refresh')
    }
    const home = await of(midwifery)
    expect(home.html).toContain('name="bankAccount"')
    expect(home.html).not.toContain('name="birthDate"')
    expect(plain(home.html)).toContain('出産育児一時金等の直接支払制度の届出の写し')
    const centre = await of(checkup)
    expect(centre.html).toContain('name="bankAccount"')
    expect(plain(centre.html)).toContain('特定健診・特定保健指導機関届(保険医療機関以外)')
  })
})

describe('by the register', () => {
  test('A17: the right birth date is confirmed; the dialog shows 職員数 and 申請台数 only', async () => {
    const pressed = await send(
      practitioner,
      { ...byRegister, birthDate: BIRTH },
      [],
      'press:birthCheck',
    )
    expect(plain(pressed.html)).toContain('確認できました')
    const confirmation = await send(practitioner, { ...byRegister, birthDate: BIRTH })
    expect(confirmation.status).toBe(200)
    const lines = plain(/<dl[\s\S]*?<\/dl>/.exec(confirmation.html)?.[0] ?? '')
    expect(lines).toBe('職員数： 3人 申請台数： 2台')
  })

  test('A18: a wrong birth date goes no further; documents do', async () => {
    const wrong = await send(practitioner, { ...byRegister, birthDate: ['1950', '1', '2'] })
    expect(wrong.status).toBe(422)
    expect(errorsOf(wrong.html)).toEqual([expect.stringContaining('一致しません')])
    const switched = await send(practitioner, byDocuments, [NOTICE])
    expect(switched.status).toBe(200)
    expect(errorsOf(switched.html)).toEqual([])
  })
})

describe('by documents', () => {
  test('A19: no file, a photo and a file that is no PDF are refused, a PDF is not', async () => {
    const none = await send(practitioner, byDocuments)
    expect(errorsOf(none.html)).toEqual([expect.stringContaining('添付')])
    const photo = { ...NOTICE, name: '通知書.jpg', bytes: Buffer.from([0xff, 0xd8, 0xff, 0xe0]) }
    const refused = await send(practitioner, byDocuments, [photo])
    expect(errorsOf(refused.html).join()).toContain('「通知書.jpg」は写真')
    expect(errorsOf((await send(practitioner, byDocuments, [NOTICE])).html)).toEqual([])
  })

  test('A19: 100 MB may be sent, one byte more may not', async () => {
    const begin = (size: number) =>
      practitioner.json('/api/v1/treatment/start-of-use/uploads', {
        field: 'evidence',
        name: '通知書.pdf',
        size,
        sitting: 'A'.repeat(22),
      })
    expect((await begin(100 * 1024 * 1024)).status).toBe(201)
    const over = await begin(100 * 1024 * 1024 + 1)
    expect(over.status).toBe(422)
    expect(JSON.stringify(over.body)).toContain('100MB')
  })

  test.each([
    ['20', []],
    ['21', ['「申請台数', '20']],
    ['0', ['「申請台数', '1']],
    ['2.5', ['「申請台数']],
  ])('A20: 申請台数 %s', async (deviceCount, words) => {
    const page = await send(practitioner, { ...byDocuments, deviceCount }, [NOTICE])
    const errors = errorsOf(page.html)
    expect(errors).toHaveLength(words.length > 0 ? 1 : 0)
    for (const word of words) expect(errors[0]).toContain(word)
  })
})

describe('to the end', () => {
  test('what the register confirms is issued at once, and the birth date stands nowhere', async () => {
    const id = await file(practitioner, { ...byRegister, birthDate: ['1950', '01', '01'] })
    expect(await stateOf(id)).toBe('done')
    const kept = JSON.stringify([
      await portal.store.db.selectFrom('submission').selectAll().execute(),
      await portal.store.db.selectFrom('event').selectAll().execute(),
      await portal.store.db.selectFrom('audit').selectAll().execute(),
    ])
    expect(kept).not.toMatch(/birthDate|1950-0?1-0?1/)
    expect(kept).toContain('birthCheck')
  })

  test('A21: the reviewer approves: so many accounts, their sheets in the portal, one mail', async () => {
    const before = (await portal.mails()).length
    const id = await file(practitioner, { ...byDocuments, deviceCount: '3' }, [NOTICE])
    expect(await stateOf(id)).toBe('review')
    expect((await portal.mails()).length).toBe(before)
    expect(await decide(id, 'approve')).toHaveProperty('submission')
    await portal.settle()
    expect(await stateOf(id)).toBe('done')

    const { html } = await practitioner.get('/treatment/lists/app-accounts')
    const accounts = await portal.store.db
      .selectFrom('issued_account')
      .select('ids')
      .where('submission_id', '=', id)
      .execute()
    expect(accounts).toHaveLength(3)
    for (const { ids } of accounts)
      expect(html).toContain((JSON.parse(ids) as { user: string }).user)

    const [mail] = await portal.mails()
    expect((await portal.mails()).length).toBe(before + 1)
    expect(mail?.to).toBe(judo.email)
    expect(mail?.subject).toBe('【総合ポータルサイト】利用開始申請受付完了のお知らせ')
    for (const words of ['3台', '資格確認アカウント管理', 'http://localhost:3000/treatment'])
      expect(mail?.text).toContain(words)

    const status = plain((await practitioner.get('/treatment/lists/account-applications')).html)
    expect(status).toContain('利用開始申請')
    expect(status).toContain('完了')
  })

  test.runIf(reader)('the sheet names the facility, the account and its password', async () => {
    const document = await portal.store.db
      .selectFrom('issued_document')
      .selectAll()
      .executeTakeFirstOrThrow()
    const answer = await portal.app.request(
      `http://localhost:3000/treatment/documents/${document.id}/pdf`,
      {
        headers: {
          Cookie: [...practitioner.cookies()].map((pair) => pair.join('=')).join('; '),
        },
      },
    )
    const text = (await reader?.text(Buffer.from(await answer.arrayBuffer()))) ?? ''
    for (const words of ['マイナ資格確認アプリユーザ設定情報', '見本青葉接骨院', 'W0000001'])
      expect(text).toContain(words)
  })

  test('returned and rejected ones are told by mail, with what the office wrote (M08)', async () => {
    const returned = await file(practitioner, byDocuments, [NOTICE])
    await decide(returned, 'return', {
      answers: { message: '通知書の日付が読めません。' },
      fields: ['evidence'],
    })
    await portal.settle()
    expect(await stateOf(returned)).toBe('correcting')
    const [asked] = await portal.mails()
    expect(asked?.subject).toContain('修正のお願い')
    expect(asked?.text).toContain('通知書の日付が読めません。')

    const rejected = await file(practitioner, byDocuments, [NOTICE])
    await decide(rejected, 'reject', { answers: { reason: '別の施設の通知書でした。' } })
    await portal.settle()
    expect(await stateOf(rejected)).toBe('rejected')
    expect((await portal.mails())[0]?.text).toContain('別の施設の通知書でした。')
  })

  test('nobody but the reviewer and the administrator decides', async () => {
    const id = await file(practitioner, byDocuments, [NOTICE])
    const caller = { kind: 'staff', staffId: 'caller', role: 'call-centre' }
    expect(await decide(id, 'approve', { actor: caller })).toHaveProperty('refusal')
    expect(await stateOf(id)).toBe('review')
  })
})
