import { CST, Lexer } from 'yaml'
import type { Source } from '../frame.ts'
import type { Report } from '../problems.ts'

export type YamlLimits = {
  readonly depth: number
  readonly aliases: number
  readonly nodes: number
}

/**
 * Whether a file is full of signs that the parser would take seconds over, with a mistake for each (S23); if so, one is
 * reported and the file need not be parsed. Looks at the signs one after the other and stops at the first that is too
 * much. Refuses no file that could be read.
 */
export function isFlooded(source: Source, limits: YamlLimits, report: Report): boolean {
  const seen: Seen = {
    depth: 0,
    run: 0,
    entries: 0,
    tags: 0,
    aliases: 0,
    mistakes: 0,
    colons: 0,
    last: '',
  }
  let offset = 0
  let isText = false
  for (const lexeme of new Lexer().lex(source.text)) {
    const type = isText ? 'scalar' : CST.tokenType(lexeme)
    // Signs of the lexer itself stand nowhere in the text; one says that what follows is text without quotes.
    const isOwn: boolean = !isText && OWN_SIGNS.has(lexeme)
    isText = isOwn && lexeme === CST.SCALAR
    if (isOwn) continue
    note(type ?? 'scalar', seen)
    const code = tooMuchOf(seen, limits)
    if (code) {
      const detail = source.text.slice(offset, offset + DETAIL_MAX).trim()
      report(code, { source, offset }, { max: maxOf(code, limits), detail })
      return true
    }
    offset += lexeme.length
  }
  return false
}

const OWN_SIGNS: ReadonlySet<string> = new Set([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR])
const DETAIL_MAX = 20

/** What has been met so far. */
type Seen = {
  /** Of brackets. */
  depth: number
  /** Signs for entries in a row, with nothing but spaces between them. */
  run: number
  entries: number
  tags: number
  aliases: number
  /** Signs that are certainly wrong where they stand. */
  mistakes: number
  /** Behind names on this line, outside brackets. */
  colons: number
  /** What came before, but for spaces. */
  last: string
}

/** Enough to see that it is no slip; below this the parser's own words help more. */
const SLIPS_MAX = 100

function tooMuchOf(seen: Seen, limits: YamlLimits) {
  if (seen.depth > SLIPS_MAX || seen.run > SLIPS_MAX) return 'yaml.too-deep'
  if (seen.tags > SLIPS_MAX) return 'yaml.tag'
  if (seen.aliases > limits.aliases) return 'yaml.too-many-aliases'
  // An entry has at most two of these signs.
  if (seen.entries > 2 * limits.nodes) return 'yaml.too-large'
  return seen.mistakes > SLIPS_MAX ? 'yaml.syntax' : undefined
}

function maxOf(code: string, limits: YamlLimits): number {
  if (code === 'yaml.too-many-aliases') return limits.aliases
  return code === 'yaml.too-large' ? limits.nodes : limits.depth
}

function note(type: string, seen: Seen): void {
  if (type === 'space') return
  const { last } = seen
  // The text of `|` brings its line ends along.
  if (last === 'block-scalar-header' && type !== 'scalar') return
  seen.last = last === 'block-scalar-header' ? 'newline' : type
  const isEntry = ENTRIES.has(type)
  seen.run = isEntry ? seen.run + 1 : 0
  if (isEntry) seen.entries++
  if (type === 'newline' || seen.last === 'newline') seen.colons = 0
  else if (type === 'map-value-ind' && seen.depth === 0 && KEYS.has(last)) seen.colons++
  if (type === 'tag') seen.tags++
  else if (type === 'alias') seen.aliases++
  else if (type === 'flow-map-start' || type === 'flow-seq-start') seen.depth++
  else if (type === 'flow-map-end' || type === 'flow-seq-end') seen.depth--
  if (isMistake(type, last, seen)) seen.mistakes++
  if (seen.depth < 0) seen.depth = 0
}

function isMistake(type: string, last: string, { depth, colons }: Seen): boolean {
  if (depth < 0) return true
  if (type === 'map-value-ind') return colons > 1
  if (type === 'anchor') return last === 'anchor'
  return MARKS.has(type) || (VALUES.has(type) && VALUES.has(last))
}

const ENTRIES: ReadonlySet<string> = new Set(['seq-item-ind', 'explicit-key-ind', 'map-value-ind'])
/** A definition is one document; nobody writes two of these. */
const MARKS: ReadonlySet<string> = new Set(['directive-line', 'doc-start', 'doc-end'])
const VALUES: ReadonlySet<string> = new Set([
  'scalar',
  'double-quoted-scalar',
  'single-quoted-scalar',
])
const KEYS: ReadonlySet<string> = new Set([...VALUES, 'flow-map-end', 'flow-seq-end'])
