import { html } from 'lit/html.js'
import type { CaseBody, Evidence } from './desk.ts'

/** A file that is looked at on the spot. It is fetched when it is opened, so that the audit log tells of those that were. */
export function evidenceView(shown: Evidence) {
  return html`<details class="evidence">
    <summary>${shown.text}</summary>
    ${
      shown.kind === 'picture'
        ? html`<img loading="lazy" src=${shown.href} alt=${shown.name} />`
        : html`<div data-pdf=${shown.href} data-name=${shown.name}>
            <p><a href=${shown.href}>${shown.without}</a></p>
          </div>`
    }
  </details>`
}

/** Whether a page needs the script that draws PDFs. */
export function hasPdf({ parts }: CaseBody): boolean {
  return parts.some(({ groups }) =>
    groups.some(
      (group) => group.kind === 'evidence' && group.shown.some(({ kind }) => kind === 'pdf'),
    ),
  )
}
