import { setTimeout as sleep } from 'node:timers/promises'
import type { Advance } from '../advance.ts'
import type { Keys } from '../keys.ts'
import type { MailRequest } from '../mail/render.ts'
import type { Message } from '../plugins/contract.ts'
import { claimJobs, hasDueJobs, type Job, renewLeases } from '../store/jobs.ts'
import type { Store } from '../store/open.ts'
import { later } from '../workflow/time.ts'
import { type Perform, runJob } from './run.ts'

export type WorkerDeps = {
  readonly store: Store
  readonly advance: Pick<
    Advance,
    'elapse' | 'effectDone' | 'effectFailed' | 'definitionsOf' | 'onJobs'
  >
  /** By the effect's name, given by the plugins. */
  readonly perform: Perform
  readonly renderMail: (request: MailRequest) => Message
  readonly keys: Pick<Keys, 'derive'>
  readonly baseUrl: string
  readonly clock: () => Date
  readonly newId: () => string
  /** For the jitter of repetitions: 0 <= x < 1. */
  readonly random: () => number
  readonly log: {
    warn(data: object, message: string): void
    error(data: object, message: string): void
  }
  /** Asked again and again; knows itself when it is time (`createChores`). */
  readonly chores?: () => Promise<void>
  readonly limits?: Partial<Limits>
}

export type Limits = {
  /**
   * Jobs at work at the same time: enough to share a commit, few enough that mails waiting for one of a mail server's few
   * connections still go out before `performMs`.
   */
  readonly countMax: number
  /** How long a claim holds unless renewed: what a died worker held is taken over after it. */
  readonly leaseMs: number
  /** After this a performer is given up on and the job tried again. */
  readonly performMs: number
  /** Attempts before a job counts as failed. With the longest pause between them this outlasts a day without mail server. */
  readonly attemptsMax: number
  /** Longest pause before an idle worker looks for jobs that another process stored or whose time has come. */
  readonly pollMs: number
}

const DEFAULTS: Limits = {
  countMax: 32,
  leaseMs: 30_000,
  performMs: 60_000,
  attemptsMax: 60,
  pollMs: 1_000,
}

export type Worker = {
  /** Takes what is due, up to `countMax`, and waits until it is done. Gives how many jobs that were. */
  runOnce(): Promise<number>
  /** Works on until `stop`. */
  start(): void
  /** Takes nothing new and waits for what is at work. */
  stop(): Promise<void>
}

/** Performs stored effects and timers, at least once each, and reports through `advance` (style §3.3). */
export function createWorker(deps: WorkerDeps): Worker {
  const limits = { ...DEFAULTS, ...deps.limits }
  const atWork = new Set<Promise<void>>()
  const bell = createBell()
  let working: Promise<void> | undefined
  let isStopping = false
  let silence = () => {}

  async function claim(countMax: number): Promise<readonly Job[]> {
    const now = deps.clock().toISOString()
    if (!(await hasDueJobs(deps.store.db, now))) return []
    const request = { lease: deps.newId(), now, until: later(now, limits.leaseMs), countMax }
    return deps.store.write((tx) => claimJobs(tx, deps.store.dialect, request))
  }

  async function work(): Promise<void> {
    while (!isStopping) {
      await deps.chores?.()
      const jobs = await claim(limits.countMax - atWork.size).catch((error: unknown) => {
        deps.log.error({ error: String(error) }, 'No jobs could be claimed')
        return []
      })
      if (jobs.length > 0) {
        for (const one of runClaimed(deps, limits, jobs)) {
          atWork.add(one)
          void one.finally(() => {
            atWork.delete(one)
            bell.ring()
          })
        }
      }
      if (jobs.length === 0 || atWork.size >= limits.countMax) await bell.wait(limits.pollMs)
    }
    await Promise.all(atWork)
  }

  return {
    async runOnce() {
      await deps.chores?.()
      const jobs = await claim(limits.countMax)
      await Promise.all(runClaimed(deps, limits, jobs))
      return jobs.length
    },
    start() {
      if (working) return
      isStopping = false
      silence = deps.advance.onJobs(bell.ring)
      working = work()
    },
    async stop() {
      silence()
      isStopping = true
      bell.ring()
      await working
      working = undefined
    },
  }
}

/** Starts all jobs of one claim. None of the promises rejects; the claim is renewed until the last one is settled. */
function runClaimed(
  deps: WorkerDeps,
  limits: Limits,
  jobs: readonly Job[],
): readonly Promise<void>[] {
  const open = new Map(jobs.map((job) => [job.id, { job, lost: new AbortController() }]))
  const runs = [...open.values()].map(async ({ job, lost }) => {
    try {
      await runJob(deps, limits, job, lost.signal)
    } catch (error) {
      // Its lease runs out and somebody takes it over.
      deps.log.error({ job: job.id, kind: job.kind, error: String(error) }, 'A job was left')
    } finally {
      open.delete(job.id)
      if (open.size === 0) over.abort()
    }
  })
  const over = new AbortController()
  if (jobs.length > 0) void renewClaim(deps, limits, open, over.signal)
  return runs
}

async function renewClaim(
  { store, clock, log }: WorkerDeps,
  { leaseMs }: Limits,
  open: ReadonlyMap<string, { readonly job: Job; readonly lost: AbortController }>,
  over: AbortSignal,
): Promise<void> {
  const pauseMs = leaseMs / 3
  for (;;) {
    const isOver = await sleep(pauseMs, false, { signal: over, ref: false }).catch(() => true)
    if (isOver) return
    const [first] = open.values()
    if (!first) return
    const until = later(clock().toISOString(), leaseMs)
    try {
      const held = await store.write((tx) =>
        renewLeases(tx, first.job.lease, [...open.keys()], until),
      )
      for (const { job, lost } of open.values()) if (!held.includes(job.id)) lost.abort()
    } catch (error) {
      log.warn({ error: String(error) }, 'A claim could not be renewed')
    }
  }
}

/** Lets a loop wait for a sign or some time, whichever comes first; a sign given before the wait counts. */
function createBell() {
  let rung = Promise.withResolvers<void>()
  return {
    ring: () => rung.resolve(),
    async wait(timeoutMs: number): Promise<void> {
      const waiting = new AbortController()
      const timer = sleep(timeoutMs, undefined, { signal: waiting.signal }).catch(() => undefined)
      await Promise.race([rung.promise, timer])
      waiting.abort()
      rung = Promise.withResolvers()
    },
  }
}
