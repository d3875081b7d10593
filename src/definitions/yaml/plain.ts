import { Schema, isScalar, type ScalarTag } from 'yaml'
import type { Place, Source } from '../frame.ts'
import type { Report } from '../problems.ts'
import {
  FORBIDDEN_KEYS,
  parseYaml,
  YAML_LIMITS,
  type Entry,
  type Node,
  type ScalarNode,
} from './yaml.ts'

/** One YAML file, by the reader of plain YAML or by the parser: as `parseYaml` gives it. */
export function readYaml(source: Source, report: Report): Node | undefined {
  return readPlain(source) ?? parseYaml(source, report)
}

/**
 * Reads the plain part of YAML that definitions are written in: maps and lists in block or flow style, texts on one line,
 * `|` texts, comments. Gives exactly what the parser would give (test/definitions/plain-yaml.test.ts) in a tenth of the
 * time. undefined for everything else, be it right or wrong: then the parser reads the file and says so (decision 012).
 */
export function readPlain(source: Source): Node | undefined {
  if (NEVER_PLAIN.test(source.text)) return undefined
  const reader: Reader = { source, text: source.text, at: 0, column: 0, nodes: 0 }
  try {
    toNextLine(reader)
    if (reader.column !== 0) return undefined
    const root = readBlock(reader, 1)
    return hasEnded(reader) ? root : undefined
  } catch (error) {
    if (error === NOT_PLAIN) return undefined
    throw error
  }
}

/** Control characters, tabs and carriage returns among them, byte order marks, and marks of documents and directives. */
const NEVER_PLAIN = /[\x00-\x09\x0B-\x1F\x7F-\x9F\uFEFF]|^(?:---|\.\.\.|%)/m
const NOT_PLAIN = new Error('not plain')
const ENDED = -1
/** The parser knows no longer keys. */
const KEY_MAX = 1_000

type Reader = {
  readonly source: Source
  readonly text: string
  at: number
  /** Of the line whose first sign stands at `at`, once a value has ended; `ENDED` after the last. */
  column: number
  nodes: number
}

const NEWLINE = 10
const SPACE = 32
const QUOTE = 34
const HASH = 35
const APOSTROPHE = 39
const COMMA = 44
const DASH = 45
const COLON = 58
const OPEN_LIST = 91
const CLOSE_LIST = 93
const OPEN_MAP = 123
const BAR = 124
const CLOSE_MAP = 125

function leave(): never {
  // Thrown to come out of any depth; made once, since a stack for each file would cost more than the rest.
  throw NOT_PLAIN
}

/** A value on lines of its own; `at` stands on its first sign, in column `column`. */
function readBlock(reader: Reader, depth: number): Node {
  return isDash(reader)
    ? readBlockList(reader, reader.column, depth)
    : readBlockMap(reader, reader.column, depth)
}

function readBlockMap(reader: Reader, column: number, depth: number): Node {
  const at = begin(reader, depth)
  const entries = new Map<string, Entry>()
  do {
    const end = endOfKey(reader)
    if (end === undefined) leave()
    addEntry(entries, readKey(reader, end), () => readBlockValue(reader, column, depth + 1, true))
  } while (reader.column === column)
  if (reader.column > column) leave()
  return { kind: 'map', at, entries }
}

function readBlockList(reader: Reader, column: number, depth: number): Node {
  const at = begin(reader, depth)
  const items: Node[] = []
  do {
    reader.at++
    items.push(readBlockValue(reader, column, depth + 1, false))
  } while (reader.column === column && isDash(reader))
  if (reader.column > column) leave()
  return { kind: 'list', at, items }
}

/** What follows `:` or `-` of a line that starts in `column`. Ends on the next line with content. */
function readBlockValue(reader: Reader, column: number, depth: number, isInMap: boolean): Node {
  skipSpaces(reader)
  const sign = reader.text.charCodeAt(reader.at)
  if (isEnd(sign) || sign === HASH) {
    endLine(reader)
    const isSameColumn = isInMap && reader.column === column && isDash(reader)
    return reader.column > column || isSameColumn ? readBlock(reader, depth) : leave()
  }
  if (!isInMap) {
    const isCompact = isDash(reader) || endOfKey(reader) !== undefined
    if (isCompact) {
      reader.column = reader.at - reader.text.lastIndexOf('\n', reader.at) - 1
      return readBlock(reader, depth)
    }
  }
  if (sign === BAR) return readLiteral(reader, column, depth)
  const value =
    sign === OPEN_MAP || sign === OPEN_LIST
      ? readFlow(reader, column, depth)
      : sign === QUOTE || sign === APOSTROPHE
        ? readQuoted(reader, depth)
        : readLine(reader, depth)
  endLine(reader)
  return value
}

/** Where the key ends that starts here; undefined when a value does. */
function endOfKey({ text, at }: Reader): number | undefined {
  const first = text.charCodeAt(at)
  if (first === QUOTE || first === APOSTROPHE) {
    const end = endOfQuoted(text, at)
    return text.charCodeAt(end) === COLON && isBlank(text.charCodeAt(end + 1)) ? end : undefined
  }
  PLAIN_KEY.lastIndex = at
  const [key] = PLAIN_KEY.exec(text) ?? []
  return key === undefined ? undefined : at + key.length
}
const PLAIN_KEY =
  /[^\s,[\]{}#&*!|>'"%@`?:-](?:[^\n: #]|:(?![ \n]|$)|(?<! )#| (?!:|#))*(?=:(?:[ \n]|$))/y

type Key = { readonly key: string; readonly at: Place }

function readKey(reader: Reader, end: number): Key {
  const { source, text, at } = reader
  const first = text.charCodeAt(at)
  if (end - at > KEY_MAX) leave()
  const isQuoted = first === QUOTE || first === APOSTROPHE
  reader.at = end + 1
  return {
    key: isQuoted ? unquote(text.slice(at, end)) : text.slice(at, end),
    at: { source, offset: at },
  }
}

function addEntry(entries: Map<string, Entry>, { key, at }: Key, read: () => Node): void {
  if (entries.has(key) || FORBIDDEN_KEYS.has(key)) leave()
  entries.set(key, { key, at, value: read() })
}

/** A text without quotes up to the end of the line. */
function readLine(reader: Reader, depth: number): ScalarNode {
  const { text, at } = reader
  const newline = text.indexOf('\n', at)
  const line = text.slice(at, newline < 0 ? undefined : newline)
  if (NO_TEXT.test(line)) leave()
  const special = SPECIAL.exec(line)
  if (special && special[0] !== ' #') leave()
  const written = trimSpaces(special ? line.slice(0, special.index) : line)
  return plainScalar(reader, written, depth)
}
const NO_TEXT = /^(?:[,[\]{}#&*!|>'"%@`?:]|-(?: |$))/
const SPECIAL = /:(?: |$)| #/

function plainScalar(reader: Reader, written: string, depth: number): ScalarNode {
  const at = begin(reader, depth)
  reader.at += written.length
  return { kind: 'scalar', at, value: valueOf(written), written }
}

/** By the core schema's own rules. */
function valueOf(written: string): ScalarNode['value'] {
  if (!MAY_BE_NO_TEXT.test(written)) return written
  for (const { test, resolve } of TAGS) {
    if (!test.test(written)) continue
    const value: unknown = resolve(written, leave, {})
    const plain = isScalar(value) ? value.value : value
    if (plain === null || typeof plain === 'number' || typeof plain === 'boolean') return plain
    return leave()
  }
  return written
}
const MAY_BE_NO_TEXT = /^[-+.\d~nNtTfF]/
const TAGS = new Schema({ schema: 'core' }).tags.filter(
  (tag): tag is ScalarTag & { readonly test: RegExp } =>
    tag.default === true && 'test' in tag && tag.test !== undefined,
)

function readQuoted(reader: Reader, depth: number): ScalarNode {
  const at = begin(reader, depth)
  const end = endOfQuoted(reader.text, reader.at)
  const value = unquote(reader.text.slice(reader.at, end))
  reader.at = end
  return { kind: 'scalar', at, value, written: value }
}

/** Behind the closing quote, which stands on the same line. */
function endOfQuoted(text: string, at: number): number {
  const pattern = text.charCodeAt(at) === QUOTE ? DOUBLE : SINGLE
  pattern.lastIndex = at
  const [quoted] = pattern.exec(text) ?? leave()
  return at + quoted.length
}
const DOUBLE = /"(?:[^"\\\n]|\\["\\/nt])*"/y
const SINGLE = /'(?:[^'\n]|'')*'(?!')/y

function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1)
  if (quoted.charCodeAt(0) === APOSTROPHE) return inner.replaceAll("''", "'")
  return inner.includes('\\')
    ? inner.replace(/\\(.)/g, (_, sign: string) =>
        sign === 'n' ? '\n' : sign === 't' ? '\t' : sign,
      )
    : inner
}

/** A text of several lines after `|` or `|-`. */
function readLiteral(reader: Reader, column: number, depth: number): ScalarNode {
  const { text } = reader
  const at = begin(reader, depth)
  const isStripped = text.charCodeAt(reader.at + 1) === DASH
  reader.at += isStripped ? 2 : 1
  if (text.charCodeAt(reader.at) !== NEWLINE) leave()
  reader.at++
  const lines: string[] = []
  let indent: number | undefined
  while (reader.at < text.length) {
    const newline = text.indexOf('\n', reader.at)
    const end = newline < 0 ? text.length : newline
    const spaces = spacesAt(text, reader.at)
    const isEmpty = reader.at + spaces === end
    if (!isEmpty && spaces < (indent ?? column + 1)) {
      // A line between two depths: the parser's verdict.
      if (spaces > column) leave()
      break
    }
    if (isEmpty && spaces > (indent ?? 0)) leave()
    if (!isEmpty) indent ??= spaces
    lines.push(isEmpty ? '' : text.slice(reader.at + (indent ?? 0), end))
    reader.at = end + 1
  }
  if (indent === undefined) leave()
  toNextLine(reader)
  const value = `${lines.join('\n').replace(/\n+$/, '')}${isStripped ? '' : '\n'}`
  return { kind: 'scalar', at, value, written: value }
}

/** `{…}` or `[…]`, on lines that all stand right of `column`. */
function readFlow(reader: Reader, column: number, depth: number): Node {
  const { text } = reader
  const at = begin(reader, depth)
  const isMap = text.charCodeAt(reader.at) === OPEN_MAP
  const close = isMap ? CLOSE_MAP : CLOSE_LIST
  const entries = new Map<string, Entry>()
  const items: Node[] = []
  for (;;) {
    reader.at++
    skipFlow(reader, column)
    if (text.charCodeAt(reader.at) === close) break
    if (isMap)
      addEntry(entries, readKey(reader, endOfFlowKey(reader)), () =>
        readFlowValue(reader, column, depth + 1),
      )
    else items.push(readFlowValue(reader, column, depth + 1))
    skipFlow(reader, column)
    const sign = text.charCodeAt(reader.at)
    if (sign === close) break
    if (sign !== COMMA) leave()
  }
  reader.at++
  return isMap ? { kind: 'map', at, entries } : { kind: 'list', at, items }
}

function endOfFlowKey(reader: Reader): number {
  const { text, at } = reader
  const first = text.charCodeAt(at)
  if (first === QUOTE || first === APOSTROPHE) return endOfKey(reader) ?? leave()
  FLOW_KEY.lastIndex = at
  const [key] = FLOW_KEY.exec(text) ?? leave()
  return at + key.length
}
const FLOW_KEY = /[^\s,[\]{}#&*!|>'"%@`?:-][^\n:,[\]{}# ]*(?=:[ \n])/y

function readFlowValue(reader: Reader, column: number, depth: number): Node {
  skipFlow(reader, column)
  const { text, at } = reader
  const sign = text.charCodeAt(at)
  if (sign === OPEN_MAP || sign === OPEN_LIST) return readFlow(reader, column, depth)
  if (sign === QUOTE || sign === APOSTROPHE) return readQuoted(reader, depth)
  FLOW_TEXT.lastIndex = at
  const [written] = FLOW_TEXT.exec(text) ?? leave()
  return plainScalar(reader, trimSpaces(written), depth)
}
const FLOW_TEXT =
  /(?:[^\s,[\]{}#&*!|>'"%@`?:-]|-(?![\s,[\]{}]))(?:[^\n:,[\]{}#]|:(?![\s,[\]{}])|(?<! )#)*/y

/** Between the parts of `{…}` and `[…]`: spaces, comments, and lines that stand right of `column`. */
function skipFlow(reader: Reader, column: number): void {
  const { text } = reader
  for (;;) {
    skipSpaces(reader)
    const sign = text.charCodeAt(reader.at)
    if (sign !== NEWLINE && sign !== HASH) return
    endLine(reader)
    if (reader.column <= column) leave()
  }
}

/** Passes what may follow a value on its line, and goes on to the next line that says something. */
function endLine(reader: Reader): void {
  const { text } = reader
  skipSpaces(reader)
  const sign = text.charCodeAt(reader.at)
  if (sign === HASH) {
    if (text.charCodeAt(reader.at - 1) !== SPACE) leave()
    skipLine(reader)
  } else if (!isEnd(sign)) leave()
  else reader.at++
  toNextLine(reader)
}

/** From the start of a line. */
function toNextLine(reader: Reader): void {
  const { text } = reader
  while (reader.at < text.length) {
    const column = spacesAt(text, reader.at)
    reader.at += column
    const sign = text.charCodeAt(reader.at)
    if (!isEnd(sign) && sign !== HASH) {
      reader.column = column
      return
    }
    skipLine(reader)
  }
  reader.column = ENDED
}

function skipLine(reader: Reader): void {
  const newline = reader.text.indexOf('\n', reader.at)
  reader.at = newline < 0 ? reader.text.length : newline + 1
}

function hasEnded({ column }: Reader): boolean {
  return column === ENDED
}

/** Counts a value and says where it stands. */
function begin(reader: Reader, depth: number): Place {
  if (++reader.nodes > YAML_LIMITS.nodes || depth > YAML_LIMITS.depth) leave()
  return { source: reader.source, offset: reader.at }
}

function skipSpaces(reader: Reader): void {
  while (reader.text.charCodeAt(reader.at) === SPACE) reader.at++
}

function spacesAt(text: string, at: number): number {
  let end = at
  while (text.charCodeAt(end) === SPACE) end++
  return end - at
}

function trimSpaces(text: string): string {
  return text.endsWith(' ') ? text.replace(/ +$/, '') : text
}

function isDash({ text, at }: Reader): boolean {
  return text.charCodeAt(at) === DASH && isBlank(text.charCodeAt(at + 1))
}

function isBlank(sign: number): boolean {
  return sign === SPACE || isEnd(sign)
}

function isEnd(sign: number): boolean {
  // Behind the end of the text there is no sign at all.
  return sign === NEWLINE || Number.isNaN(sign)
}
