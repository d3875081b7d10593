import type { ProblemCode } from '../problem-texts/index.ts'
import type { Report } from '../problems.ts'
import { child, isMessageName, stringOf } from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

/** What one text is looked over for. `in` names the keys it is said under; left out: any. */
type TextRule = {
  readonly problem: ProblemCode
  readonly in?: ReadonlySet<string>
  /** The part of the text that is meant; undefined: nothing is wrong. */
  readonly find: (text: string) => string | undefined
}

const NAMES: ReadonlySet<string> = new Set(['label', 'title', 'submit', 'category'])
const LABELS: ReadonlySet<string> = new Set(['label'])
const HINTS: ReadonlySet<string> = new Set(['hint'])
/** Longer ones are hard to follow on a screen, and to listen to. */
const SENTENCE_MAX = 100
const HINT_MAX = 60

const matched = (pattern: RegExp) => (text: string) => pattern.exec(text)?.[0]

/** Words of languages are judged by what people write there; none of these rules reads a field's value. */
const TEXT_RULES: readonly TextRule[] = [
  {
    problem: 'a11y.empty-text',
    in: NAMES,
    find: (text) => (/[\p{L}\p{N}]/u.test(text) ? undefined : text || '（空）'),
  },
  {
    problem: 'a11y.required-mark',
    in: LABELS,
    find: matched(
      /[*＊※]\s*$|^\s*[*＊※]|[（(【[［]\s*(?:必須|任意|required|optional)[^）)】\]］]*[）)】\]］]?/iu,
    ),
  },
  {
    problem: 'a11y.spaced-letters',
    in: NAMES,
    find: matched(/^\p{Script=Han}(?:[ 　]+\p{Script=Han})+$|[ 　]{2,}/u),
  },
  {
    problem: 'a11y.label-example',
    in: LABELS,
    find: matched(/^\s*例[）):：]|^\s*\(?e\.g\.|^\s*for example\b/iu),
  },
  {
    problem: 'a11y.label-instruction',
    in: LABELS,
    find: matched(
      /(?:入力|記入|選択|お選び|選んで|書いて)(?:して)?(?:ください|下さい).*$|^(?:please )?(?:enter|type|select|choose) /iu,
    ),
  },
  {
    problem: 'a11y.colour-only',
    find: matched(
      /(?:赤|青|緑|黄|黄色|灰色|オレンジ|ピンク)(?:い|色の|字の|の|で示した|で囲んだ)(?:文字|項目|欄|ボタン|部分|枠|リンク|印)|\b(?:red|green|blue|yellow|grey) (?:fields?|buttons?|items?|text|links?)\b/iu,
    ),
  },
  {
    problem: 'a11y.place-only',
    find: matched(
      /(?:右|左)(?:上|下|側)?(?:の|にある)(?:ボタン|欄|項目|リンク|メニュー|枠)|\b(?:on|to) the (?:right|left)\b|(?:丸い|四角い)(?:ボタン|印)/iu,
    ),
  },
  {
    problem: 'a11y.mouse-only',
    find: matched(
      /(?:右|ダブル)?クリック|マウス|ドラッグ|\b(?:double-?|right-?)?click\b|\bdrag\b|\bmouse\b/iu,
    ),
  },
  { problem: 'a11y.all-caps', find: matched(/\b\p{Lu}{2,}(?:[ ,]+\p{Lu}{2,}){2,}\b/u) },
  { problem: 'a11y.half-kana', find: matched(/[ｦ-ﾟ]{2,}/u) },
  { problem: 'a11y.ornament', find: matched(/([━─=＝*＊★☆■□◆◇●○~～_-])\1{3,}/u) },
  {
    problem: 'a11y.long-sentence',
    find: (text) =>
      text
        .split(/[。！？\n]|\. /u)
        .find((sentence) => [...sentence].length > SENTENCE_MAX && /[^\p{ASCII}]/u.test(sentence)),
  },
  {
    problem: 'a11y.long-hint',
    in: HINTS,
    find: (text) => ([...text].length > HINT_MAX ? text : undefined),
  },
]

/** Looks over one text: plain, by language, or the text of a note, a help or a message. */
export function lintText(node: Node, key: string, report: Report): void {
  const plain = stringOf(node)
  // The name of a message stands for a text that is looked over where it is written.
  if (plain !== undefined && isMessageName(plain) && !NAMES.has(key)) return
  const texts = plain === undefined ? [child(node, 'ja'), child(node, 'en')] : [node]
  for (const one of texts) if (one) lintWords(one, key, report)
  const english = child(node, 'en')
  const words = stringOf(english)
  if (english && words !== undefined && isJapanese(words))
    report('a11y.language', english.at, { key, name: words })
}

function lintWords(node: Node, key: string, report: Report): void {
  const text = stringOf(node)
  if (text === undefined) return
  for (const { problem, in: keys, find } of TEXT_RULES) {
    if (keys && !keys.has(key)) continue
    // In plain text a line of signs is all there is to divide with.
    if (problem === 'a11y.ornament' && node.at.source.file.startsWith('workflows/mails/')) continue
    const found = find(text)
    if (found !== undefined) report(problem, node.at, { key, found, name: text })
  }
}

/** Text of a page, whose lines have places of their own. */
export function lintLine(text: string, at: Node['at'], report: Report): void {
  for (const { problem, in: keys, find } of TEXT_RULES) {
    const found = keys ? undefined : find(text)
    if (found !== undefined) report(problem, at, { key: 'text', found, name: text })
  }
}

/** More than half of its letters are kana or kanji: a voice for English cannot read that. */
function isJapanese(text: string): boolean {
  const letters = text.match(/\p{L}/gu) ?? []
  const own = letters.filter((letter) =>
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(letter),
  )
  return own.length * 2 > letters.length
}
