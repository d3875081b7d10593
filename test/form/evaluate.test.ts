import { beforeAll, describe, expect, test } from 'vitest'
import { evaluate, lookupKey, type Evaluation } from '../../src/form/evaluate.ts'
import type { Form, Raw } from '../../src/form/form.ts'
import {
  common,
  makeField,
  makeForm,
  REGISTRATION,
  rights,
  settle,
  shippedForms,
} from './fixture.ts'

let form: Form
beforeAll(async () => {
  form = (await shippedForms())[REGISTRATION] as Form
})
const read = (raw: Raw, lookups = {}): Evaluation => evaluate(form, { raw, facts: {}, lookups })
const ids = (evaluation: Evaluation) => evaluation.visible.map(({ id }) => id)

describe('the registration', () => {
  test('shows the common items while nothing is chosen', () => {
    const evaluation = read({})
    expect(evaluation.choice).toBe('')
    expect(ids(evaluation)).toEqual([
      'lastName',
      'firstName',
      'facilityType',
      'phone',
      'email',
      'password',
      'passwordConfirm',
      'agreeTerms',
    ])
  })

  test('lists what is required and empty in the order of the page (A02)', () => {
    const { missing } = read({ ...rights.judo, regPrefix: [''], phone: [] })
    expect(missing.map(({ label }) => label.ja)).toEqual(['① 入力項目', '電話番号'])
  })

  test('shows the registration number when both parts are complete (A01)', () => {
    expect(read(rights.judo).answers.registrationNumber).toBe('契0123456-7-8')
    expect(read({ ...rights.judo, regPrefix: [''] }).answers).not.toHaveProperty(
      'registrationNumber',
    )
    expect(read({ ...rights.judo, regDigits9: ['01234567'] }).answers).not.toHaveProperty(
      'registrationNumber',
    )
  })

  test('joins the code of ten digits and keeps its zeros', () => {
    expect(read(rights.midwifery).answers.facilityCode10).toBe('0100123456')
    expect(read(rights.checkup).answers.facilityCode10).toBe('1320123456')
    expect(read({ ...rights.checkup, facilityCode7: ['012'] }).answers).not.toHaveProperty(
      'facilityCode10',
    )
  })

  test('drops the answers of other types, unknown items and read-only items', () => {
    const { answers } = read({
      ...rights.judo,
      regDigits10: ['0123456789'],
      userAuthCode: ['123456'],
      registrationNumber: ['契9999999-9-9'],
      facility: ['{"hasAccount":false}'],
      surprise: ['x'],
    })
    expect(answers.registrationNumber).toBe('契0123456-7-8')
    for (const id of ['regDigits10', 'userAuthCode', 'facility', 'surprise'])
      expect(answers).not.toHaveProperty(id)
  })

  test('takes an unknown type as nothing chosen, but keeps it to be judged', () => {
    for (const type of ['unknown', '__proto__', 'constructor', '']) {
      const evaluation = read({ ...common, facilityType: [type] })
      expect(evaluation.choice).toBe('')
      expect(evaluation.answers.facilityType).toBe(type === '' ? undefined : type)
    }
  })

  test('keys that every object has are no answers', () => {
    const inherited = makeForm([makeField('text', { uid: 'toString', id: 'toString' })])
    const evaluation = evaluate(inherited, { raw: {}, facts: {}, lookups: {} })
    expect(evaluation.missing.map(({ id }) => id)).toEqual(['toString'])
  })

  test('uses the e-mail rule of the chosen type', () => {
    const emailOf = (raw: Raw) =>
      read(raw).visible.find(({ id }) => id === 'email')?.options.characters
    expect(emailOf(rights.judo)).toBe('a-z0-9._-')
    expect(emailOf(rights.midwifery)).toBe('a-z0-9._+-')
  })
})

describe('a lookup', () => {
  test('is wanted once its inputs are complete, with exactly these inputs', () => {
    const { wanted } = read(rights.judo)
    expect(wanted.map(({ inputs }) => inputs)).toEqual([
      { facilityType: 'judo', registrationNumber: '契0123456-7-8' },
    ])
    expect(read({ ...rights.judo, regDigits9: ['0'] }).wanted).toEqual([])
  })

  test('once answered it is a value, and conditions read it (A04)', () => {
    const active = { name: '見本', hasAccount: false, hasActiveUser: true }
    const evaluation = settle(form, rights.ahaki, {
      answering: () => ({ status: 'found', value: active }),
    })
    expect(evaluation.answers.facility).toEqual(active)
    expect(evaluation.missing.map(({ id }) => id)).toEqual(['userAuthCode'])
    expect(settle(form, rights.ahaki).visible.map(({ id }) => id)).not.toContain('userAuthCode')
  })

  test('the answer to an old question is not taken for the present one', () => {
    const [wanted] = read(rights.judo).wanted
    const lookups = { [wanted?.key ?? '']: { status: 'missing' as const } }
    expect(read(rights.judo, lookups).lookups).toEqual({ facility: { status: 'missing' } })
    const changed = read({ ...rights.judo, regDigits9: ['876543210'] }, lookups)
    expect(changed.lookups).toEqual({})
    expect(changed.wanted).toHaveLength(1)
  })

  test('its key does not depend on the order of the inputs, nor mix them up', () => {
    expect(lookupKey('f', { a: '1', b: '2' })).toBe(lookupKey('f', { b: '2', a: '1' }))
    expect(lookupKey('f', { a: '1', b: '2' })).not.toBe(lookupKey('f', { a: '2', b: '1' }))
    expect(lookupKey('f', { a: '1' })).not.toBe(lookupKey('g', { a: '1' }))
  })
})

describe('order of evaluation', () => {
  const text = (id: string, more = {}) =>
    makeField('text', { uid: id, id, required: false, ...more })

  test('a hidden answer decides nothing further down', () => {
    const chain = makeForm([
      text('a'),
      text('b', { when: { a: 'yes' } }),
      text('c', { when: { b: { empty: false } }, required: true }),
    ])
    const raw = { a: ['no'], b: ['kept by the browser'], c: ['too'] }
    const evaluation = evaluate(chain, { raw, facts: {}, lookups: {} })
    expect(evaluation.answers).toEqual({ a: 'no' })
    expect(evaluation.missing).toEqual([])
    const shown = evaluate(chain, { raw: { ...raw, a: ['yes'] }, facts: {}, lookups: {} })
    expect(Object.keys(shown.answers)).toEqual(['a', 'b', 'c'])
  })

  test('a section hides all it holds', () => {
    const fields = [text('a'), text('b', { required: true })]
    const sectioned = makeForm(fields, {
      variants: {
        '': {
          sections: [
            { id: 'one', notes: [], fields: ['a'] },
            { id: 'two', notes: [], fields: ['b'], when: { a: 'yes' } },
          ],
          confirm: [],
        },
      },
    })
    const evaluation = evaluate(sectioned, { raw: { b: ['x'] }, facts: {}, lookups: {} })
    expect(evaluation.sections.map(({ id }) => id)).toEqual(['one'])
    expect(evaluation.answers).toEqual({})
  })

  test('required by condition, also on facts', () => {
    const conditional = makeForm([
      text('a'),
      text('b', { requiredWhen: { a: 'yes' } }),
      text('c', { requiredWhen: { 'account.isNew': true } }),
    ])
    const missing = (raw: Raw, facts = {}) =>
      evaluate(conditional, { raw, facts, lookups: {} }).missing.map(({ id }) => id)
    expect(missing({})).toEqual([])
    expect(missing({ a: ['yes'] })).toEqual(['b'])
    expect(missing({}, { account: { isNew: true } })).toEqual(['c'])
  })

  test('facts are shown, never taken from the request', () => {
    const profile = makeForm([
      makeField('fact', { uid: 'login', id: 'login', options: { value: 'account.login' } }),
    ])
    const facts = { account: { login: 'taro@example.jp' } }
    const { answers } = evaluate(profile, { raw: { login: ['other'] }, facts, lookups: {} })
    expect(answers).toEqual({ login: 'taro@example.jp' })
  })
})
