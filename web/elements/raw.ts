import { isSecret } from '../../src/form/fields/index.ts'
import type { Raw } from '../../src/form/form.ts'
import type { FormState } from '../views/page.ts'
import { stepViews } from '../views/steps.ts'

/**
 * What stands in the inputs now, untouched, by field id. Hidden inputs of ours start with `_`. What has not changed since
 * `before` is the very same: a field's values, and the whole.
 */
export function readRaw(form: HTMLFormElement, before: Raw = {}): Raw {
  const raw: Record<string, readonly string[]> = {}
  const read = new Map<string, string[]>()
  for (const [name, value] of new FormData(form)) {
    if (name.startsWith('_') || typeof value !== 'string') continue
    const values = read.get(name)
    if (values) values.push(value)
    else read.set(name, [value])
  }
  let isSame = read.size === Object.keys(before).length
  for (const [name, values] of read) {
    const known = Object.hasOwn(before, name) ? before[name] : undefined
    const isKnown = known?.length === values.length && values.every((one, at) => one === known[at])
    raw[name] = isKnown ? known : values
    isSame &&= isKnown
  }
  return isSame ? before : raw
}

/** What may be kept in the history entry of this page, so that Back brings it back: of its own fields, without secrets. */
export function rememberedRaw(state: FormState, raw: Raw): Raw {
  const { form, screen } = state
  const secret = new Set(
    Object.values(form.fields)
      .filter((field) => isSecret(form, field))
      .map((field) => field.id),
  )
  const isHere = (id: string) =>
    screen === undefined || stepViews.isHere?.({ state }, screen, id) !== false
  return Object.fromEntries(Object.entries(raw).filter(([id]) => !secret.has(id) && isHere(id)))
}

/** Puts remembered answers into inputs that still stand as the server printed them. */
export function restoreRaw(form: HTMLFormElement, raw: Raw): void {
  // Several inputs may make up one answer: each takes its own text.
  const places = new Map<string, number>()
  for (const control of form.elements) {
    const name = control.getAttribute('name') ?? ''
    const values = raw[name]
    // Hidden inputs are drawn anew from what is remembered.
    if (!values || control.getAttribute('type') === 'hidden') continue
    if (control instanceof HTMLInputElement && /^(?:radio|checkbox)$/.test(control.type)) {
      control.checked = values.includes(control.value)
      continue
    }
    const place = places.get(name) ?? 0
    places.set(name, place + 1)
    if (control instanceof HTMLSelectElement) control.value = values[place] ?? ''
    else if (control instanceof HTMLInputElement || control instanceof HTMLTextAreaElement)
      if (control.value === control.defaultValue) control.value = values[place] ?? ''
  }
}
