import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fieldTypes } from '../../src/form/fields/index.ts'
import {
  foldAddress,
  foldCode,
  foldText,
  HYPHENS,
  INVISIBLE,
  JOINERS,
  LINE_BREAKS,
  SPACES,
  WAVES,
} from '../../src/form/fold.ts'
import type { Field, Json } from '../../src/form/form.ts'
import { makeField } from './fixture.ts'

/** Generated spellings of right answers: whatever the width, hyphens, gaps and line breaks, the plain value is read. */

const SPELLINGS = 20_000
const GAPS = [...SPACES, ...LINE_BREAKS, ...INVISIBLE, ...JOINERS, '\r\n']
const hyphen = fc.constantFrom(...HYPHENS)

/** A field, its plain values, how one character may be spelled, and what may stand between any two. */
type Folding = {
  readonly field: Field
  readonly plain: fc.Arbitrary<string>
  readonly value?: (plain: string) => Json
  readonly spell: (character: string) => fc.Arbitrary<string>
  readonly between: fc.Arbitrary<string>
}

const anyWidth = (character: string): fc.Arbitrary<string> =>
  /[!-~]/.test(character)
    ? fc.constantFrom(character, fullWidth(character))
    : fc.constant(character)
const gap = fc.constantFrom('', '', '', ...GAPS)
const gapOrHyphen = fc.oneof(gap, fc.constantFrom(...HYPHENS, ...WAVES))
const prefectures: readonly (readonly [string, string])[] = [
  ['01', '北海道'],
  ['13', '東京都'],
  ['26', '京都府'],
  ['30', '和歌山県'],
]
const kana: readonly (readonly [string, string])[] = [
  ['ア', 'ｱ'],
  ['ガ', 'ｶﾞ'],
  ['パ', 'ﾊﾟ'],
  ['ー', 'ｰ'],
]

const foldings: { readonly [name: string]: Folding } = {
  digits: {
    field: makeField('digits', { options: { length: 10 } }),
    plain: fc.stringMatching(/^[0-9]{10}$/),
    spell: anyWidth,
    between: gapOrHyphen,
  },
  phone: {
    field: makeField('phone'),
    plain: fc.stringMatching(/^0[0-9]{9,10}$/),
    spell: anyWidth,
    between: gapOrHyphen,
  },
  email: {
    field: makeField('email', { options: { characters: 'a-z0-9._-', maxLength: 40 } }),
    plain: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,12}@[a-z0-9]{1,5}-[a-z]{1,5}\.jp$/),
    spell: (character) => (character === '-' ? hyphen : anyWidth(character)),
    between: gap,
  },
  text: {
    field: makeField('text', { options: { maxLength: 40 } }),
    plain: fc.stringMatching(/^[髙﨑𠮷見本ガｶA-Zー]{1,5} [太郎花子'a-z-]{1,5}$/u),
    // A pasted line break stands where the space was.
    spell: (character) =>
      character === ' ' ? fc.constantFrom(' ', '\n', ' \r\n', '\t') : fc.constant(character),
    between: fc.constantFrom('', '', ...INVISIBLE),
  },
  combobox: {
    field: makeField('combobox', {
      options: {
        choices: prefectures.map(([value, ja]) => ({ value, label: { ja } })),
      },
    }),
    plain: fc.constantFrom(...prefectures.flat()),
    value: (plain) => prefectures.find((pair) => pair.includes(plain))?.[0] ?? null,
    spell: anyWidth,
    between: gap,
  },
  'combobox in kana': {
    field: makeField('combobox', {
      options: { choices: kana.map(([ja]) => ({ value: ja, label: { ja } })) },
    }),
    plain: fc.constantFrom(...kana.map(([ja]) => ja)),
    spell: (character) =>
      fc.constantFrom(character, kana.find(([ja]) => ja === character)?.[1] ?? character),
    between: gap,
  },
}

test.each(Object.entries(foldings))(
  `${SPELLINGS.toLocaleString('en')} spellings of %s are read as the plain one`,
  (name, { field, plain, value, spell, between }) => {
    const type = fieldTypes[field.type]
    const isRight = checkOf(field)
    const spelled = plain.chain((text) =>
      fc
        .tuple(...[...text].map((character) => fc.tuple(between, spell(character))), between)
        .map((parts) => ({ text, typed: parts.flat().join('') })),
    )
    // Gaps at both ends, of any kind, belong to every spelling.
    const padded = fc.tuple(fc.constantFrom(...GAPS), spelled, fc.constantFrom(...GAPS))
    fc.assert(
      fc.property(padded, ([before, { text, typed }, after]) => {
        const read = type?.read([before + typed + after], field)
        expect(read, name).toEqual(value ? value(text) : text)
        expect(isRight(read)).toBe(true)
      }),
      { numRuns: SPELLINGS },
    )
  },
)

test('folding again changes nothing, whatever was typed', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 30 })
  fc.assert(
    fc.property(anything, (typed) => {
      for (const fold of [foldCode, foldAddress, foldText])
        expect(fold(fold(typed))).toBe(fold(typed))
    }),
    { numRuns: 5_000 },
  )
})

test('names keep every character', () => {
  const names = [
    '髙﨑',
    '𠮷野',
    '葛\u{E0100}城',
    '渡邉',
    'か\u3099',
    'ＡＢＣ',
    'ﾀﾛｳ',
    '㈱見本',
    '①',
    '👨\u200d👩',
  ]
  for (const name of names) expect(foldText(name)).toBe(name)
})

test('at least 20 look-alikes of a hyphen are known', () => {
  expect(new Set(HYPHENS).size).toBeGreaterThanOrEqual(20)
  for (const one of '-‐‑‒–—―ー−－﹣ｰ﹘⁃') expect(HYPHENS).toContain(one)
  for (const one of '~〜～') expect(WAVES).toContain(one)
})

/** Quadratic work on such a text would be 10^12 steps, far beyond what the runner gives any test; linear work is nothing. */
describe('a text of a million characters stalls nothing', () => {
  const long = 1_000_000
  const texts = {
    gaps: ' '.repeat(long) + 'x',
    breaks: 'a' + ' \n'.repeat(long / 2),
    hyphens: '－'.repeat(long),
    marks: '1' + '\u0301\u0316'.repeat(long / 2),
    codes: '１' + '\u0301'.repeat(long / 2) + '\u0316'.repeat(long / 2),
    digits: '0'.repeat(long),
    at: 'a@'.repeat(long / 2),
    labels: 'a@' + 'a-'.repeat(long / 2),
    dots: 'a@' + 'a.'.repeat(long / 2),
    kana: 'ｶﾞ'.repeat(long / 2),
  }
  const inputs = Object.entries(fieldTypes).filter(([, type]) => type.isInput)

  test.each(Object.entries(texts))('%s', (_name, text) => {
    for (const [name, type] of inputs) {
      const field = makeField(name, { options: { choices: [{ value: 'a', label: { ja: 'a' } }] } })
      const value = type.read([text], field)
      if (value !== undefined) expect(type.issue('pattern', field, value).code).toBeTruthy()
    }
  })
})

/** The field's own schema for values, as far as its patterns, lengths and lists go. */
function checkOf(field: Field): (value: Json | undefined) => boolean {
  const schema = fieldTypes[field.type]?.schema(field) ?? {}
  const pattern = typeof schema.pattern === 'string' ? new RegExp(schema.pattern, 'u') : /^/
  const list = Array.isArray(schema.enum) ? (schema.enum as readonly Json[]) : undefined
  const lengthMax = typeof schema.maxLength === 'number' ? schema.maxLength : Infinity
  return (value) =>
    typeof value === 'string' &&
    pattern.test(value) &&
    [...value].length <= lengthMax &&
    (list === undefined || list.includes(value))
}

function fullWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 0xfee0)
}
