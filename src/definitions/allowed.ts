import { addDays } from '../form/dates.ts'
import type { JsonSchema } from '../form/form.ts'

export function isObject(value: unknown): value is { readonly [key: string]: never } & JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The values a schema allows, when it names them. */
export function allowedValues(schema: JsonSchema): readonly unknown[] | undefined {
  if (Array.isArray(schema.enum)) return schema.enum
  if (schema.const !== undefined) return schema.type === 'boolean' ? [true, false] : [schema.const]
  return isObject(schema.items) ? allowedValues(schema.items) : undefined
}

/** The declared type; for choices without one, the type of the choices when they agree. */
export function typeOfSchema(schema: JsonSchema): string | undefined {
  if (typeof schema.type === 'string') return schema.type
  const kinds = new Set((allowedValues(schema) ?? []).map((value) => typeof value))
  return kinds.size === 1 ? [...kinds][0] : undefined
}

/** Whether the schema of a text allows this one, as far as it names no values. */
export function isPossibleText(text: string, schema: JsonSchema): boolean {
  const { minLength, maxLength, pattern } = schema
  const length = [...text].length
  if (typeof minLength === 'number' && length < minLength) return false
  if (typeof maxLength === 'number' && length > maxLength) return false
  if (schema.format === 'date' && addDays(text, 0) === undefined) return false
  return typeof pattern !== 'string' || new RegExp(pattern, 'u').test(text)
}

export function isPossibleNumber(value: number, schema: JsonSchema): boolean {
  const { minimum, maximum, type } = schema
  if (typeof minimum === 'number' && value < minimum) return false
  if (typeof maximum === 'number' && value > maximum) return false
  return type !== 'integer' || Number.isInteger(value)
}
