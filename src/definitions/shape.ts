import type { Place } from './frame.ts'
import { foreignKey } from './lint/keys.ts'
import { nearest } from './nearest.ts'
import type { Report } from './problems.ts'
import type { Shape } from './shapes.ts'
import type { MapNode, Node, ScalarNode } from './yaml/yaml.ts'

export type ShapeCheck = {
  readonly report: Report
  /** The shape behind `#/$defs/<name>`; undefined: whatever stands there has been reported. */
  readonly resolve: (name: string, node: Node) => Shape | undefined
  /** Called for every named piece on the way; a list of such pieces is named with `[]` behind. */
  readonly visit?: (piece: string, node: Node, key: string) => void
  /** In packs: whether a node stands for a value that only the form gives; it is judged there. */
  readonly standIn?: (node: Node, shape: Shape, key: string) => boolean
}

/** Holds a node against a shape and reports every difference. `key` names the value in messages. */
export function checkShape(node: Node, shape: Shape, key: string, check: ShapeCheck): void {
  if (check.standIn?.(node, shape, key)) return
  if (shape.$ref !== undefined) {
    const name = shape.$ref.replace('#/$defs/', '')
    const target = check.resolve(name, node)
    check.visit?.(name, node, key)
    if (target) checkShape(node, target, key, check)
    return
  }
  const branches = shape.anyOf ?? shape.oneOf
  if (branches) return checkBranches(node, branches, key, check)
  if (shape.type !== undefined && !isOfKind(node, shape.type)) {
    return reportKind(node, kindsIn(shape.type), key, check.report)
  }
  if (node.kind === 'map') checkMap(node, shape, check)
  else if (node.kind === 'list') {
    if (shape.minItems && node.items.length < shape.minItems)
      check.report('value.empty-list', node.at, { key })
    const piece = shape.items?.$ref?.replace('#/$defs/', '')
    if (piece !== undefined) check.visit?.(`${piece}[]`, node, key)
    for (const item of node.items) if (shape.items) checkShape(item, shape.items, key, check)
  } else checkScalar(node, shape, key, check.report)
}

function checkBranches(
  node: Node,
  branches: readonly Shape[],
  key: string,
  check: ShapeCheck,
): void {
  const resolved = branches.flatMap((branch) => {
    const target = branch.$ref ? check.resolve(branch.$ref.replace('#/$defs/', ''), node) : branch
    return target ? [target] : []
  })
  const fitting = resolved.filter((branch) => !branch.type || isOfKind(node, branch.type))
  const [first, ...others] = fitting
  if (!first) {
    const kinds = resolved.flatMap((branch) => kindsIn(branch.type ?? []))
    return reportKind(node, kinds, key, check.report)
  }
  if (others.length === 0 || node.kind !== 'map') return checkShape(node, first, key, check)
  // Several kinds of map: the first required key tells which one is meant.
  const telling = fitting.map((branch) => branch.required?.[0] ?? '')
  const meant = fitting.filter((_, index) => node.entries.has(telling[index] ?? ''))
  if (meant[0]) return checkShape(node, meant[0], key, check)
  const best = fitting.toSorted((a, b) => keysKnown(node, b) - keysKnown(node, a))[0]
  if (best && keysKnown(node, best) > 0) return checkShape(node, best, key, check)
  check.report('key.missing-one', node.at, {
    allowed: quoteAll(telling),
    near: nearestOf([...node.entries.keys()], telling),
  })
}

function keysKnown(node: MapNode, shape: Shape): number {
  return [...node.entries.keys()].filter((key) => Object.hasOwn(shape.properties ?? {}, key)).length
}

function nearestOf(names: readonly string[], candidates: readonly string[]): string | undefined {
  return names.map((name) => nearest(name, candidates)).find((found) => found !== undefined)
}

function checkMap(node: MapNode, shape: Shape, check: ShapeCheck): void {
  const properties = shape.properties ?? {}
  const names = shape.propertyNames
  const meant = new Set<string>()
  for (const entry of node.entries.values()) {
    if (names?.pattern && !new RegExp(names.pattern, 'u').test(entry.key))
      check.report('name.pattern', entry.at, {
        name: entry.key,
        rule: names['x-rule']?.ja,
        ruleEn: names['x-rule']?.en,
      })
    const known = Object.hasOwn(properties, entry.key) ? properties[entry.key] : undefined
    if (known) checkShape(entry.value, known, entry.key, check)
    else if (shape.additionalProperties === false) {
      const foreign = foreignKey(entry.key)
      if (foreign) {
        check.report(foreign, entry.at, { key: entry.key })
        continue
      }
      const near = nearest(entry.key, Object.keys(properties))
      if (near !== undefined) meant.add(near)
      const allowed = Object.keys(properties).join('、')
      check.report('key.unknown', entry.at, { key: entry.key, near, allowed })
    } else if (typeof shape.additionalProperties === 'object')
      checkShape(entry.value, shape.additionalProperties, entry.key, check)
  }
  for (const key of shape.required ?? [])
    if (!node.entries.has(key) && !meant.has(key))
      check.report('key.missing', node.at, { key, name: key })
}

function checkScalar(node: ScalarNode, shape: Shape, key: string, report: Report): void {
  const value = node.value
  const allowed = shape.enum ?? (shape.const === undefined ? undefined : [shape.const])
  if (allowed && !allowed.some((item) => item === value))
    return report('value.not-allowed', node.at, {
      key,
      value: node.written,
      near: nearest(String(value), allowed.map(String)),
      allowed: allowed.join('、'),
    })
  if (typeof value === 'number' && !isWithin(value, shape))
    return report('value.out-of-range', node.at, {
      key,
      min: shape.minimum ?? 0,
      max: shape.maximum ?? Number.MAX_SAFE_INTEGER,
    })
  // Patterns come from our own schemas, never from a definition.
  if (typeof value === 'string' && shape.pattern && !new RegExp(shape.pattern, 'u').test(value))
    report('value.pattern', node.at, {
      key,
      value,
      rule: shape['x-rule']?.ja ?? shape.description ?? '',
      ruleEn: shape['x-rule']?.en ?? shape['x-en'] ?? '',
    })
}

function isWithin(value: number, shape: Shape): boolean {
  return value >= (shape.minimum ?? -Infinity) && value <= (shape.maximum ?? Infinity)
}

function reportKind(node: Node, expected: readonly string[], key: string, report: Report): void {
  const words = (language: 'ja' | 'en') =>
    [...new Set(expected.map((kind) => kindWords[kind]?.[language] ?? kind))].join(
      language === 'ja' ? 'か' : ' or ',
    )
  const params = { key, expected: words('ja'), expectedEn: words('en') }
  const isScalar = node.kind === 'scalar'
  if (isScalar && node.value === null) return report('value.missing', node.at, params)
  if (isScalar && typeof node.value !== 'string' && expected.includes('string'))
    return report('value.bare-code', node.at, { key, written: node.written })
  const found = kindWords[kindOf(node)]
  report('value.kind', node.at, { ...params, found: found?.ja, foundEn: found?.en })
}

/** The words for the kinds of JSON Schema. */
export const kindWords: { readonly [kind: string]: { readonly ja: string; readonly en: string } } =
  {
    string: { ja: '文字', en: 'text' },
    number: { ja: '数', en: 'a number' },
    integer: { ja: '整数', en: 'a whole number' },
    boolean: { ja: 'true か false', en: 'true or false' },
    object: { ja: '「名前: 値」の組', en: "'name: value' pairs" },
    array: { ja: '一覧（- で始まる行）', en: "a list (lines with '-')" },
    null: { ja: '空', en: 'nothing' },
  }

export function kindOf(node: Node): string {
  if (node.kind === 'map') return 'object'
  if (node.kind === 'list') return 'array'
  if (node.value === null) return 'null'
  if (typeof node.value === 'number') return Number.isInteger(node.value) ? 'integer' : 'number'
  return typeof node.value
}

function isOfKind(node: Node, type: string | readonly string[]): boolean {
  const kind = kindOf(node)
  return kindsIn(type).some((one) => one === kind || (one === 'number' && kind === 'integer'))
}

function kindsIn(type: string | readonly string[]): readonly string[] {
  return typeof type === 'string' ? [type] : type
}

export function quoteAll(names: readonly string[]): string {
  return names.map((name) => `「${name}」`).join('')
}

/** The place of a key's value, or of the whole map when the key is missing. */
export function placeOfKey(node: MapNode, key: string): Place {
  return node.entries.get(key)?.value.at ?? node.at
}
