import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AcceptDeps } from '../src/accept.ts'
import { openSealed, withSealedAnswers } from '../src/advance/sealed.ts'
import { correct } from '../src/correct.ts'
import type { Definitions } from '../src/definitions/definitions.ts'
import { compile, formatProblems } from '../src/definitions/index.ts'
import type { Answers, Form, Raw } from '../src/form/form.ts'
import { keysFrom } from '../src/keys.ts'
import { baseFiles, compileBody, kinds } from './definitions/base.ts'
import { compileChecks, type Compiled } from './form/fixture.ts'

const order = `form: order
path: order
title: 注文
access: visitor
workflow: card
sections:
  - id: order
    fields:
      - { id: name, type: text, label: 名前, required: true }
      - { id: email, type: email, label: メール, required: true }
      - { id: kind, type: text, label: 種類 }
      - { id: way, type: radio, label: 受け取り方, required: true, choices: { visit: 窓口, post: 郵送 } }
      - { id: address, type: text, label: 住所, required: true, when: { way: post } }
      - { id: desk, type: text, label: 窓口, when: { way: visit } }
      - { id: count, type: integer, label: 冊数, required: true, min: 1, max: 9 }
      - { id: title, type: computed, label: 表記, value: { join: [name, way] } }
      - { id: member, type: lookup, source: register.member, by: { number: name }, at: name, show: { name: 会員名 }, notFound: 見つかりません。 }
      - id: books
        type: rows
        label: 本
        row: 本{n}
        max: 3
        fields:
          - { id: book, type: text, label: 本の名前, required: true }
          - { id: copies, type: integer, label: 部数, required: true, min: 1, max: 9 }
submit: 注文する
`

const seal = `form: seal
path: seal
title: 照合
access: visitor
workflow: card
sections:
  - id: seal
    fields:
      - { id: name, type: text, label: 名前, required: true }
      - { id: email, type: email, label: メール, required: true }
      - { id: member, type: lookup, source: register.member, by: { number: name }, at: name, show: { name: 会員名 }, notFound: 見つかりません。 }
      - { id: code, type: text, label: 番号, required: true }
      - { id: pin, type: digits, label: 口座番号, maxLength: 7, required: true, keep: false }
      - id: proof
        type: verification
        label: 照合
        required: true
        source: register.verify
        by: { pin: { join: [code, pin] } }
        limit: 5 per day
        needs: 番号を入力してください。
        wrong: 一致しません。
      - { id: remark, type: text, label: 備考 }
      - { id: grade, type: text, label: 等級, when: { proof: true } }
      - { id: secret, type: secret-digits, length: 4, label: 秘密の番号, required: true, keep: sealed }
      - { id: word, type: text, label: 合言葉, required: true, keep: sealed }
submit: 送る
`

const answers: Answers = {
  name: '見本',
  email: 'a@example.jp',
  way: 'visit',
  desk: '1番',
  count: 2,
  title: '見本visit',
  member: { name: '会員' },
  books: [
    { book: '辞書', copies: 1 },
    { book: '地図', copies: 2 },
  ],
}

let form: Form
let sealForm: Form
let set: Definitions
let checks: Compiled
let asked = 0
beforeAll(async () => {
  const files = baseFiles([
    ['forms/library/order.yaml', order],
    ['forms/library/seal.yaml', seal],
  ])
  const { definitions, problems } = await compile(files, kinds, { locale: 'ja', compileBody })
  const compiled = definitions?.forms['library/order']
  const other = definitions?.forms['library/seal']
  if (!compiled || !other) throw new Error(formatProblems(problems))
  set = definitions
  form = compiled
  sealForm = other
  checks = await compileChecks({ [form.id]: form, [other.id]: other })
})
afterAll(() => checks.close())

function corrected(marked: readonly string[], raw: Raw, of = form, stored = answers) {
  const validators = checks.validators[of.id]
  if (!validators) throw new Error('The form has no checks')
  const deps: AcceptDeps = {
    validators,
    lookup: async () => {
      asked += 1
      return { status: 'found', value: { name: '会員', facilityId: 'f1' } }
    },
    publicValue: (_source, { name }) => ({ name: name ?? '' }),
    hashPassword: async (password) => `hash of ${password}`,
    checkPassword: async () => true,
    attachments: async (_form, raw) => ({ raw, issues: [] }),
    tryOnce: async () => ({ status: 'right' }),
  }
  return correct(deps, { form: of, answers: stored, marked, raw, facts: {}, address: '10.0.0.1' })
}

test('only what is marked is taken from what was typed (S16)', async () => {
  const { issues, changes } = await corrected(['count'], { count: ['3'], name: ['別人'], x: ['y'] })
  expect(issues).toEqual([])
  expect(changes).toEqual({ count: 3 })
})

test('nothing typed differently is no change', async () => {
  const { changes } = await corrected(['count', 'way'], { count: ['2'], way: ['visit'] })
  expect(changes).toEqual({})
})

test('computed values follow', async () => {
  const { changes } = await corrected(['name'], { name: ['手本'] })
  expect(changes).toEqual({ name: '手本', title: '手本visit' })
  expect(asked).toBeGreaterThan(0)
})

test('a wrong correction is told at its field; the rest was accepted before', async () => {
  const { issues, changes } = await corrected(['count'], { count: ['99'] })
  expect(issues.map(({ field }) => field)).toEqual(['count'])
  expect(changes).toEqual({})
})

test('what comes into sight can be filled in, and what leaves it is gone', async () => {
  const open = await corrected(['way'], { way: ['post'] })
  expect(open.issues.map(({ field }) => field)).toEqual(['address'])
  expect(open.follows.toSorted()).toEqual(['address', 'desk'])
  const full = await corrected(['way'], { way: ['post'], address: ['東京都'], count: ['9'] })
  expect(full.changes).toEqual({ way: 'post', address: '東京都', desk: null, title: '見本post' })
})

test('a row can be corrected and taken away', async () => {
  const { changes } = await corrected(['books'], {
    books: ['0'],
    'books.0.book': ['辞典'],
    'books.0.copies': ['1'],
  })
  expect(changes).toEqual({ books: [{ book: '辞典', copies: 1 }] })
})

/** What is stored of a form with a comparison and two sealed answers, and what a correction makes of it. */
async function sealedAnew(marked: readonly string[], raw: Raw) {
  const keys = keysFrom(new Uint8Array(32).fill(7))
  const filing = { id: 's1', form: sealForm.id }
  const filed = withSealedAnswers(keys, set, filing, sealForm.id, {
    kind: 'submit',
    filing,
    answers: {
      name: '見本',
      email: 'a@example.jp',
      code: '12',
      proof: true,
      grade: '一級',
      secret: '0987',
      word: 'ひらけごま',
    },
  } as never) as { readonly answers: Answers }
  const result = await corrected(marked, raw, sealForm, filed.answers)
  const { changes = {} } = withSealedAnswers(keys, set, filing, undefined, {
    kind: 'act',
    action: 'resubmit',
    answers: {},
    changes: result.changes,
  } as never) as { readonly changes?: Answers }
  const stored = { id: 's1', answers: { ...filed.answers, ...changes } }
  return { ...result, stored, opened: (id: string) => openSealed(keys, stored, id) }
}

test('a corrected secret is sealed anew, and opens as one that was filed', async () => {
  const { changes, stored, opened, issues } = await sealedAnew(['secret', 'word'], {
    secret: ['１２３４'],
    word: ['とじよごま'],
  })
  expect(issues).toEqual([])
  expect(changes).toEqual({ secret: '1234', word: 'とじよごま' })
  expect([opened('secret'), opened('word')]).toEqual(['1234', 'とじよごま'])
  expect(JSON.stringify(stored)).not.toMatch(/1234|とじよごま/)
  expect(stored.answers.proof).toBe(true)
})

test('an untouched secret stays as it is, and the comparison with it', async () => {
  const { changes, stored, opened } = await sealedAnew(['remark'], {
    remark: ['直した'],
    secret: ['1111'],
    pin: ['7654321'],
  })
  expect(changes).toEqual({ remark: '直した' })
  expect([opened('secret'), opened('word')]).toEqual(['0987', 'ひらけごま'])
  expect(stored.answers.proof).toBe(true)
})

test('corrected inputs are compared anew; what was compared is never stored', async () => {
  const typed = { code: ['13'], pin: ['7654321'] }
  const { changes, follows, opened, stored } = await sealedAnew(['code', 'pin'], typed)
  expect(changes).toEqual({ code: '13' })
  expect(follows).toEqual([])
  expect(stored.answers.proof).toBe(true)
  expect(opened('secret')).toBe('0987')
  const { issues, changes: none } = await sealedAnew(['code', 'pin'], { code: ['13'] })
  expect(issues.map(({ field }) => field)).toEqual(['pin', 'proof'])
  expect(none).toEqual({})
})

test('an input corrected without the others takes the comparison back', async () => {
  const { changes, follows } = await sealedAnew(['code'], { code: ['13'], pin: ['7654321'] })
  expect(changes).toEqual({ code: '13', proof: null, grade: null })
  expect(follows).toEqual(['grade', 'proof'])
})

test('what only a confirmed comparison shows can be corrected, though its inputs were not kept', async () => {
  const { changes, issues } = await sealedAnew(['grade'], { grade: ['二級'] })
  expect(issues).toEqual([])
  expect(changes).toEqual({ grade: '二級' })
})
