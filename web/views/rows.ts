import { html, nothing, type TemplateResult } from 'lit/html.js'
import { repeat } from 'lit/directives/repeat.js'
import type { Field } from '../../src/form/form.ts'
import { rowsOptions, type Row } from '../../src/form/rows.ts'
import { formTexts, say } from '../texts/form.ts'
import { rowTexts } from '../texts/rows.ts'
import type { ControlContext } from './control-context.ts'
import { ACTION, inputId } from './page.ts'
import type { FormView } from './state.ts'

/**
 * The rows of a field, each under a legend of its own. A hidden input names each row, so that a form posted without script
 * carries its rows; there the buttons are round trips.
 */
export function rowsView(
  { field, view }: ControlContext,
  fieldView: (field: Field, view: FormView) => unknown,
): TemplateResult {
  const { max } = rowsOptions(field)
  const rows = view.evaluation.rows[field.id] ?? []
  const t = formTexts(view.state.locale)
  return html`<div class="rows">
    ${repeat(
      rows,
      (row) => row.key,
      (row, index) => rowView(field, row, index, rows.length, view, fieldView),
    )}
    ${
      rows.length < max
        ? html`<button
            class="button quiet small"
            name=${ACTION}
            value=${`add:${field.id}`}
            data-do="row"
            data-rows=${field.id}
            data-row=""
            data-max=${max}
          >
            ${rowTexts(view.state.locale).add}<span class="vh"
              >${t.separator}${say(field.label, view.state.locale)}</span
            >
          </button>`
        : nothing
    }
  </div>`
}

function rowView(
  field: Field,
  row: Row,
  index: number,
  count: number,
  view: FormView,
  fieldView: (field: Field, view: FormView) => unknown,
): TemplateResult {
  const { row: name, max } = rowsOptions(field)
  const { locale } = view.state
  const title = say(name, locale).replaceAll('{n}', String(index + 1))
  const inRow = { ...view, evaluation: { ...view.evaluation, answers: row.typed } }
  return html`<fieldset class="row-of-fields" id=${inputId(`${field.id}.${row.key}`)} tabindex="-1">
    <legend class="label">${title}</legend>
    <input type="hidden" name=${field.id} value=${row.key} />
    ${repeat(
      row.fields,
      (inner) => inner.id,
      (inner) => fieldView(inner, inRow),
    )}
    ${
      count > 1
        ? html`<button
            class="button quiet small"
            name=${ACTION}
            value=${`remove:${field.id}.${row.key}`}
            data-do="row"
            data-rows=${field.id}
            data-row=${row.key}
            data-max=${max}
          >
            ${rowTexts(locale).remove(title)}
          </button>`
        : nothing
    }
  </fieldset>`
}
