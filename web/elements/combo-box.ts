import { laterTexts } from '../texts/later.ts'

type Option = { readonly value: string; readonly label: string; readonly search: string }

/**
 * Choosing by typing over a native select (ARIA 1.2, list autocomplete). The select stays the form's value; the typed text
 * stands in an input that takes over its label. Focus never leaves the input, and nothing happens during a conversion.
 */
export class ComboBox extends HTMLElement {
  #select: HTMLSelectElement | undefined
  #input: HTMLInputElement | undefined
  #list: HTMLUListElement | undefined
  #status: HTMLElement | undefined
  #options: readonly Option[] = []
  #shown: readonly Option[] = []
  #active = -1
  #id = ''

  connectedCallback(): void {
    const select = this.querySelector('select')
    if (!select || this.#input) return
    this.#select = select
    this.#id = select.id
    this.#options = [...select.options]
      .filter((option) => option.value !== '')
      .map((option) => {
        const label = option.text.trim()
        return { value: option.value, label, search: fold(`${label} ${option.value}`) }
      })
    this.#build(select)
    this.#listen()
  }

  #build(select: HTMLSelectElement): void {
    const input = document.createElement('input')
    const listId = `${this.#id}-list`
    input.className = select.className
    input.type = 'text'
    input.autocomplete = 'off'
    input.spellcheck = false
    for (const name of ['aria-describedby', 'aria-invalid']) mirror(select, input, name)
    setAll(input, {
      role: 'combobox',
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': listId,
    })
    const label = document.querySelector(`label[for="${CSS.escape(this.#id)}"]`)
    if (label) label.id ||= `${this.#id}-label`
    const list = document.createElement('ul')
    list.hidden = true
    list.id = listId
    setAll(list, { role: 'listbox', ...(label ? { 'aria-labelledby': label.id } : {}) })
    const opener = document.createElement('button')
    opener.type = 'button'
    opener.tabIndex = -1
    opener.className = 'opener'
    opener.setAttribute('aria-label', laterTexts(this.#locale()).openList)
    const status = document.createElement('span')
    status.className = 'vh'
    status.setAttribute('role', 'status')
    select.id = `${this.#id}-value`
    select.hidden = true
    input.id = this.#id
    const had = document.activeElement === select
    this.append(input, opener, list, status)
    this.#input = input
    this.#list = list
    this.#status = status
    this.#showChosen()
    if (had) input.focus()
    new MutationObserver(() => {
      for (const name of ['aria-describedby', 'aria-invalid']) mirror(select, input, name)
    }).observe(select, { attributes: true, attributeFilter: ['aria-describedby', 'aria-invalid'] })
    opener.addEventListener('mousedown', (event) => event.preventDefault())
    opener.addEventListener('click', () => {
      input.focus()
      if (this.#isOpen) this.#close()
      else this.#open(this.#options)
    })
  }

  #listen(): void {
    const input = this.#input as HTMLInputElement
    input.addEventListener('input', (event) => {
      event.stopPropagation()
      if (!(event as InputEvent).isComposing) this.#typed()
    })
    input.addEventListener('compositionend', () => this.#typed())
    input.addEventListener('change', (event) => event.stopPropagation())
    input.addEventListener('keydown', (event) => this.#pressed(event))
    input.addEventListener('blur', () => this.#settle())
    this.#list?.addEventListener('mousedown', (event) => event.preventDefault())
    this.#list?.addEventListener('click', (event) => {
      const item = (event.target as Element).closest<HTMLElement>('[role=option]')
      const option = this.#shown[Number(item?.dataset.index ?? -1)]
      if (option) this.#choose(option)
    })
    this.#select?.addEventListener('change', () => this.#showChosen())
    window.addEventListener('pageshow', () => this.#showChosen())
  }

  get #isOpen(): boolean {
    return this.#list?.hidden === false
  }

  #locale() {
    return document.documentElement.lang === 'en' ? 'en' : 'ja'
  }

  /** The text decides at once when it names one option; the value is never judged here. */
  #typed(): void {
    const text = fold(this.#input?.value ?? '')
    this.#setValue(exactly(text, this.#options)?.value ?? '')
    if (text === '') return this.#open(this.#options)
    this.#open(matching(text, this.#options))
  }

  #pressed(event: KeyboardEvent): void {
    if (event.isComposing || event.keyCode === 229) return
    const { key } = event
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault()
      if (!this.#isOpen) this.#open(this.#candidates())
      const count = this.#shown.length
      const step = key === 'ArrowDown' ? 1 : -1
      const from = this.#active === -1 && step === -1 ? 0 : this.#active
      if (count > 0) this.#activate((from + step + count) % count)
    } else if (key === 'Enter' && this.#isOpen) {
      event.preventDefault()
      const option =
        this.#shown[this.#active] ?? (this.#shown.length === 1 ? this.#shown[0] : undefined)
      if (option) this.#choose(option)
      else this.#close()
    } else if (key === 'Escape' && this.#isOpen) {
      event.preventDefault()
      this.#close()
    }
  }

  /** Leaving: one remaining candidate is meant; anything else stays as typed and counts as not chosen. */
  #settle(): void {
    const input = this.#input as HTMLInputElement
    const text = fold(input.value)
    const active = this.#isOpen ? this.#shown[this.#active] : undefined
    const found = matching(text, this.#options)
    const option =
      active ??
      exactly(text, this.#options) ??
      (text !== '' && found.length === 1 ? found[0] : undefined)
    this.#close()
    if (option) this.#choose(option)
    else this.#setValue('')
  }

  #candidates(): readonly Option[] {
    const text = fold(this.#input?.value ?? '')
    const isChosen = exactly(text, this.#options) !== undefined
    return text === '' || isChosen ? this.#options : matching(text, this.#options)
  }

  #choose(option: Option): void {
    const input = this.#input as HTMLInputElement
    input.value = option.label
    this.#close()
    this.#setValue(option.value)
  }

  #setValue(value: string): void {
    const select = this.#select as HTMLSelectElement
    if (select.value === value) return
    select.value = value
    select.dispatchEvent(new Event('input', { bubbles: true }))
  }

  #showChosen(): void {
    const chosen = this.#options.find((option) => option.value === this.#select?.value)
    if (chosen && this.#input) this.#input.value = chosen.label
  }

  #open(options: readonly Option[]): void {
    const list = this.#list as HTMLUListElement
    const t = laterTexts(this.#locale())
    this.#shown = options
    this.#active = -1
    list.replaceChildren(...options.map((option, index) => this.#item(option, index)))
    list.hidden = options.length === 0
    this.#input?.setAttribute('aria-expanded', String(options.length > 0))
    this.#input?.removeAttribute('aria-activedescendant')
    if (this.#status)
      this.#status.textContent = options.length > 0 ? t.matches(options.length) : t.noMatch
  }

  #item(option: Option, index: number): HTMLLIElement {
    const item = document.createElement('li')
    item.id = `${this.#id}-option-${index}`
    item.dataset.index = String(index)
    item.textContent = option.label
    setAll(item, { role: 'option', 'aria-selected': String(option.value === this.#select?.value) })
    return item
  }

  #activate(index: number): void {
    this.#active = index
    const items = [...(this.#list?.children ?? [])]
    items.forEach((item, at) => item.classList.toggle('active', at === index))
    const item = items[index]
    if (!item) return
    this.#input?.setAttribute('aria-activedescendant', item.id)
    item.scrollIntoView({ block: 'nearest' })
  }

  #close(): void {
    if (this.#list) this.#list.hidden = true
    this.#active = -1
    this.#input?.setAttribute('aria-expanded', 'false')
    this.#input?.removeAttribute('aria-activedescendant')
    if (this.#status) this.#status.textContent = ''
  }
}

/** Width, case and blanks do not matter. */
function fold(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim().toLowerCase()
}

function exactly(text: string, options: readonly Option[]): Option | undefined {
  return options.find(
    (option) => text !== '' && (fold(option.label) === text || option.value === text),
  )
}

/** Those that begin with the text first, then those that contain it. */
function matching(text: string, options: readonly Option[]): readonly Option[] {
  const starting = options.filter((option) => option.search.startsWith(text))
  return [
    ...starting,
    ...options.filter((option) => !starting.includes(option) && option.search.includes(text)),
  ]
}

function setAll(element: Element, attributes: { readonly [name: string]: string }): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
}

function mirror(from: Element, to: Element, name: string): void {
  const value = from.getAttribute(name)
  if (value === null) to.removeAttribute(name)
  else to.setAttribute(name, value)
}
