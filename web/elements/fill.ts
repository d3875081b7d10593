import { typeOf } from '../../src/form/evaluate.ts'
import type { FormState } from '../views/page.ts'

/** Writes texts into the inputs of fields, as if they had been typed. Returns how many fields were found on this page. */
export function fillInputs(
  form: HTMLFormElement,
  values: { readonly [fieldId: string]: string },
): number {
  const json = document.getElementById('form-state')?.textContent ?? '{}'
  const fields = Object.values((JSON.parse(json) as Partial<FormState>).form?.fields ?? {})
  let count = 0
  for (const [id, text] of Object.entries(values)) {
    const inputs = [...form.elements].filter((one) => one.getAttribute('name') === id)
    if (inputs.length === 0) continue
    count += 1
    const field = fields.find((one) => one.id === id)
    const value = field && typeOf(field).read([text], field)
    const texts = field && value !== undefined ? typeOf(field).split?.(value, field) : undefined
    for (const [index, input] of inputs.entries()) {
      if (input instanceof HTMLInputElement && /^(?:radio|checkbox)$/.test(input.type))
        input.checked = input.value === text
      else if (
        input instanceof HTMLInputElement ||
        input instanceof HTMLSelectElement ||
        input instanceof HTMLTextAreaElement
      )
        input.value = (inputs.length > 1 ? texts?.[index] : undefined) ?? (index === 0 ? text : '')
      input.dispatchEvent(new Event('input', { bubbles: true }))
    }
  }
  return count
}
