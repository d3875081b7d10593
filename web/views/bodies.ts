import { html, nothing, type TemplateResult } from 'lit/html.js'
import { say } from '../texts/form.ts'
import { pageTexts } from '../texts/page.ts'
import { codeView } from './code.ts'
import { caseView, queueView } from './desk.ts'
import { hrefOf } from './links.ts'
import { noticeView, postButton } from './buttons.ts'
import type { Body, Cell, Page } from './page.ts'
import {
  catalogueView,
  faqIndexView,
  faqView,
  noticePageView,
  noticesView,
  textView,
  topView,
} from './portal-pages.ts'
import { searchView } from './search.ts'
import { settingsView } from './tools.ts'
import { sheetView } from './sheet.ts'

type BodyOf<K extends Body['kind']> = Extract<Body, { kind: K }>
type Views = {
  readonly [K in Exclude<Body['kind'], 'form'>]: (body: BodyOf<K>, page: Page) => TemplateResult
}

/** Everything that is not a form: drawn once by the server and left as it is. */
const views: Views = {
  portals: portalsView,
  top: topView,
  catalogue: catalogueView,
  notices: noticesView,
  notice: noticePageView,
  'faq-index': faqIndexView,
  faq: faqView,
  search: searchView,
  settings: settingsView,
  text: textView,
  link: linkPage,
  'link-error': linkErrorView,
  error: errorView,
  table: tableView,
  sheet: sheetPage,
  code: (body, page) => codeView(body, page),
  queue: (body, page) => queueView(body, page.title),
  case: (body, page) => caseView(body, page.title),
}

export function bodyView(page: Page): TemplateResult {
  const { body } = page
  switch (body.kind) {
    case 'form':
      return html``
    case 'portals':
      return views.portals(body, page)
    case 'top':
      return views.top(body, page)
    case 'catalogue':
      return views.catalogue(body, page)
    case 'notices':
      return views.notices(body, page)
    case 'notice':
      return views.notice(body, page)
    case 'faq-index':
      return views['faq-index'](body, page)
    case 'faq':
      return views.faq(body, page)
    case 'search':
      return views.search(body, page)
    case 'settings':
      return views.settings(body, page)
    case 'text':
      return views.text(body, page)
    case 'link':
      return views.link(body, page)
    case 'link-error':
      return views['link-error'](body, page)
    case 'error':
      return views.error(body, page)
    case 'table':
      return views.table(body, page)
    case 'sheet':
      return views.sheet(body, page)
    case 'code':
      return views.code(body, page)
    case 'queue':
      return views.queue(body, page)
    case 'case':
      return views.case(body, page)
  }
}

function portalsView(body: BodyOf<'portals'>, page: Page) {
  return html`<h1>${page.title}</h1>
    <p>${pageTexts(page.locale).portals}</p>
    <ul class="tiles">
      ${body.portals.map(
        (portal) =>
          html`<li>
            <a class="tile" href=${`/${portal.id}/`}
              ><strong>${say(portal.title, page.locale)}</strong
              ><span>${say(portal.operator.name, page.locale)}</span></a
            >
          </li>`,
      )}
    </ul>`
}

function linkPage(body: BodyOf<'link'>, page: Page) {
  return html`<h1>${page.title}</h1>
    <p>${body.line}</p>
    <div class="buttons">
      ${postButton(body.action, true)}
      ${
        body.back
          ? html`<a class="button quiet" href=${body.back.href}>${body.back.label}</a>`
          : nothing
      }
    </div>`
}

function linkErrorView(_body: BodyOf<'link-error'>, page: Page) {
  const t = pageTexts(page.locale)
  return html`<h1>${page.title}</h1>
    <p>${t.linkErrorLead}</p>
    <dl class="causes">
      ${t.linkError.map(
        (entry) =>
          html`<div>
            <dt>${entry.cause}</dt>
            <dd>${entry.remedy}</dd>
          </div>`,
      )}
    </dl>
    ${
      page.portal
        ? html`<p class="buttons">
            <a class="button quiet" href=${`/${page.portal.id}/`}>${t.toTop}</a>
          </p>`
        : nothing
    }`
}

function errorView(body: BodyOf<'error'>, page: Page) {
  const t = pageTexts(page.locale)
  const home = page.portal ? `/${page.portal.id}/` : '/'
  return html`<h1>${page.title}</h1>
    ${body.what === page.title ? nothing : html`<p>${body.what}</p>`}
    <p>${body.remedy}</p>
    ${body.id ? html`<p>${t.errorId(body.id)}</p>` : nothing}
    <p class="buttons">
      ${(body.links ?? [{ label: t.toTop, href: home }]).map(
        (link) =>
          html`<a class="button quiet" href=${hrefOf(link.href, page.portal?.id ?? '')}
            >${link.label}</a
          >`,
      )}
    </p>`
}

function sheetPage({ sheet, pdf, notice, secret }: BodyOf<'sheet'>, page: Page) {
  return html`<h1>${page.title}</h1>
    ${noticeView(notice)}
    <p><a class="button" href=${pdf.href}>${pdf.label}</a></p>
    ${
      secret
        ? html`<p>${secret.lead}</p>
            <details class="secret">
              <summary>${secret.question}</summary>
              <p>${secret.warning}</p>
              <div class="buttons">${postButton(secret.action)}</div>
            </details>`
        : nothing
    }
    <article class="prose sheet">${sheetView(sheet.blocks)}</article>`
}

function tableView(body: BodyOf<'table'>, page: Page) {
  return html`<h1>${page.title}</h1>
    ${noticeView(body.notice)} ${body.lead ? html`<p>${body.lead}</p>` : nothing}
    ${body.tables.map(
      (table, index) =>
        html`<section class="section">
          <h2 id=${`table-${index}`}>${table.caption}</h2>
          ${
            table.rows.length === 0
              ? html`<p>${table.empty}</p>`
              : html`<div
                  class="scroll"
                  role="region"
                  tabindex="0"
                  aria-labelledby=${`table-${index}`}
                >
                  <table>
                    <thead>
                      <tr>
                        ${table.columns.map((column) => html`<th scope="col">${column}</th>`)}
                      </tr>
                    </thead>
                    <tbody>
                      ${table.rows.map(
                        (row) =>
                          html`<tr>
                            ${row.map((cell) => html`<td>${cellView(cell)}</td>`)}
                          </tr>`,
                      )}
                    </tbody>
                  </table>
                </div>`
          }
        </section>`,
    )}`
}

function cellView(cell: Cell) {
  if (typeof cell === 'string') return html`${cell}`
  if ('action' in cell) return postButton(cell.action)
  return html`<a href=${hrefOf(cell.href, '')}>${cell.text}</a>`
}
