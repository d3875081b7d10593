const PARTS = 'h1, h2, h3, p, li, dt, dd, summary, legend, label, th, td'
const CLASS = 'spoken'

/** Reads the page from its heading on, part by part, each marked while it is read; pressed again, stops. */
export function toggle(button: HTMLButtonElement): void {
  if (button.dataset.start !== undefined) stop(button)
  else start(button)
}

function start(button: HTMLButtonElement): void {
  const parts = [...document.querySelectorAll<HTMLElement>(`main :is(${PARTS})`)].filter(isOwnText)
  button.dataset.start = button.textContent ?? ''
  button.textContent = button.dataset.stop ?? ''
  addEventListener('pagehide', () => speechSynthesis.cancel(), { once: true })
  next(parts, button)
}

/** Shown, and read by no part around it. */
function isOwnText(part: HTMLElement): boolean {
  return part.checkVisibility() && !part.parentElement?.closest(`main :is(${PARTS})`)
}

function next([part, ...others]: readonly HTMLElement[], button: HTMLButtonElement): void {
  if (!part) return stop(button)
  const words = new SpeechSynthesisUtterance(textOf(part))
  words.lang = document.documentElement.lang
  words.onend = () => {
    part.classList.remove(CLASS)
    if (button.dataset.start !== undefined) next(others, button)
  }
  words.onerror = words.onend
  part.classList.add(CLASS)
  part.scrollIntoView({ block: 'nearest' })
  speechSynthesis.speak(words)
}

/** Without readings over kanji, which would be heard twice. */
function textOf(part: HTMLElement): string {
  const copy = part.cloneNode(true) as HTMLElement
  for (const reading of copy.querySelectorAll('rt, rp')) reading.remove()
  return copy.textContent ?? ''
}

function stop(button: HTMLButtonElement): void {
  button.textContent = button.dataset.start ?? ''
  delete button.dataset.start
  speechSynthesis.cancel()
  for (const part of document.querySelectorAll(`.${CLASS}`)) part.classList.remove(CLASS)
}
