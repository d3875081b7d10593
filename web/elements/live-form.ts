import { hydrate } from '@lit-labs/ssr-client'
import { render } from 'lit/html.js'
import { drawnFields } from '../../src/form/evaluate.ts'
import type { Lookups, LookupResult, Raw } from '../../src/form/form.ts'
import { formTexts } from '../texts/form.ts'
import { formView } from '../views/form.ts'
import { lookupAnnouncement } from '../views/lookup.ts'
import { ACTION, inputId, type FormState } from '../views/page.ts'
import { firstView, takesFiles, type FormView, type WordedIssue } from '../views/state.ts'
import { missingFields } from '../views/missing.ts'
import { stepViews } from '../views/steps.ts'
import type { Attach } from './attach.ts'
import type { Drafts } from './drafts.ts'
import type * as later from './later.ts'
import type { LookupAsker } from './lookups.ts'
import { nextView } from './next-view.ts'
import {
  earlyFiles,
  isFileInput,
  readChanged,
  readRaw,
  remember,
  remembered,
  restoreRaw,
  saysMore,
} from './raw.ts'

type Later = typeof later

/** An answer that came while the server was busy is asked again after this time at the earliest. */
const RETRY_MS_MIN = 1000
/** Scripts that did not arrive are asked for again after this time. */
const RELOAD_MS = 5_000

/**
 * The form page come alive: the server's markup is hydrated as it stands, then redrawn on every change. Inputs keep what
 * is typed into them by themselves; this element only reads them. Nothing is judged before the button is pressed.
 */
export class LiveForm extends HTMLElement {
  #view: FormView | undefined
  #raw: Raw = {}
  #lookups: Lookups = {}
  #asker: LookupAsker | undefined
  /** The present attempt to load it. */
  #later: Promise<Later> | undefined
  #loaded: Promise<void> | undefined
  #changeRows: Later['changeRows'] | undefined
  #attach: Attach | undefined
  #drafts: Drafts | undefined
  #press: Later['press'] | undefined
  #isComposing = false
  #isLeaving = false

  connectedCallback(): void {
    const json = document.getElementById('form-state')?.textContent
    if (!json || this.#view) return
    const state = JSON.parse(json) as FormState
    const first = firstView(state)
    hydrate(formView(first), this)
    this.#view = first
    this.#raw = state.raw
    this.#lookups = state.lookups
    this.#listen()
    this.#restore(state)
    const early = earlyFiles(this)
    this.#draw({ isLive: true })
    if (state.issues.length > 0) this.#focus('error-summary-title')
    this.#loaded = this.#keepLoading(state)
    for (const { field, files } of early) this.#attaching((attach) => attach.dropped(field, files))
  }

  /** A line that is gone comes back: what did not arrive is asked for again. */
  async #keepLoading(state: FormState): Promise<void> {
    const isThere = () => {
      this.#later = this.#loadLater(state)
      return this.#later.then(
        () => true,
        () => false,
      )
    }
    while (!(await isThere())) await new Promise((again) => window.setTimeout(again, RELOAD_MS))
  }

  /** Everything nobody needs before the first input: asked for as soon as the page is alive. */
  async #loadLater({ api, key, form }: FormState): Promise<Later> {
    const later = await import('./later.ts')
    later.defineElements()
    if (takesFiles(form) && !this.#attach) await this.#loadAttach(api, key)
    if (this.#view?.draft && api !== '' && !this.#drafts) await this.#loadDrafts()
    this.#changeRows = later.changeRows
    this.#press = api === '' ? undefined : later.press
    const offer = later.offerFound(this, () => (this.#view as FormView).evaluation)
    this.#asker = later.createLookups(api, (key, result, id) => {
      this.#learn(key, result, id)
      offer(id)
    })
    later.offerReadings(this, () => (this.#view as FormView).evaluation)
    this.#draw({})
    return later
  }

  async #loadAttach(api: string, key: string): Promise<void> {
    const { createAttach } = await import('./attach.ts')
    this.#attach = createAttach({
      api,
      key,
      view: () => this.#view as FormView,
      raw: () => this.#raw,
      draw: (raw, change) => {
        this.#raw = raw
        this.#draw(change)
      },
      focus: (id) => this.#focus(id),
      input: (id) => this.querySelector(`[data-files="${CSS.escape(id)}"]`),
    })
  }

  async #loadDrafts(): Promise<void> {
    const { createDrafts } = await import('./drafts.ts')
    const view = () => this.#view as FormView
    this.#drafts = createDrafts(
      {
        form: this.#form,
        view,
        draw: (change) => this.#draw(change),
        said: (draft) => stepViews.draftText?.({ ...view(), draft }) ?? '',
      },
      view().state.raw,
    )
  }

  get #form(): HTMLFormElement {
    return this.querySelector('form') as HTMLFormElement
  }

  #listen(): void {
    this.addEventListener('compositionstart', () => (this.#isComposing = true))
    this.addEventListener('compositionend', () => {
      this.#isComposing = false
      this.#changed()
    })
    this.addEventListener('input', ({ target }) => this.#typed(target))
    this.addEventListener('change', ({ target }) => {
      if (isFileInput(target)) this.#attaching((attach) => attach.chosen(target))
      else this.#typed(target)
    })
    for (const type of ['dragover', 'drop'] as const)
      this.addEventListener(type, (event) => this.#dragged(event))
    this.addEventListener('focusin', (event) => this.#focused(event))
    this.addEventListener('click', (event) => this.#clicked(event))
    this.addEventListener('keydown', (event) => this.#pressed(event))
    this.addEventListener('submit', (event) => this.#submitted(event))
    this.addEventListener('close', () => this.#draw({ dialog: undefined }), true)
    // A reload has read the entry of the history before the page is hidden.
    for (const event of ['beforeunload', 'pagehide'])
      window.addEventListener(event, () => remember((this.#view as FormView).state, this.#raw))
    window.addEventListener('pagehide', () => {
      if (!this.#isLeaving) this.#drafts?.leave()
    })
    window.addEventListener('pageshow', ({ persisted }) => {
      this.#isLeaving = false
      if (!persisted) return this.#changed({ isBusy: false, dialog: undefined })
      // Safari empties what no autocomplete is meant for when it brings a page back, right after this event (A28).
      window.setTimeout(() => {
        this.#restore((this.#view as FormView).state)
        this.#draw({ isBusy: false, dialog: undefined })
      })
    })
  }

  /** Reads the inputs and redraws; never in the middle of a conversion. */
  #changed(change: Partial<FormView> = {}): void {
    if (this.#isComposing || !this.#view) return
    this.#raw = readRaw(this.#form, this.#raw)
    this.#draw(change)
  }

  /** An input says what it holds while it is typed into and once more when it is left. */
  #typed(input: EventTarget | null): void {
    if (this.#isComposing || !this.#view) return
    const before = this.#raw
    this.#raw = readChanged(this.#form, input, before)
    if (this.#raw !== before) this.#draw({})
  }

  /** Evaluates anew and lets lit patch what differs. */
  #draw(change: Partial<FormView>): void {
    const before = this.#view as FormView
    const inputs = this.#form.elements.length
    const view = nextView(before, this.#raw, this.#lookups, change)
    this.#view = view
    render(formView(view), this)
    this.#asker?.want(view.evaluation.wanted)
    const isSame = view.initial === before.initial && this.#form.elements.length === inputs
    if (!isSame || !before.isLive) this.#followInputs()
    this.#drafts?.want(this.#raw)
  }

  /** Inputs that came or went with this drawing count at once: an answer of a block now hidden is no answer (§2.1). */
  #followInputs(): void {
    const before = this.#raw
    this.#raw = readRaw(this.#form, before)
    const { evaluation } = this.#view as FormView
    const shown = new Set(drawnFields(evaluation).map(({ id }) => id))
    if (saysMore(this.#raw, before, shown)) this.#draw({})
  }

  #learn(key: string, result: LookupResult, fieldId: string): void {
    this.#lookups = { ...this.#lookups, [key]: result }
    this.#draw({})
    const view = this.#view as FormView
    const field = view.evaluation.visible.find((candidate) => candidate.id === fieldId)
    if (field) this.#draw({ announcement: lookupAnnouncement(field, view) })
    if (result.status !== 'unavailable') return
    window.setTimeout(
      () => {
        const { [key]: _, ...others } = this.#lookups
        this.#lookups = others
        this.#draw({})
      },
      Math.max(RETRY_MS_MIN, result.retryAfterMs),
    )
  }

  #presser() {
    return {
      view: () => this.#view as FormView,
      raw: () => this.#raw,
      form: this.#form,
      draw: (change: Partial<FormView>) => this.#draw(change),
      learn: (key: string, result: LookupResult) => {
        this.#lookups = { ...this.#lookups, [key]: result }
        this.#draw({})
      },
      changed: () => this.#changed(),
    }
  }

  #focused(event: FocusEvent): void {
    const target = event.target as HTMLElement
    const balloon = target.closest('.password')?.parentElement?.querySelector('details')
    if (balloon && target instanceof HTMLInputElement) balloon.open = true
  }

  #clicked(event: MouseEvent): void {
    const target = event.target as Element
    const link = target.closest<HTMLAnchorElement>('.chips a, .summary a[href^="#"]')
    if (link) {
      event.preventDefault()
      return this.#focus(decodeURIComponent(link.hash.slice(1)))
    }
    const button = target.closest<HTMLElement>('[data-do]')
    if (!button) return
    const action = button.dataset.do
    if (this.#attach?.pressed(button.dataset)) event.preventDefault()
    else if (action === 'attach') this.#attaching((attach) => attach.pressed(button.dataset))
    if (action === 'reveal') this.#reveal(button.dataset.field ?? '')
    if (action === 'close-balloon') closeBalloon(button)
    if (isRowButton(button) && this.#changeRows) {
      event.preventDefault()
      const { raw, focus, announcement } = this.#changeRows(button.dataset, this.#raw)
      this.#raw = raw
      this.#draw({ announcement })
      this.#focus(focus)
    }
    if (action === 'press' && this.#press) {
      event.preventDefault()
      void this.#press(this.#presser(), button.dataset)
    }
    if (action === 'cancel') this.querySelector('dialog')?.close()
    if (action === 'ok')
      this.#leave(stepViews.stepOf?.(this.#view as FormView)?.screen.ask ? 'asked' : 'submit')
  }

  /** Files dropped on an attachment field are attached; the page itself never opens one. */
  #dragged(event: DragEvent): void {
    const place = (event.target as Element).closest<HTMLElement>('[data-attach]')
    if (!place || !event.dataTransfer?.types.includes('Files')) return
    event.preventDefault()
    const files = [...event.dataTransfer.files]
    if (event.type === 'drop')
      this.#attaching((attach) => attach.dropped(place.dataset.attach ?? '', files))
  }

  /** What sends files comes a moment after the page is alive: what was chosen until then waits for it. */
  #attaching(act: (attach: Attach) => void): void {
    if (this.#attach) return act(this.#attach)
    void this.#loaded?.then(() => this.#attach && act(this.#attach))
  }

  #pressed(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.isComposing) return
    const balloon = (event.target as Element).closest<HTMLElement>('details.balloon[open]')
    if (balloon) closeBalloon(balloon)
  }

  #reveal(fieldId: string): void {
    const { revealed } = this.#view as FormView
    const isShown = revealed.includes(fieldId)
    this.#draw({
      revealed: isShown ? revealed.filter((id) => id !== fieldId) : [...revealed, fieldId],
    })
  }

  #submitted(event: SubmitEvent): void {
    // Before all is loaded, rows come and go by a round trip; going back and starting anew always are one.
    if ((event.submitter as HTMLButtonElement | null)?.value !== 'check') return
    event.preventDefault()
    if (this.#isComposing || this.#isLeaving || this.#view?.isBusy) return
    void this.#judge()
  }

  /** Own verdict first, then the server's; only when nothing is wrong the confirmation opens. */
  async #judge(): Promise<void> {
    this.#changed({ isBusy: true, revealed: [], announcement: this.#texts().busy })
    const view = () => this.#view as FormView
    const later = await this.#later?.catch(() => undefined)
    if (!later) return this.#leave('check')
    await this.#asker?.settle(view().evaluation.wanted)
    const { state } = view()
    const issues = await later.findIssues(view())
    if (issues.length > 0) return this.#refuse(issues)
    const step = stepViews.stepOf?.(view())
    if (step?.screen.ask) return this.#open(later.askDialog)
    const isKept = Object.keys(state.kept).length > 0
    const isPage = state.form.confirm?.as === 'page'
    if (!state.form.confirm || state.api === '' || isKept || (step && (isPage || !step.isLast)))
      return this.#leave('check')
    const wish = { raw: this.#raw, key: state.key }
    const verdict = await later.checkAnswers(state.api, wish, AbortSignal.timeout(15_000))
    if (verdict.status === 'issues') return this.#refuse(verdict.issues)
    if (verdict.status === 'unknown') return this.#leave('check')
    if (isPage) return this.#leave('check')
    this.#open(later.confirmDialog)
  }

  #open(draw: (view: FormView) => FormView['dialog']): void {
    document.title = document.title.replace(this.#texts().titlePrefix, '')
    this.#draw({ issues: [], isBusy: false, announcement: '' })
    this.#draw({ dialog: draw(this.#view as FormView) })
    this.querySelector('dialog')?.showModal()
  }

  /** Summary and inline errors; with items still empty the first of them gets focus, otherwise the summary (§9.1, §9.2). */
  #refuse(issues: readonly WordedIssue[]): void {
    const { titlePrefix } = this.#texts()
    if (!document.title.startsWith(titlePrefix)) document.title = titlePrefix + document.title
    this.#draw({ issues, isBusy: false, announcement: '' })
    const view = this.#view as FormView
    const missing = view.state.form.style === 'table' ? undefined : missingFields(view)[0]
    this.#focus(missing ? inputId(missing.id) : 'error-summary-title')
  }

  /** Posts the native form once, however often one presses. */
  #leave(action: 'check' | 'asked' | 'submit'): void {
    if (this.#isLeaving) return
    this.#isLeaving = true
    this.#draw({ isBusy: true })
    const hidden = document.createElement('input')
    hidden.type = 'hidden'
    hidden.name = ACTION
    hidden.value = action
    this.#form.append(hidden)
    this.#form.submit()
    hidden.remove()
  }

  #restore(state: FormState): void {
    const raw = remembered(state)
    if (raw && state.issues.length === 0) restoreRaw(this.#form, raw)
    // Rows that were added are not there yet: they are drawn for what is remembered of them.
    this.#raw = { ...readRaw(this.#form), ...raw }
  }

  #focus(id: string): void {
    const target = document.getElementById(id)
    target?.focus({ preventScroll: true })
    const block = target?.closest('.field, .summary') ?? target
    const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches
    block?.scrollIntoView({ block: 'start', behavior: isCalm ? 'instant' : 'smooth' })
  }

  #texts() {
    return formTexts((this.#view as FormView).state.locale)
  }
}

function isRowButton(button: HTMLElement | null): boolean {
  return button?.dataset.row !== undefined
}

function closeBalloon(inside: Element): void {
  const balloon = inside.closest('details')
  if (!balloon) return
  balloon.open = false
  balloon.querySelector('summary')?.focus()
}
