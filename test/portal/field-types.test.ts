import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { samplesOf } from '../../src/form/sample/sample.ts'
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
  phone: '０３ー００００ー００００',
  facilityCode: '0110113718',
  serial: '1234-5674',
  hours: ['9時半', '午後5時'],
  cost: '¥12,000',
  units: '２台',
  planned: ['令和', '8', '4'],
  month: ['2026', '5'],
  purposes: ['other', 'desk'],
  otherPurpose: '研修\r\n訪問',
  change: 'true',
  order: ['0', '4', '2'],
  'order.0.product': 'a',
  'order.0.count': '１台',
  'order.4.product': 'c',
  'order.4.count': '2',
  'order.4.reason': '予備',
  'order.2.product': '',
  'order.2.count': '',
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
      '製品1 製品名： 製品あ',
      '製品2 理由： 予備',
    ])
      expect(page).toContain(words)
    const sent = await visitor.post(PATH, { ...hidden, ...right, _action: 'submit' })
    expect(sent.status).toBe(303)
    const [row] = await portal.store.db.selectFrom('submission').select('answers').execute()
    expect(JSON.parse(String(row?.answers))).toMatchObject({
      birth: '1975-12-23',
      postalCode: '1000001',
      phone: '03-0000-0000',
      facilityCode: '0110113718',
      serial: '12345674',
      hours: { from: '09:30', until: '17:00' },
      cost: 12000,
      units: 2,
      planned: '2026-04',
      purposes: ['desk', 'other'],
      otherPurpose: '研修\n訪問',
      change: true,
      order: [
        { product: 'a', count: 1 },
        { product: 'c', count: 2, reason: '予備' },
      ],
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
    expect(plain(html)).toContain('最後の桁が、番号の決まりに合いません。')
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

describe('rows without script', () => {
  const names = (html: string) =>
    [...html.matchAll(/<input type="hidden" name="order" value="([0-9]+)"/g)].map(([, key]) => key)
  const press = (fields: Fields, action: string) =>
    portal.visitor().post(PATH, { ...fields, _action: action })

  test('come and go by round trips, what was typed stays', async () => {
    const opened = await portal.visitor().get(PATH)
    expect(names(opened.html)).toEqual(['0'])
    expect(opened.html).not.toContain('value="remove:')
    const one = { order: '0', 'order.0.product': 'b', 'order.0.count': '1' }
    const two = await press(one, 'add:order')
    expect([two.status, names(two.html)]).toEqual([200, ['0', '1']])
    expect(two.html).toMatch(/<input[^>]*name="order.0.count"[^>]*value="1"/)
    const both = { ...one, order: ['0', '1'], 'order.1.product': 'c' }
    const full = await press(both, 'add:order')
    expect(names(full.html)).toEqual(['0', '1', '2'])
    expect(full.html).not.toContain('value="add:order"')
    const less = await press(both, 'remove:order.0')
    expect(names(less.html)).toEqual(['1'])
    expect(plain(less.html)).toContain('製品1 理由')
    expect((await press(both, 'remove:nothing.0')).status).toBe(400)
  })

  test('are judged each, and together', async () => {
    const judged = async (fields: Fields) =>
      errorsOf((await press({ ...right, ...fields }, 'check')).html)
    expect(await judged({ 'order.4.count': '3' })).toEqual([
      '「申し込む製品」の合計は3までです（今は4）。数を減らしてください。',
    ])
    expect(await judged({ 'order.4.product': 'a' })).toEqual([
      '「申し込む製品」で同じものが2つの行にあります。1つの行にまとめてください。',
    ])
    expect(await judged({ 'order.4.reason': '', 'order.2.count': '1' })).toEqual([
      '「申し込む製品」の合計は3までです（今は4）。数を減らしてください。',
      '「製品2 理由」を入力してください。',
      '「製品3 製品名」を選んでください。',
    ])
    expect(await judged({ order: '0', 'order.0.product': '', 'order.0.count': '' })).toEqual([
      '「申し込む製品」を1行以上入力してください。',
    ])
  })

  test('no request makes more rows, or other answers in them, than the form has', async () => {
    const many = Array.from({ length: 500 }, (_, index) => String(index))
    const { html } = await press(
      { order: many, 'order.1.secret': 'x', 'order.__proto__': 'y' },
      'refresh',
    )
    expect(names(html)).toEqual(['0', '1', '2'])
  })
})

test('samples made of the definition are taken, wrong ones are refused as they foresee', async () => {
  const form = portal.definitions().forms['demonstration/everything']
  const samples = form ? samplesOf(form) : []
  expect(samples.filter(({ kind }) => kind !== 'invalid')).toHaveLength(2)
  for (const { kind, answers, breaks } of samples) {
    const { status, body } = await portal.visitor().json(`${API}/check`, { answers })
    const issues = (body as { issues?: readonly object[] }).issues ?? []
    if (kind !== 'invalid') expect([kind, status, issues]).toEqual([kind, 200, []])
    else if (breaks) expect(issues).toContainEqual(expect.objectContaining(pick(breaks)))
  }
})

function pick({ field, code }: { readonly field: string; readonly code: string }) {
  return { field, code }
}

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
    order: [{ product: 'a', count: 3 }],
  }
  const good = await portal.visitor().json(`${API}/check`, { answers })
  expect(good).toMatchObject({ status: 200 })
  const order = [
    { product: 'a', count: 2 },
    { product: 'a', count: 'x' },
  ]
  const rows = await portal.visitor().json(`${API}/check`, { answers: { ...answers, order } })
  expect(rows).toMatchObject({
    status: 422,
    body: {
      issues: [{ code: 'rows.distinct' }, { field: 'order.1.count', code: 'number.digits' }],
    },
  })
  const bad = await portal.visitor().json(`${API}/check`, { answers: { ...answers, lastName: 5 } })
  expect(bad).toMatchObject({ status: 422 })
})
