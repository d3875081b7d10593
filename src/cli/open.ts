import { pluginsFor, readOutbox } from '../../plugins/index.ts'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import { formatProblems } from '../definitions/index.ts'
import { Fault } from '../fault.ts'
import { createLog, type Log } from '../log.ts'
import { openPortal, type Running } from '../portal.ts'
import { migrate } from '../store/migrate.ts'
import { openStore, type Store } from '../store/open.ts'

/** The whole portal as the environment describes it, or a Fault with the problems of the definitions. */
export async function openFrom(config: Config): Promise<{ running: Running; log: Log }> {
  const log = createLog(config.environment === 'production' ? 'info' : 'warn')
  const hasOutbox = config.environment === 'development' && config.smtpUrl === undefined
  const running = await openPortal({
    config,
    plugins: pluginsFor(config),
    clock: () => new Date(),
    log,
    ...(hasOutbox && { readOutbox: () => readOutbox(join(config.dataDir, 'plugins', 'outbox')) }),
  })
  if ('problems' in running)
    throw new Fault(
      'definitions.problems',
      `${formatProblems(running.problems)}\nThe portal does not start with problems in its definitions.`,
    )
  return { running, log }
}

/** The database alone, brought up to date; closed when `work` is done. */
export async function withStore<T>(config: Config, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(config.databaseUrl)
  try {
    await migrate(store)
    return await work(store)
  } finally {
    await store.close()
  }
}
