import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { Raw } from '../../../src/form/form.ts'

const name = { type: 'string', minLength: 1, maxLength: 40 }
const emailOf = (characters: string) => ({
  type: 'string',
  maxLength: 40,
  pattern: `^[${characters}]{1,64}@[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+$`,
})
const common = {
  lastName: name,
  firstName: name,
  phone: { type: 'string', pattern: '^0[0-9]{9,10}$' },
  password: {
    type: 'string',
    minLength: 8,
    maxLength: 100,
    allOf: ['^[ -~]*$', '[A-Z]', '[a-z]', '[0-9]'].map((pattern) => ({ pattern })),
  },
  passwordConfirm: { type: 'string' },
  agreeTerms: { const: true },
}
const digits = (length: number) => ({ type: 'string', pattern: `^[0-9]{${length}}$` })
const prefecture = {
  enum: Array.from({ length: 47 }, (_, index) => String(index + 1).padStart(2, '0')),
}
const codes = { prefecture, facilityCode7: digits(7) }

function branch(type: string, characters: string, own: object, optional: object = {}) {
  const properties = {
    ...common,
    facilityType: { const: type },
    email: emailOf(characters),
    ...own,
  }
  return {
    properties: { ...properties, ...optional },
    required: Object.keys(properties),
    additionalProperties: false,
  }
}

/** The registration as somebody who knows Ajv would write it down: one branch a type, told apart by one look. */
const schema = {
  type: 'object',
  discriminator: { propertyName: 'facilityType' },
  required: ['facilityType'],
  oneOf: [
    branch('judo', 'a-z0-9._-', {
      regPrefix: { enum: ['協', '契'] },
      regDigits9: digits(9),
    }),
    branch('ahaki', 'a-z0-9._-', { regDigits10: digits(10) }, { userAuthCode: digits(6) }),
    branch('checkup', 'a-z0-9._+-', codes),
    branch('midwifery', 'a-z0-9._+-', codes),
  ],
}

/** All errors, as a page needs them. */
export function compileByHand(): ValidateFunction {
  return new Ajv2020({ allErrors: true, discriminator: true, strictTypes: false }).compile(schema)
}

/** What the schema leaves to code: the two passwords are the same. */
export function isSamePassword(answers: { readonly [name: string]: unknown }): boolean {
  return answers.password === answers.passwordConfirm
}

/** Reads what was typed as one would by hand: width, hyphens and spaces out of codes, gaps off the ends of the rest. */
export function readByHand(raw: Raw): { readonly [name: string]: unknown } {
  const answers: Record<string, unknown> = {}
  for (const [name, [typed = '']] of Object.entries(raw)) {
    const value = READERS[name]?.(typed) ?? typed.trim()
    if (value !== '') answers[name] = value
  }
  return answers
}

const code = (typed: string) => typed.normalize('NFKC').replace(/[-ー‐–—−\s]/g, '')
const READERS: { readonly [name: string]: (typed: string) => unknown } = {
  phone: code,
  regDigits9: code,
  regDigits10: code,
  facilityCode7: code,
  email: (typed) => typed.normalize('NFKC').replace(/\s/g, ''),
  password: (typed) => typed,
  passwordConfirm: (typed) => typed,
  agreeTerms: (typed) => (typed === 'true' ? true : ''),
}
