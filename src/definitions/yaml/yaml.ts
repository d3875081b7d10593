import { isAlias, isCollection, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml'
import type { Document, Node as YamlNode, ParsedNode, YAMLParseError } from 'yaml'
import type { Place, Source } from '../frame.ts'
import type { Report } from '../problems.ts'
import { isFlooded, type YamlLimits } from './flood.ts'

/** YAML as we read it: plain values that know where they stand. */
export type Node = MapNode | ListNode | ScalarNode
export type MapNode = {
  readonly kind: 'map'
  readonly at: Place
  readonly entries: ReadonlyMap<string, Entry>
}
export type Entry = { readonly key: string; readonly at: Place; readonly value: Node }
export type ListNode = {
  readonly kind: 'list'
  readonly at: Place
  readonly items: readonly Node[]
}
export type ScalarNode = {
  readonly kind: 'scalar'
  readonly at: Place
  readonly value: string | number | boolean | null
  /** As written, for numbers that were meant as codes: `0123`. */
  readonly written: string
}

/** S23 of the trust statements: limits, so that no file can stall or exhaust the program. */
export const YAML_LIMITS: YamlLimits = { depth: 32, aliases: 50, nodes: 100_000 }

/** Names that would reach an object's prototype (S21). */
export const FORBIDDEN_KEYS: ReadonlySet<string> = new Set([
  '__proto__',
  'constructor',
  'prototype',
])

/**
 * Parses one YAML file (1.2 core schema, one document, no tags, no merge keys). What is wrong goes to the report;
 * undefined when nothing can be made of the file.
 */
export function parseYaml(source: Source, report: Report): Node | undefined {
  if (isFlooded(source, YAML_LIMITS, report)) return undefined
  const document = parse(source, report)
  if (!document) return undefined
  for (const error of document.errors)
    report(
      codeOf(error),
      { source, offset: error.pos[0] },
      { detail: error.message.split('\n')[0] ?? '', max: YAML_LIMITS.depth },
    )
  if (document.errors.length > 0) return undefined
  if (!document.contents) {
    report('yaml.empty', { source, offset: 0 })
    return undefined
  }
  if (!isWithinAliases(document, source, report)) return undefined
  return convert(document.contents, { document, source, report, nodes: 0, isFull: false }, 1)
}

function codeOf(error: YAMLParseError) {
  // The parser goes down recursively; a file of nothing but brackets exhausts the stack.
  return error.code === 'RESOURCE_EXHAUSTION' ? 'yaml.too-deep' : 'yaml.syntax'
}

function parse(source: Source, report: Report): Document.Parsed | undefined {
  const start = { source, offset: 0 }
  try {
    return parseDocument(source.text, {
      version: '1.2',
      schema: 'core',
      merge: false,
      stringKeys: true,
      // The parser would compare each key with all others; `convertMap` finds them in one pass.
      uniqueKeys: false,
      prettyErrors: false,
      // Anything quieter would also keep silent about a second document.
      logLevel: 'error',
    })
  } catch (error) {
    if (error instanceof RangeError) report('yaml.too-deep', start, { max: YAML_LIMITS.depth })
    else report('yaml.syntax', start, { detail: error instanceof Error ? error.message : '' })
    return undefined
  }
}

function isWithinAliases(document: Document.Parsed, source: Source, report: Report): boolean {
  let aliases = 0
  let at = 0
  let isTooDeep = false
  visit(document, {
    Node(_, node) {
      const offset = node.range?.[0] ?? 0
      if (!isAlias(node) && node.tag !== undefined)
        report('yaml.tag', { source, offset }, { detail: node.tag })
    },
    Alias(_, node) {
      aliases++
      at = node.range?.[0] ?? 0
      return aliases > YAML_LIMITS.aliases ? visit.BREAK : undefined
    },
    Collection(_, node, path) {
      isTooDeep = path.length > YAML_LIMITS.depth * 2
      if (isTooDeep) at = node.range?.[0] ?? 0
      return isTooDeep ? visit.BREAK : undefined
    },
  })
  if (isTooDeep) report('yaml.too-deep', { source, offset: at }, { max: YAML_LIMITS.depth })
  else if (aliases > YAML_LIMITS.aliases)
    report('yaml.too-many-aliases', { source, offset: at }, { max: YAML_LIMITS.aliases })
  return !isTooDeep && aliases <= YAML_LIMITS.aliases
}

type Conversion = {
  readonly document: Document.Parsed
  readonly source: Source
  readonly report: Report
  nodes: number
  isFull: boolean
}

function convert(node: YamlNode, state: Conversion, depth: number): Node | undefined {
  const at = placeOf(node, state)
  if (state.isFull) return undefined
  if (++state.nodes > YAML_LIMITS.nodes || depth > YAML_LIMITS.depth) {
    state.isFull = true
    const isDeep = depth > YAML_LIMITS.depth
    state.report(isDeep ? 'yaml.too-deep' : 'yaml.too-large', at, {
      max: isDeep ? YAML_LIMITS.depth : YAML_LIMITS.nodes,
    })
    return undefined
  }
  if (isAlias(node)) {
    const target = node.resolve(state.document)
    if (target) return convert(target, state, depth + 1)
    state.report('yaml.alias-unknown', at, { name: node.source })
    return undefined
  }
  if (isMap(node)) return convertMap(node.items as readonly Pair[], at, state, depth)
  if (isSeq(node)) {
    const items = node.items.map((item) => convert(item as ParsedNode, state, depth + 1))
    return { kind: 'list', at, items: items.filter((item) => item !== undefined) }
  }
  if (!isScalar(node) || isCollection(node)) return undefined
  const { value, source } = node
  return {
    kind: 'scalar',
    at,
    value: isPlain(value) ? value : String(value),
    written: source ?? String(value),
  }
}

type Pair = { readonly key: ParsedNode; readonly value: ParsedNode | null }

function convertMap(pairs: readonly Pair[], at: Place, state: Conversion, depth: number): MapNode {
  const entries = new Map<string, Entry>()
  for (const pair of pairs) {
    if (!isScalar(pair.key)) continue
    const key = String(pair.key.value)
    const keyAt = placeOf(pair.key, state)
    if (FORBIDDEN_KEYS.has(key)) {
      state.report('key.forbidden', keyAt, { key })
      continue
    }
    if (entries.has(key)) {
      state.report('yaml.duplicate-key', keyAt, { key })
      continue
    }
    const value = pair.value
      ? convert(pair.value, state, depth + 1)
      : ({ kind: 'scalar', at: keyAt, value: null, written: '' } as const)
    if (value) entries.set(key, { key, at: keyAt, value })
  }
  return { kind: 'map', at, entries }
}

function placeOf(node: YamlNode, state: Conversion): Place {
  return { source: state.source, offset: node.range?.[0] ?? 0 }
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value)
}
