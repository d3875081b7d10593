import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pdf } from '../files/made.ts'
import { judo, logIn, registeredMember, midwifery, logInToGoOn } from './people.ts'
import {
  errorsOf,
  hiddenFields,
  openTestPortal,
  plain,
  type Fields,
  type TestPortal,
  type Visitor,
} from './portal.ts'
import { postFiles, type Sent } from './sent-files.ts'

/** Returned for correction and sent again, on the shipped portal, as people without script see it. */

let portal: TestPortal
let member: Visitor
let stranger: Visitor

beforeAll(async () => {
  portal = await openTestPortal()
  member = await registeredMember(portal, judo)
  stranger = await registeredMember(portal, midwifery)
})
afterAll(() => portal.close())

const PATH = '/treatment/start-of-use'
const FIRST: Sent = { field: 'evidence', name: '通知書.pdf', bytes: pdf() }
const SECOND: Sent = { field: 'evidence', name: '通知書（再）.pdf', bytes: pdf() }
const reviewer = { kind: 'staff', staffId: 'reviewer-1', role: 'reviewer' } as const

async function filed(fields: Fields = {}): Promise<string> {
  const { html } = await member.get(PATH)
  const all = {
    ...{ verifyMethod: 'documents', staffCount: '3', deviceCount: '2', agreeTerms: 'true' },
    ...fields,
  }
  const sent = await postFiles(member, PATH, { ...hiddenFields(html), ...all, _action: 'check' }, [
    FIRST,
  ])
  const done = await member.post(PATH, { ...hiddenFields(sent.html), _action: 'submit' })
  expect(done.status).toBe(303)
  await portal.settle()
  return done.location.split('/').at(-1) ?? ''
}

async function returned(fields: readonly string[], message: string, id?: string): Promise<string> {
  const submissionId = id ?? (await filed())
  const outcome = await portal.advance.act({
    submissionId,
    action: 'return',
    answers: { message },
    fields,
    actor: reviewer,
  })
  expect(outcome).toHaveProperty('submission')
  await portal.settle()
  return submissionId
}

async function rowOf(id: string) {
  const { state, answers } = await portal.store.db
    .selectFrom('submission')
    .select(['state', 'answers'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return { state, answers: JSON.parse(answers) as Record<string, never> }
}

function namesIn(answers: unknown): readonly string[] {
  return (answers as readonly { name: string }[]).map(({ name }) => name)
}

const page = (id: string) => `/treatment/submissions/${id}`

describe('a returned application', () => {
  test('says what is asked for, by when and what comes of nothing', async () => {
    const id = await returned(['evidence'], '通知書の日付が読めません。')
    const list = await member.get('/treatment/submissions')
    expect(list.html).toContain(`href="${page(id)}"`)
    const text = plain((await member.get(page(id))).html)
    for (const words of [
      '差戻し',
      '通知書の日付が読めません。',
      '修正をお願いした項目',
      '添付ファイル',
      '再提出の期限',
      '状態が「取消」になります',
      '修正する',
      '取下げ',
      '通知書.pdf',
      '検査なし',
      '2台',
    ])
      expect(text).toContain(words)
  })

  test('opens with everything filled, what is marked to type, all else to read', async () => {
    const id = await returned(['staffCount', 'evidence'], '職員数と通知書をお確かめください。')
    const { html } = await member.get(`${page(id)}/resubmit`)
    expect(html).toMatch(/<input[^>]*type="text"[^>]*name="staffCount"[^>]*value="3"/)
    expect(html).not.toMatch(/<input[^>]*type="text"[^>]*name="deviceCount"/)
    expect(html).toMatch(/<input type="hidden" name="deviceCount" value="2"/)
    expect(html).toContain('value="detach:evidence.')
    const text = plain(html)
    for (const words of ['職員数と通知書をお確かめください。', '通知書.pdf', '2台', '再提出'])
      expect(text).toContain(words)
    expect(text).not.toContain('必須情報')
  })

  test('takes what is marked and nothing else, replaces files and goes back to the office', async () => {
    const id = await returned(['staffCount', 'evidence'], '職員数と通知書をお確かめください。')
    const path = `${page(id)}/resubmit`
    const { html } = await member.get(path)
    const [, action = ''] = /action="([^"]*resubmit\?seen=[^"]*)"/.exec(html) ?? []
    const { evidence: _, ...others } = hiddenFields(html)
    const typed = { ...others, deviceCount: '20', staffCount: '0', _action: 'check' }
    const wrong = await postFiles(member, action, typed, [SECOND])
    expect(wrong.status).toBe(422)
    expect(errorsOf(wrong.html)).toEqual([expect.stringContaining('職員数')])
    expect(plain(wrong.html)).toContain('通知書（再）.pdf')

    const check = { ...hiddenFields(wrong.html), staffCount: '4', _action: 'check' }
    const confirmation = await postFiles(member, action, check, [])
    expect(plain(confirmation.html)).toContain('職員数： 4人 申請台数： 2台')
    const sent = await member.post(action, {
      ...hiddenFields(confirmation.html),
      _action: 'submit',
    })
    expect(sent.location).toBe(`${page(id)}?done=resubmit`)
    const { state, answers } = await rowOf(id)
    expect(state).toBe('review')
    expect(answers).toMatchObject({ staffCount: 4, deviceCount: 2, verifyMethod: 'documents' })
    expect(namesIn(answers.evidence)).toEqual(['通知書（再）.pdf'])

    const text = plain((await member.get(sent.location)).html)
    for (const words of [
      '「再提出」を受け付けました。',
      '修正した内容',
      '窓口で内容を確認しています',
    ])
      expect(text).toContain(words)
    // Pressed twice by an impatient person: the second one finds it done.
    const twice = await member.post(action, {
      ...hiddenFields(confirmation.html),
      _action: 'submit',
    })
    expect(twice.location).toBe(sent.location)
    // The files of both rounds stay with it.
    const uses = await portal.store.db
      .selectFrom('file_use')
      .innerJoin('file', 'file.id', 'file_use.file_id')
      .select('name')
      .where('submission_id', '=', id)
      .execute()
    expect(uses.map(({ name }) => name).toSorted()).toEqual(['通知書.pdf', '通知書（再）.pdf'])
  })

  test('keeps a file that is left as it is, and asks for one when it was taken out', async () => {
    const id = await returned(['evidence'], '読めません。')
    const path = `${page(id)}/resubmit`
    const { html } = await member.get(path)
    const [, file = ''] = /value="detach:evidence\.([0-9a-f]+)"/.exec(html) ?? []
    const out = { ...hiddenFields(html), _action: `detach:evidence.${file}` }
    const without = await postFiles(member, path, out, [])
    const refused = await postFiles(
      member,
      path,
      { ...hiddenFields(without.html), _action: 'check' },
      [],
    )
    expect(errorsOf(refused.html).join()).toContain('添付')
    const again = { ...hiddenFields((await member.get(path)).html), _action: 'submit' }
    expect((await postFiles(member, path, again, [])).status).toBe(303)
    expect(namesIn((await rowOf(id)).answers.evidence)).toEqual(['通知書.pdf'])
  })

  test('another way of confirming opens its own items, and is asked for', async () => {
    const id = await returned(['verifyMethod'], '照合もできます。')
    const path = `${page(id)}/resubmit`
    const { html } = await member.get(path)
    const chosen = { ...hiddenFields(html), verifyMethod: 'registry' }
    const opened = await postFiles(member, path, { ...chosen, _action: 'refresh' }, [])
    expect(opened.html).toContain('name="birthDate"')
    const wrong = { ...chosen, birthDate: ['1950', '1', '2'], _action: 'submit' }
    expect(errorsOf((await postFiles(member, path, wrong, [])).html).join()).toContain(
      '一致しません',
    )
    const right = { ...chosen, birthDate: ['1950', '1', '1'], _action: 'submit' }
    expect((await postFiles(member, path, right, [])).status).toBe(303)
    const { answers } = await rowOf(id)
    expect(answers).toMatchObject({ verifyMethod: 'registry', birthCheck: true })
    expect(JSON.stringify(answers)).not.toContain('1950')
  })
})

describe('two rounds and two windows', () => {
  test('a second tab is told, with what was typed there; the second round starts afresh', async () => {
    const id = await returned(['staffCount'], '職員数をお確かめください。')
    const path = `${page(id)}/resubmit`
    const first = (await member.get(path)).html
    const [, action = ''] = /action="([^"]*resubmit\?seen=[^"]*)"/.exec(first) ?? []
    const send = (staffCount: string, to = action) =>
      postFiles(member, to, { ...hiddenFields(first), staffCount, _action: 'submit' }, [])
    expect((await send('5')).status).toBe(303)
    const late = await send('6')
    expect(late.status).toBe(409)
    expect(plain(late.html)).toContain('あなたが入力した内容（送信されていません） 職員数 6人')
    expect((await rowOf(id)).answers.staffCount).toBe(5)

    await returned(['staffCount', 'deviceCount'], 'もう一度お願いします。', id)
    expect((await send('7')).status).toBe(409)
    expect((await member.get(action)).location).toBe(page(id))
    const again = (await member.get(path)).html
    expect(again).toMatch(/name="staffCount"[^>]*value="5"/)
    expect(again).toMatch(/type="text"[^>]*name="deviceCount"/)
    const both = { ...hiddenFields(again), staffCount: '8', deviceCount: '9', _action: 'submit' }
    expect((await postFiles(member, path, both, [])).status).toBe(303)
    const text = plain((await member.get(page(id))).html)
    expect(text).toContain('1職員数3人5人')
    expect(text).toContain('2職員数5人8人')
    expect(text).toContain('2申請台数2台9台')
  })

  test('others hear that there is no such thing, and so does everybody when it is over', async () => {
    const id = await returned(['staffCount'], '職員数をお確かめください。')
    const path = `${page(id)}/resubmit`
    const missing = page('A'.repeat(22))
    for (const visitor of [stranger, portal.visitor()]) {
      for (const end of ['', '/resubmit']) {
        const theirs = await visitor.get(`${page(id)}${end}`)
        const none = await visitor.get(`${missing}${end}`)
        expect([theirs.status, withoutNumber(theirs.html)]).toEqual([
          none.status,
          withoutNumber(none.html),
        ])
      }
      const { status } = await visitor.post(path, { staffCount: '9', _action: 'submit' })
      expect(status).toBe(404)
    }
    portal.advanceClock(31 * 86_400_000)
    await portal.settle()
    await logIn(member, judo.email, judo.password)
    const { html } = await member.get(page(id))
    expect(plain(html)).toContain('この申請は、取り下げられました。')
    expect((await member.get(path)).location).toBe(page(id))
    expect((await rowOf(id)).answers.staffCount).toBe(3)
  })

  test('posted after the session has ended, nothing typed is lost, and only its member goes on with it', async () => {
    const id = await returned(['staffCount', 'evidence'], '職員数と通知書をお確かめください。')
    const { html } = await member.get(`${page(id)}/resubmit`)
    const [, action = ''] = /action="([^"]*resubmit\?seen=[^"]*)"/.exec(html) ?? []
    const fields = { ...hiddenFields(html), staffCount: '7', _action: 'check' }
    const late = portal.visitor()
    const answer = await postFiles(late, action, fields, [SECOND])
    expect(answer.status).toBe(303)
    const next = new URL(answer.location, 'http://portal').searchParams.get('next') ?? ''
    expect(next).toMatch(/\/resubmit\?seen=\d+&sitting=[\w-]{22}$/)
    expect(await logInToGoOn(late, answer, judo.email)).toBe(next)
    const again = await late.get(next)
    expect(again.html).toMatch(/name="staffCount"[^>]*value="7"/)
    // It is no draft of another application.
    expect(plain((await late.get('/treatment/submissions')).html)).toContain('下書きはありません')
    expect((await stranger.get(next)).status).toBe(404)
    const [, onwards = ''] = /action="([^"]*resubmit\?seen=[^"]*)"/.exec(again.html) ?? []
    const check = await postFiles(
      late,
      onwards,
      { ...hiddenFields(again.html), staffCount: '7', _action: 'check' },
      [SECOND],
    )
    const sent = await late.post(onwards, { ...hiddenFields(check.html), _action: 'submit' })
    expect(sent.location).toBe(`${page(id)}?done=resubmit`)
    expect((await rowOf(id)).answers.staffCount).toBe(7)
    // Whoever has not got the page itself hears what everybody hears of a missing one.
    const missing = `${page('A'.repeat(22))}/resubmit`
    for (const forged of [
      { ...fields, _for: 'x' },
      { staffCount: '9', _action: 'check' },
    ])
      for (const path of [`${page(id)}/resubmit`, missing])
        expect((await postFiles(portal.visitor(), path, forged, [SECOND])).status).toBe(404)
  })

  test('withdrawing is asked first', async () => {
    const id = await returned(['staffCount'], '職員数をお確かめください。')
    const { html } = await member.get(`${page(id)}/withdraw`)
    expect(plain(html)).toContain('元に戻せません')
    expect((await rowOf(id)).state).toBe('correcting')
    expect((await member.post(`${page(id)}/withdraw`, {})).status).toBe(303)
    expect((await rowOf(id)).state).toBe('withdrawn')
  })
})

describe('for programs', () => {
  test('the correction is told, checked and sent like a form', async () => {
    const id = await returned(['staffCount'], '職員数をお確かめください。')
    const api = `/api/v1/submissions/${id}/actions/resubmit`
    const told = JSON.parse((await member.send(api)).html) as Record<string, unknown>
    expect(told).toMatchObject({
      marked: ['staffCount'],
      said: [{ label: '申請者への連絡', value: '職員数をお確かめください。' }],
      answers: { staffCount: 3, deviceCount: 2 },
    })
    const wrong = await member.json(`${api}/check`, { answers: { staffCount: 'x' } })
    expect(wrong).toMatchObject({ status: 422, body: { issues: [{ field: 'staffCount' }] } })
    const right = { answers: { staffCount: '6', deviceCount: '20' }, seen: told.seen }
    expect((await member.json(`${api}/check`, right)).status).toBe(200)
    expect((await rowOf(id)).state).toBe('correcting')
    const early = await member.json(api, { ...right, seen: 1 })
    expect(early).toMatchObject({ status: 409, body: { error: { code: 'refusal.stale' } } })
    expect(await member.json(api, right)).toMatchObject({ status: 200, body: { state: 'review' } })
    expect((await rowOf(id)).answers).toMatchObject({ staffCount: 6, deviceCount: 2 })
    expect((await member.json(api, right)).status).toBe(409)
    expect((await stranger.json(api, right)).status).toBe(404)
  })
})

/** What a page of an error says, without the number to tell when asking about it, which is another one each time. */
function withoutNumber(html: string): string {
  const text = plain(html)
  const said = /お伝えください：[\w-]{10} /
  expect(text).toMatch(said)
  return text.replace(said, '')
}
