import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

/**
 * The least that could be called a durable workflow: a row that says how far it is, and one transaction for each of its
 * steps that moves the row on and writes down what came out. Nothing is claimed, nobody takes over, nothing is told apart.
 */
export type BareSteps = {
  /** One from its start to its end, on the disk. */
  readonly run: (id: string) => Promise<void>
  readonly close: () => Promise<void>
}

const STEPS = [1, 2, 3]
const RESULT = JSON.stringify({ status: 'done', result: { ok: true } })
const TABLES = `
  create table run (id text primary key, step integer not null, answers text not null, updated_at text not null);
  create table step (run_id text not null, step integer not null, result text not null, at text not null,
    primary key (run_id, step))`
const ANSWERS = JSON.stringify({ email: 'taro@example.jp', lastName: '見本' })

export function openBareSqlite(file: string): BareSteps {
  const database = new DatabaseSync(file)
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  database.exec(TABLES)
  const begin = database.prepare('insert into run values (?, 0, ?, ?)')
  const move = database.prepare('update run set step = ?, updated_at = ? where id = ? and step = ?')
  const note = database.prepare('insert into step values (?, ?, ?, ?)')
  const inTransaction = (work: () => void) => {
    database.exec('begin immediate')
    work()
    database.exec('commit')
  }
  return {
    async run(id) {
      inTransaction(() => begin.run(id, ANSWERS, now()))
      for (const step of STEPS)
        inTransaction(() => {
          move.run(step, now(), id, step - 1)
          note.run(id, step, RESULT, now())
        })
    },
    close: async () => database.close(),
  }
}

export async function openBarePostgres(url: string, connections: number): Promise<BareSteps> {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  // The server ends while connections are still idle.
  pool.on('error', () => undefined)
  await pool.query(TABLES)
  const inTransaction = async (statements: readonly (readonly [string, string, unknown[]])[]) => {
    const client = await pool.connect()
    try {
      await client.query('begin')
      for (const [name, text, values] of statements) await client.query({ name, text, values })
      await client.query('commit')
    } finally {
      client.release()
    }
  }
  return {
    async run(id) {
      await inTransaction([
        ['begin', 'insert into run values ($1, 0, $2, $3)', [id, ANSWERS, now()]],
      ])
      for (const step of STEPS)
        await inTransaction([
          [
            'move',
            'update run set step = $1, updated_at = $2 where id = $3 and step = $4',
            [step, now(), id, step - 1],
          ],
          ['note', 'insert into step values ($1, $2, $3, $4)', [id, step, RESULT, now()]],
        ])
    },
    close: () => pool.end(),
  }
}

function now(): string {
  return new Date().toISOString()
}
