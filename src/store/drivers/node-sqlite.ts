import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import type { SqliteFile } from './sqlite.ts'

/** Statements kept prepared; more than the program has, fewer than an attacker could make us keep. */
const STATEMENTS_MAX = 256

/** SQLite as built into Node: each call blocks until it is done, which for our short statements is faster than a thread. */
export async function openNodeSqlite(path: string, busyTimeoutMs: number): Promise<SqliteFile> {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs })
  const statements = new Map<string, StatementSync>()
  const prepared = (sql: string): StatementSync => {
    const kept = statements.get(sql)
    if (kept) return kept
    const fresh = database.prepare(sql)
    if (statements.size >= STATEMENTS_MAX) {
      const [oldest] = statements.keys()
      if (oldest !== undefined) statements.delete(oldest)
    }
    statements.set(sql, fresh)
    return fresh
  }
  return {
    all: async (sql, parameters) => prepared(sql).all(...inputs(parameters)),
    run: async (sql, parameters) => Number(prepared(sql).run(...inputs(parameters)).changes),
    close: async () => {
      statements.clear()
      database.close()
    },
  }
}

/** `checkParameters` has seen them: only text, numbers, bytes and null are left. */
function inputs(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters as SQLInputValue[]
}
