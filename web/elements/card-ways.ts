import type { CardWork } from '../api.ts'

/** What came back over a way to the card program; undefined result: the way did not work. */
export type WayOutcome =
  | { readonly kind: 'result'; readonly result: unknown; readonly agent: unknown }
  /** There is no program there, or it does not know this page. */
  | { readonly kind: 'closed' }

export type Way = (
  work: CardWork,
  onStep: (step: string) => void,
  signal: AbortSignal,
) => Promise<WayOutcome>

/** The extension's name is made of its key (`src/agent/extension`). */
const EXTENSION = 'iombjkjeedmipgodifenhnhjiiomkmni'
const PROTOCOL = 'madoguchi-card.1'
const KEPT = 'madoguchi-card-program'
const HELLO_MS = 5_000
/** The browser starts a program first. */
const EXTENSION_HELLO_MS = 20_000

type Message = {
  readonly kind?: string
  readonly token?: string
  readonly step?: string
  readonly result?: unknown
  readonly agent?: unknown
}
type Line = {
  send(message: object): void
  onMessage(take: (message: Message) => void): void
  onClose(gone: () => void): void
  close(): void
}

type ExtensionPort = {
  postMessage(message: object): void
  disconnect(): void
  readonly onMessage: { addListener(take: (message: Message) => void): void }
  readonly onDisconnect: { addListener(gone: () => void): void }
}
type ExtensionApi = { readonly connect?: (id: string) => ExtensionPort }

/** Through the browser's extension, where there is one: the browser itself vouches for this page. */
export const byExtension: Way = async (work, onStep, signal) => {
  const runtime = (window as { chrome?: { runtime?: ExtensionApi } }).chrome?.runtime
  if (!runtime?.connect) return { kind: 'closed' }
  const port = runtime.connect(EXTENSION)
  const line: Line = {
    send: (message) => port.postMessage(message),
    onMessage: (take) => port.onMessage.addListener(take),
    onClose: (gone) => port.onDisconnect.addListener(gone),
    close: () => port.disconnect(),
  }
  return converse(line, { kind: 'hello' }, work, onStep, signal, { helloMs: EXTENSION_HELLO_MS })
}

/** Over this machine's own address, for pages joined to the program before. */
export const byLoopback: Way = async (work, onStep, signal) => {
  const kept = readKept()
  return kept
    ? overSocket(kept.port, { kind: 'hello', token: kept.token }, work, onStep, signal)
    : { kind: 'closed' }
}

/** The same with a code from the program's window, its port in front. */
export function byCode(code: string): Way {
  const [, port = ''] = /^\s*(\d{4,5})\D/.exec(code) ?? []
  return (work, onStep, signal) =>
    port === ''
      ? Promise.resolve({ kind: 'closed' })
      : overSocket(Number(port), { kind: 'pair', code }, work, onStep, signal)
}

export function isJoined(): boolean {
  return readKept() !== undefined
}

async function overSocket(
  port: number,
  hello: object,
  work: CardWork,
  onStep: (step: string) => void,
  signal: AbortSignal,
): Promise<WayOutcome> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/card`, PROTOCOL)
  const line: Line = {
    send: (message) => socket.send(JSON.stringify(message)),
    onMessage: (take) =>
      socket.addEventListener('message', ({ data }) => take(JSON.parse(String(data)) as Message)),
    onClose: (gone) => socket.addEventListener('close', gone),
    close: () => socket.close(),
  }
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.addEventListener('open', () => resolve(true))
    socket.addEventListener('close', () => resolve(false))
  })
  if (!isOpen) return { kind: 'closed' }
  const outcome = await converse(line, hello, work, onStep, signal, {
    helloMs: HELLO_MS,
    onToken: (token) => keep({ port, token }),
  })
  // A program that does not know this page any more has to be joined anew.
  if (outcome.kind === 'closed' && !signal.aborted) forget()
  return outcome
}

function converse(
  line: Line,
  hello: object,
  work: CardWork,
  onStep: (step: string) => void,
  signal: AbortSignal,
  { helloMs, onToken }: { helloMs: number; onToken?: (token: string) => void },
): Promise<WayOutcome> {
  return new Promise((resolve) => {
    const id = crypto.randomUUID()
    const finish = (outcome: WayOutcome) => {
      clearTimeout(waiting)
      resolve(outcome)
      line.close()
    }
    const waiting = window.setTimeout(() => finish({ kind: 'closed' }), helloMs)
    line.onClose(() => finish({ kind: 'closed' }))
    line.onMessage((message) => {
      if (message.kind === 'ready') {
        clearTimeout(waiting)
        if (message.token !== undefined) onToken?.(message.token)
        line.send({ kind: 'operation', id, ...work })
      } else if (message.kind === 'step') onStep(message.step ?? '')
      else if (message.kind === 'result')
        finish({ kind: 'result', result: message.result, agent: message.agent })
      else finish({ kind: 'closed' })
    })
    signal.addEventListener('abort', () => line.send({ kind: 'cancel', id }))
    line.send(hello)
  })
}

type Kept = { readonly port: number; readonly token: string }

function readKept(): Kept | undefined {
  const text = localStorage.getItem(KEPT)
  return text === null ? undefined : (JSON.parse(text) as Kept)
}
function keep(kept: Kept): void {
  localStorage.setItem(KEPT, JSON.stringify(kept))
}
function forget(): void {
  localStorage.removeItem(KEPT)
}
