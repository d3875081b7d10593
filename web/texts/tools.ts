import type { Locale } from '../../src/form/form.ts'
import type { Look } from '../views/look.ts'

type Value = Look[keyof Look]

/** Words of the toolbar (operations.md §8.4). */
export type ToolTexts = {
  readonly settings: string
  readonly lead: string
  readonly apply: string
  readonly speak: string
  readonly stop: string
  readonly names: { readonly [name in keyof Look]: string }
  readonly choices: { readonly [value in Value]: string }
  readonly about: { readonly [value in Value]?: string }
}

const ja: ToolTexts = {
  settings: '文字の大きさ・色の設定',
  lead: '選んだ表示は、このブラウザーに1年間残り、すべてのページで使われます。',
  apply: 'この表示にする',
  speak: '音声読みあげ',
  stop: '読みあげを止める',
  names: { size: '文字サイズ', colours: '表示色', furigana: 'ふりがな' },
  choices: {
    small: '小',
    medium: '中',
    large: '大',
    plain: '白',
    black: '黒',
    blue: '青',
    off: 'なし',
    on: 'あり',
  },
  about: {
    small: 'ふつうの大きさ',
    medium: '1.5倍の大きさ',
    large: '2倍の大きさ',
    plain: '白い背景に黒い文字',
    black: '黒い背景に白い文字',
    blue: '紺色の背景に白い文字',
    on: '説明の文の漢字に、読みがなを付ける',
  },
}

const en: ToolTexts = {
  settings: 'Text size and colours',
  lead: 'What you choose is kept in this browser for a year and used on every page.',
  apply: 'Show pages like this',
  speak: 'Read aloud',
  stop: 'Stop reading',
  names: { size: 'Text size', colours: 'Colours', furigana: 'Furigana' },
  choices: {
    small: 'S',
    medium: 'M',
    large: 'L',
    plain: 'White',
    black: 'Black',
    blue: 'Blue',
    off: 'Off',
    on: 'On',
  },
  about: {
    small: 'the usual size',
    medium: 'one and a half times as large',
    large: 'twice as large',
    plain: 'black on white',
    black: 'white on black',
    blue: 'white on dark blue',
    on: 'readings over the kanji of explanations',
  },
}

export function toolTexts(locale: Locale): ToolTexts {
  return locale === 'en' ? en : ja
}
