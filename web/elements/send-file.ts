/** One file in parts (`/api/v1/…/uploads`), through cuts of the line: what the server has is never sent again. */
export type SendWish = {
  readonly api: string
  readonly sitting: string
  readonly field: string
  readonly file: Blob
  readonly name: string
  /** An upload that was begun before the line broke. */
  readonly upload: string | undefined
  readonly signal: AbortSignal
  readonly onBegun: (upload: string) => void
  readonly onSent: (bytes: number) => void
}
export type SendResult =
  | { readonly status: 'taken'; readonly handle: string }
  | { readonly status: 'refused'; readonly message: string }
  | { readonly status: 'cut' }
  | { readonly status: 'cancelled' }

/** A part should take about this long: a cut costs little, and the server never waits long for one. */
const PART_MS = 5_000
const PART_BYTES_MIN = 256 * 1024
const PART_BYTES_MAX = 4 * 1024 * 1024
/** With the pauses between them these outlast half a minute without network; then the person is asked. */
const TRIES_MAX = 7
const PAUSE_MS_MAX = 10_000

export async function sendFile(wish: SendWish): Promise<SendResult> {
  let partBytes = PART_BYTES_MIN * 2
  let { upload } = wish
  let sent: number | undefined = upload === undefined ? 0 : undefined
  for (let tries = 0; tries < TRIES_MAX;) {
    if (wish.signal.aborted) return { status: 'cancelled' }
    try {
      if (upload === undefined) {
        const begun = await ask(wish, '/uploads', {
          field: wish.field,
          name: wish.name,
          size: wish.file.size,
          sitting: wish.sitting,
        })
        if (begun.message !== undefined) return { status: 'refused', message: begun.message }
        upload = String(begun.json.upload)
        wish.onBegun(upload)
      }
      sent ??= Number((await ask(wish, `/uploads/${upload}`)).json.received)
      wish.onSent(sent)
      if (sent >= wish.file.size) {
        const end = await ask(wish, `/uploads/${upload}/finish`, {})
        if (end.message !== undefined) return { status: 'refused', message: end.message }
        if (typeof end.json.handle === 'string') return { status: 'taken', handle: end.json.handle }
        sent = undefined
        throw new Error('not finished yet')
      }
      const began = performance.now()
      const part = wish.file.slice(sent, sent + partBytes)
      const answer = await ask(wish, `/uploads/${upload}/parts/${sent}`, part)
      if (answer.message !== undefined) return { status: 'refused', message: answer.message }
      sent = Number(answer.json.received)
      tries = 0
      const speed = part.size / Math.max(1, performance.now() - began)
      partBytes = Math.min(PART_BYTES_MAX, Math.max(PART_BYTES_MIN, Math.round(speed * PART_MS)))
    } catch (_cut) {
      // Whatever broke: what has arrived is asked for anew, after a pause that the network coming back ends.
      tries += 1
      if (upload !== undefined) sent = undefined
      if (wish.signal.aborted) return { status: 'cancelled' }
      await pause(Math.min(PAUSE_MS_MAX, 500 * 2 ** tries), wish.signal)
    }
  }
  return { status: 'cut' }
}

type Answer = { readonly json: { readonly [name: string]: unknown }; readonly message?: string }

/** The server's answer as data; `message`: why it does not take the file. Throws when trying again may help. */
async function ask({ api, signal }: SendWish, path: string, body?: object): Promise<Answer> {
  const isPart = body instanceof Blob
  const response = await fetch(`${api}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body !== undefined && {
        'content-type': isPart ? 'application/octet-stream' : 'application/json',
      }),
      'accept-language': document.documentElement.lang,
    },
    ...(body !== undefined && { body: isPart ? body : JSON.stringify(body) }),
    signal,
  })
  if (response.status >= 500 || response.status === 429) throw new Error(String(response.status))
  const json = (await response.json()) as Answer['json']
  if (response.ok || response.status === 409) return { json }
  return { json, message: messageIn(json) }
}

function messageIn(json: Answer['json']): string {
  const { issues, error } = json as {
    issues?: readonly { readonly message: string }[]
    error?: { readonly message: string; readonly remedy: string }
  }
  return issues?.[0]?.message ?? `${error?.message ?? ''}${error?.remedy ?? ''}`
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      window.removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    window.addEventListener('online', end)
    signal.addEventListener('abort', end)
  })
}
