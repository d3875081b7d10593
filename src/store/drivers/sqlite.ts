import { setTimeout as sleep } from 'node:timers/promises'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type DialectAdapter,
  type Driver,
  type QueryResult,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { Bug } from '../../fault.ts'
import { checkParameters, sqliteFault, StoreFault } from './faults.ts'

/** One open connection to one SQLite file: all that a SQLite library has to offer us. One call at a time. */
export type SqliteFile = {
  all(sql: string, parameters: readonly unknown[]): Promise<object[]>
  /** The number of changed rows. */
  run(sql: string, parameters: readonly unknown[]): Promise<number>
  close(): Promise<void>
}
export type OpenSqliteFile = (path: string, busyTimeoutMs: number) => Promise<SqliteFile>

/** Two processes may start together; the first ones to read wait for a recovery after a crash. */
const BUSY_TIMEOUT_MS = 5_000
const BUSY_PAUSE_MS = 10

export async function openWriter(open: OpenSqliteFile, path: string): Promise<SqliteFile> {
  return openPrepared(open, path, [
    'pragma journal_mode = wal',
    // An acknowledged submission must survive a power cut, so each commit reaches the disk.
    'pragma synchronous = full',
    'pragma foreign_keys = on',
    // Pages written again and again go to the file once in a while: the log grows to 32 MB before.
    'pragma wal_autocheckpoint = 8000',
    // Waiting for another process is done by the queue, which leaves the event loop free meanwhile.
    'pragma busy_timeout = 0',
  ])
}

export async function openReader(open: OpenSqliteFile, path: string): Promise<SqliteFile> {
  return openPrepared(open, path, ['pragma query_only = on'])
}

async function openPrepared(
  open: OpenSqliteFile,
  path: string,
  pragmas: readonly string[],
): Promise<SqliteFile> {
  try {
    const file = await open(path, BUSY_TIMEOUT_MS)
    for (const pragma of pragmas) await whenFree(() => file.all(pragma, []))
    return file
  } catch (error) {
    throw sqliteFault(error, `open ${path}`)
  }
}

/**
 * Of two programs that give the file its log at the same moment SQLite tells one at once that it is busy, whatever the timeout
 * says, since waiting could last for ever: it asks again.
 */
async function whenFree<T>(ask: () => Promise<T>): Promise<T> {
  for (const until = performance.now() + BUSY_TIMEOUT_MS; ; await sleep(BUSY_PAUSE_MS)) {
    try {
      return await ask()
    } catch (error) {
      const fault = sqliteFault(error, 'pragma')
      const isBusy = fault instanceof StoreFault && fault.code === 'store.busy'
      if (!isBusy || performance.now() > until) throw error
    }
  }
}

/** Kysely's view of a SQLite database whose connections `driver` hands out. */
export function sqliteDialect(driver: Driver): Dialect {
  return {
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => adapter,
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

/** Kysely's own adapter claims that SQLite has one connection only and would hold every work back with a lock of its own. */
const adapter: DialectAdapter = {
  supportsMultipleConnections: true,
  supportsCreateIfNotExists: true,
  supportsTransactionalDdl: true,
  supportsReturning: true,
  acquireMigrationLock: async () => {},
  releaseMigrationLock: async () => {},
}

export async function execute<R>(file: SqliteFile, query: CompiledQuery): Promise<QueryResult<R>> {
  const { sql, parameters } = query
  checkParameters(parameters, sql)
  try {
    if (!returnsRows(query))
      return { rows: [], numAffectedRows: BigInt(await file.run(sql, parameters)) }
    // The rows have the shape that Kysely derived from the query; no library can know it.
    const rows = (await file.all(sql, parameters)) as R[]
    return { rows, numAffectedRows: BigInt(rows.length) }
  } catch (error) {
    throw sqliteFault(error, sql)
  }
}

function returnsRows({ query, sql }: CompiledQuery): boolean {
  if (query.kind === 'SelectQueryNode') return true
  if ('returning' in query) return query.returning !== undefined
  return (
    query.kind === 'RawNode' && /^\s*(select|with|pragma|values|explain)\b|\breturning\b/i.test(sql)
  )
}

export function streamingRefused(): never {
  throw new Bug('Rows are read in pages by key, not streamed: a stream would hold its connection')
}

/** A few connections that only read. Each is lent to one query or one reading transaction at a time. */
export function readDriver(files: readonly SqliteFile[], acquireTimeoutMs: number): Driver {
  type Reader = DatabaseConnection & { readonly file: SqliteFile }
  const free: Reader[] = files.map((file) => ({
    file,
    executeQuery: async <R>(query: CompiledQuery) => {
      refuseChange(query)
      return execute<R>(file, query)
    },
    streamQuery: streamingRefused,
  }))
  const isOwn = (connection: DatabaseConnection): connection is Reader => 'file' in connection
  const waiting: ((reader: Reader) => void)[] = []
  const control = async (connection: DatabaseConnection, sql: string) => {
    if (isOwn(connection)) await connection.file.run(sql, [])
  }
  return {
    init: async () => {},
    acquireConnection: () => {
      const reader = free.pop()
      if (reader) return Promise.resolve(reader)
      return new Promise((resolve, reject) => {
        const take = (next: Reader) => {
          clearTimeout(timer)
          resolve(next)
        }
        const timer = setTimeout(() => {
          waiting.splice(waiting.indexOf(take), 1)
          reject(new StoreFault('store.busy', `No reader came free within ${acquireTimeoutMs} ms`))
        }, acquireTimeoutMs)
        waiting.push(take)
      })
    },
    releaseConnection: async (connection) => {
      if (!isOwn(connection)) return
      const next = waiting.shift()
      if (next) next(connection)
      else free.push(connection)
    },
    beginTransaction: (connection) => control(connection, 'begin'),
    commitTransaction: (connection) => control(connection, 'commit'),
    rollbackTransaction: (connection) => control(connection, 'rollback'),
    destroy: async () => {
      for (const { file } of free.splice(0)) await file.close()
    },
  }
}

/** `store.db` reads only; a change outside `store.write` would escape its lock. */
export function refuseChange({ query, sql }: CompiledQuery): void {
  if (query.kind === 'SelectQueryNode' || query.kind === 'RawNode') return
  throw new Bug(`Only store.write changes the database; store.db reads (in: ${sql})`)
}
