import { html } from 'lit/html.js'
import type { Text } from '../../src/form/form.ts'
import { formTexts } from '../texts/form.ts'
import { readView } from './ruby.ts'
import type { FormView } from './state.ts'

/**
 * The balloon behind ⓘ (operations.md §9.4). A native disclosure, so it opens and closes without script and every
 * browser tells its state; the script adds ✕ and Escape.
 */
export function balloonView(
  help: { readonly text: Text; readonly open: boolean },
  label: string,
  view: FormView,
) {
  const { locale } = view.state
  const t = formTexts(locale)
  return html`<details class="balloon" ?open=${help.open}>
    <summary>
      <span class="icon" aria-hidden="true">i</span>${t.help}<span class="vh"
        >${t.separator}${label}</span
      >
    </summary>
    <div class="bubble">
      <p>${readView(help.text, view.state)}</p>
      <button
        type="button"
        class="close"
        data-do="close-balloon"
        aria-label=${t.closeHelp}
        ?hidden=${!view.isLive}
      >
        ✕
      </button>
    </div>
  </details>`
}
