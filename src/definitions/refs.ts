import type { Condition, Expression, JsonSchema, Scalar } from '../form/form.ts'
import type { Place } from './frame.ts'
import { nearest } from './nearest.ts'
import type { Report } from './problems.ts'
import { kindOf, kindWords } from './shape.ts'
import { child, entriesOf, itemsOf, jsonOf, stringOf, suggest } from './values.ts'
import type { Node } from './yaml.ts'

/** Somewhere a definition reads a value by its name. Collected while compiling, judged when all names are known. */
export type RefUse = {
  readonly ref: string
  readonly at: Place
  /** `read`: browser and server; `secret`: only the server; `own`: may name the field itself. */
  readonly how: 'read' | 'secret' | 'own'
  /** The comparison of a condition, held against what the value can be. */
  readonly test?: Node
  /** The format that takes the value's characters. */
  readonly format?: string
}

const OPERATORS: ReadonlySet<string> = new Set(['all', 'any', 'not'])
const TESTS: readonly string[] = ['is', 'not', 'min', 'max', 'empty']

/** Words that mean something in conditions, or roots of facts: no field and no action may be named so. */
export const RESERVED_IDS: ReadonlySet<string> = new Set([
  ...['all', 'any', 'not', 'is', 'min', 'max', 'empty', 'place'],
  ...['account', 'login', 'submission', 'portal', 'operator', 'today', 'link', 'to', 'number'],
  ...Object.getOwnPropertyNames(Object.prototype),
])

/** Checks the shape of a condition and gives it as data; its refs are added to `uses`. */
export function compileCondition(
  node: Node,
  uses: RefUse[],
  how: RefUse['how'],
  report: Report,
): Condition {
  readCondition(node, uses, how, report)
  return jsonOf(node) as Condition
}

function readCondition(node: Node, uses: RefUse[], how: RefUse['how'], report: Report): void {
  if (node.kind !== 'map' || node.entries.size === 0) return report('condition.shape', node.at)
  for (const { key, at, value } of node.entries.values()) {
    if (!OPERATORS.has(key)) {
      if (readTest(key, at, value, report)) uses.push({ ref: key, at, how, test: value })
      continue
    }
    // Beside an operator nothing else is read, so it must stand alone.
    if (node.entries.size > 1) report('condition.shape', at)
    if (key === 'not') readCondition(value, uses, how, report)
    else if (value.kind !== 'list' || value.items.length === 0) report('condition.shape', value.at)
    else for (const item of value.items) readCondition(item, uses, how, report)
  }
}

function readTest(key: string, at: Place, node: Node, report: Report): boolean {
  if (node.kind === 'list') {
    const wrong = node.items.find((item) => !isScalar(item))
    if (wrong || node.items.length === 0) report('condition.shape', (wrong ?? node).at)
    return !wrong
  }
  if (node.kind === 'scalar') {
    if (node.value === null) report('condition.shape', at)
    return node.value !== null
  }
  let isGood = node.entries.size > 0
  for (const test of node.entries.values()) {
    if (TESTS.includes(test.key)) continue
    isGood = false
    report('key.unknown', test.at, {
      key: test.key,
      near: nearest(test.key, TESTS),
      allowed: TESTS.join('、'),
    })
  }
  if (node.entries.size === 0) report('condition.shape', node.at, { key })
  const empty = child(node, 'empty')
  if (empty && !(empty.kind === 'scalar' && typeof empty.value === 'boolean')) {
    report('value.kind', empty.at, {
      key: 'empty',
      expected: kindWords.boolean?.ja,
      expectedEn: kindWords.boolean?.en,
      found: kindWords[kindOf(empty)]?.ja,
      foundEn: kindWords[kindOf(empty)]?.en,
    })
    return false
  }
  const [min, max] = [scalarOf(child(node, 'min')), scalarOf(child(node, 'max'))]
  if (min !== undefined && max !== undefined && typeof min === typeof max && min > max)
    report('value.contradiction', node.at, {
      key: 'min',
      other: 'max',
      min: String(min),
      max: String(max),
    })
  return isGood
}

/** Checks the shape of an expression and gives it as data; its refs are added to `uses`. */
export function compileExpression(
  node: Node | undefined,
  uses: RefUse[],
  how: RefUse['how'],
  report: Report,
  format?: string,
): Expression {
  const nothing = { is: '' }
  if (!node) return nothing
  const ref = stringOf(node)
  if (ref !== undefined) {
    uses.push({ ref, at: node.at, how, ...(format === undefined ? {} : { format }) })
    return ref
  }
  const keys = entriesOf(node).map((entry) => entry.key)
  const [is, join] = [child(node, 'is'), child(node, 'join')]
  const [pattern, of] = [stringOf(child(node, 'format')), child(node, 'of')]
  const value = scalarOf(is)
  if (value !== undefined && keys.length === 1) return { is: value }
  if (join?.kind === 'list' && join.items.length > 0 && keys.length === 1)
    return { join: join.items.map((item) => compileExpression(item, uses, how, report)) }
  if (pattern !== undefined && of && keys.length === 2)
    return { format: pattern, of: compileExpression(of, uses, how, report, pattern) }
  report('expression.shape', node.at)
  return nothing
}

/** What is known of a value behind a ref. */
export type Known = {
  /** JSON Schema of the value; `{}` when nothing is known. */
  readonly schema: JsonSchema
  /** Known to the server only. */
  readonly isSecret?: boolean
  /** Typed by the person, never shown again: a password. */
  readonly isPrivate?: boolean
  /** A person may leave it empty. */
  readonly isOptional?: boolean
  /** Compared or used, then dropped. */
  readonly isTransient?: boolean
}

export type Found =
  | { readonly known: Known }
  /** The first name is there, a later part is not. */
  | { readonly missing: string; readonly parts: readonly string[] }
  | undefined

/** Stands for fields that could not be read, so that one mistake is not told many times over. */
export const UNREAD = '*'

/** Follows a dotted ref through names with schemas. */
export function findRef(ref: string, names: ReadonlyMap<string, Known>): Found {
  const [first = '', ...rest] = ref.split('.')
  const start = names.get(first) ?? names.get(UNREAD)
  if (!start) return undefined
  let known = start
  for (const part of rest) {
    const properties = known.schema.properties
    if (properties === undefined && Object.keys(known.schema).length === 0) return { known }
    const inner =
      isObject(properties) && Object.hasOwn(properties, part) ? properties[part] : undefined
    if (!isObject(inner))
      return { missing: part, parts: isObject(properties) ? Object.keys(properties) : [] }
    known = {
      schema: inner,
      isSecret: known.isSecret || inner['x-secret'] === true,
      isPrivate: known.isPrivate || inner['x-private'] === true,
      isTransient: known.isTransient || inner['x-transient'] === true,
    }
  }
  return { known }
}

/** Reports a ref that leads nowhere; `all` are the refs that would be right. */
export function reportUnknown(use: RefUse, found: Found, all: Iterable<string>, report: Report) {
  if (found && 'missing' in found) {
    const name = use.ref.slice(0, -(found.missing.length + 1))
    report('ref.part', use.at, {
      ...suggest(found.missing, found.parts),
      name: name,
      part: found.missing,
    })
  } else report('ref.unknown', use.at, { kind: '項目', kindEn: 'field', ...suggest(use.ref, all) })
}

/** Holds a comparison against what the value can be: its kind, its choices, its length. */
export function checkTest(use: RefUse, known: Known, report: Report): void {
  if (use.format !== undefined) checkFormat(use, use.format, known, report)
  if (!use.test) return
  for (const node of scalarsOf(use.test, ['is', 'not'])) checkValue(node, use, known, report)
  // Bounds need not be possible values, but must be of the value's kind.
  for (const node of scalarsOf(use.test, ['min', 'max']))
    if (use.test.kind === 'map') checkKind(node, use, known, report)
}

function checkValue(node: Node, use: RefUse, known: Known, report: Report): void {
  const value = scalarOf(node)
  const allowed = allowedValues(known.schema)
  if (value === undefined || !checkKind(node, use, known, report) || !allowed) return
  if (!allowed.includes(value))
    report('condition.value', node.at, {
      ...suggest(String(value), allowed.map(String)),
      name: use.ref,
      value: String(value),
    })
}

function checkKind(node: Node, use: RefUse, known: Known, report: Report): boolean {
  const value = scalarOf(node)
  const type = typeOfSchema(known.schema)
  if (value === undefined || node.kind !== 'scalar' || type === undefined) return true
  if (isOfType(value, type)) return true
  const [expected, found] = [kindWords[type], kindWords[typeof value]]
  report('condition.kind', node.at, {
    name: use.ref,
    written: node.written,
    expected: expected?.ja ?? type,
    expectedEn: expected?.en ?? type,
    found: found?.ja,
    foundEn: found?.en,
  })
  return false
}

/** The declared type; for choices without one, the type of the choices when they agree. */
function typeOfSchema(schema: JsonSchema): string | undefined {
  if (typeof schema.type === 'string') return schema.type
  const kinds = new Set((allowedValues(schema) ?? []).map((value) => typeof value))
  return kinds.size === 1 ? [...kinds][0] : undefined
}

function checkFormat(use: RefUse, format: string, known: Known, report: Report): void {
  const places = [...format].filter((character) => character === '#').length
  const length = fixedLength(known.schema)
  if (length !== undefined && length !== places)
    report('expression.format-length', use.at, { format, places, name: use.ref, length })
}

/** The number of characters of a value that always has as many: `^[0-9]{10}$`. */
function fixedLength({ pattern, minLength, maxLength }: JsonSchema): number | undefined {
  if (typeof minLength === 'number' && minLength === maxLength) return minLength
  const count =
    typeof pattern === 'string' ? /^\^\[[^\]]*\]\{(\d+)\}\$$/.exec(pattern)?.[1] : undefined
  return count === undefined ? undefined : Number(count)
}

/** The values a schema allows, when it names them. */
export function allowedValues(schema: JsonSchema): readonly unknown[] | undefined {
  if (Array.isArray(schema.enum)) return schema.enum
  if (schema.const !== undefined) return schema.type === 'boolean' ? [true, false] : [schema.const]
  return isObject(schema.items) ? allowedValues(schema.items) : undefined
}

/** The scalars of a test: it is one, a list of them, or has them under these keys. */
function scalarsOf(test: Node, keys: readonly string[]): readonly Node[] {
  if (test.kind === 'scalar') return [test]
  if (test.kind === 'list') return test.items
  return keys.flatMap((key) => {
    const value = child(test, key)
    return value?.kind === 'list' ? itemsOf(value) : value ? [value] : []
  })
}

function isOfType(value: Scalar, type: string): boolean {
  if (type === 'array' || type === 'object') return true
  return typeof value === (type === 'integer' ? 'number' : type)
}

function isScalar(node: Node): boolean {
  return scalarOf(node) !== undefined
}
function scalarOf(node: Node | undefined): Scalar | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.value : undefined
}
export function isObject(value: unknown): value is { readonly [key: string]: never } & JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Every ref the names offer, two levels deep, for hints. */
export function refsIn(names: ReadonlyMap<string, Known>): string[] {
  const known = [...names].filter(([name]) => name !== UNREAD)
  return known.flatMap(([name, { schema }]) => {
    const { properties } = schema
    return isObject(properties) ? publicParts(properties).map((part) => `${name}.${part}`) : [name]
  })
}

/** The parts one may be told of in a hint. */
function publicParts(properties: { readonly [part: string]: unknown }): string[] {
  return Object.keys(properties).filter((part) => {
    const schema = properties[part]
    return !isObject(schema) || schema['x-secret'] !== true
  })
}
