import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { pluginsFor } from '../../plugins/index.ts'
import { editorSchemas } from '../../src/definitions/editor-schema.ts'
import { loadFiles } from '../../src/definitions/load.ts'
import { collectProblems } from '../../src/definitions/problems.ts'
import { definitionsReference, REFERENCE_MARK } from '../../src/definitions/reference.ts'
import { fieldTypes } from '../../src/form/fields/index.ts'
import { pluginKinds } from '../../src/plugins/host.ts'

const root = resolve(import.meta.dirname, '../..')
const kinds = {
  fieldTypes,
  ...pluginKinds(pluginsFor({ smtpUrl: undefined }).map(({ plugin }) => plugin)),
}

describe('docs/definitions.md', () => {
  test('ends with the reference made of the schemas (UPDATE_DOCS=1 writes it)', () => {
    const file = join(root, 'docs/definitions.md')
    const text = readFileSync(file, 'utf8')
    const guide = text.slice(0, text.indexOf(REFERENCE_MARK))
    const wanted = `${guide}${definitionsReference(kinds)}`
    if (process.env.UPDATE_DOCS === '1') writeFileSync(file, wanted)
    expect(readFileSync(file, 'utf8')).toBe(wanted)
  })

  test('describes every option of every field type', () => {
    const bare = Object.values(fieldTypes).flatMap((type) =>
      Object.entries(type.options)
        .filter(([, option]) => typeof option.schema.description !== 'string')
        .map(([name]) => `${type.name}.${name}`),
    )
    expect(bare).toEqual([])
  })
})

/** Ajv turns schemas into code, which this process may not. */
const SCRIPT = `
  const { default: Ajv } = await import('ajv/dist/2020.js')
  const { text } = await import('node:stream/consumers')
  const { schemas, files } = JSON.parse(await text(process.stdin))
  const ajv = new Ajv({ strict: false })
  const out = {}
  for (const { path, kind, value } of files)
    out[path] = ajv.validate(schemas[kind], value) ? '' : ajv.errorsText()
  console.log(JSON.stringify(out))
`

describe('the schemas for editors', () => {
  test('accept every shipped file and refuse a misspelt key', async () => {
    const files = await loadFiles(root, collectProblems().report)
    const good = files.flatMap(({ path, text }) => {
      const kind = kindOf(path, text)
      return kind ? [{ path, kind, value: parse(text) as unknown }] : []
    })
    expect(good.length).toBeGreaterThan(25)
    const bad = [
      { path: 'key', kind: 'form', value: { form: 'a', titel: 'b' } },
      {
        path: 'option',
        kind: 'pack',
        value: { pack: 'a', fields: [{ id: 'a', type: 'digits', label: 'A', lenght: 3 }] },
      },
    ]
    const verdicts = validate([...good, ...bad])
    for (const { path } of good) expect(verdicts[path], path).toBe('')
    for (const { path } of bad) expect(verdicts[path], path).not.toBe('')
  })
})

function validate(files: readonly object[]): { [path: string]: string } {
  const input = JSON.stringify({ schemas: editorSchemas(kinds), files })
  const out = execFileSync(process.execPath, ['--input-type=module', '-e', SCRIPT], {
    cwd: root,
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  })
  return JSON.parse(out) as { [path: string]: string }
}

function kindOf(path: string, text: string): string | undefined {
  if (!path.endsWith('.yaml')) return undefined
  if (path === 'forms/staff.yaml') return 'staff'
  if (path.startsWith('workflows/mails/')) return 'mail'
  if (path.startsWith('workflows/documents/')) return 'document'
  if (path.startsWith('workflows/')) return 'workflow'
  if (path.startsWith('forms/shared/')) return sharedKind(text)
  if (path.includes('/facility-types/')) return 'facility-type'
  if (path.includes('/scenarios/')) return 'scenario'
  if (path.endsWith('/portal.yaml')) return 'portal'
  return path.endsWith('/messages.yaml') ? 'messages' : 'form'
}

/** A table that says by what it decides is a decision table. */
function sharedKind(text: string): string {
  const [, kind = 'pack'] = /^(table|calendar):/m.exec(text) ?? []
  return kind === 'table' && /^by:/m.test(text) ? 'decision' : kind
}
