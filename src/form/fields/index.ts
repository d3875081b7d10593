import type { Field, Form, Json } from '../form.ts'
import { combobox, facilityType, radio, select } from './choice.ts'
import { confirm } from './confirm.ts'
import { consent } from './consent.ts'
import { currentPassword } from './current-password.ts'
import { computed, constant, fact } from './derived.ts'
import { digits } from './digits.ts'
import { email } from './email.ts'
import type { Control, FieldType } from './field-type.ts'
import { lookup } from './lookup.ts'
import { moreTypes } from './more.ts'
import { password } from './password.ts'
import { phone } from './phone.ts'
import { text } from './text.ts'

/** Every field type, by the name YAML uses. A new one is a file here and its line in this list or in `more.ts`. */
export const fieldTypes: Readonly<Record<string, FieldType>> = Object.freeze({
  text,
  digits,
  phone,
  email,
  password,
  'current-password': currentPassword,
  confirm,
  radio,
  'facility-type': facilityType,
  select,
  combobox,
  consent,
  computed,
  constant,
  fact,
  lookup,
  ...moreTypes,
})

/** The field that this one repeats, for a confirmation; otherwise undefined. */
export function pairOf(form: Form, field: Field): Field | undefined {
  const id = fieldTypes[field.type]?.pair?.(field)
  if (id === undefined) return undefined
  return Object.values(form.fields).find((candidate) => candidate.id === id)
}

/** How the page draws a field; a confirmation looks as what it repeats. */
export function controlOf(form: Form, field: Field): Control {
  return shownType(form, field)?.control ?? 'input'
}

/** `inputmode` of a field; a confirmation has that of what it repeats. */
export function inputModeOf(form: Form, field: Field): FieldType['inputMode'] {
  return shownType(form, field)?.inputMode
}

/** Whether an answer may never be echoed or logged; a confirmation is as secret as what it repeats. */
export function isSecret(form: Form, field: Field): boolean {
  return shownType(form, field)?.isSecret ?? false
}

/** A JSON value (of a program, of facts) as a page would have posted it; undefined when this type has no such values. */
export function postedAs(type: FieldType | undefined, value: Json): readonly string[] | undefined {
  if (typeof value === 'string') return [value]
  if (typeof value === 'boolean') return value ? ['true'] : []
  if (value === null) return []
  const own = type?.toRaw?.(value)
  if (own || !Array.isArray(value)) return own
  const values = value as readonly Json[]
  return values.every((one) => typeof one === 'string') ? values : undefined
}

function shownType(form: Form, field: Field): FieldType | undefined {
  return fieldTypes[(pairOf(form, field) ?? field).type]
}
