import type { Condition, Expression, Scalar, Test } from '../form/form.ts'
import { holds } from '../form/condition.ts'
import { atomsOf } from './proofs/atoms.ts'
import type { Parsed } from './files.ts'
import type { Place } from './frame.ts'
import type { Report } from './problems.ts'
import type { Known, RefUse } from './refs.ts'
import { findRef, scalarOf } from './refs.ts'
import { child, itemsOf, jsonOf, stringOf } from './values.ts'
import type { Node } from './yaml/yaml.ts'

/** A decision table as it was read: which refs decide, and under which condition each row gives its value. */
export type Decision = {
  readonly at: Place
  readonly refs: readonly string[]
  readonly rows: readonly { readonly at: Place; readonly when: Condition }[]
  readonly hasOtherwise: boolean
}

/** Stands for every value in a cell. */
const WHATEVER = '*'

/**
 * `table` with `by` and rows of cells, the last cell being the value: compiled to a choice by conditions. Whether every
 * combination is met by exactly one row is judged by `checkDecision` when the kinds of the refs are known.
 */
export function compileDecision(
  { root }: Parsed,
  job: { readonly uses: RefUse[]; readonly how: RefUse['how']; readonly scope: { report: Report } },
): Expression {
  const { report } = job.scope
  const by = child(root, 'by')
  const names = by?.kind === 'list' ? by.items : by ? [by] : []
  const refs = names.map((name) => stringOf(name) ?? '')
  const lines: { at: Place; when: Condition; then: Scalar }[] = []
  for (const row of itemsOf(child(root, 'rows'))) {
    const cells = itemsOf(row)
    const then = scalarOf(cells.at(-1))
    if (cells.length !== refs.length + 1 || then === undefined) {
      report('table.row', row.at, { n: refs.length + 1 })
      continue
    }
    lines.push({ at: row.at, when: rowCondition(cells.slice(0, -1), names, job), then })
  }
  const otherwise = scalarOf(child(root, 'otherwise'))
  const decision: Decision = {
    at: by?.at ?? root.at,
    refs,
    rows: lines,
    hasOtherwise: otherwise !== undefined,
  }
  for (const [index, name] of names.entries())
    job.uses.push({
      ref: refs[index] ?? '',
      at: name.at,
      how: job.how,
      ...(index === refs.length - 1 && { decision }),
    })
  const answered: Condition = Object.fromEntries(refs.map((ref) => [ref, { empty: false }]))
  return {
    choose: [
      ...lines.map(({ when, then }) => ({ when, then: { is: then } })),
      ...(otherwise === undefined ? [] : [{ when: answered, then: { is: otherwise } }]),
    ],
  }
}

function rowCondition(
  cells: readonly Node[],
  names: readonly Node[],
  job: { readonly uses: RefUse[]; readonly how: RefUse['how']; readonly scope: { report: Report } },
): Condition {
  const tests = cells.map((cell, index): Condition => {
    const ref = stringOf(names[index]) ?? ''
    if (stringOf(cell) === WHATEVER) return { [ref]: { empty: false } }
    if (!isTest(cell)) {
      job.scope.report('table.cell', cell.at)
      return { [ref]: { empty: false } }
    }
    job.uses.push({ ref, at: names[index]?.at ?? cell.at, how: job.how, test: cell })
    return { [ref]: jsonOf(cell) as Test }
  })
  return tests.length === 1 && tests[0] ? tests[0] : { all: tests }
}

/** A value, a list of values, or `{ min, max }`. */
function isTest(cell: Node): boolean {
  if (cell.kind === 'scalar') return scalarOf(cell) !== undefined
  if (cell.kind === 'list')
    return cell.items.length > 0 && cell.items.every((item) => scalarOf(item) !== undefined)
  const keys = [...cell.entries.keys()]
  return keys.length > 0 && keys.every((key) => key === 'min' || key === 'max')
}

/** More combinations than any table of people has rows for are not tried. */
const COMBINATIONS_MAX = 20_000

/** Tries every combination of the values that the table tells apart: a gap and an overlap are problems. */
export function checkDecision(
  decision: Decision,
  names: ReadonlyMap<string, Known>,
  report: Report,
): void {
  const columns = decision.refs.map((ref) => {
    const found = findRef(ref, names)
    const schema = found && 'known' in found ? found.known.schema : {}
    const tests = decision.rows.flatMap(({ when }) => testsOf(when, ref))
    return atomsOf(schema, tests) ?? []
  })
  const count = columns.reduce((product, { length }) => product * length, 1)
  if (count === 0 || count > COMBINATIONS_MAX) return
  const overlaps = new Set<number>()
  let hasGap = false
  for (let number = 0; number < count; number++) {
    let left = number
    const values = columns.map((column) => {
      const value = column[left % column.length] ?? null
      left = Math.floor(left / column.length)
      return value
    })
    const facts = nested(decision.refs, values)
    const met = decision.rows.flatMap(({ when }, index) =>
      holds(when, { answers: facts, facts: {} }) ? [index] : [],
    )
    const example = values.map((value) => describe(value)).join('、')
    if (met.length === 0 && !decision.hasOtherwise && !hasGap) {
      hasGap = true
      report('table.gap', decision.at, { example })
    }
    const [first, second] = met
    const at = second === undefined ? undefined : decision.rows[second]?.at
    if (first === undefined || second === undefined || !at || overlaps.has(second)) continue
    overlaps.add(second)
    report('table.overlap', at, { example, row: first + 1 })
  }
}

function testsOf(when: Condition, ref: string): Test[] {
  const parts = 'all' in when && Array.isArray(when.all) ? (when.all as Condition[]) : [when]
  return parts.flatMap((part) => {
    const test = (part as { readonly [name: string]: Test })[ref]
    return test === undefined ? [] : [test]
  })
}

type Values = ReturnType<typeof atomsOf> extends readonly (infer V)[] | undefined ? V : never

function nested(refs: readonly string[], values: readonly Values[]) {
  const out: Record<string, Values> = {}
  for (const [index, ref] of refs.entries()) {
    const [first = '', ...rest] = ref.split('.')
    const value = values[index] ?? null
    const before = out[first]
    const inner = typeof before === 'object' && before !== null ? before : {}
    out[first] =
      rest.length === 0
        ? value
        : { ...inner, ...(rest.reduceRight<Values>((v, key) => ({ [key]: v }), value) as object) }
  }
  return out
}

function describe(value: Values): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
