import type { Tx } from '../open.ts'

/** One numbered change of the tables. What has been released never changes; a correction is the next number. */
export type Migration = {
  /** As the file: `0001-start`. Recorded in the database, so it never changes. */
  readonly name: string
  up(tx: Tx, dialect: 'sqlite' | 'postgres'): Promise<void>
}
