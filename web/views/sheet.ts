import { html, nothing } from 'lit/html.js'
import type { SheetBlock, SheetRow } from '../../src/plugins/contract.ts'

/**
 * The content of an issued document below a page's own heading, which is the document's title: its headings come one level
 * lower. Where paper breaks is of no interest here.
 */
export function sheetView(blocks: readonly SheetBlock[]) {
  return blocks.map(blockView)
}

function blockView(block: SheetBlock) {
  switch (block.kind) {
    case 'heading':
      return block.level === 1 ? html`<h2>${block.text}</h2>` : html`<h3>${block.text}</h3>`
    case 'paragraph':
      return html`<p class=${`align-${block.align}`}>${linesView(block.text)}</p>`
    case 'note':
      return html`<p class="framed">${linesView(block.text)}</p>`
    case 'rows':
      return html`<table>
        <tbody>
          ${block.rows.map(rowView)}
        </tbody>
      </table>`
    case 'table': {
      const alignOf = (index: number) => `align-${block.columns[index]?.align ?? 'left'}`
      const name = block.columns.map(({ label }) => label).join('、')
      return html`<div class="scroll" role="region" tabindex="0" aria-label=${name}>
        <table>
          <thead>
            <tr>
              ${block.columns.map(
                ({ label }, index) => html`<th scope="col" class=${alignOf(index)}>${label}</th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${block.rows.map(
              (row) =>
                html`<tr>
                  ${row.map((cell, index) => html`<td class=${alignOf(index)}>${linesView(cell)}</td>`)}
                </tr>`,
            )}
          </tbody>
        </table>
      </div>`
    }
    case 'list': {
      const items = block.items.map((item) => html`<li>${linesView(item)}</li>`)
      return block.isOrdered
        ? html`<ol>
            ${items}
          </ol>`
        : html`<ul>
            ${items}
          </ul>`
    }
    case 'qr':
      return html`<p>${block.caption}<br />${block.value}</p>`
    case 'new-page':
      return html`<hr />`
  }
}

function rowView({ label, value, face }: SheetRow) {
  return html`<tr>
    <th scope="row">${label}</th>
    <td>${face === 'credential' ? html`<code>${value}</code>` : linesView(value)}</td>
  </tr>`
}

function linesView(text: string) {
  return text.split('\n').map((line, index) => html`${index > 0 ? html`<br />` : nothing}${line}`)
}
