import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AcceptDeps } from '../src/accept.ts'
import { correct } from '../src/correct.ts'
import { compile, formatProblems } from '../src/definitions/index.ts'
import type { Answers, Form, Raw } from '../src/form/form.ts'
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
let checks: Compiled
let asked = 0
beforeAll(async () => {
  const files = baseFiles([['forms/library/order.yaml', order]])
  const { definitions, problems } = await compile(files, kinds, { locale: 'ja', compileBody })
  const compiled = definitions?.forms['library/order']
  if (!compiled) throw new Error(formatProblems(problems))
  form = compiled
  checks = await compileChecks({ [form.id]: form })
})
afterAll(() => checks.close())

function corrected(marked: readonly string[], raw: Raw) {
  const validators = checks.validators[form.id]
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
  return correct(deps, { form, answers, marked, raw, facts: {}, address: '10.0.0.1' })
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
