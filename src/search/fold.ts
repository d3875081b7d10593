import { foldKana } from '../form/kana.ts'

/** A text as it is compared, with where each of its characters stands in the text as written. */
export type Folded = {
  readonly text: string
  /** Where the letter of each character of `text` begins and ends in the written text. */
  readonly starts: readonly number[]
  readonly ends: readonly number[]
}

/** One letter with the marks that belong to it: half-width kana are joined with theirs (ｶﾞ), others keep their accents. */
const LETTER = /[ｦ-ﾝ][ﾞﾟ]?|[\s\S]\p{M}*/gu

/** Most letters of a Japanese text: nothing about them changes. */
const PLAIN = /^[\u3041-\u3096\u4e00-\u9fff0-9a-z]$/

/**
 * Folds width, case and kana, so that ﾃｽﾄ, テスト and てすと are the same word, and drops gaps. Linear in the length: every
 * letter is folded by itself.
 */
export function foldForSearch(written: string): Folded {
  const starts: number[] = []
  const ends: number[] = []
  let text = ''
  for (const { 0: letter, index } of written.matchAll(LETTER)) {
    const folded = PLAIN.test(letter)
      ? letter
      : foldKana(letter, 'hiragana').toLowerCase().replace(/\s+/g, '')
    for (let at = 0; at < folded.length; at++) {
      starts.push(index)
      ends.push(index + letter.length)
    }
    text += folded
  }
  return { text, starts, ends }
}
