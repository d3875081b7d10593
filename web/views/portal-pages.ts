import { html, nothing } from 'lit/html.js'
import type { DocumentGroup, Portal } from '../../src/definitions/definitions.ts'
import { say } from '../texts/form.ts'
import { dayWords, portalTexts, timeWords } from '../texts/portal.ts'
import { noticeView, postButton } from './buttons.ts'
import { hrefOf, linkView, noteView } from './links.ts'
import type { Page, TextBody } from './page.ts'
import type { CardBody, ContactBody, Office, PortalPageBody, ShownNotice } from './portal-bodies.ts'
import { blocksView } from './prose.ts'
import { rubyView, wantedReadings } from './ruby.ts'

type BodyOf<K extends PortalPageBody['kind']> = Extract<PortalPageBody, { kind: K }>

/** Tiles in the order of the definition; those for visitors disappear after login (operations.md §8.1). */
export function topView(body: BodyOf<'top'>, page: Page) {
  const portal = page.portal as Portal
  const audience = page.account ? 'account' : 'visitor'
  const tiles = portal.tiles.filter((tile) => tile.for === 'everyone' || tile.for === audience)
  const t = portalTexts(page.locale)
  return html`<h1>${rubyView(page.title, page)}</h1>
    ${
      portal.banner
        ? html`<section class="banner" aria-label=${t.banner}>
            ${noteView(portal.banner, portal.id, { locale: page.locale, readings: wantedReadings(page) })}
          </section>`
        : nothing
    }
    <ul class="tiles">
      ${tiles.map((tile) => {
        const text = html`<strong>${rubyView(say(tile.title, page.locale), page)}</strong
          ><span>${rubyView(say(tile.caption, page.locale), page)}</span>`
        return html`<li>
          ${
            tile.href === undefined
              ? html`<div class="tile closed">${text}</div>`
              : html`<a class="tile" href=${hrefOf(tile.href, portal.id)}>${text}</a>`
          }
        </li>`
      })}
    </ul>
    ${
      body.notices.length === 0
        ? nothing
        : html`<section class="section" aria-labelledby="newest">
            <h2 id="newest">${t.notices}</h2>
            ${noticeList(body.notices, page)}
            <p><a class="button quiet" href=${`/${portal.id}/notices`}>${t.allNotices}</a></p>
          </section>`
    }`
}

export function catalogueView({ categories }: BodyOf<'catalogue'>, page: Page) {
  const t = portalTexts(page.locale)
  return html`<h1>${rubyView(page.title, page)}</h1>
    <div class="catalogue">
      <nav class="side-nav" aria-labelledby="categories">
        <h2 id="categories">${t.categories}</h2>
        <ul>
          ${categories.map(
            ({ title }, index) => html`<li><a href=${`#category-${index}`}>${title}</a></li>`,
          )}
        </ul>
      </nav>
      <div>
        ${categories.map(
          ({ title, lead, cards }, index) =>
            html`<section class="section" aria-labelledby=${`category-${index}`}>
              <h2 id=${`category-${index}`}>${title}</h2>
              <p>${lead}</p>
              <ul class="tiles">
                ${cards.map((card) => html`<li>${cardView(card, page)}</li>`)}
              </ul>
            </section>`,
        )}
      </div>
    </div>`
}

function cardView(card: CardBody, page: Page) {
  const t = portalTexts(page.locale)
  const words = card.state === 'open' ? '' : t.cardState(card.state, card.day ?? '')
  const text = html`<strong>${rubyView(card.title, page)}</strong
    ><span>${rubyView(card.description, page)}</span>${
      words ? html`<span class="state">${words}</span>` : nothing
    }${card.reason ? html`<span>${card.reason}</span>` : nothing}`
  return card.href === undefined
    ? html`<div class="tile closed">${text}</div>`
    : html`<a class="tile" href=${hrefOf(card.href, page.portal?.id ?? '')}
        >${text}<span class="more" aria-hidden="true">${t.details}</span></a
      >`
}

export function noticesView({ notices, isTopic }: BodyOf<'notices'>, page: Page) {
  const t = portalTexts(page.locale)
  return html`<h1>${rubyView(page.title, page)}</h1>
    ${notices.length === 0 ? html`<p>${t.noNotices}</p>` : noticeList(notices, page)}
    ${isTopic ? allView('notices', t.allNotices, page) : nothing}`
}

function noticeList(notices: readonly ShownNotice[], page: Page) {
  return html`<ul class="notice-list">
    ${notices.map(
      (notice) =>
        html`<li>
          ${noticeFacts(notice, page)}<a href=${notice.href}>${rubyView(notice.title, page)}</a>
        </li>`,
    )}
  </ul>`
}

/** Tag, day, age and views of a notice. */
function noticeFacts({ tag, tone, date, isPinned, ...notice }: ShownNotice, page: Page) {
  const t = portalTexts(page.locale)
  return html`<p class="notice-facts">
    <strong class=${`tag ${tone}`}>${tag}</strong>${
      isPinned ? html`<span class="tag">${t.pinned}</span>` : nothing
    }<time datetime=${date}>${notice.dateText}</time><span>${t.daysAgo(notice.daysAgo)}</span
    ><span>${t.views(notice.views)}</span>
  </p>`
}

export function noticePageView({ notice, blocks }: BodyOf<'notice'>, page: Page) {
  return html`<h1>${rubyView(page.title, page)}</h1>
    ${noticeFacts(notice, page)}
    <div class="prose">${blocksView(blocks, page)}</div>
    ${allView('notices', portalTexts(page.locale).allNotices, page)}`
}

export function faqIndexView({ categories, isTopic }: BodyOf<'faq-index'>, page: Page) {
  const t = portalTexts(page.locale)
  return html`<h1>${rubyView(page.title, page)}</h1>
    ${
      categories.length === 0
        ? html`<p>${t.noQuestions}</p>`
        : html`<p>${t.faqLead}</p>
            <ul class="tiles">
              ${categories.map(
                ({ title, href, questions }) =>
                  html`<li>
                    <a class="tile" href=${href}
                      ><strong>${title}</strong><span>${t.questions(questions)}</span></a
                    >
                  </li>`,
              )}
            </ul>`
    }
    ${isTopic ? allView('faq', t.allQuestions, page) : nothing}`
}

/**
 * Jump tabs to the groups, then the questions, each folded. The name stands on the answer inside, since browsers unfold
 * what an address points into.
 */
export function faqView({ lead, groups }: BodyOf<'faq'>, page: Page) {
  const t = portalTexts(page.locale)
  const titled = groups.filter(({ title }) => title !== undefined)
  let number = 0
  return html`<h1>${rubyView(page.title, page)}</h1>
    <div class="prose">${blocksView(lead, page)}</div>
    ${
      titled.length < 2
        ? nothing
        : html`<nav aria-label=${t.groups}>
            <ul class="tabs">
              ${titled.map(({ id, title }) => html`<li><a href=${`#${id}`}>${title}</a></li>`)}
            </ul>
          </nav>`
    }
    ${groups.map(
      ({ id, title, items }) =>
        html`<section class="section">
          ${title === undefined ? nothing : html`<h2 id=${id}>${rubyView(title, page)}</h2>`}
          ${items.map((item) => {
            number += 1
            return html`<details class="question">
              <summary>
                <span class="number">Q${number}</span>${
                  title === undefined
                    ? html`<h2>${rubyView(item.question, page)}</h2>`
                    : html`<h3>${rubyView(item.question, page)}</h3>`
                }
              </summary>
              <div class="prose" id=${item.id}>${blocksView(item.answer, page)}</div>
            </details>`
          })}
        </section>`,
    )}
    ${allView('faq', t.allQuestions, page)}`
}

function allView(path: string, label: string, { portal }: Page) {
  return html`<p class="buttons">
    <a class="button quiet" href=${`/${portal?.id ?? ''}/${path}`}>${label}</a>
  </p>`
}

export function textView(body: TextBody, page: Page) {
  const { start, contact, documents } = body
  const startView = start
    ? html`<p class="buttons">
        <a class="button" href=${hrefOf(start.href, page.portal?.id ?? '')}
          >${say(start.label, page.locale)}</a
        >
      </p>`
    : nothing
  const [first, ...rest] = body.blocks
  // The button stands where everybody sees it: after the first words.
  return html`<h1>${rubyView(page.title, page)}</h1>
    ${noticeView(body.notice)}
    <div class="prose">${blocksView(first ? [first] : [], page)}</div>
    ${startView}
    <div class="prose">${blocksView(rest, page)}</div>
    ${contact ? contactView(contact, page) : nothing}
    ${documents ? documents.map((group) => documentsView(group, page)) : nothing}
    ${
      body.actions?.length
        ? html`<div class="buttons">${body.actions.map((action) => postButton(action))}</div>`
        : nothing
    }`
}

/** Phone, mail, hours of the operator, and whether it is open now (operations.md §8.5). */
export function contactList({ office }: ContactBody, page: Page) {
  const portal = page.portal as Portal
  const t = portalTexts(page.locale)
  const { operator } = portal
  return html`${office ? officeView(office, page) : nothing}
    <dl class="contact">
      <div>
        <dt>${t.phone}</dt>
        <dd>
          <a href=${`tel:${operator.phone.replace(/[^0-9+]/g, '')}`}>${operator.phone}</a>
        </dd>
      </div>
      <div>
        <dt>${t.hours}</dt>
        <dd>${say(portal.contactHours, page.locale)}</dd>
      </div>
      <div>
        <dt>${t.mail}</dt>
        <dd><a href=${`mailto:${operator.mail}`}>${operator.mail}</a></dd>
      </div>
    </dl>`
}

function contactView(contact: ContactBody, page: Page) {
  return html`<section class="section contact-block" aria-labelledby="contact-here">
    <h2 id="contact-here">${say((page.portal as Portal).operator.name, page.locale)}</h2>
    ${contactList(contact, page)}
  </section>`
}

/** Open or closed, as words with a sign before them; the time at which this changes. */
function officeView(office: Office, { locale }: Page) {
  const t = portalTexts(locale)
  if (office.isOpen)
    return html`<p class="office open">
      <strong>${t.officeOpen}</strong> ${t.officeUntil(timeWords(office.until))}
    </p>`
  const { next } = office
  return html`<p class="office">
    <strong>${t.officeClosed}</strong>${
      next ? html` ${t.officeNext(dayWords(next.date, locale), timeWords(next.from))}` : nothing
    }
  </p>`
}

function documentsView({ title, items }: DocumentGroup, page: Page) {
  if (items.length === 0) return nothing
  const { locale } = page
  const t = portalTexts(locale)
  return html`<section class="section">
    <h2>${say(title, locale)}</h2>
    <ul class="document-list">
      ${items.map(({ href, ...item }) => {
        const isOutside = /^https:/.test(href)
        return html`<li>
          ${linkView({ label: item.title, href, newTab: isOutside }, page.portal?.id ?? '', locale)}
          <span class="kind"
            >${item.file ? t.file(item.file.name, item.file.size) : isOutside ? t.otherSite : t.pageKind}</span
          >
          ${item.description ? html`<p>${say(item.description, locale)}</p>` : nothing}
        </li>`
      })}
    </ul>
  </section>`
}
