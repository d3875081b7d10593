import { Fault } from '../fault.ts'

/** What the system says when a disk is full or at its quota. */
const FULL = new Set(['ENOSPC', 'EDQUOT'])
const RETRY_MS = 60_000

/** An error of the disk as a Fault that says when trying again makes sense; anything else as it is. */
export function fileFault(cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  if (FULL.has(code))
    return new Fault('files.disk-full', 'The disk is full: no file is taken', {
      cause,
      retryAfterMs: RETRY_MS,
    })
  return /^E[A-Z]+$/.test(code)
    ? new Fault('files.unavailable', 'The folder of files cannot be used', {
        cause,
        retryAfterMs: RETRY_MS,
      })
    : cause
}
