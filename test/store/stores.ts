import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../../src/store/migrate.ts'
import { openStore, type Store, type StoreOptions } from '../../src/store/open.ts'
import { startPostgres, tier } from '../tiers.ts'

/** A kind of database that can run here. */
export type Driver = {
  readonly name: 'sqlite' | 'sqlite3' | 'postgres'
  /** The DATABASE_URL of a database that nobody has used yet. */
  newUrl(): Promise<string>
}

/** All the drivers that this machine can run, and how to clean up after them. */
export async function startDrivers(): Promise<{
  readonly drivers: readonly Driver[]
  stop(): Promise<void>
}> {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-store-'))
  let count = 0
  const file = (scheme: 'sqlite' | 'sqlite3'): Driver => ({
    name: scheme,
    newUrl: async () => `${scheme}:${join(folder, `${++count}.db`)}`,
  })
  const name: string = 'sqlite3'
  const hasPackage = await tier('sqlite3', () => import(name))
  const postgres = await startPostgres()
  const drivers = [file('sqlite')]
  if (hasPackage) drivers.push(file('sqlite3'))
  if (postgres) drivers.push({ name: 'postgres', newUrl: () => postgres.newDatabase() })
  return {
    drivers,
    stop: async () => {
      await postgres?.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An open store with its tables, on a database of its own. */
export async function newStore(driver: Driver, options?: StoreOptions): Promise<Store> {
  const store = await openStore(await driver.newUrl(), options)
  await migrate(store)
  return store
}
