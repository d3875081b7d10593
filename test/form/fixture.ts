import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pluginsFor } from '../../plugins/index.ts'
import type { Definitions } from '../../src/definitions/definitions.ts'
import { formatProblems, loadDefinitions } from '../../src/definitions/index.ts'
import {
  buildValidators,
  loadValidators,
  type BuiltValidators,
} from '../../src/definitions/validators/index.ts'
import { evaluate, lookupKey, type Evaluation } from '../../src/form/evaluate.ts'
import { fieldTypes } from '../../src/form/fields/index.ts'
import type { Facts, Field, Form, Issue, JsonObject, Lookups, Raw } from '../../src/form/form.ts'
import { validate } from '../../src/form/validate.ts'
import type { Validators } from '../../src/form/validators.ts'
import { pluginKinds } from '../../src/plugins/host.ts'

/** The forms as shipped, compiled from their YAML. */
export async function shippedForms(): Promise<{ readonly [id: string]: Form }> {
  return (await shippedDefinitions()).forms
}

export async function shippedDefinitions(): Promise<Definitions> {
  const plugins = pluginsFor({ smtpUrl: undefined }).map(({ plugin }) => plugin)
  const kinds = { fieldTypes, ...pluginKinds(plugins) }
  const { definitions, problems } = await loadDefinitions(
    resolve(import.meta.dirname, '../..'),
    kinds,
  )
  if (!definitions) throw new Error(formatProblems(problems))
  return definitions
}

export type Compiled = {
  readonly built: { readonly [id: string]: BuiltValidators }
  readonly validators: { readonly [id: string]: Validators }
  readonly close: () => Promise<void>
}

/** Compiles the checks of forms into a temporary folder, which `close` removes. */
export async function compileChecks(forms: { readonly [id: string]: Form }): Promise<Compiled> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'madoguchi-checks-'))
  const built = await buildValidators({ forms, cacheDir })
  const validators: Record<string, Validators> = {}
  for (const [id, { file }] of Object.entries(built)) validators[id] = await loadValidators(file)
  return { built, validators, close: () => rm(cacheDir, { recursive: true, force: true }) }
}

export const REGISTRATION = 'treatment/registration'

/** Every question of a form answered the same way. */
export type Answering = (inputs: JsonObject) => Lookups[string]

export const found: Answering = () => ({
  status: 'found',
  value: { name: '見本施術所', hasAccount: false, hasActiveUser: false },
})

/** Evaluates again and again until every lookup is answered, as the server does. */
export function settle(
  form: Form,
  raw: Raw,
  { answering = found, facts = {} }: { answering?: Answering; facts?: Facts } = {},
): Evaluation {
  let lookups: Lookups = {}
  for (let round = 0; round < 10; round++) {
    const evaluation = evaluate(form, { raw, facts, lookups })
    if (evaluation.wanted.length === 0) return evaluation
    for (const { field, inputs } of evaluation.wanted)
      lookups = { ...lookups, [lookupKey(field.id, inputs)]: answering(inputs) }
  }
  throw new Error('the lookups of this form never end')
}

export function issuesOf(
  form: Form,
  validators: Validators,
  raw: Raw,
  options?: { answering?: Answering; facts?: Facts },
): readonly Issue[] {
  return validate(form, settle(form, raw, options), validators)
}

/** Right input for each facility type of the registration. */
export const common = {
  lastName: ['見本'],
  firstName: ['太郎'],
  phone: ['01201234567'],
  email: ['taro@example.jp'],
  password: ['Abcdefg1'],
  passwordConfirm: ['Abcdefg1'],
  agreeTerms: ['true'],
} satisfies Raw
export const rights = {
  judo: { ...common, facilityType: ['judo'], regPrefix: ['契'], regDigits9: ['012345678'] },
  ahaki: { ...common, facilityType: ['ahaki'], regDigits10: ['0123456789'] },
  checkup: {
    ...common,
    facilityType: ['checkup'],
    prefecture: ['13'],
    facilityCode7: ['0123456'],
  },
  midwifery: {
    ...common,
    facilityType: ['midwifery'],
    prefecture: ['01'],
    facilityCode7: ['0123456'],
  },
} satisfies Record<string, Raw>

export function makeField(type: string, more: Partial<Field> = {}): Field {
  return {
    uid: 'item',
    id: 'item',
    type,
    label: { ja: '項目', en: 'Item' },
    required: true,
    options: {},
    ...more,
  }
}

/** A form of one section with these fields. */
export function makeForm(fields: readonly Field[], more: Partial<Form> = {}): Form {
  return {
    id: 'test/form',
    portal: 'test',
    path: 'form',
    title: { ja: '試し' },
    lead: [],
    access: 'visitor',
    submit: { ja: '送信' },
    languages: ['ja'],
    fields: Object.fromEntries(fields.map((field) => [field.uid, field])),
    variants: {
      '': {
        sections: [{ id: 'only', notes: [], fields: fields.map((field) => field.uid) }],
        confirm: [],
      },
    },
    after: [],
    ...more,
  }
}
