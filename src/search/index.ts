import { foldForSearch, type Folded } from './fold.ts'

/** Something that can be found. */
export type Entry = {
  readonly kind: 'page' | 'notice' | 'question' | 'document' | 'card'
  readonly title: string
  /** What it says, as one text. */
  readonly text: string
  readonly href: string
  readonly for: 'account' | 'everyone'
  /** Days in Japan between which it is shown. */
  readonly from?: string
  readonly until?: string
}
export type Found = {
  readonly entry: Entry
  readonly title: Excerpt
  readonly excerpt: Excerpt
}
/** A text in pieces: every second one, the 2nd, 4th and so on, is what was looked for. */
export type Excerpt = readonly string[]
export type Reader = { readonly isMember: boolean; readonly today: string }

/** Everything of one portal that can be found, by the pairs of characters in it. */
export type SearchIndex = {
  readonly entries: readonly Indexed[]
  /** Numbers of the entries in which two characters stand side by side, in rising order. */
  readonly pairs: ReadonlyMap<string, readonly number[]>
}
type Indexed = { readonly entry: Entry; readonly title: Folded; readonly text: Folded }

/** Longer questions are cut: nobody looks for more, and nobody can make us look for long. */
export const QUERY_MAX = 100
/** Words that must all be there. */
const WORDS_MAX = 8
const FOUND_MAX = 50
/** Characters before and after the first word found. */
const [BEFORE, AFTER] = [30, 90]
/** So often a word counts within one text. */
const COUNT_MAX = 5
const TITLE_WEIGHT = 10

export function buildIndex(entries: readonly Entry[]): SearchIndex {
  const indexed = entries.map((entry) => ({
    entry,
    title: foldForSearch(entry.title),
    text: foldForSearch(entry.text),
  }))
  const pairs = new Map<string, number[]>()
  for (const [number, { title, text }] of indexed.entries())
    for (const pair of new Set([...pairsOf(title.text), ...pairsOf(text.text)])) {
      const numbers = pairs.get(pair)
      if (numbers) numbers.push(number)
      else pairs.set(pair, [number])
    }
  return { entries: indexed, pairs }
}

/** `text` as it will be looked for: bounded, its words apart. Half-width and full-width gaps part them. */
export function wordsOf(query: string): readonly string[] {
  const words = query
    .slice(0, QUERY_MAX)
    .toWellFormed()
    .split(/[\s\u3000]+/u)
    .map((word) => foldForSearch(word).text)
    .filter((word) => word !== '')
  return [...new Set(words)].slice(0, WORDS_MAX)
}

/** What holds all words of a query and this reader may see, best first: titles before texts, then the order of the entries. */
export function search(index: SearchIndex, query: string, reader: Reader): readonly Found[] {
  const words = wordsOf(query)
  if (words.length === 0) return []
  return candidates(index, words)
    .filter(({ entry }) => isFor(entry, reader))
    .map((item) => ({ item, score: scoreOf(item, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, FOUND_MAX)
    .map(({ item: { entry, title, text } }) => ({
      entry,
      title: marked(entry.title, title, words, 0, entry.title.length),
      excerpt: excerptOf(entry.text, text, words),
    }))
}

/** Entries that hold every pair of characters of every word; a word of one character rules nothing out yet. */
function candidates({ entries, pairs }: SearchIndex, words: readonly string[]): readonly Indexed[] {
  const lists = words
    .flatMap(pairsOf)
    .map((pair) => pairs.get(pair) ?? [])
    .sort((a, b) => a.length - b.length)
  const [fewest, ...others] = lists
  if (!fewest) return entries
  const sets = others.map((list) => new Set(list))
  return fewest
    .filter((number) => sets.every((set) => set.has(number)))
    .flatMap((number) => entries[number] ?? [])
}

function pairsOf(text: string): string[] {
  return Array.from({ length: Math.max(0, text.length - 1) }, (_, at) => text.slice(at, at + 2))
}

function isFor(entry: Entry, { isMember, today }: Reader): boolean {
  return (
    (entry.for === 'everyone' || isMember) &&
    (entry.from === undefined || entry.from <= today) &&
    (entry.until === undefined || today <= entry.until)
  )
}

/** 0: one of the words is not there. */
function scoreOf({ title, text }: Indexed, words: readonly string[]): number {
  let score = 0
  for (const word of words) {
    const own = TITLE_WEIGHT * countIn(title.text, word) + countIn(text.text, word)
    if (own === 0) return 0
    score += own
  }
  return score
}

function countIn(text: string, word: string): number {
  let count = 0
  for (let at = text.indexOf(word); at >= 0 && count < COUNT_MAX; count++)
    at = text.indexOf(word, at + word.length)
  return count
}

/** The text around the first word found, its words apart from the rest; the beginning when none stands in it. */
function excerptOf(written: string, folded: Folded, words: readonly string[]): Excerpt {
  const places = words.map((word) => folded.text.indexOf(word)).filter((at) => at >= 0)
  const first = places.length > 0 ? (folded.starts[Math.min(...places)] ?? 0) : 0
  const from = safeCut(written, Math.max(0, first - BEFORE))
  const to = safeCut(written, Math.min(written.length, first + AFTER))
  const [head = '', ...rest] = marked(written, folded, words, from, to)
  const pieces = [`${from > 0 ? '…' : ''}${head}`, ...rest]
  return to < written.length ? [...pieces.slice(0, -1), `${pieces.at(-1) ?? ''}…`] : pieces
}

/** Never between the two halves of one character. */
function safeCut(text: string, at: number): number {
  return /[\udc00-\udfff]/.test(text[at] ?? '') ? at - 1 : at
}

/** The written text from one place to another in pieces, words apart from the rest; an odd number of pieces. */
function marked(
  written: string,
  { text, starts, ends }: Folded,
  words: readonly string[],
  from: number,
  to: number,
): Excerpt {
  const spans = words
    .flatMap((word) => placesOf(text, word))
    .map(([start, end]) => [starts[start] ?? 0, ends[end - 1] ?? written.length] as const)
    .filter(([start, end]) => start >= from && end <= to && end > start)
    .sort((a, b) => a[0] - b[0])
  const pieces: string[] = []
  let done = from
  for (const [start, end] of spans) {
    if (end <= done) continue
    const begin = Math.max(start, done)
    pieces.push(written.slice(done, begin), written.slice(begin, end))
    done = end
  }
  return [...pieces, written.slice(done, to)]
}

function placesOf(text: string, word: string): (readonly [number, number])[] {
  const places: (readonly [number, number])[] = []
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length))
    places.push([at, at + word.length])
  return places
}
