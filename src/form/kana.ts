import { classOf, foldText, HYPHENS, INVISIBLE, JOINERS, LINE_BREAKS, SPACES } from './fold.ts'

export type Script = 'katakana' | 'hiragana'

/** NFKC takes quadratic time on long runs of marks; no reading is that long. */
const LENGTH_MAX = 1_000
const GAP = new RegExp(`[${classOf(SPACES + LINE_BREAKS)}]+`, 'g')
/** Only right after kana a hyphen is a long vowel mark. */
const LONG = new RegExp(`([ぁ-ゖァ-ヺー])([${classOf(HYPHENS)}]+)`, 'g')
const UNSEEN = new RegExp(`[${classOf(INVISIBLE + JOINERS)}]+`, 'g')
/** Between the two scripts, and between small iteration marks. */
const KANA_STEP = 0x60

/**
 * A reading in one script (trust-and-ux.md A15): half-width kana joined with their marks (ｶﾞ → ガ), the other script
 * turned into this one, hyphens after kana taken for the long vowel mark, one plain gap between words. Other characters
 * stay, to be judged.
 */
export function foldKana(typed: string, script: Script): string {
  if (typed.length > LENGTH_MAX) return foldText(typed)
  const joined = typed
    .replace(UNSEEN, '')
    .replace(/\u309b/g, '\u3099')
    .replace(/\u309c/g, '\u309a')
    .normalize('NFKC')
    .replace(/[ \u3000]*([\u3099\u309a])/g, '$1')
    .normalize('NFC')
  const words = foldText(joined).replace(GAP, ' ')
  const inScript =
    script === 'katakana'
      ? words.replace(/[ぁ-ゖゝゞ]/g, (kana) => moved(kana, KANA_STEP))
      : words.replace(/[ァ-ヶヽヾ]/g, (kana) => moved(kana, -KANA_STEP))
  return foldText(
    inScript.replace(LONG, (_, kana: string, long: string) => kana + 'ー'.repeat(long.length)),
  )
}

function moved(kana: string, by: number): string {
  return String.fromCharCode(kana.charCodeAt(0) + by)
}
