import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Problem } from '../../src/definitions/definitions.ts'
import { compile, formatProblems } from '../../src/definitions/index.ts'
import { problemTexts } from '../../src/definitions/problem-texts/index.ts'
import { baseFiles, baseTexts, compileBody, kinds } from './base.ts'

/**
 * Each sample: `=== what is wrong`, the changes to the base portal (`in <path>`, lines with `-` replaced by the lines
 * with `+` after them; `remove <path>`; `new <path>` with the lines of a whole file), dashes, the report.
 * `UPDATE_SAMPLES=1` writes the reports anew; read them before you commit them.
 */
const folder = join(import.meta.dirname, 'samples')
const DASHES = '-----'
const isUpdating = process.env.UPDATE_SAMPLES === '1'
const reported = new Set<string>()

for (const file of readdirSync(folder).sort()) {
  const samples = readFileSync(join(folder, file), 'utf8').split(/^=== /m).slice(1)
  const written: string[] = []
  describe(file, () => {
    for (const sample of samples) {
      const [head = '', expected = ''] = sample.split(`${DASHES}\n`)
      const [title = '', ...lines] = head.trimEnd().split('\n')
      test(title, async () => {
        const files = applyChanges(lines)
        const { problems, warnings, definitions } = await compile(files, kinds, {
          locale: 'ja',
          compileBody,
        })
        const all = [...problems, ...(await newAdvice(warnings, file))]
        for (const problem of all) reported.add(problem.code)
        const report = formatProblems(all)
        written.push(`=== ${head.trimEnd()}\n${DASHES}\n${report}\n`)
        if (isUpdating) return
        expect(report.trimEnd()).toBe(expected.trimEnd())
        expect(definitions === undefined).toBe(problems.length > 0)
        await expectEnglish(files)
      })
    }
    if (isUpdating)
      test('write the reports', () => writeFileSync(join(folder, file), written.join('')))
  })
}

describe('all samples together', () => {
  test('the base itself has no problem', async () => {
    const outcome = await compile(baseFiles(), kinds, { locale: 'ja', compileBody })
    expect(formatProblems(outcome.problems)).toBe('')
    expect(outcome.definitions?.hash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('show every code that can come from a set of files', () => {
    const fromDisk = Object.keys(problemTexts).filter((code) => DISK_CODES.includes(code))
    const missing = Object.keys(problemTexts).filter((code) => !reported.has(code))
    expect(missing.sort()).toEqual(fromDisk.sort())
  })
})

/** Told by the loader, before there is a set of files: see load.test.ts. */
const DISK_CODES = [
  'file.link-outside',
  'file.not-utf8',
  'file.too-large',
  'file.too-many',
  'file.unreadable',
]

/** Where advice on people is shown; elsewhere it would stand beside what a sample is about. */
const PEOPLE = 'accessibility.txt'

/** Advice on the base itself says nothing about a sample. */
async function newAdvice(
  warnings: readonly Problem[],
  sampleFile: string,
): Promise<readonly Problem[]> {
  const base = await compile(baseFiles(), kinds, { locale: 'ja', compileBody })
  const known = new Set(base.warnings.map(({ file, message }) => `${file} ${message}`))
  return warnings.filter(
    ({ code, file, message }) =>
      !known.has(`${file} ${message}`) && (sampleFile === PEOPLE || !code.startsWith('a11y.')),
  )
}

/** The same mistakes, told in English: no Japanese but what the author wrote, nothing left unfilled. */
async function expectEnglish(files: ReturnType<typeof baseFiles>) {
  const { problems, warnings } = await compile(files, kinds, { locale: 'en', compileBody })
  for (const { message, hint } of [...problems, ...warnings]) {
    expect(`${message} ${hint ?? ''}`).not.toMatch(/undefined|\{(near|allowed|key|expected\w*)\}/)
    // What an author wrote is quoted as it is.
    expect(message.replace(/'[^']*'/g, '')).not.toMatch(/を|です|ます/)
  }
}

function applyChanges(lines: readonly string[]) {
  const texts = new Map(baseTexts)
  let path = ''
  let removed: string[] = []
  let added: string[] = []
  const flush = () => {
    if (removed.length > 0) {
      const old = `${removed.join('\n')}\n`
      const text = texts.get(path) ?? ''
      expect(text, `${path} has\n${old}`).toContain(old)
      texts.set(
        path,
        text.replace(old, () => added.map((line) => `${line}\n`).join('')),
      )
    } else if (added.length > 0) texts.set(path, `${texts.get(path) ?? ''}${added.join('\n')}\n`)
    removed = []
    added = []
  }
  for (const line of lines) {
    const [, verb, name = ''] = /^(in|new|remove) (\S+)$/.exec(line) ?? []
    if (verb) {
      flush()
      path = name
      if (verb === 'new') texts.set(path, '')
      if (verb === 'remove') texts.delete(path)
    } else if (line.startsWith('-')) {
      if (added.length > 0) flush()
      removed.push(line.slice(1))
    } else if (line.startsWith('+')) added.push(line.slice(1))
  }
  flush()
  return [...texts].map(([file, text]) => ({ path: file, text }))
}
