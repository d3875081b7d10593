import { describe, expect, test } from 'vitest'
import { displayWidth, frameOf, positionOf } from '../../src/definitions/frame.ts'

/** The place of `|` in a text, and the text without it. */
function marked(text: string) {
  const offset = text.indexOf('|')
  return { source: { file: 'a.yaml', text: text.replace('|', '') }, offset }
}
/** Columns before the caret and before the marked character, as a terminal shows them. */
function columns(text: string) {
  const [line = '', caret = ''] = frameOf(marked(text)).split('\n')
  const at = text.slice(text.lastIndexOf('\n', text.indexOf('|')) + 1, text.indexOf('|'))
  const number = line.indexOf('| ') + 2
  return { caret: caret.indexOf('^'), expected: number + displayWidth(at) }
}

describe('the caret stands under the place', () => {
  test.each([
    ['at the start', '|label: 姓'],
    ['after ASCII', 'label: |x'],
    ['after kanji', '姓名: |x'],
    ['after full-width digits and letters', '１２ＡＢ: |x'],
    ['after half-width kana', 'ｶﾀｶﾅ: |x'],
    ['after a dakuten in half width', 'ｶﾞ: |x'],
    ['after kana with a combining mark', 'か\u3099: |x'],
    ['after a character outside the first plane', '𠮷野: |x'],
    ['after a variation selector', '葛\u{E0100}城: |x'],
    ['after emoji', '📮✅: |x'],
    ['after a family of emoji', '👨‍👩‍👧: |x'],
    ['after a flag', '🇯🇵: |x'],
    ['after a heart drawn as emoji', '❤️: |x'],
    ['after a full-width space', '　　|x'],
    ['after full-width punctuation', '「（～）」、。: |x'],
    ['on the third line', 'a: 1\nb: 2\n  名: |x'],
    ['after CRLF lines', 'a: 1\r\n名: |x'],
    ['at the end', '姓: 名|'],
  ])('%s', (_, text) => {
    const { caret, expected } = columns(text)
    expect(caret).toBe(expected)
  })

  test('widths as a terminal shows them', () => {
    const cases = { 姓: 2, Ａ: 2, ｱ: 1, a: 1, '👨‍👩‍👧': 2, '🇯🇵': 2, '\u{E0100}': 0, '①': 1, '𠮷': 2 }
    const widths = Object.fromEntries(Object.keys(cases).map((text) => [text, displayWidth(text)]))
    expect(widths).toEqual(cases)
  })

  test('tabs become spaces on both lines', () => {
    expect(frameOf(marked('\t姓:\t|x'))).toBe('1 |     姓: x\n  |         ^')
  })

  test('a long line is cut around the place', () => {
    const [line = '', caret = ''] = frameOf(
      marked(`${'長'.repeat(500)}|x${'い'.repeat(500)}`),
    ).split('\n')
    expect([...line].length).toBeLessThan(130)
    expect(displayWidth(line.slice(0, line.indexOf('x')))).toBe(caret.indexOf('^'))
  })

  test('control characters do not reach the terminal', () => {
    expect(frameOf(marked('a\u001b[31m: |x'))).not.toContain('\u001b')
  })
})

describe('line and column', () => {
  test.each([
    ['|a', 1, 1],
    ['a\n|b', 2, 1],
    ['姓: |名', 1, 4],
    ['𠮷: |名', 1, 4],
    ['a\r\n\r\n  |b', 3, 3],
  ])('%j', (text, line, column) => {
    expect(positionOf(marked(text))).toEqual({ line, column })
  })
})
