import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'

/**
 * The form of 500 fields as one would write it by hand with Lit: its fifty parts in a loop, drawn in the browser, in light
 * DOM under the same style sheet, with the same inputs, labels, live visibility, error summary and errors at the inputs.
 */
const PARTS = Array.from({ length: 50 }, (_, n) => n)
const KINDS = [
  ['1', '新規'],
  ['2', '変更'],
] as const
const PLACES = [
  ['01', '本館'],
  ['02', '別館'],
] as const

const fold = (typed: string) => typed.normalize('NFKC').replace(/[-ー‐–—−\s]/g, '')
const isNumber = (value: string) =>
  value === '' ||
  (/^[0-9]+$/.test(fold(value)) && Number(fold(value)) >= 1 && Number(fold(value)) <= 99)

class LargePage extends LitElement {
  static override properties = {
    values: { state: true },
    errors: { state: true },
    isConfirming: { state: true },
  }
  declare values: { readonly [id: string]: string }
  declare errors: { readonly [id: string]: string }
  declare isConfirming: boolean

  constructor() {
    super()
    this.values = Object.fromEntries(PARTS.map((n) => [`kind${n}`, '1']))
    this.errors = {}
    this.isConfirming = false
  }

  override createRenderRoot(): HTMLElement {
    return this
  }

  // One listener for all inputs: a handler an input would cost more.
  #typed(event: Event): void {
    const { name, value } = event.target as HTMLInputElement
    this.values = { ...this.values, [name]: value }
  }

  #isNew(n: number): boolean {
    return this.values[`kind${n}`] === '1'
  }

  #submit(event: Event): void {
    event.preventDefault()
    const errors: Record<string, string> = {}
    const value = (id: string) => this.values[id] ?? ''
    const need = (id: string, label: string) => {
      if (value(id) === '') errors[id] = `${label}を入力してください。`
    }
    for (const n of PARTS) {
      need(`kind${n}`, '区分')
      need(`name${n}`, '氏名')
      need(`code${n}`, '番号')
      if (!errors[`code${n}`] && !/^[0-9]{10}$/.test(fold(value(`code${n}`))))
        errors[`code${n}`] = '番号は数字10桁で入力してください。'
      if (!isNumber(value(`count${n}`))) errors[`count${n}`] = '台数は1～99で入力してください。'
      if (!this.#isNew(n)) continue
      need(`reason${n}`, '理由')
      need(`mail${n}`, 'メールアドレス')
      if (!isNumber(value(`number${n}`))) errors[`number${n}`] = '人数は1～99で入力してください。'
    }
    this.errors = errors
    this.isConfirming = Object.keys(errors).length === 0
    void this.updateComplete.then(() => this.querySelector<HTMLElement>('#summary')?.focus())
  }

  override render(): TemplateResult {
    return html`<h1>大きな申請</h1>
      <p class="legend">「必須」と書かれた項目は、必ずご入力ください。</p>
      <form
        class="narrow"
        novalidate
        @input=${(event: Event) => this.#typed(event)}
        @submit=${(event: Event) => this.#submit(event)}
      >
        <div class="fields">
          ${this.#summary()}
          ${repeat(
            PARTS,
            (n) => n,
            (n) => this.#part(n),
          )}
          <button class="button main">申請する</button>
        </div>
      </form>`
  }

  #summary() {
    const wrong = Object.entries(this.errors)
    if (wrong.length === 0) return nothing
    return html`<div class="summary" id="summary" tabindex="-1" role="alert">
      <h2>入力内容をご確認ください</h2>
      <ul>
        ${wrong.map(([id, text]) => html`<li><a href=${`#f-${id}`}>${text}</a></li>`)}
      </ul>
    </div>`
  }

  #part(n: number) {
    return html`<section class="section" aria-labelledby=${`s-${n}`}>
      <h2 id=${`s-${n}`}>第${n}部</h2>
      <fieldset class="field">
        <legend class="label">区分 <span class="need">必須</span></legend>
        ${this.#wrong(`kind${n}`)}
        <div class="choices">
          ${KINDS.map(
            ([value, label], index) =>
              html`<label class="choice"
                ><input
                  type="radio"
                  id=${index === 0 ? `f-kind${n}` : `f-kind${n}-${index}`}
                  name=${`kind${n}`}
                  value=${value}
                  ?checked=${this.values[`kind${n}`] === value}
                  aria-invalid=${this.errors[`kind${n}`] ? 'true' : nothing}
                /><span>${label}</span></label
              >`,
          )}
        </div>
      </fieldset>
      ${this.#line(`name${n}`, '氏名', true)}
      ${this.#line(`code${n}`, '番号', true, 'numeric', '0123456789')}
      ${this.#line(`phone${n}`, '電話番号', false, 'tel')}
      ${this.#line(`count${n}`, '台数', false, 'numeric')} ${this.#line(`note${n}`, '備考', false)}
      ${
        this.#isNew(n)
          ? html`${this.#line(`reason${n}`, '理由', true)}
              ${this.#line(`number${n}`, '人数', false, 'numeric')}
              ${this.#line(`mail${n}`, 'メールアドレス', true, 'email')}
              <div class="field">
                <label class="label" for=${`f-place${n}`}
                  >場所 <span class="need optional">任意</span></label
                >
                <select class="input" id=${`f-place${n}`} name=${`place${n}`}>
                  <option value="">―</option>
                  ${PLACES.map(([value, label]) => html`<option value=${value}>${label}</option>`)}
                </select>
              </div>`
          : nothing
      }
    </section>`
  }

  #line(id: string, label: string, isRequired: boolean, mode?: string, example?: string) {
    const error = this.errors[id]
    return html`<div class=${error ? 'field wrong' : 'field'}>
      <label class="label" for=${`f-${id}`}
        >${label}
        <span class=${isRequired ? 'need' : 'need optional'}
          >${isRequired ? '必須' : '任意'}</span
        ></label
      >
      ${example ? html`<p class="support" id=${`f-${id}-example`}>例）${example}</p>` : nothing}
      ${this.#wrong(id)}
      <input
        class=${mode === 'numeric' || mode === 'tel' ? 'input short' : 'input'}
        type="text"
        id=${`f-${id}`}
        name=${id}
        inputmode=${mode ?? nothing}
        autocomplete="off"
        spellcheck="false"
        aria-describedby=${error ? `f-${id}-wrong` : example ? `f-${id}-example` : nothing}
        aria-invalid=${error ? 'true' : nothing}
      />
    </div>`
  }

  #wrong(id: string) {
    const error = this.errors[id]
    return error ? html`<p class="error" id=${`f-${id}-wrong`}>${error}</p>` : nothing
  }
}

customElements.define('large-page', LargePage)
