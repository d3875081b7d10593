import type { Expression, JsonSchema } from '../form/form.ts'
import { allowedValues, isObject, typeOfSchema } from './allowed.ts'
import { findRef, type Known, type Operand } from './refs.ts'

/** What kind of value an expression gives, as a schema; `{}` when nothing is known. */
export function schemaOfExpression(
  expression: Expression,
  names: ReadonlyMap<string, Known>,
): JsonSchema {
  const of = (part: Expression) => schemaOfExpression(part, names)
  if (typeof expression === 'string') {
    const found = findRef(expression, names)
    return found && 'known' in found ? found.known.schema : {}
  }
  if ('is' in expression) return { type: typeof expression.is, enum: [expression.is] }
  if ('join' in expression) return joined(expression.join.map(of))
  if ('choose' in expression) return union(expression.choose.map(({ then }) => of(then)))
  if ('table' in expression)
    return { type: 'string', enum: [...new Set(Object.values(expression.table))] }
  if ('count' in expression) return { type: 'integer', minimum: 0 }
  if ('sum' in expression) return { type: 'number' }
  if ('checkDigit' in expression) return DIGIT
  if ('hasCheckDigit' in expression) return { type: 'boolean' }
  if ('month' in expression) return MONTH
  if ('businessDays' in expression || 'days' in expression) return DATE
  if ('months' in expression) {
    const origin = of('after' in expression ? expression.after : expression.before)
    if (fits(origin, 'date')) return typeOfSchema(origin) === undefined ? {} : DATE
    return MONTH
  }
  return { type: 'string' }
}

/** The words of what an operator needs, for problems. */
export const operandWords: {
  readonly [operand in Operand]: { readonly expected: string; readonly expectedEn: string }
} = {
  date: { expected: '日付', expectedEn: 'a date' },
  month: { expected: '日付か年月', expectedEn: 'a date or a month' },
  digits: { expected: '数字だけの値', expectedEn: 'made of digits only' },
  number: { expected: '数', expectedEn: 'a number' },
  list: {
    expected: '一覧（繰り返しの行か、複数選択）',
    expectedEn: 'a list (rows or several choices)',
  },
  numbers: {
    expected: '数の一覧（行の中の整数や、数字の選択肢）',
    expectedEn: 'a list of numbers (a number of each row, or choices made of digits)',
  },
}

const DATE: JsonSchema = { type: 'string', format: 'date' }
const MONTH: JsonSchema = { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}$' }
const DIGIT: JsonSchema = { type: 'string', pattern: '^[0-9]{1}$' }

/** Digits of a fixed number stay so when they are joined. */
function joined(parts: readonly JsonSchema[]): JsonSchema {
  let length = 0
  for (const part of parts) {
    const own = fits(part, 'digits') && typeOfSchema(part) === 'string' ? lengthOf(part) : undefined
    if (own === undefined) return { type: 'string' }
    length += own
  }
  return { type: 'string', pattern: `^[0-9]{${length}}$` }
}

/** The number of characters of a value that always has as many: `^[0-9]{10}$`, or choices of one length. */
export function lengthOf(schema: JsonSchema): number | undefined {
  const { pattern, minLength, maxLength } = schema
  if (typeof minLength === 'number' && minLength === maxLength) return minLength
  const lengths = new Set((allowedValues(schema) ?? []).map((value) => [...String(value)].length))
  if (lengths.size === 1) return [...lengths][0]
  const count =
    typeof pattern === 'string' ? /^\^\[[^\]]*\]\{(\d+)\}\$$/.exec(pattern)?.[1] : undefined
  return count === undefined ? undefined : Number(count)
}

function union(schemas: readonly JsonSchema[]): JsonSchema {
  const [first] = schemas
  if (first && schemas.every((schema) => JSON.stringify(schema) === JSON.stringify(first)))
    return first
  const types = new Set(schemas.map(typeOfSchema))
  const type = types.size === 1 ? [...types][0] : undefined
  const values = schemas.map((schema) =>
    typeOfSchema(schema) === 'array' ? undefined : allowedValues(schema),
  )
  return {
    ...(type !== undefined && { type }),
    ...(values.every((value) => value !== undefined) && { enum: [...new Set(values.flat())] }),
  } as JsonSchema
}

const DATE_TEXT = /^\d{4}-\d{2}-\d{2}$/
const MONTH_TEXT = /^\d{4}-\d{2}(-\d{2})?$/
const DIGITS_TEXT = /^[0-9]+$/

/** Whether a value of this schema can be what an operator takes. What nothing is known of can. */
export function fits(schema: JsonSchema, takes: Operand): boolean {
  const type = typeOfSchema(schema)
  if (type === undefined) return true
  if (takes === 'list') return type === 'array'
  if (takes === 'numbers') return type === 'array' && areNumbers(schema.items)
  if (type === 'number' || type === 'integer') return takes === 'number'
  if (type !== 'string') return false
  if (takes === 'date') return isTextLike(schema, DATE_TEXT, ['2024-02-29'])
  if (takes === 'month')
    return fits(schema, 'date') || isTextLike(schema, MONTH_TEXT, ['2024-02', '2024-02-29'])
  return isTextLike(schema, DIGITS_TEXT, ZEROS)
}

/** What can be added up: whole numbers, and choices made of digits. */
function areNumbers(items: unknown): boolean {
  if (!isObject(items)) return true
  const type = typeOfSchema(items)
  if (type === undefined || type === 'integer' || type === 'number') return true
  const values: unknown = items.enum
  return Array.isArray(values) && values.every((value) => DIGITS_TEXT.test(String(value)))
}

const ZEROS = Array.from({ length: 40 }, (_, index) => '0'.repeat(index + 1))
const LETTERS = ZEROS.map((zeros) => zeros.replaceAll('0', 'x'))

/** By its choices, its format, or by what its pattern takes and what it does not. */
function isTextLike(schema: JsonSchema, shape: RegExp, samples: readonly string[]): boolean {
  const allowed = allowedValues(schema)
  if (allowed) return allowed.every((value) => typeof value === 'string' && shape.test(value))
  if (schema.format === 'date') return shape === DATE_TEXT
  if (typeof schema.pattern !== 'string') return false
  const pattern = new RegExp(schema.pattern, 'u')
  return (
    samples.some((sample) => pattern.test(sample)) && !LETTERS.some((text) => pattern.test(text))
  )
}
