import type { FieldType } from '../../form/fields/field-type.ts'
import type { JsonSchema } from '../../form/form.ts'
import type { LookupFunction } from '../../plugins/contract.ts'
import type { Kinds } from '../files.ts'
import type { Report } from '../problems.ts'
import { isObject } from '../allowed.ts'
import { child, entriesOf, itemsOf, stringOf, suggest } from '../values.ts'
import type { MapNode } from '../yaml/yaml.ts'

type LookupScope = { readonly report: Report; readonly kinds: Kinds }

/** Holds a field against the plugin function it asks: inputs, outputs, and what may be shown or filled in. */
export function checkLookup(node: MapNode, type: FieldType, scope: LookupScope): void {
  const source = child(node, 'source')
  const name = stringOf(source)
  if (!source || name === undefined) return
  const lookup = lookupByName(name, scope.kinds)
  if (!lookup)
    return scope.report('ref.unknown', source.at, {
      kind: '問い合わせ先（プラグインの関数）',
      kindEn: 'plugin function',
      ...suggest(name, Object.keys(scope.kinds.lookups)),
    })
  const gives = lookup.gives ?? 'record'
  if (gives !== givesFor(type)) scope.report('lookup.gives', source.at, { name, type: type.name })
  const inputs = [
    child(node, 'by'),
    ...itemsOf(child(node, 'elsewhere')).map((item) => child(item, 'by')),
  ]
  for (const by of inputs) if (by?.kind === 'map') checkInputs(by, name, lookup, scope)
  const outputs = isObject(lookup.output.properties) ? lookup.output.properties : {}
  for (const { key, at } of entriesOf(child(node, 'show'))) {
    const output: unknown = Object.hasOwn(outputs, key) ? outputs[key] : undefined
    const shown = Object.keys(outputs).filter((one) => !isSecretSchema(outputs[one]))
    if (!isObject(output)) scope.report('ref.part', at, { ...suggest(key, shown), name, part: key })
    else if (isSecretSchema(output)) scope.report('ref.secret', at, { name: key })
  }
  const fillable = gives === 'record' ? outputs : candidateOf(lookup)
  for (const { key, at } of entriesOf(child(node, 'fill')))
    if (!Object.hasOwn(fillable, key)) {
      const open = Object.keys(fillable).filter((one) => !isSecretSchema(fillable[one]))
      scope.report('ref.part', at, { ...suggest(key, open), name, part: key })
    } else if (isSecretSchema(fillable[key])) scope.report('ref.secret', at, { name: key })
}

/** What kind of answer a field of this type can use. */
function givesFor(type: FieldType): NonNullable<LookupFunction['gives']> {
  if (!type.asked) return 'record'
  return 'fill' in type.options ? 'candidates' : 'verdict'
}

/** The properties of one candidate, by name. */
function candidateOf({ output }: LookupFunction): { readonly [name: string]: unknown } {
  const list: unknown = isObject(output.properties) ? output.properties.candidates : undefined
  const items: unknown = isObject(list) ? list.items : undefined
  const properties = isObject(items) ? items.properties : undefined
  return isObject(properties) ? properties : {}
}

function checkInputs(
  by: MapNode,
  source: string,
  lookup: LookupFunction,
  scope: LookupScope,
): void {
  const branches = branchesOf(lookup.input)
  const known = new Set(branches.flatMap((branch) => branch.known))
  for (const { key, at } of by.entries.values())
    if (!known.has(key))
      scope.report('lookup.input-unknown', at, { ...suggest(key, known), source })
  const isMet = branches.some((branch) => branch.required.every((key) => by.entries.has(key)))
  if (!isMet)
    scope.report('lookup.input-missing', by.at, {
      source,
      allowed: branches.map((branch) => branch.required.join('、')).join(' / '),
    })
}

/** The ways to ask: one for a plain object schema, one per branch for `oneOf` and `anyOf`. */
function branchesOf(schema: JsonSchema): readonly { known: string[]; required: string[] }[] {
  const own = {
    known: isObject(schema.properties) ? Object.keys(schema.properties) : [],
    required: Array.isArray(schema.required) ? schema.required.map(String) : [],
  }
  const list = Array.isArray(schema.oneOf) ? schema.oneOf : schema.anyOf
  if (!Array.isArray(list)) return [own]
  return list.filter(isObject).flatMap((branch) =>
    branchesOf(branch).map((inner) => ({
      known: [...own.known, ...inner.known],
      required: [...own.required, ...inner.required],
    })),
  )
}

export function lookupByName(name: string, kinds: Kinds): LookupFunction | undefined {
  return Object.hasOwn(kinds.lookups, name) ? kinds.lookups[name] : undefined
}

function isSecretSchema(schema: unknown): boolean {
  return isObject(schema) && schema['x-secret'] === true
}
