import { addNoticeViews, noticeViewsOf } from '../../store/notice-views.ts'
import type { Store } from '../../store/open.ts'
import type { LogPort } from '../deps.ts'

/** Counts how often notices are opened, by `<portal>/<name>`, and nothing about who opened them. */
export type NoticeViews = {
  seen(id: string): Promise<void>
  /** Of one portal, with what is not stored yet. */
  counts(portal: string): Promise<ReadonlyMap<string, number>>
  /** Stores what is counted so far. */
  flush(): Promise<void>
}

/** A notice that everybody opens at once is one row to write every so often, not one for each reader. */
const FLUSH_MS = 10_000

/** What is counted waits in memory until the next view after 10 seconds, the hourly chores or the end of the program. */
export function createNoticeViews(deps: {
  readonly store: Store
  readonly clock: () => Date
  readonly log: Pick<LogPort, 'warn'>
}): NoticeViews {
  const { store, clock, log } = deps
  let pending = new Map<string, number>()
  let flushedMs = -Infinity
  const add = (id: string, count: number) => pending.set(id, (pending.get(id) ?? 0) + count)
  const flush = async () => {
    if (pending.size === 0) return
    const taken = pending
    pending = new Map()
    flushedMs = clock().getTime()
    try {
      await store.write((tx) => addNoticeViews(tx, taken))
    } catch (error) {
      // A reader must not lose the page because a count could not be stored.
      for (const [id, count] of taken) add(id, count)
      log.warn({ err: error }, 'views of notices could not be stored yet')
    }
  }
  return {
    async seen(id) {
      add(id, 1)
      if (clock().getTime() - flushedMs >= FLUSH_MS) await flush()
    },
    async counts(portal) {
      const waiting = [...pending].filter(([id]) => id.startsWith(`${portal}/`))
      const stored = await noticeViewsOf(store.db, portal)
      const all = new Map(stored)
      for (const [id, count] of waiting) all.set(id, (all.get(id) ?? 0) + count)
      return all
    },
    flush,
  }
}
