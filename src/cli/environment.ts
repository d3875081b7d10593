import { readConfig, type Config } from '../config.ts'
import { Fault } from '../fault.ts'

export type Env = Readonly<Record<string, string | undefined>>

/** The configuration, or a Fault that names every variable in the way. */
export function configFrom(env: Env): Config {
  const { config, problems } = readConfig(env)
  if (problems.length === 0) return config
  throw new Fault(
    'config.wrong',
    problems.map(({ variable, message }) => `${variable} ${message}`).join('\n'),
  )
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Resolves when the operating system asks the program to stop. */
export function untilAskedToStop(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
