import { afterAll, describe, expect, test } from 'vitest'
import { startPostgres } from '../tiers.ts'
import { openPortalsOn, openTestPortal } from './portal.ts'

/** Desk, office, lists, applications and the API on PostgreSQL: the same tests, which elsewhere run on SQLite. */
const postgres = await startPostgres()
if (postgres) openPortalsOn(postgres)
afterAll(() => postgres?.stop())

test.runIf(postgres)('portals of this file are on PostgreSQL', async () => {
  const portal = await openTestPortal()
  expect(portal.store.dialect).toBe('postgres')
  await portal.close()
})

describe.runIf(postgres)('on PostgreSQL', async () => {
  await import('./api.test.ts')
  await import('./corrections.test.ts')
  await import('./desk.test.ts')
  await import('./drafts.test.ts')
  await import('./issuance.test.ts')
  await import('./office.test.ts')
  await import('./start-of-use.test.ts')
})
