import type { Raw } from '../../src/form/form.ts'
import { saveDraft } from '../api.ts'
import { FORM, stepHref, WINDOW } from '../views/page.ts'
import type { FormView } from '../views/state.ts'
import { rememberedRaw } from './raw.ts'

/** What the form page lends to the saving of drafts. */
export type DraftHost = {
  readonly form: HTMLFormElement
  view(): FormView
  draw(change: Partial<FormView>): void
  /** Said once to screen readers. */
  said(draft: FormView['draft']): string
}
export type Drafts = {
  /** What stands in the form now; saved a while after the last change. */
  want(raw: Raw): void
  /** The page is left: what is not saved yet goes off at once. */
  leave(): void
}

/** Milliseconds without a further change. */
const PAUSE_MS = 4_000
/** After a line that broke. */
const RETRY_MS = 10_000

/** Saves the draft while somebody types. Two windows never overwrite each other: the second one says so and stops. */
export function createDrafts(host: DraftHost, first: Raw): Drafts {
  // An input that is empty says as much as one that is not there: whoever only opens a form leaves no draft.
  const textOf = (raw: Raw) => {
    const typed = Object.entries(rememberedRaw(host.view().state, raw))
    return JSON.stringify(typed.filter(([, values]) => values.some((value) => value !== '')))
  }
  const own = crypto.randomUUID()
  host.form.addEventListener('formdata', ({ formData }) => formData.set(WINDOW, own))
  let saved = textOf(first)
  let wanted = first
  let timer: number | undefined
  let isOver = false
  let isAnnounced = false
  let underWay: Promise<void> | undefined

  async function save(isLeaving: boolean): Promise<void> {
    const { state, draft } = host.view()
    const text = textOf(wanted)
    if (isOver || !draft || text === saved) return
    const typed = rememberedRaw(state, wanted)
    const fields = state.edition === undefined ? typed : { ...typed, [FORM]: [state.edition] }
    const wish = { key: state.key, fields, version: draft.version, window: own, isLeaving }
    const answer = await saveDraft(state.api, wish)
    if (answer.status === 'saved') {
      saved = text
      const now: FormView['draft'] = { ...answer.draft, said: 'saved' }
      host.draw({ draft: now, ...(!isAnnounced && { announcement: host.said(now) }) })
      isAnnounced = true
      history.replaceState(history.state, '', stepHref(state))
    } else if (answer.status === 'unreachable') later(RETRY_MS)
    else {
      // From here on only the button saves: with a page that says what it does.
      isOver = true
      const version = answer.version ?? draft.version
      const now: FormView['draft'] = { ...draft, version, said: answer.status }
      host.draw({ draft: now, announcement: host.said(now) })
    }
  }

  function run(isLeaving: boolean): void {
    underWay = (underWay ?? Promise.resolve()).then(() => save(isLeaving))
  }

  function later(ms: number): void {
    window.clearTimeout(timer)
    timer = window.setTimeout(() => run(false), ms)
  }

  return {
    want(raw) {
      if (isOver || textOf(raw) === textOf(wanted)) return
      wanted = raw
      later(PAUSE_MS)
    },
    leave() {
      window.clearTimeout(timer)
      run(true)
    },
  }
}
