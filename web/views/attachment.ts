import { html, nothing } from 'lit/html.js'
import { repeat } from 'lit/directives/repeat.js'
import {
  acceptedTypes,
  attachedIn,
  fileParams,
  handleOf,
  readHandle,
  sizeText,
  type Attached,
  type AttachedState,
} from '../../src/form/attachments.ts'
import { attachmentTexts } from '../texts/attachment.ts'
import { formTexts, say } from '../texts/form.ts'
import { wrong, type ControlContext } from './control-context.ts'
import { ACTION, inputId } from './page.ts'
import type { FormView, Sending } from './state.ts'

/**
 * The files of a field: those attached, each with its hidden input so that the form carries it, those on their way, and the
 * button for more. Without script the native input stands there, and every button is a round trip.
 */
export function attachmentControl(context: ControlContext) {
  const { field, view } = context
  const { locale } = view.state
  const t = attachmentTexts(locale)
  const id = inputId(field.id)
  const { accepted, max, n } = fileParams('', field)
  const files = attachedIn(view.evaluation.answers[field.id])
  const sending = view.sending.filter((one) => one.field === field.id)
  const describedBy =
    typeof context.describedBy === 'string' ? `${context.describedBy} ${id}-rule` : `${id}-rule`
  const about = html`<span class="vh"
    >${formTexts(locale).separator}${say(field.label, locale)}</span
  >`
  return html`<div class="attach" data-attach=${field.id}>
    <p class="support" id=${`${id}-rule`}>${t.rule(String(accepted), String(max), Number(n))}</p>
    <ul class="files" aria-label=${t.files} ?hidden=${files.length + sending.length === 0}>
      ${repeat(
        files,
        (file) => file.id,
        (file) => fileView(field.id, file, view),
      )}
      ${repeat(
        sending,
        (one) => one.id,
        (one) => sendingView(one, view),
      )}
    </ul>
    ${
      view.isLive
        ? html`<button
              type="button"
              class="button quiet attach-button"
              id=${id}
              data-do="attach"
              data-field=${field.id}
              aria-describedby=${describedBy}
            >
              ${clip}${t.add}${about}</button
            ><input
              type="file"
              class="vh"
              tabindex="-1"
              aria-hidden="true"
              aria-label=${t.chosen}
              accept=${acceptedTypes(field)}
              multiple
              data-files=${field.id}
            />
            <p class="support drop-here">${t.drop}</p>`
        : html`<input
              type="file"
              class="file-input"
              id=${id}
              name=${field.id}
              accept=${acceptedTypes(field)}
              multiple
              aria-label=${`${t.chosen}${formTexts(locale).separator}${say(field.label, locale)}`}
              aria-describedby=${describedBy}
              aria-invalid=${wrong(context)}
            />
            <button class="button quiet attach-button" name=${ACTION} value=${`attach:${field.id}`}>
              ${clip}${t.add}${about}
            </button>`
    }
  </div>`
}

function fileView(fieldId: string, file: Attached, view: FormView) {
  const t = attachmentTexts(view.state.locale)
  const state = view.files[file.id] ?? stateIn(view.state.raw[fieldId] ?? [], file.id)
  const isLocked = state === 'infected'
  return html`<li class=${isLocked ? 'file locked' : 'file'}>
    <input type="hidden" name=${fieldId} value=${handleOf(file, state ?? 'pending')} />
    <span class="file-name">${file.name}</span>
    <span class="file-size">${sizeText(file.size)}</span>
    ${
      isLocked || state === 'pending'
        ? html`<span class="file-state">${isLocked ? t.infected : t.pending}</span>`
        : nothing
    }
    <button
      class="button quiet small"
      name=${ACTION}
      value=${`detach:${fieldId}.${file.id}`}
      data-do="detach"
      data-field=${fieldId}
      data-file=${file.id}
    >
      ${t.remove}<span class="vh">${formTexts(view.state.locale).separator}${file.name}</span>
    </button>
  </li>`
}

function stateIn(handles: readonly string[], id: string): AttachedState | undefined {
  return handles.map(readHandle).find((file) => file?.id === id)?.state
}

function sendingView(one: Sending, view: FormView) {
  const t = attachmentTexts(view.state.locale)
  const about = html`<span class="vh">${formTexts(view.state.locale).separator}${one.name}</span>`
  const percent = one.size === 0 ? 0 : Math.floor((one.sent / one.size) * 100)
  return html`<li class=${one.failure === undefined ? 'file' : 'file failed'}>
    <span class="file-name">${one.name}</span>
    <span class="file-size">${sizeText(one.size)}</span>
    ${
      one.failure === undefined
        ? html`<progress max="100" value=${percent} aria-label=${one.name}></progress>
            <span class="file-state">${one.isWaiting ? t.waiting : `${percent}%`}</span>`
        : html`<p class="error file-error">${one.failure}</p>`
    }
    ${
      one.canResume
        ? html`<button type="button" class="button small" data-do="resume" data-sending=${one.id}>
            ${t.resume}${about}
          </button>`
        : nothing
    }
    <button type="button" class="button quiet small" data-do="unsend" data-sending=${one.id}>
      ${one.failure === undefined ? t.cancel : t.remove}${about}
    </button>
  </li>`
}

const clip = html`<svg class="clip" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
  <path
    d="M8 12.5l6.2-6.2a3 3 0 0 1 4.2 4.2l-8.1 8.1a5 5 0 0 1-7.1-7.1l8-8"
    fill="none"
    stroke="currentColor"
    stroke-width="2"
    stroke-linecap="round"
  />
</svg>`
