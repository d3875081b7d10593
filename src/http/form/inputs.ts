import { typeOf } from '../../form/evaluate.ts'
import { isSecret } from '../../form/fields/index.ts'
import type { Field, Form, Raw } from '../../form/form.ts'
import { changedRows, rowsOptions } from '../../form/rows.ts'
import { baseId, fieldsOnScreen } from '../../form/screens.ts'
import { KEPT, PROOF, SCREEN, type FormState } from '../../../web/views/page.ts'
import { own } from '../guard.ts'
import type { Visit } from '../route.ts'
import type { Sitting } from './sittings.ts'

/** What somebody typed into a form, under the key of this sitting at it. */
export type Input = {
  readonly key: string
  /** Kept secrets included. */
  readonly raw: Raw
  /** As they came: sealed, by field id. */
  readonly proofs: NonNullable<FormState['proofs']>
}

/** A kept secret is good for one sitting at the form. */
const KEPT_MS = 3_600_000

/** Only answers of this form's inputs: unknown, computed, looked-up and fixed values of a request change nothing (S16). */
export function answersOf(form: Form, fields: Raw): Raw {
  return Object.fromEntries(
    Object.values(form.fields).flatMap((field) => {
      const values = typeOf(field).isInput ? own(fields, field.id) : undefined
      const inRows = typeOf(field).rows ? answersInRows(field, fields) : []
      return values ? [[field.id, values], ...inRows] : inRows
    }),
  )
}

/** `<rows>.<key>.<field>`, for fields a row has. */
function answersInRows(field: Field, fields: Raw): [string, readonly string[]][] {
  const inner = rowsOptions(field).fields.filter((one) => typeOf(one).isInput)
  const keys = new Set(own(fields, field.id)?.slice(0, rowsOptions(field).max))
  return [...keys].flatMap((key) =>
    inner.flatMap(({ id }): [string, readonly string[]][] => {
      const name = `${field.id}.${key}.${id}`
      const values = own(fields, name)
      return values ? [[name, values]] : []
    }),
  )
}

/** The input after the button of a row was pressed; undefined: it was another button. */
export function withChangedRows(form: Form, button: string, input: Input): Input | undefined {
  const [, change, id = '', key] = /^(add|remove):([A-Za-z0-9]+)(?:\.([0-9]+))?$/.exec(button) ?? []
  const field = Object.values(form.fields).find((one) => one.id === id && typeOf(one).rows)
  if (!field || (change === 'remove') !== (key !== undefined)) return undefined
  const wanted = key === undefined ? ({ add: true } as const) : { remove: key }
  const keys = changedRows(own(input.raw, id) ?? [], wanted, rowsOptions(field).max)
  return { ...input, raw: { ...input.raw, [id]: keys } }
}

/**
 * What was posted, and what is kept of the other screens: a page that the browser brought back knows only what was typed
 * when it was drawn.
 */
export function postedFields(form: Form, fields: Raw, sitting: Sitting | undefined): Raw {
  const screen = own(fields, SCREEN)?.[0]
  if (!sitting || screen === undefined) return fields
  const here = fieldsOnScreen(form, screen)
  const others = Object.entries(sitting.fields).filter(([name]) => !here.has(fieldOf(name)))
  return { ...fields, ...Object.fromEntries(others) }
}

/** The field a posted name belongs to, sealed or not. */
function fieldOf(name: string): string {
  const start = [KEPT, PROOF].find((one) => name.startsWith(one)) ?? ''
  return baseId(name.slice(start.length))
}

/** The answers among these fields, sealed secrets opened. */
export function inputOf({ deps }: Visit, form: Form, key: string, fields: Raw): Input {
  const raw: Record<string, readonly string[]> = answersOf(form, fields)
  for (const id of secretIds(form)) {
    if ((raw[id]?.[0] ?? '') !== '') continue
    const sealed = own(fields, `${KEPT}${id}`)?.[0]
    const text = sealed && deps.keys.open('kept', sealed, boundTo(form, key, id))
    const kept = text ? (JSON.parse(text) as { value: string; until: string }) : undefined
    if (kept && kept.until > deps.clock().toISOString()) raw[id] = [kept.value]
  }
  const proofs = Object.values(form.fields).flatMap(({ id }) => {
    const sealed = own(fields, `${PROOF}${id}`)?.[0]
    return sealed === undefined ? [] : [[id, sealed]]
  })
  return { key, raw, proofs: Object.fromEntries(proofs) as Input['proofs'] }
}

/** The secrets among the answers, sealed for one hour in this form and sitting. */
export function sealSecrets(
  { deps }: Visit,
  form: Form,
  { key, raw }: Pick<Input, 'key' | 'raw'>,
): FormState['kept'] {
  const until = new Date(deps.clock().getTime() + KEPT_MS).toISOString()
  return Object.fromEntries(
    [...secretIds(form)].flatMap((id) => {
      const value = raw[id]?.[0] ?? ''
      const text = JSON.stringify({ value, until })
      return value === '' ? [] : [[id, deps.keys.seal('kept', text, boundTo(form, key, id))]]
    }),
  )
}

/** What a page may be told of the answers, and the server may keep of them as they are. */
export function withoutSecrets(form: Form, raw: Raw): Raw {
  const secret = secretIds(form)
  return Object.fromEntries(Object.entries(raw).filter(([id]) => !secret.has(id)))
}

/** A confirmation is as secret as what it repeats. */
export function secretIds(form: Form): ReadonlySet<string> {
  const secret = Object.values(form.fields).filter((field) => isSecret(form, field))
  return new Set(secret.map((field) => field.id))
}

/** What is sealed opens only in the same field of the same form, in the same sitting. */
export function boundTo(form: Form, key: string, id: string): string {
  return `${form.id}\n${key}\n${id}`
}
