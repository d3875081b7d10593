import { copyFile, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Fault } from '../../src/fault.ts'
import type { EffectResult, Message } from '../../src/plugins/contract.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { eventsOf, loadSubmission } from '../../src/store/submissions.ts'
import { evolve } from '../../src/workflow/evolve.ts'
import type { Actor, Submission } from '../../src/workflow/submission.ts'
import type { Action } from '../../src/workflow/workflow.ts'
import { answers, T0, workflows } from '../workflow/fixtures.ts'
import { createScene, type Scene } from '../workflow/scene.ts'
import { mortal } from './mortal.ts'

/**
 * One run of the engine among people who do anything at any time, with a clock of its own, while mails do not leave, the disk
 * is full, printing fails and the power goes. All of it follows from the seed.
 */

const MOVES = 30
const NONE = { mail: false, print: false, disk: false }
/** Past every lease. */
const RESTART_MS = 60_000
const SPANS_MS = [1_000, 60_000, 600_000, 3_600_000, 86_400_000, 8 * 86_400_000]
/** Longer than every time limit of the sample workflows, round after round. */
const LAST_DAYS = 45
const POINTS_MAX = 120

export type Run = {
  /** What went wrong: nothing, if all is well. */
  readonly wrongs: readonly string[]
  readonly crashes: number
  /** How often somebody was told that something is done. */
  readonly told: number
  readonly ended: number
}
export type Seeds = { run(seed: number): Promise<Run>; close(): Promise<void> }

export async function openSimulation(): Promise<Seeds> {
  // In memory where the system offers a folder that is: it is order that is looked at here, not the disk.
  const shared = await stat('/dev/shm').catch(() => undefined)
  const folder = await mkdtemp(join(shared ? '/dev/shm' : tmpdir(), 'madoguchi-simulation-'))
  const empty = join(folder, 'empty.db')
  const store = await openStore(`sqlite:${empty}`)
  await migrate(store)
  await store.close()
  return {
    async run(seed) {
      const file = join(folder, `${seed}.db`)
      await copyFile(empty, file)
      const world = createWorld(seed, await openStore(`sqlite:${file}`))
      try {
        return await play(world)
      } finally {
        await world.real.close()
        for (const end of ['', '-wal', '-shm']) await rm(`${file}${end}`, { force: true })
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}

type World = ReturnType<typeof createWorld>

function createWorld(seed: number, real: Store) {
  const random = randomFrom(seed)
  return {
    real,
    random,
    below: (n: number) => Math.floor(random() * n),
    faults: { ...NONE },
    /** What came of the outside world: it outlives every crash. */
    mails: [] as Message[],
    done: new Map<string, number>(),
    /** What somebody was told is done: this submission had come so far. */
    told: [] as { readonly id: string; readonly seq: number }[],
    filings: [] as {
      readonly form: string
      readonly key: string
      readonly person: number
      id?: string
      readonly by: Actor
    }[],
    crashes: 0,
    wrongs: [] as string[],
    nowMs: Date.parse(T0),
    lives: 0,
  }
}

/** mulberry32: small, and the same everywhere. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function pick<T>({ below }: Pick<World, 'below'>, all: readonly T[]): T | undefined {
  return all[below(all.length)]
}

type Life = { readonly scene: Scene; readonly isDead: () => boolean }

/** A process over the same database; it may die after so many statements. */
async function begin(world: World, isLast = false): Promise<Life> {
  const points =
    isLast || world.random() < 0.3 ? Number.POSITIVE_INFINITY : 5 + world.below(POINTS_MAX)
  let life: ReturnType<typeof mortal> | undefined
  const full = (store: Store): Store => ({
    ...store,
    write: async (work) => {
      if (world.faults.disk) throw new Fault('store.full', 'The disk is full')
      return store.write(work)
    },
  })
  const scene = await createScene({
    store: world.real,
    wrap: (store) => (life = mortal(full(store), points)).wrapped,
    perform: performers(world),
    worker: { random: world.random },
    ids: `p${++world.lives}-`,
    now: new Date(world.nowMs).toISOString(),
  })
  return { scene, isDead: () => life?.isDead() ?? false }
}

function performers(world: World) {
  const work =
    (effect: string, isOut: () => boolean, result: EffectResult) =>
    async (
      payload: unknown,
      { idempotencyKey }: { readonly idempotencyKey: string },
    ): Promise<EffectResult> => {
      if (isOut()) return { status: 'retry', reason: `${effect} is out of order` }
      const key = `${effect} ${idempotencyKey}`
      world.done.set(key, (world.done.get(key) ?? 0) + 1)
      if (effect === 'mail.send') world.mails.push(payload as Message)
      return result
    }
  const done = (result: object): EffectResult => ({ status: 'done', result: { ...result } })
  const { faults } = world
  return {
    'mail.send': work('mail.send', () => faults.mail, done({})),
    'desk.issue': work('desk.issue', () => false, done({ first: 'W0000001', count: 2 })),
    'desk.print': work('desk.print', () => faults.print, done({})),
    'desk.tell': work('desk.tell', () => false, done({})),
    'desk.check': work('desk.check', () => faults.print, done({})),
  }
}

async function play(world: World): Promise<Run> {
  let life = await begin(world)
  for (let move = 0; move < MOVES; move++) {
    await oneMove(world, life.scene)
    if (!life.isDead()) continue
    world.crashes += 1
    world.nowMs = life.scene.clock().getTime() + RESTART_MS
    await life.scene.close()
    life = await begin(world)
  }
  world.nowMs = life.scene.clock().getTime() + RESTART_MS
  await life.scene.close()
  Object.assign(world.faults, NONE)
  life = await begin(world, true)
  await settle(life.scene)
  await allHaveAWayOn(world)
  for (let day = 0; day < LAST_DAYS; day++) {
    life.scene.wait(86_400_000)
    await settle(life.scene)
  }
  await life.scene.close()
  await judge(world)
  const ended = await world.real.db
    .selectFrom('submission')
    .select('id')
    .where('end', 'is not', null)
    .execute()
  const { wrongs, crashes, told } = world
  return { wrongs, crashes, told: told.length, ended: ended.length }
}

async function settle({ worker }: Scene): Promise<void> {
  for (let round = 0; round < 200; round++) if ((await worker.runOnce()) === 0) return
  throw new Error('The worker finds no end')
}

const MOVES_BY_WEIGHT: readonly (readonly [
  number,
  (world: World, scene: Scene) => Promise<unknown>,
])[] = [
  [5, file],
  [2, fileAgain],
  [5, openLink],
  [8, act],
  [2, confirm],
  [2, repair],
  [3, async (world, scene) => scene.wait(pick(world, SPANS_MS) ?? 0)],
  [8, async (_, scene) => scene.worker.runOnce()],
  [2, changeFault],
]
const TICKETS = MOVES_BY_WEIGHT.flatMap(([weight, move]) =>
  Array.from({ length: weight }, () => move),
)

/** Whoever hears of no success, has none: what the world throws is theirs to try again. */
async function oneMove(world: World, scene: Scene): Promise<void> {
  const move = pick(world, TICKETS)
  try {
    await move?.(world, scene)
  } catch (cause) {
    const isExpected = cause instanceof Fault || String(cause).includes('power cut')
    if (!isExpected) world.wrongs.push(`a move failed: ${String(cause)}`)
  }
}

async function changeFault(world: World): Promise<void> {
  const which = pick(world, ['mail', 'print', 'disk', 'none', 'none'] as const)
  if (which === 'none' || which === undefined) Object.assign(world.faults, NONE)
  else world.faults[which] = true
}

async function file(world: World, scene: Scene): Promise<void> {
  const person = world.below(8)
  const form = pick(world, ['registration', 'registration', 'issuing', 'checking', 'desk']) ?? ''
  const accounts =
    form === 'desk' ? await scene.real.db.selectFrom('account').select('id').execute() : []
  const account = pick(world, accounts)
  if (form === 'desk' && !account) return
  const by: Actor = account ? { kind: 'account', accountId: account.id } : { kind: 'visitor' }
  world.filings.push({ form, key: `k${world.filings.length}`, person, by })
  await send(world, scene, world.filings.length - 1)
}

async function fileAgain(world: World, scene: Scene): Promise<void> {
  if (world.filings.length > 0) await send(world, scene, world.below(world.filings.length))
}

async function send(world: World, scene: Scene, index: number): Promise<void> {
  const filing = world.filings[index]
  if (!filing) return
  const { person, form, key, by } = filing
  const outcome = await scene.advance.submit({
    form: `sample/${form}`,
    answers: {
      ...answers,
      amount: person * 30,
      email: `p${person}@example.jp`,
      facility: { ...answers.facility, facilityId: `f${person}`, identifier: `clinic:${person}` },
    },
    actor: by,
    idempotency: { scope: 'simulation', key, requestHash: key },
  })
  if ('refusal' in outcome) return
  const { id } = outcome.submission
  if (filing.id !== undefined && filing.id !== id) world.wrongs.push(`${key} gave two submissions`)
  filing.id = id
  heard(world, outcome.submission)
}

function heard(world: World, { id, seq }: Submission): void {
  world.told.push({ id, seq })
}

async function openLink(world: World, scene: Scene): Promise<void> {
  const mail = pick(
    world,
    world.mails.filter(({ text }) => /\/links\//.test(text)),
  )
  const token = /\/links\/(\S+)/.exec(mail?.text ?? '')?.[1]
  if (token === undefined) return
  const outcome = await scene.advance.byLink({ token, answers: {} })
  if (!('refusal' in outcome)) heard(world, outcome.submission)
}

const STAFF: readonly Actor[] = [
  { kind: 'staff', staffId: 's1', role: 'reviewer' },
  { kind: 'staff', staffId: 's2', role: 'reviewer' },
  { kind: 'staff', staffId: 's3', role: 'administrator' },
]

async function anySubmission(world: World, scene: Scene): Promise<Submission | undefined> {
  const rows = await scene.real.db.selectFrom('submission').select('id').orderBy('id').execute()
  const row = pick(world, rows)
  return row && loadSubmission(scene.real.db, row.id)
}

function workflowOf({ workflow }: Submission) {
  return workflows[workflow as keyof typeof workflows]
}

async function act(world: World, scene: Scene): Promise<void> {
  const submission = await anySubmission(world, scene)
  const state = submission && workflowOf(submission).states[submission.state]
  const entry = pick(world, Object.entries<Action>(state?.actions ?? {}))
  if (!submission || !entry) return
  const [action, { by, mark, edit, note }] = entry
  const owner: Actor = submission.accountId
    ? { kind: 'account', accountId: submission.accountId }
    : { kind: 'visitor' }
  const outcome = await scene.advance.act({
    submissionId: submission.id,
    action,
    answers: {},
    actor: by === 'staff' ? (pick(world, STAFF) ?? owner) : owner,
    ...(mark && { fields: ['phone'] }),
    ...(edit && { changes: { phone: String(world.below(1_000)) } }),
    ...(note && { note: '確認した' }),
    ...(world.random() < 0.3 && { seen: submission.progress.entered?.seq ?? 0 }),
  })
  if (!('refusal' in outcome)) heard(world, outcome.submission)
}

async function confirm(world: World, scene: Scene): Promise<void> {
  const submission = await anySubmission(world, scene)
  const proposal = submission?.progress.proposal
  if (!submission || !proposal) return
  const outcome = await scene.advance.confirm({
    submissionId: submission.id,
    action: proposal.action,
    agrees: world.random() < 0.7,
    actor: pick(world, STAFF) ?? { kind: 'visitor' },
  })
  if (!('refusal' in outcome)) heard(world, outcome.submission)
}

async function repair(world: World, scene: Scene): Promise<void> {
  const submission = await anySubmission(world, scene)
  const stuck = Object.entries(submission?.progress.steps ?? {}).find(
    ([, { status }]) => status === 'stuck',
  )
  const actor = pick(world, STAFF)
  if (!submission || !stuck || !actor) return
  const common = { submissionId: submission.id, step: stuck[0], actor }
  const outcome = await scene.advance.repair(
    world.random() < 0.7
      ? { ...common, do: 'retry' }
      : { ...common, do: 'skip', note: '別の方法で済ませた' },
  )
  if (!('refusal' in outcome)) heard(world, outcome.submission)
}

/** Who waits has a moment when it goes on, somebody who can act, or stands in the list of what is stuck. */
async function allHaveAWayOn({ real: { db }, wrongs }: World): Promise<void> {
  const rows = await db
    .selectFrom('submission')
    .select(['id', 'stuck'])
    .where('end', 'is', null)
    .execute()
  for (const { id, stuck } of rows) {
    const submission = await loadSubmission(db, id)
    const jobs = await db
      .selectFrom('job')
      .select('id')
      .where('submission_id', '=', id)
      .where('state', 'in', ['waiting', 'running'])
      .execute()
    const actions = submission && workflowOf(submission).states[submission.state]?.actions
    const people = Object.values(actions ?? {}).filter(({ by }) => by !== 'link')
    if (jobs.length === 0 && people.length === 0 && stuck === null)
      wrongs.push(`${submission?.workflow} ${id} waits in ${submission?.state} for nothing`)
  }
}

/** After the last day: nothing told was lost, nothing was done twice, the facts give what is there, the chain holds. */
async function judge({ real: { db }, wrongs, told, done }: World): Promise<void> {
  for (const { id, seq } of told) {
    const submission = await loadSubmission(db, id)
    if (!submission || submission.seq < seq)
      wrongs.push(`${id} was told to be at ${seq} and is not`)
  }
  for (const { id } of await db.selectFrom('submission').select('id').execute())
    await judgeOne(db, id, wrongs)
  const jobs = await db.selectFrom('job').select(['id', 'kind', 'state', 'submission_id']).execute()
  for (const { id, state } of jobs)
    if (state === 'running') wrongs.push(`job ${id} is held by nobody`)
  // Each order of work has one key in the outside world, whoever was killed while doing it.
  for (const key of done.keys()) {
    const [effect = '', jobId] = key.split(' ')
    if (effect !== 'mail.send' && !jobs.some(({ id }) => id === jobId))
      wrongs.push(`${effect} was done under ${jobId}, which nobody ordered`)
  }
  const logins = await db.selectFrom('account').select('login').execute()
  if (new Set(logins.map(({ login }) => login)).size < logins.length)
    wrongs.push('two accounts of one login')
  const { brokenAt } = await verifyAudit(db)
  if (brokenAt !== undefined) wrongs.push(`the audit log is broken at ${brokenAt}`)
}

async function judgeOne(db: Store['db'], id: string, wrongs: string[]): Promise<void> {
  const events = await eventsOf(db, id)
  const submission = await loadSubmission(db, id)
  const folded = events.reduce<Submission | undefined>(evolve, undefined)
  if (
    folded?.state !== submission?.state ||
    folded?.seq !== submission?.seq ||
    folded?.end !== submission?.end
  )
    wrongs.push(`the events of ${id} give ${folded?.state}, stored is ${submission?.state}`)
  if (JSON.stringify(folded?.progress) !== JSON.stringify(submission?.progress))
    wrongs.push(`the events of ${id} give another progress than is stored`)
  const started = new Map<string, number>()
  for (const { kind, data } of events) {
    const step = String(data.step)
    if (kind === 'step-started' || kind === 'step-retried')
      started.set(step, (started.get(step) ?? 0) + 1)
    if ((kind === 'effect-done' || kind === 'effect-failed') && data.step !== undefined) {
      const left = (started.get(step) ?? 0) - 1
      if (left < 0) wrongs.push(`step ${step} of ${id} ended more often than it began`)
      started.set(step, left)
    }
  }
  const issued = await db
    .selectFrom('job')
    .select('id')
    .where('submission_id', '=', id)
    .where('kind', '=', 'desk.issue')
    .execute()
  if (issued.length > 1) wrongs.push(`${id} ordered accounts ${issued.length} times`)
}
