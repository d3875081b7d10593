import { configFrom, print, untilAskedToStop, type Env } from './environment.ts'
import { openFrom } from './open.ts'

/** `madoguchi worker`: jobs only, until it is asked to stop. */
export async function work(env: Env): Promise<void> {
  const { running } = await openFrom(configFrom(env))
  running.worker.start()
  await running.reloads.start({ isWatching: false })
  print('Working off jobs')
  await untilAskedToStop()
  await running.close()
}
