import { html, nothing, type TemplateResult } from 'lit/html.js'
import type { Block, Card, Portal, Span } from '../../src/definitions/definitions.ts'
import { say } from '../texts/form.ts'
import { pageTexts } from '../texts/page.ts'
import { caseView, queueView } from './desk.ts'
import { aboutView, hrefOf, noteView } from './links.ts'
import { KEY, type Body, type Cell, type Page, type PostButton } from './page.ts'
import { sheetView } from './sheet.ts'
import { portalHref } from './shell.ts'

type BodyOf<K extends Body['kind']> = Extract<Body, { kind: K }>
type Views = {
  readonly [K in Exclude<Body['kind'], 'form'>]: (body: BodyOf<K>, page: Page) => TemplateResult
}

/** Everything that is not a form: drawn once by the server and left as it is. */
const views: Views = {
  portals: portalsView,
  top: topView,
  catalogue: catalogueView,
  text: textView,
  link: linkPage,
  'link-error': linkErrorView,
  error: errorView,
  table: tableView,
  sheet: sheetPage,
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

/** Tiles in the order of the definition; those for visitors disappear after login (operations.md §8.1). */
function topView(_body: BodyOf<'top'>, page: Page) {
  const portal = page.portal as Portal
  const audience = page.account ? 'account' : 'visitor'
  const tiles = portal.tiles.filter((tile) => tile.for === 'everyone' || tile.for === audience)
  const t = pageTexts(page.locale)
  return html`<h1>${page.title}</h1>
    ${
      portal.banner
        ? html`<section class="banner" aria-label=${t.banner}>
            ${noteView(portal.banner, portal.id, page.locale)}
          </section>`
        : nothing
    }
    <ul class="tiles">
      ${tiles.map((tile) => {
        const text = html`<strong>${say(tile.title, page.locale)}</strong
          ><span>${say(tile.caption, page.locale)}</span>`
        return html`<li>
          ${
            tile.href === undefined
              ? html`<div class="tile closed">${text}</div>`
              : html`<a class="tile" href=${portalHref(tile.href, page)}>${text}</a>`
          }
        </li>`
      })}
    </ul>`
}

function catalogueView(_body: BodyOf<'catalogue'>, page: Page) {
  const portal = page.portal as Portal
  return html`<h1>${page.title}</h1>
    ${portal.catalogue.map(
      (category, index) =>
        html`<section class="section" aria-labelledby=${`category-${index}`}>
          <h2 id=${`category-${index}`}>${say(category.title, page.locale)}</h2>
          <p>${say(category.lead, page.locale)}</p>
          <ul class="tiles">
            ${category.cards.map((card) => html`<li>${cardView(card, page)}</li>`)}
          </ul>
        </section>`,
    )}`
}

function cardView(card: Card, page: Page) {
  const t = pageTexts(page.locale)
  const state =
    card.state === 'preparation' ? t.preparation : card.state === 'restricted' ? t.restricted : ''
  const text = html`<strong>${say(card.title, page.locale)}</strong
    ><span>${say(card.description, page.locale)}</span>${
      state ? html`<span class="state">${state}</span>` : nothing
    }`
  return card.href === undefined || card.state === 'preparation'
    ? html`<div class="tile closed">${text}</div>`
    : html`<a class="tile" href=${portalHref(card.href, page)}>${text}</a>`
}

function textView(body: BodyOf<'text'>, page: Page) {
  return html`<h1>${page.title}</h1>
    ${noticeView(body.notice)}
    <div class="prose">${body.blocks.map((block) => blockView(block, page))}</div>
    ${
      body.actions?.length
        ? html`<div class="buttons">${body.actions.map((action) => postButton(action))}</div>`
        : nothing
    }`
}

function blockView(block: Block, page: Page) {
  switch (block.kind) {
    case 'heading':
      return block.level === 2 ? html`<h2>${block.text}</h2>` : html`<h3>${block.text}</h3>`
    case 'paragraph':
      return html`<p>${spansView(block.spans, page)}</p>`
    case 'list': {
      const items = block.items.map((spans) => html`<li>${spansView(spans, page)}</li>`)
      return block.ordered
        ? html`<ol>
            ${items}
          </ol>`
        : html`<ul>
            ${items}
          </ul>`
    }
  }
}

function spansView(spans: readonly Span[], page: Page) {
  return spans.map((span) => {
    if (span.kind === 'link')
      return html`<a href=${hrefOf(span.href, page.portal?.id ?? '')}
        >${span.text}${aboutView(span.about)}</a
      >`
    return span.kind === 'strong' ? html`<strong>${span.text}</strong>` : html`${span.text}`
  })
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

/** What the last action did; announced because it stands in a status. */
function noticeView(notice: string | undefined) {
  return notice ? html`<p class="notice info" role="status">${notice}</p>` : nothing
}

function postButton(action: PostButton, isMain = false) {
  return html`<form method="post" action=${action.href}>
    ${action.key ? html`<input type="hidden" name=${KEY} value=${action.key} />` : nothing}
    <button
      class=${isMain ? 'button' : 'button quiet'}
      name=${action.name ?? nothing}
      value=${action.value ?? nothing}
    >
      ${action.label}
    </button>
  </form>`
}
