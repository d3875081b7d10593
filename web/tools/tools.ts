/**
 * The toolbar with script: a press changes the page at once, so that nothing typed is lost; reading aloud appears where the
 * browser has a voice, and its code comes when it is asked for. A page brought back is as things stand now.
 */

const root = document.documentElement
const tools = document.querySelector<HTMLElement>('.tools')
tools?.addEventListener('click', (event) => {
  const button = event.target instanceof Element && event.target.closest<HTMLElement>('.tool')
  if (!button) return
  event.preventDefault()
  const { name = '', value = '' } = button.dataset
  const kept = fetch(tools.dataset.action ?? (tools as HTMLFormElement).action, {
    method: 'POST',
    body: new URLSearchParams([[name, value]]),
    redirect: 'manual',
  })
  for (const other of tools.querySelectorAll(`[data-name=${name}]`))
    other.setAttribute('aria-pressed', String(other === button))
  if (name !== 'furigana') root.dataset[name] = value
  // Readings are written by the server; a page with something typed shows them when it is opened the next time.
  else if (!document.querySelector('live-form')) void kept.finally(() => location.reload())
})

const speak = document.querySelector<HTMLButtonElement>('.speak')
if (speak && 'speechSynthesis' in window) {
  speak.hidden = false
  speak.addEventListener(
    'click',
    () => void import('./speak.ts').then(({ toggle }) => toggle(speak)),
  )
}

// What the browser brings back out of its memory may have been sent or logged out of meanwhile (R17); a form sees to itself.
window.addEventListener('pageshow', ({ persisted }) => {
  if (persisted && !document.querySelector('live-form')) location.reload()
})
