import type { Clock } from '../contract.ts'

/** Time that passes only when it is told to. */
export type VirtualClock = Clock & {
  /** Lets `ms` pass, firing what is due in its order; what that starts may be due as well. */
  advance(ms: number): Promise<void>
  /** How many calls are still waiting. */
  readonly waiting: () => number
}

export function createVirtualClock(start = Date.parse('2026-04-01T00:00:00.000Z')): VirtualClock {
  let now = start
  const due = new Map<object, { at: number; fire: () => void }>()
  return {
    now: () => now,
    after(ms, fire) {
      const key = {}
      due.set(key, { at: now + ms, fire })
      return () => due.delete(key)
    },
    async advance(ms) {
      const end = now + ms
      await settle()
      for (;;) {
        const next = [...due]
          .filter(([, { at }]) => at <= end)
          .sort(([, a], [, b]) => a.at - b.at)[0]
        if (!next) break
        due.delete(next[0])
        now = Math.max(now, next[1].at)
        next[1].fire()
        await settle()
      }
      now = end
      await settle()
    },
    waiting: () => due.size,
  }
}

/** Lets promises settle: a few turns of the loop. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}
