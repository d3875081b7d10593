import { migrate } from '../store/migrate.ts'
import { openStore } from '../store/open.ts'
import { configFrom, print, type Env } from './environment.ts'

/** `madoguchi migrate`: brings the database to the newest shape and says what it did. */
export async function migrateDatabase(env: Env): Promise<void> {
  const store = await openStore(configFrom(env).databaseUrl)
  try {
    const { applied } = await migrate(store)
    print(applied.length === 0 ? 'The database is up to date' : `Applied ${applied.join(', ')}`)
  } finally {
    await store.close()
  }
}
