import type { Parsed } from './files.ts'
import type { Place } from './frame.ts'
import { checkShape, quoteAll, type ShapeCheck } from './shape.ts'
import { boolean, list, object, ref, says, string, type Shape } from './shapes.ts'
import { child, entriesOf, isTrue, itemsOf, stringOf, suggest } from './values.ts'
import type { Entry, MapNode, Node } from './yaml/yaml.ts'

/** What a pack asks of the forms that use it, one shape for each kind: that of the value given under `with:`. */
const KINDS = {
  text: { given: ref('text'), ja: '文', en: 'a text' },
  link: { given: ref('link'), ja: 'リンク', en: 'a link' },
  field: { given: string, ja: '項目の名前', en: 'the name of a field' },
  number: { given: { type: 'number' }, ja: '数', en: 'a number' },
  choices: { given: ref('choices'), ja: '選択肢', en: 'choices' },
  switch: { given: boolean, ja: 'true か false', en: 'true or false' },
} satisfies { readonly [kind: string]: { given: Shape; ja: string; en: string } }
type InputKind = keyof typeof KINDS

/** One declared input: `document: { kind: link, label: 規約のページ }`. */
export const inputShape: Shape = object(
  {
    kind: says(
      '何を渡すか。text は文、link はリンク、field は項目の名前、number は数、choices は選択肢、switch は true か false。',
      'What is given: a text, a link, the name of a field, a number, choices, or true or false.',
      { type: 'string', enum: Object.keys(KINDS) },
    ),
    label: says('何のためのものか。', 'What it is for.', string),
    default: says('渡されないときの値。', 'What it is when it is not given.', {}),
  },
  ['kind', 'label'],
)

type Input = {
  readonly name: string
  readonly kind: InputKind
  readonly label: string
  readonly entry: Entry
  readonly otherwise: Node | undefined
}

/** The key that stands for an input inside the fields of its pack: `{ input: document }`. */
const STAND_IN = 'input'
/** The key of a part of a pack that only some forms take in: `{ if: kana, fields: […] }`. */
export const PART_KEY = 'if'
/** Keys whose maps compare names. */
const CONDITIONS: ReadonlySet<string> = new Set(['when', 'requiredWhen'])

function inputsOf(root: Node): ReadonlyMap<string, Input> {
  const declared = entriesOf(child(root, 'inputs')).map((entry): [string, Input] => {
    const given = stringOf(child(entry.value, 'kind')) ?? ''
    const kind = Object.hasOwn(KINDS, given) ? (given as InputKind) : 'text'
    const label = stringOf(child(entry.value, 'label')) ?? ''
    const otherwise = child(entry.value, 'default')
    return [entry.key, { name: entry.key, kind, label, entry, otherwise }]
  })
  return new Map(declared)
}

/** The name behind `{ input: name }`. */
function standsFor(node: Node): string | undefined {
  return node.kind === 'map' && node.entries.size === 1
    ? stringOf(child(node, STAND_IN))
    : undefined
}

/** Holds a pack's own use of its inputs: each exists, is of a kind that can stand there, and is used. */
export function checkInputs(root: MapNode, check: ShapeCheck): ShapeCheck {
  const inputs = inputsOf(root)
  for (const { kind, otherwise, name } of inputs.values())
    if (otherwise) checkShape(otherwise, KINDS[kind].given, name, check)
  const named = new Set<string>()
  visitNames(child(root, 'fields'), (name, written, isPart) => {
    named.add(name)
    const input = inputs.get(name)
    if (input && written && isPart && input.kind !== 'switch')
      check.report('pack.part-kind', written.at, { name })
    if (!input && written)
      check.report('ref.unknown', written.at, {
        kind: '部品の入力（inputs）',
        kindEn: 'input of this pack',
        ...suggest(name, inputs.keys()),
      })
  })
  for (const { name, entry } of inputs.values())
    if (!named.has(name)) check.report('unused', entry.at, { kind: '入力', kindEn: 'input', name })
  return {
    ...check,
    standIn(node, shape, key) {
      const name = standsFor(node)
      if (name === undefined) return false
      const input = inputs.get(name)
      if (input && !canStand(input.kind, shape))
        check.report('pack.input-kind', node.at, {
          key,
          name,
          given: KINDS[input.kind].ja,
          givenEn: KINDS[input.kind].en,
        })
      return true
    },
  }
}

/** Every `{ input: … }` and `if: …` below a node, and the names that conditions compare. */
function visitNames(
  node: Node | undefined,
  visit: (name: string, written?: Node, isPart?: boolean) => void,
  key = '',
): void {
  if (!node || node.kind === 'scalar') return
  if (node.kind === 'list') return node.items.forEach((item) => visitNames(item, visit, key))
  const name = standsFor(node)
  if (name !== undefined) return visit(name, child(node, STAND_IN))
  const part = child(node, PART_KEY)
  if (part) visit(stringOf(part) ?? '', part, true)
  const isCondition = CONDITIONS.has(key)
  for (const entry of node.entries.values()) {
    if (isCondition) visit(entry.key.split('.')[0] ?? '')
    visitNames(entry.value, visit, isCondition ? key : entry.key)
  }
}

/** Whether a value of this kind is right where such a shape is asked for. */
function canStand(kind: InputKind, shape: Shape): boolean {
  const name = shape.$ref?.replace('#/$defs/', '')
  const type = typeof shape.type === 'string' ? shape.type : undefined
  const isOpen = shape.$ref === undefined && shape.type === undefined && !shape.anyOf
  switch (kind) {
    case 'text':
      return name === 'text' || name === 'said' || name === 'note' || name === 'help'
    case 'link':
      return name === 'link'
    case 'choices':
      return name === 'choices'
    case 'switch':
      return type === 'boolean' || isOpen
    case 'number':
      return type === 'number' || type === 'integer' || name === 'expression' || isOpen
    case 'field':
      return (type === 'string' && !shape.enum) || name === 'ref' || name === 'expression' || isOpen
  }
}

/**
 * The fields of a pack as one form uses it: every input replaced by what `with:` gives, and held against the shape again.
 * undefined when something was not given, which has been reported.
 */
export function packFields(
  use: MapNode,
  pack: Parsed,
  scope: { readonly shapes: ShapeCheck; readonly isSound: (place: Place) => boolean },
): readonly Node[] | undefined {
  const check = scope.shapes
  const inputs = inputsOf(pack.root)
  const given = child(use, 'with')
  checkGiven(use, given, pack, inputs, check)
  const fields = itemsOf(child(pack.root, 'fields'))
  if (inputs.size === 0) return fields
  const values = new Map<string, Node>()
  for (const { name, otherwise } of inputs.values()) {
    const value = child(given, name) ?? otherwise
    if (!value) return undefined
    values.set(name, value)
  }
  const filled = fields
    .flatMap((field) => partOf(field, values))
    .map((field) => fill(field, values))
  // Of a pack with mistakes of its own nothing more is told.
  if (scope.isSound(pack.root.at))
    for (const field of filled) checkShape(field, ref('field'), 'fields', check)
  return filled
}

/** The fields behind an item of a pack: its own, or those of a part, which are none where the form does not want it. */
function partOf(item: Node, values: ReadonlyMap<string, Node>): readonly Node[] {
  const part = child(item, PART_KEY)
  if (!part) return [item]
  const isWanted = isTrue(values.get(stringOf(part) ?? ''))
  return isWanted ? itemsOf(child(item, 'fields')).flatMap((one) => partOf(one, values)) : []
}

function checkGiven(
  use: MapNode,
  given: Node | undefined,
  pack: Parsed,
  inputs: ReadonlyMap<string, Input>,
  check: ShapeCheck,
): void {
  for (const { key, at, value } of entriesOf(given)) {
    const input = inputs.get(key)
    if (input) checkShape(value, KINDS[input.kind].given, key, check)
    else
      check.report('pack.input-unknown', at, {
        pack: pack.name,
        ...suggest(key, inputs.keys()),
      })
  }
  const missing = [...inputs.values()].filter(
    ({ name, otherwise }) => !otherwise && !child(given, name),
  )
  if (missing.length > 0)
    check.report('pack.input-missing', given?.at ?? use.at, {
      name: pack.name,
      inputs: quoteAll(missing.map(({ name, label }) => `${name}：${label}`)),
      example: missing.map(({ name }) => `${name}: …`).join(', '),
    })
}

function fill(node: Node, values: ReadonlyMap<string, Node>, key = ''): Node {
  if (node.kind === 'scalar') return node
  if (node.kind === 'list')
    return { ...node, items: node.items.map((item) => fill(item, values, key)) }
  const name = standsFor(node)
  const value = name === undefined ? undefined : values.get(name)
  if (value) return value
  const isCondition = CONDITIONS.has(key)
  const entries = [...node.entries.values()].map((entry) => {
    const own = isCondition ? renamed(entry, values) : entry
    return [
      own.key,
      { ...own, value: fill(entry.value, values, isCondition ? key : entry.key) },
    ] as const
  })
  return { ...node, entries: new Map(entries) }
}

/** In conditions names are keys: there the name of an input of kind `field` stands for the field itself. */
function renamed(entry: Entry, values: ReadonlyMap<string, Node>): Entry {
  const [first = '', ...rest] = entry.key.split('.')
  const field = values.get(first)
  const name = stringOf(field)
  return field && name !== undefined
    ? { ...entry, key: [name, ...rest].join('.'), at: field.at }
    : entry
}

/** The shape of a field as editors see it in a pack, where an input can stand for every value. */
export function withStandIns(field: Shape): Shape {
  const standIn = object({ [STAND_IN]: string }, [STAND_IN])
  const open = (key: string, shape: Shape): Shape => {
    if (key === 'id' || key === 'type' || key === 'use' || key === PART_KEY) return shape
    const { description = '', 'x-en': english = '', items, ...own } = shape
    const filled = items ? { ...own, items: { anyOf: [items, standIn] } } : own
    return says(description, english, { anyOf: [filled, standIn] })
  }
  const entries = Object.entries(field.properties ?? {})
  return {
    ...field,
    properties: Object.fromEntries(entries.map(([key, shape]) => [key, open(key, shape)])),
  }
}

/** The whole file's shape beside its fields. */
export const packShape = (names: { readonly name: Shape; readonly id: Shape }): Shape =>
  object(
    {
      pack: names.name,
      inputs: says(
        'この部品を使うフォームから受け取るもの。fields の中では { input: 名前 } と書きます。',
        'What the forms that use this pack give to it; { input: name } in its fields.',
        { type: 'object', additionalProperties: inputShape, propertyNames: names.id },
      ),
      fields: list(ref('field'), 1),
    },
    ['pack', 'fields'],
  )
