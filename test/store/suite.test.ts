import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Bug } from '../../src/fault.ts'
import { isUniqueFault, StoreFault } from '../../src/store/drivers/faults.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { migrate, pendingMigrations } from '../../src/store/migrate.ts'
import { openStore, type Store, type Tx } from '../../src/store/open.ts'
import { type Driver, newStore, startDrivers } from './stores.ts'

const { drivers, stop } = await startDrivers()
afterAll(stop)

const at = '2026-11-21T00:00:00.000Z'

function count(tx: Tx, key: string, value = 1): Promise<unknown> {
  return tx
    .insertInto('throttle')
    .values({ key, count: value, window_started_at: at, blocked_until: null })
    .execute()
}

async function keysOf(store: Store): Promise<string[]> {
  const rows = await store.db.selectFrom('throttle').select('key').orderBy('key').execute()
  return rows.map((row) => row.key)
}

/** The error that a promise ends with; fails when it ends well. */
async function errorOf(promise: Promise<unknown>): Promise<Error> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(Error)
  return error as Error
}

async function faultOf(promise: Promise<unknown>): Promise<StoreFault> {
  const error = await errorOf(promise)
  expect(error).toBeInstanceOf(StoreFault)
  return error as StoreFault
}

describe.each(drivers)('store on $name', (driver: Driver) => {
  let store: Store
  beforeEach(async () => {
    store = await newStore(driver)
  })
  afterEach(() => store.close())

  describe('migrations', () => {
    test('run once and are recorded', async () => {
      expect(await migrate(store)).toEqual({ applied: [] })
      expect(await pendingMigrations(store)).toEqual([])
    })

    test('run in order, and what has run does not run again', async () => {
      const ran: string[] = []
      const make = (name: string) => ({ name, up: async () => void ran.push(name) })
      const first = [...migrations, make('9001-two')]
      expect(await migrate(store, { migrations: first })).toEqual({ applied: ['9001-two'] })
      const later = [...first, make('9002-three'), make('9003-four')]
      expect(await migrate(store, { migrations: later })).toEqual({
        applied: ['9002-three', '9003-four'],
      })
      expect(ran).toEqual(['9001-two', '9002-three', '9003-four'])
    })

    test('a failed one leaves neither tables nor a record', async () => {
      const failing = {
        name: '9001-failing',
        up: async (tx: Tx) => {
          await sql`create table half (id text)`.execute(tx)
          throw new Error('stopped half way')
        },
      }
      await errorOf(migrate(store, { migrations: [...migrations, failing] }))
      await faultOf(sql`select * from half`.execute(store.db))
      expect(await migrate(store)).toEqual({ applied: [] })
    })

    test('of a newer program are refused', async () => {
      await store.write((tx) =>
        sql`insert into migration (name, applied_at) values ('9999-future', ${at})`.execute(tx),
      )
      expect(await errorOf(migrate(store))).toMatchObject({ code: 'store.newer' })
    })

    test('do not keep several programs from opening a new database at once', async () => {
      // Of a file they are told to be busy by chance.
      for (let round = driver.name === 'postgres' ? 1 : 20; round > 0; round--) {
        const url = await driver.newUrl()
        const stores = await Promise.all(Array.from({ length: 5 }, () => openStore(url)))
        for (const each of stores) await each.close()
      }
    })

    test('by several processes at once run once', async () => {
      const url = await driver.newUrl()
      const stores = await Promise.all([1, 2, 3].map(() => openStore(url)))
      const results = await Promise.all(stores.map((each) => migrate(each)))
      // They take turns: which of them ran which is chance.
      expect(results.flatMap((result) => result.applied).sort()).toEqual(
        migrations.map(({ name }) => name),
      )
      for (const each of stores) await each.close()
    })
  })

  describe('faults', () => {
    const code = (key: string) => ({ portal: 'p', facility_id: key, code: '1', created_at: at })

    test('unique names table and columns', async () => {
      const fault = await faultOf(
        store.write((tx) =>
          tx
            .insertInto('facility_code')
            .values([code('same'), code('same')])
            .execute(),
        ),
      )
      expect(fault).toMatchObject({ code: 'store.unique', table: 'facility_code' })
      expect(fault.columns).toEqual(['portal', 'facility_id'])
      expect(isUniqueFault(fault, 'facility_code', 'facility_id')).toBe(true)
      expect(isUniqueFault(fault, 'account', 'facility_id')).toBe(false)
      expect(isUniqueFault(fault, 'facility_code', 'code')).toBe(false)
      expect(fault.sql).toContain('insert into')
      expect(fault.message).not.toContain('same')
    })

    test('not-null names table and column', async () => {
      const fault = await faultOf(
        store.write((tx) =>
          sql`insert into facility_code (portal, facility_id, created_at) values ('p', 'f', 't')`.execute(
            tx,
          ),
        ),
      )
      expect(fault).toMatchObject({
        code: 'store.not-null',
        table: 'facility_code',
        columns: ['code'],
      })
    })

    test('foreign keys and checks hold', async () => {
      const event = { submission_id: 'none', seq: 1, at, actor: '', kind: '', data: '' }
      const orphan = store.write((tx) => tx.insertInto('event').values(event).execute())
      expect(await faultOf(orphan)).toMatchObject({ code: 'store.foreign-key' })
      const session = { token_hash: 't', created_at: at, last_seen_at: at, expires_at: at }
      const nobody = store.write((tx) =>
        tx
          .insertInto('session')
          .values({ ...session, account_id: null, staff_id: null })
          .execute(),
      )
      expect(await faultOf(nobody)).toMatchObject({ code: 'store.check' })
    })

    test('the audit log can only grow', async () => {
      const row = {
        seq: 1,
        at,
        actor: '',
        kind: '',
        subject: '',
        data: '',
        prev_hash: '',
        hash: '',
      }
      await store.write((tx) => tx.insertInto('audit').values(row).execute())
      const changed = store.write((tx) => tx.updateTable('audit').set({ actor: 'me' }).execute())
      expect(await faultOf(changed)).toMatchObject({ code: 'store.append-only' })
      const deleted = store.write((tx) => tx.deleteFrom('audit').execute())
      expect(await faultOf(deleted)).toMatchObject({ code: 'store.append-only' })
      expect(await store.db.selectFrom('audit').selectAll().execute()).toEqual([row])
    })

    test('SQL that is wrong carries the SQL', async () => {
      const fault = await faultOf(sql`select * from nowhere`.execute(store.db))
      expect(fault).toMatchObject({ code: 'store.failed', sql: 'select * from nowhere' })
    })
  })

  describe('values', () => {
    test.each([
      ['undefined', undefined],
      ['a bigint', 1n],
      ['a Date', new Date(0)],
      ['NaN', Number.NaN],
      ['an integer beyond 2^53', 2 ** 53],
      ['true', true],
      ['an object', {}],
      ['a NUL character', 'a\0b'],
    ])('%s is refused before it could be stored as something else', async (_, value) => {
      const error = await errorOf(
        store.write((tx) => sql`update throttle set blocked_until = ${value}`.execute(tx)),
      )
      expect(error).toBeInstanceOf(Bug)
    })

    test('come back as they went in', async () => {
      const key = '𠮷野家 "x" \\ \' ％ ー\n☃'
      const large = Number.MAX_SAFE_INTEGER
      await store.write((tx) => count(tx, key, large))
      expect(await store.db.selectFrom('throttle').selectAll().execute()).toEqual([
        { key, count: large, window_started_at: at, blocked_until: null },
      ])
    })

    test('counts and sums are numbers', async () => {
      await store.write(async (tx) => {
        await count(tx, 'a', 2)
        await count(tx, 'b', 3)
      })
      const row = await store.db
        .selectFrom('throttle')
        .select((select) => [
          select.fn.countAll<number>().as('rows'),
          select.fn.sum<number>('count').as('sum'),
        ])
        .executeTakeFirst()
      expect(row).toEqual({ rows: 2, sum: 5 })
    })

    test('text sorts by code unit', async () => {
      const keys = ['-', 'A', 'B', '_', 'a', 'b', 'あ']
      await store.write(async (tx) => {
        for (const key of keys.toReversed()) await count(tx, key)
      })
      expect(await keysOf(store)).toEqual(keys)
    })

    test('changed rows are counted', async () => {
      await store.write(async (tx) => {
        await count(tx, 'a')
        await count(tx, 'b')
      })
      const [deleted] = await store.write((tx) => tx.deleteFrom('throttle').execute())
      expect(deleted?.numDeletedRows).toBe(2n)
    })
  })

  describe('transactions', () => {
    test('a failing work leaves nothing', async () => {
      const failing = store.write(async (tx) => {
        await count(tx, 'half')
        throw new Error('no')
      })
      expect((await errorOf(failing)).message).toBe('no')
      expect(await keysOf(store)).toEqual([])
    })

    test('works at the same time fail and succeed each on its own', async () => {
      const results = await Promise.allSettled(
        Array.from({ length: 60 }, (_, index) =>
          store.write(async (tx) => {
            await count(tx, `k${String(index).padStart(2, '0')}`)
            await new Promise((resolve) => setImmediate(resolve))
            if (index % 3 === 0) throw new Error('no')
            // A constraint ends one work of three in another way.
            if (index % 3 === 1) await count(tx, `k${String(index).padStart(2, '0')}`)
          }),
        ),
      )
      const stored = results.flatMap((result, index) =>
        result.status === 'fulfilled' ? [`k${String(index).padStart(2, '0')}`] : [],
      )
      expect(stored).toHaveLength(20)
      expect(await keysOf(store)).toEqual(stored)
    })

    test('what a work reads is not overtaken by another', async () => {
      await store.write((tx) => count(tx, 'sum', 0))
      const add = () =>
        store.write(async (tx) => {
          const row = await tx.selectFrom('throttle').selectAll().executeTakeFirstOrThrow()
          await new Promise((resolve) => setImmediate(resolve))
          await tx
            .updateTable('throttle')
            .set({ count: row.count + 1 })
            .execute()
        })
      await Promise.all(Array.from({ length: 50 }, add))
      expect(await store.db.selectFrom('throttle').select('count').execute()).toEqual([
        { count: 50 },
      ])
    })

    test('a reader inside a work does not wait for it and sees what is committed', async () => {
      const seen = await store.write(async (tx) => {
        await count(tx, 'new')
        return keysOf(store)
      })
      expect(seen).toEqual([])
      expect(await keysOf(store)).toEqual(['new'])
    })

    test('a write inside a write is a Bug at once', async () => {
      const nested = store.write(() => store.write(async () => 1))
      expect(await errorOf(nested)).toBeInstanceOf(Bug)
      // What a work has left behind may write when it has ended.
      const ended = Promise.withResolvers<void>()
      let later: Promise<unknown> = Promise.resolve()
      await store.write(async () => {
        later = ended.promise.then(() => store.write((tx) => count(tx, 'later')))
      })
      ended.resolve()
      await later
      expect(await keysOf(store)).toEqual(['later'])
    })

    test('a statement that failed ends the work even when its error is swallowed', async () => {
      const work = store.write(async (tx) => {
        await count(tx, 'a')
        await count(tx, 'a').catch(() => 'swallowed')
      })
      await errorOf(work)
      const goingOn = store.write(async (tx) => {
        await count(tx, 'b')
        await count(tx, 'b').catch(() => 'swallowed')
        await count(tx, 'c')
      })
      await errorOf(goingOn)
      expect(await keysOf(store)).toEqual([])
    })

    test('a transaction that has ended is of no use any more', async () => {
      let kept: Tx | undefined
      await store.write(async (tx) => void (kept = tx))
      if (kept) await errorOf(count(kept, 'late'))
      expect(await keysOf(store)).toEqual([])
    })

    test('changing something outside write is a Bug', async () => {
      const outside = store.db.deleteFrom('throttle').execute()
      expect(await errorOf(outside)).toBeInstanceOf(Bug)
    })

    test('reads go on while a reading transaction is open', async () => {
      await store.db.transaction().execute(async (reading) => {
        const before = await reading.selectFrom('throttle').selectAll().execute()
        await store.write((tx) => count(tx, 'meanwhile'))
        expect(before).toEqual([])
        expect(await keysOf(store)).toEqual(['meanwhile'])
      })
    })
  })

  test('who waits too long for a turn hears so', async () => {
    const url = await driver.newUrl()
    const impatient = await openStore(url, { acquireTimeoutMs: 100 })
    await migrate(impatient)
    const gate = Promise.withResolvers<void>()
    const works = Array.from({ length: 6 }, () => impatient.write(() => gate.promise))
    const fault = await faultOf(Promise.all(works))
    expect(fault.code).toBe('store.busy')
    expect(fault.retryAfterMs).toBeGreaterThan(0)
    gate.resolve()
    await Promise.allSettled(works)
    await impatient.write((tx) => count(tx, 'after'))
    expect(await keysOf(impatient)).toEqual(['after'])
    await impatient.close()
  })

  test('two processes that read and then write lose nothing', async () => {
    const times = 200
    const url = await driver.newUrl()
    const shared = await openStore(url)
    await migrate(shared)
    await shared.write((tx) => count(tx, 'shared', 0))
    const script = fileURLToPath(new URL('counter-process.ts', import.meta.url))
    const exits = [1, 2].map(async () => {
      const child = spawn(process.execPath, [script, url, String(times)], { stdio: 'inherit' })
      const [code] = await once(child, 'exit')
      return code
    })
    expect(await Promise.all(exits)).toEqual([0, 0])
    expect(await shared.db.selectFrom('throttle').select('count').execute()).toEqual([
      { count: 2 * times },
    ])
    await shared.close()
  })
})

describe.each(drivers.filter((driver) => driver.name !== 'postgres'))(
  'full disk on $name',
  (driver: Driver) => {
    test('is told to the work it hits, and nobody else is told of success wrongly', async () => {
      const store = await newStore(driver)
      await store.write(async (tx) => {
        const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(tx)
        await sql.raw(`pragma max_page_count = ${(rows[0]?.page_count ?? 0) + 2}`).execute(tx)
      })
      const results = await Promise.allSettled([
        store.write((tx) => count(tx, 'small')),
        store.write((tx) => count(tx, `large ${'x'.repeat(100_000)}`)),
        store.write((tx) => count(tx, 'other')),
      ])
      const [small, large, other] = results
      expect(large).toMatchObject({ status: 'rejected', reason: { code: 'store.full' } })
      const told = [
        ...(other?.status === 'fulfilled' ? ['other'] : []),
        ...(small?.status === 'fulfilled' ? ['small'] : []),
      ]
      expect(await keysOf(store)).toEqual(told)
      await store.close()
    })
  },
)

test.each(['mysql://x/y', 'sqlite:', 'sqlite::memory:', ''])(
  'DATABASE_URL %j is refused with a hint',
  async (url) => {
    expect(await errorOf(openStore(url))).toMatchObject({ code: 'store.url' })
  },
)

test('a server that does not answer is reported when the store is opened', async () => {
  const opening = openStore('postgres://nobody:none@127.0.0.1:9/none')
  expect(await faultOf(opening)).toMatchObject({ code: 'store.unavailable' })
})
