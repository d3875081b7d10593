import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openSealed } from '../../src/advance/sealed.ts'
import { openKeys } from '../../src/keys.ts'
import {
  errorsOf,
  hiddenInputs,
  openTestPortal,
  plain,
  type Fields,
  type TestPortal,
} from './portal.ts'

/** Buttons that ask: an address for a postal code, a comparison that only the server can make; and what is kept of them. */

const PATH = '/demonstration/delivery'
const API = '/api/v1/demonstration/delivery'
const DAY_MS = 86_400_000
let portal: TestPortal
beforeEach(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/fields' })
})
afterEach(() => portal.close())

const right: Fields = {
  postalCode: ['100', '0001'],
  prefecture: '13',
  address1: '千代田区千代田1-1',
  facilityId: 'J-0001',
  bankAccount: '１２３４５',
  secretNumber: '0987',
  secretAgain: '0987',
}

describe('an address for a postal code, without script', () => {
  const press = (fields: Fields, button = 'press:addressSearch') =>
    portal.visitor().post(PATH, { ...fields, _action: button })

  test('is filled in when there is one, and stays open to change', async () => {
    const { html, status } = await press({
      postalCode: ['〒100－', '０００１'],
      address1: '前の住所',
    })
    expect(status).toBe(200)
    expect(html).toMatch(/<option value="13" selected/)
    expect(html).toMatch(/<input[^>]*id="f-address1"[^>]*value="千代田区千代田"/)
    expect(plain(html)).toContain('「東京都千代田区千代田」を入力しました。')
    expect(errorsOf(html)).toEqual([])
  })

  test('is offered to choose when there are several', async () => {
    const fields = { postalCode: ['4980000', ''] }
    const several = await press(fields)
    expect(plain(several.html)).toContain('2件見つかりました。')
    expect(several.html).toContain('愛知県弥富市')
    expect(several.html).not.toMatch(/<option value="2[34]" selected/)
    const chosen = await press(fields, 'press:addressSearch.1')
    expect(chosen.html).toMatch(/<option value="24" selected/)
    expect(chosen.html).toMatch(/id="f-address1"[^>]*value="桑名郡木曽岬町"/)
  })

  test.each([
    [['', ''], '先に、郵便番号を7桁で入力してください。'],
    [['999', '9999'], 'この郵便番号の住所は見つかりません。'],
  ])('%o: says what to do', async (postalCode, words) => {
    const { html } = await press({ postalCode, address1: '入力した住所' })
    expect(plain(html)).toContain(words)
    expect(html).toMatch(/id="f-address1"[^>]*value="入力した住所"/)
  })

  test('is asked by a program, too, and is never an answer', async () => {
    const answers = { postalCode: '1000001' }
    const found = await portal.visitor().json(`${API}/buttons/addressSearch`, { answers })
    expect(found).toMatchObject({
      status: 200,
      body: { value: { candidates: [{ prefecture: '13', city: '千代田区', town: '千代田' }] } },
    })
    const none = await portal.visitor().json(`${API}/buttons/addressSearch`, { answers: {} })
    expect(none.status).toBe(404)
    expect((await press({}, 'press:nothing')).status).toBe(400)
  })
})

describe('a comparison', () => {
  const wrong = { ...right, bankAccount: '7654321' }
  const WRONG = '登録されている口座番号と一致しません。'
  const judged = async (fields: Fields, address?: string) =>
    errorsOf((await portal.visitor(address).post(PATH, { ...fields, _action: 'check' })).html)

  test('shows its result, and further fields by it', async () => {
    const press = (fields: Fields) =>
      portal.visitor().post(PATH, { ...fields, _action: 'press:facilityCheck' })
    const good = plain((await press(right)).html)
    expect(good).toContain('確認できました')
    expect(good).toContain('施設を確認しました。')
    const bad = plain((await press(wrong)).html)
    expect(bad).toContain(WRONG)
    expect(bad).not.toContain('確認できました')
    expect(plain((await press({ ...right, bankAccount: '' })).html)).toContain(
      '先に、口座番号を入力してください。',
    )
  })

  test('gates the form, whether the button was pressed or not', async () => {
    expect(await judged(wrong)).toEqual([expect.stringContaining(WRONG)])
    expect(await judged(right)).toEqual([])
    const claimed = { ...right, bankAccount: '7654321', facilityCheck: 'true' }
    expect(await judged(claimed, '192.0.2.7')).toEqual([expect.stringContaining(WRONG)])
  })

  test('is asked only when nothing else is wrong', async () => {
    for (let time = 0; time < 8; time++)
      expect(await judged({ ...wrong, address1: '' })).toEqual([
        expect.stringContaining('「住所」を入力してください。'),
      ])
    expect(await judged(right)).toEqual([])
  })

  test('five wrong ones block for 24 hours, which is said; then it is open again', async () => {
    const address = '192.0.2.9'
    const press = async (fields: Fields) => {
      const { body } = await portal
        .visitor(address)
        .json(`${API}/buttons/facilityCheck`, { answers: fields })
      return (body as { status: string }).status
    }
    const outcomes: string[] = []
    for (let time = 0; time < 5; time++) outcomes.push(await press(wrong))
    expect(outcomes).toEqual(['missing', 'missing', 'missing', 'missing', 'blocked'])
    expect(await press(right)).toBe('blocked')
    expect(await judged(right, address)).toEqual([
      '一致しないことが5回続いたため、24時間ほどこの方法では確認できません。書類で確認してください。',
    ])
    expect(await judged(right, '192.0.2.10')).toEqual([])
    portal.advanceClock(DAY_MS + 1000)
    expect(await press(right)).toBe('found')
  })

  test('guesses sent at the same moment count each', async () => {
    const address = '192.0.2.11'
    const answers = { ...wrong }
    const all = await Promise.all(
      Array.from({ length: 12 }, () =>
        portal.visitor(address).json(`${API}/buttons/facilityCheck`, { answers }),
      ),
    )
    const statuses = all.map(({ body }) => (body as { status: string }).status)
    expect(statuses.filter((status) => status === 'missing')).toHaveLength(4)
    expect(statuses.filter((status) => status === 'blocked')).toHaveLength(8)
  })

  test('leaves only its result; the secret number only sealed', async () => {
    const visitor = portal.visitor()
    const opened = await visitor.get(PATH)
    const hidden = hiddenInputs(opened.html)
    const sent = await visitor.post(PATH, { ...hidden, ...right, _action: 'submit' })
    expect(sent.status).toBe(303)
    const submission = await portal.store.db
      .selectFrom('submission')
      .selectAll()
      .executeTakeFirstOrThrow()
    const answers = JSON.parse(String(submission.answers)) as Record<string, unknown>
    expect(answers).toMatchObject({ facilityCheck: true, facilityId: 'J-0001' })
    expect(Object.keys(answers)).not.toContain('bankAccount')
    expect(Object.keys(answers)).not.toContain('secretAgain')
    const everything = JSON.stringify([
      submission,
      await portal.store.db.selectFrom('event').selectAll().execute(),
      await portal.store.db.selectFrom('audit').selectAll().execute(),
      await portal.store.db.selectFrom('job').selectAll().execute(),
    ])
    for (const secret of ['0987', '12345"', '１２３４５']) expect(everything).not.toContain(secret)
    expect(portal.logLines.join('\n')).not.toContain('0987')
    const keys = await openKeys({ dataDir: portal.dataDir, environment: 'development' })
    const stored = { id: submission.id, answers: answers as never }
    expect(openSealed(keys, stored, 'secretNumber')).toBe('0987')
    expect(openSealed(keys, { ...stored, id: 'another' }, 'secretNumber')).toBeUndefined()
    expect(openSealed(keys, stored, 'bankAccount')).toBeUndefined()
  })
})

test('what was typed to be compared never comes back from what is stored', async () => {
  const { html } = await portal.visitor().post(PATH, { ...right, _action: 'check' })
  const page = plain(html)
  expect(page).toContain('施設の確認： 確認できました')
  expect(page).not.toContain('0987')
})
