import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  errorsOf,
  hiddenInputs,
  openTestPortal,
  plain,
  type Fields,
  type TestPortal,
} from './portal.ts'

/** The rarer field types on their way through the whole portal, without script and by the API. */

const PATH = '/demonstration/everything'
const API = '/api/v1/demonstration/everything'
let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/fields' })
})
afterAll(() => portal.close())

const right: Fields = {
  lastName: '見本',
  firstName: '太郎',
  lastKana: 'みほん',
  firstKana: 'ﾀﾛｳ',
  birth: ['昭和', '五十', '１２', '2３'],
  postalCode: ['〒100-0001', ''],
  hours: ['9時半', '午後5時'],
  cost: '¥12,000',
  units: '２台',
  planned: ['令和', '8', '4'],
  month: ['2026', '5'],
  purposes: ['other', 'desk'],
  otherPurpose: '研修\r\n訪問',
  change: 'true',
}

describe('without script', () => {
  test('every spelling is read, and the confirmation shows days in both calendars', async () => {
    const visitor = portal.visitor()
    const opened = await visitor.get(PATH)
    expect(opened.status).toBe(200)
    const hidden = hiddenInputs(opened.html)
    const confirm = await visitor.post(PATH, { ...hidden, ...right, _action: 'check' })
    expect(errorsOf(confirm.html)).toEqual([])
    const page = plain(confirm.html)
    for (const words of [
      'セイ： ミホン',
      '1975年12月23日（昭和50年12月23日）',
      '100-0001',
      '09:30～17:00',
      '12,000円',
      '2台',
      '2026年4月（令和8年4月）',
      '2026年5月（令和8年5月）',
      '窓口、その他',
      '変更する',
    ])
      expect(page).toContain(words)
    const sent = await visitor.post(PATH, { ...hidden, ...right, _action: 'submit' })
    expect(sent.status).toBe(303)
    const [row] = await portal.store.db.selectFrom('submission').select('answers').execute()
    expect(JSON.parse(String(row?.answers))).toMatchObject({
      birth: '1975-12-23',
      postalCode: '1000001',
      hours: { from: '09:30', until: '17:00' },
      cost: 12000,
      units: 2,
      planned: '2026-04',
      purposes: ['desk', 'other'],
      otherPurpose: '研修\n訪問',
      change: true,
    })
  })

  test('what was typed comes back as it was, each text in its own input', async () => {
    const visitor = portal.visitor()
    const wrong = { ...right, birth: ['令和', '元', '4', '30'], units: '4', cost: 'たくさん' }
    const { html, status } = await visitor.post(PATH, { ...wrong, _action: 'check' })
    expect(status).toBe(422)
    expect(errorsOf(html)).toEqual([
      '「生年月日」の日は、選んだ元号が始まる前です。元号か年をお確かめください。',
      '「金額」は数字で入力してください。',
      '「台数」は1から3までの数を入力してください。',
    ])
    expect(html).toMatch(/<option value="令和" selected/)
    expect(html).toMatch(/<input[^>]*id="f-birth-1"[^>]*value="元"/)
    expect(html).toMatch(/<textarea[^>]*>\n研修\r?\n訪問<\/textarea>/)
    expect(html).toMatch(/<input[^>]*value="desk"[^>]*\schecked/)
    expect(html).not.toMatch(/<input[^>]*value="visit"[^>]*\schecked/)
  })

  test('a text area lets no text out of it', async () => {
    const evil = '</textarea><script>alert(1)</script>"'
    const visitor = portal.visitor()
    const { html } = await visitor.post(PATH, {
      purposes: 'other',
      otherPurpose: evil,
      _action: 'refresh',
    })
    expect(html).not.toContain(evil)
    expect(html).toContain('&lt;/textarea&gt;&lt;script&gt;')
  })

  test('a PIN is never printed back nor stored', async () => {
    const visitor = portal.visitor()
    const { html } = await visitor.post(PATH, { ...right, pin: '0987', _action: 'check' })
    expect(html).not.toContain('0987')
  })
})

test('a program sends numbers, lists and times as JSON', async () => {
  const answers = {
    ...right,
    birth: '1975-12-23',
    postalCode: '1000001',
    hours: { from: '9:30', until: '17:00' },
    cost: 12000,
    units: 2,
    planned: '2026-04',
    month: '2026-05',
    purposes: ['desk'],
    otherPurpose: null,
    change: true,
  }
  const good = await portal.visitor().json(`${API}/check`, { answers })
  expect(good).toMatchObject({ status: 200 })
  const bad = await portal.visitor().json(`${API}/check`, { answers: { ...answers, lastName: 5 } })
  expect(bad).toMatchObject({ status: 422 })
})
