import { evaluateExpression, isEmpty, type Scope } from '../expression.ts'
import type { Answer, Field, Json, JsonObject } from '../form.ts'
import { readRows, rowsOptions } from '../rows.ts'
import type { FieldType, Wrong } from './field-type.ts'

/** The same few items several times over, such as products with their numbers; a list of objects, empty rows left out. */
export const rows: FieldType = {
  name: 'rows',
  description: {
    ja: '同じ項目のくり返し（行）。合計の上限や、重ねて選べない項目を決められる。',
    en: 'The same items row by row, with a limit on a total and items no two rows may share.',
  },
  options: {
    fields: {
      kind: 'fields',
      required: true,
      schema: { type: 'array', description: '1行の項目', 'x-en': 'The fields of a row' },
    },
    row: {
      kind: 'text',
      required: true,
      schema: {
        type: ['string', 'object'],
        description: '1行の呼び名。{n} は行の番号。例：品目{n}',
        'x-en': 'What a row is called; {n} is its number',
      },
    },
    max: {
      kind: 'plain',
      required: true,
      schema: {
        type: 'integer',
        minimum: 1,
        maximum: 100,
        description: '行の数の上限',
        'x-en': 'Most rows',
      },
    },
    total: {
      kind: 'rows-total',
      schema: {
        type: 'object',
        description: '合計の上限：of に数の項目、max に数か値の作り方',
        'x-en': 'The limit of a sum: of names a number, max is a number or an expression',
      },
    },
    distinct: {
      kind: 'plain',
      schema: {
        type: 'string',
        description: '2つの行で同じにできない項目の id',
        'x-en': 'Id of an item no two rows may share',
      },
    },
  },
  control: 'rows',
  isInput: true,
  missingCode: 'rows.missing',
  rows: readRows,
  read: () => undefined,
  toRaw: () => undefined,
  schema: () => ({ type: 'array', items: { type: 'object' } }),
  issue: () => ({ code: 'rows.missing' }),
  check: (value, field, answers, facts) => wrongTogether(value, field, { answers, facts }),
  show: (value) => (Array.isArray(value) ? String(value.length) : ''),
}

function wrongTogether(value: Answer, field: Field, scope: Scope): Wrong | undefined {
  const { total, distinct } = rowsOptions(field)
  const rows = value as readonly JsonObject[]
  if (distinct !== undefined) {
    const seen = rows.map((row) => row[distinct]).filter((one) => !isEmpty(one))
    const texts = seen.map((one) => JSON.stringify(one))
    if (new Set(texts).size < texts.length) return { code: 'rows.distinct' }
  }
  if (!total) return undefined
  const max = typeof total.max === 'number' ? total.max : evaluateExpression(total.max, scope)
  const sum = rows.reduce((all, row) => all + numberOf(row[total.of]), 0)
  const limit = numberOf(max)
  return max !== undefined && sum > limit
    ? { code: 'rows.total', params: { n: limit, sum } }
    : undefined
}

function numberOf(value: Json | undefined): number {
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : 0
}
