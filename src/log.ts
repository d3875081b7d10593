import { pino, type DestinationStream, type Logger } from 'pino'

/** Structured log on standard error, one JSON object a line; what a person typed never gets here. */
export type Log = Logger

/** Keys under which personal data or secrets could arrive by mistake; their values are masked. */
const MASKED = [
  'password',
  'passwordConfirm',
  'token',
  'cookie',
  'authorization',
  'email',
  'phone',
  'answers',
]

export function createLog(
  level: 'info' | 'warn' | 'error' | 'silent',
  destination: DestinationStream = pino.destination({ dest: 2, sync: false }),
): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: MASKED.flatMap((key) => [key, `*.${key}`]), censor: '[masked]' },
    },
    destination,
  )
}
