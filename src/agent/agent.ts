import type {
  CardResult,
  Clock,
  FileEvent,
  Operation,
  ReaderEvent,
  ReaderInfo,
} from '../cards/contract.ts'
import { withDeadline } from '../cards/deadline.ts'
import { asCardError, CardError, type CardErrorCode } from '../cards/errors.ts'
import { operate, type Profile } from '../cards/host.ts'
import type { Desk } from './desk.ts'
import {
  startChild,
  type Child,
  type ChildState,
  type PluginPlace,
  type Timing,
} from './process.ts'
import { createRemoteProfile, remoteDriver } from './remote.ts'

/** A wish of a page, as it came over one of the three ways; `origin` is what the way itself vouches for. */
export type PageWish = {
  readonly origin: string
  readonly portal: string
  readonly purpose: string
  readonly operation: Operation
  readonly fields: readonly string[]
  readonly nonce: string
}

export type ReaderState = ReaderInfo & {
  readonly driver: string
  readonly status: 'ready' | 'card' | 'stuck'
}

export type Agent = {
  readonly version: string
  /** One operation at a time, after the person at the PC agreed. Never throws. */
  run(wish: PageWish, signal: AbortSignal, onStep?: (step: Step) => void): Promise<CardResult>
  readers(): readonly ReaderState[]
  plugins(): readonly { readonly name: string; readonly kind: string; readonly state: ChildState }[]
  /** How often each error came since the start. */
  errors(): Readonly<Record<string, number>>
  stop(): Promise<void>
}
export type Step = 'consent' | 'card' | 'reading' | 'pin'

export type AgentOptions = {
  readonly version: string
  readonly plugins: readonly PluginPlace[]
  readonly clock: Clock
  readonly desk: Desk
  readonly env: Readonly<Record<string, string>>
  /** Names and codes only. */
  readonly log: (event: { readonly [name: string]: string | number }) => void
  readonly onFile?: (event: FileEvent) => void
  readonly timing?: Partial<Timing> & { readonly graceMs?: number }
}

const CONSENT_MS = 120_000
const CARD_WAIT_MS = 60_000
/** Hardware that has not answered by then is not waited for: its driver's process is ended. */
const GRACE_MS = 5_000
/** A page that asks more often than a person can answer is not working for one. */
const WISHES_MAX = 20
const WISHES_PER_MS = 60_000
const POLL_MS = 2_000

type Reader = {
  readonly info: ReaderInfo
  readonly child: Child
  readonly place: PluginPlace
  card: boolean
  isStuck: boolean
}

/** The program on the reception PC: drivers and profiles in processes of their own, and the person's word before each operation. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { clock, desk, log } = options
  const readers = new Map<string, Reader>()
  const profiles: Profile[] = []
  const children: { readonly place: PluginPlace; readonly child: Child; state: ChildState }[] = []
  const errors = new Map<string, number>()
  const recent: number[] = []
  const listeners = new Set<() => void>()
  let isStopping = false
  let isBusy = false
  const count = (code: CardErrorCode) => void errors.set(code, (errors.get(code) ?? 0) + 1)
  const changed = () => {
    for (const listener of listeners) listener()
  }
  const keyOf = (place: PluginPlace, readerId: string) => `${place.manifest.id}/${readerId}`

  function onReaderEvent(place: PluginPlace, child: Child, event: ReaderEvent): void {
    if (event.kind === 'reader-added')
      readers.set(keyOf(place, event.reader.id), {
        info: event.reader,
        child,
        place,
        card: false,
        isStuck: false,
      })
    else if (event.kind === 'service-down') count('SERVICE_DOWN')
    else if (event.kind !== 'service-up') {
      const reader = readers.get(keyOf(place, event.readerId))
      if (event.kind === 'reader-removed') readers.delete(keyOf(place, event.readerId))
      else if (reader && event.kind === 'reader-stuck') reader.isStuck = true
      else if (reader) {
        reader.card = event.kind === 'card-present'
        // Taking the card away is what frees a hung reader.
        if (event.kind === 'card-absent') reader.isStuck = false
      }
    }
    changed()
  }

  for (const place of options.plugins) {
    const remote = createRemoteProfile()
    const entry = { place, state: 'starting' as ChildState }
    const child: Child = startChild({
      ...place,
      clock,
      env: place.manifest.permissions.includes('pcsc') ? options.env : {},
      handlers: remote.handlers,
      timing: options.timing,
      onEvent: (event) => {
        const kind = (event as { kind?: unknown }).kind
        if (kind === 'log') log({ plugin: place.manifest.id, message: 'said something' })
        else if (place.manifest.kind === 'reader') onReaderEvent(place, child, event as ReaderEvent)
        else if (place.manifest.kind === 'file-source') options.onFile?.(event as FileEvent)
      },
      onState: (state) => {
        Object.assign(entry, { state })
        log({ plugin: place.manifest.id, state })
        if (state !== 'stopped') return
        count('PLUGIN_CRASHED')
        for (const [key, reader] of readers) if (reader.place === place) readers.delete(key)
        changed()
      },
    })
    children.push(Object.assign(entry, { child }))
    if (place.manifest.kind === 'card-profile')
      profiles.push({
        manifest: place.manifest,
        plugin: remote.plugin(
          child,
          Object.keys(place.manifest.card?.operations ?? {}) as readonly Operation[],
        ),
      })
    if (place.manifest.kind === 'file-source') {
      const poll = async () => {
        await child.run('poll').catch((cause: unknown) => count(asCardError(cause).code))
        if (!isStopping) clock.after(POLL_MS, () => void poll())
      }
      void child.ready.then(poll, () => undefined)
    }
  }
  await Promise.allSettled(children.map(({ child }) => child.ready))

  /** A reader with a card on it; waits for the person to put one there. */
  async function readerWithCard(signal: AbortSignal): Promise<Reader> {
    const pick = () => [...readers.values()].find((reader) => reader.card && !reader.isStuck)
    const waiting = new Promise<Reader>((resolve, reject) => {
      const look = () => {
        const found = pick()
        if (found) resolve(found)
        else if (readers.size === 0) reject(new CardError('NO_READER'))
        else if ([...readers.values()].every(({ isStuck }) => isStuck))
          reject(new CardError('READER_STUCK'))
        else return
        listeners.delete(look)
      }
      listeners.add(look)
      signal.addEventListener('abort', () => listeners.delete(look))
      look()
    })
    return withDeadline(clock, CARD_WAIT_MS, signal, waiting).catch((cause: unknown) => {
      throw cause instanceof CardError && cause.code === 'TIMEOUT'
        ? new CardError('NO_CARD')
        : cause
    })
  }

  function watchStuck(reader: Reader, pending: Promise<unknown>): void {
    reader.isStuck = true
    log({ reader: reader.place.manifest.id, state: 'stuck' })
    const callOff = clock.after(options.timing?.graceMs ?? GRACE_MS, () => reader.child.kill())
    void pending.then(() => {
      callOff()
      reader.isStuck = false
      changed()
    })
  }

  async function perform(
    wish: PageWish,
    signal: AbortSignal,
    onStep: (step: Step) => void,
  ): Promise<CardResult> {
    const now = clock.now()
    while (recent.length > 0 && now - (recent[0] ?? 0) > WISHES_PER_MS) recent.shift()
    if (recent.length >= WISHES_MAX) throw new CardError('DENIED_BY_POLICY')
    recent.push(now)
    if (!profiles.some(({ manifest }) => manifest.card?.operations[wish.operation]))
      throw new CardError('CAPABILITY_MISSING')
    onStep('consent')
    const { origin, portal, purpose, operation, fields } = wish
    const agreed = await withDeadline(
      clock,
      CONSENT_MS,
      signal,
      desk.consent({ origin, portal, purpose, operation, fields }, signal),
    )
    if (!agreed) throw new CardError('PIN_CANCELLED')
    onStep('card')
    desk.show('card')
    const reader = await readerWithCard(signal)
    onStep('reading')
    desk.show('reading')
    return operate({
      driver: remoteDriver(reader.child),
      driverManifest: reader.place.manifest,
      readerId: reader.info.id,
      profiles,
      operation,
      fields,
      statement: { origin, nonce: wish.nonce, purpose },
      clock,
      signal,
      async askPin(question, pinSignal) {
        onStep('pin')
        const answer = await desk.pin({ ...question, origin, portal, purpose }, pinSignal)
        onStep('reading')
        desk.show('reading')
        return answer
      },
      onStuck: (pending) => watchStuck(reader, pending),
    })
  }

  return {
    version: options.version,
    async run(wish, signal, onStep = () => undefined) {
      const startedAt = clock.now()
      let result: CardResult
      if (isBusy) result = { kind: 'none', code: 'READER_BUSY', detail: {} }
      else {
        isBusy = true
        try {
          result = await perform(wish, signal, onStep)
        } catch (thrown) {
          const { code, detail } = asCardError(thrown)
          result = { kind: 'none', code, detail }
        } finally {
          isBusy = false
        }
        desk.show(result.kind === 'none' ? { code: result.code, detail: result.detail } : 'done')
      }
      if (result.kind === 'none') count(result.code)
      log({
        operation: wish.operation,
        result: result.kind === 'none' ? result.code : result.kind,
        profile: result.kind === 'none' ? '' : result.profile,
        ms: clock.now() - startedAt,
      })
      return result
    },
    readers: () =>
      [...readers.values()].map(({ info, place, card, isStuck }) => ({
        ...info,
        driver: `${place.manifest.id}@${place.manifest.version}`,
        status: isStuck ? 'stuck' : card ? 'card' : 'ready',
      })),
    plugins: () =>
      children.map(({ place, state }) => ({
        name: `${place.manifest.id}@${place.manifest.version}`,
        kind: place.manifest.kind,
        state,
      })),
    errors: () => Object.fromEntries(errors),
    async stop() {
      isStopping = true
      await Promise.all(children.map(({ child }) => child.stop()))
    },
  }
}
