import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fieldTypes } from '../../src/form/fields/index.ts'
import {
  foldAddress,
  foldCode,
  foldHyphens,
  foldLines,
  foldText,
  HYPHENS,
  INVISIBLE,
  JOINERS,
  LINE_BREAKS,
  SPACES,
  WAVES,
} from '../../src/form/fold.ts'
import type { Field, Json } from '../../src/form/form.ts'
import { foldKana } from '../../src/form/kana.ts'
import { inEra, showInBoth } from '../../src/form/eras.ts'
import { readDay } from '../../src/form/spelled-date.ts'
import { makeField } from './fixture.ts'

/** Generated spellings of right answers: whatever the width, hyphens, gaps and line breaks, the plain value is read. */

const SPELLINGS = 20_000
const GAPS = [...SPACES, ...LINE_BREAKS, ...INVISIBLE, ...JOINERS, '\r\n']
const hyphen = fc.constantFrom(...HYPHENS)

const katakana = (typed: string) => foldKana(typed, 'katakana')

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

const letters = (text: string, spelled: (character: string) => readonly string[]) =>
  fc.constantFrom(text, ...spelled(text))
const KATAKANA = 'アイウカガパヴャッンー'
const HALF: Readonly<Record<string, string>> = {
  ア: 'ｱ',
  イ: 'ｲ',
  ウ: 'ｳ',
  カ: 'ｶ',
  ガ: 'ｶﾞ',
  パ: 'ﾊﾟ',
  ヴ: 'ｳﾞ',
  ャ: 'ｬ',
  ッ: 'ｯ',
  ン: 'ﾝ',
}
const hiragana = (katakana: string) =>
  katakana.replace(/[ァ-ヶ]/g, (one) => String.fromCharCode(one.charCodeAt(0) - 0x60))

/** One day or month in all its spellings, era or not, kanji digits, separators and runs. */
const calendarDay = fc
  .date({ min: new Date('1873-01-01'), max: new Date('2068-12-31'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10))
const separator = fc.constantFrom(...'-/.・　 ', ...HYPHENS, ...WAVES)
const kanjiDigits = (text: string) =>
  text.replace(/[0-9]/g, (digit) => '〇一二三四五六七八九'[Number(digit)] ?? '')

function spelledYear(iso: string): readonly string[] {
  const western = iso.slice(0, 4)
  const { era, year } = inEra(iso)
  if (!era) return [western]
  const names = [era.name.ja, ...era.short, ...era.short.map((name) => name.toLowerCase())]
  return [
    western,
    ...names.flatMap((name) => [`${name}${year}`, `${name}${year === 1 ? '元' : year}`]),
  ]
}

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
  'phone with hyphens': {
    field: makeField('phone', { options: { hyphens: true } }),
    plain: fc
      .stringMatching(/^0[0-9]{9,10}$/)
      .chain((digits) =>
        fc.constantFrom(
          `${digits.slice(0, 3)}-${digits.slice(3, -4)}-${digits.slice(-4)}`,
          `${digits.slice(0, -8).slice(0, 2)}-${digits.slice(2, 6)}-${digits.slice(6, 10)}`,
        ),
      ),
    spell: (character) => (character === '-' ? hyphen : anyWidth(character)),
    between: gap,
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
  kana: {
    field: makeField('kana'),
    plain: fc.stringMatching(/^[アイウカガパヴャッン][アイウカガパヴャッンー]{0,8}$/),
    spell: (character) =>
      character === 'ー'
        ? hyphen
        : letters(character, (one) => [hiragana(one), HALF[one] ?? one, one.normalize('NFD')]),
    between: fc.constantFrom('', '', ...INVISIBLE, ...JOINERS),
  },
  hiragana: {
    field: makeField('kana', { options: { script: 'hiragana' } }),
    plain: fc.stringMatching(new RegExp(`^[${hiragana(KATAKANA.slice(0, -1))}]{1,8}$`)),
    spell: (character) => {
      const katakana = String.fromCharCode(character.charCodeAt(0) + 0x60)
      return fc.constantFrom(character, katakana, HALF[katakana] ?? katakana)
    },
    between: fc.constantFrom('', '', ...INVISIBLE, ...JOINERS),
  },
  integer: {
    field: makeField('integer'),
    plain: fc.stringMatching(/^[1-9][0-9]{0,11}$/),
    value: Number,
    spell: anyWidth,
    between: fc.oneof(gap, fc.constantFrom('', '', ',', '，', '、')),
  },
  money: {
    field: makeField('money'),
    plain: fc
      .stringMatching(/^[1-9][0-9]{0,11}$/)
      .chain((digits) => fc.constantFrom(digits, `¥${digits}`, `￥${digits}`, `${digits}円`)),
    value: (plain) => Number(plain.replace(/[^0-9]/g, '')),
    spell: anyWidth,
    between: gap,
  },
  'postal-code': {
    field: makeField('postal-code'),
    plain: fc.stringMatching(/^[0-9]{7}$/),
    spell: anyWidth,
    between: gapOrHyphen,
  },
  'text-area': {
    field: makeField('text-area'),
    plain: fc.stringMatching(/^[髙見本a-z]{1,5}\n[太郎花子]{1,5}$/u),
    spell: (character) =>
      character === '\n'
        ? fc.constantFrom('\n', '\r\n', '\r', '\u2028', ' \n')
        : fc.constant(character),
    between: fc.constantFrom('', '', ...INVISIBLE),
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

describe.each(['date', 'year-month'] as const)('%s', (name) => {
  const length = name === 'date' ? 3 : 2
  const field = makeField(name)
  const isRight = checkOf(field)
  const spelled = calendarDay.chain((day) => {
    const iso = name === 'date' ? day : day.slice(0, 7)
    // A month in which an era began is named by its last day.
    const years = spelledYear(name === 'date' ? day : `${iso}-28`)
    const [, month = '', date = ''] = iso.split('-')
    const number = (text: string) => fc.constantFrom(text, String(Number(text)))
    return fc
      .record({
        year: fc.constantFrom(...years),
        month: number(month),
        day: number(date),
        by: separator,
        style: fc.constantFrom('units', 'separators', 'parts'),
        isKanji: fc.boolean(),
        isWide: fc.boolean(),
        gap: fc.constantFrom('', ...GAPS),
      })
      .map(({ year, month, day, by, style, isKanji, isWide, gap }) => {
        const rest = [month, day].slice(0, length - 1)
        const units = `${year}年${rest.map((part, index) => part + '月日'[index]).join('')}`
        const plain = style === 'units' ? units : [year, ...rest].join(by)
        const changed = (text: string) =>
          isKanji ? kanjiDigits(text) : isWide ? text.replace(/[!-~]/g, fullWidth) : text
        const typed =
          style === 'parts'
            ? [year, ...rest].map((part) => gap + changed(part))
            : [gap + changed(plain) + gap]
        return { iso, typed }
      })
  })

  test(`${SPELLINGS.toLocaleString('en')} spellings are read as the plain one`, () => {
    fc.assert(
      fc.property(spelled, ({ iso, typed }) => {
        const read = fieldTypes[name]?.read(typed, field)
        expect(read).toBe(iso)
        expect(isRight(read)).toBe(true)
      }),
      { numRuns: SPELLINGS },
    )
  })
})

test(`${SPELLINGS.toLocaleString('en')} spellings of time-window are read as the plain one`, () => {
  const field = makeField('time-window')
  const minutes = fc.integer({ min: 0, max: 24 * 60 - 1 })
  const spelledTime = minutes.chain((all) => {
    const [hour, minute] = [Math.floor(all / 60), all % 60]
    const two = (number: number) => String(number).padStart(2, '0')
    const plain = `${two(hour)}:${two(minute)}`
    const half = hour < 12 ? ['午前', 'am', hour] : ['午後', 'PM', hour === 12 ? 12 : hour - 12]
    const [ja = '', en = '', inHalf = 0] = half
    const spellings = [
      plain,
      `${hour}:${two(minute)}`,
      `${hour}時${minute}分`,
      `${two(hour)}${two(minute)}`,
      `${ja}${inHalf}時${minute}分`,
      `${inHalf}:${two(minute)}${en}`,
      ...(minute === 30 ? [`${hour}時半`] : []),
      ...(minute === 0 ? [`${hour}時`, String(hour)] : []),
    ]
    return fc
      .tuple(fc.constantFrom(...spellings), fc.boolean(), fc.constantFrom('', ' ', '　'))
      .map(([text, isWide, gap]) => ({
        plain,
        typed: gap + (isWide ? text.replace(/[!-~]/g, fullWidth) : text) + gap,
      }))
  })
  fc.assert(
    fc.property(fc.tuple(spelledTime, spelledTime), ([from, until]) => {
      const wanted = { from: from.plain, until: until.plain }
      expect(fieldTypes['time-window']?.read([from.typed, until.typed], field)).toEqual(wanted)
      const whole = `${from.typed}～${until.typed}`
      expect(fieldTypes['time-window']?.read([whole], field)).toEqual(wanted)
    }),
    { numRuns: SPELLINGS },
  )
})

test('every boundary of an era is exact (A19)', () => {
  const days: readonly (readonly [string, string, string])[] = [
    ['1868-01-25', '明治元年1月25日', '明治元年1月24日'],
    ['1912-07-29', '明治45年7月29日', ''],
    ['1912-07-30', '大正元年7月30日', '大正元年7月29日'],
    ['1926-12-24', '大正15年12月24日', ''],
    ['1926-12-25', '昭和元年12月25日', '昭和元年12月24日'],
    ['1989-01-07', '昭和64年1月7日', ''],
    ['1989-01-08', '平成元年1月8日', '平成元年1月7日'],
    ['2019-04-30', '平成31年4月30日', ''],
    ['2019-05-01', '令和元年5月1日', '令和元年4月30日'],
    ['2024-02-29', '令和6年2月29日', '令和7年2月29日'],
  ]
  for (const [iso, right, wrong] of days) {
    expect(readDay(right)).toEqual({ iso })
    expect(showInBoth(iso, 'ja')).toContain(`（${right}）`)
    if (wrong) expect(readDay(wrong)).toHaveProperty('wrong')
  }
  expect(showInBoth('1868-01-24', 'ja')).toBe('1868年1月24日')
  expect(showInBoth('2025-04', 'en')).toBe('2025-04 (Reiwa 7)')
})

test('folding again changes nothing, whatever was typed', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 30 })
  fc.assert(
    fc.property(anything, (typed) => {
      for (const fold of [foldCode, foldHyphens, foldAddress, foldText, foldLines, katakana])
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
  if (schema.type === 'integer') return Number.isInteger
  return (value) =>
    typeof value === 'string' &&
    pattern.test(value) &&
    [...value].length <= lengthMax &&
    (list === undefined || list.includes(value))
}

function fullWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 0xfee0)
}
