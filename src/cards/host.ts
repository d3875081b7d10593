import type {
  CardConnection,
  CardManifest,
  CardResult,
  Clock,
  Operation,
  ProfilePlugin,
  ProfileResult,
  ReaderDriver,
} from './contract.ts'
import { withDeadline } from './deadline.ts'
import { asCardError, CardError } from './errors.ts'
import { createFilter, type Filter } from './filter.ts'
import { readTriesLeft, verifyPin, type AskPin } from './pin.ts'
import { createSession, type HostSession } from './session.ts'
import { statementDigest, type Statement } from './statement.ts'

export type Profile = { readonly manifest: CardManifest; readonly plugin: ProfilePlugin }

export type Work = {
  readonly driver: Pick<ReaderDriver, 'connect'>
  readonly driverManifest: Pick<CardManifest, 'id' | 'version' | 'timeouts'>
  readonly readerId: string
  readonly profiles: readonly Profile[]
  readonly operation: Operation
  /** Of `attributes`: the wanted ones. */
  readonly fields?: readonly string[]
  /** Of `challenge`. */
  readonly statement?: Statement
  readonly clock: Clock
  readonly askPin: AskPin
  readonly signal?: AbortSignal
  /** The hardware has not answered in time: what still runs, and what settles when it has. */
  readonly onStuck?: (pending: Promise<unknown>) => void
}

/** Time a person has to type a PIN. */
export const PIN_ANSWER_MS = 60_000
/** Fewer points than this: the profile does not know the card. */
const MATCH_MIN = 0.5
const ATTRIBUTE_LENGTH_MAX = 1_000
const CERTIFICATE_BYTES_MAX = 8_192

/**
 * One operation on the card in one reader, from connecting to resetting. Whatever happens, the card is reset at the end,
 * so that nobody else finds it unlocked, and the caller is answered within its deadline. Never throws.
 */
export async function operate(work: Work): Promise<CardResult> {
  const { clock, driver, driverManifest, signal } = work
  const { commandMs, sessionMs } = driverManifest.timeouts
  try {
    const connecting = driver.connect(work.readerId, 'shared')
    const connection = await withDeadline(clock, commandMs, signal, connecting).catch(
      (cause: unknown) => {
        leaveBehind(
          work,
          connecting.then((late) => late.close('reset')),
        )
        throw cause
      },
    )
    const state: { session?: HostSession } = {}
    try {
      await withDeadline(clock, commandMs, signal, connection.begin())
      return await withDeadline(clock, sessionMs, signal, onCard(work, connection, state))
    } finally {
      const pending = state.session?.pending()
      const release = () => connection.close('reset')
      if (pending) leaveBehind(work, pending.then(release))
      else await withDeadline(clock, commandMs, undefined, release()).catch(() => undefined)
    }
  } catch (thrown) {
    const { code, detail } = asCardError(thrown)
    return { kind: 'none', code, detail }
  }
}

/** What the hardware has not finished is cleaned up when it has; until then the reader counts as stuck. */
function leaveBehind({ onStuck }: Work, cleaning: Promise<unknown>): void {
  const quiet = cleaning.catch(() => undefined)
  onStuck?.(quiet)
}

async function onCard(
  work: Work,
  connection: CardConnection,
  state: { session?: HostSession },
): Promise<CardResult> {
  const { operation, clock, signal } = work
  const offering = work.profiles.filter(({ manifest }) => manifest.card?.operations[operation])
  let best: { profile: Profile; session: HostSession; filter: Filter; points: number } | undefined
  for (const profile of offering) {
    const filter = createFilter(profile.manifest.card ?? { aids: [], commands: [] })
    const { commandMs } = profile.manifest.timeouts
    const session = createSession({ connection, clock, filter, commandMs, signal })
    state.session = session
    const points = await profile.plugin.match(session.lent)
    if (points >= MATCH_MIN && points > (best?.points ?? 0))
      best = { profile, session, filter, points }
    if (points >= 1) break
  }
  if (!best) throw new CardError('CARD_UNSUPPORTED')
  state.session = best.session
  const { profile, session, filter } = best
  // What another profile has selected since is not this one's.
  filter.selected(undefined)
  const { manifest, plugin } = profile
  const access = manifest.card?.operations[operation]
  const run = plugin.operations[operation]
  if (!access || !run) throw new CardError('CAPABILITY_MISSING')
  const template = (ref: string) => {
    const found = access.pin === ref ? manifest.card?.pins?.[ref] : undefined
    if (!found) throw new CardError('DENIED_BY_POLICY')
    return found
  }
  let hasAsked = false
  const fields = (work.fields ?? []).filter((name) => Object.hasOwn(access.fields, name))
  const result = await run(session.lent, {
    fields,
    digest: work.statement && statementDigest(work.statement),
    pin: {
      triesLeft: (ref) => readTriesLeft({ session, filter, template: template(ref) }),
      async verify(ref) {
        const asked = template(ref)
        if (hasAsked) throw new CardError('DENIED_BY_POLICY')
        hasAsked = true
        await verifyPin({
          session,
          filter,
          template: asked,
          clock,
          ask: work.askPin,
          answerMs: PIN_ANSWER_MS,
          signal,
        })
      },
    },
  })
  const { id, version } = work.driverManifest
  return told(result, operation, fields, {
    operation,
    profile: `${manifest.id}@${manifest.version}`,
    reader: `${id}@${version}`,
    at: new Date(clock.now()).toISOString(),
    assurance: access.assurance,
  })
}

type Origin = Pick<
  Extract<CardResult, { kind: 'uid' }>,
  'operation' | 'profile' | 'reader' | 'at' | 'assurance'
>

const KINDS: { readonly [operation in Operation]: readonly ProfileResult['kind'][] } = {
  identify: ['uid', 'card-type'],
  attributes: ['attributes'],
  certificate: ['certificate'],
  challenge: ['challenge-response'],
}

/** Only what the operation may give leaves the host, each within its limits. */
function told(
  result: ProfileResult,
  operation: Operation,
  fields: readonly string[],
  origin: Origin,
): CardResult {
  const broken = new CardError('INTERNAL')
  if (!KINDS[operation].includes(result.kind)) throw broken
  if (result.kind === 'uid')
    return { ...origin, kind: 'uid', assurance: 'none', uid: base64(result.uid, 32) }
  if (result.kind === 'card-type')
    return { ...origin, kind: 'card-type', name: String(result.name).slice(0, 100) }
  if (result.kind === 'attributes') {
    const attributes = Object.entries(result.attributes).filter(([name]) => fields.includes(name))
    if (
      attributes.some(
        ([, value]) => typeof value !== 'string' || value.length > ATTRIBUTE_LENGTH_MAX,
      )
    )
      throw broken
    return { ...origin, kind: 'attributes', attributes: Object.fromEntries(attributes) }
  }
  const certificate = base64(result.certificate, CERTIFICATE_BYTES_MAX)
  if (result.kind === 'certificate') return { ...origin, kind: 'certificate', certificate }
  return {
    ...origin,
    kind: 'challenge-response',
    certificate,
    signature: base64(result.signature, 1_024),
  }

  function base64(bytes: Uint8Array, max: number): string {
    if (bytes.length === 0 || bytes.length > max) throw broken
    return Buffer.from(bytes).toString('base64')
  }
}
