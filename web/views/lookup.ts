import { html, nothing } from 'lit/html.js'
import { holds } from '../../src/form/condition.ts'
import { resolveRef } from '../../src/form/expression.ts'
import type { Field, LookupOptions, Said } from '../../src/form/form.ts'
import { formTexts, say } from '../texts/form.ts'
import { balloonView } from './balloon.ts'
import { linkView } from './links.ts'
import { inputId } from './page.ts'
import type { FormView } from './state.ts'

/** A lookup is read-only lines, and below them what the lookup has to say: known early, judged only at the button. */
export function lookupLines(field: Field, view: FormView) {
  const options = field.options as unknown as LookupOptions
  const { locale, form } = view.state
  const t = formTexts(locale)
  const said = lookupSaying(field, view)
  return html`${options.show.map((line) => {
    const id = `${inputId(field.id)}-${line.property}`
    const value = resolveRef(`${field.id}.${line.property}`, {
      answers: view.evaluation.answers,
      facts: {},
    })
    return html`<div class="field">
      <span class="label" id=${`${id}-label`}>${say(line.label, locale)}</span>
      ${line.help ? balloonView(line.help, say(line.label, locale), view) : nothing}
      <output class="output" id=${id} aria-live="off" aria-labelledby=${`${id}-label`}
        >${typeof value === 'string' && value !== '' ? value : t.empty}</output
      >
    </div>`
  })}
  ${
    said
      ? html`<div class="notice info">
          <p>
            <strong class="tag">${t.info}</strong>${say(said.text, locale)}${said.links.map(
              (link) => html` ${linkView(link, form.portal, locale)}`,
            )}
          </p>
        </div>`
      : nothing
  }`
}

/** What the present result says beside its lines: not found, found elsewhere, refused, not to be had now. */
export function lookupSaying(field: Field, view: FormView): Said | undefined {
  const options = field.options as unknown as LookupOptions
  const result = view.evaluation.lookups[field.id]
  if (!result) return undefined
  if (result.status === 'missing') return { text: options.notFound, links: [] }
  if (result.status === 'elsewhere') return options.elsewhere[result.index]?.say
  if (result.status === 'unavailable') {
    const seconds = Math.max(1, Math.ceil(result.retryAfterMs / 1000))
    return {
      text: { ja: formTexts('ja').unavailable(seconds), en: formTexts('en').unavailable(seconds) },
      links: [],
    }
  }
  const scope = { answers: view.evaluation.answers, facts: view.state.facts }
  return options.refuse.find((refusal) => holds(refusal.when, scope))?.say
}

/** One sentence for the live region when a result has come: its lines, or what it says instead. */
export function lookupAnnouncement(field: Field, view: FormView): string {
  const { locale } = view.state
  const options = field.options as unknown as LookupOptions
  const said = lookupSaying(field, view)
  if (said) return say(said.text, locale)
  return options.show
    .flatMap((line) => {
      const value = resolveRef(`${field.id}.${line.property}`, {
        answers: view.evaluation.answers,
        facts: {},
      })
      return typeof value === 'string' && value !== ''
        ? [`${say(line.label, locale)}${formTexts(locale).separator}${value}`]
        : []
    })
    .join(locale === 'en' ? ', ' : '、')
}
