import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { spent, type Benchmark, type Figure, type Scale } from './figures.ts'
import { BASE_URL, cheapPasswords, openShipped } from './portal.ts'

/** The list of the review desk over many submissions: whole pages, beside hand-written queries on the same file. */
export const reviewBenchmark: Benchmark = {
  about: 'pages of the review desk over 200,000 submissions, p95, beside prepared queries',
  run,
}

const AIM_MS = 300
/** One of ten is still with the office. */
const OPEN_OF = 10

type View = {
  readonly what: string
  readonly path: string
  /** Conditions, order and offset of the hand-written query. */
  readonly where: string
  readonly order?: string
  readonly offset?: number
}
const OPEN = `s."end" is null and ((s.workflow = 'start-of-use' and s.state = 'review') or s.stuck is not null)`
const VIEWS: readonly View[] = [
  { what: 'first page', path: '/review/', where: OPEN },
  { what: 'page 20', path: '/review/?page=20', where: OPEN, offset: 1_900 },
  {
    what: 'search, part of a name',
    path: `/review/?text=${encodeURIComponent('院00012')}`,
    where: `${OPEN} and f.name like '%院00012%'`,
  },
  {
    what: 'search, a number',
    path: '/review/?view=open&text=B0000010',
    where: `s."end" is null and s.number like 'B0000010%'`,
  },
  {
    what: 'one prefecture',
    path: '/review/?prefecture=13',
    where: `${OPEN} and f.prefecture = '13'`,
  },
  {
    what: 'by time limit',
    path: '/review/?sort=due',
    where: OPEN,
    order: 's.warn_at is null, s.warn_at, s.created_at, s.id',
  },
  { what: 'what has ended', path: '/review/?view=ended', where: 's."end" is not null' },
  {
    what: 'ended, part of a name',
    path: `/review/?view=ended&text=${encodeURIComponent('院00012')}`,
    where: `s."end" is not null and f.name like '%院00012%'`,
  },
]

async function run(scale: Scale): Promise<readonly Figure[]> {
  const [submissions, facilities, times] =
    scale === 'full' ? ([200_000, 20_000, 20] as const) : ([200, 20, 1] as const)
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-bench-'))
  const portal = await openShipped(folder, { passwords: cheapPasswords })
  const database = new DatabaseSync(join(folder, 'madoguchi.db'))
  try {
    const { hash } = portal.definitions()
    await portal.store.write((tx) =>
      tx
        .insertInto('definition')
        .values({ hash, body: JSON.stringify(portal.definitions()), created_at: '' })
        .onConflict((known) => known.doNothing())
        .execute(),
    )
    fill(database, { submissions, facilities, hash })
    await portal.store.write((tx) =>
      tx
        .insertInto('staff')
        .values({
          ...{ id: 'bench', login: 'bench', name: '計測', role: 'administrator', state: 'active' },
          ...{ password_hash: '-', created_at: '', updated_at: '' },
        })
        .execute(),
    )
    const session = await portal.accounts.startSession({ staffId: 'bench', factorAt: new Date() })
    const cookie = session.cookie.split(';')[0] ?? ''
    const figures: Figure[] = []
    for (const view of VIEWS) {
      const statement = database.prepare(queryOf(view))
      const open = async () => {
        const answer = await portal.app.request(`${BASE_URL}${view.path}`, { headers: { cookie } })
        const html = await answer.text()
        if (answer.status !== 200) throw new Error(`${view.path}: ${answer.status}`)
        return [...html.matchAll(/class="plain" href="\/review\/b/g)].length
      }
      const rows = statement.all().length
      const shown = await open()
      if (shown !== rows) throw new Error(`${view.path} shows ${shown} rows, the query ${rows}`)
      figures.push(...(await compare(view.what, times, open, statement)))
    }
    figures.push(...(await exported(portal, cookie, (submissions / OPEN_OF) * (OPEN_OF - 1))))
    return figures
  } finally {
    database.close()
    await portal.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Everything that has ended as one CSV file (L04: 100,000 rows in a minute, 50 MB more memory at most). */
async function exported(
  portal: {
    readonly app: { request(url: string, init: RequestInit): Response | Promise<Response> }
  },
  cookie: string,
  wanted: number,
): Promise<readonly Figure[]> {
  const before = process.memoryUsage().rss
  let most = before
  let lines = 0
  const started = performance.now()
  const answer = await portal.app.request(`${BASE_URL}/review/csv?view=ended`, {
    headers: { cookie },
  })
  for await (const piece of answer.body as unknown as AsyncIterable<Uint8Array>) {
    for (const byte of piece) if (byte === 10) lines++
    most = Math.max(most, process.memoryUsage().rss)
  }
  if (lines !== wanted + 1) throw new Error(`The file has ${lines} lines`)
  return [
    {
      what: `CSV of ${wanted} rows, more memory`,
      unit: 'MB',
      // None at all would look like a benchmark that did not run.
      ours: Math.max(most - before, 1) / 1_000_000,
      aim: { of: 'ours', atMost: 50 },
    },
    {
      what: `CSV of ${wanted} rows, time for 100,000`,
      unit: 'ms',
      ours: ((performance.now() - started) / wanted) * 100_000,
      aim: { of: 'ours', atMost: 60_000 },
    },
  ]
}

/** By the clock, and by the processor alone: what others do meanwhile counts in the first only. */
async function compare(
  what: string,
  times: number,
  open: () => Promise<unknown>,
  statement: StatementSync,
): Promise<readonly Figure[]> {
  const [ours, limit]: [Spent[], Spent[]] = [[], []]
  for (let round = 0; round < times; round++) {
    ours.push(await spent(open))
    limit.push(await spent(() => JSON.stringify(statement.all())))
  }
  const figure = (name: string, key: keyof Spent): Figure => {
    const [value, least] = [p95(ours.map((one) => one[key])), p95(limit.map((one) => one[key]))]
    return {
      what: `${what}, ${name}`,
      unit: 'ms',
      ours: value,
      limit: { what: 'prepared query', value: least, ratio: value / least },
      aim: { of: 'ours', atMost: AIM_MS },
    }
  }
  return [figure('clock', 'clockMs'), figure('processor', 'cpuMs')]
}
type Spent = Awaited<ReturnType<typeof spent>>

function p95(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? Number.NaN
}

/** What a page of the list needs at least: its rows, with names, and nothing counted. */
function queryOf({ where, order = 's.created_at, s.id', offset = 0 }: View): string {
  return `select s.id, s.number, s.form, s.state, s.created_at, s.warn_at, s.stuck, a.facility_type,
      f.name, f.prefecture, t.name as assignee
    from submission s
    left join account a on a.id = s.account_id
    left join facility f on f.portal = s.portal and f.facility_id = a.facility_id
    left join staff t on t.id = s.assignee
    where ${where} order by ${order} limit 100 offset ${offset}`
}

/** Facilities with an account each, and their submissions over three years. */
function fill(
  database: DatabaseSync,
  of: { readonly submissions: number; readonly facilities: number; readonly hash: string },
): void {
  const numbers = (count: number) =>
    `with recursive n(i) as (select 0 union all select i + 1 from n where i < ${count - 1})`
  const at = (days: string) => `strftime('%Y-%m-%dT%H:%M:%S.000Z', '2024-01-01', ${days})`
  database.exec('begin')
  database.exec(`${numbers(of.facilities)} insert into facility
    (portal, facility_id, facility_type, prefecture, code7, name, founder, postal_code, address, phone,
     institution_size, colocated_with_medical, bank_account, status, updated_at)
    select 'treatment', 'bench-' || i, 'judo', printf('%02d', i % 47 + 1), printf('%07d', i),
      printf('見本整骨院%06d', i), '見本', '', '', '', '', '', '', 'active', '' from n`)
  database.exec(`${numbers(of.facilities)} insert into account
    (id, portal, login, state, password_hash, facility_type, facility_id, identifier, attributes, created_at, updated_at)
    select 'bench-' || i, 'treatment', 'bench' || i || '@example.jp', 'active', '-', 'judo', 'bench-' || i,
      'bench-' || i, '{}', '', '' from n`)
  database
    .prepare(
      `${numbers(of.submissions)} insert into submission
    (id, number, portal, form, workflow, definition, state, answers, account_id, "end", seq, warn_at, created_at, updated_at)
    select printf('b%021d', i), printf('B%07d', i), 'treatment', 'treatment/start-of-use', 'start-of-use', ?,
      case when i % ${OPEN_OF} = 0 then 'review' else 'done' end, '{"deviceCount":2}', 'bench-' || (i % ${of.facilities}),
      case when i % ${OPEN_OF} = 0 then null else 'accepted' end, 1,
      case when i % ${OPEN_OF} = 0 then ${at("'+' || (i * 1000 / " + of.submissions + " + 7) || ' days'")} end,
      ${at("'+' || (i * 1000 / " + of.submissions + ") || ' days'")}, '' from n`,
    )
    .run(of.hash)
  database.exec('commit')
  database.exec('analyze')
}
