import { html, nothing } from 'lit/html.js'
import { typeOf } from '../../src/form/evaluate.ts'
import { resolveRef } from '../../src/form/expression.ts'
import { isSecret } from '../../src/form/fields/index.ts'
import type { Json, Locale } from '../../src/form/form.ts'
import type { Row } from '../../src/form/rows.ts'
import { formTexts, say } from '../texts/form.ts'
import { laterTexts } from '../texts/later.ts'
import type { ConfirmedLine, FormView } from './state.ts'
import { stepViews } from './steps.ts'

/** The lines of a confirmation dialog in their order (registration.md §2.8); lines without a value are left out. */
export function confirmedLines(view: FormView): readonly ConfirmedLine[] {
  const { evaluation, state } = view
  return evaluation.variant.confirm.flatMap((line) => {
    const field = evaluation.visible.find((candidate) => candidate.id === line.ref)
    if (field && isSecret(state.form, field)) return []
    const rows = field && evaluation.rows[field.id]
    if (rows) return rows.flatMap((row) => (row.answers ? rowLines(row, state.locale) : []))
    const value = resolveRef(line.ref, { answers: evaluation.answers, facts: state.facts })
    if (value === undefined || value === null || value === '') return []
    const text = field ? typeOf(field).show(value, field, state.locale) : plain(value)
    return [{ label: say(line.label, state.locale), value: text }]
  })
}

/** Each item of a row is a line of its own; its label names the row. */
export function rowLines(row: Row, locale: Locale): readonly ConfirmedLine[] {
  return row.fields.flatMap((field) => {
    const value = row.typed[field.id]
    if (value === undefined) return []
    return [
      {
        field: field.id,
        label: say(field.label, locale),
        value: typeOf(field).show(value, field, locale),
      },
    ]
  })
}

/** The list of the dialog, and of the page that stands for it without script. */
export function linesView(view: FormView) {
  const t = formTexts(view.state.locale)
  return html`<dl class="lines">
    ${confirmedLines(view).map(
      (line) =>
        html`<div>
          <dt>${line.label}<span class="vh">${t.separator}</span></dt>
          <dd>${line.value}</dd>
        </div>`,
    )}
  </dl>`
}

/** 入力内容確認 as a modal dialog; the browser opens it and keeps focus inside. */
export function confirmDialog(view: FormView) {
  const { form, locale } = view.state
  const t = laterTexts(locale)
  const title = form.confirm ? say(form.confirm.title, locale) : t.confirmTitle
  return dialogView(
    view,
    title,
    form.confirm ? say(form.confirm.lead, locale) : '',
    linesView(view),
  )
}

/** The question before the next screen. */
export function askDialog(view: FormView) {
  const ask = stepViews.stepOf?.(view)?.screen.ask
  const { locale } = view.state
  return ask && dialogView(view, say(ask.title, locale), say(ask.lead, locale))
}

function dialogView(view: FormView, title: string, lead: string, lines: unknown = nothing) {
  const t = laterTexts(view.state.locale)
  return html`<dialog
    class="dialog"
    aria-labelledby="confirm-title"
    aria-describedby="confirm-lead"
  >
    <h2 id="confirm-title" tabindex="-1" autofocus>${title}</h2>
    <p id="confirm-lead">${lead}</p>
    ${lines}
    <div class="buttons">
      <button type="button" class="button quiet" data-do="cancel">${t.cancel}</button>
      <button type="button" class="button" data-do="ok" aria-busy=${view.isBusy ? 'true' : 'false'}>
        ${t.ok}
      </button>
    </div>
  </dialog>`
}

function plain(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
