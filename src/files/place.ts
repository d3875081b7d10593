import type { Spooled } from './spool.ts'

/** What a kind of place for files does; a new one is a file here and its line in `openFiles`. */
export type Place = {
  /** Moves a finished local file in; it is safely there when it resolves. The caller removes what is left of it. */
  keep(spooled: Spooled): Promise<void>
  /** The bytes, or undefined when there is no such file. Read to the end or cancelled, nothing stays open. */
  get(id: string): Promise<AsyncIterable<Uint8Array> | undefined>
  has(id: string): Promise<boolean>
  /** Nothing happens when there is none. */
  remove(id: string): Promise<void>
  /** Every stored file, in no order, for cleaning up. */
  list(): AsyncIterable<{ readonly id: string; readonly at: Date }>
}

/** Ids are ours; anything else never reaches a path or an address. */
export function isFileId(id: string): boolean {
  return /^[0-9a-f]{32}$/.test(id)
}
