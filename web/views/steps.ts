import { html, nothing } from 'lit/html.js'
import { typeOf } from '../../src/form/evaluate.ts'
import type { Field, Locale } from '../../src/form/form.ts'
import { dateWords } from '../../src/form/formats.ts'
import { baseId, fieldsOnScreen, stepAt, type Step } from '../../src/form/screens.ts'
import { formTexts, say } from '../texts/form.ts'
import { stepTexts } from '../texts/steps.ts'
import { hrefOf } from './links.ts'
import { ACTION, SCREEN, stepHref } from './page.ts'
import { fullLabel, type FormView } from './state.ts'

/**
 * What forms of several screens, tables and read-only blocks have beside others. Only pages of such forms are sent it:
 * elsewhere the build puts an empty record in its place (see `build.ts`), so every use asks whether it is there.
 */
export const stepViews: Partial<{
  /** Where in a form of several screens the page is. */
  stepOf(view: FormView): Step | undefined
  /** Whether a field, or a part of a row, stands on the present screen. */
  isHere(view: Pick<FormView, 'state'>, screen: string, fieldId: string): boolean
  headingView(step: Step, view: FormView): unknown
  carriedView(step: Step, view: FormView): unknown
  factsView(fields: readonly Field[], view: FormView): unknown
  buttonsView(step: Step | undefined, view: FormView): readonly unknown[]
  nextText(step: Step, locale: Locale): string
  /** 一時保存, and what became of it. */
  draftButton(view: FormView): unknown
  draftView(view: FormView): unknown
  draftText(view: FormView): string
  /** Title of the error banner and words of a consent, in a table. */
  tableTexts(locale: Locale): { readonly summary: string; readonly agree: string }
}> = {
  stepOf: ({ state, evaluation }) => stepAt(state.form, evaluation, state.screen),
  isHere: ({ state }, screen, fieldId) => fieldsOnScreen(state.form, screen).has(baseId(fieldId)),
  headingView,
  carriedView,
  factsView,
  buttonsView,
  draftButton,
  draftView,
  draftText,
  nextText: ({ screen }, locale) =>
    screen.next ? say(screen.next, locale) : stepTexts(locale).next,
  tableTexts: stepTexts,
}

/** Which form, how far, which screen: title and progress as text (A23). */
function headingView({ screen, number, total }: Step, { state }: FormView) {
  const { form, locale } = state
  return html`<p class="progress">
      ${say(form.title, locale)} <span>${stepTexts(locale).progress(number, total)}</span>
    </p>
    <h1>${say(screen.title, locale)}</h1>`
}

/** What was typed on the other screens goes along, whatever becomes of what the server keeps. */
function carriedView({ screen }: Step, { state }: FormView) {
  const here = fieldsOnScreen(state.form, screen.id)
  const others = Object.entries(state.raw).filter(([name]) => !here.has(baseId(name)))
  return [[SCREEN, [screen.id]] as const, ...others].flatMap(([name, values]) =>
    values.map((value) => html`<input type="hidden" name=${name} value=${value} />`),
  )
}

/** What is known of the facility and the applicant: read, never filled in or posted (E4). */
function factsView(fields: readonly Field[], { state, evaluation }: FormView) {
  const { locale } = state
  return html`<dl class="lines">
    ${fields.map((field) => {
      const value = evaluation.answers[field.id]
      const text = value === undefined ? undefined : typeOf(field).show(value, field, locale)
      return html`<div>
        <dt>${fullLabel(field, locale)}</dt>
        <dd>${text ?? formTexts(locale).empty}</dd>
      </div>`
    })}
  </dl>`
}

/** Beside the button that goes on: back, and reset. */
function buttonsView(step: Step | undefined, { state }: FormView) {
  const { form, locale } = state
  const t = stepTexts(locale)
  const { screen, isFirst = true } = step ?? {}
  const out = form.back
    ? html`<a class="button quiet" href=${hrefOf(form.back.href, form.portal)}
        >${say(form.back.label, locale)}</a
      >`
    : nothing
  const back = html`<button class="button quiet" name=${ACTION} value="back">
    ${screen?.back ? say(screen.back, locale) : t.back}
  </button>`
  const reset = html`<button class="button quiet" name=${ACTION} value="reset">${t.reset}</button>`
  return [isFirst ? out : back, form.reset ? reset : nothing].filter((view) => view !== nothing)
}

/** Saves what was typed; the script does it by itself meanwhile. */
function draftButton({ draft, state, isBusy }: FormView) {
  if (!draft) return nothing
  return html`<button class="button quiet save" name=${ACTION} value="save" ?disabled=${isBusy}>
    ${stepTexts(state.locale).save}
  </button>`
}

/** What became of the draft, and what to do where that is not enough. */
function draftView({ draft, state }: FormView) {
  if (draft?.said === undefined) return nothing
  const { locale, action, key } = state
  const t = stepTexts(locale)
  const isWell = draft.said === 'saved' || draft.said === 'resumed'
  return html`<p class=${isWell ? 'notice info draft' : 'notice warning draft'}>
    ${draftText({ draft, state })}
    ${
      draft.said === 'stale'
        ? html`<a href=${stepHref({ action, key })}>${t.openSaved}</a>`
        : nothing
    }
  </p>`
}

function draftText({ draft, state }: Pick<FormView, 'draft' | 'state'>): string {
  if (draft?.said === undefined) return ''
  const { locale } = state
  const time = draft.savedAt === undefined ? '' : timeIn(draft.savedAt, locale)
  return stepTexts(locale).draft[draft.said](time)
}

function timeIn(at: string, locale: Locale): string {
  return dateWords(new Date(at), locale, { dateStyle: 'medium', timeStyle: 'short' })
}
