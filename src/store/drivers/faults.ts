import { Bug, Fault } from '../../fault.ts'

/** What went wrong in the database, the same on every dialect. Values never appear in it, only the SQL with its placeholders. */
export type StoreFaultCode =
  | 'store.unique'
  | 'store.foreign-key'
  | 'store.not-null'
  | 'store.check'
  | 'store.append-only'
  | 'store.busy'
  | 'store.conflict'
  | 'store.full'
  | 'store.read-only'
  | 'store.damaged'
  | 'store.unavailable'
  | 'store.failed'

/** Where a constraint was hurt. `table` and `columns` are known for `store.unique` and `store.not-null`. */
export type Place = { readonly table?: string; readonly columns?: readonly string[] }

export class StoreFault extends Fault {
  declare readonly code: StoreFaultCode
  readonly sql: string
  readonly table: string | undefined
  readonly columns: readonly string[]

  constructor(
    code: StoreFaultCode,
    reason: string,
    options: { sql?: string; cause?: unknown; place?: Place } = {},
  ) {
    const sql = options.sql ?? ''
    super(code, `${reason}${advice[code] ?? ''}${sql ? ` (in: ${shorten(sql)})` : ''}`, {
      cause: options.cause,
      retryAfterMs: retryAfterMs[code],
    })
    this.name = 'StoreFault'
    this.sql = sql
    this.table = options.place?.table
    this.columns = options.place?.columns ?? []
  }
}

/** True when the error says that a row with these values of these columns exists already. */
export function isUniqueFault(error: unknown, table: string, ...columns: string[]): boolean {
  return (
    error instanceof StoreFault &&
    error.code === 'store.unique' &&
    error.table === table &&
    columns.every((column) => error.columns.includes(column))
  )
}

/** Who catches one of these may try again after the given time; the others stay as they are. */
const retryAfterMs: { readonly [code in StoreFaultCode]?: number } = {
  'store.busy': 1_000,
  'store.conflict': 100,
  'store.full': 60_000,
  'store.unavailable': 5_000,
}

const advice: { readonly [code in StoreFaultCode]?: string } = {
  'store.busy':
    '. Too much is waiting to be written, or another program holds the database: try again later; if it stays, look for a long transaction',
  'store.full': '. Free space on the disk that holds the database; nothing of this was stored',
  'store.read-only': '. Give the program the right to write to the database file and its folder',
  'store.damaged': '. Stop the program and bring the database back from a backup',
  'store.unavailable': '. Check that the database server runs and that DATABASE_URL names it',
}

const SQL_SHOWN_MAX = 300
function shorten(sql: string): string {
  return sql.length > SQL_SHOWN_MAX ? `${sql.slice(0, SQL_SHOWN_MAX)}…` : sql
}

/**
 * Parameters that the databases would take for something else: node:sqlite and sqlite3 store undefined and bigint as NULL or
 * rounded, a Date as a number, and PostgreSQL refuses a NUL character that SQLite accepts.
 */
export function checkParameters(parameters: readonly unknown[], sql: string): void {
  for (const [index, value] of parameters.entries()) {
    const wrong = whatIsWrong(value)
    if (wrong) throw new Bug(`Parameter ${index + 1} ${wrong} (in: ${shorten(sql)})`)
  }
}

function whatIsWrong(value: unknown): string | undefined {
  if (value === null || value instanceof Uint8Array) return undefined
  switch (typeof value) {
    case 'string':
      return value.includes('\0') ? 'contains a NUL character: fold it out before' : undefined
    case 'number':
      if (!Number.isFinite(value)) return `is ${value}`
      return Number.isInteger(value) && !Number.isSafeInteger(value)
        ? 'is an integer beyond 2^53: store it as text'
        : undefined
    case 'bigint':
      return 'is a bigint: store it as a number or as text'
    case 'undefined':
      return 'is undefined: write null'
    default:
      return value instanceof Date ? 'is a Date: write its ISO text' : `is a ${typeof value}`
  }
}

/** An integer column beyond 2^53 would come back rounded. */
export function safeInteger(text: string): number {
  const value = Number(text)
  if (Number.isInteger(value) && !Number.isSafeInteger(value))
    throw new Bug(`The database holds ${text}, an integer beyond 2^53`)
  return value
}

/** `message` as SQLite gives it, e.g. `UNIQUE constraint failed: account.portal, account.login`. */
export function sqliteFault(error: unknown, sql: string): Error {
  if (error instanceof Fault || error instanceof Bug) return error
  const message = error instanceof Error ? error.message : String(error)
  const [code, place] = sqliteKind(message, primaryCode(error))
  return new StoreFault(code, message, { sql, cause: error, place })
}

/** SQLite's primary result codes. */
const sqliteCodes: { readonly [code: number]: StoreFaultCode } = {
  5: 'store.busy',
  6: 'store.busy', // locked, by another statement of ours
  8: 'store.read-only',
  11: 'store.damaged',
  13: 'store.full',
  14: 'store.unavailable', // cannot be opened
  26: 'store.damaged', // not a database
}

function sqliteKind(message: string, code: number | undefined): [StoreFaultCode, Place?] {
  const constraint = /(UNIQUE|NOT NULL) constraint failed: (.+)$/.exec(message)
  if (constraint)
    return [
      constraint[1] === 'UNIQUE' ? 'store.unique' : 'store.not-null',
      columnsOf(constraint[2] ?? ''),
    ]
  if (message.includes('FOREIGN KEY constraint failed')) return ['store.foreign-key']
  if (message.includes('CHECK constraint failed')) return ['store.check']
  if (message.includes('append-only')) return ['store.append-only']
  return [sqliteCodes[code ?? 0] ?? 'store.failed']
}

function columnsOf(list: string): Place {
  const pairs = list.split(',').map((item) => item.trim().split('.'))
  return { table: pairs[0]?.[0], columns: pairs.map((pair) => pair[1] ?? '') }
}

/** node:sqlite gives the extended code as `errcode`, the sqlite3 package as `errno`; the low byte is the primary code. */
function primaryCode(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const code = 'errcode' in error ? error.errcode : 'errno' in error ? error.errno : undefined
  return typeof code === 'number' ? code & 0xff : undefined
}

/** Errors of pg carry the SQLSTATE as `code`, and the columns of a constraint in `detail`, whose values we never repeat. */
export function postgresFault(error: unknown, sql: string): Error {
  if (error instanceof Fault || error instanceof Bug) return error
  const message = error instanceof Error ? error.message : String(error)
  const state = property(error, 'code')
  const table = property(error, 'table')
  const place = { table, columns: postgresColumns(error) }
  return new StoreFault(postgresKind(message, state), message, { sql, cause: error, place })
}

function postgresColumns(error: unknown): readonly string[] {
  const column = property(error, 'column')
  if (column !== undefined) return [column]
  const listed = /^Key \(([^)]*)\)=/.exec(property(error, 'detail') ?? '')
  return (listed?.[1] ?? '').split(',').map((name) => name.trim().replaceAll('"', ''))
}

const postgresStates: { readonly [state: string]: StoreFaultCode } = {
  '23505': 'store.unique',
  '23503': 'store.foreign-key',
  '23502': 'store.not-null',
  '23514': 'store.check',
  '40001': 'store.conflict',
  '40P01': 'store.conflict',
  '55P03': 'store.busy',
  '53300': 'store.busy',
  '53100': 'store.full',
  '25006': 'store.read-only',
  XX001: 'store.damaged',
  XX002: 'store.damaged',
}

function postgresKind(message: string, state: string | undefined): StoreFaultCode {
  const known = postgresStates[state ?? '']
  if (known) return known
  if (message.includes('append-only')) return 'store.append-only'
  if (message.includes('timeout exceeded when trying to connect')) return 'store.busy'
  const isConnection =
    /^(08|57P)/.test(state ?? '') ||
    /ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|terminated|Connection ended/.test(`${state} ${message}`)
  return isConnection ? 'store.unavailable' : 'store.failed'
}

function property(error: unknown, name: string): string | undefined {
  if (typeof error !== 'object' || error === null || !(name in error)) return undefined
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' ? value : undefined
}
