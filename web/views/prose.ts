import { html, nothing } from 'lit/html.js'
import type { Block, Span } from '../../src/definitions/definitions.ts'
import { aboutView, hrefOf } from './links.ts'
import type { Page } from './page.ts'
import { rubyView } from './ruby.ts'

/** Blocks of a Markdown file. */
export function blocksView(blocks: readonly Block[], page: Page) {
  return blocks.map((block) => blockView(block, page))
}

function blockView(block: Block, page: Page) {
  switch (block.kind) {
    case 'heading': {
      const id = block.id ?? nothing
      return block.level === 2
        ? html`<h2 id=${id}>${rubyView(block.text, page)}</h2>`
        : html`<h3 id=${id}>${rubyView(block.text, page)}</h3>`
    }
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
        >${rubyView(span.text, page)}${aboutView(span.about)}</a
      >`
    return span.kind === 'strong'
      ? html`<strong>${rubyView(span.text, page)}</strong>`
      : html`${rubyView(span.text, page)}`
  })
}
