import { html, nothing, type TemplateResult } from 'lit/html.js'
import type { Field, FillOptions, Text, VerificationOptions } from '../../src/form/form.ts'
import { candidatesOf } from '../../src/form/press.ts'
import { say } from '../texts/form.ts'
import { moreTexts } from '../texts/more.ts'
import type { ControlContext } from './control-context.ts'
import { ACTION, inputId } from './page.ts'
import type { FormView } from './state.ts'

/** A button that asks a plugin and fills other fields (E15): nothing is judged, and typing goes on whatever comes back. */
export function fillView({ field, view }: ControlContext): TemplateResult {
  const said = saidOf(field, view)
  const isOpen = said?.tone === 'choose'
  return html`<div class="field press">
    ${pressButton(field, say(field.label, view.state.locale), view)}
    ${said ? html`<p class="support" id=${`${inputId(field.id)}-said`}>${said.text}</p>` : nothing}
    ${isOpen ? candidatesView(field, view) : nothing}
  </div>`
}

/** Several places for one code: each is a button; taking one moves nothing else. */
function candidatesView(field: Field, view: FormView) {
  return html`<ul class="candidates" aria-labelledby=${`${inputId(field.id)}-said`}>
    ${candidatesOf(view.evaluation.lookups[field.id]).map(
      ({ label }, index) =>
        html`<li>
          <button
            class="button quiet small"
            name=${ACTION}
            value=${`press:${field.id}.${index}`}
            data-do="press"
            data-field=${field.id}
            data-index=${index}
          >
            ${label}
          </button>
        </li>`,
    )}
  </ul>`
}

/** A button that has the server compare (E11). A right answer is marked; what is wrong is said with what to do next. */
export function verificationView({ field, view, describedBy }: ControlContext): TemplateResult {
  const { button } = field.options as unknown as { readonly button?: Text }
  const result = saidOf(field, view)
  // The issue above may say the same already.
  const isSaid = view.issues.some((one) => one.field === field.id && one.text === result?.text)
  const said = isSaid ? undefined : result
  const id = `${inputId(field.id)}-said`
  const ids = [typeof describedBy === 'string' ? describedBy : '', said ? id : '']
  return html`<div class="press">
    ${pressButton(field, say(button ?? field.label, view.state.locale), view, ids.join(' ').trim())}
    ${said ? html`<p class=${CLASSES[said.tone]} id=${id}>${said.text}</p>` : nothing}
  </div>`
}

const CLASSES = { right: 'confirmed', wrong: 'error', plain: 'support', choose: 'support' } as const

function pressButton(field: Field, text: string, view: FormView, describedBy = '') {
  return html`<button
    class="button quiet"
    id=${inputId(field.id)}
    name=${ACTION}
    value=${`press:${field.id}`}
    formaction=${`${view.state.action}#${inputId(field.id)}`}
    data-do="press"
    data-field=${field.id}
    aria-describedby=${describedBy || nothing}
    aria-busy=${view.pressed[field.id] === 'asking' ? 'true' : 'false'}
  >
    ${text}
  </button>`
}

export type PressSaid = {
  readonly tone: 'plain' | 'choose' | 'right' | 'wrong'
  readonly text: string
}

/** What stands below the button, and is said once when it comes. */
export function saidOf(field: Field, view: FormView): PressSaid | undefined {
  const { locale } = view.state
  const { needs } = field.options as unknown as FillOptions
  const state = view.pressed[field.id]
  const t = moreTexts(locale)
  const plain = (text: string): PressSaid => ({ tone: 'plain', text })
  if (state === 'asking') return plain(t.asking)
  const isReady = view.evaluation.pressable.some((one) => one.field.id === field.id)
  if (!isReady) return state === 'needs' ? plain(say(needs, locale)) : undefined
  const result = view.evaluation.lookups[field.id]
  switch (result?.status) {
    case undefined:
    case 'elsewhere':
      return undefined
    case 'missing':
      return {
        tone: field.type === 'verification' ? 'wrong' : 'plain',
        text: say(missingText(field), locale),
      }
    case 'unavailable':
      return plain(
        result.retryAfterMs > 0 ? t.later(Math.ceil(result.retryAfterMs / 1000)) : t.unreachable,
      )
    case 'blocked':
      return { tone: 'wrong', text: blockedText(field, result.forMs, view) }
    case 'found': {
      if (field.type === 'verification') return { tone: 'right', text: t.confirmed }
      const candidates = candidatesOf(result)
      const taken = typeof state === 'number' ? candidates[state] : undefined
      return taken
        ? plain(t.filled(taken.label))
        : { tone: 'choose', text: t.choose(candidates.length) }
    }
  }
}

function missingText(field: Field): Text {
  const { notFound } = field.options as unknown as FillOptions
  const { wrong } = field.options as unknown as VerificationOptions
  return notFound ?? wrong
}

function blockedText(field: Field, forMs: number, view: FormView): string {
  const { locale } = view.state
  const { blocked } = field.options as unknown as VerificationOptions
  const hours = Math.max(1, Math.ceil(forMs / HOUR_MS))
  return blocked
    ? say(blocked, locale).replaceAll('{hours}', String(hours))
    : moreTexts(locale).blocked(hours)
}
const HOUR_MS = 3_600_000
