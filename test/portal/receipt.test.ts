import { afterAll, beforeAll, expect, test } from 'vitest'
import { openReader, type Reader } from '../documents/read-pdf.ts'
import { pdf } from '../files/made.ts'
import { attach, file } from './desk.ts'
import { loggedIn } from './members.ts'
import { openTestPortal, type TestPortal } from './portal.ts'

/** What was filed, as a PDF to keep (A27): read by other programs. */
const reader: Reader | undefined = await openReader()
let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/desk' })
})
afterAll(() => portal.close())

const get = async (who: Awaited<ReturnType<typeof loggedIn>>, path: string) => {
  const answer = await who.send(path, { headers: { 'Accept-Language': 'ja' } })
  return {
    status: answer.status,
    headers: answer.headers,
    bytes: new Uint8Array(await answer.arrayBuffer()),
  }
}

test.runIf(reader)('holds number, answers, files, what comes next and whom to ask', async () => {
  const member = await loggedIn(portal, 'taro')
  const { id, number } = await file(portal, member.accountId)
  await attach(portal, id, { name: '開設届𠮷.pdf', bytes: pdf(), type: 'application/pdf' })
  const page = await get(member, `/office/submissions/${id}`)
  const html = Buffer.from(page.bytes).toString()
  expect(html).toContain(`href="/office/submissions/${id}/receipt.pdf"`)
  expect(html).toContain('控えをPDFで保存')
  const answer = await get(member, `/office/submissions/${id}/receipt.pdf`)
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  expect(answer.headers.get('content-disposition')).toMatch(/^attachment;/)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const text = await reader!.text(answer.bytes)
  for (const said of [
    number,
    '利用申請（控え）',
    '審査中',
    '窓口で内容を確認しています',
    '施設名',
    '別の院',
    '開設届𠮷.pdf',
    'お問い合わせ先',
  ])
    expect(text).toContain(said)
  await reader!.check(answer.bytes)
  expect(await reader!.info(answer.bytes)).toMatch(/Tagged:\s+yes/)

  const other = await loggedIn(portal, 'jiro')
  const theirs = await get(other, `/office/submissions/${id}/receipt.pdf`)
  const missing = await get(other, `/office/submissions/${id}x/receipt.pdf`)
  expect([theirs.status, missing.status]).toEqual([404, 404])
})

test('a letter without a shape is said, not drawn as a box', async () => {
  const member = await loggedIn(portal, 'saburo')
  const { id } = await file(portal, member.accountId, { facilityName: '𒀀院' })
  const answer = await get(member, `/office/submissions/${id}/receipt.pdf`)
  expect(answer.status).toBe(409)
  expect(Buffer.from(answer.bytes).toString()).toContain('印刷に使う書体にない文字')
})
