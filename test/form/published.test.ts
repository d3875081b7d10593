import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Validator, type Schema } from '@cfworker/json-schema'
import ts from 'typescript'
import { beforeAll, expect, test } from 'vitest'
import { pluginsFor } from '../../plugins/index.ts'
import { answerTypes } from '../../src/definitions/answer-types.ts'
import type { Definitions } from '../../src/definitions/definitions.ts'
import { formatProblems, loadDefinitions } from '../../src/definitions/index.ts'
import { fieldTypes } from '../../src/form/fields/index.ts'
import type { Form } from '../../src/form/form.ts'
import { samplesOf, type Known } from '../../src/form/sample/sample.ts'
import { formSchema } from '../../src/form/schema.ts'
import { openApi } from '../../src/http/api/openapi.ts'
import { sampleFacilities } from '../../src/master/sample-rows.ts'
import { pluginKinds } from '../../src/plugins/host.ts'

/** What is published of every form (schema, types, examples) takes the samples of that form, for readers that are not ours. */
const root = resolve(import.meta.dirname, '../..')
const SETS = ['.', 'test/samples/fields', 'test/samples/flows']

let sets: readonly Definitions[]
let known: readonly Known[]
beforeAll(async () => {
  const plugins = pluginsFor({ smtpUrl: undefined }).map(({ plugin }) => plugin)
  const kinds = { fieldTypes, ...pluginKinds(plugins) }
  sets = await Promise.all(
    SETS.map(async (folder) => {
      const { definitions, problems } = await loadDefinitions(join(root, folder), kinds)
      if (!definitions) throw new Error(formatProblems(problems))
      return definitions
    }),
  )
  known = await sampleFacilities(join(root, 'forms/sample-facilities.csv'))
})

const forms = (): readonly Form[] => sets.flatMap((set) => Object.values(set.forms))
const right = (form: Form) => samplesOf(form, { known }).filter(({ kind }) => kind !== 'invalid')

test('the published schema takes every right sample, in a validator that shares no line with Ajv', () => {
  let count = 0
  for (const form of forms()) {
    const reader = new Validator(formSchema(form) as Schema, '2020-12')
    for (const { answers, choice, kind } of right(form)) {
      const { valid, errors } = reader.validate(answers)
      expect([form.id, choice, kind, valid ? [] : errors]).toEqual([form.id, choice, kind, []])
      count += 1
    }
    expect(reader.validate({ surprise: 'x' }).valid, form.id).toBe(false)
  }
  expect(count).toBeGreaterThan(2 * forms().length - 1)
})

test('every example of the API document is right by the schema beside it', () => {
  let count = 0
  for (const set of sets) {
    const document = JSON.parse(JSON.stringify(openApi(set, 'https://portal.example.jp'))) as Api
    for (const [path, { post }] of Object.entries(document.paths)) {
      const content = post?.requestBody?.content['application/json']
      for (const [name, { value }] of Object.entries(content?.examples ?? {})) {
        const schema = { ...content?.schema, components: document.components }
        const { valid, errors } = new Validator(schema as Schema, '2020-12').validate(value)
        expect([path, name, valid ? [] : errors]).toEqual([path, name, []])
        count += 1
      }
    }
  }
  expect(count).toBeGreaterThan(10)
})

test('the types take every right sample and refuse one with a value of another kind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-types-'))
  const files: string[] = []
  const refused: string[] = []
  try {
    for (const [index, form] of forms().entries()) {
      const types = await answerTypes(form)
      const [first] = right(form)
      const lines = right(form).map(
        ({ answers }, at) => `export const right${at}: All = ${JSON.stringify(answers)}`,
      )
      const [id] = Object.keys(first?.answers ?? {})
      const wrong = { ...first?.answers, ...(id !== undefined && { [id]: { not: 'this' } }) }
      const module = join(folder, `types-${index}.ts`)
      const takes = join(folder, `takes-${index}.ts`)
      const refuses = join(folder, `refuses-${index}.ts`)
      const start = `import type { ${mainType(form)} as All } from './types-${index}.ts'\n`
      expect(types).toContain(mainType(form))
      await writeFile(module, types)
      await writeFile(takes, `${start}${lines.join('\n')}\n`)
      await writeFile(refuses, `${start}export const wrong: All = ${JSON.stringify(wrong)}\n`)
      files.push(module, takes, refuses)
      if (id !== undefined) refused.push(refuses)
    }
    const program = ts.createProgram(files, {
      strict: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      module: ts.ModuleKind.NodeNext,
      types: [],
    })
    const wrong = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => ({
      file: file?.fileName ?? '',
      text: ts.flattenDiagnosticMessageText(messageText, '\n'),
    }))
    expect(wrong.filter(({ file }) => !refused.includes(file))).toEqual([])
    expect([...new Set(wrong.map(({ file }) => file))].sort()).toEqual(refused.toSorted())
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** As the file of types names it. */
function mainType({ id }: Form): string {
  const words = (id.split('/').at(-1) ?? '').split('-')
  return `${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}Answers`
}

type Api = {
  readonly components: object
  readonly paths: {
    readonly [path: string]: {
      readonly post?: {
        readonly requestBody?: {
          readonly content: {
            readonly 'application/json': {
              readonly schema: object
              readonly examples?: { readonly [name: string]: { readonly value: unknown } }
            }
          }
        }
      }
    }
  }
}
