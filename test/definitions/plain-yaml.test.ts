import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { readPlain } from '../../src/definitions/yaml/plain.ts'
import { parseYaml } from '../../src/definitions/yaml/yaml.ts'
import { manyForms } from '../bench/many-forms.ts'
import { baseFiles } from './base.ts'
import { suiteCases } from './yaml-suite.ts'

/** The reader of plain YAML gives exactly the parser's values and places and hides no problem, or gives nothing. */

const root = resolve(import.meta.dirname, '../..')
const shipped = ['forms', 'workflows', 'test/samples'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
)
const samples = readdirSync(join(root, 'test/definitions/samples')).map((name) =>
  readFileSync(join(root, 'test/definitions/samples', name), 'utf8'),
)
const texts = [...shipped, ...[...baseFiles(), ...manyForms(2)].map(({ text }) => text)]

/** Whether the reader took it. */
function compareBoth(text: string): boolean {
  const source = { file: 'a.yaml', text }
  const plain = readPlain(source)
  if (!plain) return false
  const codes: string[] = []
  const full = parseYaml(source, (code) => codes.push(code))
  expect({ codes, root: plain }, text).toEqual({ codes: [], root: full })
  return true
}

test('nearly all that is shipped is plain and read the same', () => {
  const taken = texts.filter(compareBoth).length
  expect(taken / texts.length).toBeGreaterThan(0.9)
})

test('the public YAML test suite is read the same, as far as it is plain', () => {
  for (const { text, isFailing } of suiteCases()) {
    const isTaken = compareBoth(text)
    expect(isTaken && isFailing, text).toBe(false)
  }
})

test.each([
  ['a: 1'],
  ['a:\n- 1\n-  b\n'],
  ['a:\n  - b: 1\n    c: "x: \\"y\\" # z"\n\n  # note\n  - - 2\n    - 3\n'],
  ["'a b': 'it''s' # note\n\"b\": { c: [1, 0x1F, .5, ~, true, NO], 'd': \"\" }\n"],
  ['a: {\n    b: 1, # note\n\n    c: [ 2,\n      3 ],\n  }\n'],
  ['a: |\n  one\n\n    two\n  # three\n\n\nb: |-\n  four\n# note\nc: 5'],
  ['a: http://example.jp/#b\nb c: d#e : f\n'],
])('plain: %j', (text) => {
  // The last one is plain up to its second colon, which makes it none.
  expect(compareBoth(text)).toBe(!text.includes(' : '))
})

test.each([
  ['a:\tb'],
  ['a: b\n  c\n'],
  ['a: "b\n  c"\n'],
  ['a: &x 1\nb: *x\n'],
  ['a: !!str 1\n'],
  ['? a\n: b\n'],
  ['a: >\n  b\n'],
  ['a: |2\n   b\n'],
  ['a:\nb: 1\n'],
  ['a: b: c\n'],
  ['a: 1\na: 2\n'],
  ['__proto__: 1\n'],
  ['a: [b: 1]\n'],
  ['a: [\n1]\n'],
  ['a: 1\n---\nb: 2\n'],
  ['a:\n    b: 1\n  c: 2\n'],
  [`${'['.repeat(40)}${']'.repeat(40)}`],
  [`a: ${'['.repeat(40)}${']'.repeat(40)}`],
])('left to the parser: %j', (text) => {
  expect(readPlain({ file: 'a.yaml', text })).toBeUndefined()
})

test('pieces of real files, changed at random places, are read the same or not at all', () => {
  const next = numbers(20_261_126)
  const pick = <T>(list: readonly T[]) => list[next(list.length)] as T
  let taken = 0
  for (let round = 0; round < ROUNDS; round++) {
    const lines = pick([...texts, ...samples]).split('\n')
    const start = next(lines.length)
    const piece = lines.slice(start, start + 1 + next(8))
    const indent = Math.min(...piece.map((line) => /^ */.exec(line)?.[0].length ?? 0))
    let text = `${piece.map((line) => line.slice(indent)).join('\n')}\n`
    for (let change = next(4); change > 0; change--) {
      const at = next(text.length)
      text = text.slice(0, at) + pick(SIGNS) + text.slice(at + next(3))
    }
    if (compareBoth(text)) taken++
  }
  expect(taken).toBeGreaterThan(ROUNDS / 10)
}, 3_600_000)
/** More of them when the reader was changed. */
const ROUNDS = Number(process.env.PLAIN_YAML_ROUNDS ?? 3_000)
const SIGNS = [
  ...'-?:,[]{}#&*!|>\'"%@` \n\t\\a1~.',
  ...[
    '',
    '',
    ': ',
    '- ',
    ' #',
    '\n  ',
    '\n    ',
    '""',
    "''",
    '|\n',
    '|-\n ',
    ': |\n',
    '\n- ',
    ':\n',
  ],
  ...['[a, b]', '{ a: 1 }', '\\n', '---\n', '0x1', '.5', 'null', '\u00A0', '\u2028', '窓', '\r\n'],
]

/** Numbers below a bound, the same ones each time (Park and Miller). */
function numbers(seed: number): (below: number) => number {
  let state = seed % 2_147_483_647
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}
