import { sql } from 'kysely'
import { Fault } from '../fault.ts'
import { migrations as known } from './migrations/index.ts'
import type { Migration } from './migrations/migration.ts'
import type { Store, Tx } from './open.ts'

/**
 * Brings the tables up to date: runs the migrations that the database does not record yet, in order, each in a transaction
 * of its own together with its record. Several processes may do this at the same time.
 * Throws the Fault `store.newer` when the database has seen a migration that this program does not know.
 */
export async function migrate(
  store: Store,
  options: { migrations?: readonly Migration[]; now?: () => Date } = {},
): Promise<{ readonly applied: readonly string[] }> {
  const now = options.now ?? (() => new Date())
  const migrations = options.migrations ?? known
  await createRecord(store)
  const applied: string[] = []
  for (;;) {
    const name = await store.write((tx) => applyNext(tx, store.dialect, migrations, now()))
    if (name === undefined) return { applied }
    applied.push(name)
  }
}

/** The migrations that are still to run; for `/readyz`, changes nothing. */
export async function pendingMigrations(store: Store): Promise<readonly string[]> {
  const done = await sql<{ name: string }>`select name from migration`
    .execute(store.db)
    .then(({ rows }) => rows.map((row) => row.name))
    .catch((): string[] => []) // No record yet: nothing has run.
  return known.map(({ name }) => name).filter((name) => !done.includes(name))
}

const CREATE_ATTEMPTS = 3

async function createRecord(store: Store): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await store.write((tx) =>
        sql`create table if not exists migration (name text primary key, applied_at text not null)`.execute(
          tx,
        ),
      )
      return
    } catch (error) {
      // On PostgreSQL two processes may both find it missing; the second one then finds it there.
      if (attempt >= CREATE_ATTEMPTS) throw error
    }
  }
}

async function applyNext(
  tx: Tx,
  dialect: Store['dialect'],
  migrations: readonly Migration[],
  at: Date,
): Promise<string | undefined> {
  // The first statement, so that what we read next is what the process before us has left.
  if (dialect === 'postgres') await sql`lock table migration in exclusive mode`.execute(tx)
  const { rows } = await sql<{ name: string }>`select name from migration order by name`.execute(tx)
  const done = new Set(rows.map((row) => row.name))
  const unknown = [...done].filter((name) => !migrations.some((item) => item.name === name))
  if (unknown.length > 0)
    throw new Fault(
      'store.newer',
      `The database has been used by a newer version of this program (${unknown.join(', ')}): start that version, or bring back a backup from before`,
    )
  const next = migrations.find(({ name }) => !done.has(name))
  if (!next) return undefined
  await next.up(tx, dialect)
  await sql`insert into migration (name, applied_at) values (${next.name}, ${at.toISOString()})`.execute(
    tx,
  )
  return next.name
}
