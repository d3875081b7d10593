import { html, nothing } from 'lit/html.js'
import { repeat } from 'lit/directives/repeat.js'
import { evaluateExpression } from '../../src/form/expression.ts'
import { drawnFields } from '../../src/form/evaluate.ts'
import type { Field, Section } from '../../src/form/form.ts'
import { formTexts, say } from '../texts/form.ts'
import { fieldView } from './field.ts'
import { linkView, noteView } from './links.ts'
import { ACTION, DRAFT, inputId, KEPT, KEY } from './page.ts'
import { fieldKey, fullLabel, missingFields, type FormView } from './state.ts'

/** The whole of a form page below the header: drawn by the server, hydrated and redrawn by the browser. */
export function formView(view: FormView) {
  const { form, locale, action, key, draft, kept } = view.state
  const t = formTexts(locale)
  const withSide = form.panel
  return html`${summaryView(view)}
    <h1>${headingOf(view)}</h1>
    ${form.lead.map((note) => noteView(note, form.portal, locale))}
    ${view.isLive ? nothing : html`<p class="notice warning late">${t.late}</p>`}
    <p class="legend">${t.legend}</p>
    <form
      method="post"
      action=${action}
      enctype=${takesFiles(form) ? 'multipart/form-data' : nothing}
      novalidate
      class=${withSide ? 'with-side' : 'narrow'}
      aria-busy=${view.isBusy ? 'true' : 'false'}
    >
      <div class="fields">
        <button
          class="vh default"
          name=${ACTION}
          value="check"
          tabindex="-1"
          aria-hidden="true"
        ></button>
        <input type="hidden" name=${KEY} value=${key} />
        ${draft === undefined ? nothing : html`<input type="hidden" name=${DRAFT} value=${draft} />`}
        ${Object.entries(kept).map(
          ([name, value]) => html`<input type="hidden" name=${`${KEPT}${name}`} value=${value} />`,
        )}
        ${repeat(
          view.evaluation.sections,
          (section) => sectionKey(section.id, view),
          (section) => sectionView(section, view),
        )}
        ${withSide ? nothing : submitButton(view)}
      </div>
      ${withSide ? sideView(view) : nothing}
    </form>
    ${form.after.map((note) => noteView(note, form.portal, locale))}
    <p class="vh" role="status">${view.announcement}</p>
    ${view.dialog ?? nothing}`
}

function takesFiles(form: FormView['state']['form']): boolean {
  return Object.values(form.fields).some((field) => field.type === 'attachment')
}

function headingOf({ state }: FormView): string {
  const { form, facts, locale } = state
  const made = form.heading && evaluateExpression(form.heading, { answers: {}, facts })
  return typeof made === 'string' ? made : say(form.title, locale)
}

/** Errors first: the same words as at the inputs, each leading to its input (A09). */
function summaryView(view: FormView) {
  if (view.issues.length === 0) return nothing
  const { form, locale } = view.state
  const t = formTexts(locale)
  const inputs = new Set(drawnFields(view.evaluation).map((field) => field.id))
  return html`<div class="summary" role="alert" id="error-summary">
    <h2 id="error-summary-title" tabindex="-1">${t.summary}</h2>
    <p>${t.summaryLead}</p>
    <ul>
      ${view.issues.map(
        (issue) =>
          html`<li>
            ${
              inputs.has(issue.field)
                ? html`<a href=${`#${inputId(issue.field)}`}>${issue.text}</a>`
                : html`<span>${issue.text}</span>`
            }${issue.links.map((link) => html` ${linkView(link, form.portal, locale)}`)}
          </li>`,
      )}
    </ul>
  </div>`
}

function sectionView(
  shown: { readonly id: string; readonly fields: readonly Field[] },
  view: FormView,
) {
  const { form, locale } = view.state
  const section = view.evaluation.variant.sections.find((one) => one.id === shown.id) as Section
  const titleId = `s-${section.id}`
  return html`<section class="section" aria-labelledby=${section.title ? titleId : nothing}>
    ${section.title ? html`<h2 id=${titleId}>${say(section.title, locale)}</h2>` : nothing}
    ${section.notes.map((note) => noteView(note, form.portal, locale))}
    ${repeat(
      rowsOf(shown.fields),
      (row) => fieldKey(form, row[0] as Field),
      (row) =>
        row.length === 1
          ? fieldView(row[0] as Field, view)
          : html`<div class="row">${row.map((field) => fieldView(field, view))}</div>`,
    )}
  </section>`
}

/** Fields marked `beside` join the one before them. */
function rowsOf(fields: readonly Field[]): readonly (readonly Field[])[] {
  const rows: Field[][] = []
  for (const field of fields) {
    const last = rows.at(-1)
    if (field.beside && last) last.push(field)
    else rows.push([field])
  }
  return rows
}

/** A section that stands there whatever is chosen keeps its inputs; a choice's own section never lends them to another. */
function sectionKey(id: string, view: FormView): string {
  const isCommon = view.state.form.variants['']?.sections.some((section) => section.id === id)
  return isCommon ? id : `${view.evaluation.choice}.${id}`
}

function submitButton(view: FormView) {
  const { form, locale } = view.state
  return html`<button
    class="button main"
    name=${ACTION}
    value="check"
    aria-busy=${view.isBusy ? 'true' : 'false'}
  >
    ${say(form.submit, locale)}
  </button>`
}

/** The button, and below it 必須情報: what is required, visible and still empty (operations.md §9.1). */
function sideView(view: FormView) {
  const { locale } = view.state
  const t = formTexts(locale)
  const missing = missingFields(view)
  return html`<div class="side">
    ${submitButton(view)}
    ${
      missing.length === 0
        ? nothing
        : html`<section class="panel" aria-labelledby="panel-title">
            <h2 id="panel-title">${t.panel}<span class="left">${t.left(missing.length)}</span></h2>
            <ul class="chips">
              ${repeat(
                missing,
                (field) => field.id,
                (field) =>
                  html`<li>
                    <a href=${`#${inputId(field.id)}`} title=${fullLabel(field, locale)}
                      ><span>${fullLabel(field, locale)}</span></a
                    >
                  </li>`,
              )}
            </ul>
          </section>`
    }
  </div>`
}
