import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { compile, formatProblems } from '../../src/definitions/index.ts'
import { REFERENCE_MARK } from '../../src/definitions/reference.ts'
import { baseFiles, baseTexts, compileBody, kinds } from './base.ts'

/**
 * Every example of docs/definitions.md is compiled. One that begins with `# <path>` is that file; others say behind the word
 * `yaml` what they are a part of (```yaml fields, form, workflow, states, steps, portal or scenario) and are put into it. What an example names outside
 * itself (a field, a mail) need not be there; all else must be right.
 */
const document = readFileSync(
  join(resolve(import.meta.dirname, '../..'), 'docs/definitions.md'),
  'utf8',
)
const guide = document.slice(0, document.indexOf(REFERENCE_MARK))
const examples = [...guide.matchAll(/^```yaml ?(\w*)\n([\s\S]*?)^```$/gm)].map(
  ([, frame = '', text = '']) => ({ frame, text, title: text.split('\n')[0] ?? '' }),
)

const FORM = `form: example
path: example
title: 例
workflow: card
`
const ACCESS = 'access: visitor\n'
const FRAMES: { readonly [frame: string]: (text: string) => readonly [string, string] } = {
  fields: (text) => [
    'forms/library/example.yaml',
    `${FORM}${ACCESS}sections:\n  - id: example\n    fields:\n${indent(text, 6)}submit: 送る\n`,
  ],
  form: (text) => [
    'forms/library/example.yaml',
    `${FORM}${has(text, 'access') ? '' : ACCESS}${text}${has(text, 'sections|screens') ? '' : 'sections: [{ id: a, fields: [{ id: a, type: text, label: 欄 }] }]\n'}${has(text, 'submit') ? '' : 'submit: 送る\n'}`,
  ],
  states: (text) => [
    'workflows/example.yaml',
    `workflow: example\ntitle: 例\nstart: [{ to: ${/^\w+/.exec(text)?.[0] ?? ''} }]\nstates:\n${indent(text, 2)}`,
  ],
  workflow: (text) => [
    'workflows/example.yaml',
    `workflow: example\ntitle: 例\nstart: [{ to: ${/^states:\n  (\w+)/m.exec(text)?.[1] ?? ''} }]\n${text}`,
  ],
  steps: (text) => [
    'workflows/example.yaml',
    `workflow: example\ntitle: 例\nstart: [{ to: working }]\nstates:\n  working:\n    label: 処理中\n${indent(text, 4)}    then: done\n  done: { label: 完了, end: accepted }\n`,
  ],
  portal: (text) => [
    'forms/example/portal.yaml',
    `${without(baseTexts.get('forms/library/portal.yaml') ?? '', /^\w+/.exec(text)?.[0] ?? '').replace('portal: library', 'portal: example')}${text}`,
  ],
  scenario: (text) => [
    'forms/library/scenarios/example.yaml',
    `scenario: example\ntitle: 例\nsteps:\n${text}`,
  ],
  '': (text) => {
    const path = /^# (\S+)/.exec(text)?.[1] ?? ''
    return [path.replace('forms/treatment/', 'forms/library/'), text]
  },
}

function has(text: string, keys: string): boolean {
  return new RegExp(`^(?:${keys}):`, 'm').test(text)
}
/** The same file without one of its keys. */
function without(text: string, key: string): string {
  return text.replace(new RegExp(`^${key}:.*\\n(?:[ -].*\\n)*`, 'm'), '')
}
function indent(text: string, by: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(by))
}

/** What only the rest of a portal could fulfil. */
const OUTSIDE =
  /^(?:ref\.(?:unknown|part)|unused|link\.target|form\.no-purpose|state\.(?:unreachable|no-exit|untimed)|accept\.unused)$/

describe('the examples of docs/definitions.md', () => {
  test('are all found', () => {
    expect(examples.length).toBeGreaterThan(12)
    expect(examples.filter(({ frame }) => !Object.hasOwn(FRAMES, frame))).toEqual([])
  })

  test.each(examples)('$title', async ({ frame, text }) => {
    const [path, framed] = FRAMES[frame]?.(text) ?? ['', '']
    expect(path, 'the first line is a comment with the path').toMatch(/^(?:forms|workflows)\//)
    const { problems } = await compile(baseFiles([[path, framed]]), kinds, {
      locale: 'ja',
      compileBody,
    })
    const own = problems.filter(({ code, file }) => file === path && !OUTSIDE.test(code))
    expect(formatProblems(own)).toBe('')
    expect(baseTexts.has(path)).toBe(false)
  })

  test('fails for a key that is not there', async () => {
    const [path, framed] = FRAMES.fields?.('- { id: a, type: text, label: A, lenght: 3 }\n') ?? []
    const files = baseFiles([[path ?? '', framed ?? '']])
    const { problems } = await compile(files, kinds, { locale: 'ja', compileBody })
    expect(problems.map(({ code }) => code)).toContain('key.unknown')
  })
})
