import { html, nothing, type TemplateResult } from 'lit/html.js'
import { evidenceView } from './evidence.ts'
import type { PostButton } from './page.ts'

/** The list of the review desk: chosen by a form and by links, so that it works without script and can be bookmarked. */
export type QueueBody = {
  readonly kind: 'queue'
  readonly notice?: string
  readonly lead?: string
  readonly back?: DeskLink
  /** What else can be done with the list, below it. */
  readonly links?: readonly DeskLink[]
  /** What is waiting, by kind: links with numbers. */
  readonly views: readonly {
    readonly label: string
    readonly count: string
    readonly href: string
    readonly isCurrent: boolean
  }[]
  readonly viewsLabel: string
  readonly search: {
    /** Address of the list. */
    readonly action: string
    readonly title: string
    readonly isOpen: boolean
    readonly fields: readonly SearchField[]
    /** What the address keeps beside the fields. */
    readonly hidden: readonly (readonly [name: string, value: string])[]
    readonly submit: string
    readonly reset: DeskLink
  }
  readonly caption: string
  /** Which part of how many is shown. */
  readonly range: string
  readonly columns: readonly {
    readonly label: string
    /** Sorts by it, or the other way round. */
    readonly href?: string
    readonly order?: 'ascending' | 'descending'
  }[]
  readonly rows: readonly (readonly DeskCell[])[]
  /** Said instead of a table without rows. */
  readonly empty: string
  readonly pages: readonly DeskLink[]
  readonly pagesLabel: string
}
export type DeskLink = { readonly text: string; readonly href: string }
export type SearchField = {
  readonly name: string
  readonly label: string
  readonly value: string
  readonly type?: 'date'
  /** A text to type when left out. */
  readonly choices?: readonly { readonly value: string; readonly label: string }[]
}
export type DeskCell =
  | string
  | DeskLink
  /** In colour and in words. */
  | { readonly text: string; readonly tone: Tone }
  | { readonly lines: readonly DeskCell[] }
  | { readonly action: PostButton; readonly about: string }
type Tone = 'warn' | 'escalate' | 'good' | 'quiet'

/** One submission as the office sees it. */
export type CaseBody = {
  readonly kind: 'case'
  readonly notice?: string
  /** Something the person should know before anything else: somebody was faster, a step stands still. */
  readonly warning?: string
  readonly back: DeskLink
  /** State, dates, who deals with it. */
  readonly facts: readonly DeskFact[]
  /** All of it to keep. */
  readonly copy?: DeskLink
  readonly assignment?: PostButton
  readonly actions: {
    readonly title: string
    readonly lines: readonly string[]
    readonly items: readonly CaseAction[]
    readonly none: string
  }
  readonly parts: readonly DeskPart[]
}
export type DeskFact = { readonly label: string; readonly value: DeskCell }
/** A button, or a link to a page with what the action asks for. */
export type CaseAction = PostButton | (DeskLink & { readonly isQuiet?: boolean })
export type DeskPart = {
  readonly id: string
  readonly title: string
  readonly lead?: string
  readonly groups: readonly (
    | { readonly kind: 'facts'; readonly title?: string; readonly facts: readonly DeskFact[] }
    | {
        readonly kind: 'table'
        readonly columns: readonly string[]
        readonly rows: readonly (readonly DeskCell[])[]
      }
    | { readonly kind: 'links'; readonly links: readonly (DeskLink | PostButton)[] }
    /** Each is fetched when it is opened, so that the audit log tells of those that were looked at. */
    | { readonly kind: 'evidence'; readonly shown: readonly Evidence[] }
    | WriteBox
  )[]
  /** Said when there is nothing to show. */
  readonly empty: string
}

/** A file that is looked at on the spot: `text` opens it, `name` tells what it is. */
export type Evidence = DeskLink & { readonly name: string } & (
    | { readonly kind: 'picture' }
    /** Drawn by a script; `without` is said where there is none. */
    | { readonly kind: 'pdf'; readonly without: string }
  )

/** A text that is written on the spot. */
export type WriteBox = {
  readonly kind: 'write'
  readonly href: string
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly value: string
  /** It was not taken; the page says why above. */
  readonly isWrong: boolean
  readonly submit: string
}

export function queueView(body: QueueBody, title: string): TemplateResult {
  return html`${body.back ? html`<p>${linkView(body.back)}</p>` : nothing}
    <h1>${title}</h1>
    ${noticeView(body.notice)} ${body.lead ? html`<p>${body.lead}</p>` : nothing}
    ${body.views.length > 0 ? viewsView(body) : nothing}
    ${body.search.fields.length > 0 ? searchView(body.search) : nothing}
    <section class="section" aria-labelledby="queue-title">
      <h2 id="queue-title">${body.caption}</h2>
      ${
        body.rows.length === 0
          ? html`<p>${body.empty}</p>`
          : html`<p>${body.range}</p>
              <div class="scroll" role="group" tabindex="0" aria-labelledby="queue-title">
                <table class="queue">
                  <thead>
                    <tr>
                      ${body.columns.map(columnView)}
                    </tr>
                  </thead>
                  <tbody>
                    ${body.rows.map(rowView)}
                  </tbody>
                </table>
              </div>`
      }
      ${
        body.pages.length > 0
          ? html`<nav aria-label=${body.pagesLabel}>
              <ul class="entries">
                ${body.pages.map((link) => html`<li>${linkView(link)}</li>`)}
              </ul>
            </nav>`
          : nothing
      }
      ${
        body.links?.length
          ? html`<div class="buttons">
              ${body.links.map(({ text, href }) => html`<a class="button quiet" href=${href}>${text}</a>`)}
            </div>`
          : nothing
      }
    </section>`
}

function viewsView(body: QueueBody) {
  return html`<nav class="views" aria-label=${body.viewsLabel}>
    <ul>
      ${body.views.map(
        ({ label, count, href, isCurrent }) =>
          html`<li>
            <a href=${href} aria-current=${isCurrent ? 'page' : nothing}
              >${label} <strong>${count}</strong></a
            >
          </li>`,
      )}
    </ul>
  </nav>`
}

function searchView({ action, title, isOpen, fields, hidden, submit, reset }: QueueBody['search']) {
  return html`<details class="search" ?open=${isOpen}>
    <summary>${title}</summary>
    <form method="get" action=${action}>
      ${hidden.map(([name, value]) => html`<input type="hidden" name=${name} value=${value} />`)}
      <div class="search-fields">${fields.map(searchFieldView)}</div>
      <div class="buttons">
        <button class="button">${submit}</button>
        <a class="button quiet" href=${reset.href}>${reset.text}</a>
      </div>
    </form>
  </details>`
}

function searchFieldView({ name, label, value, type, choices }: SearchField) {
  const id = `q-${name}`
  return html`<div>
    <label for=${id}>${label}</label>
    ${
      choices
        ? html`<select id=${id} name=${name}>
            ${choices.map(
              (choice) =>
                html`<option value=${choice.value} ?selected=${choice.value === value}>
                  ${choice.label}
                </option>`,
            )}
          </select>`
        : html`<input
            id=${id}
            name=${name}
            type=${type ?? 'text'}
            value=${value}
            maxlength=${type ? nothing : '100'}
            autocomplete="off"
          />`
    }
  </div>`
}

function columnView({ label, href, order }: QueueBody['columns'][number]) {
  if (href === undefined) return html`<th scope="col">${label}</th>`
  const sign = order === 'ascending' ? '▲' : order === 'descending' ? '▼' : '↕'
  return html`<th scope="col" aria-sort=${order ?? 'none'}>
    <a href=${href}>${label}<span class="sort" aria-hidden="true">${sign}</span></a>
  </th>`
}

function rowView(cells: readonly DeskCell[]) {
  return html`<tr>
    ${cells.map((cell, index) =>
      index === 0 ? html`<th scope="row">${cellView(cell)}</th>` : html`<td>${cellView(cell)}</td>`,
    )}
  </tr>`
}

function cellView(cell: DeskCell): TemplateResult {
  if (typeof cell === 'string') return html`${cell}`
  if ('lines' in cell) return html`${cell.lines.map((line) => html`<div>${cellView(line)}</div>`)}`
  if ('href' in cell) return linkView(cell)
  if ('tone' in cell) return html`<span class=${`tone ${cell.tone}`}>${cell.text}</span>`
  return buttonView(cell.action, { about: cell.about })
}

export function caseView(body: CaseBody, title: string): TemplateResult {
  const { actions } = body
  return html`<p>${linkView(body.back)}</p>
    <h1>${title}</h1>
    ${noticeView(body.notice)}
    ${body.warning ? html`<p class="notice warning" role="alert">${body.warning}</p>` : nothing}
    ${factsView(body.facts)}
    ${
      body.copy
        ? html`<div class="buttons">
            <a class="button quiet" href=${body.copy.href}>${body.copy.text}</a>
          </div>`
        : nothing
    }
    ${body.assignment ? html`<div class="buttons">${buttonView(body.assignment)}</div>` : nothing}
    <section class="section" aria-labelledby="actions">
      <h2 id="actions">${actions.title}</h2>
      ${actions.lines.map((line) => html`<p>${line}</p>`)}
      ${
        actions.items.length === 0
          ? actions.none && html`<p>${actions.none}</p>`
          : html`<div class="buttons">${actions.items.map(actionView)}</div>`
      }
    </section>
    ${body.parts.map(partView)}`
}

function actionView(item: CaseAction) {
  return 'text' in item
    ? html`<a class=${item.isQuiet ? 'button quiet' : 'button'} href=${item.href}>${item.text}</a>`
    : buttonView(item, { isMain: true })
}

function partView({ id, title, lead, groups, empty }: DeskPart) {
  return html`<section class="section" aria-labelledby=${id}>
    <h2 id=${id}>${title}</h2>
    ${lead ? html`<p>${lead}</p>` : nothing}
    ${groups.every(({ kind }) => kind === 'write') ? html`<p>${empty}</p>` : nothing}
    ${groups.map((group) => {
      if (group.kind === 'facts')
        return html`${group.title ? html`<h3>${group.title}</h3>` : nothing}${factsView(group.facts)}`
      if (group.kind === 'write') return writeView(group)
      if (group.kind === 'evidence') return group.shown.map(evidenceView)
      if (group.kind === 'links')
        return html`<div class="buttons">
          ${group.links.map((item) => ('text' in item ? linkView(item) : buttonView(item)))}
        </div>`
      return html`<div class="scroll" role="group" tabindex="0" aria-labelledby=${id}>
        <table class="case">
          <thead>
            <tr>
              ${group.columns.map((column) => html`<th scope="col">${column}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${group.rows.map(rowView)}
          </tbody>
        </table>
      </div>`
    })}
  </section>`
}

function writeView({ href, name, label, hint, value, isWrong, submit }: WriteBox) {
  const id = `write-${name}`
  return html`<form class="write" method="post" action=${href}>
    <label for=${id}>${label}</label>
    <p class="hint" id=${`${id}-hint`}>${hint}</p>
    <textarea
      class="input"
      id=${id}
      name=${name}
      rows="3"
      required
      aria-describedby=${`${id}-hint`}
      aria-invalid=${isWrong ? 'true' : nothing}
      data-text=${value}
    ></textarea>
    <div class="buttons"><button class="button quiet small">${submit}</button></div>
  </form>`
}

function factsView(facts: readonly DeskFact[]) {
  return html`<dl class="facts">
    ${facts.map(
      ({ label, value }) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${cellView(value)}</dd>
        </div>`,
    )}
  </dl>`
}

function linkView({ text, href }: DeskLink) {
  return html`<a class="plain" href=${href}>${text}</a>`
}

/** `about`: what the button is for, for those who hear the buttons alone. */
function buttonView(
  { label, href, name, value }: PostButton,
  { isMain = false, about = '' }: { readonly isMain?: boolean; readonly about?: string } = {},
) {
  return html`<form method="post" action=${href}>
    <button
      class=${isMain ? 'button' : 'button quiet small'}
      name=${name ?? nothing}
      value=${value ?? nothing}
    >
      ${label}${about ? html`<span class="vh">${about}</span>` : nothing}
    </button>
  </form>`
}

function noticeView(notice: string | undefined) {
  return notice ? html`<p class="notice info" role="status">${notice}</p>` : nothing
}
