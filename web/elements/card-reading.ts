import { html, nothing, render } from 'lit/html.js'
import { cardStep, type CardAnswer, type CardWork } from '../api.ts'
import { cardTexts } from '../texts/cards.ts'
import { byCode, byExtension, byLoopback, isJoined, type Way } from './card-ways.ts'
import { fillInputs } from './fill.ts'

type State = {
  readonly kind: 'idle' | 'busy' | 'join' | 'code' | 'done' | 'failed'
  /** Said aloud. */
  readonly message: string
  readonly advice?: string
  readonly code?: string
}

const COLLECT_MS = 2_000
/** A nonce is good for two minutes. */
const COLLECT_TRIES = 60

export function defineCardReading(): void {
  if (!customElements.get('card-reading')) customElements.define('card-reading', CardReading)
}

/**
 * A card reading on the page: asks the server for a nonce, the card program for the card, the server for its verdict, and
 * writes what was read into the fields. Nothing here sees a PIN or a command of the card.
 */
class CardReading extends HTMLElement {
  #place: HTMLElement | undefined
  #abort: AbortController | undefined

  connectedCallback(): void {
    if (this.#place) return
    this.querySelector('.no-script')?.remove()
    // Beside what the page's own template drew, which goes on belonging to it.
    this.#place = document.createElement('div')
    this.append(this.#place)
    const isDone = this.#receipt.value !== ''
    this.#show({ kind: isDone ? 'done' : 'idle', message: isDone ? this.#texts.doneOnly : '' })
  }

  get #texts() {
    return cardTexts(document.documentElement.lang === 'en' ? 'en' : 'ja')
  }
  get #receipt(): HTMLInputElement {
    return this.querySelector('input[type=hidden]') as HTMLInputElement
  }

  #show(state: State): void {
    const t = this.#texts
    const { kind, message, advice, code } = state
    const isBusy = kind === 'busy' || kind === 'code'
    render(
      html`<div class="card-state" role="status">
          ${message ? html`<p class=${kind === 'failed' ? 'error' : 'card-message'}>${message}</p>` : nothing}
          ${advice ? html`<p>${advice}</p>` : nothing}
          ${code ? html`<p class="card-code">${code}</p>` : nothing}
        </div>
        ${kind === 'join' ? this.#joinView() : nothing}
        ${
          isBusy
            ? html`<button type="button" class="button quiet" @click=${() => this.#abort?.abort()}>
                ${t.cancel}
              </button>`
            : kind === 'join'
              ? nothing
              : html`<button type="button" class="button" @click=${() => void this.#read()}>
                  ${kind === 'idle' ? t.read : t.again}
                </button>`
        }`,
      this.#place as HTMLElement,
    )
  }

  #joinView() {
    const t = this.#texts
    const id = `${this.id}-code`
    return html`<div class="card-join">
      <label class="label" for=${id}>${t.pairLabel}</label>
      <p class="support" id=${`${id}-note`}>${t.pairNote}</p>
      <input
        class="input w20"
        id=${id}
        autocomplete="off"
        spellcheck="false"
        aria-describedby=${`${id}-note`}
        @input=${(event: Event) => event.stopPropagation()}
        @keydown=${(event: KeyboardEvent) => {
          if (event.key !== 'Enter' || event.isComposing) return
          event.preventDefault()
          void this.#join(id)
        }}
      />
      <button type="button" class="button" @click=${() => void this.#join(id)}>${t.pair}</button>
      <button type="button" class="button quiet" @click=${() => void this.#offer()}>
        ${t.otherPc}
      </button>
    </div>`
  }

  #join(id: string): Promise<void> {
    const code = (document.getElementById(id) as HTMLInputElement).value
    return this.#over([byCode(code)], { kind: 'join', message: this.#texts.pairWrong })
  }

  #read(): Promise<void> {
    const t = this.#texts
    const ways = [byExtension, ...(isJoined() ? [byLoopback] : [])]
    return this.#over(ways, { kind: 'join', message: t.noProgram })
  }

  /** Tries the ways in order; the first that reaches a program decides. */
  async #over(ways: readonly Way[], otherwise: State): Promise<void> {
    const t = this.#texts
    const abort = (this.#abort = new AbortController())
    this.#show({ kind: 'busy', message: t.connecting })
    const work = await this.#begin()
    if (!work) return
    for (const way of ways) {
      const outcome = await way(
        work,
        (step) => this.#show({ kind: 'busy', message: t.steps[step] ?? '' }),
        abort.signal,
      )
      if (outcome.kind !== 'result') continue
      const { result, agent } = outcome
      return this.#take(await this.#ask<CardAnswer>('answer', { nonce: work.nonce, result, agent }))
    }
    this.#show(otherwise)
  }

  /** The code goes the other way: from this page into the program. */
  async #offer(): Promise<void> {
    const t = this.#texts
    const abort = (this.#abort = new AbortController())
    this.#show({ kind: 'busy', message: t.connecting })
    const work = await this.#begin()
    const offered = work && (await this.#ask<{ code?: string }>('offer', { nonce: work.nonce }))
    if (!work || !offered?.code) return this.#take(undefined)
    this.#show({ kind: 'code', message: t.number, advice: t.numberNote, code: offered.code })
    for (let tries = 0; tries < COLLECT_TRIES && !abort.signal.aborted; tries++) {
      await new Promise((resolve) => setTimeout(resolve, COLLECT_MS))
      const answer = await this.#ask<CardAnswer>('collect', { nonce: work.nonce })
      if (answer?.status !== 'waiting') return this.#take(answer)
    }
    this.#take(undefined)
  }

  async #begin(): Promise<CardWork | undefined> {
    const work = await this.#ask<CardWork>('begin', {})
    if (!work) this.#take(undefined)
    return work
  }

  #ask<T>(step: string, body: object): Promise<T | undefined> {
    const { api = '', key = '' } = this.dataset
    return cardStep<T>(`${api}/${step}`, { key, ...body })
  }

  #take(answer: CardAnswer | undefined): void {
    const t = this.#texts
    if (answer?.status !== 'read') {
      const isTold = answer?.status === 'failed'
      this.#show({
        kind: 'failed',
        message: isTold ? answer.what : t.failed,
        advice: isTold ? answer.userAction : undefined,
      })
      return this.#focus()
    }
    this.#receipt.value = answer.receipt
    // Before the fields are filled: some are asked for only where a card was read.
    this.#receipt.dispatchEvent(new Event('change', { bubbles: true }))
    const form = this.closest('form') as HTMLFormElement
    const count = fillInputs(form, answer.values)
    this.#show({ kind: 'done', message: count > 0 ? t.done(count) : t.doneOnly })
    if (this.dataset.goesOn !== undefined) return form.requestSubmit()
    this.#focus()
  }

  #focus(): void {
    this.querySelector<HTMLElement>('button')?.focus()
  }
}
