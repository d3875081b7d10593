import { sessionTexts } from './texts/session.ts'

/**
 * Tells somebody who is logged in that they will be logged out, three minutes before, and lets them stay with one key (A25).
 * Whoever has typed or pressed something meanwhile is there, and stays without being asked.
 */
const WARN_MS = 180_000
const MINUTE_MS = 60_000
/** Timers stand still while a computer sleeps: the clock is looked at. */
const LOOK_MS = 10_000
const ADDRESS = '/api/v1/session'

const root = document.documentElement
const t = sessionTexts(root.lang === 'en' ? 'en' : 'ja')
let endsAt = Date.now() + Number(root.dataset.session ?? 0)
let isThere = false
let shown: 'none' | 'soon' | 'last' | 'over' = 'none'
let dialog: HTMLDialogElement | undefined
let underWay: Promise<boolean> | undefined
// Windows of one browser share a session: what one of them has done counts for all.
const windows = new BroadcastChannel('madoguchi-session')
windows.addEventListener('message', ({ data }) => {
  endsAt = Math.max(endsAt, Number(data) || 0)
  void look()
})
windows.postMessage(endsAt)

for (const event of ['keydown', 'pointerdown', 'input'])
  document.addEventListener(event, ({ target }) => {
    isThere ||= !(target instanceof Node && dialog?.contains(target))
  })
document.addEventListener('visibilitychange', () => void look())
window.setInterval(() => void look(), LOOK_MS)

async function look(): Promise<void> {
  const left = endsAt - Date.now()
  if (left > WARN_MS) return close()
  if (shown === 'over' || underWay) return
  if (left <= 0) {
    // Something may have prolonged it unseen, such as a draft that was saved; what is over stays over.
    if (!(await stay())) show('over', t.over, t.overNote, t.close)
    return
  }
  if (shown !== 'none') return
  if (isThere && (await stay())) return
  ask(left)
}

function ask(left: number): void {
  const minutes = Math.max(1, Math.round(left / MINUTE_MS))
  if (shown === 'none') show('soon', t.soon, t.soonNote(minutes), t.goOn)
}

/** Asks for more time; false when there is none to be had. However often it is asked, it is asked once. */
function stay(): Promise<boolean> {
  return (underWay ??= prolong().finally(() => (underWay = undefined)))
}

async function prolong(): Promise<boolean> {
  isThere = false
  const answer = await fetch(ADDRESS, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{}',
  }).catch(() => undefined)
  if (!answer?.ok) return false
  const { leftMs } = (await answer.json()) as { leftMs: number }
  endsAt = Date.now() + leftMs
  windows.postMessage(endsAt)
  if (leftMs > WARN_MS) close()
  else if (leftMs > 0) {
    const minutes = Math.max(1, Math.round(leftMs / MINUTE_MS))
    show('last', t.last, t.lastNote(minutes), t.close)
  }
  return true
}

function show(state: typeof shown, title: string, note: string, button: string): void {
  close()
  shown = state
  dialog = document.createElement('dialog')
  dialog.className = 'dialog'
  dialog.setAttribute('role', 'alertdialog')
  dialog.setAttribute('aria-labelledby', 'session-title')
  dialog.setAttribute('aria-describedby', 'session-note')
  const heading = document.createElement('h2')
  heading.id = 'session-title'
  heading.textContent = title
  const text = document.createElement('p')
  text.id = 'session-note'
  text.textContent = note
  const press = document.createElement('button')
  press.type = 'button'
  press.className = 'button main'
  press.textContent = button
  press.autofocus = true
  press.addEventListener('click', () => void pressed(state))
  // Escape is an answer, too: whoever presses it is there.
  dialog.addEventListener('cancel', () => void pressed(state))
  dialog.append(heading, text, press)
  document.body.append(dialog)
  dialog.showModal()
}

async function pressed(state: typeof shown): Promise<void> {
  if (state !== 'soon') return hide()
  if (!(await stay())) void look()
}

/** It is said once; what was said stays so. */
function hide(): void {
  dialog?.remove()
  dialog = undefined
}

function close(): void {
  hide()
  shown = 'none'
}
