import { existsSync } from 'node:fs'
import { appendFile, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { answerTypes } from '../../src/definitions/answer-types.ts'
import { modeline } from '../../src/definitions/editor-schema.ts'
import { compile } from '../../src/definitions/index.ts'
import { loadFiles } from '../../src/definitions/load.ts'
import { collectProblems } from '../../src/definitions/problems.ts'
import { fileShapes, type FileKind } from '../../src/definitions/schema.ts'
import { baseFiles, baseTexts, compileBody, kinds } from '../definitions/base.ts'
import { runVerb } from '../e2e/program.ts'
import { DEFINITIONS, root, withCopy } from './folder.ts'

describe('the schemas for editors', () => {
  test('lie beside the shipped definitions as `madoguchi schema` writes them (run it after a change)', () =>
    withCopy(DEFINITIONS, async (dir) => {
      expect(await runVerb(['schema', dir])).toMatchObject({ code: 0, errors: '' })
      const names = (await readdir(join(dir, '.schemas'))).sort()
      expect(names).toEqual(
        Object.keys(fileShapes)
          .map((kind) => `${kind}.json`)
          .sort(),
      )
      expect((await readdir(join(root, '.schemas'))).sort()).toEqual(names)
      for (const name of names)
        expect(await readFile(join(root, '.schemas', name), 'utf8'), name).toBe(
          await readFile(join(dir, '.schemas', name), 'utf8'),
        )
    }))

  test('are named by the first line of every shipped file', async () => {
    const files = await loadFiles(root, collectProblems().report)
    const yaml = files.filter(({ path }) => path.endsWith('.yaml'))
    expect(yaml.length).toBeGreaterThan(25)
    for (const { path, text } of yaml) {
      const [first = ''] = text.split('\n')
      const [, key] = /^([a-zA-Z]+):/m.exec(text) ?? []
      // There is one file of the staff, known by its place.
      const named =
        path === 'forms/staff.yaml'
          ? 'staff'
          : Object.keys(fileShapes).find((one) => keyOf(one) === key)
      // A table that says by what it decides is a decision table.
      const kind = named === 'table' && text.includes('\nby:') ? 'decision' : named
      expect(first, path).toBe(modeline(path, kind as FileKind))
      const target = first.replace(/^.*\$schema=/, '')
      expect(existsSync(resolve(root, dirname(path), target)), path).toBe(true)
    }
  })
})

function keyOf(kind: string): string {
  return kind === 'facility-type' ? 'facilityType' : kind
}

describe('madoguchi schema', () => {
  test('writes the JSON Schema and the types of every form, and takes away those of forms that are gone', () =>
    withCopy(DEFINITIONS, async (dir) => {
      const out = join(dir, 'made')
      const report = await schemaJson(dir, ['--out', out])
      expect(report.code).toBe(0)
      let count = Object.keys(fileShapes).length
      for (const portal of ['treatment', 'medical']) {
        const forms = (await readdir(join(dir, 'forms', portal))).filter(
          (name) => name.endsWith('.yaml') && !/^(portal|messages)\./.test(name),
        )
        const wanted = forms.flatMap((name) => {
          const stem = name.replace('.yaml', '')
          return [`${stem}.schema.json`, `${stem}.ts`]
        })
        expect((await readdir(join(out, portal))).sort()).toEqual(wanted.sort())
        count += wanted.length
      }
      expect(report.written).toHaveLength(count)

      await writeFile(join(out, 'treatment/own.ts'), 'export {}\n')
      for (const portal of ['treatment', 'medical']) {
        await rm(join(dir, 'forms', portal, 'profile.yaml'))
        await rm(join(dir, 'forms', portal, 'pages/profile-saved.md'))
      }
      await rm(join(dir, 'workflows/profile.yaml'))
      const again = await schemaJson(dir, ['--out', out])
      expect(again.problems).toEqual([])
      expect(again.removed.map((path) => path.split('/').at(-1)).sort()).toEqual([
        'profile.schema.json',
        'profile.schema.json',
        'profile.ts',
        'profile.ts',
      ])
      expect(await readdir(join(out, 'treatment'))).toContain('own.ts')
    }))

  test('with a problem in the definitions helps the editor all the same, and says what is wrong', () =>
    withCopy(DEFINITIONS, async (dir) => {
      await appendFile(join(dir, 'forms/treatment/login.yaml'), 'titel: x\n')
      const { code, output } = await runVerb(['schema', dir])
      expect(code).toBe(1)
      expect(output).toMatch(/forms\/treatment\/login\.yaml:\d+:1: .*titel/)
      expect(existsSync(join(dir, '.schemas/form.json'))).toBe(true)
      expect(existsSync(join(dir, 'generated'))).toBe(false)
    }))

  test('refuses a language it does not speak and a folder that is not there', async () => {
    expect(await runVerb(['schema', '--lang', 'fr'])).toMatchObject({ code: 2, output: '' })
    const missing = await runVerb(['schema', join(root, 'no-such-folder'), '--lang', 'en'])
    expect(missing.code).toBe(2)
    expect(missing.errors).toMatch(/There is no folder .*no-such-folder/)
    expect(existsSync(join(root, 'no-such-folder'))).toBe(false)
  })
})

type Report = { code: number | null; written: string[]; removed: string[]; problems: unknown[] }

async function schemaJson(dir: string, options: readonly string[]): Promise<Report> {
  const { code, output } = await runVerb(['schema', dir, '--json', ...options])
  return { code, ...(JSON.parse(output) as Omit<Report, 'code'>) }
}

describe('the types of answers', () => {
  test('compile under strict rules, tell the choices apart and refuse what the form refuses', () =>
    withCopy(DEFINITIONS, async (dir) => {
      expect(await runVerb(['schema', dir])).toMatchObject({ code: 0 })
      const folder = join(dir, 'generated/treatment')
      const all = (await readdir(folder)).filter((name) => name.endsWith('.ts'))
      expect(diagnostics(all.map((name) => join(folder, name)))).toEqual([])

      const uses = {
        'good.ts': `export function numberOf(answers: RegistrationAnswers): string {
          return answers.facilityType === 'judo' ? answers.regPrefix + answers.regDigits9 : answers.lastName
        }
        export const agreed = (answers: RegistrationAnswers): true => answers.agreeTerms`,
        'other-choice.ts': `export const x = (answers: RegistrationAnswers) => answers.regDigits9`,
        'missing.ts': `export const x: RegistrationAnswers = { facilityType: 'judo' }`,
        'wrong.ts': `export const x: RegistrationAnswers['facilityType'] = 'baker'`,
      }
      for (const [name, code] of Object.entries(uses))
        await writeFile(
          join(folder, name),
          `import type { RegistrationAnswers } from './registration.ts'\n${code}`,
        )
      const found = diagnostics(Object.keys(uses).map((name) => join(folder, name)))
      expect(found.map((line) => line.split(':')[0]).sort()).toEqual([
        'missing.ts',
        'other-choice.ts',
        'wrong.ts',
      ])
      expect(found.join('\n')).toMatch(/other-choice\.ts: Property 'regDigits9' does not exist/)
      expect(found.join('\n')).toMatch(/wrong\.ts: Type '"baker"' is not assignable/)
    }))

  test('are one interface for each choice, those that look alike being one', async () => {
    const { definitions } = await compile(baseFiles(), kinds, { locale: 'en', compileBody })
    const card = definitions?.forms['library/card']
    const reset = definitions?.forms['library/reset']
    if (!card || !reset) throw new Error('the base has these forms')
    expect(await answerTypes(card)).toContain(
      'export type CardAnswers = CardAdultAnswers | CardChildAnswers',
    )
    expect(await answerTypes(reset)).toMatch(/export interface ResetAnswers \{[^}]*pin: string\n\}/)
  })

  test('no label gets out of its comment or names a type', async () => {
    const path = 'forms/library/reset.yaml'
    const text = (baseTexts.get(path) ?? '').replace(
      'label: 暗証番号',
      'label: "番号 */ export const broken = 1 /* 番号"',
    )
    const changed = await compile(baseFiles([[path, text]]), kinds, { locale: 'en', compileBody })
    const form = changed.definitions?.forms['library/reset']
    if (!form) throw new Error('the base has this form')
    const types = await answerTypes(form)
    const { statements } = ts.createSourceFile('reset.ts', types, ts.ScriptTarget.ES2024)
    expect(statements.map((statement) => ts.SyntaxKind[statement.kind])).toEqual([
      'InterfaceDeclaration',
    ])
  })
})

/** What the compiler says about these files under the project's strictest rules. */
function diagnostics(paths: readonly string[]): string[] {
  const program = ts.createProgram(paths, {
    strict: true,
    noUncheckedIndexedAccess: true,
    erasableSyntaxOnly: true,
    verbatimModuleSyntax: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    types: [],
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  })
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) =>
        `${basename(file?.fileName ?? '')}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    )
}
