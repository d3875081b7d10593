import type { Json, JsonObject } from '../../form/form.ts'
import type { Known } from '../refs.ts'
import { child, stringOf, suggest } from '../values.ts'
import type { Report } from '../problems.ts'
import type { MapNode } from '../yaml/yaml.ts'

type Rows = {
  readonly node: MapNode
  readonly inner: readonly { readonly field: { readonly id: string }; readonly known: Known }[]
  readonly scope: { readonly report: Report }
}

/** `total.of` and `distinct` name fields of the row; a total is made of numbers. */
export function checkRows({ node, inner, scope }: Rows): void {
  const names = inner.map(({ field }) => field.id)
  const of = child(child(node, 'total'), 'of')
  for (const named of [of, child(node, 'distinct')]) {
    const name = stringOf(named)
    if (!named || name === undefined || names.includes(name)) continue
    scope.report('ref.unknown', named.at, {
      kind: '行の項目',
      kindEn: 'field of the row',
      ...suggest(name, names),
    })
  }
  const summed = inner.find(({ field }) => field.id === stringOf(of))
  if (of && summed && !isCountable(summed.known.schema))
    scope.report('rows.countable', of.at, { name: summed.field.id })
}

function isCountable({ type, enum: values }: JsonObject): boolean {
  const isDigits = (value: Json) => typeof value === 'string' && /^[0-9]+$/.test(value)
  return type === 'integer' || (Array.isArray(values) && (values as Json[]).every(isDigits))
}
