import { parentPort, workerData } from 'node:worker_threads'
import { assert } from '../../fault.ts'
import { fieldTypes } from '../../form/fields/index.ts'
import type { Kinds, ReadBefore } from '../files.ts'
import { compileSet, type SetOutcome } from './set.ts'

/**
 * A program of its own, run as a thread beside the one that serves: compiles the folder each time it is asked, so that
 * requests never wait for it. What plugins offer comes as data; functions cannot cross.
 */
export type SetWorkerData = {
  readonly dir: string
  readonly cacheDir: string
  readonly lookups: Kinds['lookups']
  readonly effects: Kinds['effects']
}
export type SetWorkerAnswer =
  | { readonly outcome: SetOutcome }
  /** The outside world is in the way: a Fault's words. */
  | { readonly failed: string }

/** Sent for each wish; it has no content. */
export const COMPILE = 'compile'

if (parentPort) {
  const port = parentPort
  const { dir, cacheDir, lookups, effects } = workerData as SetWorkerData
  const before: ReadBefore = new Map()
  port.on('message', (wish: unknown) => {
    assert(wish === COMPILE, 'the only wish there is')
    compileSet(dir, { fieldTypes, lookups, effects }, cacheDir, before).then(
      (outcome) => port.postMessage({ outcome } satisfies SetWorkerAnswer),
      (error: unknown) =>
        port.postMessage({
          failed: error instanceof Error ? error.message : String(error),
        } satisfies SetWorkerAnswer),
    )
  })
}
