import { setImmediate as nextRound, setTimeout as sleep } from 'node:timers/promises'
import type { CompiledQuery, DatabaseConnection, Driver } from 'kysely'
import { assert, Bug } from '../../fault.ts'
import { sqliteFault, StoreFault } from './faults.ts'
import { execute, type SqliteFile, streamingRefused } from './sqlite.ts'

/**
 * The one writer of a SQLite file. Works run one after the other, each in a savepoint of its own; works that wait at the same
 * time share one COMMIT, since reaching the disk costs far more than the statements. Nobody hears of success before that COMMIT.
 */
export function writeDriver(file: SqliteFile, acquireTimeoutMs: number): Driver {
  const queue = new Map<Turn, Waiter>()
  let draining: Promise<void> | undefined
  let closing: Promise<void> | undefined

  return {
    init: async () => {},
    acquireConnection: () =>
      new Promise((resolve, reject) => {
        const turn = newTurn(file)
        const timer = setTimeout(() => {
          queue.delete(turn)
          reject(new StoreFault('store.busy', `No turn to write within ${acquireTimeoutMs} ms`))
        }, acquireTimeoutMs)
        queue.set(turn, {
          start: () => {
            clearTimeout(timer)
            resolve(turn)
          },
          refuse: (error) => {
            clearTimeout(timer)
            reject(error)
          },
        })
        draining ??= drain(file, queue).finally(() => (draining = undefined))
      }),
    beginTransaction: (connection) => turnOf(connection).begin(),
    commitTransaction: (connection) => turnOf(connection).release(),
    rollbackTransaction: (connection) => turnOf(connection).rollback(),
    releaseConnection: async (connection) => turnOf(connection).end(),
    destroy: async () => {
      await draining
      await (closing ??= file.close())
    },
  }
}

/** Works that share a commit at most: bounds what one failing commit takes along. */
const GROUP_MAX = 128
/** And for how long a work may wait for others before its own commit. */
const GROUP_MS = 10
const BUSY_PAUSE_MS_MAX = 10

type Waiter = { start(): void; refuse(error: Error): void }
type Queue = Map<Turn, Waiter>

async function drain(file: SqliteFile, queue: Queue): Promise<void> {
  while (queue.size > 0) {
    try {
      if (await beginImmediate(file, queue)) await runGroup(file, queue)
    } catch (error) {
      const fault = sqliteFault(error, 'begin immediate')
      for (const waiter of queue.values()) waiter.refuse(fault)
      queue.clear()
    }
  }
}

/** Takes the lock among processes; false when everybody gave up waiting meanwhile. */
async function beginImmediate(file: SqliteFile, queue: Queue): Promise<boolean> {
  for (let pauseMs = 1; queue.size > 0; pauseMs = Math.min(pauseMs * 2, BUSY_PAUSE_MS_MAX)) {
    try {
      await file.run('begin immediate', [])
      return true
    } catch (error) {
      const fault = sqliteFault(error, 'begin immediate')
      if (!(fault instanceof StoreFault) || fault.code !== 'store.busy') throw fault
      await sleep(pauseMs)
    }
  }
  return false
}

async function runGroup(file: SqliteFile, queue: Queue): Promise<void> {
  const group: Turn[] = []
  const endsAtMs = performance.now() + GROUP_MS
  for (;;) {
    const [next] = queue
    if (!next) break
    const [turn, waiter] = next
    queue.delete(turn)
    group.push(turn)
    waiter.start()
    await turn.ended
    // SQLite has undone the whole transaction (disk full, say): nothing is left to commit.
    if (turn.lost) return settle(group, turn.lost)
    if (group.length >= GROUP_MAX || performance.now() >= endsAtMs) break
    // Lets requests that have arrived meanwhile join in, which costs one round of the event loop.
    if (queue.size === 0) await nextRound()
  }
  try {
    await file.run('commit', [])
  } catch (error) {
    // Most failures have rolled back by themselves, so that there is nothing left to roll back.
    await file.run('rollback', []).catch(() => 0)
    return settle(group, sqliteFault(error, 'commit'))
  }
  settle(group, undefined)
}

function settle(group: readonly Turn[], failure: Error | undefined): void {
  for (const turn of group) turn.settle(failure)
}

/** One work's time at the writer: a connection for Kysely that dies with the work. */
type Turn = DatabaseConnection & {
  begin(): Promise<void>
  /** Ends the work well and resolves when the shared commit has succeeded. */
  release(): Promise<void>
  rollback(): Promise<void>
  end(): void
  settle(failure: Error | undefined): void
  readonly ended: Promise<void>
  /** Set when SQLite has thrown the whole transaction away. */
  readonly lost: Error | undefined
}

function newTurn(file: SqliteFile): Turn {
  const ended = Promise.withResolvers<void>()
  const committed = Promise.withResolvers<void>()
  // Works that failed by themselves do not wait for the commit; its failure is not theirs to report.
  committed.promise.catch(() => undefined)
  let isOpen = false
  let failed: unknown
  let lost: Error | undefined
  const end = () => {
    isOpen = false
    ended.resolve()
  }
  return {
    executeQuery: async <R>(query: CompiledQuery) => {
      if (!isOpen) throw new Bug(`This transaction has ended (in: ${query.sql})`)
      // PostgreSQL refuses to go on after a failed statement; SQLite would, so works could come to rely on it.
      if (failed !== undefined)
        throw new Bug('An earlier statement of this transaction failed', { cause: failed })
      return execute<R>(file, query).catch((error: unknown) => {
        failed = error
        throw error
      })
    },
    streamQuery: streamingRefused,
    begin: async () => {
      await file.run('savepoint work', [])
      isOpen = true
    },
    release: async () => {
      if (failed !== undefined)
        throw new Bug('A statement of this transaction failed and nobody reported it', {
          cause: failed,
        })
      await file.run('release work', [])
      end()
      return committed.promise
    },
    rollback: async () => {
      if (!isOpen) return
      isOpen = false
      try {
        await file.run('rollback to work', [])
        await file.run('release work', [])
      } catch (error) {
        lost = failed instanceof Error ? failed : sqliteFault(error, 'rollback to work')
      }
      end()
    },
    end,
    settle: (failure) => (failure ? committed.reject(failure) : committed.resolve()),
    ended: ended.promise,
    get lost() {
      return lost
    },
  }
}

function turnOf(connection: DatabaseConnection): Turn {
  assert('settle' in connection, 'Not a connection of this driver')
  return connection as Turn
}
