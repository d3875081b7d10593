import { hostname } from 'node:os'
import { createSetCompiler, type SetCompiler } from './definitions/serving/apart.ts'
import type { Problem } from './definitions/definitions.ts'
import { formatProblems, type Kinds } from './definitions/index.ts'
import { REPORTED_MAX, reportOf, type Reload } from './definitions/serving/report.ts'
import type { SetOutcome } from './definitions/serving/set.ts'
import { watchDefinitions } from './definitions/serving/watch.ts'
import { Fault } from './fault.ts'
import type { JsonObject } from './form/form.ts'
import type { Log } from './log.ts'
import { statesWithoutPlace } from './migrate-submissions.ts'
import { keepDocuments, serve, type Served } from './served.ts'
import { appendAudit } from './store/audit.ts'
import type { Store } from './store/open.ts'
import {
  insertAttempt,
  lastAttempt,
  purgeNodes,
  removeNode,
  saveNode,
  type Attempt,
  type NodeState,
  type Outcome,
} from './store/reloads.ts'

/** How a running program comes to serve changed definitions: the whole set, or the one it has. */
export type Reloads = {
  /** Looks at the folder at once, for somebody; others on the same database follow. */
  reload(requestedBy: string): Promise<Reload>
  /** Begins to follow what others ask for and, with `isWatching`, the folder itself. */
  start(options: { readonly isWatching: boolean }): Promise<void>
  /** Hears of every look at the folder. Gives the function that ends it. */
  onReload(listener: (reload: Reload) => void): () => void
  stop(): Promise<void>
}

export type ReloadDeps = {
  readonly dir: string
  readonly kinds: Kinds
  readonly cacheDir: string
  readonly store: Store
  readonly present: () => Served
  readonly swap: (next: Served) => void
  readonly clock: () => Date
  readonly newId: () => string
  readonly log: Log
}

/** Who asked, where it was nobody: the folder was seen to change. Not worth a line in the audit log. */
const WATCH = 'watch'
/** With the time to compile, well within the five seconds in which all programs are to agree (R25). */
const FOLLOW_MS = 1_000
/** A row says that its program runs: written seldom, since each is a flush of the disk. */
export const SEEN_MS = 30_000
const FORGOTTEN_MS = 86_400_000

type State = {
  readonly deps: ReloadDeps
  readonly compiler: SetCompiler
  readonly node: { readonly id: string; readonly name: string }
  readonly listeners: Set<(reload: Reload) => void>
  /** The last attempt this program has dealt with. */
  seq: number
  /** What was last said of this program. */
  told: NodeState | undefined
  seenMs: number
  isLost: boolean
}

export function createReloads(deps: ReloadDeps): Reloads {
  const state: State = {
    deps,
    compiler: createSetCompiler(deps.dir, deps.kinds, deps.cacheDir),
    node: { id: deps.newId(), name: `${hostname()} ${process.pid}` },
    listeners: new Set(),
    seq: 0,
    told: undefined,
    seenMs: -Infinity,
    isLost: false,
  }
  // One thing after the other, so that no older look overtakes a newer one.
  let last: Promise<unknown> = Promise.resolve()
  const inOrder = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work)
    last = result.catch(() => undefined)
    return result
  }
  let timer: NodeJS.Timeout | undefined
  let watching: { stop(): void } | undefined
  let isStopped = false
  const failed = (message: string) => (error: unknown) => deps.log.error({ err: error }, message)

  const follow = () => {
    timer = setTimeout(() => {
      void inOrder(() => followOthers(state)).finally(() => {
        if (!isStopped) follow()
      })
    }, FOLLOW_MS)
    timer.unref()
  }
  return {
    reload: (requestedBy) => inOrder(() => look(state, requestedBy)),
    async start({ isWatching }) {
      await inOrder(() => begin(state))
      if (isWatching) {
        state.compiler.warm().catch(failed('The compiler of the definitions is not ready'))
        watching = await watchDefinitions(
          deps.dir,
          () => void inOrder(() => look(state, WATCH)).catch(failed('The change was not taken up')),
          failed('Changes are not seen any more; “npx madoguchi reload” takes them up'),
        )
      }
      follow()
    },
    onReload(listener) {
      state.listeners.add(listener)
      return () => state.listeners.delete(listener)
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      watching?.stop()
      await state.compiler.stop()
      await last
      if (state.told) await deps.store.write((tx) => removeNode(tx, state.node.id))
    },
  }
}

/** Says that this program runs, and what it serves; the folder was read a moment ago. */
async function begin(state: State): Promise<void> {
  const { deps } = state
  const attempt = await lastAttempt(deps.store.db)
  state.seq = attempt?.seq ?? 0
  const served = deps.present().definitions.hash
  const isOther = attempt?.hash !== undefined && attempt.hash !== served
  if (isOther)
    deps.log.warn(
      { served, requested: attempt.hash },
      'The folder holds other definitions than were last asked for',
    )
  await warnOfStates(deps)
  await tell(state, isOther ? 'other-files' : 'live')
}

/** Those go on by the set they began with, but somebody should know before it is too old for anybody to remember. */
async function warnOfStates({ store, present, log }: ReloadDeps): Promise<void> {
  const states = await statesWithoutPlace(store, present().definitions)
  if (states.length > 0)
    log.warn(
      { states },
      'Submissions are under way in states these definitions do not know; see “npx madoguchi migrate-submissions”',
    )
}

async function look(state: State, requestedBy: string): Promise<Reload> {
  const { deps } = state
  const started = performance.now()
  const outcome = await state.compiler.compile()
  if ('problems' in outcome) {
    await record(state, { requestedBy, report: reportOf(outcome.problems) })
    // Whoever edits is told at once by those who listen; in the log every half-finished line would be one entry.
    if (requestedBy !== WATCH) logProblems(deps.log, outcome.problems.en)
    await tell(state, 'problems')
    return heard(state, { kind: 'problems', problems: outcome.problems })
  }
  const isNew = await goLive(deps, outcome)
  const { hash } = outcome.definitions
  if (isNew || requestedBy !== WATCH) await record(state, { requestedBy, hash })
  await tell(state, 'live')
  const ms = Math.round(performance.now() - started)
  if (isNew) {
    deps.log.info({ hash, ms }, 'Changed definitions are live')
    await warnOfStates(deps)
  }
  return heard(state, { kind: 'live', hash, isNew, ms })
}

/** Everything is made first, then one assignment makes it the set of every request from now on. */
async function goLive(
  { present, swap, dir, cacheDir }: ReloadDeps,
  { definitions, checks }: Extract<SetOutcome, { readonly definitions: unknown }>,
): Promise<boolean> {
  if (definitions.hash === present().definitions.hash) return false
  await keepDocuments(definitions, { definitionsDir: dir, cacheDir })
  swap(await serve(definitions, checks, present()))
  return true
}

/**
 * Deals with what another program, or the verb, has asked for. Only the very set that was asked for goes live: a program
 * whose folder holds anything else keeps its own and says so, so that two never serve what nobody checked.
 */
async function followOthers(state: State): Promise<void> {
  const { deps } = state
  try {
    const attempt = await lastAttempt(deps.store.db)
    if (attempt && attempt.seq > state.seq) await followAttempt(state, attempt)
    else if (performance.now() - state.seenMs > SEEN_MS) await seen(state)
    state.isLost = false
  } catch (error) {
    // Once for each time the database is away, not once a second.
    if (!state.isLost) deps.log.error({ err: error }, 'Requests for a reload cannot be followed')
    state.isLost = true
  }
}

async function followAttempt(state: State, { seq, hash }: Attempt): Promise<void> {
  const { deps } = state
  state.seq = seq
  if (hash === undefined || hash === deps.present().definitions.hash)
    return tell(state, hash === undefined ? 'problems' : 'live')
  const outcome = await state.compiler.compile().catch((error: unknown) => {
    if (error instanceof Fault) return error
    throw error
  })
  if (outcome instanceof Fault) {
    deps.log.error({ err: outcome }, 'The definitions could not be compiled')
    return tell(state, 'failed', { reason: outcome.message })
  }
  if ('problems' in outcome) {
    logProblems(deps.log, outcome.problems.en)
    return tell(state, 'problems', { report: reportOf(outcome.problems) })
  }
  const found = outcome.definitions.hash
  if (found !== hash) {
    deps.log.warn({ wanted: hash, found }, 'The folder holds other definitions than asked for')
    return tell(state, 'other-files', { found })
  }
  await goLive(deps, outcome)
  deps.log.info({ hash }, 'Changed definitions are live')
  await tell(state, 'live')
}

async function record(
  state: State,
  { requestedBy, hash, report }: Pick<Attempt, 'requestedBy' | 'hash' | 'report'>,
): Promise<void> {
  const { store, clock } = state.deps
  const at = clock().toISOString()
  const { seq } = await store.write(async (tx) => {
    const inserted = await insertAttempt(tx, { at, requestedBy, hash, report })
    if (requestedBy !== WATCH)
      await appendAudit(tx, {
        at,
        actor: requestedBy,
        kind: hash === undefined ? 'definitions.refused' : 'definitions.reloaded',
        subject: hash ?? '',
        data: {},
      })
    return inserted
  })
  state.seq = seq
}

async function tell(state: State, outcome: Outcome, detail: JsonObject = {}): Promise<void> {
  const { clock, present } = state.deps
  const at = clock().toISOString()
  state.told = {
    ...state.node,
    hash: present().definitions.hash,
    seq: state.seq,
    outcome,
    detail,
    changedAt: at,
    seenAt: at,
  }
  await seen(state)
}

async function seen(state: State): Promise<void> {
  const { clock, store } = state.deps
  const now = clock()
  const node = state.told
  if (!node) return
  await store.write(async (tx) => {
    await saveNode(tx, { ...node, seenAt: now.toISOString() })
    await purgeNodes(tx, new Date(now.getTime() - FORGOTTEN_MS).toISOString())
  })
  state.seenMs = performance.now()
}

function heard(state: State, reload: Reload): Reload {
  for (const listener of state.listeners) listener(reload)
  return reload
}

function logProblems(log: Log, problems: readonly Problem[]): void {
  log.warn(
    { count: problems.length, report: formatProblems(problems.slice(0, REPORTED_MAX)) },
    'The definitions have problems; those before stay',
  )
}
