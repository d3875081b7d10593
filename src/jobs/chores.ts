const HOUR_MS = 3_600_000

/**
 * Runs the `chores` when asked to and an hour or more has passed since the last time; the first call runs them. A chore
 * that fails is logged and keeps none of the others from running.
 */
export function createChores(deps: {
  readonly chores: { readonly [name: string]: (now: Date) => Promise<unknown> }
  readonly clock: () => Date
  readonly log: { error(data: object, message: string): void }
}): () => Promise<void> {
  let doneMs = -Infinity
  return async () => {
    const now = deps.clock()
    if (now.getTime() - doneMs < HOUR_MS) return
    doneMs = now.getTime()
    for (const [chore, run] of Object.entries(deps.chores))
      try {
        await run(now)
      } catch (error) {
        deps.log.error({ chore, error: String(error) }, 'A chore was left for the next hour')
      }
  }
}
