import { sql } from 'kysely'
import type { Tx } from '../open.ts'

/** One numbered change of the tables. What has been released never changes; a correction is the next number. */
export type Migration = {
  /** As the file: `0001-start`. Recorded in the database, so it never changes. */
  readonly name: string
  up(tx: Tx, dialect: 'sqlite' | 'postgres'): Promise<void>
}

/**
 * Runs statements in order. `text` stands for text compared by code unit, as SQLite does it: times and ids sort alike on
 * both dialects. `integer` stands for 64 bits.
 */
export async function runEach(
  tx: Tx,
  dialect: 'sqlite' | 'postgres',
  statements: readonly string[],
): Promise<void> {
  for (const statement of statements) {
    const own =
      dialect === 'sqlite'
        ? statement
        : statement.replace(/\btext\b/g, 'text collate "C"').replace(/\binteger\b/g, 'bigint')
    await sql.raw(own).execute(tx)
  }
}
