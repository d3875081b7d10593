import { html, LitElement, nothing, type TemplateResult } from 'lit'

/**
 * The registration as one would write it by hand with Lit and nothing else: drawn in the browser, in light DOM under the
 * same style sheet, with the same fields, live visibility, live lookup, required panel, error summary and confirmation.
 */
type Item = {
  readonly id: string
  readonly label: string
  readonly hint?: string
  readonly example?: string
  readonly kind?: 'password' | 'radio' | 'select' | 'consent'
  readonly mode?: string
  readonly complete?: string
  readonly help?: string
  readonly choices?: readonly (readonly [value: string, label: string])[]
  readonly wrong: (value: string) => string | undefined
}

const PREFECTURES =
  '北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 鹿児島県 沖縄県'
    .split(' ')
    .map((name, index) => [String(index + 1).padStart(2, '0'), name] as const)

const fold = (typed: string) => typed.normalize('NFKC').replace(/[-ー‐–—−\s]/g, '')
const name = (value: string) =>
  value.trim().length > 40 ? '40文字以内で入力してください。' : undefined
const digits = (length: number) => (value: string) =>
  new RegExp(`^[0-9]{${length}}$`).test(fold(value))
    ? undefined
    : `数字${length}桁で入力してください。`
const nothingWrong = () => undefined

const person: readonly Item[] = [
  { id: 'lastName', label: '姓', example: '見本', complete: 'family-name', wrong: name },
  { id: 'firstName', label: '名', example: '太郎', complete: 'given-name', wrong: name },
]
const facilityType: Item = {
  id: 'facilityType',
  label: '所属機関選択',
  kind: 'radio',
  choices: [
    ['judo', '施術所（柔道整復）'],
    ['ahaki', '施術所（あん摩マッサージ指圧・はり・きゅう）'],
    ['checkup', '健診実施機関等'],
    ['midwifery', '助産所'],
  ],
  wrong: nothingWrong,
}
const codes: readonly Item[] = [
  {
    id: 'prefecture',
    label: '都道府県',
    kind: 'select',
    choices: PREFECTURES,
    wrong: nothingWrong,
  },
  {
    id: 'facilityCode7',
    label: '機関コード（7桁）',
    mode: 'numeric',
    example: '0123456',
    wrong: digits(7),
  },
]
const ofType: { readonly [type: string]: readonly Item[] } = {
  judo: [
    {
      id: 'regPrefix',
      label: '① 入力項目',
      kind: 'select',
      choices: [
        ['協', '協'],
        ['契', '契'],
      ],
      help: '登録記号番号の最初の1文字を選んでください。例では「契」です。',
      wrong: nothingWrong,
    },
    {
      id: 'regDigits9',
      label: '② 入力項目',
      mode: 'numeric',
      example: '012345678',
      help: '登録記号番号の数字9桁を、ハイフン無しでご入力ください。',
      wrong: digits(9),
    },
  ],
  ahaki: [
    {
      id: 'regDigits10',
      label: '入力項目',
      hint: '登録記号番号10桁（半角数字・ハイフン無し）をご入力ください',
      mode: 'numeric',
      example: '0123456789',
      wrong: digits(10),
    },
  ],
  checkup: codes,
  midwifery: codes,
}
const account: readonly Item[] = [
  {
    id: 'phone',
    label: '電話番号',
    hint: '半角数字・ハイフン無しでご入力ください',
    mode: 'tel',
    complete: 'tel',
    example: '01201234567',
    wrong: (value) =>
      /^0[0-9]{9,10}$/.test(fold(value))
        ? undefined
        : '0から始まる10桁か11桁の数字で入力してください。',
  },
  {
    id: 'email',
    label: 'メールアドレス',
    hint: '英小文字、数字、ピリオド（.）、ハイフン（-）、アンダーバー（_）がご利用いただけます',
    mode: 'email',
    complete: 'email',
    help: 'ログインのときのユーザー名になります。',
    wrong: (value) =>
      value.length <= 40 && /^[a-z0-9._+-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(value.trim())
        ? undefined
        : '使える文字だけで、40文字以内で入力してください。',
  },
  {
    id: 'password',
    label: 'パスワード',
    hint: '英大文字・英小文字・数字を含む8～100文字',
    kind: 'password',
    complete: 'new-password',
    help: '英大文字・英小文字・数字をそれぞれ1文字以上使い、8文字以上100文字以内で決めてください。',
    wrong: (value) =>
      /^(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[ -~]{8,100}$/.test(value)
        ? undefined
        : '英大文字・英小文字・数字を含む8～100文字で入力してください。',
  },
  {
    id: 'passwordConfirm',
    label: 'パスワード（確認用）',
    kind: 'password',
    complete: 'new-password',
    wrong: nothingWrong,
  },
  { id: 'agreeTerms', label: '上記の利用規約に同意します。', kind: 'consent', wrong: nothingWrong },
]

class RegistrationPage extends LitElement {
  static override properties = {
    values: { state: true },
    errors: { state: true },
    facility: { state: true },
    shown: { state: true },
    isConfirming: { state: true },
  }
  declare values: { readonly [id: string]: string }
  declare errors: { readonly [id: string]: string }
  declare facility: string
  declare shown: readonly string[]
  declare isConfirming: boolean
  #asked = ''
  #timer = 0

  constructor() {
    super()
    this.values = {}
    this.errors = {}
    this.facility = ''
    this.shown = []
    this.isConfirming = false
  }

  override createRenderRoot(): HTMLElement {
    return this
  }

  get #items(): readonly Item[] {
    return [...person, facilityType, ...(ofType[this.values.facilityType ?? ''] ?? []), ...account]
  }
  get #missing(): readonly Item[] {
    return this.#items.filter(({ id }) => !this.values[id])
  }

  #set(id: string, value: string): void {
    this.values = { ...this.values, [id]: value }
    const { facilityType: type = '', prefecture = '', facilityCode7 = '' } = this.values
    const number = fold(
      this.values.regDigits9 ?? this.values.regDigits10 ?? prefecture + facilityCode7,
    )
    const question = `${type}:${this.values.regPrefix ?? ''}${number}`
    if (question === this.#asked || number.length < 9) return
    this.#asked = question
    clearTimeout(this.#timer)
    this.#timer = window.setTimeout(() => void this.#ask(question), 300)
  }

  async #ask(question: string): Promise<void> {
    const answer = await fetch(`/lookup?q=${encodeURIComponent(question)}`)
    const { name: found } = (await answer.json()) as { name?: string }
    if (question === this.#asked) this.facility = found ?? '該当する施設が見つかりません。'
  }

  #submit(event: Event): void {
    event.preventDefault()
    const errors: Record<string, string> = {}
    for (const { id, label, wrong } of this.#items) {
      const value = this.values[id] ?? ''
      const text = value === '' ? `${label}を入力してください。` : wrong(value)
      if (text) errors[id] = text
    }
    if (!errors.passwordConfirm && this.values.password !== this.values.passwordConfirm)
      errors.passwordConfirm = 'パスワードと一致しません。'
    this.errors = errors
    this.isConfirming = Object.keys(errors).length === 0
    void this.updateComplete.then(() => {
      if (this.isConfirming) this.querySelector('dialog')?.showModal()
      else this.querySelector<HTMLElement>('#summary')?.focus()
    })
  }

  override render(): TemplateResult {
    return html`<h1>ユーザー登録</h1>
      <p>
        受領委任承諾通知書（柔道整復、あん摩マッサージ指圧・はり・きゅう）をお手元にご用意ください。
      </p>
      <p class="legend">「必須」と書かれた項目は、必ずご入力ください。</p>
      <form class="with-side" novalidate @submit=${(event: Event) => this.#submit(event)}>
        <div class="fields">
          ${this.#summary()}
          <section class="section">
            <div class="row">${person.map((item) => this.#field(item))}</div>
            ${this.#field(facilityType)}
          </section>
          <section class="section">
            ${(ofType[this.values.facilityType ?? ''] ?? []).map((item) => this.#field(item))}
            ${this.values.facilityType ? html`<output class="output">${this.facility || '―'}</output>` : nothing}
          </section>
          <section class="section">${account.map((item) => this.#field(item))}</section>
        </div>
        ${this.#side()}
      </form>
      ${this.isConfirming ? this.#dialog() : nothing}`
  }

  #summary() {
    const wrong = this.#items.filter(({ id }) => this.errors[id])
    if (wrong.length === 0) return nothing
    return html`<div class="summary" id="summary" tabindex="-1" role="alert">
      <h2>入力内容をご確認ください</h2>
      <ul>
        ${wrong.map(({ id }) => html`<li><a href=${`#f-${id}`}>${this.errors[id]}</a></li>`)}
      </ul>
    </div>`
  }

  #side() {
    return html`<div class="side">
      <button class="button main">登録</button>
      ${
        this.#missing.length > 0
          ? html`<section class="panel">
              <h2>必須情報<span class="left">あと${this.#missing.length}項目</span></h2>
              <ul class="chips">
                ${this.#missing.map(
                  ({ id, label }) =>
                    html`<li>
                      <a href=${`#f-${id}`}><span>${label}</span></a>
                    </li>`,
                )}
              </ul>
            </section>`
          : nothing
      }
    </div>`
  }

  #dialog() {
    return html`<dialog>
      <h2>入力内容確認</h2>
      <dl>
        ${this.#items
          .filter(({ kind }) => kind !== 'password')
          .map(
            ({ id, label }) =>
              html`<dt>${label}</dt>
                <dd>${this.values[id]}</dd>`,
          )}
      </dl>
      <button class="button main">OK</button>
      <button class="button quiet" @click=${() => (this.isConfirming = false)}>キャンセル</button>
    </dialog>`
  }

  #field(item: Item) {
    const { id, label, hint, example, help, kind } = item
    const error = this.errors[id]
    const caption = html`${label}${hint ? html`<span class="hint">（${hint}）</span>` : nothing}
      <span class="need">必須</span>`
    const texts = html`${example ? html`<p class="support" id=${`f-${id}-example`}>例）${example}</p>` : nothing}
    ${
      help
        ? html`<details class="balloon">
            <summary><span class="icon" aria-hidden="true">i</span>入力のヒント</summary>
            <div class="bubble"><p>${help}</p></div>
          </details>`
        : nothing
    }
    ${error ? html`<p class="error" id=${`f-${id}-wrong`}>${error}</p>` : nothing}`
    if (kind === 'radio')
      return html`<fieldset class="field">
        <legend class="label">${caption}</legend>
        ${texts}${this.#control(item)}
      </fieldset>`
    if (kind === 'consent')
      return html`<div class="field">
        <ul class="documents">
          <li>
            <a href="/treatment/pages/terms" target="_blank"
              >施術所等向け総合ポータルサイト利用規約（新しいタブで開きます）</a
            >
          </li>
          <li>
            <a href="/treatment/pages/privacy" target="_blank"
              >プライバシーポリシー（新しいタブで開きます）</a
            >
          </li>
        </ul>
        ${texts}<label class="choice">${this.#control(item)}<span>${caption}</span></label>
      </div>`
    return html`<div class="field">
      <label class="label" for=${`f-${id}`}>${caption}</label>
      ${texts}${this.#control(item)}
    </div>`
  }

  #control({ id, kind, choices = [], mode, complete, example }: Item) {
    const keep = (event: Event) => this.#set(id, (event.target as HTMLInputElement).value)
    const error = this.errors[id]
    const describedBy = error ? `f-${id}-wrong` : example ? `f-${id}-example` : nothing
    if (kind === 'radio')
      return html`<div class="choices">
        ${choices.map(
          ([value, label], index) =>
            html`<label class="choice"
              ><input
                type="radio"
                id=${index === 0 ? `f-${id}` : `f-${id}-${index}`}
                name=${id}
                value=${value}
                @change=${keep}
              /><span>${label}</span></label
            >`,
        )}
      </div>`
    if (kind === 'select')
      return html`<select class="input" id=${`f-${id}`} name=${id} @change=${keep}>
        <option value="">～なし～</option>
        ${choices.map(([value, label]) => html`<option value=${value}>${label}</option>`)}
      </select>`
    if (kind === 'consent')
      return html`<input
        type="checkbox"
        id=${`f-${id}`}
        name=${id}
        @change=${(event: Event) => this.#set(id, (event.target as HTMLInputElement).checked ? 'true' : '')}
      />`
    const input = html`<input
      class="input"
      type=${kind === 'password' && !this.shown.includes(id) ? 'password' : 'text'}
      id=${`f-${id}`}
      name=${id}
      inputmode=${mode ?? nothing}
      autocomplete=${complete ?? 'off'}
      aria-describedby=${describedBy}
      aria-invalid=${error ? 'true' : 'false'}
      @input=${keep}
    />`
    if (kind !== 'password') return input
    const isShown = this.shown.includes(id)
    return html`<div class="password">
      ${input}<button
        type="button"
        class="button quiet small"
        aria-pressed=${isShown}
        @click=${() => (this.shown = isShown ? this.shown.filter((one) => one !== id) : [...this.shown, id])}
      >
        ${isShown ? '隠す' : '表示'}
      </button>
    </div>`
  }
}

customElements.define('registration-page', RegistrationPage)
