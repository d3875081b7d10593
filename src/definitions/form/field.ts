import { isFixedDay } from '../../form/fields/date.ts'
import type { FieldType, OptionKind } from '../../form/fields/field-type.ts'
import type { Choice, Expression, Field, Json, JsonObject, Said, Text } from '../../form/form.ts'
import { issueTexts } from '../../form/messages.ts'
import { rowsSchema } from '../../form/schema.ts'
import { checkBounds } from '../proofs/bounds.ts'
import type { Place } from '../frame.ts'
import { checkExample, checkPattern } from '../pattern-checks.ts'
import { compileChoices } from './choices.ts'
import { compileExpression, type ReferenceData } from '../expressions.ts'
import { typeByName, type Kinds } from '../files.ts'
import { PART_KEY } from '../inputs.ts'
import { checkLookup, lookupByName } from './lookup.ts'
import { compileCondition, type Known, type RefUse, RESERVED_IDS, UNREAD } from '../refs.ts'
import { FACILITY_TYPE_FIELD } from './field-shapes.ts'
import { checkRows } from './row-checks.ts'
import {
  child,
  compact,
  compileHelp,
  compileLimit,
  compileLinks,
  compileSaid,
  compileText,
  entriesOf,
  isTrue,
  itemsOf,
  jsonOf,
  numberOf,
  optionalText,
  stringOf,
  suggest,
  type TextScope,
} from '../values.ts'
import type { MapNode, Node } from '../yaml/yaml.ts'

export type FieldScope = TextScope & {
  readonly kinds: Kinds
  /** The portal's facility types in their order. */
  readonly facilityTypes: readonly Choice[]
  readonly table: (name: string) => Node | undefined
  readonly tableNames: () => readonly string[]
  readonly reference: ReferenceData
  /** Whether a file has no problem so far: only then a field type is asked about its values. */
  readonly isSound: (place: Place) => boolean
}

/** A compiled field with all that is still to be judged when the whole form is known. */
export type FieldDraft = {
  readonly field: Field
  readonly node: MapNode
  readonly type: FieldType
  readonly at: Place
  readonly uses: readonly RefUse[]
  /** Options that name another field of the form; `isTarget`: one to be filled, wherever it stands. */
  readonly pairs: readonly Pair[]
  readonly known: Known
  /** The fields of its rows. */
  readonly inner: readonly FieldDraft[]
}

export type Pair = { readonly id: string; readonly at: Place; readonly isTarget?: boolean }

/** In place of a type that is not there, which has been reported; it never reaches compiled definitions. */
const unreadType: FieldType = {
  name: '',
  description: { ja: '' },
  options: {},
  control: 'input',
  isInput: true,
  read: () => undefined,
  schema: () => ({}),
  issue: () => ({ code: '' }),
  show: () => '',
}

/** In place of the fields of a pack that is not there. */
export function unreadField(at: Place): MapNode {
  const value: Node = { kind: 'scalar', at, value: UNREAD, written: UNREAD }
  return { kind: 'map', at, entries: new Map([['id', { key: 'id', at, value }]]) }
}

/** Compiles one field. undefined when it has no id, which has been reported. */
export function compileField(
  node: MapNode,
  uid: string,
  scope: FieldScope,
): FieldDraft | undefined {
  const idNode = child(node, 'id')
  const id = stringOf(idNode)
  const type = typeByName(stringOf(child(node, 'type')), scope.kinds) ?? unreadType
  if (!idNode || id === undefined) return undefined
  if (RESERVED_IDS.has(id)) scope.report('name.reserved', idNode.at, { name: id })
  const draft: Draft = { node, uid, scope, uses: [], pairs: [], inner: [] }
  const options = compileOptions(type, draft)
  const field = {
    ...commonParts(uid, id, type, draft),
    label: labelOf(node, options, scope),
    options,
  } satisfies Field
  checkBounds(field, type, node, scope.report)
  return {
    field: compact(field),
    node,
    type,
    at: idNode.at,
    uses: draft.uses,
    pairs: draft.pairs,
    inner: draft.inner,
    known: knownOf(compact(field), type, node, scope),
  }
}

/** What compiling one field gathers beside its data. */
type Draft = {
  readonly node: MapNode
  readonly uid: string
  readonly scope: FieldScope
  readonly uses: RefUse[]
  readonly pairs: Pair[]
  readonly inner: FieldDraft[]
}

function commonParts(
  uid: string,
  id: string,
  type: FieldType,
  { node, scope, uses }: Draft,
): Omit<Field, 'label' | 'options'> {
  const condition = (key: string) => {
    const value = child(node, key)
    const role = key === 'when' ? key : 'other'
    return value && compileCondition(value, uses, 'read', scope.report, { role })
  }
  const from = child(node, 'from')
  const fromRef = stringOf(from)
  if (from && fromRef !== undefined) uses.push({ ref: fromRef, at: from.at, how: 'read' })
  const say = child(node, 'say')
  return {
    uid,
    id,
    type: type.name,
    hint: optionalText(node, 'hint', scope),
    note: optionalText(node, 'note', scope),
    help: compileHelp(child(node, 'help'), scope),
    example: optionalText(node, 'example', scope),
    required: isTrue(child(node, 'required')),
    requiredWhen: condition('requiredWhen'),
    when: condition('when'),
    autocomplete: stringOf(child(node, 'autocomplete')),
    beside: isTrue(child(node, 'beside')) || undefined,
    verify: compileVerify(child(node, 'verify'), uses, scope),
    say: say && textsByCode(say, scope),
    keep: keepOf(child(node, 'keep')),
    from: fromRef,
  }
}

function keepOf(node: Node | undefined): Field['keep'] {
  if (node?.kind !== 'scalar') return undefined
  return node.value === false ? 'never' : node.value === 'sealed' ? 'sealed' : undefined
}

/** Own texts by issue code; a code that no check gives would silently never be said. */
function textsByCode(node: Node, scope: FieldScope): { [code: string]: Text } {
  for (const { key, at } of entriesOf(node))
    if (!Object.hasOwn(issueTexts, key))
      scope.report('ref.unknown', at, {
        kind: '断りの種類',
        kindEn: 'issue code',
        ...suggest(key, Object.keys(issueTexts)),
      })
  return Object.fromEntries(
    entriesOf(node).map(({ key, value }) => [key, compileSaid(value, key, scope).text]),
  )
}

/** The label of a lookup is by default that of its first line. */
function labelOf(node: MapNode, options: JsonObject, scope: FieldScope): Text {
  const label = optionalText(node, 'label', scope)
  if (label) return label
  const shown = options.show as readonly { readonly label: Text }[] | undefined
  return Array.isArray(shown) ? (shown[0]?.label ?? { ja: '' }) : { ja: '' }
}

function compileVerify(
  node: Node | undefined,
  uses: RefUse[],
  scope: FieldScope,
): Field['verify'] | undefined {
  if (!node) return undefined
  const ref = (key: string) => {
    const value = child(node, key)
    const name = stringOf(value)
    if (value && name !== undefined) uses.push({ ref: name, at: value.at, how: 'secret' })
    return name ?? ''
  }
  const limit = compileLimit(child(node, 'limit'), scope.report)
  return {
    against: ref('against'),
    tries: limit?.times ?? 0,
    perMs: limit?.perMs ?? 0,
    by: ref('by'),
    say: compileSaid(child(node, 'say'), 'say', scope).text,
  }
}

function compileOptions(type: FieldType, draft: Draft): JsonObject {
  const { node, scope } = draft
  const options: Record<string, Json> = {}
  for (const [name, option] of Object.entries(type.options)) {
    const value = child(node, name)
    if (value) options[name] = compileOption(option.kind, value, name, draft)
  }
  if (type.rows) checkRows(draft)
  const needed = child(node, 'required') ?? child(node, 'requiredWhen')
  if (type.isNeverRequired && needed) scope.report('field.never-required', needed.at)
  if (type.name === FACILITY_TYPE_FIELD) options.choices = plain(scope.facilityTypes)
  if (type.control === 'lookup') {
    // Lists that the reader of a compiled lookup may rely on.
    for (const name of ['show', 'elsewhere', 'refuse'])
      if (Object.hasOwn(type.options, name)) options[name] ??= []
  }
  if (type.control === 'lookup' || type.asked) checkLookup(node, type, scope)
  return options
}

function compileOption(kind: OptionKind, value: Node, name: string, draft: Draft): Json {
  const { scope, uses } = draft
  switch (kind) {
    case 'plain':
      return jsonOf(value)
    case 'pattern':
      checkPattern(value, scope)
      return stringOf(value) ?? ''
    case 'lookup-source':
      return stringOf(value) ?? ''
    case 'text':
      return plain(compileText(value, name, scope))
    case 'message':
      return plain(compileSaid(value, name, scope).text)
    case 'said':
      return plain(compileSaid(value, name, scope))
    case 'links':
      return plain(compileLinks(value, scope))
    case 'choices':
      return plain(compileChoices(value, scope))
    case 'expression':
      return plain(compileExpression(value, uses, 'read', scope))
    case 'day-bound':
    case 'month-bound': {
      const takes = kind === 'day-bound' ? 'date' : 'month'
      return isFixedDay(stringOf(value))
        ? jsonOf(value)
        : plain(compileExpression(value, uses, 'read', scope, takes))
    }
    case 'expressions':
      return plain(compileInputs(value, draft))
    case 'condition':
      return plain(compileCondition(value, uses, 'own', scope.report))
    case 'field': {
      const id = stringOf(value) ?? ''
      draft.pairs.push({ id, at: value.at })
      return id
    }
    case 'card-into':
      for (const { key, at } of entriesOf(value)) draft.pairs.push({ id: key, at, isTarget: true })
      return jsonOf(value)
    case 'fill':
      for (const { value: target } of entriesOf(value))
        draft.pairs.push({ id: stringOf(target) ?? '', at: target.at, isTarget: true })
      return jsonOf(value)
    case 'limit':
      return plain(compileLimit(value, scope.report) ?? { times: 1, perMs: 1 })
    case 'fields':
      return plain(compileRowFields(value, draft))
    case 'rows-total': {
      const max = child(value, 'max')
      const limit = max && numberOf(max)
      return {
        of: stringOf(child(value, 'of')) ?? '',
        max: limit ?? plain(compileExpression(max, uses, 'read', scope)),
      }
    }
    case 'lookup-show':
      return plain(compileShow(value, draft))
    case 'lookup-elsewhere':
      return plain(
        itemsOf(value).map((item) => ({
          by: compileInputs(child(item, 'by'), draft),
          say: compileSaid(child(item, 'say'), 'say', scope),
        })),
      )
    case 'lookup-refuse':
      return plain(itemsOf(value).map((item) => compileRefusal(item, draft)))
  }
}

/** What can stand in a row: anything a person fills in openly, and values made of it. */
function compileRowFields(node: Node, draft: Draft): readonly Field[] {
  const { report } = draft.scope
  for (const item of itemsOf(node)) {
    const type = stringOf(child(item, 'type')) ?? ''
    const found = typeByName(type, draft.scope.kinds)
    const isFit = found && !found.rows && !found.isSecret && !found.pair && !UNFIT.has(found.name)
    if (
      item.kind !== 'map' ||
      child(item, 'use') ||
      child(item, PART_KEY) ||
      (found && !isFit) ||
      isServers(item)
    ) {
      report('rows.field', item.at)
      continue
    }
    const inner = compileField(
      item,
      `${draft.uid}.${stringOf(child(item, 'id')) ?? ''}`,
      draft.scope,
    )
    if (!inner) continue
    const isDouble = draft.inner.some(({ field }) => field.id === inner.field.id)
    if (isDouble) {
      const name = inner.field.id
      report('name.duplicate', inner.at, { name, kind: '項目', kindEn: 'field', where: 'この行' })
    }
    draft.inner.push(inner)
  }
  return draft.inner.map(({ field }) => field)
}

/** What only the server does with a whole answer. */
function isServers(item: Node): boolean {
  return child(item, 'verify') !== undefined || child(item, 'keep') !== undefined
}

const UNFIT: ReadonlySet<string> = new Set([
  FACILITY_TYPE_FIELD,
  ...['lookup', 'fill', 'verification', 'card-reading', 'heading', 'note', 'attachment'],
])

function compileRefusal(item: Node, { uses, scope }: Draft): { when: Json; say: Said } {
  const when = child(item, 'when')
  return {
    when: when ? plain(compileCondition(when, uses, 'own', scope.report)) : {},
    say: compileSaid(child(item, 'say'), 'say', scope),
  }
}

function compileInputs(node: Node | undefined, draft: Draft): { [input: string]: Expression } {
  return Object.fromEntries(
    entriesOf(node).map(({ key, value }) => [
      key,
      compileExpression(value, draft.uses, 'ask', draft.scope),
    ]),
  )
}

function compileShow(node: Node, { scope }: Draft): readonly object[] {
  return entriesOf(node).map(({ key, value }) =>
    compact({
      property: key,
      label: compileText(child(value, 'label') ?? value, key, scope),
      help: compileHelp(child(value, 'help'), scope),
    }),
  )
}

function knownOf(field: Field, type: FieldType, node: MapNode, scope: FieldScope): Known {
  const flags = {
    isPrivate: type.isSecret || field.keep === 'sealed',
    isMasked: type.isSecret,
    isTransient: field.keep === undefined ? type.isTransient : field.keep === 'never',
    isOptional:
      type.isInput && type !== unreadType && (!field.required || field.when !== undefined),
  }
  if (type.control === 'lookup') {
    const lookup = lookupByName(String(field.options.source), scope.kinds)
    return { schema: lookup?.output ?? {}, ...flags }
  }
  checkExample(field, type, node, scope)
  const places = [node.at, ...[...node.entries.values()].map((entry) => entry.at)]
  const table = scope.table(stringOf(child(node, 'choices')) ?? '')
  if (table) places.push(table.at)
  // A field type may rely on the options it declares; it is not asked about a field that lacks them.
  return places.every(scope.isSound)
    ? { schema: type.rows ? rowsSchema(field) : type.schema(field), ...flags }
    : { schema: {}, ...flags }
}

/** Compiled pieces are plain JSON; their types only say more. */
function plain<T extends Json>(value: object | Json): T {
  return value as T
}
