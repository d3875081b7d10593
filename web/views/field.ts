import { guard } from 'lit/directives/guard.js'
import { html, nothing, type TemplateResult } from 'lit/html.js'
import { typeOf } from '../../src/form/evaluate.ts'
import { isSecret } from '../../src/form/fields/index.ts'
import type { Field } from '../../src/form/form.ts'
import { baseId } from '../../src/form/screens.ts'
import { formTexts, say } from '../texts/form.ts'
import { balloonView } from './balloon.ts'
import type { ControlContext } from './control-context.ts'
import { controlView, documentsView, isGroup } from './controls.ts'
import { linkView } from './links.ts'
import { ACTION, inputId } from './page.ts'
import { readView } from './ruby.ts'
import { fieldKey, fullLabel, type FormView, type WordedIssue } from './state.ts'

/**
 * One field: label, 必須 or 任意, note, example, balloon, error, input, in this order, everything bound to the input. Most
 * depend on little, and are drawn anew only when something of that has changed: a page may have hundreds.
 */
export function fieldView(field: Field, view: FormView): unknown {
  const closed = view.state.correction?.closed[field.id]
  if (closed !== undefined) return closedView(field, closed, view)
  const issue = view.issues.find((candidate) => candidate.field === field.id)
  if (!isOfItself(field)) return drawField(field, issue, view)
  const { state, revealed } = view
  const seen = [issue, state, revealed.includes(field.id), ...dependenciesOf(field, view)]
  return guard(seen, () => drawField(field, issue, view))
}

/** What such a field draws beside what is wrong and what is revealed: the same list as long as it looks the same. */
export function dependenciesOf(field: Field, view: FormView): readonly unknown[] {
  const { state, evaluation, initial } = view
  const isRequired = evaluation.required.has(field.id)
  return [field, isRequired, isHelped(field, view), initial[fieldKey(state.form, field)]]
}

/** Whether a field draws nothing of other fields, of values or of what the server is asked. */
export function isOfItself(field: Field): boolean {
  return OF_ITSELF.has(typeOf(field).control)
}

/** Whether a field shows something that only a running script can do: closing help, revealing, no round trips. */
function isHelped(field: Field, { isLive, state }: FormView): boolean {
  const { control } = typeOf(field)
  return isLive && (!!field.help || control === 'password' || field.id === state.form.place)
}

const OF_ITSELF: ReadonlySet<string> = new Set([
  ...['input', 'unit-input', 'text-area', 'password', 'radio', 'checkboxes', 'select', 'combobox'],
  ...['consent', 'heading', 'note'],
])

function drawField(field: Field, issue: WordedIssue | undefined, view: FormView): TemplateResult {
  const type = typeOf(field)
  const isWrong = issue !== undefined && type.isInput
  const context: ControlContext = {
    field,
    view,
    describedBy: describedBy(field, view, isWrong),
    isWrong,
  }
  if (type.control === 'lookup')
    return html`<div class="field lookup">
      ${refreshButton(view)}${controlView(context, fieldView)}
    </div>`
  if (BARE.has(type.control)) return controlView(context, fieldView)
  // A list of its own: the control keeps its place, and with it what is typed, while an error comes and goes.
  const texts = [...textsOf(field, view), ...(isWrong ? [wrongView(issue, view)] : [])]
  const control = () => controlView(context, fieldView)
  const classes = isWrong ? 'field wrong' : 'field'
  if (isGroup(field))
    return html`<fieldset
      class=${classes}
      id=${type.control === 'rows' ? inputId(field.id) : nothing}
      tabindex=${type.control === 'rows' ? '-1' : nothing}
      aria-describedby=${context.describedBy}
    >
      <legend class="label">${labelText(field, view)}</legend>
      ${texts}${[control(), ...(field.id === view.state.form.place ? [refreshButton(view)] : [])]}
    </fieldset>`
  if (type.control === 'consent') {
    const consent = html`${documentsView(field, view)}${texts}${
      isGivenByButton(field, view) ? html`<p>${say(field.label, view.state.locale)}</p>` : control()
    }`
    return view.state.form.style === 'table' && !isGivenByButton(field, view)
      ? html`<fieldset class=${classes}>
          <legend class="label">${labelText(field, view)}</legend>
          ${consent}
        </fieldset>`
      : html`<div class=${classes}>${consent}</div>`
  }
  if (!type.isInput)
    return html`<div class="field">
      <span class="label" id=${`${inputId(field.id)}-label`}>${labelText(field, view)}</span>
      ${texts}${control()}
    </div>`
  return html`<div class=${classes}>
    <label class="label" for=${inputId(field.id)}>${labelText(field, view)}</label>
    ${texts}${[control(), ...afterOf(field, view)]}
  </div>`
}

/** Controls that say themselves what they are. */
const BARE: ReadonlySet<string> = new Set(['heading', 'note', 'fill'])

/** The button of the screen says that one agrees. */
function isGivenByButton({ id }: Field, { state }: FormView): boolean {
  return state.form.screens?.some(({ agree }) => agree === id) ?? false
}

function labelText(field: Field, view: FormView) {
  const { locale } = view.state
  const t = formTexts(locale)
  const isRequired = view.evaluation.required.has(field.id)
  const label = readView(field.label, view.state)
  const [before, after] = locale === 'en' ? [' (', ')'] : ['（', '）']
  const hint =
    field.hint &&
    html`<span class="hint">${before}${readView(field.hint, view.state)}${after}</span>`
  if (!typeOf(field).isInput) return hint ? html`${label}${hint}` : label
  const [words, classes] = isRequired ? [t.required, 'need'] : [t.optional, 'need optional']
  return hint
    ? html`${label}${hint} <span class=${classes}>${words}</span>`
    : html`${label} <span class=${classes}>${words}</span>`
}

/** What stays as it was filed: read, and posted along for what depends on it. */
function closedView(field: Field, text: string, { state }: FormView) {
  if (text === '') return html``
  const own = Object.entries(state.raw).filter(([name]) => baseId(name) === field.id)
  return html`<dl class="field closed">
    <dt>${fullLabel(field, state.locale)}</dt>
    <dd>
      ${text}${own.flatMap(([name, values]) =>
        values.map((value) => html`<input type="hidden" name=${name} value=${value} />`),
      )}
    </dd>
  </dl>`
}

/**
 * Between label and input: never inside it, where it would vanish with the first character (A13). Only what there is: an empty
 * place costs three nodes, and a large form has thousands of them.
 */
function textsOf(field: Field, view: FormView): readonly TemplateResult[] {
  const { locale, kept } = view.state
  const t = formTexts(locale)
  const id = inputId(field.id)
  const texts: TemplateResult[] = []
  if (field.note)
    texts.push(html`<p class="support" id=${`${id}-note`}>${readView(field.note, view.state)}</p>`)
  if (field.example)
    texts.push(
      html`<p class="support" id=${`${id}-example`}>${t.example}${say(field.example, locale)}</p>`,
    )
  if (kept[field.id]) texts.push(html`<p class="support" id=${`${id}-kept`}>${t.kept}</p>`)
  if (field.help && !isSecret(view.state.form, field))
    texts.push(balloonView(field.help, say(field.label, locale), view))
  return texts
}

/** The policy of a password opens below its input while typing, where it moves nothing that is being used. */
function afterOf(field: Field, view: FormView): readonly TemplateResult[] {
  return field.help && isSecret(view.state.form, field)
    ? [balloonView(field.help, say(field.label, view.state.locale), view)]
    : []
}

function wrongView(issue: WordedIssue, view: FormView) {
  const { form, locale } = view.state
  return html`<p class="error" id=${`${inputId(issue.field)}-wrong`}>
    ${issue.text}${issue.links.map((link) => html` ${linkView(link, form.portal, locale)}`)}
  </p>`
}

function describedBy(
  field: Field,
  view: FormView,
  isWrong: boolean,
): ControlContext['describedBy'] {
  const ids = [
    field.note && 'note',
    field.example && 'example',
    view.state.kept[field.id] && 'kept',
    isWrong && 'wrong',
  ].filter((part) => typeof part === 'string')
  return ids.length > 0 ? ids.map((part) => `${inputId(field.id)}-${part}`).join(' ') : nothing
}

/** A round trip for those without script: what depends on a choice or a number can only be drawn by the server then. */
function refreshButton(view: FormView) {
  if (view.isLive) return nothing
  const t = formTexts(view.state.locale)
  return html`<div class="no-script">
    <p class="support">${t.refreshNote}</p>
    <button class="button quiet" name=${ACTION} value="refresh">${t.refresh}</button>
  </div>`
}
