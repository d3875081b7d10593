import { html, nothing } from 'lit/html.js'
import { KEY, type PostButton } from './page.ts'

/** What the last action did; announced because it stands in a status. */
export function noticeView(notice: string | undefined) {
  return notice ? html`<p class="notice info" role="status">${notice}</p>` : nothing
}

export function postButton(action: PostButton, isMain = false) {
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
