import type {
  Document,
  DocumentBlock,
  DocumentRow,
  PageTemplate,
  Template,
  TemplateValue,
} from '../definitions/definitions.ts'
import { Fault } from '../fault.ts'
import { holds } from '../form/condition.ts'
import type { Field, Json, JsonObject, Locale } from '../form/form.ts'
import { numberWords } from '../form/formats.ts'
import { rowsOptions } from '../form/rows.ts'
import { isEmpty, resolveRef, type Scope } from '../form/scope.ts'
import { shownAnswer } from '../form/shown.ts'
import {
  type PageText,
  type Sheet,
  type SheetBlock,
  SHEET_LIMITS,
  type SheetRow,
} from '../plugins/contract.ts'

export type DocumentRequest = {
  readonly document: Document
  /** What its placeholders and conditions name: answers, the step's `with`, items. */
  readonly values: JsonObject
  /** `number`, `portal.*`, `operator.*` …: they win over the values. */
  readonly platform: JsonObject
  /** The fields behind answers by their names: what a person chose or dated is printed as the confirmation showed it. */
  readonly fields?: Fields
  /** ISO 8601 UTC: the day of issue. */
  readonly at: string
}

type Fields = { readonly [name: string]: Field }
/** What placeholders are filled from; inside a list its rows' own fields, too. */
type Filling = Scope & { readonly fields: Fields }

/** Makes the sheet of one document. Pure: the same request gives the same sheet. Throws a Fault when it is too long. */
export function fillDocument(request: DocumentRequest): Sheet {
  const { document, values, platform, fields = {}, at } = request
  const { language } = document
  const scope = { answers: platform, facts: values, fields }
  const blocks = document.body.flatMap((block) => fillBlock(block, scope, language))
  const sheet: Sheet = {
    title: fillText(document.title, scope, language),
    language,
    size: document.size,
    date: at,
    header: fillPageText(document.header, scope, language),
    footer: fillPageText(document.footer, scope, language),
    blocks: blocks[0]?.kind === 'new-page' ? blocks.slice(1) : blocks,
  }
  if (isTooLong(sheet))
    throw new Fault('document.too-long', `The document '${document.id}' would be too long`)
  return sheet
}

function fillBlock(block: DocumentBlock, scope: Filling, language: Locale): SheetBlock[] {
  if (block.when && !holds(block.when, scope)) return []
  const fill = (template: Template) => fillText(template, scope, language)
  switch (block.kind) {
    case 'heading':
      return [{ kind: 'heading', level: block.level, text: fill(block.text) }]
    case 'paragraph':
      return [{ kind: 'paragraph', align: block.align, text: fill(block.text) }]
    case 'note':
      return [{ kind: 'note', text: fill(block.text) }]
    case 'rows': {
      const rows = block.rows.flatMap((row) => fillRow(row, scope, language))
      return rows.length > 0 ? [{ kind: 'rows', rows }] : []
    }
    case 'table': {
      const { columns, of, as, empty } = block
      const rows = itemsOf(of, as, scope).map((inside) =>
        columns.map((column) => valueOr(column.empty, column.value, inside, language)),
      )
      if (rows.length > 0)
        return [
          { kind: 'table', columns: columns.map(({ label, align }) => ({ label, align })), rows },
        ]
      return empty.length > 0 ? [{ kind: 'paragraph', align: 'left', text: fill(empty) }] : []
    }
    case 'list':
      return [{ kind: 'list', isOrdered: block.isOrdered, items: block.items.map(fill) }]
    case 'qr':
      return [{ kind: 'qr', value: fill(block.value), caption: fill(block.caption) }]
    case 'new-page':
      return [{ kind: 'new-page' }]
    case 'each':
      return itemsOf(block.of, block.as, scope).flatMap((inside) => [
        ...(block.hasOwnPage ? [{ kind: 'new-page' } as const] : []),
        ...block.body.flatMap((one) => fillBlock(one, inside, language)),
      ])
  }
}

function fillRow(row: DocumentRow, scope: Filling, language: Locale): SheetRow[] {
  if (row.when && !holds(row.when, scope)) return []
  return [
    {
      label: fillText(row.label, scope, language),
      value: valueOr(row.empty, row.value, scope, language),
      face: row.face,
    },
  ]
}

/** One scope for each item of a list, in which `as` names it. */
function itemsOf(of: string, as: string, scope: Filling): Filling[] {
  const list = resolveRef(of, scope)
  if (!Array.isArray(list)) return []
  const rows = Object.hasOwn(scope.fields, of) ? scope.fields[of] : undefined
  const inner = rows?.type === 'rows' ? rowsOptions(rows).fields : []
  const named = Object.fromEntries(inner.map((field) => [`${as}.${field.id}`, field]))
  return (list as readonly Json[]).map((item) => ({
    answers: { ...scope.answers, [as]: item },
    facts: scope.facts,
    fields: { ...scope.fields, ...named },
  }))
}

/** `instead` when the text has values and all of them are empty: nobody wants to read 「 円」. */
function valueOr(instead: string, template: Template, scope: Filling, language: Locale): string {
  const refs = template.flatMap((part) => (typeof part === 'string' ? [] : [part.ref]))
  const isBlank = refs.length > 0 && refs.every((ref) => isEmpty(resolveRef(ref, scope)))
  return isBlank ? instead : fillText(template, scope, language)
}

function fillText(template: Template, scope: Filling, language: Locale): string {
  return template
    .map((part) => (typeof part === 'string' ? part : valueText(part, scope, language)))
    .join('')
}

function fillPageText(template: PageTemplate, scope: Filling, language: Locale): PageText[] {
  return template.map((part) =>
    typeof part === 'string'
      ? { text: part }
      : 'ref' in part
        ? { text: valueText(part, scope, language) }
        : part,
  )
}

function valueText({ ref, otherwise }: TemplateValue, scope: Filling, language: Locale): string {
  const value = resolveRef(ref, scope)
  if (value === undefined || isEmpty(value)) return otherwise ?? ''
  const field = Object.hasOwn(scope.fields, ref) ? scope.fields[ref] : undefined
  return field && typeof value !== 'number'
    ? drawable(shownAnswer(value, field, language))
    : printed(value, language)
}

const YES_NO = { ja: ['いいえ', 'はい'], en: ['no', 'yes'] } as const

/** A value as people write it: numbers in groups of three, lists in one line. Codes are text and stay as they are. */
function printed(value: Json | undefined, language: Locale): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return drawable(value)
  if (typeof value === 'number') return numberWords(value, language, { maximumFractionDigits: 10 })
  if (typeof value === 'boolean') return YES_NO[language][Number(value)] ?? ''
  if (Array.isArray(value))
    return (value as readonly Json[]).map((item) => printed(item, language)).join('、')
  return ''
}

/** Line ends stay; what else is no letter but steers how letters run is of no use on paper. */
function drawable(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(/[\t\v\f]/g, ' ')
    .replace(/(?!\n)\p{Cc}|[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]/gu, '')
}

function isTooLong({ blocks, ...page }: Sheet): boolean {
  const { textLength, blocks: blocksMax, rows: rowsMax } = SHEET_LIMITS
  if (blocks.length > blocksMax) return true
  const hasTooLong = (value: unknown): boolean => {
    if (typeof value === 'string') return value.length > textLength
    if (Array.isArray(value)) return value.length > rowsMax || value.some(hasTooLong)
    return typeof value === 'object' && value !== null && Object.values(value).some(hasTooLong)
  }
  return blocks.some(hasTooLong) || Object.values(page).some(hasTooLong)
}
