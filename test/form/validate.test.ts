import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { evaluate } from '../../src/form/evaluate.ts'
import { fieldTypes } from '../../src/form/fields/index.ts'
import type { Form, Issue, Raw } from '../../src/form/form.ts'
import { messageOf } from '../../src/form/messages.ts'
import { validate } from '../../src/form/validate.ts'
import type { Validators } from '../../src/form/validators.ts'
import {
  common,
  compileChecks,
  issuesOf,
  REGISTRATION,
  rights,
  shippedForms,
  type Answering,
  type Compiled,
} from './fixture.ts'

let forms: { readonly [id: string]: Form }
let compiled: Compiled
let form: Form
let validators: Validators
beforeAll(async () => {
  forms = await shippedForms()
  compiled = await compileChecks(forms)
  form = forms[REGISTRATION] as Form
  validators = compiled.validators[REGISTRATION] as Validators
})
afterAll(() => compiled.close())

const issues = (raw: Raw, answering?: Answering) =>
  issuesOf(form, validators, raw, { ...(answering && { answering }) })
const codes = (raw: Raw, answering?: Answering) =>
  issues(raw, answering).map(({ field, code }) => `${field} ${code}`)

test.each(Object.entries(rights))('right input of %s has no issue', (_type, raw) => {
  expect(issues(raw)).toEqual([])
})

test('nothing typed: every required item once, in the order of the page', () => {
  expect(codes({})).toEqual([
    'lastName R01',
    'firstName R01',
    'facilityType R01',
    'phone R01',
    'email R01',
    'password R01',
    'passwordConfirm R01',
    'agreeTerms consent.missing',
  ])
})

describe('the scenarios of operations.md §13', () => {
  test('A02: the prefix left at ～なし～', () => {
    expect(codes({ ...rights.judo, regPrefix: [''] })).toEqual(['regPrefix R01'])
  })

  test('A05: the leading zero of the code stays', () => {
    const raw = { ...rights.ahaki, userAuthCode: ['085652'] }
    const active: Answering = () => ({ status: 'found', value: { hasActiveUser: true } })
    expect(codes(raw, active)).toEqual([])
    expect(codes(rights.ahaki, active)).toEqual(['userAuthCode R01'])
    const { answers } = evaluate(form, { raw: common, facts: {}, lookups: {} })
    expect(answers).not.toHaveProperty('userAuthCode')
  })

  test('A06: plus in the address only where the type allows it', () => {
    const email = ['a+b@example.jp']
    expect(codes({ ...rights.judo, email })).toEqual(['email R05'])
    expect(codes({ ...rights.ahaki, email })).toEqual(['email R05'])
    expect(codes({ ...rights.checkup, email })).toEqual([])
    expect(codes({ ...rights.midwifery, email })).toEqual([])
  })

  test('A07: 41 characters of an address', () => {
    const address = (length: number) => [`${'a'.repeat(length - 11)}@example.jp`]
    expect(codes({ ...rights.judo, email: address(41) })).toEqual(['email R06'])
    expect(codes({ ...rights.judo, email: address(40) })).toEqual([])
  })

  test('A08: the password rule', () => {
    const withPassword = (password: string) =>
      codes({ ...rights.judo, password: [password], passwordConfirm: [password] })
    expect(withPassword('abcdefg1')).toEqual(['password R08'])
    expect(withPassword('Abcdefg1')).toEqual([])
    expect(withPassword(`Ab1${'x'.repeat(98)}`)).toEqual(['password R08'])
    expect(withPassword(`Ab1${'x'.repeat(97)}`)).toEqual([])
  })
})

describe('what compares', () => {
  test('a confirmation that differs', () => {
    expect(codes({ ...rights.judo, passwordConfirm: ['Abcdefg2'] })).toEqual([
      'passwordConfirm R09',
    ])
    expect(codes({ ...rights.judo, passwordConfirm: [' Abcdefg1'] })).toEqual([
      'passwordConfirm R09',
    ])
  })

  test('is not asked while its pair is missing', () => {
    expect(codes({ ...rights.judo, password: [] })).toEqual(['password R01'])
  })
})

describe('a lookup', () => {
  const at = (answering: Answering, raw: Raw = rights.judo): readonly Issue[] =>
    issues(raw, answering)

  test('that finds nothing is said at its input, in the words of the definition', () => {
    const [issue, ...others] = at(() => ({ status: 'missing' }))
    expect(others).toEqual([])
    expect(issue).toMatchObject({ field: 'regDigits9', code: 'lookup.missing' })
    expect(messageOf(issue as Issue, undefined, 'ja')).toContain('施設が見つかりません')
  })

  test('refuses what the definition refuses, with its links', () => {
    const [issue] = at(() => ({ status: 'found', value: { hasAccount: true } }))
    expect(issue).toMatchObject({ field: 'regDigits9', code: 'lookup.refused' })
    expect(issue?.links).toHaveLength(2)
  })

  test('found elsewhere', () => {
    const [issue] = at(() => ({ status: 'elsewhere', index: 0 }), rights.checkup)
    expect(issue).toMatchObject({ field: 'facilityCode7', code: 'lookup.elsewhere' })
    expect(issue?.text?.ja).toContain('医療機関等向けポータル')
    expect(issue?.links).toHaveLength(1)
  })

  test('that cannot be asked now says when to try again', () => {
    const [issue] = at(() => ({ status: 'unavailable', retryAfterMs: 29_001 }))
    expect(issue).toMatchObject({ code: 'lookup.unavailable', params: { seconds: 30 } })
    expect(messageOf(issue as Issue, undefined, 'ja')).toContain('30秒')
  })

  test('is no issue of its own while its inputs are incomplete or unanswered', () => {
    const missing: Answering = () => ({ status: 'missing' })
    expect(codes({ ...rights.judo, regDigits9: [] }, missing)).toEqual(['regDigits9 R01'])
    expect(codes({ ...rights.judo, regDigits9: ['1'] }, missing)).toEqual(['regDigits9 R02'])
    const unanswered = evaluate(form, { raw: rights.judo, facts: {}, lookups: {} })
    expect(validate(form, unanswered, validators)).toEqual([])
  })

  test('adds no second issue to its input, and keeps the order of the page', () => {
    const raw = { ...rights.judo, lastName: [], email: ['x'] }
    const answering: Answering = () => ({ status: 'missing' })
    expect(codes(raw, answering)).toEqual([
      'lastName R01',
      'regDigits9 lookup.missing',
      'email email.shape',
    ])
  })
})

test('an unknown type is no choice', () => {
  expect(codes({ ...common, facilityType: ['unknown'] })).toEqual(['facilityType choice.unknown'])
})

test('other forms: e-mail change and profile', () => {
  const raw = {
    email: ['new@example.jp'],
    emailConfirm: ['ｎｅｗ＠example.jp'],
    currentPassword: ['x'],
  }
  const facts = { account: { facilityType: 'midwifery', login: 'old@example.jp' } }
  const email = (change: Raw) =>
    issuesOf(
      forms['treatment/email'] as Form,
      compiled.validators['treatment/email'] as Validators,
      { ...raw, ...change },
      { facts },
    ).map(({ field, code }) => `${field} ${code}`)
  expect(email({})).toEqual([])
  expect(email({ emailConfirm: ['other@example.jp'] })).toEqual(['emailConfirm R09'])
  expect(email({ currentPassword: [] })).toEqual(['currentPassword R01'])
  const profile = issuesOf(
    forms['treatment/profile'] as Form,
    compiled.validators['treatment/profile'] as Validators,
    { lastName: ['見本'], firstName: ['太郎'], phone: ['0312345678'] },
    { facts: { account: { login: 'old@example.jp', code: '012345' } } },
  )
  expect(profile).toEqual([])
})

/** Quadratic work on these would be 10^12 steps, far beyond what the runner gives any test. */
test('a million characters in every item at once stall nothing', () => {
  const shapes = ['0', 'a', 'a@', 'a.', 'a@a.', '-', ' x', 'あ', '！', '\u0301\u0316']
  for (const shape of shapes) {
    const long = `1${shape.repeat(1_000_000 / shape.length)}`
    for (const type of Object.keys(rights)) {
      const raw = Object.fromEntries(
        Object.values(form.fields).map(({ id }) => [id, id === 'facilityType' ? [type] : [long]]),
      )
      const found = issues(raw)
      expect(found.map(({ field }) => field)).toContain('lastName')
    }
  }
})

test('every issue that is found names a field of the page and has words', () => {
  const wrong = Object.fromEntries(Object.values(form.fields).map(({ id }) => [id, ['?']]))
  for (const type of Object.keys(rights)) {
    const evaluation = evaluate(form, {
      raw: { ...wrong, facilityType: [type] },
      facts: {},
      lookups: {},
    })
    for (const issue of validate(form, evaluation, validators)) {
      const field = evaluation.visible.find(({ id }) => id === issue.field)
      expect(fieldTypes[field?.type ?? '']?.isInput).toBe(true)
      expect(messageOf(issue, field, 'ja')).not.toContain('undefined')
    }
  }
})
