import { describe, expect, test } from 'vitest'
import { fieldTypes } from '../../src/form/fields/index.ts'
import type { Field, Issue } from '../../src/form/form.ts'
import { charactersInWords, issueTexts, messageOf } from '../../src/form/messages.ts'
import { makeField } from './fixture.ts'

const BANNED = /不正|無効|異常|invalid|illegal|error/i

/** Values and fields that bring every field type to each of its issues. */
type Sample = readonly [Partial<Field> & { type: string }, keyword: string, value: string]
const samples: readonly Sample[] = [
  [{ type: 'text', options: { maxLength: 40 } }, 'maxLength', 'あ'],
  [{ type: 'digits', options: { length: 9 } }, 'pattern', '1'],
  [{ type: 'digits', options: { minLength: 2, maxLength: 4 } }, 'pattern', '1'],
  [{ type: 'phone' }, 'pattern', '03a'],
  [{ type: 'phone' }, 'pattern', '03'],
  [{ type: 'phone' }, 'pattern', '3'],
  ...['0312345678', '03-123', '3', '03a'].map((typed): Sample => [
    { type: 'phone', options: { hyphens: true } },
    'pattern',
    typed,
  ]),
  [{ type: 'code', options: { length: 10, checkDigit: 'refuse' } }, 'pattern', '1'],
  [{ type: 'email', options: { maxLength: 40 } }, 'maxLength', 'a'],
  [{ type: 'email', options: { characters: 'a-z0-9._-' } }, 'pattern', 'A@b.jp'],
  [{ type: 'email', options: { characters: 'a-z0-9._-' } }, 'pattern', 'a'],
  [{ type: 'email' }, 'pattern', '太郎@b.jp'],
  [
    { type: 'password', options: { minLength: 8, maxLength: 100, classes: ['upper', 'digit'] } },
    'minLength',
    'a',
  ],
  [{ type: 'password', options: { minLength: 8 } }, 'minLength', 'a'],
  [{ type: 'password', options: { minLength: 8 } }, 'pattern', 'あ'],
  [{ type: 'current-password' }, 'type', 'a'],
  [{ type: 'confirm', options: { of: 'email' } }, 'type', 'a'],
  ...['radio', 'facility-type', 'select', 'combobox'].map((type): Sample => [
    { type, options: { choices: [] } },
    'enum',
    'a',
  ]),
  [{ type: 'consent' }, 'const', 'a'],
  [{ type: 'attachment' }, 'maxItems', '0'.repeat(32)],
  [{ type: 'attachment' }, 'pattern', '0'.repeat(32)],
  [{ type: 'kana' }, 'pattern', 'a'],
  [{ type: 'kana', options: { script: 'hiragana' } }, 'pattern', 'a'],
  [{ type: 'kana' }, 'maxLength', 'ア'],
  [{ type: 'secret-digits', options: { length: 4 } }, 'pattern', '1'],
  [{ type: 'integer' }, 'type', 'a'],
  [{ type: 'integer' }, 'minimum', '-1'],
  [{ type: 'integer', options: { min: 1, max: 3 } }, 'maximum', '4'],
  [{ type: 'money' }, 'type', 'a'],
  ...['a', '2025-02-30', '令和1年4月30日'].map((typed): Sample => [
    { type: 'date' },
    'pattern',
    typed,
  ]),
  ...['a', '2025-13', '令和1年4月'].map((typed): Sample => [
    { type: 'year-month' },
    'pattern',
    typed,
  ]),
  [{ type: 'time-window' }, 'required', 'a'],
  [{ type: 'time-window' }, 'pattern', 'a'],
  ...['minItems', 'maxItems', 'enum'].map((keyword): Sample => [
    { type: 'checkboxes' },
    keyword,
    'a',
  ]),
  [{ type: 'checkbox' }, 'const', 'a'],
  [{ type: 'text-area' }, 'maxLength', 'a'],
  [{ type: 'postal-code' }, 'pattern', 'a'],
  [{ type: 'rows' }, 'type', 'a'],
  [{ type: 'verification' }, 'const', 'a'],
  ...['heading', 'note', 'fill'].map((type): Sample => [{ type }, 'not', 'a']),
  ...['computed', 'constant', 'fact', 'lookup'].map((type): Sample => [{ type }, 'type', 'a']),
]

describe.each(samples)('%o', (more, keyword, value) => {
  const field = makeField(more.type, more)
  const issue = { field: 'item', ...fieldTypes[more.type]?.issue(keyword, field, value) } as Issue

  test('has words that name the item or the remedy, in both languages', () => {
    expect(Object.keys(issueTexts)).toContain(issue.code)
    for (const locale of ['ja', 'en'] as const) {
      const words = messageOf(issue, field, locale)
      expect(words).toContain(locale === 'ja' ? '項目' : 'Item')
      expect(words).not.toMatch(BANNED)
      expect(words).not.toMatch(/[{}]|undefined/)
    }
  })
})

test('every field type is among the samples', () => {
  expect(new Set(samples.map(([{ type }]) => type))).toEqual(new Set(Object.keys(fieldTypes)))
})

test.each(Object.entries(issueTexts))(
  '%s is said in both languages, without blame',
  (_code, text) => {
    expect(text.ja).toMatch(/。|：/)
    expect(text.en).toBeTruthy()
    expect(text.ja + text.en).not.toMatch(BANNED)
    // What it is about: the item, or the file among those of an item.
    expect(text.ja).toMatch(/\{(?:label|file)\}/)
    expect(text.en).toMatch(/\{(?:label|file)\}/)
  },
)

describe('the wording of registration.md §11', () => {
  const said = (
    more: Partial<Field> & { type: string },
    issue: Partial<Issue> & { code: string },
  ) => messageOf({ field: 'item', ...issue }, makeField(more.type, more), 'ja')

  test.each([
    [{ type: 'text', label: { ja: '姓' } }, { code: 'R01' }, '「姓」を入力してください。'],
    [
      { type: 'select', label: { ja: '① 入力項目' } },
      { code: 'R01' },
      '「① 入力項目」を選んでください。',
    ],
    [{ type: 'digits' }, { code: 'R02', params: { n: 9 } }, '半角数字9桁で入力してください。'],
    [{ type: 'phone' }, { code: 'R03' }, 'ハイフンを除いた半角数字で入力してください。'],
    [
      { type: 'email' },
      { code: 'R05', params: { set: 'a-z0-9._-' } },
      '使用できない文字が含まれています。使用できる文字：英小文字、数字、ピリオド（.）、アンダーバー（_）、ハイフン（-）',
    ],
    [
      { type: 'email', label: { ja: 'メールアドレス' } },
      { code: 'R06', params: { n: 40 } },
      'メールアドレスは40文字までです。',
    ],
    [
      { type: 'password' },
      { code: 'R08', params: { min: 8, max: 100, classes: 'upper lower digit' } },
      '英大文字・英小文字・数字を含む8～100文字にしてください。',
    ],
    [{ type: 'confirm' }, { code: 'R09' }, '確認用の入力と一致しません。'],
    [
      { type: 'text' },
      { code: 'text.pattern', params: { example: 'AB-0123' } },
      '「AB-0123」のような形で入力してください。',
    ],
    [{ type: 'text' }, { code: 'R17', params: { n: 200 } }, '200文字以内で入力してください。'],
  ] as const)('%o %o', (more, issue, words) => {
    expect(said(more, issue)).toContain(words)
  })
})

describe('own texts', () => {
  const field = makeField('consent', {
    say: { 'consent.missing': { ja: '「{label}」に同意してください。' } },
  })

  test("the issue's text wins over the field's, the field's over the catalogue", () => {
    const issue = { field: 'item', code: 'consent.missing' }
    expect(messageOf(issue, field, 'ja')).toBe('「項目」に同意してください。')
    expect(messageOf({ ...issue, text: { ja: '別の文' } }, field, 'ja')).toBe('別の文')
    expect(messageOf(issue, makeField('consent'), 'ja')).toContain('同意してください')
  })

  test('what has no words yet still gets some', () => {
    expect(messageOf({ field: '', code: 'toString' }, undefined, 'ja')).toContain('入力内容')
    expect(messageOf({ field: 'item', code: 'R99' }, field, 'en')).toContain('Item')
  })

  test('an answer cannot smuggle a placeholder in', () => {
    const issue = { field: 'item', code: 'R05', params: { set: '{label}' } }
    expect(messageOf(issue, makeField('email'), 'ja')).not.toContain('項目、')
  })
})

test('sets of characters are put into words', () => {
  expect(charactersInWords('a-z0-9._+-', 'ja')).toBe(
    '英小文字、数字、ピリオド（.）、アンダーバー（_）、プラス（+）、ハイフン（-）',
  )
  expect(charactersInWords('a-zA-Z!', 'en')).toBe('upper-case letters, lower-case letters, !')
})
