import { html, nothing } from 'lit/html.js'
import { say } from '../texts/form.ts'
import { pageTexts } from '../texts/page.ts'
import { linkView } from './links.ts'
import type { Link } from '../../src/form/form.ts'
import type { Page } from './page.ts'
import { contactList } from './portal-pages.ts'
import { searchForm } from './search.ts'
import { toolsView } from './tools.ts'

/** Skip link, title of the portal, menu. Help stands in the same place on every page (A40). */
export function headerView(page: Page) {
  const t = pageTexts(page.locale)
  const home = page.portal ? `/${page.portal.id}/` : '/'
  const title = page.portal ? say(page.portal.title, page.locale) : t.product
  return html`<a class="skip" href="#main">${t.skip}</a>
    <header class="header">
      ${toolsView(page)}
      <div class="bar">
        <a class="home" href=${home}>${title}</a>
        <nav aria-label=${t.menu}>${menuView(page)}</nav>
        ${page.portal && page.body.kind !== 'search' ? searchForm('site-search', '', page) : nothing}
      </div>
    </header>
    ${crumbsView(page)}`
}

/** Where this page is in the portal; the page itself is no link. */
function crumbsView({ crumbs = [], locale }: Page) {
  if (crumbs.length === 0) return nothing
  return html`<nav class="bar crumbs" aria-label=${pageTexts(locale).crumbs}>
    <ol>
      ${crumbs.map(
        ({ label, href }) =>
          html`<li>
            ${
              href === undefined
                ? html`<span aria-current="page">${label}</span>`
                : html`<a href=${href}>${label}</a>`
            }
          </li>`,
      )}
    </ol>
  </nav>`
}

function menuView(page: Page) {
  const t = pageTexts(page.locale)
  const { portal, account } = page
  if (account) {
    const base = portal ? `/${portal.id}` : '/admin'
    return html`${portal ? entriesView(portal.menu.account, page) : nothing}
      <details class="menu">
        <summary>${account.name}<span class="vh">${t.userMenu}</span></summary>
        <ul>
          ${portal ? html`<li><a href=${`${base}/profile`}>${t.profile}</a></li>` : nothing}
          <li>
            <form method="post" action=${`${base}/logout`}><button>${t.logout}</button></form>
          </li>
        </ul>
      </details>`
  }
  if (!portal) return nothing
  return entriesView(
    portal.menu.visitor,
    page,
    html`<li><a href=${`/${portal.id}/login`}>${t.login}</a></li>`,
  )
}

function entriesView(links: readonly Link[], page: Page, last: unknown = nothing) {
  return html`<ul class="entries">
    ${links.map((link) => html`<li>${linkView(link, page.portal?.id ?? '', page.locale)}</li>`)}${last}
  </ul>`
}

/** Contact, hours, links, operator (operations.md §8.5). */
export function footerView(page: Page) {
  const { portal, locale } = page
  if (!portal) return nothing
  const t = pageTexts(locale)
  const { operator } = portal
  return html`<footer class="footer">
    <div class="bar">
      <section aria-labelledby="contact-title">
        <h2 id="contact-title">${t.contact}</h2>
        ${contactList({ office: page.office }, page)}
      </section>
      ${
        portal.footer.length === 0
          ? nothing
          : html`<section aria-labelledby="links-title">
              <h2 id="links-title">${t.links}</h2>
              <ul>
                ${portal.footer.map((link) => html`<li>${linkView(link, portal.id, locale)}</li>`)}
              </ul>
            </section>`
      }
    </div>
    <p class="bar operator">${say(operator.name, locale)}</p>
  </footer>`
}
