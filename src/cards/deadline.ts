import type { Clock } from './contract.ts'
import { CardError } from './errors.ts'

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, fire) {
    const timer = setTimeout(fire, ms)
    return () => clearTimeout(timer)
  },
}

/**
 * The outcome of `work`, or a TIMEOUT after `ms`, or ABORTED at once when the signal says so: the caller goes on even when
 * the hardware does not.
 */
export function withDeadline<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
  work: Promise<T>,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => finish(() => reject(new CardError('ABORTED')))
    const callOff = clock.after(ms, () => finish(() => reject(new CardError('TIMEOUT'))))
    const finish = (settle: () => void) => {
      callOff()
      signal?.removeEventListener('abort', abort)
      settle()
    }
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
    work.then(
      (value) => finish(() => resolve(value)),
      (cause: unknown) => finish(() => reject(cause as Error)),
    )
  })
}
