import type { Field, LookupResult, Raw } from '../../src/form/form.ts'
import { candidatesOf, filledBy, type Candidate } from '../../src/form/press.ts'
import { askButton } from '../api.ts'
import { saidOf } from '../views/press.ts'
import type { FormView } from '../views/state.ts'

/** Whoever fills in an address goes on typing rather than wait longer (A20). */
const FILL_MS_MAX = 2_000
const VERIFY_MS_MAX = 15_000

/** What pressing needs of the page it happens on. */
export type Presser = {
  readonly view: () => FormView
  readonly raw: () => Raw
  readonly form: HTMLFormElement
  readonly draw: (change: Partial<FormView>) => void
  readonly learn: (key: string, result: LookupResult) => void
  /** The inputs were changed by a program. */
  readonly changed: () => void
}

/** A button that asks the server, or one of what it found, was pressed. Focus stays; what comes of it is said once. */
export async function press(page: Presser, button: DOMStringMap): Promise<void> {
  const { field: id = '', index } = button
  const field = page.view().evaluation.visible.find((one) => one.id === id)
  if (!field) return
  if (index !== undefined) {
    const candidate = candidatesOf(page.view().evaluation.lookups[id])[Number(index)]
    if (candidate) take(page, field, candidate, Number(index))
    return tell(page, field)
  }
  const question = page.view().evaluation.pressable.find((one) => one.field.id === id)
  if (!question) {
    page.draw({ pressed: { ...page.view().pressed, [id]: 'needs' } })
    return tell(page, field)
  }
  if (page.view().pressed[id] === 'asking') return
  page.draw({ pressed: { ...page.view().pressed, [id]: 'asking' } })
  const isVerified = field.type === 'verification'
  const signal = AbortSignal.timeout(isVerified ? VERIFY_MS_MAX : FILL_MS_MAX)
  const asked = await askButton(page.view().state.api, id, page.raw(), signal)
  const { [id]: _, ...pressed } = page.view().pressed
  page.draw({ pressed })
  page.learn(question.key, asked ?? { status: 'unavailable', retryAfterMs: 0 })
  const found = candidatesOf(page.view().evaluation.lookups[id])
  if (found.length === 1 && found[0]) take(page, field, found[0], 0)
  tell(page, field)
}

function take(page: Presser, field: Field, candidate: Candidate, index: number): void {
  writeRaw(page.form, filledBy(field, candidate, page.view().evaluation))
  page.draw({ pressed: { ...page.view().pressed, [field.id]: index } })
  page.changed()
}

function tell(page: Presser, field: Field): void {
  page.draw({ announcement: saidOf(field, page.view())?.text ?? '' })
}

/** As if it had been typed: what stands there gives way, and the controls around native inputs hear of it. */
function writeRaw(form: HTMLFormElement, raw: Raw): void {
  for (const [name, values] of Object.entries(raw)) {
    const inputs = [...form.elements].filter((one) => one.getAttribute('name') === name)
    for (const [place, input] of inputs.entries()) {
      if (input instanceof HTMLInputElement && /^(?:radio|checkbox)$/.test(input.type))
        input.checked = values.includes(input.value)
      else if (
        input instanceof HTMLInputElement ||
        input instanceof HTMLSelectElement ||
        input instanceof HTMLTextAreaElement
      )
        input.value = values[place] ?? ''
      input.dispatchEvent(new Event('change', { bubbles: true }))
    }
  }
}
