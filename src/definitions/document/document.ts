import type { Condition, Ref } from '../../form/form.ts'
import type { Align } from '../../plugins/contract.ts'
import type {
  Document,
  DocumentBlock,
  DocumentColumn,
  DocumentRow,
  PageTemplate,
  Template,
} from '../definitions.ts'
import { isObject } from '../allowed.ts'
import type { Parsed } from '../files.ts'
import { partsOf, placesOf, type PlacedPlaceholder, type Placeholder } from '../placeholders.ts'
import type { Report } from '../problems.ts'
import { compileCondition, RESERVED_IDS, type RefUse } from '../refs.ts'
import { child, compact, isTrue, itemsOf, numberOf, stringOf } from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

/** A value a document reads, to be judged when it is known who issues it. */
export type DocumentUse = RefUse & {
  /** Printed, not only compared. */
  readonly isPrinted: boolean
  /** Printed only where it is there, or with words for where it is not. */
  readonly isCovered: boolean
  /** Where it stands: inside the items of these lists. */
  readonly items: readonly Items[]
}
export type Items = { readonly as: string; readonly of: Ref }

export type DocumentDraft = {
  readonly document: Document
  readonly parsed: Parsed
  readonly uses: readonly DocumentUse[]
}

/** Placeholders that every document may use beside the answers and the step's `with`. */
export const DOCUMENT_PLACEHOLDERS: readonly string[] = [
  'number',
  'issuedOn',
  'portal.title',
  'operator.name',
  'operator.phone',
  'operator.mail',
  'contactHours',
]
const PAGE_NUMBERS = ['page', 'pages'] as const
const FOOTER: PageTemplate = [{ number: 'page' }, ' / ', { number: 'pages' }]

type Job = {
  readonly report: Report
  readonly uses: DocumentUse[]
  readonly items: readonly Items[]
  /** What conditions around it ask to be there. */
  readonly present: ReadonlySet<Ref>
}

/** Compiles one document; its values are judged by `checkDocument` where it is issued. */
export function compileDocument(parsed: Parsed, report: Report): DocumentDraft {
  const { root } = parsed
  const job: Job = { report, uses: [], items: [], present: new Set() }
  const page = child(root, 'page')
  const body = itemsOf(child(root, 'body')).flatMap((node) => compileBlock(node, job))
  const document = {
    id: parsed.name,
    title: templateAt(child(root, 'title'), job),
    language: stringOf(child(root, 'language')) === 'en' ? ('en' as const) : ('ja' as const),
    size: stringOf(child(page, 'size')) === 'A5' ? ('A5' as const) : ('A4' as const),
    header: pageTemplateAt(child(page, 'header'), job),
    footer: child(page, 'footer') ? pageTemplateAt(child(page, 'footer'), job) : FOOTER,
    body,
  }
  const outside = job.uses.filter(
    ({ ref, items }) => !items.some(({ as }) => ref === as || ref.startsWith(`${as}.`)),
  )
  const refs = [...new Set(outside.map(({ ref }) => ref))].sort()
  const isSealed = job.uses.some(({ ref, isPrinted }) => isPrinted && ref.endsWith('.password'))
  return { document: { ...document, isSealed, refs }, parsed, uses: job.uses }
}

function compileBlock(node: Node, job: Job): DocumentBlock[] {
  const when = whenAt(node, job)
  return blockOf(node, within(when, job)).map((block) => ({ ...block, ...(when && { when }) }))
}

function blockOf(node: Node, job: Job): DocumentBlock[] {
  const key = Object.keys(BLOCKS).find((name) => child(node, name)) ?? ''
  const value = child(node, key)
  const compileOne = BLOCKS[key]
  return value && compileOne ? [compileOne(value, node, job)] : []
}

/** By the key that tells the kind; `value` stands at it. The one list of blocks; `each` first, since it may have `newPage`. */
const BLOCKS: {
  readonly [key: string]: (value: Node, node: Node, job: Job) => DocumentBlock
} = {
  each: (value, node, job) => {
    const items = itemsAt(value, node, job)
    const inside = { ...job, items: [...job.items, items] }
    return {
      kind: 'each',
      ...items,
      hasOwnPage: isTrue(child(node, 'newPage')),
      body: itemsOf(child(node, 'body')).flatMap((block) => compileBlock(block, inside)),
    }
  },
  heading: (value, node, job) => ({
    kind: 'heading',
    level: numberOf(child(node, 'level')) === 1 ? 1 : 2,
    text: templateAt(value, job),
  }),
  paragraph: (value, node, job) => ({
    kind: 'paragraph',
    text: templateAt(value, job),
    align: alignAt(node),
  }),
  note: (value, _, job) => ({ kind: 'note', text: templateAt(value, job) }),
  rows: (value, _, job) => ({
    kind: 'rows',
    rows: itemsOf(value).map((row) => compileRow(row, job)),
  }),
  table: (value, node, job) => {
    const items = itemsAt(value, node, job)
    const inside = { ...job, items: [...job.items, items] }
    return {
      kind: 'table',
      ...items,
      columns: itemsOf(child(node, 'columns')).map((column) => compileColumn(column, inside)),
      empty: templateAt(child(node, 'empty'), job),
    }
  },
  list: (value, node, job) => ({
    kind: 'list',
    isOrdered: isTrue(child(node, 'ordered')),
    items: itemsOf(value).map((item) => templateAt(item, job)),
  }),
  qr: (value, node, job) => ({
    kind: 'qr',
    value: templateAt(value, job),
    caption: templateAt(child(node, 'caption'), job),
  }),
  newPage: () => ({ kind: 'new-page' }),
}

function compileRow(node: Node, outer: Job): DocumentRow {
  const when = whenAt(node, outer)
  const job = within(when, outer)
  return compact({
    label: templateAt(child(node, 'label'), job),
    value: templateAt(child(node, 'value'), job, child(node, 'empty') !== undefined),
    empty: stringOf(child(node, 'empty')) ?? '',
    face:
      stringOf(child(node, 'face')) === 'credential' ? ('credential' as const) : ('plain' as const),
    when,
  })
}

function compileColumn(node: Node, job: Job): DocumentColumn {
  return {
    label: stringOf(child(node, 'label')) ?? '',
    value: templateAt(child(node, 'value'), job, child(node, 'empty') !== undefined),
    empty: stringOf(child(node, 'empty')) ?? '',
    align: alignAt(node),
  }
}

/** The list that `each` or `table` goes through, and the name of one of its items. */
function itemsAt(value: Node, node: Node, job: Job): Items {
  const of = stringOf(value) ?? ''
  const named = child(node, 'as')
  const as = stringOf(named) ?? ''
  if (named && (RESERVED_IDS.has(as) || job.items.some((outer) => outer.as === as)))
    job.report('name.reserved', named.at, { name: as })
  job.uses.push({
    ref: of,
    at: value.at,
    how: 'read',
    takes: 'list',
    isPrinted: false,
    isCovered: true,
    items: job.items,
  })
  return { of, as }
}

function whenAt(node: Node, job: Job): Condition | undefined {
  const when = child(node, 'when')
  if (!when) return undefined
  const uses: RefUse[] = []
  const condition = compileCondition(when, uses, 'read', job.report)
  job.uses.push(
    ...uses.map((use) => ({ ...use, isPrinted: false, isCovered: true, items: job.items })),
  )
  return condition
}

/** Inside what is printed only when this holds. */
function within(when: Condition | undefined, job: Job): Job {
  return when ? { ...job, present: new Set([...job.present, ...presentIn(when)]) } : job
}

/** Answers without which the condition cannot hold. */
function presentIn(condition: Condition): readonly Ref[] {
  return Object.entries(condition).flatMap(([ref, test]) => {
    if (ref === 'all') return (test as readonly Condition[]).flatMap(presentIn)
    if (ref === 'any' || ref === 'not') return []
    const { empty, not } = isObject(test) ? test : {}
    return empty === true || not !== undefined ? [] : [ref]
  })
}

/** `hasWords`: something else is printed when its values are empty. */
function templateAt(node: Node | undefined, job: Job, hasWords = false): Template {
  const placeholders = placesOf(node)
  job.uses.push(...placeholders.map((placeholder) => printed(placeholder, job, hasWords)))
  return partsOf(stringOf(node) ?? '').map((part) =>
    typeof part === 'string' ? part : refPart(part),
  )
}

/** As `templateAt`, with the numbers of pages, which are known only when all is laid out. */
function pageTemplateAt(node: Node | undefined, job: Job): PageTemplate {
  const numberOf = (name: string) => PAGE_NUMBERS.find((number) => number === name)
  const placeholders = placesOf(node).filter(({ name }) => !numberOf(name))
  job.uses.push(...placeholders.map((placeholder) => printed(placeholder, job)))
  return partsOf(stringOf(node) ?? '').map((part) => {
    if (typeof part === 'string') return part
    const number = numberOf(part.name)
    return number ? { number } : refPart(part)
  })
}

function refPart({ name, otherwise }: Placeholder) {
  return { ref: name, ...(otherwise !== undefined && { otherwise }) }
}

function printed(
  { name, at, otherwise }: PlacedPlaceholder,
  { items, present }: Job,
  hasWords = false,
): DocumentUse {
  const isCovered = hasWords || otherwise !== undefined || present.has(name)
  return { ref: name, at, how: 'read', isPrinted: true, isCovered, items }
}

function alignAt(node: Node): Align {
  const align = stringOf(child(node, 'align'))
  return align === 'center' || align === 'right' ? align : 'left'
}
