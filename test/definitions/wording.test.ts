import { expect, test } from 'vitest'
import { problemTexts } from '../../src/definitions/problem-texts/index.ts'
import type { ProblemText } from '../../src/definitions/problem-texts/file.ts'

/** What every problem says to people who write YAML and do not write programs. */
const texts = Object.entries(problemTexts) as [string, ProblemText][]

/** Words that blame, threaten or belong to programmers. */
const BANNED_JA =
  /不正|無効|異常|失敗しました|エラー|例外|パース|バリデーション|スキーマ|オブジェクト|配列|文字列|ブール|null|undefined|トークン|インデント|シンタックス|プロパティ|キー(?!ボード)/
const BANNED_EN =
  /\b(?:invalid|illegal|fatal|abort|bad|failed|failure|parse[rd]?|validation|schema|object|array|string|boolean|null|undefined|token|syntax|exception|property)\b/i
/** A line of a terminal, and a sentence one can take in. */
const MESSAGE_MAX = 120
const HINT_MAX = 420

test.each(texts)('%s is said plainly in Japanese and English', (_code, { ja, en, hint }) => {
  for (const text of [ja, hint?.ja ?? '']) expect(withoutValues(text)).not.toMatch(BANNED_JA)
  for (const text of [en, hint?.en ?? '']) expect(withoutValues(text)).not.toMatch(BANNED_EN)
  expect([...ja].length).toBeLessThanOrEqual(MESSAGE_MAX)
  expect([...en].length).toBeLessThanOrEqual(MESSAGE_MAX * 1.5)
  expect([...(hint?.ja ?? '')].length).toBeLessThanOrEqual(HINT_MAX)
  expect(ja, 'a whole sentence').toMatch(/[。）」]$|\{\w+\}$/)
  expect(en, 'a whole sentence').toMatch(/[.)']$|\{\w+\}$/)
})

test.each(texts)('%s says what to do', (_code, { ja, en, hint }) => {
  // A sentence of the message may be the remedy itself.
  expect(`${ja}${hint?.ja ?? ''}`).toMatch(
    /ください|使えるもの|渡せるもの|使える項目|取りうる値|\{rule\}/,
  )
  expect(`${en} ${hint?.en ?? ''}`.trim()).not.toBe('')
})

test('advice always says what would be better', () => {
  const without = texts.filter(([, { isAdvice, hint }]) => isAdvice && !hint).map(([code]) => code)
  expect(without).toEqual([])
})

/** Placeholders and what is quoted are no words of ours. */
function withoutValues(text: string): string {
  return text.replace(/\{\{?[^{}]*\}?\}|'[^']*'|「[^」]*」/g, '')
}
