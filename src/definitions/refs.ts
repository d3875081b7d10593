import type { Condition, JsonSchema, Scalar } from '../form/form.ts'
import type { Decision } from './decisions.ts'
import type { Place } from './frame.ts'
import { nearest } from './nearest.ts'
import type { Report } from './problems.ts'
import { isObject } from './allowed.ts'
import { kindOf, kindWords } from './shape.ts'
import { child, entriesOf, itemsOf, jsonOf, suggest } from './values.ts'
import type { Node } from './yaml/yaml.ts'

/** Somewhere a definition reads a value by its name. Collected while compiling, judged when all names are known. */
export type RefUse = {
  readonly ref: string
  readonly at: Place
  /** `read`: browser and server; `ask`: goes into a question to a plugin; `secret`: only the server; `own`: may name the field itself. */
  readonly how: 'read' | 'ask' | 'secret' | 'own'
  /** The comparison of a condition, held against what the value can be. */
  readonly test?: Node
  /** The format that takes the value's characters. */
  readonly format?: string
  /** What an operator needs of the value. */
  readonly takes?: Operand
  /** At the first ref of a whole condition: what is to be proved of it. */
  readonly whole?: WholeCondition
  /** At the last ref of a decision table: whose gaps and overlaps are to be looked for. */
  readonly decision?: Decision
}

/** What an operator of an expression can ask of its operand. */
export type Operand = 'date' | 'month' | 'digits' | 'number' | 'list' | 'numbers'

const LISTS: ReadonlySet<Operand | undefined> = new Set(['list', 'numbers'])

/** A condition as a whole: it must be able to hold and not to hold, in its place. */
export type WholeCondition = {
  readonly condition: Condition
  readonly at: Place
  /** `when`: decides whether a field or section is shown; `choose`: a line of a choice, after others that did not hold. */
  readonly role: 'when' | 'choose' | 'other'
  readonly before: readonly Condition[]
  readonly parts: readonly { readonly condition: Condition; readonly at: Place }[]
}

const OPERATORS: ReadonlySet<string> = new Set(['all', 'any', 'not'])
const TESTS: readonly string[] = ['is', 'not', 'min', 'max', 'empty']

/** Words that mean something in conditions, or roots of facts: no field and no action may be named so. */
export const RESERVED_IDS: ReadonlySet<string> = new Set([
  ...['all', 'any', 'not', 'is', 'min', 'max', 'empty', 'place'],
  ...[
    'account',
    'login',
    'submission',
    'portal',
    'operator',
    'today',
    'link',
    'to',
    'number',
    'steps',
    'application',
    'filed',
    'previous',
    'input',
  ],
  ...Object.getOwnPropertyNames(Object.prototype),
])

/** Checks the shape of a condition and gives it as data; its refs are added to `uses`. */
export function compileCondition(
  node: Node,
  uses: RefUse[],
  how: RefUse['how'],
  report: Report,
  { role = 'other', before = [] }: Partial<Pick<WholeCondition, 'role' | 'before'>> = {},
): Condition {
  const own: RefUse[] = []
  readCondition(node, own, how, report)
  const condition = jsonOf(node) as Condition
  const [first, ...others] = own
  if (first) {
    const whole = { condition, at: node.at, role, before, parts: partsOf(node) }
    uses.push({ ...first, whole }, ...others)
  }
  return condition
}

/** The alternatives inside a condition: each must be able to hold, or it says nothing. */
function partsOf(node: Node): { condition: Condition; at: Place }[] {
  return entriesOf(node).flatMap(({ key, value }) => {
    if (key !== 'any') return key === 'all' ? itemsOf(value).flatMap(partsOf) : []
    return itemsOf(value).map((item) => ({ condition: jsonOf(item) as Condition, at: item.at }))
  })
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

/** What is known of a value behind a ref. */
export type Known = {
  /** JSON Schema of the value; `{}` when nothing is known. */
  readonly schema: JsonSchema
  /** Known to the server only. */
  readonly isSecret?: boolean
  /** Typed by the person, never shown again: a password. */
  readonly isPrivate?: boolean
  /** Typed masked: the page never says it, so no question that the page knows may. */
  readonly isMasked?: boolean
  /** A person may leave it empty. */
  readonly isOptional?: boolean
  /** Compared or used, then dropped. */
  readonly isTransient?: boolean
}

export type Found =
  | { readonly known: Known }
  /** The first name is there, a later part is not. */
  | {
      readonly missing: string
      readonly parts: readonly string[]
      /** It is there in every row, and the place takes one value. */
      readonly isOfRows?: boolean
    }
  | undefined

/** Stands for fields that could not be read, so that one mistake is not told many times over. */
export const UNREAD = '*'

/** Follows a dotted ref through names with schemas. Where a list is taken, `rows.x` is the list of that part of its rows. */
export function findRef(ref: string, names: ReadonlyMap<string, Known>, takes?: Operand): Found {
  const [first = '', ...rest] = ref.split('.')
  const start = names.get(first) ?? names.get(UNREAD)
  if (!start) return undefined
  let known = start
  for (const part of rest) {
    const { items } = known.schema
    const rows = LISTS.has(takes) && isObject(items) ? items : undefined
    const properties = (rows ?? known.schema).properties
    if (properties === undefined && Object.keys(known.schema).length === 0) return { known }
    const inner =
      isObject(properties) && Object.hasOwn(properties, part) ? properties[part] : undefined
    if (!isObject(inner)) {
      const parts = isObject(properties) ? Object.keys(properties) : []
      return { missing: part, parts, isOfRows: isObject(items) && hasPart(items, part) }
    }
    known = {
      schema: rows ? { type: 'array', items: inner } : inner,
      isSecret: known.isSecret || inner['x-secret'] === true,
      isPrivate: known.isPrivate || inner['x-private'] === true,
      isTransient: known.isTransient || inner['x-transient'] === true,
    }
  }
  return { known }
}

function hasPart({ properties }: JsonSchema, part: string): boolean {
  return isObject(properties) && Object.hasOwn(properties, part)
}

/** Reports a ref that leads nowhere; `all` are the refs that would be right. */
export function reportUnknown(use: RefUse, found: Found, all: Iterable<string>, report: Report) {
  if (found && 'missing' in found && found.isOfRows)
    report('ref.of-rows', use.at, { name: use.ref })
  else if (found && 'missing' in found) {
    const parts = use.ref.split('.')
    const name = parts.slice(0, parts.indexOf(found.missing, 1)).join('.')
    report('ref.part', use.at, {
      ...suggest(found.missing, found.parts),
      name: name,
      part: found.missing,
    })
  } else report('ref.unknown', use.at, { kind: '項目', kindEn: 'field', ...suggest(use.ref, all) })
}

export function isScalar(node: Node): boolean {
  return scalarOf(node) !== undefined
}
export function scalarOf(node: Node | undefined): Scalar | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.value : undefined
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
