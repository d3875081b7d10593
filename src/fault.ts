/**
 * The only errors we throw. A Fault is the outside world failing (disk, database, mail server): somebody may try again.
 * A failed `assert` is a mistake of ours (a Bug). Expected outcomes (Problem, Issue, Refusal) are returned, never thrown.
 */
export class Fault extends Error {
  readonly code: string
  /** Milliseconds after which trying again makes sense; undefined when trying again cannot help. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: string,
    message: string,
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'Fault'
    this.code = code
    this.retryAfterMs = options.retryAfterMs
  }
}

export class Bug extends Error {
  override readonly name = 'Bug'
}

/** Throws a Bug when something we rely on does not hold. Never for input from outside. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Bug(message)
}
