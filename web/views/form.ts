import { html, nothing } from 'lit/html.js'
import { guard } from 'lit/directives/guard.js'
import { repeat } from 'lit/directives/repeat.js'
import { evaluateExpression } from '../../src/form/expression.ts'
import { drawnFields } from '../../src/form/evaluate.ts'
import type { Field, Section } from '../../src/form/form.ts'
import type { Step } from '../../src/form/screens.ts'
import { formTexts, say } from '../texts/form.ts'
import { dependenciesOf, fieldView, isOfItself } from './field.ts'
import { linkView, noteView } from './links.ts'
import {
  ACTION,
  CHANGE,
  FORM,
  FORM_IDS,
  inputId,
  KEY,
  sealedInputs,
  type FormState,
} from './page.ts'
import { readView } from './ruby.ts'
import { fieldKey, fullLabel, takesFiles, type FormView } from './state.ts'
import { missingFields } from './missing.ts'
import { stepViews } from './steps.ts'

/** The whole of a form page below the header: drawn by the server, hydrated and redrawn by the browser. */
export function formView(view: FormView) {
  const { form, locale, action, key, edition, isChange, correction } = view.state
  const t = formTexts(locale)
  const step = stepViews.stepOf?.(view)
  const withSide = form.style === 'panel'
  const sections = view.evaluation.sections.filter(
    ({ id }) => !step || sectionOf(id, view).screen === step.screen.id,
  )
  return html`${summaryView(view)}
    ${step ? stepViews.headingView?.(step, view) : html`<h1>${readView({ ja: headingOf(view) }, view.state)}</h1>`}
    ${
      correction
        ? html`<p>${t.correcting(say(correction.submit, locale))}</p>`
        : (step?.isFirst === false ? [] : form.lead).map((note) =>
            noteView(note, form.portal, view.state),
          )
    }
    ${stepViews.draftView?.(view)}
    ${step?.screen.lead.map((note) => noteView(note, form.portal, view.state))}
    ${view.isLive ? nothing : html`<p class="notice warning late">${t.late}</p>`}
    ${step?.screen.agree ? nothing : html`<p class="legend">${t.legend}</p>`}
    <form
      id=${FORM_IDS.edit}
      method="post"
      action=${action}
      enctype=${takesFiles(form) ? 'multipart/form-data' : nothing}
      novalidate
      class=${withSide ? 'with-side' : (form.style ?? 'narrow')}
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
        ${hiddenView(KEY, key)} ${edition === undefined ? nothing : hiddenView(FORM, edition)}
        ${isChange ? hiddenView(CHANGE, '1') : nothing}
        ${sealedInputs({ ...view.state, draft: view.draft as FormState['draft'] }).map(([name, value]) => hiddenView(name, value))}
        ${step ? stepViews.carriedView?.(step, view) : nothing}
        ${repeat(
          sections,
          (section) => sectionKey(section.id, view),
          (section) => settledView(section, view),
        )}
        ${buttonsView(step, view)}
      </div>
      ${withSide ? sideView(step, view) : nothing}
    </form>
    ${form.after.map((note) => noteView(note, form.portal, view.state))}
    <p class="vh" role="status">${view.announcement}</p>
    ${view.dialog ?? nothing}`
}

function hiddenView(name: string, value: string) {
  return html`<input type="hidden" name=${name} value=${value} />`
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
  const own = form.style === 'table' ? stepViews.tableTexts?.(locale) : undefined
  return html`<div class="summary" role="alert" id="error-summary">
    <h2 id="error-summary-title" tabindex="-1" ?autofocus=${!view.isLive}>${(own ?? t).summary}</h2>
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

type Shown = { readonly id: string; readonly fields: readonly Field[] }

/** A section whose fields all depend on little is passed over as a whole as long as nothing of that has changed. */
function settledView(shown: Shown, view: FormView): unknown {
  const { state, issues, revealed } = view
  const section = sectionOf(shown.id, view)
  if (section.readOnly || !shown.fields.every(isOfItself)) return sectionView(shown, view)
  const seen: unknown[] = [section, state, issues, revealed]
  for (const field of shown.fields) seen.push(...dependenciesOf(field, view))
  return guard(seen, () => sectionView(shown, view))
}

function sectionView(shown: Shown, view: FormView) {
  const { form } = view.state
  const section = sectionOf(shown.id, view)
  const titleId = `s-${section.id}`
  return html`<section class="section" aria-labelledby=${section.title ? titleId : nothing}>
    ${section.title ? html`<h2 id=${titleId}>${readView(section.title, view.state)}</h2>` : nothing}
    ${section.notes.map((note) => noteView(note, form.portal, view.state))}
    ${section.readOnly ? stepViews.factsView?.(shown.fields, view) : nothing}
    ${repeat(
      section.readOnly ? [] : rowsOf(shown.fields),
      (row) => fieldKey(form, row[0] as Field),
      (row) =>
        row.length === 1
          ? fieldView(row[0] as Field, view)
          : html`<div class="row">${row.map((field) => fieldView(field, view))}</div>`,
    )}
  </section>`
}

function sectionOf(id: string, { evaluation }: FormView): Section {
  return evaluation.variant.sections.find((one) => one.id === id) as Section
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

/** The last screen has the words of the form, those before it their own. */
function submitButton(step: Step | undefined, view: FormView) {
  const { form, locale, correction } = view.state
  return html`<button
    class="button main"
    name=${ACTION}
    value="check"
    aria-busy=${view.isBusy ? 'true' : 'false'}
  >
    ${step && !step.isLast ? stepViews.nextText?.(step, locale) : say(correction?.submit ?? form.submit, locale)}
  </button>`
}

/** Below the items: back, reset, on. With a panel, the button that goes on stands in it. */
function buttonsView(step: Step | undefined, view: FormView) {
  const { style } = view.state.form
  const others = [
    ...(stepViews.buttonsView?.(step, view) ?? []),
    ...(style !== 'panel' && view.draft ? [stepViews.draftButton?.(view)] : []),
  ]
  const main = style === 'panel' ? nothing : submitButton(step, view)
  return others.length === 0 && style !== 'table'
    ? main
    : html`<div class="buttons">${others}${main}</div>`
}

/** The button, and below it 必須情報: what is required, visible and still empty (operations.md §9.1). */
function sideView(step: Step | undefined, view: FormView) {
  const { locale } = view.state
  const t = formTexts(locale)
  const missing = missingFields(view)
  return html`<div class="side">
    ${submitButton(step, view)} ${stepViews.draftButton?.(view)}
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
