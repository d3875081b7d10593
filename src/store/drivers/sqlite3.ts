import { Fault } from '../../fault.ts'
import type { SqliteFile } from './sqlite.ts'

/** As much of the sqlite3 package as we use. It is an optional dependency, so its types may be missing too. */
type Callback<T> = (this: { readonly changes: number }, error: Error | null, value: T) => void
type Statement = {
  all(parameters: readonly unknown[], done: Callback<object[]>): void
  run(parameters: readonly unknown[], done: Callback<void>): void
  finalize(done: () => void): void
}
type Database = {
  prepare(sql: string, done: (error: Error | null) => void): Statement
  configure(option: 'busyTimeout', ms: number): void
  close(done: (error: Error | null) => void): void
}
type Package = { Database: new (path: string, done: (error: Error | null) => void) => Database }

const STATEMENTS_MAX = 256

/** The sqlite3 package: every call runs on a thread of libuv, one after the other. */
export async function openSqlite3(path: string, busyTimeoutMs: number): Promise<SqliteFile> {
  const { Database } = await loadPackage()
  // Every call gets a callback: without one an error would end the process.
  const database = await new Promise<Database>((resolve, reject) => {
    const opened = new Database(path, (error) => (error ? reject(error) : resolve(opened)))
  })
  database.configure('busyTimeout', busyTimeoutMs)
  const statements = new Map<string, Statement>()
  const prepared = async (sql: string): Promise<Statement> => {
    const kept = statements.get(sql)
    if (kept) return kept
    const fresh = await new Promise<Statement>((resolve, reject) => {
      const made = database.prepare(sql, (error) => (error ? reject(error) : resolve(made)))
    })
    if (statements.size >= STATEMENTS_MAX) await dropOldest(statements)
    statements.set(sql, fresh)
    return fresh
  }
  const inTurn = oneAtATime()
  return {
    all: (sql, parameters) =>
      inTurn(async () => {
        const statement = await prepared(sql)
        return new Promise<object[]>((resolve, reject) =>
          statement.all(parameters, (error, rows) => (error ? reject(error) : resolve(rows))),
        )
      }),
    run: (sql, parameters) =>
      inTurn(async () => {
        const statement = await prepared(sql)
        return new Promise<number>((resolve, reject) =>
          statement.run(parameters, function (error) {
            if (error) reject(error)
            else resolve(this.changes)
          }),
        )
      }),
    close: () =>
      inTurn(async () => {
        // Closing with a living statement fails as busy.
        while (statements.size > 0) await dropOldest(statements)
        await new Promise<void>((resolve, reject) =>
          database.close((error) => (error ? reject(error) : resolve())),
        )
      }),
  }
}

async function dropOldest(statements: Map<string, Statement>): Promise<void> {
  const [oldest] = statements
  if (!oldest) return
  statements.delete(oldest[0])
  await new Promise<void>((resolve) => oldest[1].finalize(resolve))
}

/** Calls that overlap on one connection block each other inside the library and hold up the event loop. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
}

async function loadPackage(): Promise<Package> {
  const name: string = 'sqlite3'
  try {
    const loaded: unknown = await import(name)
    // The package is CommonJS, so everything it offers is on `default`.
    return (loaded as { default: Package }).default
  } catch (cause) {
    throw new Fault(
      'store.driver-missing',
      "DATABASE_URL asks for the sqlite3 package, which is not installed: run 'npm install sqlite3' or write sqlite:<file>",
      { cause },
    )
  }
}
