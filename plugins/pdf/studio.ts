import { Worker } from 'node:worker_threads'
import type { Sheet } from '../../src/plugins/contract.ts'
import type { Delivery, Order } from './worker.ts'

/** Draws sheets in a thread beside the server, at most so many waiting at once. */
export type Studio = {
  /** 'busy' when too many wait already. Rejects when the thread dies or the time is up. */
  draw(sheet: Sheet, signal: AbortSignal): Promise<Delivery | 'busy'>
  stop(): Promise<void>
}

type Waiting = {
  readonly resolve: (delivery: Delivery) => void
  readonly reject: (error: Error) => void
}

/** Room for fonts and a long document, and an end to what would eat the machine. */
const HEAP_MB = 256

/**
 * One thread, started with the first sheet. A sheet whose time is up takes its thread with it: nothing else stops a layout
 * that does not end. The others that waited in it are drawn again by a new one, as their jobs are repeated.
 */
export function openStudio({ waitingMax }: { readonly waitingMax: number }): Studio {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | undefined
  let lastId = 0

  const fail = (error: Error) => {
    thread = undefined
    const all = [...waiting.values()]
    waiting.clear()
    for (const { reject } of all) reject(error)
  }
  const start = () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      // Nothing of the server's environment is of use to a drawing.
      env: {},
    })
    worker.unref()
    worker.on('message', (delivery: Delivery) => {
      const one = waiting.get(delivery.id)
      waiting.delete(delivery.id)
      if (waiting.size === 0) worker.unref()
      one?.resolve(delivery)
    })
    worker.on('error', fail)
    worker.on('exit', (code) => {
      if (worker === thread) fail(new Error(`The drawing thread ended (${code})`))
    })
    return worker
  }

  return {
    draw(sheet, signal) {
      if (waiting.size >= waitingMax) return Promise.resolve('busy')
      const worker = (thread ??= start())
      const id = ++lastId
      const { promise, resolve, reject } = Promise.withResolvers<Delivery>()
      waiting.set(id, { resolve, reject })
      worker.ref()
      worker.postMessage({ id, sheet } satisfies Order)
      const giveUp = () => {
        if (waiting.delete(id)) reject(new Error('Drawing took too long'))
        if (worker === thread) {
          fail(new Error('The drawing thread was ended because of another document'))
          void worker.terminate()
        }
      }
      signal.addEventListener('abort', giveUp, { once: true })
      return promise.finally(() => signal.removeEventListener('abort', giveUp))
    },
    async stop() {
      const worker = thread
      thread = undefined
      await worker?.terminate()
      fail(new Error('The server stops'))
    },
  }
}
