import { fieldTypes, isSecret, postedAs } from './fields/index.ts'
import { resolveRef } from './expression.ts'
import type { Answers, Facts, Field, Form, Json, JsonObject, Raw } from './form.ts'
import { rowsOptions } from './rows.ts'

/** A form as it is opened: with the answers of the last accepted application, and with what its fields take from facts. */
export function openedRaw(form: Form, facts: Facts): Raw {
  const previous = form.class && (facts.previous as Answers | undefined)
  const before = previous ? rawOf(form, withoutConsents(form, previous)) : {}
  const taken = Object.values(form.fields).flatMap((field) => {
    const value = field.from && resolveRef(field.from, { answers: {}, facts })
    if (value === undefined || value === null || value === '') return []
    return [[field.id, postedAs(fieldTypes[field.type], value) ?? [String(value)]] as const]
  })
  return { ...before, ...Object.fromEntries(taken) }
}

/** Agreement is given anew each time. */
function withoutConsents(form: Form, answers: Answers): Answers {
  const consents = Object.values(form.fields).filter(
    ({ type }) => fieldTypes[type]?.control === 'consent',
  )
  const ids = new Set(consents.map(({ id }) => id))
  return Object.fromEntries(Object.entries(answers).filter(([id]) => !ids.has(id)))
}

/**
 * Answers as a page would have posted them, to open a form with what was answered before. Secrets, what is
 * stored sealed, and what cannot be posted as text, such as files, are left out.
 */
export function rawOf(form: Form, answers: Answers): Raw {
  const raw: { [id: string]: readonly string[] } = {}
  for (const field of Object.values(form.fields)) {
    const value = Object.hasOwn(answers, field.id) ? answers[field.id] : undefined
    const type = fieldTypes[field.type]
    const isHidden = isSecret(form, field) || field.keep === 'sealed'
    if (value === undefined || !type?.isInput || isHidden) continue
    if (field.type === 'rows' && Array.isArray(value)) Object.assign(raw, rawOfRows(field, value))
    else put(raw, field.id, field, value)
  }
  return raw
}

function rawOfRows(field: Field, rows: readonly Json[]): Raw {
  const raw: { [id: string]: readonly string[] } = {
    [field.id]: rows.map((_, index) => String(index)),
  }
  for (const [index, row] of rows.entries())
    for (const part of rowsOptions(field).fields) {
      const value = (row as JsonObject)[part.id]
      if (value !== undefined) put(raw, `${field.id}.${index}.${part.id}`, part, value)
    }
  return raw
}

function put(
  raw: { [id: string]: readonly string[] },
  id: string,
  field: Field,
  value: Json,
): void {
  const posted = postedAs(fieldTypes[field.type], value)
  if (posted) raw[id] = posted
}
