/**
 * The notation in which administrators say what a code looks like: a small part of regular expressions, always about the
 * whole text. Whatever is accepted is a pattern for JSON Schema, browser and server as it stands, and cannot stall (S22):
 * its length has an end, and no text can be read in more than a few ways at once.
 */
export type PatternFault =
  | { readonly kind: 'part'; readonly part: string; readonly why: Why }
  | { readonly kind: 'long' }
  /** Read in too many ways at once. */
  | { readonly kind: 'slow' }

export type Why =
  'endless' | 'any' | 'shorthand' | 'anchor' | 'special' | 'class' | 'count' | 'bracket' | 'nothing'

/** Characters a text of the pattern may have at most. */
export const LENGTH_MAX = 200
/** So many ways to read a beginning at once; the work for a text is at most this often its length. */
const WAYS_MAX = 16
/** Beginnings that are told apart; patterns of real codes have some dozens. */
const BEGINNINGS_MAX = 2_000
/** Deeper brackets are nobody's code. */
const DEPTH_MAX = 8

/** What is wrong with a pattern; undefined: it is accepted. */
export function faultOf(pattern: string): PatternFault | undefined {
  const parsed = parse(pattern)
  if ('kind' in parsed) return parsed
  return isSlow(parsed) ? { kind: 'slow' } : undefined
}

/** One character: the first and last of each run it may be. */
type Characters = readonly (readonly [first: number, last: number])[]
/**
 * Positions in the order of the pattern, repeats written out. `first` begins, `last` may end, `next` follows: the ways a
 * backtracking matcher can go are the paths in it, counted with how often each is there.
 */
type Piece = {
  readonly first: readonly number[]
  readonly last: readonly number[]
  readonly isOptional: boolean
}
type Machine = {
  readonly characters: Characters[]
  /** By position: those that may follow; one that follows in two ways stands there twice. */
  readonly next: number[][]
  readonly whole: Piece
}

class Wrong extends Error {
  readonly fault: PatternFault
  constructor(fault: PatternFault) {
    super(fault.kind)
    this.fault = fault
  }
}

function parse(pattern: string): Machine | PatternFault {
  const characters: Characters[] = []
  const next: number[][] = []
  const signs = [...pattern]
  let at = 0

  const wrong = (part: string, why: Why) => new Wrong({ kind: 'part', part, why })
  const one = (set: Characters): Piece => {
    if (characters.length >= LENGTH_MAX) throw new Wrong({ kind: 'long' })
    characters.push(set)
    next.push([])
    const position = characters.length - 1
    return { first: [position], last: [position], isOptional: false }
  }
  const follow = (before: Piece, after: Piece): Piece => {
    for (const end of before.last) next[end]?.push(...after.first)
    return {
      first: before.isOptional ? [...before.first, ...after.first] : before.first,
      last: after.isOptional ? [...before.last, ...after.last] : after.last,
      isOptional: before.isOptional && after.isOptional,
    }
  }
  const either = (depth: number): Piece => {
    const ways = [inOrder(depth)]
    while (signs[at] === '|') {
      at += 1
      ways.push(inOrder(depth))
    }
    if (ways.length > 1 && ways.some(({ isOptional }) => isOptional)) throw wrong('|', 'nothing')
    return {
      first: ways.flatMap(({ first }) => first),
      last: ways.flatMap(({ last }) => last),
      isOptional: ways[0]?.isOptional === true && ways.length === 1,
    }
  }
  const inOrder = (depth: number): Piece => {
    let whole: Piece | undefined
    while (at < signs.length && signs[at] !== '|' && signs[at] !== ')') {
      const piece = repeated(depth)
      whole = whole ? follow(whole, piece) : piece
    }
    if (!whole) throw wrong(signs[at] ?? pattern, 'nothing')
    return whole
  }
  const repeated = (depth: number): Piece => {
    const start = at
    const piece = atom(depth)
    const end = at
    const count = countAt(signs, at, wrong)
    if (!count) return piece
    at = count.end
    // What may be nothing could be repeated in any number of ways that leave no trace.
    if (piece.isOptional) throw wrong(signs.slice(start, count.end).join(''), 'count')
    const copies = [piece]
    while (copies.length < count.max) {
      at = start
      copies.push(atom(depth))
    }
    at = count.end
    if (signs[at] === '?' || countAt(signs, at, wrong))
      throw wrong(signs.slice(end, at + 1).join(''), 'count')
    // Each copy is only reached through the one before it.
    return copies.reduceRight<Piece | undefined>((after, copy, index) => {
      const whole = after ? follow(copy, after) : copy
      return index >= count.min ? { ...whole, isOptional: true } : whole
    }, undefined) as Piece
  }
  const atom = (depth: number): Piece => {
    const sign = signs[at] ?? ''
    if (sign === '(') {
      if (signs[at + 1] === '?') throw wrong('(?', 'special')
      if (depth === DEPTH_MAX) throw wrong('(', 'bracket')
      at += 1
      const inside = either(depth + 1)
      if (signs[at] !== ')') throw wrong('(', 'bracket')
      at += 1
      return inside
    }
    if (sign === '[') {
      const { set, end } = classAt(signs, at, wrong)
      at = end
      return one(set)
    }
    const { character, end } = literalAt(signs, at, wrong)
    at = end
    return one([[character, character]])
  }

  try {
    const whole = either(0)
    if (at < signs.length) throw wrong(signs[at] ?? '', 'bracket')
    return { characters, next, whole }
  } catch (error) {
    if (error instanceof Wrong) return error.fault
    throw error
  }
}

type Complain = (part: string, why: Why) => Wrong

/** `?`, `{n}`, `{m,n}` behind a part; undefined: it stands there once. */
function countAt(signs: readonly string[], at: number, wrong: Complain) {
  if (signs[at] === '?') return { min: 0, max: 1, end: at + 1 }
  if (signs[at] === '*' || signs[at] === '+') throw wrong(signs[at] ?? '', 'endless')
  if (signs[at] !== '{') return undefined
  const close = signs.indexOf('}', at)
  const text = signs.slice(at, close < 0 ? undefined : close + 1).join('')
  if (/^\{\d+,\}$/.test(text)) throw wrong(text, 'endless')
  const [, least, most = least] = /^\{(\d{1,3})(?:,(\d{1,3}))?\}$/.exec(text) ?? []
  if (least === undefined || Number(most) < Number(least) || Number(most) === 0)
    throw wrong(text, 'count')
  return { min: Number(least), max: Number(most), end: close + 1 }
}

const SPECIAL = '^$\\.*+?()[]{}|/'
/** Inside brackets, and the hyphen. */
const SPECIAL_IN_CLASS = '^\\[]-'

function literalAt(signs: readonly string[], at: number, wrong: Complain) {
  const sign = signs[at] ?? ''
  if (sign === '\\') {
    const named = signs[at + 1] ?? ''
    if (named === '' || !SPECIAL.includes(named)) throw wrong(`\\${named}`, 'shorthand')
    return { character: codeOf(named), end: at + 2 }
  }
  if (sign === '.') throw wrong(sign, 'any')
  if (sign === '^' || sign === '$') throw wrong(sign, 'anchor')
  if (sign === '*' || sign === '+') throw wrong(sign, 'endless')
  if (SPECIAL.includes(sign) && sign !== '/') throw wrong(sign, 'bracket')
  return { character: codeOf(sign), end: at + 1 }
}

function classAt(signs: readonly string[], start: number, wrong: Complain) {
  const close = signs.findIndex((sign, at) => at > start && sign === ']' && signs[at - 1] !== '\\')
  const text = signs.slice(start, close < 0 ? undefined : close + 1).join('')
  if (close < 0 || close === start + 1 || signs[start + 1] === '^') throw wrong(text, 'class')
  const set: [number, number][] = []
  let at = start + 1
  const character = () => {
    const isEscaped = signs[at] === '\\'
    const sign = signs[isEscaped ? at + 1 : at] ?? ''
    if (isEscaped ? !SPECIAL_IN_CLASS.includes(sign) : SPECIAL_IN_CLASS.includes(sign))
      throw isEscaped ? wrong(`\\${sign}`, 'shorthand') : wrong(text, 'class')
    at += isEscaped ? 2 : 1
    return codeOf(sign)
  }
  while (at < close) {
    // A hyphen at the end means itself, as everybody writes it.
    if (signs[at] === '-' && at === close - 1) {
      set.push([codeOf('-'), codeOf('-')])
      break
    }
    const first = character()
    const isRun = signs[at] === '-' && at < close - 1
    if (isRun) at += 1
    const last = isRun ? character() : first
    if (last < first) throw wrong(text, 'class')
    set.push([first, last])
  }
  return { set, end: close + 1 }
}

function codeOf(sign: string): number {
  return sign.codePointAt(0) ?? 0
}

/** Walks through every beginning that texts can have, with the number of ways it can be read in. */
function isSlow({ characters, next, whole }: Machine): boolean {
  const samples = samplesOf(characters)
  const seen = new Set<string>()
  let open: (readonly number[])[] = []
  const go = (ways: readonly number[]) => {
    const key = ways.join()
    if (ways.length === 0 || seen.has(key)) return
    seen.add(key)
    open.push(ways)
  }
  const takes = (position: number, code: number) =>
    characters[position]?.some(([first, last]) => first <= code && code <= last) ?? false
  const step = (from: readonly number[]) => {
    for (const code of samples) {
      const ways = from.filter((position) => takes(position, code)).sort((a, b) => a - b)
      if (ways.length > WAYS_MAX) return true
      go(ways)
    }
    return seen.size > BEGINNINGS_MAX
  }
  if (step(whole.first)) return true
  while (open.length > 0) {
    const now = open
    open = []
    for (const ways of now) if (step(ways.flatMap((position) => next[position] ?? []))) return true
  }
  return false
}

/** One character of each group that the pattern does not tell apart. */
function samplesOf(sets: readonly Characters[]): readonly number[] {
  const bounds = sets.flatMap((set) => set.flatMap(([first, last]) => [first, last + 1]))
  return [...new Set(bounds)]
}
