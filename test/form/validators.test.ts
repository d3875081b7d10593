import { mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { buildValidators, loadValidators } from '../../src/definitions/validators/index.ts'
import { Fault } from '../../src/fault.ts'
import type { Form } from '../../src/form/form.ts'
import { makeField, makeForm } from './fixture.ts'

const form = makeForm([
  makeField('text', { uid: 'name', id: 'name', options: { maxLength: 5 } }),
  makeField('digits', { uid: 'code', id: 'code', required: false, options: { length: 3 } }),
  makeField('email', { uid: 'mail', id: 'mail', when: { code: '007' } }),
])
const OLD = new Date('2001-01-01T00:00:00Z')

let cacheDir: string
beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'madoguchi-validators-'))
})
afterEach(() => rm(cacheDir, { recursive: true, force: true }))

const buildOne = async (one: Form = form) => {
  const { one: built } = await buildValidators({ forms: { one }, cacheDir })
  if (!built) throw new Error('nothing was built')
  return built
}

describe('the compiled checks', () => {
  test('judge values', async () => {
    const { fields } = await loadValidators((await buildOne()).file)
    expect(fields.name?.('見本')).toBeUndefined()
    expect(fields.name?.('見本見本見本')).toBe('maxLength')
    expect(fields.code?.('12a')).toBe('pattern')
    expect(fields.code?.(123)).toBe('type')
  })

  test('are made while this process may turn no string into code', async () => {
    expect(process.execArgv).toContain('--disallow-code-generation-from-strings')
    const FromText = Function
    expect(() => FromText('return 1')).toThrow(EvalError)
    const { fields } = await loadValidators((await buildOne()).file)
    expect(fields.code?.('012')).toBeUndefined()
  })

  test('need nothing beside themselves and turn no string into code', async () => {
    const { code } = await buildOne()
    // One helper of Ajv carries its own import as a text.
    expect(code).not.toMatch(/\bimport\b|(?<!\.code=')\brequire\s*\(|\bFunction\b|\beval\b/)
  })

  test('keep their quotes and braces in patterns and choices', async () => {
    const hostile = [
      `"}); process.exit(9) //`,
      '${1}',
      '</script>',
      'instancePath,schemaPath:"#",keyword:"x"',
      'params:{a:1}',
      ', {instancePath:instancePath,rootData}',
      ',{instancePath="",rootData=data}={}',
      '\u2028',
      '`',
    ]
    const choices = hostile.map((value) => ({ value, label: { ja: value } }))
    const built = await buildOne(
      makeForm([
        makeField('select', { uid: hostile[0] ?? '', id: 'pick', options: { choices } }),
        makeField('email', { uid: 'mail', id: 'mail', options: { characters: "a-z.$'`{|}" } }),
      ]),
    )
    const { fields } = await loadValidators(built.file)
    for (const value of hostile) expect(fields[hostile[0] ?? '']?.(value)).toBeUndefined()
    expect(fields.mail?.("a.$'`{|}@example.jp")).toBeUndefined()
    expect(fields.mail?.('a+b@example.jp')).toBe('pattern')
    expect(fields[hostile[0] ?? '']?.('other')).toBe('enum')
  })
})

describe('the cache', () => {
  test('gives what is there, without compiling', async () => {
    const first = await buildOne()
    await utimes(first.file, OLD, OLD)
    expect(await buildOne()).toEqual(first)
    expect((await stat(first.file)).mtime).toEqual(OLD)
  })

  test('knows a form by what is checked, not by its words', async () => {
    const first = await buildOne()
    const reworded = makeForm(
      Object.values(form.fields).map((field) => ({ ...field, label: { ja: '別の名' } })),
    )
    expect((await buildOne(reworded)).file).toBe(first.file)
    const longer = makeForm([
      makeField('text', { uid: 'name', id: 'name', options: { maxLength: 6 } }),
    ])
    expect((await buildOne(longer)).file).not.toBe(first.file)
  })

  test.each([
    ['cut short', (code: string) => code.slice(0, -20)],
    ['changed', (code: string) => code.replace('maxLength', 'minLength')],
    ['emptied', () => ''],
    ['replaced', () => 'export const fields = { name: () => undefined }'],
  ])('makes a file anew that was %s', async (_what, damage) => {
    const first = await buildOne()
    await writeFile(first.file, damage(first.code))
    const again = await buildOne()
    expect(again).toEqual(first)
    expect(await readFile(first.file, 'utf8')).toBe(first.code)
  })

  test('is filled by several at once, leaving nothing half', async () => {
    const all = await Promise.all(Array.from({ length: 3 }, () => buildOne()))
    expect(new Set(all.map(({ hash }) => hash)).size).toBe(1)
    expect(await readdir(cacheDir)).toHaveLength(1)
  })

  test('several forms are compiled together, equal ones once', async () => {
    const other = makeForm([makeField('phone', { uid: 'tel', id: 'tel' })])
    const built = await buildValidators({
      forms: { 'p/one': form, 'p/same': form, 'p/other': other },
      cacheDir,
    })
    expect(Object.keys(built)).toEqual(['p/one', 'p/same', 'p/other'])
    expect(built['p/same']).toEqual(built['p/one'])
    expect(await readdir(cacheDir)).toHaveLength(2)
  })
})

test('what cannot be compiled is a fault that says why', async () => {
  const odd = makeForm([makeField('text', { uid: 'a', options: { maxLength: -1 } })])
  const failed = buildOne(odd)
  await expect(failed).rejects.toBeInstanceOf(Fault)
  await expect(failed).rejects.toThrow(/must be >= 0|is invalid/)
  expect(await readdir(cacheDir)).toEqual([])
})
