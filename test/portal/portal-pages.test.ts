import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { judo } from './people.ts'
import {
  errorsOf,
  hiddenFields,
  openTestPortal,
  plain,
  type Answer,
  type TestPortal,
  type Visitor,
} from './portal.ts'

/** The shipped portal's own pages: top page, catalogue, articles, notices, questions, contact (operations.md §8). */

let portal: TestPortal
let member: Visitor
beforeAll(async () => {
  portal = await openTestPortal()
  member = await loggedIn()
})
afterAll(() => portal.close())

/** A practitioner who is logged in. */
async function loggedIn(): Promise<Visitor> {
  const at = portal.now().toISOString()
  await portal.store.write((tx) =>
    tx
      .insertInto('account')
      .values({
        id: 'reader',
        portal: 'treatment',
        login: 'reader@example.jp',
        password_hash: '',
        state: 'active',
        facility_type: 'judo',
        facility_id: null,
        identifier: null,
        attributes: '{}',
        created_at: at,
        updated_at: at,
      })
      .execute(),
  )
  const { cookie } = await portal.accounts.startSession({ accountId: 'reader' })
  const visitor = portal.visitor()
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
  ;(visitor.cookies() as Map<string, string>).set(name, value)
  return visitor
}

const main = ({ html }: Answer) =>
  /<main[\s\S]*<\/main/.exec(html.replace(/<!--[\s\S]*?-->/g, ''))?.[0] ?? ''
const items = (html: string) =>
  [...html.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, item = '']) => plain(item))
const crumbs = ({ html }: Answer) =>
  items(/<nav class="bar crumbs"[\s\S]*?<\/nav>/.exec(html)?.[0] ?? '')
const MEMBERS_ONLY = 'ユーザ設定情報は、印刷して大切に保管してください'

describe('the top page', () => {
  test('has its nine tiles in order, without the first two after login, and the notices', async () => {
    const titles = (answer: Answer) =>
      [...main(answer).matchAll(/class="tile"[^>]*>\s*<strong>([^<]*)/g)].map(([, title]) => title)
    const all = await portal.visitor().get('/treatment/')
    expect(titles(all)).toEqual([
      '新規ユーザー登録はこちら',
      'ログインはこちら',
      'オンライン資格確認とは？',
      '導入準備',
      '各種申請',
      '手順書・マニュアル',
      'お知らせ',
      'よくある質問',
      'お問い合わせ先',
    ])
    expect(titles(await member.get('/treatment/'))[0]).toBe('オンライン資格確認とは？')
    expect(plain(main(all))).toContain('マイナ資格確認アプリの利用開始申請を受け付けています')
    expect(main(all)).not.toContain(MEMBERS_ONLY)
    expect(crumbs(all)).toEqual([])
  })
})

test('every page says where it is', async () => {
  const at = async (path: string) => crumbs(await member.get(path))
  const app = ['ホーム', '業務', 'マイナ資格確認アプリ']
  expect(await at('/treatment/applications')).toEqual(app)
  const article = [...app, 'マイナ資格確認アプリの利用開始申請']
  expect(await at('/treatment/pages/start-of-use-article')).toEqual(article)
  expect(await at('/treatment/start-of-use')).toEqual([...article, '利用開始申請'])
  expect(await at('/treatment/lists/app-accounts')).toEqual([...app, '資格確認アカウント管理'])
  expect(await at('/treatment/faq/app')).toEqual([
    'ホーム',
    'よくある質問',
    'マイナ資格確認アプリについて',
  ])
  expect(await at('/treatment/pages/privacy')).toEqual(['ホーム', 'プライバシーポリシー'])
  expect((await at('/treatment/nothing')).at(-1)).toBe('お探しのページが見つかりません。')
})

test('the article has the button to the form, which leads over the login and back', async () => {
  const visitor = portal.visitor()
  const article = await visitor.get('/treatment/pages/start-of-use-article')
  expect(main(article)).toMatch(/<a class="button" href="\/treatment\/start-of-use"/)
  expect(plain(main(article))).toContain('利用開始申請はこちら')
  const away = await visitor.get('/treatment/start-of-use')
  expect([away.status, away.location]).toEqual([
    303,
    '/treatment/login?next=%2Ftreatment%2Fstart-of-use',
  ])
})

describe('notices', () => {
  test('are listed pinned first, then by day, each for whom it is for', async () => {
    const list = await portal.visitor().get('/treatment/notices')
    const all = items(main(list))
    expect(all[0]).toMatch(/^重要固定2024年4月1日.*マイナ資格確認アプリの利用開始申請/)
    expect(all.at(-1)).toMatch(/2024年1月31日.*ユーザー登録の受付を始めました/)
    expect(plain(main(list))).not.toContain(MEMBERS_ONLY)
    expect(plain(main(await member.get('/treatment/notices')))).toContain(MEMBERS_ONLY)
    const topic = items(main(await member.get('/treatment/notices?topic=app')))
    expect(topic.map((text) => text.includes('アプリ') || text.includes(MEMBERS_ONLY))).toEqual([
      true,
      true,
    ])
    expect((await member.get('/treatment/notices?topic=nothing')).status).toBe(404)
  })

  test('for members lead visitors to the login and back', async () => {
    const away = await portal.visitor().get('/treatment/notices/app-members')
    expect(away.location).toBe('/treatment/login?next=%2Ftreatment%2Fnotices%2Fapp-members')
    expect((await member.get('/treatment/notices/app-members')).status).toBe(200)
  })

  test('count how often they are opened, and keep nothing about who did', async () => {
    const open = () => portal.visitor().get('/treatment/notices/registration-open')
    const views = async () => /閲覧(\d+)回/.exec(plain(main(await open())))?.[1]
    expect([await views(), await views(), await views()]).toEqual(['1', '2', '3'])
    const early = await portal.visitor().send('/treatment/notices/registration-open', {
      headers: { 'Sec-Purpose': 'prefetch' },
    })
    expect(plain(main(early))).toContain('閲覧3回')
    // What waits in memory is stored by the next view after a while.
    portal.advanceClock(11_000)
    expect(await views()).toBe('4')
    expect(
      await portal.store.db
        .selectFrom('notice_view')
        .selectAll()
        .where('notice', '=', 'registration-open')
        .execute(),
    ).toEqual([{ portal: 'treatment', notice: 'registration-open', count: 4 }])
  })
})

test('questions are folded under their groups, each with an address of its own', async () => {
  const index = await portal.visitor().get('/treatment/faq')
  expect(items(main(index))).toEqual([
    '登録とログインについて質問8件',
    'マイナ資格確認アプリについて質問7件',
  ])
  const page = await portal.visitor().get('/treatment/faq/account')
  expect(main(page)).toMatch(/<a href="#registration"[\s\S]*<h2 id="registration"/)
  expect(main(page)).toMatch(
    /<details class="question">\s*<summary>[\s\S]*?登録の確認メールが届きません[\s\S]*?<\/summary>\s*<div class="prose" id="mail-missing">/,
  )
})

test('the contact page and every footer say whether the office is open', async () => {
  const page = await portal.visitor().get('/treatment/pages/contact')
  expect(plain(main(page))).toMatch(/電話を受け付けています|今は受付時間外です/)
  expect(main(page)).toContain('href="tel:08000000000"')
  const footer = /<footer[\s\S]*<\/footer/.exec((await member.get('/treatment/profile')).html)?.[0]
  expect(plain(footer ?? '')).toMatch(/電話を受け付けています|今は受付時間外です/)
})

describe('search', () => {
  const results = (answer: Answer) =>
    [...main(answer).matchAll(/<ol class="results">[\s\S]*?<\/ol>/g)].flatMap(([list]) =>
      items(list),
    )

  test('finds words of two characters in questions, notices and pages', async () => {
    const page = await portal.visitor().get(`/treatment/search?q=${encodeURIComponent('申請')}`)
    expect(page.html).toMatch(/<title>「申請」の検索結果｜/)
    const kinds = results(page).map((text) => /よくある質問|お知らせ|ページ|申請$/.exec(text)?.[0])
    expect(new Set(kinds).size).toBeGreaterThan(2)
    expect(main(page)).toContain('<mark>申請</mark>')
    const again = await portal.visitor().get(`/treatment/search?q=${encodeURIComponent('ﾏｲﾅ')}`)
    expect(main(again)).toContain('<mark>マイナ</mark>')
  })

  test('finds what is for members for members only, by the page and by the API', async () => {
    const query = `q=${encodeURIComponent('印刷して大切')}`
    const api = async (visitor: Visitor) =>
      JSON.parse((await visitor.get(`/api/v1/treatment/search?${query}`)).html) as {
        results: { title: string; url: string; kind: string }[]
      }
    expect(results(await portal.visitor().get(`/treatment/search?${query}`))).toEqual([])
    expect((await api(portal.visitor())).results).toEqual([])
    expect(results(await member.get(`/treatment/search?${query}`))).toHaveLength(1)
    expect((await api(member)).results).toMatchObject([
      {
        kind: 'notice',
        title: MEMBERS_ONLY,
        url: 'http://localhost:3000/treatment/notices/app-members',
      },
    ])
  })

  test('says what to do when nothing is found, and takes anything for a question', async () => {
    const page = await portal.visitor().get('/treatment/search?q=%3Cscript%3E')
    expect(plain(main(page))).toContain('見つかりませんでした。次のことをお試しください。')
    expect(page.html).not.toContain('<script>')
    expect((await portal.visitor().get('/treatment/search')).status).toBe(200)
    const long = await portal.visitor().get(`/treatment/search?q=${'a'.repeat(5_000)}`)
    expect(long.status).toBe(200)
  })
})

describe('the toolbar without script', () => {
  const root = ({ html }: Answer) => /<html[^>]*>/.exec(html)?.[0]

  test('keeps size, colours and furigana for every page, one changed at a time', async () => {
    const visitor = portal.visitor()
    expect(root(await visitor.get('/treatment/'))).toContain(
      'data-size="small" data-colours="plain"',
    )
    const sized = await visitor.post('/treatment/settings?back=/treatment/faq', { size: 'large' })
    expect([sized.status, sized.location]).toEqual([303, '/treatment/faq'])
    expect(sized.headers.get('set-cookie')).toMatch(/SameSite=Lax; HttpOnly/)
    await visitor.post('/treatment/settings', { colours: 'black', furigana: 'on' })
    for (const path of ['/treatment/', '/treatment/register', '/treatment/nothing'])
      expect(root(await visitor.get(path))).toContain('data-size="large" data-colours="black"')
    const page = await visitor.get('/treatment/pages/preparation')
    expect(main(page)).toContain(
      '<ruby>受領委任承諾通知書<rp>（</rp><rt aria-hidden="true">じゅりょういにんしょうだくつうちしょ</rt><rp>）</rp></ruby>',
    )
    expect(page.html).toMatch(/<title>導入準備｜/)
    await visitor.post('/treatment/settings', { furigana: 'off' })
    expect(main(await visitor.get('/treatment/pages/preparation'))).not.toContain('<ruby>')
    expect(main(await visitor.get('/treatment/settings'))).toMatch(
      /name="size"\s+value="large"\s+checked/,
    )
  })

  test('changes a form that is being filled in and its confirmation, with nothing lost', async () => {
    const visitor = portal.visitor()
    const opened = await visitor.get('/treatment/register')
    const typed = await visitor.post('/treatment/register', {
      ...hiddenFields(opened.html),
      ...judo,
      lastName: '髙﨑',
      phone: '',
      _look: 'size.large.edit',
    })
    expect(typed.status).toBe(200)
    expect(root(typed)).toContain('data-size="large"')
    expect(typed.headers.get('set-cookie')).toContain('madoguchi-look=large.plain.off')
    expect(typed.html).toContain('value="髙﨑"')
    expect(errorsOf(typed.html)).toEqual([])
    const asked = await visitor.post('/treatment/register', {
      ...hiddenFields(typed.html),
      ...judo,
      _action: 'check',
    })
    expect(asked.html).toContain('入力内容確認')
    const turned = await visitor.post('/treatment/register', {
      ...hiddenFields(asked.html),
      _look: 'colours.black.confirm',
    })
    expect(root(turned)).toContain('data-size="large" data-colours="black"')
    expect(turned.html).toContain('入力内容確認')
    const sent = await visitor.post('/treatment/register', {
      ...hiddenFields(turned.html),
      _action: 'submit',
    })
    expect(sent.status).toBe(303)
    for (const wish of ['size', 'size.huge.edit', '__proto__.x', 'colours.red.constructor', ''])
      expect(
        root(
          await visitor.post('/treatment/register', { ...hiddenFields(opened.html), _look: wish }),
        ),
      ).toMatch(/data-size="(?:large|small)" data-colours="(?:black|plain)"/)
  })

  test('goes back to pages of this portal only, and believes no cookie', async () => {
    const visitor = portal.visitor()
    for (const next of [
      '//evil.example',
      'https://evil.example/',
      '/admin/',
      '/treatment/../x',
      '/treatment//x',
      '/treatment/\\x',
    ])
      expect(
        (
          await visitor.post(`/treatment/settings?back=${encodeURIComponent(next)}`, {
            size: 'large',
          })
        ).location,
      ).toBe('/treatment/settings')
    for (const cookie of [
      'madoguchi-look=huge.red.maybe',
      'madoguchi-look="><script>',
      'madoguchi-look=',
    ])
      expect(root(await visitor.send('/treatment/', { headers: { Cookie: cookie } }))).toContain(
        'data-size="small" data-colours="plain"',
      )
    const odd = await visitor.post('/treatment/settings', { size: 'large; Path=/evil' })
    expect(odd.headers.get('set-cookie')).toContain('madoguchi-look=small.plain.off;')
  })
})

test('a document is handed out as it was when the set was loaded, with its kind and size beside it', async () => {
  const page = await portal.visitor().get('/treatment/pages/documents')
  expect(items(main(page))).toContainEqual(
    expect.stringMatching(/^申請の前のチェックシート ?PDF、44 KB/),
  )
  const answer = await portal.app.request('http://localhost:3000/treatment/downloads/checklist.pdf')
  const bytes = Buffer.from(await answer.arrayBuffer())
  expect(bytes.equals(await readFile('forms/treatment/files/checklist.pdf'))).toBe(true)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'application/pdf',
    'content-disposition': expect.stringMatching(/^attachment; filename="checklist.pdf"/) as string,
    'content-length': String(bytes.length),
  })
  for (const name of ['nothing.pdf', 'portal.yaml'])
    expect((await portal.visitor().get(`/treatment/downloads/${name}`)).status).toBe(404)
})
