import { AsyncLocalStorage } from 'node:async_hooks'
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Kysely, sql, type Transaction } from 'kysely'
import { Bug, Fault } from '../fault.ts'
import { StoreFault } from './drivers/faults.ts'
import { openNodeSqlite } from './drivers/node-sqlite.ts'
import { postgresDialect } from './drivers/postgres.ts'
import {
  type OpenSqliteFile,
  openReader,
  openWriter,
  readDriver,
  sqliteDialect,
} from './drivers/sqlite.ts'
import { openSqlite3 } from './drivers/sqlite3.ts'
import { writeDriver } from './drivers/write-queue.ts'
import type { Tables } from './tables.ts'

export type Db = Kysely<Tables>
export type Tx = Transaction<Tables>

/** A database, opened. Reads go to `db`; every change goes through `write`. */
export type Store = {
  /** Reads what is committed. Changing something here is a Bug. */
  readonly db: Db
  readonly dialect: 'sqlite' | 'postgres'
  /**
   * Runs `work` in one transaction that reads and changes as if nobody else did, and resolves when it is safely stored.
   * `work` may run again (PostgreSQL, after a conflict), so it does nothing but use `tx`. When it throws, nothing of it is
   * stored. A statement that failed ends the work: use `onConflict` instead of catching `store.unique` inside.
   * Throws the Fault `store.busy` when no turn comes within the acquire timeout, a Bug when called inside another work.
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Waits for running works, then closes. */
  close(): Promise<void>
}

export type StoreOptions = {
  /** Longest wait for a turn or a connection. Default 10 s. */
  readonly acquireTimeoutMs?: number
  /** For the pause before a repeated transaction: 0 <= x < 1. */
  readonly random?: () => number
}

const ACQUIRE_TIMEOUT_MS = 10_000
/** One would do for short reads; a second one keeps a long reading transaction from blocking them. */
const SQLITE_READERS = 2
const POSTGRES_READERS = 5

/**
 * Opens the database of `DATABASE_URL`: `sqlite:<file>` (built into Node), `sqlite3:<file>` (the package), `postgres://…`.
 * Makes the folder of a file. Throws a Fault: `store.url` when the URL names none of these, `store.unavailable`, …
 */
export async function openStore(databaseUrl: string, options: StoreOptions = {}): Promise<Store> {
  const acquireTimeoutMs = options.acquireTimeoutMs ?? ACQUIRE_TIMEOUT_MS
  const url = /^(sqlite3?|postgres(?:ql)?):(.+)$/s.exec(databaseUrl)
  const scheme = url?.[1] ?? ''
  const rest = url?.[2] ?? ''
  if (scheme.startsWith('postgres')) return openPostgres(databaseUrl, acquireTimeoutMs, options)
  if (!scheme || rest.includes(':memory:'))
    throw new Fault(
      'store.url',
      `DATABASE_URL must be sqlite:<file>, sqlite3:<file> or postgres://…${scheme ? '; a database in memory is not offered' : ''}`,
    )
  const path = resolve(rest)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  return openSqlite(scheme === 'sqlite' ? openNodeSqlite : openSqlite3, path, acquireTimeoutMs)
}

async function openSqlite(
  open: OpenSqliteFile,
  path: string,
  acquireTimeoutMs: number,
): Promise<Store> {
  const writerFile = await openWriter(open, path)
  const readers = await Promise.all(
    Array.from({ length: SQLITE_READERS }, () => openReader(open, path)),
  )
  const writing = writeDriver(writerFile, acquireTimeoutMs)
  const reading = readDriver(readers, acquireTimeoutMs)
  const writer = new Kysely<Tables>({ dialect: sqliteDialect(writing) })
  const db = new Kysely<Tables>({ dialect: sqliteDialect(reading) })
  const outermost = nestingGuard()
  return {
    db,
    dialect: 'sqlite',
    write: async (work) => writer.transaction().execute(outermost(work)),
    close: async () => {
      await db.destroy()
      await writer.destroy()
      // Kysely leaves a driver alone that it has never used; the files are open all the same.
      await reading.destroy()
      await writing.destroy()
    },
  }
}

async function openPostgres(
  url: string,
  acquireTimeoutMs: number,
  options: StoreOptions,
): Promise<Store> {
  const random = options.random ?? Math.random
  const writer = new Kysely<Tables>({
    dialect: postgresDialect({
      url,
      acquireTimeoutMs,
      connectionsMax: POSTGRES_WRITERS,
      isReadOnly: false,
    }),
  })
  const db = new Kysely<Tables>({
    dialect: postgresDialect({
      url,
      acquireTimeoutMs,
      connectionsMax: POSTGRES_READERS,
      isReadOnly: true,
    }),
  })
  const outermost = nestingGuard()
  const close = async () => {
    await db.destroy()
    await writer.destroy()
  }
  // pg connects at the first query; whoever starts the program wants to hear of trouble now.
  await sql`select 1`.execute(db).catch(async (error: unknown) => {
    await close()
    throw error
  })
  return {
    db,
    dialect: 'postgres',
    write: async (work) => {
      const guarded = outermost(work)
      return repeated(random, () => writer.transaction().execute(guarded))
    },
    close,
  }
}

/** One writes while the next ones are on their way; the write lock lets one in at a time. */
const POSTGRES_WRITERS = 4
const ATTEMPTS_MAX = 20
const REPEAT_PAUSE_MS = 5
const REPEAT_PAUSE_MS_MAX = 200

/** For servers that tell one of two transactions to start again: after a deadlock, or because they ignore our lock. */
async function repeated<T>(random: () => number, run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run()
    } catch (error) {
      const isConflict = error instanceof StoreFault && error.code === 'store.conflict'
      if (!isConflict || attempt >= ATTEMPTS_MAX) throw error
      await sleep(random() * Math.min(REPEAT_PAUSE_MS * 2 ** attempt, REPEAT_PAUSE_MS_MAX))
    }
  }
}

/** A work that waits for another `write` would wait for itself: it gets a Bug at once instead. */
function nestingGuard(): <T>(work: (tx: Tx) => Promise<T>) => (tx: Tx) => Promise<T> {
  const current = new AsyncLocalStorage<{ isRunning: boolean }>()
  return (work) => {
    if (current.getStore()?.isRunning)
      throw new Bug('store.write was called inside another store.write: pass its tx on instead')
    return async (tx) => {
      const mark = { isRunning: true }
      try {
        return await current.run(mark, () => work(tx))
      } finally {
        // What the work has left behind, a timer say, may write.
        mark.isRunning = false
      }
    }
  }
}
