import { html, nothing, type TemplateResult } from 'lit/html.js'
import { cardTexts } from '../texts/cards.ts'
import { formTexts } from '../texts/form.ts'
import type { DeskLink } from './desk.ts'
import { inputId, type Page } from './page.ts'

/** One page that asks for a code: setting up an app, logging in, and before weighty deeds. Works without script. */
export type CodeBody = {
  readonly kind: 'code'
  readonly lead: readonly string[]
  readonly notice?: string
  /** What an app is to be set up with: a QR code, and the same to be typed. */
  readonly setUp?: {
    readonly qr: { readonly size: number; readonly path: string; readonly label: string }
    readonly secretLabel: string
    /** In groups of four. */
    readonly secret: string
    readonly then: string
  }
  readonly action: string
  /** What the page carries to the next one. */
  readonly hidden: readonly (readonly [name: string, value: string])[]
  /** Left out where only a card will do. */
  readonly field?: {
    readonly name: string
    readonly label: string
    readonly note: string
    readonly isNumeric: boolean
  }
  /** A card may be read: `name` posts the receipt, `api` is where its steps are asked. */
  readonly card?: {
    readonly name: string
    readonly title: string
    readonly lead: string
    readonly api: string
  }
  readonly error?: string
  readonly submit: string
  readonly links: readonly DeskLink[]
}

export function codeView(body: CodeBody, { title, locale }: Page): TemplateResult {
  const { field, error, setUp, card } = body
  const t = formTexts(locale)
  return html`${
      error
        ? html`<div class="summary" role="alert" id="error-summary">
            <h2 id="error-summary-title" tabindex="-1" autofocus>${t.summary}</h2>
            <ul>
              <li><a href=${`#${inputId((field ?? card)?.name ?? '')}`}>${error}</a></li>
            </ul>
          </div>`
        : nothing
    }
    <h1>${title}</h1>
    ${body.notice ? html`<p class="notice info" role="status">${body.notice}</p>` : nothing}
    ${body.lead.map((line) => html`<p>${line}</p>`)} ${setUp ? setUpView(setUp) : nothing}
    <form method="post" action=${body.action} class="narrow" novalidate>
      ${body.hidden.map(
        ([name, value]) => html`<input type="hidden" name=${name} value=${value} />`,
      )}
      ${field ? fieldView(field, error, t.required) : nothing}
      ${field ? html`<button class="button main">${body.submit}</button>` : nothing}
      ${card ? cardView(card, locale, field ? undefined : error) : nothing}
      ${field ? nothing : html`<button class="button main">${body.submit}</button>`}
    </form>
    ${
      body.links.length > 0
        ? html`<ul class="entries">
            ${body.links.map(({ text, href }) => html`<li><a class="plain" href=${href}>${text}</a></li>`)}
          </ul>`
        : nothing
    }`
}

function fieldView(
  field: NonNullable<CodeBody['field']>,
  error: string | undefined,
  required: string,
) {
  const id = inputId(field.name)
  return html`<div class=${error ? 'field wrong' : 'field'}>
    <label class="label" for=${id}>${field.label} <span class="need">${required}</span></label>
    <p class="support" id=${`${id}-note`}>${field.note}</p>
    ${error ? html`<p class="error" id=${`${id}-wrong`}>${error}</p>` : nothing}
    <input
      id=${id}
      class=${field.isNumeric ? 'input w10' : 'input'}
      name=${field.name}
      inputmode=${field.isNumeric ? 'numeric' : 'text'}
      autocomplete=${field.isNumeric ? 'one-time-code' : 'off'}
      autocapitalize=${field.isNumeric ? nothing : 'characters'}
      spellcheck="false"
      maxlength="20"
      required
      aria-describedby=${error ? `${id}-note ${id}-wrong` : `${id}-note`}
      aria-invalid=${error ? 'true' : nothing}
    />
  </div>`
}

/** Without script there is the title and what a card would do; `web/card.ts` brings the button. */
function cardView(
  card: NonNullable<CodeBody['card']>,
  locale: Page['locale'],
  error: string | undefined,
) {
  const id = inputId(card.name)
  return html`<section
    class=${error ? 'field by-card wrong' : 'field by-card'}
    aria-labelledby=${`${id}-title`}
  >
    <h2 class="subheading" id=${`${id}-title`}>${card.title}</h2>
    ${error ? html`<p class="error">${error}</p>` : nothing}
    <card-reading id=${id} tabindex="-1" data-api=${card.api} data-key="" data-goes-on>
      <input type="hidden" name=${card.name} value="" />
      <p class="support">${card.lead}</p>
      <p class="support no-script">${cardTexts(locale).needsScript}</p>
    </card-reading>
  </section>`
}

/** Four modules of white around it, as the standard asks; black on white whatever the colours of the page. */
function setUpView({ qr, secretLabel, secret, then }: NonNullable<CodeBody['setUp']>) {
  const box = `-4 -4 ${qr.size + 8} ${qr.size + 8}`
  return html`<svg class="qr" viewBox=${box} role="img" aria-label=${qr.label}>
      <rect x="-4" y="-4" width=${qr.size + 8} height=${qr.size + 8} fill="#fff" />
      <path d=${qr.path} fill="#000" shape-rendering="crispEdges" />
    </svg>
    <dl class="facts">
      <div>
        <dt>${secretLabel}</dt>
        <dd><code class="secret-key">${secret}</code></dd>
      </div>
    </dl>
    <p>${then}</p>`
}
