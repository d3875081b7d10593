import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { Validator, type Schema } from '@cfworker/json-schema'
import { build } from 'esbuild'
import fc from 'fast-check'
import { chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { holds } from '../../src/form/condition.ts'
import { lookupKey, type Evaluation } from '../../src/form/evaluate.ts'
import type {
  Answers,
  Choice,
  Condition,
  Field,
  Form,
  Issue,
  JsonSchema,
  Lookups,
  Raw,
  Test,
} from '../../src/form/form.ts'
import { conditionSchema, formSchema } from '../../src/form/schema.ts'
import { validate } from '../../src/form/validate.ts'
import type { Validators } from '../../src/form/validators.ts'
import { tier } from '../tiers.ts'
import {
  compileChecks,
  makeField,
  REGISTRATION,
  settle,
  shippedForms,
  type Answering,
  type Compiled,
} from './fixture.ts'

/** One input, judged by the server, by a browser and by somebody else's validator: always the same verdict. */

const SAMPLES = 3_000
const SEED = 20_240_401

let forms: { readonly [id: string]: Form }
let compiled: Compiled
beforeAll(async () => {
  forms = await shippedForms()
  compiled = await compileChecks(forms)
})
afterAll(() => compiled.close())

type Sample = {
  readonly raw: Raw
  readonly evaluation: Evaluation
  readonly issues: readonly Issue[]
}

describe.each([REGISTRATION, 'treatment/password', 'treatment/login', 'treatment/new-password'])(
  '%s',
  (id) => {
    let form: Form
    let validators: Validators
    let samples: readonly Sample[]
    beforeAll(() => {
      form = forms[id] as Form
      validators = compiled.validators[id] as Validators
      samples = fc.sample(rawOf(form), { numRuns: SAMPLES, seed: SEED }).map((raw) => {
        const evaluation = settle(form, raw, { answering })
        return { raw, evaluation, issues: validate(form, evaluation, validators) }
      })
    })

    test('the samples are right often enough, and wrong in every way', () => {
      const right = samples.filter(({ issues }) => issues.length === 0).length
      expect(right).toBeGreaterThan(SAMPLES / 100)
      expect(right).toBeLessThan(SAMPLES)
      const codes = new Set(samples.flatMap(({ issues }) => issues.map(({ code }) => code)))
      if (id === REGISTRATION)
        for (const code of [
          'R01',
          'R02',
          'R03',
          'R05',
          'R06',
          'R08',
          'R09',
          'R17',
          'choice.unknown',
        ])
          expect(codes).toContain(code)
    })

    test('the published schema agrees, in a validator that is not ours', () => {
      const schema = formSchema(form)
      const documents = samples.map(({ evaluation }) => evaluation.answers)
      const [verdicts] = askPlainAjv([{ schema, documents }])
      const ours = samples.map(({ issues }) => issues.every(isBeyondSchema))
      expect(verdicts).toEqual(ours)
      // And in one that shares no line with Ajv, and reads the schema instead of compiling it.
      const reader = new Validator(schema as Schema, '2020-12')
      expect(documents.map((document) => reader.validate(document).valid)).toEqual(ours)
    })

    test('a browser finds the same issues with the same module', async () => {
      const browser = await tier('chromium', () =>
        chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] }),
      )
      if (!browser) return
      try {
        const page = await browser.newPage()
        const inputs = samples.map(({ raw, evaluation }) => ({ raw, lookups: knownBy(evaluation) }))
        const scripts: { readonly [path: string]: string } = {
          '/checks.js': compiled.built[id]?.code ?? '',
          '/given.js': `export const form = ${JSON.stringify(form)}, inputs = ${JSON.stringify(inputs)}`,
          '/judge.js': await judgeCode(),
        }
        // Nothing but these modules may run there: no string becomes code.
        await page.route('https://portal.test/**', (route) => {
          const script = scripts[new URL(route.request().url()).pathname]
          if (script !== undefined)
            return route.fulfill({ contentType: 'text/javascript', body: script })
          return route.fulfill({
            contentType: 'text/html',
            headers: { 'content-security-policy': "default-src 'none'; script-src 'self'" },
            body: '<!doctype html><title>checks</title><script type="module" src="/judge.js"></script>',
          })
        })
        await page.goto('https://portal.test/')
        const theirs = await page.evaluate<readonly (readonly Issue[])[]>('globalThis.judged')
        expect(theirs).toEqual(samples.map(({ issues }) => issues))
      } finally {
        await browser.close()
      }
    })
  },
)

describe('the schema of the registration', () => {
  const right = {
    lastName: '見本',
    firstName: '太郎',
    facilityType: 'ahaki',
    regDigits10: '0123456789',
    phone: '01201234567',
    email: 'taro@example.jp',
    password: 'Abcdefg1',
    passwordConfirm: 'Abcdefg1',
    agreeTerms: true,
  }
  const active = { facility: { hasActiveUser: true } }
  const table: readonly [string, object, boolean][] = [
    ['right answers without the read-only ones', right, true],
    [
      'with the read-only ones',
      { ...right, registrationNumber: '01234567-8-9', facility: {} },
      true,
    ],
    ['an item the form does not have', { ...right, surprise: 'x' }, false],
    ['an item of another type', { ...right, regDigits9: '012345678' }, false],
    ['an item that is hidden', { ...right, userAuthCode: '012345' }, false],
    ['the same item while it is shown', { ...right, ...active, userAuthCode: '012345' }, true],
    ['an item that is shown and missing', { ...right, ...active }, false],
    ['another type for the same answers', { ...right, facilityType: 'judo' }, false],
    ['no type', { ...right, facilityType: undefined }, false],
    ['a number instead of digits', { ...right, phone: 1201234567 }, false],
    ['consent withheld', { ...right, agreeTerms: false }, false],
  ]

  test('says what is right', () => {
    const schema = formSchema(forms[REGISTRATION] as Form)
    const [verdicts] = askPlainAjv([{ schema, documents: table.map(([, document]) => document) }])
    expect(verdicts).toEqual(table.map(([, , verdict]) => verdict))
  })

  test('has titles for people and marks what is read-only or secret', () => {
    const { oneOf } = formSchema(forms[REGISTRATION] as Form) as unknown as {
      oneOf: { properties: { [id: string]: JsonSchema } }[]
    }
    expect(oneOf).toHaveLength(4)
    expect(oneOf[0]?.properties).toMatchObject({
      facilityType: { const: 'judo', title: '所属機関選択' },
      registrationNumber: { readOnly: true },
      facility: { readOnly: true },
      password: { writeOnly: true },
      passwordConfirm: { writeOnly: true },
    })
  })
})

test('a condition and its schema hold for the same documents', () => {
  const ids = ['a', 'b', 'c']
  const known = new Map(ids.map((id) => [id, makeField('text', { uid: id, id })]))
  const scalar = fc.constantFrom('', 'x', 'y', 0, 1, 2, true, false)
  const ref = fc.constantFrom('a', 'b', 'c', 'a.p', 'b.p.q')
  const tests: fc.Arbitrary<Test> = fc.oneof(
    scalar,
    fc.array(scalar, { maxLength: 2 }),
    fc.record(
      {
        is: fc.oneof(scalar, fc.array(scalar, { maxLength: 2 })),
        not: fc.oneof(scalar, fc.array(scalar, { minLength: 1, maxLength: 2 })),
        min: fc.integer({ min: 0, max: 2 }),
        max: fc.integer({ min: 0, max: 2 }),
        empty: fc.boolean(),
      },
      { requiredKeys: [] },
    ),
  )
  const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3 },
      fc.dictionary(ref, tests, { maxKeys: 2 }),
      fc.record({ all: fc.array(tie('condition'), { maxLength: 2 }) }),
      fc.record({ any: fc.array(tie('condition'), { maxLength: 2 }) }),
      fc.record({ not: tie('condition') }),
    ),
  }))
  const value = fc.oneof(
    scalar,
    fc.constant(null),
    fc.array(scalar, { maxLength: 2 }),
    fc.constantFrom({ p: 'x' }, { p: { q: 1 } }, {}),
  )
  const document = fc.dictionary(fc.constantFrom(...ids), value)
  const conditions = fc.sample(condition, { numRuns: 150, seed: SEED })
  const documents = fc.sample(document, { numRuns: 60, seed: SEED }) as Answers[]
  const questions = conditions.flatMap((one) => {
    const schema = conditionSchema(one, known)
    return schema ? [{ one, schema, documents }] : []
  })
  expect(questions.length).toBe(conditions.length)
  const theirs = askPlainAjv(questions.map(({ schema }) => ({ schema, documents })))
  const ours = questions.map(({ one }) =>
    documents.map((answers) => holds(one, { answers, facts: {} })),
  )
  expect(theirs).toEqual(ours)
  expect(ours.flat().filter(Boolean).length).toBeGreaterThan(500)
})

test('what a schema cannot say is left out of it', () => {
  const known = new Map([['a', makeField('text', { id: 'a' })]])
  expect(conditionSchema({ 'account.isNew': true }, known)).toBeUndefined()
  expect(conditionSchema({ a: { min: '2024-04-01' } }, known)).toBeUndefined()
  expect(conditionSchema({ any: [{ a: 'x' }, { today: '2024' }] }, known)).toBeUndefined()
})

/** Right, nearly right and wrong input for every item of a form, also of items that are hidden. */
function rawOf(form: Form): fc.Arbitrary<Raw> {
  const ids = [...new Set(Object.values(form.fields).map(({ id }) => id))]
  const entries = ids.map((id) => {
    const fields = Object.values(form.fields).filter((field) => field.id === id)
    return [id, fc.oneof(...fields.map(typedFor))] as const
  })
  return fc
    .record(Object.fromEntries(entries), { requiredKeys: [] })
    .map((raw): Raw =>
      Object.fromEntries(
        Object.entries(raw).map(([id, typed]) => [id, typed === undefined ? [] : [typed]]),
      ),
    )
    .chain((raw) => {
      // A confirmation is mostly the same; otherwise nothing would ever be right.
      const pairs = Object.values(form.fields).filter(({ type }) => type === 'confirm')
      const same = Object.fromEntries(
        pairs.flatMap(({ id, options }) => {
          const first = raw[String(options.of)]
          return first ? [[id, first]] : []
        }),
      )
      return fc.boolean().map((isSlip): Raw => (isSlip ? raw : { ...raw, ...same }))
    })
}

function typedFor(field: Field): fc.Arbitrary<string> {
  const right = rightFor(field)
  const wrong = fc.oneof(
    fc.constantFrom('', ' ', '0', '１２３', 'x', '__proto__', '𠮷'.repeat(41), 'a@b', '-1', 'null'),
    fc.string({ unit: 'binary', maxLength: 12 }),
    right.map((text) => `${text}0`),
    right.map((text) => 'a'.repeat(40) + text),
    right.map((text) => text.slice(1)),
    right.map((text) => text.toUpperCase()),
  )
  return fc.oneof({ weight: 60, arbitrary: right }, { weight: 1, arbitrary: wrong })
}

function rightFor(field: Field): fc.Arbitrary<string> {
  const { options } = field
  switch (field.type) {
    case 'digits':
      return fc.stringMatching(new RegExp(`^[0-9]{${Number(options.length)}}$`))
    case 'phone':
      return fc.stringMatching(/^0[0-9]{9,10}$/)
    case 'email':
      return fc.stringMatching(/^[a-z0-9._-]{1,20}\+?@[a-z]{1,8}\.jp$/)
    case 'password':
    case 'confirm':
      return fc.stringMatching(/^[A-Z][a-z][0-9][ -~]{5,20}$/)
    case 'consent':
      return fc.constant('true')
    case 'text':
      return fc.string({ minLength: 1, maxLength: 10 }).map((text) => `${text}見`)
    default: {
      const choices = (options.choices ?? []) as unknown as readonly Choice[]
      return choices.length > 0
        ? fc.constantFrom(...choices.map(({ value }) => value))
        : fc.constant('x')
    }
  }
}

/** Every facility exists; some have users already, some have an account. */
const answering: Answering = (inputs) => {
  const text = JSON.stringify(inputs)
  const number = [...text].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0)
  if (number % 11 === 0) return { status: 'missing' }
  if (number % 13 === 0) return { status: 'unavailable', retryAfterMs: 1_500 }
  return {
    status: 'found',
    value: { name: '見本', hasAccount: number % 7 === 0, hasActiveUser: number % 2 === 0 },
  }
}

/** Equality, and what is known only by asking, is no matter of a schema. */
function isBeyondSchema({ code }: Issue): boolean {
  return code === 'R09' || code.startsWith('lookup.')
}

function knownBy(evaluation: Evaluation): Lookups {
  return Object.fromEntries(
    evaluation.visible
      .filter(({ type }) => type === 'lookup')
      .flatMap((field) => {
        const inputs = inputsOf(field, evaluation)
        return inputs ? [[lookupKey(field.id, inputs), answering(inputs)]] : []
      }),
  )
}

function inputsOf(field: Field, { answers }: Evaluation) {
  const by = field.options.by as { readonly [input: string]: string | { readonly is: string } }
  const entries = Object.entries(by).map(([name, part]) =>
    typeof part === 'string' ? [name, answers[part]] : [name, part.is],
  )
  return entries.every(([, value]) => value !== undefined)
    ? (Object.fromEntries(entries) as Answers)
    : undefined
}

function askPlainAjv(questions: readonly { schema: object; documents: readonly unknown[] }[]) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'plain-ajv.ts')],
    { input: JSON.stringify(questions), env: {}, maxBuffer: 100_000_000 },
  )
  if (status !== 0) throw new Error(stderr.toString())
  return JSON.parse(stdout.toString()) as boolean[][]
}

/** What the page runs: reads, evaluates and validates every input with the module the server gives it. */
async function judgeCode(): Promise<string> {
  const result = await build({
    stdin: {
      contents: `
        import { evaluate } from './evaluate.ts'
        import { validate } from './validate.ts'
        import * as checks from '/checks.js'
        import { form, inputs } from '/given.js'
        globalThis.judged = inputs.map(({ raw, lookups }) =>
          validate(form, evaluate(form, { raw, facts: {}, lookups }), checks))`,
      resolveDir: resolve(import.meta.dirname, '../../src/form'),
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    external: ['/checks.js', '/given.js'],
    write: false,
  })
  return result.outputFiles[0]?.text ?? ''
}
