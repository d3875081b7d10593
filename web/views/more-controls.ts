import { html, nothing } from 'lit/html.js'
import { typeOf } from '../../src/form/evaluate.ts'
import type { Control, Part } from '../../src/form/fields/field-type.ts'
import type { Choice, Field, Text } from '../../src/form/form.ts'
import { cardTexts } from '../texts/cards.ts'
import { formTexts, say } from '../texts/form.ts'
import { moreTexts } from '../texts/more.ts'
import { attachmentControl } from './attachment.ts'
import {
  choicesOf,
  choicesView,
  initialOf,
  inputControl,
  wrong,
  type ControlContext,
  type Draw,
} from './control-context.ts'
import { noteView } from './links.ts'
import { inputId } from './page.ts'
import { readView } from './ruby.ts'
import { fillView, verificationView } from './press.ts'
import { rowsView } from './rows.ts'

/** Controls of the field types in `fields/more.ts`: only pages with such a field are sent them. */
export const moreControls: Readonly<Partial<Record<Control, Draw>>> = {
  code: codeControl,
  'unit-input': unitInput,
  parts: partsControl,
  checkboxes: checkboxesControl,
  'text-area': textArea,
  attachment: attachmentControl,
  rows: rowsView,
  'card-reading': cardReading,
  fill: fillView,
  verification: verificationView,
  heading: ({ field, view }) =>
    html`<h3 class="subheading" id=${inputId(field.id)}>${readView(field.label, view.state)}</h3>`,
  note: ({ field, view }) => {
    const tone = field.options.tone
    return html`${noteView(
      {
        text: field.label,
        links: Array.isArray(field.options.links) ? (field.options.links as never) : [],
        tone: tone === 'info' || tone === 'warning' ? tone : 'plain',
      },
      view.state.form.portal,
      view.state,
    )}`
  },
}

/**
 * Below the input stands what is odd about the code, for reading only. Where a register knows the code nothing is odd about
 * it (D-25): what a lookup at this field has found, or has not said yet, keeps the advice away.
 */
function codeControl(context: ControlContext) {
  const { field, view } = context
  const { visible, lookups, answers, facts } = view.evaluation
  const value = answers[field.id]
  const isKnown = visible.some(
    ({ id, type, options }) =>
      type === 'lookup' && options.at === field.id && lookups[id]?.status !== 'missing',
  )
  const advice =
    value === undefined || isKnown
      ? undefined
      : typeOf(field).advise?.(value, field, answers, facts)
  const id = `${inputId(field.id)}-advice`
  const { describedBy } = context
  const ids = [typeof describedBy === 'string' ? describedBy : '', advice ? id : '']
  return html`${inputControl({ ...context, describedBy: ids.join(' ').trim() || nothing })}${
    advice
      ? html`<div class="notice info" id=${id}>
          <p>
            <strong class="tag">${formTexts(view.state.locale).warning}</strong>${
              moreTexts(view.state.locale).checkDigit
            }
          </p>
        </div>`
      : nothing
  }`
}

/** A number with its unit behind it; the unit belongs to the label of the input, too. */
function unitInput(context: ControlContext) {
  const { field, view } = context
  const unit = field.type === 'money' ? YEN : (field.options.unit as Text | undefined)
  const id = inputId(field.id)
  return html`<span class="unit-input"
    ><input
      class="input w10"
      type="text"
      id=${id}
      name=${field.id}
      value=${initialOf(context)[0] ?? ''}
      inputmode="numeric"
      autocomplete=${field.autocomplete ?? 'off'}
      spellcheck="false"
      aria-describedby=${context.describedBy}
      aria-invalid=${wrong(context)}
    />${unit ? html`<span class="unit">${say(unit, view.state.locale)}</span>` : nothing}</span
  >`
}

const YEN: Text = { ja: '円', en: 'yen' }

/** Several small inputs under one name; the server reads them in their order. */
function partsControl(context: ControlContext) {
  const { field, view } = context
  const type = typeOf(field)
  const parts = type.parts?.(field, view.evaluation) ?? []
  const texts = partTexts(context, parts.length)
  return html`<div class="parts">
    ${parts.map((part, index) => partView(part, texts[index] ?? '', index, context))}
  </div>`
}

/** What stands in each input: what was typed there, or the parts of one whole text. */
function partTexts(context: ControlContext, count: number): readonly string[] {
  const { field } = context
  const raw = initialOf(context)
  if (raw.length === count || raw.length === 0) return raw
  const type = typeOf(field)
  const value = type.read(raw, field)
  return value === undefined ? [] : (type.split?.(value, field) ?? raw)
}

function partView(part: Part, text: string, index: number, context: ControlContext) {
  const { field, view } = context
  const id = index === 0 ? inputId(field.id) : `${inputId(field.id)}-${index}`
  const label = say(part.label, view.state.locale)
  return html`${part.before === undefined ? nothing : html`<span aria-hidden="true">${part.before}</span>`}<span
      class="part"
      >${
        part.choices
          ? html`<select class="input" id=${id} name=${field.id} aria-invalid=${wrong(context)}>
              ${[...emptyFirst(part.choices), ...part.choices].map(
                (choice) =>
                  html`<option value=${choice.value} ?selected=${choice.value === text}>
                    ${say(choice.label, view.state.locale)}
                  </option>`,
              )}
            </select>`
          : html`<input
              class=${`input w${part.width ?? 10}`}
              type="text"
              id=${id}
              name=${field.id}
              value=${text}
              inputmode=${part.inputMode ?? nothing}
              autocomplete=${autocompleteOf(field, part)}
              spellcheck="false"
              aria-invalid=${wrong(context)}
            />`
      }<label class=${part.isUnit ? 'unit' : 'vh'} for=${id}>${label}</label></span
    >`
}

function emptyFirst(choices: readonly Choice[]): readonly Choice[] {
  return choices.some((choice) => choice.value === '') ? [] : [{ value: '', label: { ja: '―' } }]
}

/** `bday` names the whole; its inputs have names of their own (HTML, autofill). */
function autocompleteOf(field: Field, part: Part): string {
  if (field.autocomplete !== 'bday') return field.autocomplete ?? 'off'
  return part.label.en === undefined ? 'off' : `bday-${part.label.en.toLowerCase()}`
}

function checkboxesControl(context: ControlContext) {
  const own = context.field.options.text as Text | undefined
  const choices = own ? [{ value: 'true', label: own }] : choicesOf(context.field)
  return choicesView(context, 'checkbox', choices)
}

/**
 * A template can put no text into a native text area. The server prints the first text into it (`web/render.ts`) out of
 * `data-text`, the browser sets it in one that it draws itself; later typing belongs to the element alone.
 */
function textArea(context: ControlContext) {
  const { field } = context
  const lines = typeof field.options.lines === 'number' ? field.options.lines : 4
  return html`<textarea
    class="input"
    id=${inputId(field.id)}
    name=${field.id}
    rows=${lines}
    autocomplete=${field.autocomplete ?? 'off'}
    aria-describedby=${context.describedBy}
    aria-invalid=${wrong(context)}
    data-text=${initialOf(context)[0] ?? ''}
    .defaultValue=${initialOf(context)[0] ?? ''}
  ></textarea>`
}

/**
 * Without script there is only the sentence that says how to go on; `web/elements/card-reading.ts` adds the button and
 * writes the server's receipt into the hidden input.
 */
function cardReading(context: ControlContext) {
  const { field, view } = context
  const { form, key, api, locale } = view.state
  const texts = cardTexts(locale)
  return html`<card-reading
    id=${inputId(field.id)}
    tabindex="-1"
    data-api=${`${api}/cards/${field.uid}`}
    data-key=${key}
    data-fields=${JSON.stringify(Object.keys((field.options.into ?? {}) as object))}
    data-form=${form.id}
  >
    <input type="hidden" name=${field.id} value=${initialOf(context)[0] ?? ''} />
    <p class="support">${say(field.options.purpose as Text, locale)}</p>
    <p class="support">${field.options.into ? texts.byHand : texts.withoutCard}</p>
  </card-reading>`
}
