import { html, nothing } from 'lit/html.js'
import { portalTexts } from '../texts/portal.ts'
import type { Page } from './page.ts'
import type { Excerpt, PortalPageBody } from './portal-bodies.ts'

/** Longest question that is looked for. */
const QUERY_MAX = 100

/** The search field of the header and of the page with what was found; `id` tells the two apart. */
export function searchForm(id: string, query: string, page: Page) {
  const t = portalTexts(page.locale)
  return html`<form
    class="site-search"
    role="search"
    method="get"
    action=${`/${page.portal?.id ?? ''}/search`}
  >
    <label class="vh" for=${id}>${t.search}</label>
    <input
      class="input"
      type="search"
      id=${id}
      name="q"
      maxlength=${QUERY_MAX}
      value=${query}
      autocomplete="off"
    />
    <button class="button quiet">${t.searchButton}</button>
  </form>`
}

export function searchView(
  { query, results }: Extract<PortalPageBody, { kind: 'search' }>,
  page: Page,
) {
  const t = portalTexts(page.locale)
  return html`<h1>${page.title}</h1>
    ${searchForm('search-again', query, page)}
    ${
      query === ''
        ? html`<p>${t.searchLead}</p>`
        : results.length === 0
          ? nothingFound(page)
          : html`<p>${t.found(results.length)}</p>
              <ol class="results">
                ${results.map(
                  ({ kind, title, excerpt, href }) =>
                    html`<li>
                      <a href=${href}>${markedView(title)}</a>
                      <span class="kind">${t.resultKind[kind]}</span>
                      ${excerpt.join('') === '' ? nothing : html`<p>${markedView(excerpt)}</p>`}
                    </li>`,
                )}
              </ol>`
    }`
}

function markedView(pieces: Excerpt) {
  return pieces.map((piece, index) => (index % 2 === 1 ? html`<mark>${piece}</mark>` : piece))
}

/** What else one can do. */
function nothingFound({ portal, account, locale }: Page) {
  const t = portalTexts(locale)
  const base = `/${portal?.id ?? ''}`
  return html`<p>${t.notFound}</p>
    <ul>
      ${t.notFoundAdvice.map((line) => html`<li>${line}</li>`)}
    </ul>
    <p class="buttons">
      <a class="button quiet" href=${`${base}/faq`}>${t.allQuestions}</a>
      ${account ? nothing : html`<a class="button quiet" href=${`${base}/login`}>${t.loginToFind}</a>`}
    </p>`
}
