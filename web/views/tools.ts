import { html, nothing } from 'lit/html.js'
import { toolTexts } from '../texts/tools.ts'
import { lookFrom, LOOKS, type Look } from './look.ts'
import type { Page } from './page.ts'
import type { PortalPageBody } from './portal-bodies.ts'

/**
 * The toolbar over every page of a portal: each button is a submit button of a plain form, so that it works without script.
 * On narrow screens a link to the page with the same choices stands in its place.
 */
export function toolsView(page: Page) {
  const { portal, locale, path } = page
  if (!portal) return nothing
  const t = toolTexts(locale)
  const settings = `/${portal.id}/settings`
  return html`<div class="toolbar">
    <div class="bar">
      <a class="to-settings" href=${settings}>${t.settings}</a>
      <form class="tools" method="post" action=${`${settings}?back=${path}`}>
        ${namesOf(page).map((name) => groupView(name, page))}
      </form>
      <button class="tool speak" type="button" hidden data-stop=${t.stop}>${t.speak}</button>
    </div>
  </div>`
}

/** Furigana only where the portal has a list of readings. */
function namesOf({ portal }: Page): readonly (keyof Look)[] {
  return portal?.furigana ? ['size', 'colours', 'furigana'] : ['size', 'colours']
}

function groupView(name: keyof Look, page: Page) {
  const t = toolTexts(page.locale)
  const now = (page.look ?? lookFrom({}))[name]
  return html`<span class="group" role="group" aria-labelledby=${`tool-${name}`}
    ><span id=${`tool-${name}`}>${t.names[name]}</span>${LOOKS[name].map(
      (value) =>
        html`<button
          class=${`tool ${name}-${value}`}
          name=${name}
          value=${value}
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
