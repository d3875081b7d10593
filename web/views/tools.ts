import { html, nothing } from 'lit/html.js'
import { toolTexts } from '../texts/tools.ts'
import { lookFrom, LOOKS, type Look } from './look.ts'
import { ACTION, FORM_IDS, LOOK, type Page } from './page.ts'
import type { PortalPageBody } from './portal-bodies.ts'

/**
 * The toolbar over every page of a portal: each button is a submit button of a plain form, so that it works without script.
 * On a page with a form it is that form which they send, and which comes back as it was.
 * On narrow screens a link to the page with the same choices stands in its place.
 */
export function toolsView(page: Page) {
  const { portal, locale, path, body } = page
  if (!portal) return nothing
  const t = toolTexts(locale)
  const settings = `/${portal.id}/settings`
  const form = formIdOf(page)
  const groups = namesOf(page).map((name) => groupView(name, page, form))
  return html`<div class="toolbar">
    <div class="bar">
      <a class="to-settings" href=${settings}>${t.settings}</a>
      ${
        form === undefined
          ? html`<form class="tools" method="post" action=${`${settings}?back=${path}`}>
              ${groups}
            </form>`
          : html`<div class="tools" data-action=${settings}>
              ${defaultView(body, form)}${groups}
            </div>`
      }
      <button class="tool speak" type="button" hidden data-stop=${t.stop}>${t.speak}</button>
    </div>
  </div>`
}

/** Furigana only where the portal has a list of readings. */
function namesOf({ portal }: Page): readonly (keyof Look)[] {
  return portal?.furigana ? ['size', 'colours', 'furigana'] : ['size', 'colours']
}

function formIdOf({ body }: Page): string | undefined {
  return body.kind === 'form' ? FORM_IDS[body.state.mode] : undefined
}

function modeOf({ body }: Page): string {
  return body.kind === 'form' ? body.state.mode : ''
}

/** The first button of a form is the one that Enter presses, wherever in the page it stands. */
function defaultView(body: Page['body'], form: string) {
  if (body.kind !== 'form' || body.state.mode !== 'edit') return nothing
  return html`<button
    class="vh default"
    form=${form}
    name=${ACTION}
    value="check"
    tabindex="-1"
    aria-hidden="true"
  ></button>`
}

function groupView(name: keyof Look, page: Page, form: string | undefined) {
  const t = toolTexts(page.locale)
  const now = (page.look ?? lookFrom({}))[name]
  return html`<span class="group" role="group" aria-labelledby=${`tool-${name}`}
    ><span id=${`tool-${name}`}>${t.names[name]}</span>${LOOKS[name].map(
      (value) =>
        html`<button
          class=${`tool ${name}-${value}`}
          form=${form ?? nothing}
          name=${form === undefined ? name : LOOK}
          value=${form === undefined ? value : `${name}.${value}.${modeOf(page)}`}
          data-name=${name}
          data-value=${value}
          aria-pressed=${value === now}
        >
          ${t.choices[value]}
        </button>`,
    )}</span
  >`
}

/** The same choices as a page, with room to explain them. */
export function settingsView(_body: Extract<PortalPageBody, { kind: 'settings' }>, page: Page) {
  const t = toolTexts(page.locale)
  const now = page.look ?? lookFrom({})
  return html`<h1>${page.title}</h1>
    <p>${t.lead}</p>
    <form method="post" action=${page.path} class="settings">
      ${namesOf(page).map(
        (name) =>
          html`<fieldset>
            <legend>${t.names[name]}</legend>
            ${LOOKS[name].map(
              (value) =>
                html`<label class="choice"
                  ><input
                    type="radio"
                    name=${name}
                    value=${value}
                    ?checked=${value === now[name]}
                  />
                  <span class="word">${t.choices[value]}</span
                  ><span class="about">${t.about[value] ?? ''}</span></label
                >`,
            )}
          </fieldset>`,
      )}
      <div class="buttons"><button class="button">${t.apply}</button></div>
    </form>`
}
