import { html, nothing, type TemplateResult } from 'lit/html.js'
import { typeOf } from '../../src/form/evaluate.ts'
import { controlOf } from '../../src/form/fields/index.ts'
import type { Control } from '../../src/form/fields/field-type.ts'
import type { Field, Link } from '../../src/form/form.ts'
import { formTexts, say } from '../texts/form.ts'
import { linkView } from './links.ts'
import {
  choicesView,
  choicesOf,
  initialOf,
  inputControl,
  wrong,
  type ControlContext,
  type Draw,
} from './control-context.ts'
import { lookupLines } from './lookup.ts'
import { moreControls } from './more-controls.ts'
import { inputId } from './page.ts'
import { readView } from './ruby.ts'
import type { FormView } from './state.ts'
import { stepViews } from './steps.ts'

/** Controls of several inputs, which stand under a legend rather than a label. */
const GROUPS: ReadonlySet<Control> = new Set([
  'radio',
  'parts',
  'checkboxes',
  'rows',
  'card-reading',
  'attachment',
  'verification',
])

/**
 * How each control is drawn. Inputs are uncontrolled: attributes carry the first value only, so that nothing typed is ever
 * overwritten and composition is left alone. A new control is one function and its line here or in `more-controls.ts`.
 */
const controls: Readonly<Partial<Record<Control, Draw>>> = {
  input: inputControl,
  password: passwordControl,
  radio: radioControl,
  select: selectControl,
  combobox: (context) => html`<combo-box>${selectControl(context)}</combo-box>`,
  consent: consentControl,
  output: outputControl,
  lookup: (context) => lookupLines(context.field, context.view),
  ...moreControls,
}

/** Whether the control is a group of inputs under a legend rather than one input under a label. */
export function isGroup(field: Field): boolean {
  return GROUPS.has(typeOf(field).control)
}

/** The field's input, drawn. */
export function controlView(
  context: ControlContext,
  fieldView: Parameters<Draw>[1],
): TemplateResult {
  const draw = controls[controlOf(context.view.state.form, context.field)] ?? inputControl
  return draw(context, fieldView)
}

/** Never printed back. A kept one may stay empty. */
function passwordControl(context: ControlContext) {
  const { field, view } = context
  const t = formTexts(view.state.locale)
  const isShown = view.revealed.includes(field.id)
  return html`<div class="password">
    <input
      class="input"
      type=${isShown ? 'text' : 'password'}
      id=${inputId(field.id)}
      name=${field.id}
      autocomplete=${field.autocomplete ?? 'off'}
      autocapitalize="none"
      spellcheck="false"
      aria-describedby=${context.describedBy}
      aria-invalid=${wrong(context)}
    />
    <button
      type="button"
      class="button quiet small"
      data-do="reveal"
      data-field=${field.id}
      ?hidden=${!view.isLive}
    >
      ${isShown ? t.hide : t.show}<span class="vh"
        >${t.separator}${say(field.label, view.state.locale)}</span
      >
    </button>
  </div>`
}

function radioControl(context: ControlContext) {
  return choicesView(context, 'radio', choicesOf(context.field))
}

function selectControl(context: ControlContext) {
  const { field, view } = context
  const raw = initialOf(context)
  // What a combobox was given may be a name rather than a code; its type reads it.
  const chosen = raw.length > 0 ? typeOf(field).read(raw, field) : undefined
  return html`<select
    class="input"
    id=${inputId(field.id)}
    name=${field.id}
    autocomplete=${field.autocomplete ?? 'off'}
    aria-describedby=${context.describedBy}
    aria-invalid=${wrong(context)}
  >
    <option value="">${emptyChoice(field, view)}</option>
    ${choicesOf(field).map(
      (choice) =>
        html`<option value=${choice.value} ?selected=${choice.value === chosen}>
          ${say(choice.label, view.state.locale)}
        </option>`,
    )}
  </select>`
}

function consentControl(context: ControlContext) {
  const { field, view } = context
  const t = formTexts(view.state.locale)
  return html`<label class="choice">
    <input
      type="checkbox"
      id=${inputId(field.id)}
      name=${field.id}
      value="true"
      ?checked=${initialOf(context).length > 0}
      aria-describedby=${context.describedBy}
      aria-invalid=${wrong(context)}
    />
    ${
      view.state.form.style === 'table'
        ? html`<span>${stepViews.tableTexts?.(view.state.locale).agree}</span>`
        : html`<span>
            ${readView(field.label, view.state)}
            <span class="need"
              >${view.evaluation.required.has(field.id) ? t.required : t.optional}</span
            >
          </span>`
    }
  </label>`
}

/** The documents one agrees to, above the box. */
export function documentsView(field: Field, view: FormView) {
  const documents = field.options.documents
  if (!Array.isArray(documents)) return nothing
  const { form, locale } = view.state
  return html`<ul class="documents">
    ${(documents as unknown as readonly Link[]).map(
      (link) => html`<li>${linkView({ ...link, newTab: true }, form.portal, locale)}</li>`,
    )}
  </ul>`
}

function outputControl({ field, view }: ControlContext) {
  const value = view.evaluation.answers[field.id]
  const { locale, form } = view.state
  const links = field.options.links
  return html`<output class="output" aria-live="off" aria-labelledby=${`${inputId(field.id)}-label`}
      >${value === undefined ? formTexts(locale).empty : typeOf(field).show(value, field, locale)}</output
    >${
      Array.isArray(links)
        ? (links as unknown as readonly Link[]).map(
            (link) => html` ${linkView(link, form.portal, locale)}`,
          )
        : nothing
    }`
}

function emptyChoice(field: Field, view: FormView): string {
  const empty = field.options.empty as { readonly ja: string; readonly en?: string } | undefined
  return empty ? say(empty, view.state.locale) : '―'
}
