import { Worker } from 'node:worker_threads'
import { Fault } from '../../fault.ts'
import type { Kinds } from '../files.ts'
import type { SetOutcome } from './set.ts'
import { COMPILE, type SetWorkerAnswer, type SetWorkerData } from './set-worker.ts'
import { freezeDeep } from '../values.ts'

/** Compiles the folder in a thread of its own, one wish after the other. */
export type SetCompiler = {
  /** Throws a Fault `definitions.compiler` when the thread fails, which says nothing about the definitions. */
  compile(): Promise<SetOutcome>
  /** Keeps the thread, and has it look at everything once, so that the first change does not wait for it to start. */
  warm(): Promise<void>
  stop(): Promise<void>
}

const PROGRAM = new URL('./set-worker.ts', import.meta.url)
/** Far more than a hundred portals need; a file that takes more ends the thread, not the program. */
const HEAP_MB_MAX = 1024
/** A compilation takes a second or two; one that takes this long hangs. */
const COMPILE_MS_MAX = 120_000
/** Somebody who had to correct something asks again soon; after that the memory is worth more. */
const IDLE_MS = 300_000

export function createSetCompiler(dir: string, kinds: Kinds, cacheDir: string): SetCompiler {
  const data: SetWorkerData = { dir, cacheDir, lookups: kinds.lookups, effects: kinds.effects }
  let thread: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let last: Promise<unknown> = Promise.resolve()
  let isKept = false
  let isStopped = false

  const end = async () => {
    clearTimeout(idle)
    const ending = thread
    thread = undefined
    await ending?.terminate()
  }
  const ask = async (): Promise<SetOutcome> => {
    clearTimeout(idle)
    if (isStopped) throw new Fault('definitions.compiler', 'the program is being stopped')
    thread ??= startThread(data)
    try {
      const answer = await answerOf(thread)
      if ('failed' in answer) throw new Fault('definitions.compiler', answer.failed)
      return 'problems' in answer.outcome
        ? answer.outcome
        : { ...answer.outcome, definitions: freezeDeep(answer.outcome.definitions) }
    } catch (cause) {
      await end()
      throw cause
    } finally {
      if (!isKept) idle = setTimeout(() => void end(), IDLE_MS).unref()
    }
  }
  const compile = () => {
    const asked = last.then(ask)
    last = asked.catch(() => undefined)
    return asked
  }
  return {
    compile,
    async warm() {
      isKept = true
      await compile()
    },
    async stop() {
      isStopped = true
      await end()
      await last
      clearTimeout(idle)
    },
  }
}

function startThread(data: SetWorkerData): Worker {
  const thread = new Worker(PROGRAM, {
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX },
  })
  // Alone it keeps no program alive.
  thread.unref()
  return thread
}

function answerOf(thread: Worker): Promise<SetWorkerAnswer> {
  return new Promise((resolve, reject) => {
    const failed = (cause: unknown) => done(() => reject(fault(cause)))
    const answered = (answer: SetWorkerAnswer) => done(() => resolve(answer))
    const limit = setTimeout(
      () => failed(new Error(`it took longer than ${COMPILE_MS_MAX} ms`)),
      COMPILE_MS_MAX,
    )
    const ended = (code: number) => failed(new Error(`it ended with ${code}`))
    const done = (settle: () => void) => {
      clearTimeout(limit)
      thread.off('message', answered).off('error', failed).off('exit', ended)
      settle()
    }
    thread.once('message', answered).once('error', failed).once('exit', ended)
    thread.postMessage(COMPILE)
  })
}

function fault(cause: unknown): Fault {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new Fault('definitions.compiler', `compiling the definitions failed: ${reason}`, { cause })
}
