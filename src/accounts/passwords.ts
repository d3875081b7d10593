import { hash, parseOptions, verify } from '@node-rs/argon2'
import { Fault } from '../fault.ts'

/**
 * Argon2id in a bounded pool (trust-and-ux.md S01, S49). A password is hashed exactly as it was typed: no folding,
 * no cutting, so two passwords that differ anywhere have different hashes.
 */
export type Passwords = {
  /** PHC string, parameters included. */
  hash(password: string): Promise<string>
  /** Whether the password is the one of this PHC string; false also for a text that is no PHC string. */
  verify(phc: string, password: string): Promise<boolean>
  /** Whether the PHC string was made with less work than today's. */
  needsRehash(phc: string): boolean
  /** The work of one `verify` with an answer nobody wants: for names that do not exist. */
  dummyVerify(password: string): Promise<void>
}

export type HashWork = {
  readonly memoryKib: number
  readonly passes: number
  readonly lanes: number
}

/** The least that S01 allows: some ten milliseconds of one core of a present machine. */
export const HASH_WORK: HashWork = { memoryKib: 19 * 1024, passes: 2, lanes: 1 }

/** What a caller is told to wait when the queue is full. */
const BUSY_RETRY_MS = 2_000

/** Argon2id of a random text nobody knows, made with today's work; only its cost matters. */
const DUMMY_SALT = 'bWFkb2d1Y2hpLWR1bW15'
const DUMMY_DIGEST = 'A'.repeat(43)

/**
 * `concurrency` hashes run at once, `queueMax` more wait; the next one gets Fault `accounts.busy` with `retryAfterMs`.
 * `work` is an argument so that tests can show how older hashes are renewed.
 */
export function createPasswords(options: {
  readonly concurrency: number
  readonly queueMax: number
  readonly work?: HashWork
}): Passwords {
  const work = options.work ?? HASH_WORK
  const run = createPool(options.concurrency, options.queueMax)
  const argon = {
    memoryCost: work.memoryKib,
    timeCost: work.passes,
    parallelism: work.lanes,
    outputLen: 32,
  }
  const dummy = `$argon2id$v=19$m=${work.memoryKib},t=${work.passes},p=${work.lanes}$${DUMMY_SALT}$${DUMMY_DIGEST}`
  return {
    hash: (password) => run(() => hash(password, argon)),
    verify: (phc, password) =>
      run(() => (isPhc(phc) ? verify(phc, password) : verify(dummy, password).then(never))),
    needsRehash(phc) {
      if (!isPhc(phc)) return false
      const made = parseOptions(phc)
      return (
        made.memoryCost < work.memoryKib ||
        made.timeCost < work.passes ||
        made.parallelism < work.lanes
      )
    },
    async dummyVerify(password) {
      await run(() => verify(dummy, password))
    },
  }
}

/** Text such as '' marks an account without a usable password (D-15): nothing matches it. */
function isPhc(phc: string): boolean {
  return phc.startsWith('$argon2id$')
}

function never(): boolean {
  return false
}

/** Runs at most `concurrency` works at once, first come first served. */
export function createPool(
  concurrency: number,
  queueMax: number,
): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= concurrency) {
      if (waiting.length >= queueMax)
        throw new Fault('accounts.busy', 'Too many passwords are being checked at once', {
          retryAfterMs: BUSY_RETRY_MS,
        })
      // The one who finishes hands its place on, so `running` is not counted up here.
      await new Promise<void>((resolve) => waiting.push(resolve))
    } else running++
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
