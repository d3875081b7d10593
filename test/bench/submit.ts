import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPasswords } from '../../src/accounts/passwords.ts'
import { rights } from '../form/fixture.ts'
import { inTurn, type Benchmark, type Figure, type Scale } from './figures.ts'
import { openBareRoute } from './hand-written/route.ts'
import { BASE_URL, cheapPasswords, openShipped } from './portal.ts'

/** Registrations that are on the disk when they are answered, the worker's mails not among them. */
export const submitBenchmark: Benchmark = {
  about: 'accepted registrations, safely stored, beside a bare route with the same inserts',
  run,
}

type Send = (index: number) => Promise<Response>

async function run(scale: Scale): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-bench-'))
  const portal = await openShipped(join(folder, 'ours'), { passwords: cheapPasswords })
  const bare = await openBareRoute(join(folder, 'bare.sqlite'))
  try {
    const ours: Send = (index) =>
      Promise.resolve(
        portal.app.fetch(requestTo('/treatment/register', index), {
          incoming: { socket: { remoteAddress: addressOf(index) } },
        }),
      )
    const theirs: Send = (index) => Promise.resolve(bare.app.fetch(requestTo('/register', index)))
    const next = numbers()
    const figures: Figure[] = []
    for (const concurrency of scale === 'full' ? [1, 16, 64] : [2]) {
      const [rounds, count] = scale === 'full' ? [9, 256] : [1, 2]
      const rate = (send: Send) => () => ratePerSecond(send, next, count, concurrency)
      // Once unmeasured: statements are prepared, code is compiled.
      await inTurn(1, rate(ours), rate(theirs))
      const { ours: value, limit, ratio } = await inTurn(rounds, rate(ours), rate(theirs))
      figures.push({
        what: `${concurrency} at a time`,
        unit: '/s',
        ours: value,
        limit: { what: 'bare route', value: limit, ratio },
        aim: { of: 'ratio', atLeast: 0.7 },
      })
    }
    const wrote = await rowsOf(async (table) => {
      const row = await portal.store.db
        .selectFrom(table)
        .select((select) => select.fn.countAll<number>().as('count'))
        .executeTakeFirstOrThrow()
      return row.count
    })
    const bareWrote = await rowsOf((table) =>
      Number(bare.database.prepare(`select count(*) as count from ${table}`).get()?.count),
    )
    if (JSON.stringify(wrote) !== JSON.stringify(bareWrote))
      throw new Error(`not the same rows: ${JSON.stringify([wrote, bareWrote])}`)
    return [...figures, await hashing(scale)]
  } finally {
    bare.close()
    await portal.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a password costs beside all this; in threads of its own. */
async function hashing(scale: Scale): Promise<Figure> {
  const passwords = createPasswords({ concurrency: 2, queueMax: 1_000 })
  const count = scale === 'full' ? 100 : 1
  const started = performance.now()
  await Promise.all(Array.from({ length: count }, (_, index) => passwords.hash(`Abcdefg${index}`)))
  const seconds = (performance.now() - started) / 1_000
  return { what: 'password hashes, not in the above', unit: '/s', ours: count / seconds }
}

const TABLES = ['submission', 'event', 'job', 'link', 'idempotency', 'audit'] as const

async function rowsOf(count: (table: (typeof TABLES)[number]) => Promise<number> | number) {
  const rows: [string, number][] = []
  for (const table of TABLES) rows.push([table, await count(table)])
  return Object.fromEntries(rows)
}

async function ratePerSecond(
  send: Send,
  next: () => number,
  count: number,
  concurrency: number,
): Promise<number> {
  let left = count
  const client = async () => {
    while (left > 0) {
      left -= 1
      const answer = await send(next())
      if (answer.status !== 303) throw new Error(`${answer.status}: ${await answer.text()}`)
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: concurrency }, client))
  return (count / (performance.now() - started)) * 1_000
}

function numbers(): () => number {
  let last = 0
  return () => ++last
}

/** Somebody else each time: another mail address, another computer. */
function requestTo(path: string, index: number): Request {
  const fields = Object.entries(rights.judo).map(([name, [value]]) => [name, value ?? ''])
  const body = new URLSearchParams([
    ...fields,
    ['_key', `benchmark-key-${String(index).padStart(10, '0')}`],
    ['_action', 'submit'],
  ])
  body.set('email', `r${index}@example.jp`)
  return new Request(`${BASE_URL}${path}`, {
    method: 'POST',
    headers: {
      Origin: BASE_URL,
      'Sec-Fetch-Site': 'same-origin',
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: body.toString(),
  })
}

function addressOf(index: number): string {
  return `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`
}
