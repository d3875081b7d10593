import type { Calendar, Condition, Expression, Scalar } from '../form/form.ts'
import { compileDecision } from './decisions.ts'
import type { Parsed } from './files.ts'
import { operandWords } from './kinds.ts'
import { nearest } from './nearest.ts'
import type { Report } from './problems.ts'
import { compileCondition, isScalar, scalarOf, type Operand, type RefUse } from './refs.ts'
import { child, entriesOf, itemsOf, numberOf, stringOf, suggest } from './values.ts'
import type { MapNode, Node } from './yaml/yaml.ts'

/** What expressions may name beside fields; noted as used when asked for. */
export type ReferenceData = {
  readonly table: (name: string) => Parsed | undefined
  readonly decision: (name: string) => Parsed | undefined
  readonly calendar: (name: string) => Parsed | undefined
  readonly tableNames: () => readonly string[]
  readonly calendarNames: () => readonly string[]
}

export type ExpressionScope = { readonly report: Report; readonly reference: ReferenceData }

/** One compilation: where refs go, and what the place around demands of the value. */
type Job = {
  readonly uses: RefUse[]
  readonly how: RefUse['how']
  readonly scope: ExpressionScope
}

const NOTHING: Expression = { is: '' }

/**
 * Checks the shape of an expression and the kinds of its operands, and gives it as data; its refs are added to `uses`.
 * `takes` is what the place around demands of the value.
 */
export function compileExpression(
  node: Node | undefined,
  uses: RefUse[],
  how: RefUse['how'],
  scope: ExpressionScope,
  takes?: Operand,
): Expression {
  return node ? compileValue(node, { uses, how, scope }, takes) : NOTHING
}

function compileValue(node: Node, job: Job, takes?: Operand, format?: string): Expression {
  const ref = stringOf(node)
  if (ref !== undefined) {
    job.uses.push({
      ref,
      at: node.at,
      how: job.how,
      ...(format !== undefined && { format }),
      ...(takes && { takes }),
    })
    return ref
  }
  const { report } = job.scope
  if (node.kind !== 'map' || node.entries.size === 0) {
    report('expression.shape', node.at)
    return NOTHING
  }
  const keys = [...node.entries.keys()]
  const name = keys.find((key) => Object.hasOwn(OPERATORS, key)) ?? ''
  const operator = OPERATORS[name]
  if (!operator) {
    const near = keys.map((key) => nearest(key, OPERATOR_NAMES)).find((one) => one !== undefined)
    report('expression.shape', node.at, { near })
    return NOTHING
  }
  if (!hasKeys(node, operator, report)) return NOTHING
  if (takes && operator.gives && !operator.gives.includes(takes))
    report('expression.kind', node.at, { name, ...operandWords[takes] })
  const made = operator.compile(node, job, takes)
  if (made === undefined) report('expression.shape', node.at)
  return made ?? NOTHING
}

type Operator = {
  readonly keys: readonly (readonly string[])[]
  /** The operands it can stand for; left out: depends on what is inside. */
  readonly gives?: readonly Operand[]
  /** undefined: what is written there cannot be read. */
  compile(node: MapNode, job: Job, takes: Operand | undefined): Expression | undefined
}

/** The keys must be exactly one of the operator's sets. */
function hasKeys(node: MapNode, { keys }: Operator, report: Report): boolean {
  const { entries } = node
  const missing = keys.map((set) => set.filter((key) => !entries.has(key)))
  const fits = keys.some(
    (set, index) => missing[index]?.length === 0 && set.length === entries.size,
  )
  if (fits) return true
  const known = [...new Set(keys.flat())]
  const foreign = [...entries.values()].find(({ key }) => !known.includes(key))
  const lacking = missing.toSorted((a, b) => a.length - b.length)[0]?.[0]
  if (foreign) {
    const near = nearest(foreign.key, known)
    report('key.unknown', foreign.at, { key: foreign.key, near, allowed: known.join('、') })
  } else if (lacking !== undefined) report('key.missing', node.at, { key: lacking, name: lacking })
  else report('key.not-both', node.at, { key: 'after', other: 'before' })
  return false
}

const part = (node: MapNode, key: string, job: Job, takes?: Operand): Expression =>
  compileValue(child(node, key) ?? node, job, takes)

const spanKeys = (key: string, ...more: readonly string[]) => [
  [key, 'after', ...more],
  [key, 'before', ...more],
]

/** The one list of operators: a new one is an entry here, its evaluation in `form/expression.ts`, its kind in `kinds.ts`. */
const OPERATORS: { readonly [name: string]: Operator } = {
  is: {
    keys: [['is']],
    compile: (node, job, takes) => {
      const value = scalarOf(child(node, 'is'))
      if (value !== undefined && takes && !isConstantFor(takes, value))
        job.scope.report('expression.kind', node.at, {
          name: String(value),
          ...operandWords[takes],
        })
      return value === undefined ? undefined : { is: value }
    },
  },
  join: {
    keys: [['join']],
    gives: ['digits'],
    compile: (node, job, takes) => {
      const parts = itemsOf(child(node, 'join'))
      if (parts.length === 0) return undefined
      return { join: parts.map((item) => compileValue(item, job, takes)) }
    },
  },
  format: {
    keys: [['format', 'of']],
    gives: [],
    compile: (node, job) => {
      const format = stringOf(child(node, 'format'))
      const of = child(node, 'of')
      return format === undefined || !of
        ? undefined
        : { format, of: compileValue(of, job, undefined, format) }
    },
  },
  choose: { keys: [['choose']], compile: compileChoose },
  count: {
    keys: [['count']],
    gives: ['number'],
    compile: (node, job) => {
      const ref = part(node, 'count', job, 'list')
      return typeof ref === 'string' ? { count: ref } : undefined
    },
  },
  sum: {
    keys: [['sum']],
    gives: ['number'],
    compile: (node, job) => {
      const of = child(node, 'sum')
      if (of?.kind === 'list')
        return of.items.length === 0
          ? undefined
          : { sum: of.items.map((item) => compileValue(item, job, 'number')) }
      const ref = part(node, 'sum', job, 'numbers')
      return typeof ref === 'string' ? { sum: ref } : undefined
    },
  },
  table: { keys: [['table'], ['table', 'of'], ['table', 'of', 'give']], compile: compileTable },
  checkDigit: {
    keys: [['checkDigit']],
    gives: ['digits', 'number'],
    compile: (node, job) => ({ checkDigit: part(node, 'checkDigit', job, 'digits') }),
  },
  hasCheckDigit: {
    keys: [['hasCheckDigit']],
    gives: [],
    compile: (node, job) => ({ hasCheckDigit: part(node, 'hasCheckDigit', job, 'digits') }),
  },
  era: {
    keys: [['era']],
    gives: [],
    compile: (node, job) => ({ era: part(node, 'era', job, 'month') }),
  },
  months: {
    keys: spanKeys('months'),
    gives: ['date', 'month'],
    compile: (node, job, takes) => {
      const months = countOf(node, 'months', job)
      return { months, ...origin(node, job, takes === 'date' ? 'date' : 'month') }
    },
  },
  days: {
    keys: spanKeys('days'),
    gives: ['date', 'month'],
    compile: (node, job) => ({ days: countOf(node, 'days', job), ...origin(node, job, 'date') }),
  },
  businessDays: {
    keys: spanKeys('businessDays', 'calendar'),
    gives: ['date', 'month'],
    compile: (node, job) => ({
      businessDays: countOf(node, 'businessDays', job),
      calendar: compileCalendar(child(node, 'calendar'), job.scope),
      ...origin(node, job, 'date'),
    }),
  },
  month: {
    keys: [['month'], ['month', 'cutOffDay', 'by', 'later']],
    gives: ['month'],
    compile: (node, job) => {
      if (!node.entries.has('cutOffDay')) return { month: part(node, 'month', job, 'month') }
      return {
        month: part(node, 'month', job, 'date'),
        cutOffDay: countOf(node, 'cutOffDay', job, 1, 31),
        by: countOf(node, 'by', job, 0, 24),
        later: countOf(node, 'later', job, 0, 24),
      }
    },
  },
}

/** The names of all operators, for documents and tests. */
export const OPERATOR_NAMES: readonly string[] = Object.keys(OPERATORS)

function origin(
  node: MapNode,
  job: Job,
  takes: Operand,
): { readonly after: Expression } | { readonly before: Expression } {
  return node.entries.has('after')
    ? { after: part(node, 'after', job, takes) }
    : { before: part(node, 'before', job, takes) }
}

/** Spans that no deadline has would only let evaluation run long. */
const SPAN_MAX = 1000

function countOf(node: MapNode, key: string, { scope }: Job, min = 0, max = SPAN_MAX): number {
  const value = child(node, key)
  const count = numberOf(value)
  if (count !== undefined && Number.isInteger(count) && count >= min && count <= max) return count
  scope.report('value.out-of-range', value?.at ?? node.at, { key, min, max })
  return min
}

function isConstantFor(takes: Operand, value: Scalar): boolean {
  if (takes === 'number') return typeof value === 'number'
  const patterns = {
    date: /^\d{4}-\d{2}-\d{2}$/,
    month: /^\d{4}-\d{2}(-\d{2})?$/,
    digits: /^\d+$/,
    list: /(?!)/,
    numbers: /(?!)/,
  }
  return typeof value === 'string' && patterns[takes].test(value)
}

/** `choose: [{ when, then }, …, { then }]`: only the last line may be without a condition. */
function compileChoose(
  node: MapNode,
  job: Job,
  takes: Operand | undefined,
): Expression | undefined {
  const lines = itemsOf(child(node, 'choose'))
  if (lines.length === 0) return undefined
  for (const line of lines) {
    const foreign = entriesOf(line).find(({ key }) => key !== 'when' && key !== 'then')
    const allowed = { near: undefined, allowed: 'when、then' }
    if (foreign) job.scope.report('key.unknown', foreign.at, { key: foreign.key, ...allowed })
    else if (!child(line, 'then'))
      job.scope.report('key.missing', line.at, { key: 'then', name: 'then' })
    else continue
    return NOTHING
  }
  const before: Condition[] = []
  let isOpen = false
  const choose = lines.map((line) => {
    const whenNode = child(line, 'when')
    if (isOpen) job.scope.report('choose.shadowed', line.at)
    isOpen ||= !whenNode
    const role = { role: 'choose', before: [...before] } as const
    const when = whenNode && compileCondition(whenNode, job.uses, job.how, job.scope.report, role)
    if (when) before.push(when)
    const then = compileValue(child(line, 'then') ?? line, job, takes)
    return when ? { when, then } : { then }
  })
  return { choose }
}

/** `{ table: <reference table>, of, give }` or `{ table: <decision table> }`. */
function compileTable(node: MapNode, job: Job): Expression | undefined {
  const { report, reference } = job.scope
  const named = child(node, 'table')
  const name = stringOf(named)
  const of = child(node, 'of')
  if (!named || name === undefined) return undefined
  const decision = reference.decision(name)
  if (decision && !of) return compileDecision(decision, job)
  const table = reference.table(name)
  if (decision || (table && !of)) {
    report(decision ? 'table.no-of' : 'table.of', named.at, { name })
    return NOTHING
  }
  if (!table || !of) {
    const kind = { kind: '表', kindEn: 'table' }
    report('ref.unknown', named.at, { ...kind, ...suggest(name, reference.tableNames()) })
    return NOTHING
  }
  const give = child(node, 'give')
  const column = stringOf(give) ?? 'label'
  const values: Record<string, Scalar> = {}
  const rows = itemsOf(child(table.root, 'rows'))
  for (const row of rows) {
    const cell = child(row, column)
    const value = stringOf(cell) ?? stringOf(child(cell, 'ja'))
    if (value !== undefined) values[stringOf(child(row, 'value')) ?? ''] = value
    else if (give) {
      const columns = rows.flatMap((one) => entriesOf(one).map(({ key }) => key))
      report('ref.part', give.at, { ...suggest(column, columns), name, part: column })
      break
    }
  }
  return { table: values, of: compileValue(of, job) }
}

/** The days of one calendar, or of several: what a later one says of a day wins. */
export function compileCalendar(
  node: Node | undefined,
  { report, reference }: ExpressionScope,
): Calendar {
  const days = new Map<string, boolean>()
  const bounds: { from: string[]; to: string[] } = { from: [], to: [] }
  const names = node?.kind === 'list' ? node.items : node && isScalar(node) ? [node] : []
  if (node && names.length === 0) report('expression.shape', node.at)
  for (const named of names) {
    const name = stringOf(named) ?? ''
    const root = reference.calendar(name)?.root
    if (!root) {
      const kind = { kind: '暦（calendar）', kindEn: 'calendar' }
      report('ref.unknown', named.at, { ...kind, ...suggest(name, reference.calendarNames()) })
    }
    for (const key of ['from', 'to'] as const) bounds[key].push(stringOf(child(root, key)) ?? '')
    for (const day of itemsOf(child(root, 'days')))
      days.set(stringOf(child(day, 'date')) ?? '', scalarOf(child(day, 'open')) === true)
  }
  const all = [...days.keys()].sort()
  return {
    // A calendar that only overrides has no bounds of its own.
    from: bounds.from.filter(Boolean).sort().at(-1) ?? all[0] ?? '',
    to: bounds.to.filter(Boolean).sort()[0] ?? all.at(-1) ?? '',
    closed: all.filter((date) => days.get(date) === false),
    open: all.filter((date) => days.get(date) === true),
  }
}
