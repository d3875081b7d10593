import { html, nothing, type TemplateResult } from 'lit/html.js'
import { inputModeOf } from '../../src/form/fields/index.ts'
import type { Choice, Field } from '../../src/form/form.ts'
import { inputId } from './page.ts'
import { readView } from './ruby.ts'
import { fieldKey, type FormView } from './state.ts'

/** What a control needs to know of its field. */
export type ControlContext = {
  readonly field: Field
  readonly view: FormView
  /** Ids of the texts that describe the input, or `nothing`. */
  readonly describedBy: string | typeof nothing
  readonly isWrong: boolean
}

/** One way to draw a field's input. */
export type Draw = (
  context: ControlContext,
  fieldView: (field: Field, view: FormView) => unknown,
) => TemplateResult

/** What stands in the input when it appears. */
export function initialOf({ field, view }: ControlContext): readonly string[] {
  return view.initial[fieldKey(view.state.form, field)] ?? []
}

/** `aria-invalid` of an input. */
export function wrong(context: ControlContext) {
  return context.isWrong ? 'true' : nothing
}

/** One line of text. */
export function inputControl(context: ControlContext) {
  const { field, view } = context
  const mode = inputModeOf(view.state.form, field)
  return html`<input
    class=${mode === 'numeric' || mode === 'tel' ? 'input short' : 'input'}
    type="text"
    id=${inputId(field.id)}
    name=${field.id}
    value=${initialOf(context)[0] ?? ''}
    inputmode=${mode ?? nothing}
    autocomplete=${field.autocomplete ?? 'off'}
    autocapitalize=${mode ? 'none' : nothing}
    spellcheck="false"
    aria-describedby=${context.describedBy}
    aria-invalid=${wrong(context)}
  />`
}

export function choicesOf(field: Field): readonly Choice[] {
  const choices = field.options.choices
  return Array.isArray(choices) ? (choices as unknown as readonly Choice[]) : []
}

/** Boxes or round buttons, one for each choice; the field's own id stands at the first, where chips and errors lead. */
export function choicesView(
  context: ControlContext,
  type: 'radio' | 'checkbox',
  choices: readonly Choice[],
) {
  const { field, view } = context
  const chosen = initialOf(context)
  return html`<div class="choices">
    ${choices.map(
      (choice, index) =>
        html`<label class="choice">
          <input
            type=${type}
            id=${index === 0 ? inputId(field.id) : `${inputId(field.id)}-${index}`}
            name=${field.id}
            value=${choice.value}
            ?checked=${chosen.includes(choice.value)}
            aria-invalid=${wrong(context)}
          />
          <span>${readView(choice.label, view.state)}</span>
        </label>`,
    )}
  </div>`
}
