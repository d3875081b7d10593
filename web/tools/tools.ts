/**
 * The toolbar with script: a press changes the page at once, so that nothing typed is lost; reading aloud appears where the
 * browser has a voice, and its code comes when it is asked for.
 */

const root = document.documentElement
const form = document.querySelector<HTMLFormElement>('form.tools')
form?.addEventListener('submit', (event) => {
  const button = event.submitter
  if (!(button instanceof HTMLButtonElement)) return
  event.preventDefault()
  const kept = fetch(form.action, {
    method: 'POST',
    body: new URLSearchParams([[button.name, button.value]]),
    redirect: 'manual',
  })
  for (const other of form.querySelectorAll(`[name=${button.name}]`))
    other.setAttribute('aria-pressed', String(other === button))
  if (button.name !== 'furigana') root.dataset[button.name] = button.value
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
