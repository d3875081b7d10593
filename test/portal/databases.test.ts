import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDrivers } from '../store/stores.ts'
import { ahaki, createAccount, judo, logIn } from './people.ts'
import { openTestPortal, plain } from './portal.ts'

/** The main job on the databases that the other tests here do not use: registered, activated, logged in. */
let started: Awaited<ReturnType<typeof startDrivers>>
beforeAll(async () => {
  started = await startDrivers()
})
afterAll(() => started.stop())

test.each(['sqlite3', 'postgres'])('on %s', async (name) => {
  const driver = started.drivers.find((one) => one.name === name)
  // A machine without it has been told so by its tier.
  if (driver) await mainJob(await driver.newUrl())
})

async function mainJob(databaseUrl: string): Promise<void> {
  const portal = await openTestPortal({ databaseUrl })
  try {
    for (const person of [judo, ahaki]) {
      const { visitor, reached } = await createAccount(portal, person)
      expect(plain(reached.html)).toContain('ユーザー登録が完了しました')
      expect((await logIn(visitor, person.email)).status).toBe(303)
      const profile = plain((await visitor.get('/treatment/profile')).html)
      expect(profile).toContain('見本 花子')
      expect(profile.includes('ユーザー登録用認証コード')).toBe(person === ahaki)
      expect((await visitor.get('/treatment/submissions')).status).toBe(200)
    }
  } finally {
    await portal.close()
  }
}
