import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresDialect,
} from 'kysely'
import pg from 'pg'
import { assert } from '../../fault.ts'
import { checkParameters, postgresFault, safeInteger } from './faults.ts'
import { refuseChange } from './sqlite.ts'

const INT8 = 20
const NUMERIC = 1700

/** Our names for pg's settings; both pools of a store have the same but for their size. */
export type PostgresOptions = {
  readonly url: string
  readonly connectionsMax: number
  readonly acquireTimeoutMs: number
  readonly isReadOnly: boolean
}

/** Kysely's own PostgreSQL dialect, its errors and values brought in line with the other dialects. */
export function postgresDialect(options: PostgresOptions): Dialect {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax,
    connectionTimeoutMillis: options.acquireTimeoutMs,
    types: { getTypeParser: parserOf },
  })
  // An idle connection that the server closes is replaced by the pool; without a listener the event would end the process.
  pool.on('error', () => undefined)
  const dialect = new PostgresDialect({ pool })
  return {
    createDriver: () => guarded(dialect.createDriver(), options),
    createQueryCompiler: () => dialect.createQueryCompiler(),
    createAdapter: () => dialect.createAdapter(),
    createIntrospector: (db) => dialect.createIntrospector(db),
  }
}

/** pg gives bigint and numeric as text, since they may be too large; ours never are. */
function parserOf(oid: number, format?: string): (text: string) => unknown {
  if (format !== 'binary' && (oid === INT8 || oid === NUMERIC)) return safeInteger
  return pg.types.getTypeParser(oid, 'text')
}

/** Names our lock among the advisory locks of one database; any number would do, it only must not change. */
const WRITE_LOCK = 6_402_373_705

type Guarded = DatabaseConnection & { readonly inner: DatabaseConnection }

function guarded(driver: Driver, { isReadOnly, acquireTimeoutMs }: PostgresOptions): Driver {
  const faulty = async <T>(sql: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw postgresFault(error, sql)
    }
  }
  const beginWriting = CompiledQuery.raw(
    `begin; set local lock_timeout = ${acquireTimeoutMs}; select pg_advisory_xact_lock(${WRITE_LOCK})`,
  )
  return {
    init: (options) => driver.init(options),
    acquireConnection: async (options) =>
      guard(await faulty('connect', () => driver.acquireConnection(options)), isReadOnly, faulty),
    beginTransaction: async (connection, settings) => {
      const inner = innerOf(connection)
      if (isReadOnly) return faulty('begin', () => driver.beginTransaction(inner, settings))
      // One writer at a time, as on SQLite: all of them append to the audit chain, so running them side by side would only
      // make them fail and repeat. The lock comes before the first snapshot and goes with the transaction.
      await faulty(beginWriting.sql, () => inner.executeQuery(beginWriting)).catch(
        async (error) => {
          await driver.rollbackTransaction(inner)
          throw error
        },
      )
    },
    commitTransaction: (connection) =>
      faulty('commit', () => driver.commitTransaction(innerOf(connection))),
    rollbackTransaction: (connection) =>
      faulty('rollback', () => driver.rollbackTransaction(innerOf(connection))),
    releaseConnection: (connection, options) =>
      driver.releaseConnection(innerOf(connection), options),
    destroy: (options) => driver.destroy(options),
  }
}

function guard(
  inner: DatabaseConnection,
  isReadOnly: boolean,
  faulty: <T>(sql: string, work: () => Promise<T>) => Promise<T>,
): Guarded {
  return {
    inner,
    executeQuery: async <R>(query: CompiledQuery) => {
      if (isReadOnly) refuseChange(query)
      checkParameters(query.parameters, query.sql)
      return faulty(query.sql, () => inner.executeQuery<R>(query))
    },
    streamQuery: (query, chunkSize, options) => inner.streamQuery(query, chunkSize, options),
  }
}

function innerOf(connection: DatabaseConnection): DatabaseConnection {
  assert('inner' in connection, 'Not a connection of this driver')
  return (connection as Guarded).inner
}
