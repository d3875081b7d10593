import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAdvance } from '../../src/advance.ts'
import type { Definitions } from '../../src/definitions/definitions.ts'
import { createWorker } from '../../src/jobs/worker.ts'
import { keysFrom } from '../../src/keys.ts'
import { renderMail } from '../../src/mail/render.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open.ts'
import type { Workflow } from '../../src/workflow/workflow.ts'
import { startPostgres } from '../tiers.ts'
import { definitions, fieldTypes, visitor } from '../workflow/scene.ts'
import { inTurn, type Benchmark, type Figure, type Scale } from './figures.ts'
import { openBarePostgres, openBareSqlite, type BareSteps } from './hand-written/steps.ts'

/** Submissions whose workflow does three pieces of outside work one after the other, each stored before the next begins. */
export const workflowBenchmark: Benchmark = {
  about: 'three durable steps from submission to end, beside a transaction for each step by hand',
  run,
}

const text = (ja: string) => ({ ja })
const EFFECT = 'bench.step'
const CLIENTS = 16
const DAY_MS = 86_400_000

const threeSteps: Workflow = {
  id: 'steps',
  title: text('三つの手順'),
  start: [{ to: 'working' }],
  states: {
    working: {
      label: text('処理中'),
      enter: [],
      actions: {},
      after: [],
      work: {
        stages: ['one', 'two', 'three'].map((id) => [
          { id, step: { kind: 'run', effect: EFFECT, with: {} }, timeoutMs: DAY_MS },
        ]),
        then: 'done',
      },
    },
    done: { label: text('完了'), enter: [], actions: {}, after: [], end: 'accepted' },
  },
}

const base = definitions.forms['sample/registration']
const set: Definitions = {
  ...definitions,
  workflows: { steps: threeSteps },
  forms: base ? { 'sample/steps': { ...base, id: 'sample/steps', workflow: 'steps' } } : {},
}

async function run(scale: Scale): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-bench-'))
  const figures: Figure[] = []
  try {
    const sqlite = `sqlite:${join(folder, 'ours.db')}`
    figures.push(
      ...(await compare('SQLite', sqlite, scale, openBareSqlite(join(folder, 'bare.db')))),
    )
    const postgres = await startPostgres()
    if (postgres) {
      const bare = await openBarePostgres(await postgres.newDatabase(), CLIENTS)
      figures.push(...(await compare('PostgreSQL', await postgres.newDatabase(), scale, bare)))
      await postgres.stop()
    }
    return figures
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function compare(
  database: string,
  url: string,
  scale: Scale,
  bare: BareSteps,
): Promise<readonly Figure[]> {
  const ours = await openOurs(url)
  const [rounds, count] = scale === 'full' ? [7, 400] : [1, 3]
  const bareRate = () =>
    rate(count, async (next) => {
      for (let id = next(); id !== undefined; id = next()) await bare.run(id)
    })
  const ourRate = () =>
    rate(
      count,
      async (next) => {
        for (let id = next(); id !== undefined; id = next()) await ours.submit()
      },
      ours.untilIdle,
    )
  try {
    await inTurn(1, ourRate, bareRate)
    const { ours: value, limit, ratio } = await inTurn(rounds, ourRate, bareRate)
    return [
      {
        what: `${database}, ${CLIENTS} at a time`,
        unit: '/s',
        ours: value,
        limit: { what: 'by hand', value: limit, ratio },
        aim: { of: 'ratio', atLeast: 0.6 },
      },
    ]
  } finally {
    await ours.close()
    await bare.close()
  }
}

/** So many in all, by as many clients as fit; per second until the last one is at its end. */
async function rate(
  count: number,
  client: (next: () => string | undefined) => Promise<void>,
  untilOver: () => Promise<void> = async () => undefined,
): Promise<number> {
  let left = count
  const next = () => (left-- > 0 ? newId() : undefined)
  const started = performance.now()
  await Promise.all(Array.from({ length: CLIENTS }, () => client(next)))
  await untilOver()
  return (count / (performance.now() - started)) * 1_000
}

async function openOurs(url: string) {
  const store = await openStore(url)
  await migrate(store)
  const keys = keysFrom(new Uint8Array(32))
  const clock = () => new Date()
  const advance = createAdvance({ store, definitions: () => set, fieldTypes, keys, clock, newId })
  const worker = createWorker({
    store,
    advance,
    perform: { [EFFECT]: async () => ({ status: 'done', result: { ok: true } }) },
    renderMail,
    keys,
    baseUrl: 'http://localhost:3000',
    clock,
    newId,
    random: Math.random,
    log: { warn: () => undefined, error: (data) => console.error(data) },
  })
  worker.start()
  const openCount = async () => {
    const { count } = await store.db
      .selectFrom('submission')
      .select((select) => select.fn.countAll().as('count'))
      .where('end', 'is', null)
      .executeTakeFirstOrThrow()
    return Number(count)
  }
  return {
    async submit() {
      const answers = { email: 'taro@example.jp', lastName: '見本' }
      const outcome = await advance.submit({ form: 'sample/steps', answers, actor: visitor })
      if ('refusal' in outcome) throw new Error(outcome.refusal.code)
    },
    async untilIdle() {
      while ((await openCount()) > 0) await sleep(2)
    },
    async close() {
      await worker.stop()
      await store.close()
    },
  }
}

function newId(): string {
  return randomBytes(16).toString('base64url')
}
