import { holds } from './condition.ts'
import type { Scope } from './expression.ts'
import type { FieldType } from './fields/field-type.ts'
import type { Answer, Answers, Expression, Field, Raw, Text } from './form.ts'

/** `options` of the field type `rows`. */
export type RowsOptions = {
  /** What each row asks; ids as written. */
  readonly fields: readonly Field[]
  /** What one row is called; `{n}` is its number. */
  readonly row: Text
  /** Most rows. */
  readonly max: number
  /** The sum of one number over all rows, and its limit: a number or where it stands (a property of a lookup). */
  readonly total?: { readonly of: string; readonly max: number | Expression }
  /** An answer no two rows may share. */
  readonly distinct?: string
}

/** One row as it stands on the page. */
export type Row = {
  /** Names the row in its inputs, `<rows>.<key>.<field>`; stays while others come and go. */
  readonly key: string
  /** Its visible fields under their full names, labelled with the row. */
  readonly fields: readonly Field[]
  /** Values by full name. */
  readonly typed: Answers
  /** Values by the ids of the definition; undefined when nothing was typed: then it is no row. */
  readonly answers: Answers | undefined
  readonly required: readonly string[]
  /** Required and empty, in a row that is one. */
  readonly missing: readonly Field[]
}

/** Row keys are small numbers. */
const KEY = /^[0-9]{1,4}$/

/**
 * The rows of a field: its own inputs name them, one text a row. Without any, one empty row is offered. In a row the ids
 * of its own fields mean this row's answers, all others those of the form.
 */
export function readRows(
  field: Field,
  raw: Raw,
  scope: Scope,
  typeOf: (field: Field) => FieldType,
): readonly Row[] {
  const { max } = rowsOptions(field)
  const named = (Object.hasOwn(raw, field.id) ? raw[field.id] : undefined) ?? []
  const keys = [...new Set(named.filter((key) => KEY.test(key)))].slice(0, max)
  return (keys.length > 0 ? keys : ['0']).map((key, index) =>
    readRow(field, key, index, raw, scope, typeOf),
  )
}

function readRow(
  field: Field,
  key: string,
  index: number,
  raw: Raw,
  scope: Scope,
  typeOf: (field: Field) => FieldType,
): Row {
  const { fields, row } = rowsOptions(field)
  const answers: Record<string, Answer> = {}
  const typed: Record<string, Answer> = {}
  const shown: Field[] = []
  const required: Field[] = []
  let isRow = false
  for (const inner of fields) {
    const now = { answers: { ...scope.answers, ...answers }, facts: scope.facts }
    if (inner.when && !holds(inner.when, now)) continue
    const type = typeOf(inner)
    const full = inRow(inner, field, key, index, row)
    shown.push(full)
    if (inner.required || (inner.requiredWhen && holds(inner.requiredWhen, now)))
      required.push(full)
    const texts = (Object.hasOwn(raw, full.id) ? raw[full.id] : undefined) ?? []
    const value = type.isInput ? type.read(texts, inner) : type.derive?.(inner, now)
    if (value === undefined) continue
    if (type.isInput) isRow = true
    answers[inner.id] = value
    typed[full.id] = value
  }
  return {
    key,
    fields: shown,
    typed,
    answers: isRow ? answers : undefined,
    required: required.map(({ id }) => id),
    missing: isRow ? required.filter(({ id }) => !Object.hasOwn(typed, id)) : [],
  }
}

/** A field of a row under its full name; its label names the row, so that no two are called the same. */
function inRow(inner: Field, field: Field, key: string, index: number, row: Text): Field {
  const called = labelOfRow(row, index)
  const ja = `${called.ja} ${inner.label.ja}`
  const hasEn = row.en !== undefined || inner.label.en !== undefined
  const en = `${called.en ?? called.ja} ${inner.label.en ?? inner.label.ja}`
  return {
    ...inner,
    id: `${field.id}.${key}.${inner.id}`,
    label: hasEn ? { ja, en } : { ja },
  }
}

/** What one row is called, counted from 1. */
export function labelOfRow(row: Text, index: number): Text {
  const numbered = (text: string) => text.replaceAll('{n}', String(index + 1))
  return { ja: numbered(row.ja), ...(row.en !== undefined && { en: numbered(row.en) }) }
}

export function rowsOptions(field: Field): RowsOptions {
  return field.options as unknown as RowsOptions
}

/** The row keys after one was added or taken away; the last row is never taken away, only emptied. */
export function changedRows(
  keys: readonly string[],
  change: { readonly add: true } | { readonly remove: string },
  max: number,
): readonly string[] {
  const present = keys.length > 0 ? keys : ['0']
  if ('add' in change) {
    const next = Math.max(...present.map(Number)) + 1
    return present.length < max && KEY.test(String(next)) ? [...present, String(next)] : present
  }
  const rest = present.filter((key) => key !== change.remove)
  return rest.length > 0 ? rest : [String((Number(change.remove) + 1) % 10_000)]
}
