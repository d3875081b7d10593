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
    const isKnown = known !== undefined && isSameList(values, known)
    raw[name] = isKnown ? known : values
    isSame &&= isKnown
  }
  return isSame ? before : raw
}

/** The same after one input has changed: the others need not be read, where it is a plain one. */
export function readChanged(form: HTMLFormElement, input: EventTarget | null, before: Raw): Raw {
  const isPlain = input instanceof HTMLInputElement || input instanceof HTMLSelectElement
  if (!isPlain || input.form !== form || input.type === 'file' || !/^[^_]/.test(input.name))
    return readRaw(form, before)
  const { name } = input
  const known = Object.hasOwn(before, name) ? before[name] : undefined
  const values = isAlone(input, known) ? [input.value] : valuesNamed(name, form)
  if (isSameList(values, known ?? [])) return before
  const { [name]: _, ...others } = before
  return values.length === 0 ? others : { ...before, [name]: values }
}

/** Whether an input says all of its answer: the chosen one of its group, or the only one of its name. */
function isAlone(input: Input, known: readonly string[] | undefined): boolean {
  if (input.type === 'radio') return (input as HTMLInputElement).checked
  return input.type !== 'checkbox' && known?.length === 1
}

function valuesNamed(name: string, form: HTMLFormElement): string[] {
  const named = form.elements.namedItem(name)
  const inputs = named instanceof RadioNodeList ? [...(named as Iterable<Node>)] : [named]
  return (inputs as Input[]).flatMap((one) => (one.name === name ? valueOf(one) : []))
}

type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement | HTMLButtonElement

function valueOf(input: Input): string[] {
  if (input instanceof HTMLButtonElement || input.matches(':disabled')) return []
  const isBox = input.type === 'radio' || input.type === 'checkbox'
  return isBox && !(input as HTMLInputElement).checked ? [] : [input.value]
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at])
}

/** Whether anything differs but inputs that came empty and answers that are no longer shown. */
export function saysMore(raw: Raw, before: Raw, shown: ReadonlySet<string>): boolean {
  if (raw === before) return false
  const isBlank = (values: readonly string[] = []) => values.every((value) => value === '')
  return [...new Set([...Object.keys(raw), ...Object.keys(before)])].some(
    (name) =>
      raw[name] !== before[name] &&
      !(isBlank(raw[name]) && (isBlank(before[name]) || !shown.has(name))),
  )
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

/** Typed answers stay with this entry of the history, without secrets, so that Back and reload lose nothing (A28). */
export function remember(state: FormState, raw: Raw): void {
  history.replaceState({ page: pageOf(state), raw: rememberedRaw(state, raw) }, '')
}

/** What was typed on this page before it was left or loaded anew. */
export function remembered(state: FormState): Raw | undefined {
  const kept = history.state as { page?: string; raw?: Raw } | null
  return kept?.page === pageOf(state) ? kept.raw : undefined
}

/** What is remembered belongs to one page; what the server has kept since is newer. */
function pageOf({ form, screen, version }: FormState): string {
  return [form.id, screen, version].join()
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

/** Chosen while the page was not alive yet: their inputs give way to those of the live page. */
export function earlyFiles(
  form: HTMLElement,
): readonly { field: string; files: readonly File[] }[] {
  return [...form.querySelectorAll<HTMLInputElement>('input[type=file][name]')].map((input) => ({
    field: input.name,
    files: [...(input.files ?? [])],
  }))
}

export function isFileInput(target: EventTarget | null): target is HTMLInputElement {
  return target instanceof HTMLInputElement && target.type === 'file'
}
