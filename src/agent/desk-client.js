/**
 * Keeps the desk's page as it is now: the program answers as soon as there is something else to show. What somebody types
 * is left alone as long as the same question stands.
 */
const PAUSE_MS = 2000
const PARTS = ['told', 'readers', 'pairing']

async function follow() {
  for (;;) {
    const { view, seen } = document.body.dataset
    try {
      const answer = await fetch(`/desk/changed?seen=${seen}`)
      if (answer.status === 204) continue
      if (!answer.ok) return lost()
      const next = new DOMParser().parseFromString(await answer.text(), 'text/html')
      if (view !== 'idle' || next.body.dataset.view !== 'idle') return location.reload()
      document.body.dataset.seen = next.body.dataset.seen
      for (const id of PARTS) replace(id, next)
    } catch {
      lost()
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS))
    }
  }
}

function replace(id, next) {
  const [now, then] = [document.getElementById(id), next.getElementById(id)]
  if (now && then && now.innerHTML !== then.innerHTML) now.replaceChildren(...then.childNodes)
}

function lost() {
  const heading = document.createElement('h1')
  heading.textContent = document.body.dataset.lost
  document.getElementById('told')?.replaceChildren(heading)
  delete document.body.dataset.seen
}

void follow()
