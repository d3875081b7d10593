import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  errorsOf,
  hiddenInputs,
  openTestPortal,
  plain,
  type Answer,
  type Fields,
  type TestPortal,
  type Visitor,
} from './portal.ts'

/** Confirmation pages, screens, reset and read-only blocks on their way through the whole portal, without script. */

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/flows' })
  await addFacility()
})
afterAll(() => portal.close())

const at = '2026-04-01T00:00:00.000Z'

/** A facility of the master, as far as these forms show it. */
async function addFacility() {
  for (const place of ['legacy', 'certificate'])
    await portal.store.write((tx) =>
      tx
        .insertInto('facility')
        .values({
          portal: place,
          facility_id: 'F-1',
          facility_type: 'shika',
          prefecture: '14',
          code7: '9999999',
          name: '見本歯科医院',
          founder: '見本 花子',
          postal_code: '2200000',
          address: '神奈川県横浜市',
          phone: '0450000000',
          institution_size: '',
          colocated_with_medical: '',
          bank_account: '7654321',
          status: 'active',
          updated_at: at,
        })
        .execute(),
    )
}

/** Somebody who is logged in at this portal. */
async function member(place: string, login: string): Promise<Visitor> {
  await portal.store.write((tx) =>
    tx
      .insertInto('account')
      .values({
        id: `${place}-${login}`,
        portal: place,
        login,
        password_hash: '',
        state: 'active',
        facility_type: 'shika',
        facility_id: 'F-1',
        identifier: `shika:149999999-${login}`,
        attributes: '{}',
        created_at: at,
        updated_at: at,
      })
      .execute(),
  )
  const { cookie } = await portal.accounts.startSession({ accountId: `${place}-${login}` })
  const visitor = portal.visitor()
  const [pair = ''] = cookie.split(';')
  const [name = '', value = ''] = pair.split('=')
  ;(visitor.cookies() as Map<string, string>).set(name, value)
  return visitor
}

const title = ({ html }: Answer) => /<title>([^<]*)/.exec(html)?.[1] ?? ''
const headings = ({ html }: Answer) =>
  [...html.matchAll(/<h1\b[^>]*>([\s\S]*?)<\/h1/g)].map(([, text = '']) => plain(text))
const changes = ({ html }: Answer) =>
  [...html.matchAll(/<a class="change" href="([^"]*)"[^>]*>([\s\S]*?)<\/a/g)].map(
    ([, href = '', text = '']) => ({ name: plain(text), href: href.replaceAll('&amp;', '&') }),
  )
const changeOf = (page: Answer, label: string) =>
  changes(page).find(({ name }) => name === `変更：${label}`)?.href ?? ''

/** Opens an address and goes where it leads. */
async function follow(visitor: Visitor, answer: Answer): Promise<Answer> {
  expect(answer.status).toBe(303)
  return visitor.get(answer.location)
}
async function opened(visitor: Visitor, path: string): Promise<Answer> {
  return follow(visitor, await visitor.get(path))
}
function press(visitor: Visitor, page: Answer, fields: Fields, action = 'check') {
  const [, path = ''] = /<form[^>]*method="post"[^>]*action="([^"]*)"/.exec(main(page)) ?? []
  return visitor.post(path, { ...carried(page), ...fields, _action: action })
}
/** The hidden inputs of a page; several of one name stay several. */
function carried(page: Answer): Fields {
  const found: Record<string, string[]> = {}
  for (const [tag] of main(page).matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)) {
    const [[name = '', value = ''] = []] = Object.entries(hiddenInputs(tag))
    ;(found[name] ??= []).push(value)
  }
  return found
}
const main = ({ html }: Answer) => /<main[\s\S]*<\/main/.exec(html)?.[0] ?? ''

describe('a table form with a confirmation page', () => {
  const PATH = '/legacy/eligibility'
  const right: Fields = {
    agreeOnshiTerms: 'true',
    lineType: '1',
    customerIdKind: 'CAF',
    customerIdDigits: '1234567890',
    customerIdDigitsConfirm: '1234567890',
    contact: '見本 太郎',
    startYearMonth: ['2026', '12'],
    secretNumber: '0987',
    secretNumberConfirm: '0987',
    paymentMethod: '1',
  }

  test('says what is wrong in a banner with ▲ and at each item', async () => {
    const visitor = portal.visitor()
    const wrong = await press(visitor, await opened(visitor, PATH), { ...right, contact: '' })
    expect(wrong.status).toBe(422)
    expect(title(wrong)).toMatch(/^エラー：オンライン資格確認・電子処方箋利用開始・変更申請｜/)
    expect(plain(main(wrong))).toContain('▲入力内容に誤りがあります。赤字の項目をご確認ください。')
    expect(wrong.html).toMatch(/class="summary" role="alert"/)
    expect(errorsOf(wrong.html)).toEqual(['「担当者名」を入力してください。'])
    expect(plain(main(wrong)).match(/「担当者名」を入力してください。/g)).toHaveLength(2)
    expect(wrong.html).not.toContain('0987')
  })

  test('lists every visible answer, secrets masked, each with a way to change it', async () => {
    const visitor = portal.visitor()
    const form = await opened(visitor, PATH)
    const page = await follow(visitor, await press(visitor, form, right))
    expect(headings(page)).toEqual(['入力内容の確認'])
    expect(title(page)).toMatch(/^入力内容の確認｜/)
    expect(plain(main(page))).toContain('申請区分： 新規')
    expect(plain(main(page))).toContain('電子処方箋管理サービス利用規約への同意： （未入力）')
    expect(plain(main(page))).toContain('秘密の番号： ●●●●●●（入力済み）')
    expect(page.html).not.toContain('0987')
    expect(changes(page).map(({ name }) => name)).toEqual([
      '変更：オンライン資格確認等システム利用規約への同意',
      '変更：電子処方箋管理サービス利用規約への同意',
      '変更：電気通信回線種別',
      '変更：お客さまID',
      '変更：「CAF」を除く数字10桁',
      '変更：担当者名',
      '変更：利用開始予定年月',
      '変更：秘密の番号',
      '変更：電子証明書発行料の支払方法',
    ])
  })

  test('a change comes back to the check page; a hidden branch is not sent', async () => {
    const visitor = portal.visitor()
    const page = await follow(visitor, await press(visitor, await opened(visitor, PATH), right))
    const href = changeOf(page, '電気通信回線種別')
    expect(href).toMatch(/#f-lineType$/)
    const form = await visitor.get(href)
    expect(form.html).toMatch(/id="f-contact"[^>]*value="見本 太郎"/)
    expect(plain(main(form))).toContain('入力済みです。変えるときだけ、もう一度ご入力ください。')
    const { secretNumber: _, secretNumberConfirm: __, ...typed } = right
    const changed = await press(visitor, form, { ...typed, lineType: '3' })
    expect(changed.location).toMatch(/step=check$/)
    const again = await visitor.get(changed.location)
    expect(plain(main(again))).not.toContain('お客さまID')
    const sent = await press(visitor, again, {}, 'submit')
    expect(sent.location).toMatch(/^\/legacy\/submissions\//)
    const rows = await portal.store.db.selectFrom('submission').select('answers').execute()
    const answers = JSON.parse(rows.at(-1)?.answers ?? '') as Record<string, unknown>
    expect(answers).toMatchObject({ lineType: '3', contact: '見本 太郎', applicationClass: 'new' })
    expect(Object.keys(answers)).not.toContain('customerIdDigits')
  })

  test('Back, reload and a second tab lose nothing; after filing they lead to the receipt', async () => {
    const visitor = portal.visitor()
    const { location } = await visitor.get(PATH)
    const checked = await press(visitor, await visitor.get(location), right)
    const back = await visitor.get(location)
    expect(back.html).toMatch(/id="f-contact"[^>]*value="見本 太郎"/)
    const page = await visitor.get(checked.location)
    const [one, two] = [
      await press(visitor, page, {}, 'submit'),
      await press(visitor, page, {}, 'submit'),
    ]
    expect(two.location).toBe(one.location)
    for (const address of [location, checked.location])
      expect((await visitor.get(address)).location).toBe(one.location)
    const rows = await portal.store.db.selectFrom('sitting').select(['fields', 'done']).execute()
    expect(rows.filter(({ done }) => done === one.location)).toEqual([
      { fields: '', done: one.location },
    ])
  })

  test('no address and no row of the database tells what was typed, and no one else sees it', async () => {
    const visitor = portal.visitor()
    const checked = await press(visitor, await opened(visitor, PATH), right)
    expect(decodeURIComponent(checked.location)).not.toMatch(/見本|1234567890|CAF/)
    const rows = await portal.store.db.selectFrom('sitting').selectAll().execute()
    expect(JSON.stringify(rows)).not.toMatch(/見本|1234567890/)
    const stranger = await portal.visitor().get(checked.location)
    expect(stranger.status).toBe(200)
    expect(plain(main(stranger))).toContain('ここには残っていません')
    expect(stranger.html).not.toMatch(/value="見本/)
  })

  test('a browser without cookies gets through by the buttons alone', async () => {
    const { location } = await portal.visitor().get(PATH)
    const form = await portal.visitor().get(location)
    const page = await press(portal.visitor(), form, right)
    expect(page.status).toBe(200)
    expect(headings(page)).toEqual(['入力内容の確認'])
    const change = await press(portal.visitor(), page, {}, 'change:contact')
    expect(change.html).toMatch(/id="f-contact"[^>]*value="見本 太郎"/)
    const sent = await press(portal.visitor(), page, {}, 'submit')
    expect(sent.status).toBe(303)
  })

  test('after a day it is forgotten', async () => {
    const visitor = portal.visitor()
    const checked = await press(visitor, await opened(visitor, PATH), right)
    const { purgeSittings } = await import('../../src/store/sittings.ts')
    const later = new Date(portal.now().getTime() + 25 * 3_600_000)
    expect(await portal.store.write((tx) => purgeSittings(tx, later))).toBeGreaterThan(0)
    expect(plain(main(await visitor.get(checked.location)))).toContain('ここには残っていません')
  })

  test('reset brings the form as it is opened', async () => {
    const visitor = portal.visitor()
    const reset = await press(visitor, await opened(visitor, PATH), right, 'reset')
    expect(reset.location).toBe(PATH)
    const form = await opened(visitor, PATH)
    expect(form.html).toMatch(/id="f-contact"[^>]*value=""/)
  })
})

test('an edit form shows what cannot be changed, starts with what is stored, and goes back to it', async () => {
  const visitor = await member('legacy', 'edit@example.jp')
  const form = await opened(visitor, '/legacy/account')
  expect(plain(main(form))).toContain('医療機関等コード 9999999')
  expect(form.html).not.toMatch(/name="facilityCode7"/)
  expect(form.html).toMatch(/id="f-facilityName"[^>]*value="見本歯科医院"/)
  expect(form.html).toMatch(/<a class="button quiet" href="\/legacy\/submissions"/)
  const typed = { facilityName: '改めた名前', openerName: '見本 花子', facilityCode7: '1' }
  const page = await follow(visitor, await press(visitor, form, typed))
  expect(plain(main(page))).toContain('医療機関等コード： 9999999')
  const reset = await press(visitor, await visitor.get(changeOf(page, '医療機関等名')), {}, 'reset')
  const again = await follow(visitor, await visitor.get(reset.location))
  expect(again.html).toMatch(/id="f-facilityName"[^>]*value="見本歯科医院"/)
})

describe('a form of several screens', () => {
  const PATH = '/certificate/issue'
  const input = { department: '医事課', terminalName: '受付のパソコン', reissue: 'no' }

  test('leads from the consent over the input and a question to the confirmation', async () => {
    const visitor = await member('certificate', 'walk@example.jp')
    const fee = await opened(visitor, PATH)
    expect([headings(fee), title(fee).split('｜')[0]]).toEqual([
      ['発行手数料の確認'],
      '発行手数料の確認',
    ])
    expect(plain(main(fee))).toContain('3 の 1')
    expect(main(fee)).not.toMatch(/type="checkbox"/)
    expect(main(fee)).toMatch(/<a class="button quiet" href="\/certificate\/pages\/certificate"/)
    const form = await follow(visitor, await press(visitor, fee, {}))
    expect(plain(main(form))).toContain('3 の 2')
    expect(plain(main(form))).toContain('都道府県コード [14]神奈川県,kanagawa')
    expect(main(form)).not.toMatch(/name="(?:facilityName|email|prefecture)"/)

    const wrong = await press(visitor, form, { ...input, terminalName: '' })
    expect([wrong.status, headings(wrong)]).toEqual([422, ['証明書発行申請情報の入力']])
    expect(title(wrong)).toMatch(/^エラー：証明書発行申請情報の入力/)
    expect(errorsOf(wrong.html)).toEqual(['「端末名称等」を入力してください。'])

    const ask = await press(visitor, form, input)
    expect([ask.status, headings(ask)]).toEqual([200, ['発行の申請']])
    const page = await follow(visitor, await press(visitor, ask, {}, 'asked'))
    expect(plain(main(page))).toContain('3 の 3')
    expect(plain(main(page))).toContain('端末名称等： 受付のパソコン')
    expect(plain(main(page))).toContain('メールアドレス： walk@example.jp')
    const sent = await press(visitor, page, {}, 'submit')
    expect(headings(await follow(visitor, sent))).toEqual(['発行申請成功'])
    const [row] = await portal.store.db
      .selectFrom('submission')
      .select('answers')
      .where('form', '=', 'certificate/issue')
      .execute()
    expect(JSON.parse(row?.answers ?? '')).toEqual({
      agreeFee: true,
      certClass: '2',
      ...input,
    })
  })

  test('asks on one screen more when an answer makes it necessary, also on a change', async () => {
    const visitor = await member('certificate', 'change@example.jp')
    const form = await follow(visitor, await press(visitor, await opened(visitor, PATH), {}))
    const page = await follow(
      visitor,
      await press(visitor, await press(visitor, form, input), {}, 'asked'),
    )
    const change = await visitor.get(changeOf(page, '再発行ですか'))
    const asked = await press(visitor, change, { ...input, reissue: 'yes' }, 'asked')
    const reason = await follow(visitor, asked)
    expect([headings(reason), errorsOf(reason.html)]).toEqual([['再発行の理由'], []])
    expect(plain(main(reason))).toContain('4 の 3')
    const again = await follow(visitor, await press(visitor, reason, { reason: '紛失' }))
    expect(plain(main(again))).toContain('再発行の理由： 紛失')
    expect(plain(main(again))).toContain('端末名称等： 受付のパソコン')
  })

  test('going back judges nothing and keeps what was typed, also by an old page', async () => {
    const visitor = await member('certificate', 'back@example.jp')
    const fee = await opened(visitor, PATH)
    const form = await follow(visitor, await press(visitor, fee, {}))
    const back = await follow(visitor, await press(visitor, form, { department: '途中' }, 'back'))
    expect(headings(back)).toEqual(['発行手数料の確認'])
    // The page the browser kept from before knows nothing of the second screen.
    const forth = await follow(visitor, await press(visitor, fee, {}))
    expect(forth.html).toMatch(/id="f-department"[^>]*value="途中"/)
  })

  test('no screen is skipped by its address', async () => {
    const visitor = await member('certificate', 'skip@example.jp')
    const { location } = await visitor.get(PATH)
    for (const step of ['input', 'reason', 'check', 'nothing'])
      expect(headings(await visitor.get(`${location}&step=${step}`))).toEqual(['発行手数料の確認'])
    const fee = await visitor.get(location)
    const { location: second } = await press(visitor, fee, {})
    expect(headings(await visitor.get(second.replace('step=input', 'step=check')))).toEqual([
      '証明書発行申請情報の入力',
    ])
  })

  test('a program posts once, the consent with it', async () => {
    const visitor = await member('certificate', 'api@example.jp')
    const bare = await visitor.json('/api/v1/certificate/issue', { answers: input })
    expect(bare).toMatchObject({ status: 422, body: { issues: [{ field: 'agreeFee' }] } })
    const answers = { ...input, agreeFee: true }
    expect(await visitor.json('/api/v1/certificate/issue', { answers })).toMatchObject({
      status: 201,
    })
  })
})

describe('a comparison on the first of several pages', () => {
  const PATH = '/legacy/procedure'
  const facility: Fields = { facilityId: 'F-1', bankAccount: '7654321' }
  const wrong: Fields = { ...facility, bankAccount: '1111111' }

  /** Tries that were counted so far. */
  async function counted(): Promise<number> {
    const rows = await portal.store.db.selectFrom('throttle').selectAll().execute()
    return rows
      .filter(({ key }) => key.startsWith('verify:'))
      .reduce((sum, { count }) => sum + Number(count), 0)
  }
  async function setAccount(bank_account: string) {
    await portal.store.write((tx) =>
      tx
        .updateTable('facility')
        .where('portal', '=', 'legacy')
        .where('facility_id', '=', 'F-1')
        .set({ bank_account })
        .execute(),
    )
  }
  async function confirmed(visitor: Visitor, first: Fields): Promise<Answer> {
    let page = await follow(visitor, await press(visitor, await opened(visitor, PATH), first))
    if (headings(page)[0] === 'オンラインでの受け取り')
      page = await follow(visitor, await press(visitor, page, { mail: 'a@example.jp' }))
    expect(headings(page)).toEqual(['連絡先'])
    return follow(visitor, await press(visitor, page, { contact: '見本 太郎' }))
  }

  test('opens the screen that depends on it, and stands on the confirmation, however often that is fetched', async () => {
    const visitor = portal.visitor()
    const first = await opened(visitor, PATH)
    const pressed = await press(visitor, first, facility, 'press:facilityCheck')
    expect(plain(main(pressed))).toContain('確認できました')
    const before = await counted()
    // From here on the counter would hear another answer: nobody asks it.
    await setAccount('9999999')
    const second = await follow(visitor, await press(visitor, pressed, facility))
    expect(headings(second)).toEqual(['オンラインでの受け取り'])
    const third = await follow(visitor, await press(visitor, second, { mail: 'a@example.jp' }))
    const page = await follow(visitor, await press(visitor, third, { contact: '見本 太郎' }))
    const address = changeOf(page, '担当者名').replace(/step=.*/, 'step=check')
    for (const shown of [page, await visitor.get(address), await visitor.get(address)]) {
      expect(headings(shown)).toEqual(['入力内容の確認'])
      expect(plain(main(shown))).toContain('口座番号で確認： 確認できました')
      expect(plain(main(shown))).toContain('a@example.jp')
    }
    expect(await counted()).toBe(before)

    const refused = await press(visitor, page, {}, 'submit')
    expect(refused.status).toBe(422)
    expect(errorsOf(refused.html)).toEqual([expect.stringContaining('一致しません')])
    expect(headings(refused)).toEqual(['施設の確認'])
    expect(await counted()).toBe(before + 1)
    await setAccount('7654321')
    expect((await press(visitor, page, {}, 'submit')).status).toBe(303)
    const [row] = await portal.store.db
      .selectFrom('submission')
      .select('answers')
      .where('form', '=', 'legacy/procedure')
      .execute()
    expect(JSON.parse(row?.answers ?? '')).toEqual({
      facilityId: 'F-1',
      facilityCheck: true,
      mail: 'a@example.jp',
      contact: '見本 太郎',
    })
  })

  test('that failed counts once on the way, and once more when the form is filed without it', async () => {
    const visitor = portal.visitor()
    const before = await counted()
    const page = await confirmed(visitor, wrong)
    const address = changeOf(page, '担当者名').replace(/step=.*/, 'step=check')
    for (let time = 0; time < 6; time++)
      expect(headings(await visitor.get(address))).toEqual(['入力内容の確認'])
    expect(await counted()).toBe(before + 1)
    expect((await press(visitor, page, {}, 'submit')).status).toBe(303)
    expect(await counted()).toBe(before + 2)
  })

  test('is taken back by another input, and by nobody else’s page', async () => {
    const visitor = portal.visitor()
    const first = await opened(visitor, PATH)
    const pressed = await press(visitor, first, facility, 'press:facilityCheck')
    const proof = carried(pressed)['_proof.facilityCheck'] ?? ''
    expect(proof).not.toBe('')
    expect(JSON.stringify(carried(pressed))).not.toContain('7654321')
    const other = await press(visitor, pressed, { ...facility, facilityId: 'F-2' })
    expect(headings(await follow(visitor, other))).toEqual(['連絡先'])

    const stranger = portal.visitor()
    const theirs = await opened(stranger, PATH)
    await setAccount('9999999')
    const claimed = { ...facility, '_proof.facilityCheck': proof }
    const next = await follow(stranger, await press(stranger, theirs, claimed))
    expect(headings(next)).toEqual(['連絡先'])
    await setAccount('7654321')
  })
})
