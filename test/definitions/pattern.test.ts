import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { faultOf } from '../../src/definitions/pattern.ts'
import { text } from '../../src/form/fields/text.ts'
import { makeField } from '../form/fixture.ts'

/** What administrators may write as a pattern, and that nothing of it can stall (S22). */
const LENGTH = 100_000

/** Accepted, each with the sign that keeps a matcher busy longest. */
const NASTY: readonly (readonly [pattern: string, sign: string])[] = [
  ['a{0,200}', 'a'],
  ['a{1,9}a{1,9}', 'a'],
  ['[a-z]{1,9}[a-y]{1,9}', 'a'],
  ['(a|a)(a|a)(a|a)(a|a)', 'a'],
  ['(ab|ac)(ab|ac){0,20}', 'ab'],
  ['(aa|ab)(aa|ab){0,40}b', 'a'],
  ['(a{1,4}b){1,20}', 'aaab'],
  ['(a{4}){1,40}', 'a'],
  ['a?a?a?aaa', 'a'],
  ['a?(b?(c?(d?e)))', 'abcd'],
  ['(a|b|c|d){1,40}x', 'abcd'],
  ['[ab]{1,2}[ab]{1,2}[ab]{1,2}', 'ab'],
  ['(東京|東北|東海){1,30}', '東'],
  ['([0-9]{3}-){1,40}[0-9]', '123-'],
  ['((ab){1,5}c){1,9}', 'ab'],
  ['[0-9A-F]{1,9}-?[0-9A-F]{100}', '0'],
  ['a{3}(b{3}(c{3})?)?', 'aaabbbccc'],
  ['(aab|aac|aad){1,20}', 'aa'],
  ['[𠮷-𠮿]{1,150}', '𠮷'],
  ['a{2,4}a{4}', 'a'],
]

const REFUSED: readonly string[] = [
  '(a+)+', '(a*)*', 'a*', 'a+', 'a{2,}', '(a|a){20}b', '(a|ab){1,20}(ba|b){1,20}', '(a{1,5}){1,5}',
  '(a{0,9}){9}', '(a?){20}', '(a?b?){9}', '((a?)?)?', 'a?a?a?a?a?a?a?aaaaaaa', 'a{1,40}a{1,40}a{1,40}',
  '([a-z]|[a-f]){1,50}', '(a|b|ab){1,50}c', '.{3}', '\\d{3}', '\\w+', '\\p{L}', '\\b', '(?:a)', '(?=a)b',
  '(?!a)b', '(?<=a)b', '(?<n>a)', '(a)\\1', '(a)\\k<n>', '^a', 'a$', '[^a]', '[z-a]', '[]', '[', ']', '(', ')', '()',
  'a|', '|a', 'a{3,1}', 'a{0}', 'a{', 'a{x}', 'a{2}?', 'a{2}{3}', 'a??', '{2}', '?', '\\', 'a{201}', '(a{20}){20}',
  '[a-\\d]', '[[:alpha:]]', '((((((((((a))))))))))', '',
] // prettier-ignore

const matcher = (pattern: string) => new RegExp(`^(?:${pattern})$`, 'u')
/** The shortest of several: what else the machine does only makes it longer. */
function shortestMs(work: () => unknown): number {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now()
    work()
    return performance.now() - start
  })
  return Math.min(...times)
}

describe('an accepted pattern', () => {
  test.each(NASTY)('%s takes no longer than reading the text a few times', (pattern, sign) => {
    expect(faultOf(pattern)).toBeUndefined()
    const input = sign.repeat(Math.ceil(LENGTH / sign.length))
    const field = makeField('text', { options: { pattern } })
    const own = matcher(pattern)
    expect(own.test(input)).toBe(false)
    // A walk over every character, measured in the same breath.
    const walk = shortestMs(() => /^[^\0]*$/u.test(input))
    expect(shortestMs(() => own.test(input))).toBeLessThan(walk * 20)
    // Its ways are tried at the beginning and end there: the same for texts that almost fit.
    const almost = `${sign.repeat(Math.ceil(200 / sign.length)).slice(0, 199)}!`
    expect(shortestMs(() => own.test(almost))).toBeLessThan(walk * 20)
    const folding = shortestMs(() => text.read([input], makeField('text')))
    expect(shortestMs(() => text.read([input], field))).toBeLessThan((walk + folding) * 50)
  })

  test('is a pattern for every engine, whatever is written', () => {
    const signs = fc.constantFrom(...'ab|()[]-{},123?\\.^$*+/あ')
    fc.assert(
      fc.property(fc.string({ unit: signs, maxLength: 14 }), (pattern) => {
        if (faultOf(pattern) !== undefined) return
        expect(() => matcher(pattern)).not.toThrow()
        expect(matcher(pattern).test('a'.repeat(201))).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })
})

test.each(REFUSED)('%s is refused', (pattern) => {
  expect(faultOf(pattern)).toBeDefined()
})

test('a long pattern is judged in no time by what it can begin with, not by trying', () => {
  const hostile = `(${'(a|b|c)(d|e|f)(a|d)'.repeat(6)}){1,10}`
  expect(['slow', 'long', undefined]).toContain(faultOf(hostile)?.kind)
})
