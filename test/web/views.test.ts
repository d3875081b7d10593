import { describe, expect, test } from 'vitest'
import { messageOf } from '../../src/form/messages.ts'
import { renderPage } from '../../web/render.ts'
import { hrefOf } from '../../web/views/links.ts'
import type { Body, FormState } from '../../web/views/page.ts'
import { formState, judoLookup, judoRaw, pageOf, portal, registration } from './fixture.ts'

/** What the server prints, without a browser: structure, words, escaping. */

const states: { readonly [name: string]: FormState } = {
  empty: formState(),
  judo: formState({ raw: { facilityType: ['judo'] } }),
  ahaki: formState({ raw: { facilityType: ['ahaki'] } }),
  checkup: formState({ raw: { facilityType: ['checkup'], prefecture: ['13'] } }),
  midwifery: formState({ raw: { facilityType: ['midwifery'] } }),
  errors: formState({
    raw: { facilityType: ['judo'], regDigits9: ['１２'] },
    issues: [
      { field: 'lastName', code: 'R01' },
      { field: 'regDigits9', code: 'R02', params: { n: 9 } },
      { field: 'agreeTerms', code: 'consent.missing' },
    ],
  }),
  kept: formState({ raw: judoRaw, lookups: judoLookup, kept: { password: 'sealed-1' } }),
  refused: formState({
    raw: judoRaw,
    lookups: Object.fromEntries(
      Object.keys(judoLookup).map((key) => [key, { status: 'missing' as const }]),
    ),
  }),
}

describe.each(Object.entries(states))('form: %s', (name, state) => {
  const html = renderForm(state)

  test('has one h1, unique ids, a label or legend for every input', () => {
    expect(html.match(/<h1[ >]/g)).toHaveLength(1)
    const ids = all(html, /\sid="([^"]+)"/g)
    expect(new Set(ids).size).toBe(ids.length)
    const labelled = new Set(all(html, /<label[^>]*\sfor="([^"]+)"/g))
    for (const target of labelled) expect(ids).toContain(target)
    for (const input of tags(html, /<(?:input|select)\s[^>]*>/g)) {
      if (/type="(?:hidden|radio|checkbox)"/.test(input)) continue
      expect(labelled).toContain(/\sid="([^"]+)"/.exec(input)?.[1])
    }
  })

  test('points only to what is there', () => {
    const ids = new Set(all(html, /\sid="([^"]+)"/g))
    const named = [
      ...all(html, /\saria-describedby="([^"]+)"/g),
      ...all(html, /\saria-labelledby="([^"]+)"/g),
    ].flatMap((value) => value.split(' '))
    for (const id of [...named, ...all(html, /href="#([^"]+)"/g)]) expect([...ids]).toContain(id)
  })

  test('has a chip for each required empty item, and none for others', () => {
    const chips = all(html.slice(html.indexOf('class="chips"')), /href="#f-([^"]+)"/g)
    const expected: { readonly [name: string]: readonly string[] } = {
      empty: ['lastName', 'firstName', 'facilityType', 'phone', 'email'],
      judo: ['lastName', 'firstName', 'regPrefix', 'regDigits9', 'phone', 'email'],
      ahaki: ['lastName', 'firstName', 'regDigits10', 'phone', 'email'],
      checkup: ['lastName', 'firstName', 'facilityCode7', 'phone', 'email'],
      midwifery: ['lastName', 'firstName', 'prefecture', 'facilityCode7', 'phone', 'email'],
      errors: ['lastName', 'firstName', 'regPrefix', 'phone', 'email'],
      kept: [],
      refused: [],
    }
    const rest = name === 'kept' ? ['passwordConfirm'] : ['password', 'passwordConfirm']
    const consent = 'agreeTerms' in state.raw ? [] : ['agreeTerms']
    expect(chips).toEqual([...(expected[name] ?? []), ...rest, ...consent])
  })

  test('never uses placeholder, disabled, readonly, inline style or handler', () => {
    expect(html).not.toMatch(/\s(?:placeholder|disabled|readonly|style|on\w+)=?["\s>]/)
    expect(html).toContain('novalidate')
  })

  test('says 必須 in words at every required input', () => {
    const visible = html.slice(0, html.indexOf('class="side"'))
    expect(
      visible.match(/class="need"\s*>(?:<!--lit-part-->)?必須</g)?.length,
    ).toBeGreaterThanOrEqual(8)
  })

  test('carries itself as JSON that no text can break out of', () => {
    const json = /<script type="application\/json" id="form-state">([^<]*)<\/script>/.exec(
      html,
    )?.[1]
    const carried = JSON.parse(json ?? '') as FormState
    expect(carried.key).toBe('key-1')
    expect(JSON.stringify(carried.form)).not.toContain('facility.code')
    expect(Object.keys(carried.raw)).not.toContain('password')
  })
})

test('errors stand in the summary and at the inputs in the same words, and in the title', () => {
  const html = renderForm(states.errors as FormState)
  expect(html).toContain('<title>エラー：ユーザー登録｜施術所等向け総合ポータルサイト</title>')
  const summary = html.slice(html.indexOf('class="summary"'), html.indexOf('<h1'))
  for (const text of [
    '「姓」を入力してください。',
    '「② 入力項目」は半角数字9桁で入力してください。',
    messageOf(
      { field: 'agreeTerms', code: 'consent.missing' },
      registration.fields.agreeTerms,
      'ja',
    ),
  ]) {
    expect(summary).toContain(text)
    expect(html.slice(html.indexOf('<form'))).toContain(text)
  }
  expect(html).toContain('value="１２"')
  expect(html.indexOf('class="summary"')).toBeGreaterThan(html.indexOf('<main'))
  expect(html).toMatch(/<input[^>]*id="f-lastName"[^>]*aria-invalid="true"/)
})

test('lines of a lookup are shown, and what it says when nothing is found', () => {
  expect(renderForm(states.kept as FormState)).toContain('みほん接骨院')
  expect(renderForm(states.kept as FormState)).toContain('契0123456-7-8')
  expect(renderForm(states.refused as FormState)).toContain('施設が見つかりません')
})

test('a secret typed before is kept sealed, never printed', () => {
  const html = renderForm(
    formState({
      raw: { ...judoRaw, password: ['Abcdefg1'], passwordConfirm: ['Abcdefg1'] },
      kept: { password: 'sealed-1' },
    }),
  )
  expect(html).not.toContain('Abcdefg1')
  expect(html).toContain('name="_kept.password" value="sealed-1"')
  expect(html).toContain('入力済みです')
})

describe('入力内容確認 as a page', () => {
  const html = renderForm(
    formState({
      raw: { ...judoRaw, password: ['Abcdefg1'] },
      lookups: judoLookup,
      kept: { password: 'sealed-1', passwordConfirm: 'sealed-2' },
      mode: 'confirm',
    }),
  )

  test('lists the lines in their order, without the password', () => {
    expect(all(html, /<dt>(?:<!--.*?-->)?([^<]+)/g).slice(0, 7)).toEqual([
      '姓',
      '名',
      '所属機関選択',
      '登録記号番号',
      '施術所名',
      '電話番号',
      'メールアドレス',
    ])
    expect(html).toContain('施術所（柔道整復）')
    expect(html).not.toContain('Abcdefg1')
  })

  test('carries everything typed, and both buttons', () => {
    for (const [name, [value]] of Object.entries(judoRaw))
      expect(html).toContain(`name="${name}" value="${value}"`)
    expect(html).toContain('name="_kept.passwordConfirm" value="sealed-2"')
    expect(html).toMatch(/name="_action"\s+value="edit"/)
    expect(html).toMatch(/name="_action"\s+value="submit"/)
    expect(html).toContain('<title>入力内容確認｜')
  })
})

const HOSTILE = [
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'`${alert(1)}",
  '<!--lit-part-->',
  '&lt;b&gt;\u2028\u0000',
]

test.each(HOSTILE)('hostile text %j stays text in every slot', (evil) => {
  const text = { ja: evil }
  const bodies: Body[] = [
    {
      kind: 'form',
      state: formState({
        raw: { ...judoRaw, lastName: [evil], regDigits9: [evil], [evil]: [evil] },
        key: evil,
        kept: { password: evil },
        action: evil,
        facts: { login: { name: evil } },
        issues: [{ field: 'email', code: 'x', text, links: [{ label: text, href: evil }] }],
        form: {
          ...registration,
          title: text,
          submit: text,
          lead: [{ text, links: [], tone: 'info' }],
        },
      }),
    },
    { kind: 'form', state: formState({ raw: { ...judoRaw, lastName: [evil] }, mode: 'confirm' }) },
    {
      kind: 'text',
      notice: evil,
      blocks: [
        { kind: 'heading', level: 2, text: evil },
        { kind: 'paragraph', spans: [{ kind: 'link', text: evil, href: evil }] },
        { kind: 'list', ordered: true, items: [[{ kind: 'strong', text: evil }]] },
      ],
      actions: [{ label: evil, href: evil, name: evil, value: evil, key: evil }],
    },
    { kind: 'link', line: evil, action: { label: evil, href: evil } },
    { kind: 'error', what: evil, remedy: evil, id: evil, links: [{ label: evil, href: evil }] },
    {
      kind: 'table',
      tables: [
        { caption: evil, columns: [evil], rows: [[evil, { text: evil, href: evil }]], empty: evil },
      ],
    },
    { kind: 'portals', portals: [{ ...portal, title: text }] },
  ]
  for (const body of bodies) {
    const html = renderPage(pageOf(body, { title: evil, account: { name: evil } }))
    expect(tags(html, /<(?:img|script)[\s>][^>]*>/g)).toEqual(
      body.kind === 'form' && body.state.mode === 'edit'
        ? [
            '<script type="module" src="/assets/main.js">',
            '<script type="application/json" id="form-state">',
          ]
        : [],
    )
  }
})

test('no address of a definition can run a script', () => {
  for (const href of [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
  ])
    expect(hrefOf(href, 'treatment')).toBe('#')
  expect(hrefOf('pages/faq', 'treatment')).toBe('/treatment/pages/faq')
  expect(hrefOf('/medical', 'treatment')).toBe('/medical')
  expect(hrefOf('https://example.jp/', 'treatment')).toBe('https://example.jp/')
})

describe('other pages', () => {
  test('the menu and the tiles follow the login', () => {
    const before = renderPage(pageOf({ kind: 'top', notices: [] }))
    expect(before).toContain('href="/treatment/login"')
    expect(before).toContain('新規ユーザー登録はこちら')
    const after = renderPage(
      pageOf({ kind: 'top', notices: [] }, { account: { name: '見本 太郎' } }),
    )
    expect(after).not.toContain('新規ユーザー登録はこちら')
    expect(after).not.toContain('href="/treatment/login"')
    expect(after).toContain('見本 太郎')
    expect(after).toMatch(/<form method="post" action="\/treatment\/logout"/)
  })

  test('cards in preparation are no links', () => {
    const card = (title: string) => ({ title, description: '申請です。' })
    const cards = [
      { ...card('利用開始申請'), state: 'open', href: 'start' },
      { ...card('よくある質問'), state: 'preparation' },
      { ...card('助成金'), state: 'not-yet', day: '2026年12月1日' },
      { ...card('承継'), state: 'over', day: '2026年10月31日' },
      { ...card('追加'), state: 'restricted', reason: '柔道整復の施術所だけが申請できます。' },
    ] as const
    const categories = [{ title: 'アプリ', lead: 'アプリの申請です。', cards }]
    const html = renderPage(pageOf({ kind: 'catalogue', categories }, { account: { name: 'x' } }))
    expect(html).toContain('href="/treatment/start"')
    for (const words of [
      '公開準備中',
      '2026年12月1日から受け付けます',
      '受付は2026年10月31日に終わりました',
      '柔道整復の施術所だけが申請できます。',
    ])
      expect(html).toContain(words)
    expect(html.match(/<a class="tile"/g)).toHaveLength(1)
  })

  test('the page of a link that cannot be used names three causes and three remedies', () => {
    const html = renderPage(
      pageOf({ kind: 'link-error' }, { title: 'このURLは使えません', status: 410 }),
    )
    expect(html).toContain('<h1>')
    expect(html.match(/<dt>/g)).toHaveLength(3 + 3)
    expect(html).toContain('24時間')
  })

  test('help stands in the footer of every page of a portal', () => {
    const bodies = [
      { kind: 'top', notices: [] },
      { kind: 'catalogue', categories: [] },
      { kind: 'link-error' },
    ] as const
    for (const body of bodies) expect(renderPage(pageOf(body))).toContain('0800-000-0000')
  })

  test('English is there for every built-in text', () => {
    const english = renderPage(
      pageOf({ kind: 'form', state: formState({ locale: 'en' }) }, { locale: 'en' }),
    )
    expect(english).toContain('<html lang="en"')
    expect(english).toContain('Required items')
    expect(english).not.toContain('必須情報')
  })
})

function renderForm(state: FormState): string {
  return renderPage(pageOf({ kind: 'form', state }))
}
function all(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '')
}
function tags(text: string, pattern: RegExp): string[] {
  return text.match(pattern) ?? []
}
