import type { JsonSchema, Scalar } from '../form/form.ts'
import {
  allowedValues,
  isObject,
  isPossibleNumber,
  isPossibleText,
  typeOfSchema,
} from './allowed.ts'
import { fits, lengthOf, operandWords } from './kinds.ts'
import type { Report } from './problems.ts'
import { scalarOf, type Known, type RefUse } from './refs.ts'
import { kindWords } from './shape.ts'
import { child, itemsOf, suggest } from './values.ts'
import type { Node } from './yaml/yaml.ts'

/** Holds a comparison against what the value can be: its kind, its choices, its length. */
export function checkTest(use: RefUse, known: Known, report: Report): void {
  if (use.takes && !fits(known.schema, use.takes))
    report('expression.operand', use.at, { name: use.ref, ...operandWords[use.takes] })
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
  if (value === undefined || !checkKind(node, use, known, report)) return
  if (!allowed) {
    if (!isPossible(value, known.schema))
      report('condition.impossible', node.at, { name: use.ref, value: String(value) })
  } else if (!allowed.includes(value))
    report('condition.value', node.at, {
      ...suggest(String(value), allowed.map(String)),
      name: use.ref,
      value: String(value),
    })
}

/** Whether the length, pattern or bounds of a value leave room for this one. */
function isPossible(value: Scalar, schema: JsonSchema): boolean {
  const own = isObject(schema.items) ? schema.items : schema
  if (typeof value === 'number') return isPossibleNumber(value, own)
  return typeof value !== 'string' || isPossibleText(value, own)
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

function checkFormat(use: RefUse, format: string, known: Known, report: Report): void {
  const places = [...format].filter((character) => character === '#').length
  const length = lengthOf(known.schema)
  if (length !== undefined && length !== places)
    report('expression.format-length', use.at, { format, places, name: use.ref, length })
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
