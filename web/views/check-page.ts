import { html, nothing } from 'lit/html.js'
import { drawnFields, typeOf } from '../../src/form/evaluate.ts'
import { resolveRef } from '../../src/form/expression.ts'
import { isSecret } from '../../src/form/fields/index.ts'
import type { Field, LookupOptions, Section } from '../../src/form/form.ts'
import { baseId, CHECK_STEP, stepAt, shownScreens } from '../../src/form/screens.ts'
import { formTexts, say } from '../texts/form.ts'
import { laterTexts } from '../texts/later.ts'
import { stepTexts } from '../texts/steps.ts'
import { pageTexts } from '../texts/page.ts'
import { linesView, rowLines } from './confirm.ts'
import { ACTION, FORM, FORM_IDS, KEY, SCREEN, sealedInputs, stepHref } from './page.ts'
import type { ConfirmedLine, FormView } from './state.ts'
import { stepViews } from './steps.ts'

/** Pages of the server alone, between the form and its filing; without a line of script. */

/** Every answer, each with a way to change it (A26); for a form with a dialog, its lines. */
export function confirmPage(view: FormView) {
  const { form, locale } = view.state
  const t = laterTexts(locale)
  const { confirm } = form
  const isPage = confirm?.as === 'page'
  return html`${progressView(view)}
    <h1>${confirm ? say(confirm.title, locale) : t.confirmTitle}</h1>
    <p>${confirm ? say(confirm.lead, locale) : ''}</p>
    ${isPage ? view.evaluation.sections.map((section) => sectionLines(section, view)) : linesView(view)}
    ${buttonsView(view, [
      {
        value: 'edit',
        text: confirm?.back
          ? say(confirm.back, locale)
          : isPage
            ? pageTexts(locale).edit
            : t.cancel,
      },
      { value: 'submit', text: confirm?.submit ? say(confirm.submit, locale) : t.ok },
    ])}`
}

/** The question of a screen, for a browser without script. */
export function askPage(view: FormView) {
  const { locale } = view.state
  const t = laterTexts(locale)
  const ask = stepViews.stepOf?.(view)?.screen.ask
  return html`<h1>${ask ? say(ask.title, locale) : t.confirmTitle}</h1>
    <p>${ask ? say(ask.lead, locale) : ''}</p>
    ${buttonsView(view, [
      { value: 'edit', text: t.cancel },
      { value: 'asked', text: t.ok },
    ])}`
}

function progressView({ state, evaluation }: FormView) {
  const { form, locale } = state
  if (!form.screens || form.confirm?.as !== 'page') return nothing
  const last = stepAt(form, evaluation, shownScreens(form, evaluation).at(-1)?.id)
  return html`<p class="progress">
    ${say(form.title, locale)}
    <span>${last ? stepTexts(locale).progress(last.total, last.total) : nothing}</span>
  </p>`
}

function sectionLines(
  shown: { readonly id: string; readonly fields: readonly Field[] },
  view: FormView,
) {
  const { variant } = view.evaluation
  const section = variant.sections.find(({ id }) => id === shown.id) as Section
  const lines = shown.fields.flatMap((field) => linesOf(field, view))
  if (lines.length === 0) return nothing
  return html`<section class="section">
    ${section.title ? html`<h2>${say(section.title, view.state.locale)}</h2>` : nothing}
    <dl class="lines">
      ${lines.map(
        (line) =>
          html`<div>
            <dt>${line.label}<span class="vh">${formTexts(view.state.locale).separator}</span></dt>
            <dd>
              ${line.value}
              ${line.field === undefined ? nothing : changeView(line.field, line.label, view)}
            </dd>
          </div>`,
      )}
    </dl>
  </section>`
}

/** What is only drawn says nothing; a confirmation repeats another answer; secrets are masked. */
function linesOf(field: Field, view: FormView): readonly ConfirmedLine[] {
  const { state, evaluation } = view
  const { locale, form } = state
  const type = typeOf(field)
  if (type.control === 'heading' || type.control === 'note' || type.pair) return []
  const rows = evaluation.rows[field.id]
  const filled = rows?.flatMap((row) => (row.answers ? rowLines(row, locale) : []))
  if (filled && filled.length > 0) return filled
  const value = evaluation.answers[field.id]
  const isTyped = value !== undefined || state.kept[field.id] !== undefined
  if (!type.isInput && value === undefined) return []
  if (type.control === 'lookup') return lookedUpLines(field, view)
  const text = !isTyped
    ? formTexts(locale).empty
    : isSecret(form, field)
      ? pageTexts(locale).masked
      : type.show(value ?? '', field, locale)
  return [
    { label: say(field.label, locale), value: text, ...(type.isInput && { field: field.id }) },
  ]
}

function lookedUpLines(field: Field, { state, evaluation }: FormView): readonly ConfirmedLine[] {
  const { show } = field.options as unknown as LookupOptions
  return show.flatMap(({ property, label }) => {
    const value = resolveRef(`${field.id}.${property}`, evaluation)
    return typeof value === 'string' && value !== ''
      ? [{ label: say(label, state.locale), value }]
      : []
  })
}

/** Individually named; an address while the server keeps what was typed, otherwise a button that carries it. */
function changeView(fieldId: string, label: string, view: FormView) {
  const { state, evaluation } = view
  const words = html`${pageTexts(state.locale).change}<span class="vh"
      >${formTexts(state.locale).separator}${label}</span
    >`
  const section = evaluation.sections.find(({ fields }) =>
    fields.some(({ id }) => id === baseId(fieldId)),
  )
  const step = evaluation.variant.sections.find(({ id }) => id === section?.id)?.screen
  return state.version === undefined
    ? html`<button
        class="change"
        form=${FORM_IDS.confirm}
        name=${ACTION}
        value=${`change:${fieldId}`}
      >
        ${words}
      </button>`
    : html`<a class="change" href=${stepHref(state, { step, change: fieldId })}>${words}</a>`
}

/** Everything typed travels in hidden inputs; the last button goes on. */
function buttonsView(
  view: FormView,
  buttons: readonly { readonly value: string; readonly text: string }[],
) {
  const { form, action, key, edition, raw, mode, screen } = view.state
  const inputs = drawnFields(view.evaluation)
    .filter((field) => typeOf(field).isInput && !isSecret(form, field))
    .flatMap((field) => (raw[field.id] ?? []).map((value) => [field.id, value] as const))
  const at = mode === 'confirm' && form.confirm?.as === 'page' ? CHECK_STEP : screen
  return html`<form method="post" action=${action} id=${FORM_IDS.confirm}>
    <input type="hidden" name=${KEY} value=${key} />
    ${edition === undefined ? nothing : html`<input type="hidden" name=${FORM} value=${edition} />`}
    ${at === undefined ? nothing : html`<input type="hidden" name=${SCREEN} value=${at} />`}
    ${inputs.map(([name, value]) => html`<input type="hidden" name=${name} value=${value} />`)}
    ${sealedInputs(view.state).map(
      ([name, value]) => html`<input type="hidden" name=${name} value=${value} />`,
    )}
    <div class="buttons">
      ${buttons.map(
        ({ value, text }, index) =>
          html`<button
            class=${index === buttons.length - 1 ? 'button' : 'button quiet'}
            name=${ACTION}
            value=${value}
          >
            ${text}
          </button>`,
      )}
    </div>
  </form>`
}
