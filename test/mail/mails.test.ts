import { beforeAll, describe, expect, test } from 'vitest'
import type { Definitions } from '../../src/definitions/definitions.ts'
import { compileMailBody, MAIL_PLACEHOLDERS } from '../../src/definitions/mail/body.ts'
import { placeholdersIn } from '../../src/definitions/placeholders.ts'
import { renderMail } from '../../src/mail/render.ts'
import { link, mailDefinitions, portal, readMailFiles, request, type MailFile } from './samples.ts'

/** What the forms behind each mail ask: a placeholder beyond it would be filled with nothing. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  activation: ['lastName', 'firstName'],
  'registration-complete': ['lastName', 'firstName'],
  'address-known': [],
  'email-change-confirm': ['email'],
  'email-change-notice': ['email'],
  'email-changed': ['email'],
  'password-reset': ['email'],
  'password-changed': ['email'],
  'start-of-use-finished': ['account.lastName', 'account.firstName', 'deviceCount'],
  'start-of-use-returned': ['account.lastName', 'account.firstName', 'return.message'],
  'start-of-use-rejected': ['account.lastName', 'account.firstName', 'reject.reason'],
  'operation-start-registered': ['account.lastName', 'account.firstName', 'day', 'remarks'],
  'device-addition-finished': ['account.lastName', 'account.firstName', 'deviceCount'],
  'subsidy-returned': ['account.lastName', 'account.firstName', 'return.message'],
  'subsidy-rejected': ['account.lastName', 'account.firstName', 'reason'],
  'subsidy-decided': ['account.lastName', 'account.firstName', 'decide.amount'],
}
const WITH_LINK = ['activation', 'email-change-confirm', 'email-change-notice', 'password-reset']
const SUBJECT_MAX = 30

const names = Object.keys(ANSWERS)
let definitions: Pick<Definitions, 'mails' | 'portals'>
let files: readonly MailFile[]
let layout: string

beforeAll(async () => {
  definitions = await mailDefinitions()
  ;({ files, layout } = await readMailFiles())
})

test('there are these mails and no other', () => {
  expect(files.map(({ mail }) => mail).toSorted()).toEqual(names.toSorted())
})

test('the activation mail has the subject of the specification', () => {
  expect(renderMail(request(definitions)).subject).toBe(
    '【総合ポータルサイト】メールアドレス登録確認メール',
  )
})

test('the completion mail names the user and never a password', () => {
  const values = { lastName: '見本', firstName: '太郎', number: 'R', password: 'Secret-Pass-1' }
  const { text, html } = renderMail(
    request(definitions, { template: 'registration-complete', values }),
  )
  expect(text).toContain('・ユーザー名：mihon@clinic.example.jp\n')
  expect(text).toContain('・パスワード：ご自身で設定されたパスワード\n')
  expect(text + html).not.toContain('Secret-Pass-1')
})

test('the mail to the owner of a known address repeats nothing a stranger typed', () => {
  const values = { lastName: 'STRANGER', firstName: 'STRANGER', number: 'R', email: 'STRANGER' }
  const { text, html } = renderMail(request(definitions, { template: 'address-known', values }))
  expect(text).toContain('このメールアドレスは登録済みです。')
  expect(text + html).not.toContain('STRANGER')
})

describe.each(names)('%s', (name) => {
  const render = () => renderMail(request(definitions, { template: name }))
  const address = () => (WITH_LINK.includes(name) ? link : 'https://portal.example.jp/treatment')

  test('compiles without a warning and uses what it can know', async () => {
    const file = files.find(({ mail }) => mail === name)
    expect((await compileMailBody(layout, file?.body ?? '')).warnings).toEqual([])
    const known = [...MAIL_PLACEHOLDERS, ...(ANSWERS[name] ?? [])]
    for (const used of definitions.mails[name]?.placeholders ?? []) expect(known).toContain(used)
    expect(definitions.mails[name]?.placeholders.includes('link')).toBe(WITH_LINK.includes(name))
  })

  test('leaves nothing unfilled', () => {
    const { subject, text, html } = render()
    for (const part of [subject, text, html]) {
      expect(placeholdersIn(part)).toEqual([])
      expect(part).not.toMatch(/undefined|\[object/)
    }
  })

  test('has a short subject', () => {
    expect(render().subject.length).toBeLessThanOrEqual(SUBJECT_MAX)
  })

  test('stands its address alone on a line between rulers', () => {
    const lines = render().text.split('\n')
    const at = lines.indexOf(address())
    expect(at).toBeGreaterThan(0)
    expect(lines[at - 1]).toMatch(/^━+$/)
    expect(lines[at + 1]).toMatch(/^━+$/)
  })

  test('says in both parts that nobody reads answers, whom to contact and the number', () => {
    const { text, html } = render()
    for (const part of [text, html])
      for (const said of [
        '送信専用',
        'お心当たりがない場合',
        'R7K4-92QX',
        portal.operator.name.ja,
        portal.operator.phone,
        portal.operator.mail,
        portal.contactHours.ja,
        portal.title.ja,
      ])
        expect(part).toContain(said)
  })

  test('leads to one address of ours and loads nothing', () => {
    const { text, html } = render()
    const targets = new Set(Array.from(html.matchAll(/href="([^"]*)"/g), ([, target]) => target))
    expect([...targets]).toEqual([address()])
    expect(new Set(text.match(/https?:\/\/\S+/g))).toEqual(new Set([address()]))
    expect(html).not.toMatch(/<img|<script|<link|@import|url\(|\bsrc=/i)
  })
})
