import type { Answer, Json, JsonObject, JsonSchema } from '../form.ts'

/** One keyword of a field's schema: what is asked for, and by which keyword it is told. */
export type Rule = { readonly keyword: string; readonly schema: JsonSchema }

/** The single rules of a value's schema, in its order; annotations are none. */
export function rulesOf(schema: JsonSchema): readonly Rule[] {
  return Object.entries(schema).flatMap(([keyword, said]): readonly Rule[] => {
    if (keyword === 'allOf') return (said as readonly JsonSchema[]).flatMap(rulesOf)
    return Object.hasOwn(CHECKS, keyword) ? [{ keyword, schema: { [keyword]: said } }] : []
  })
}

/** Whether a value meets a schema, as far as field types use JSON Schema; other keywords are taken as met. */
export function meets(value: Answer, schema: JsonSchema): boolean {
  return Object.entries(schema).every(([keyword, said]) =>
    Object.hasOwn(CHECKS, keyword) ? CHECKS[keyword]?.(value, said) : true,
  )
}

type Check = (value: Answer, said: Json) => boolean

const CHECKS: { readonly [keyword: string]: Check } = {
  type: (value, said) => [said].flat().some((name) => isOfType(value, String(name))),
  const: (value, said) => isSame(value, said),
  enum: (value, said) => (said as readonly Json[]).some((one) => isSame(value, one)),
  minLength: ofText((text, said) => [...text].length >= said),
  maxLength: ofText((text, said) => [...text].length <= said),
  pattern: (value, said) => typeof value !== 'string' || new RegExp(String(said), 'u').test(value),
  minimum: ofNumber((number, said) => number >= said),
  maximum: ofNumber((number, said) => number <= said),
  minItems: ofList((list, said) => list.length >= Number(said)),
  maxItems: ofList((list, said) => list.length <= Number(said)),
  uniqueItems: ofList((list, said) => said !== true || new Set(list).size === list.length),
  items: ofList((list, said) => list.every((item) => meets(item, said as JsonSchema))),
  allOf: (value, said) => (said as readonly JsonSchema[]).every((part) => meets(value, part)),
  anyOf: (value, said) => (said as readonly JsonSchema[]).some((part) => meets(value, part)),
  not: (value, said) => !meets(value, said as JsonSchema),
  required: ofObject((object, said) =>
    (said as readonly string[]).every((name) => Object.hasOwn(object, name)),
  ),
  properties: ofObject((object, said) =>
    Object.entries(said as JsonObject).every(
      ([name, part]) => !Object.hasOwn(object, name) || meets(object[name] ?? null, asSchema(part)),
    ),
  ),
}

function asSchema(said: Json): JsonSchema {
  return said === false ? { not: {} } : said === true ? {} : (said as JsonSchema)
}
function ofText(check: (text: string, said: number) => boolean): Check {
  return (value, said) => typeof value !== 'string' || check(value, Number(said))
}
function ofNumber(check: (number: number, said: number) => boolean): Check {
  return (value, said) => typeof value !== 'number' || check(value, Number(said))
}
function ofList(check: (list: readonly Json[], said: Json) => boolean): Check {
  return (value, said) => !Array.isArray(value) || check(value as readonly Json[], said)
}
function ofObject(check: (object: JsonObject, said: Json) => boolean): Check {
  return (value, said) =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? true
      : check(value as JsonObject, said)
}

function isSame(one: Json, other: Json): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function isOfType(value: Answer, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value)
  if (type === 'array') return Array.isArray(value)
  if (type === 'null') return value === null
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === type
}
