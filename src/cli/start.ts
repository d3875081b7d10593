import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { inviteFirstAdministrator } from '../accounts/first-admin.ts'
import type { Config } from '../config.ts'
import { formatProblems } from '../definitions/index.ts'
import { closeHttpServer, createHttpServer } from '../http/server.ts'
import { importMaster } from '../master/import.ts'
import { countFacilities } from '../store/facilities.ts'
import type { Running } from '../portal.ts'
import { configFrom, print, untilAskedToStop, type Env } from './environment.ts'
import { openFrom } from './open.ts'

/** `madoguchi start`: everything in one process until it is asked to stop. */
export async function start(env: Env): Promise<void> {
  const config = configFrom(env)
  const { running } = await openFrom(config)
  await importSample(config, running)
  const server = createHttpServer(running.app, config)
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve)
    server.once('error', reject)
    // Development shows mails and sample data to everybody who can connect, so only this machine can.
    server.listen({
      port: config.port,
      ...(config.environment === 'development' && { host: 'localhost' }),
    })
  })
  running.worker.start()
  await followDefinitions(config, running)
  await announce(config, running)
  await untilAskedToStop()
  await closeHttpServer(server)
  await running.close()
}

/** In development a saved file is live at once; in production somebody asks for it. */
async function followDefinitions(config: Config, { reloads }: Running): Promise<void> {
  const isWatching = config.environment === 'development'
  if (isWatching)
    reloads.onReload((reload) => {
      if (reload.kind === 'problems')
        print(`${formatProblems(reload.problems.ja)}\n今までの定義のまま動いています。`)
      else if (reload.isNew) print(`新しい定義に切り替えました（${reload.ms} ms）`)
    })
  await reloads.start({ isWatching })
}

/** In development a first start gets the sample master, so that there is something to register. */
async function importSample(config: Config, { store }: Running): Promise<void> {
  if (config.environment !== 'development') return
  const file = join(config.definitionsDir, 'forms', 'sample-facilities.csv')
  const exists = await stat(file).then(
    () => true,
    () => false,
  )
  if (!exists || (await countFacilities(store.db)) > 0) return
  const { added } = await importMaster(store, file, { now: () => new Date() })
  print(`Imported ${added} rows of fictional facilities from forms/sample-facilities.csv`)
}

async function announce(config: Config, running: Running): Promise<void> {
  const { baseUrl } = config
  const lines: [string, string][] = Object.values(running.definitions().portals).map((portal) => [
    portal.title.ja,
    `${baseUrl}/${portal.id}/`,
  ])
  lines.push(['Review desk', `${baseUrl}/review/`], ['Administration', `${baseUrl}/admin/`])
  if (config.environment === 'development' && config.smtpUrl === undefined)
    lines.push(['Outbox', `${baseUrl}/outbox`])
  const invite = await inviteFirstAdministrator(running.store, () => new Date(), baseUrl)
  if (invite) lines.push(['First administrator', `${invite}  (once, within 24 hours)`])
  // In one piece, so that whoever waits for the first line has them all.
  print(
    [
      `Madoguchi listens on ${baseUrl}`,
      ...lines.map(([name, address]) => `  ${name}: ${address}`),
    ].join('\n'),
  )
}
