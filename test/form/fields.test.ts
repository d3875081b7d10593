import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { evaluate } from '../../src/form/evaluate.ts'
import { controlOf, fieldTypes, inputModeOf, isSecret } from '../../src/form/fields/index.ts'
import type { Answer, Field, JsonObject } from '../../src/form/form.ts'
import { compileChecks, makeField, makeForm, type Compiled } from './fixture.ts'

type Case = {
  readonly type: string
  readonly options?: JsonObject
  /** One text, or those of several inputs. */
  readonly typed: string | readonly string[]
  readonly value: Answer
  readonly issue?: string
  readonly compared?: string
  readonly advice?: string
}
const cases = parse(
  readFileSync(join(import.meta.dirname, '../cases/fields.yaml'), 'utf8'),
) as Case[]
const fields = cases.map(({ type, options }, index) =>
  makeField(type, { uid: `item${index}`, id: `item${index}`, options: options ?? {} }),
)

/** Values are judged by the compiled checks, as on both sides. */
let compiled: Compiled
beforeAll(async () => {
  compiled = await compileChecks({ cases: makeForm(fields) })
})
afterAll(() => compiled.close())

describe.each(cases.map((one, index) => ({ ...one, index })))(
  '$type reads $typed',
  ({ type: name, typed, value, issue, compared, advice, index }) => {
    const field = fields[index] as Field
    const type = fieldTypes[name]

    test('as the value', () => {
      expect(type?.read(typeof typed === 'string' ? [typed] : typed, field) ?? null).toEqual(value)
    })

    test('and judges it', () => {
      if (value === null || value === undefined) return
      const failed = compiled.validators.cases?.fields[field.uid]?.(value)
      expect(failed && type?.issue(failed, field, value).code).toBe(issue)
      if (failed) return
      const answers = { [field.id]: value }
      expect(type?.check?.(value, field, answers, { today: '2026-04-01' })?.code).toBe(compared)
      expect(type?.advise?.(value, field, answers, {})?.code).toBe(advice)
    })
  },
)

test('every field type has a case', () => {
  const tried = new Set(cases.map(({ type }) => type))
  const untried = Object.keys(fieldTypes).filter((name) => !tried.has(name) && name !== 'confirm')
  expect(untried).toEqual([])
})

test.each(Object.entries(fieldTypes))(
  '%s names itself and takes nothing for nothing',
  (name, type) => {
    expect(type.name).toBe(name)
    expect(type.read([], makeField(name))).toBeUndefined()
    expect(type.read([''], makeField(name))).toBeUndefined()
    expect(type.description.en).toBeTruthy()
  },
)

describe('a confirmation', () => {
  const email = makeField('email', { uid: 'email', id: 'email' })
  const password = makeField('password', { uid: 'password', id: 'password' })
  const emailAgain = makeField('confirm', { uid: 'e2', id: 'e2', options: { of: 'email' } })
  const passwordAgain = makeField('confirm', { uid: 'p2', id: 'p2', options: { of: 'password' } })
  const form = makeForm([email, password, emailAgain, passwordAgain])

  test('is read as what it repeats', () => {
    const { answers } = evaluate(form, {
      raw: { email: ['Taro@example.jp'], e2: ['ｔａｒｏ＠example.jp'], p2: [' ａ'] },
      facts: {},
      lookups: {},
    })
    expect(answers).toEqual({ email: 'taro@example.jp', e2: 'taro@example.jp', p2: ' ａ' })
  })

  test('is drawn and kept secret as what it repeats', () => {
    expect(controlOf(form, emailAgain)).toBe('input')
    expect(inputModeOf(form, emailAgain)).toBe('email')
    expect(isSecret(form, emailAgain)).toBe(false)
    expect(controlOf(form, passwordAgain)).toBe('password')
    expect(isSecret(form, passwordAgain)).toBe(true)
  })
})

describe('shown to people', () => {
  test('a choice shows its label', () => {
    const field = makeField('select', {
      options: { choices: [{ value: '13', label: { ja: '東京都', en: 'Tokyo' } }] },
    })
    expect(fieldTypes.select?.show('13', field, 'ja')).toBe('東京都')
    expect(fieldTypes.select?.show('13', field, 'en')).toBe('Tokyo')
  })

  test('a constant shows its text, a lookup its lines, a password nothing', () => {
    const constant = makeField('constant', { options: { value: '2', show: { ja: '2：健診' } } })
    expect(fieldTypes.constant?.show('2', constant, 'ja')).toBe('2：健診')
    const lookup = makeField('lookup', {
      options: { show: [{ property: 'name', label: { ja: '名' } }] },
    })
    expect(fieldTypes.lookup?.show({ name: '見本', code: '1' }, lookup, 'ja')).toBe('見本')
    const shown = fieldTypes.password?.show('Abcdefg1', makeField('password'), 'ja')
    expect(shown).not.toContain('Abc')
  })
})
