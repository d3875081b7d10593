import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAccounts, type AccountsDeps } from '../../src/accounts/accounts.ts'
import type { Passwords } from '../../src/accounts/passwords.ts'
import { randomToken } from '../../src/accounts/sessions.ts'
import { insertAccount } from '../../src/store/accounts.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore, type Store } from '../../src/store/open.ts'

/** A clock that stands still until it is moved. */
export function createClock(start = '2026-11-20T00:00:00.000Z') {
  let now = Date.parse(start)
  return {
    now: () => new Date(now),
    pass(ms: number) {
      now += ms
    },
  }
}
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS

/** Passwords without the work, and how often each was done: for tests that log in thousands of times. */
export function createCheapPasswords() {
  const done = { hash: 0, verify: 0, dummyVerify: 0 }
  const passwords: Passwords = {
    hash: async (password) => (done.hash++, `$cheap$${password}`),
    verify: async (phc, password) => (done.verify++, phc === `$cheap$${password}`),
    needsRehash: () => false,
    dummyVerify: async () => void done.dummyVerify++,
  }
  return { passwords, done }
}

/** A real store in a folder of its own; `close` removes it. */
export async function openTestStore(): Promise<{ store: Store; close: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-accounts-'))
  const store = await openStore(`sqlite:${join(folder, 'test.db')}`)
  await migrate(store)
  return {
    store,
    close: async () => {
      await store.close()
      await rm(folder, { recursive: true })
    },
  }
}

export function accountsOn(store: Store, deps: Partial<AccountsDeps> & { clock: () => Date }) {
  return createAccounts({
    store,
    passwords: createCheapPasswords().passwords,
    newToken: randomToken,
    baseUrl: 'https://portal.example.jp',
    pendingPasswordHash: async () => undefined,
    ...deps,
  })
}

export async function addAccount(
  store: Store,
  login: string,
  passwordHash: string,
  more: { attributes?: object; facilityId?: string } = {},
): Promise<string> {
  const id = `account-${login}`
  const at = '2026-11-01T00:00:00.000Z'
  await store.write((tx) =>
    insertAccount(tx, {
      id,
      portal: 'sample',
      login,
      state: 'active',
      password_hash: passwordHash,
      facility_type: more.facilityId ? 'clinic' : null,
      facility_id: more.facilityId ?? null,
      identifier: more.facilityId ? `clinic:${login}` : null,
      attributes: JSON.stringify(more.attributes ?? {}),
      created_at: at,
      updated_at: at,
    }),
  )
  return id
}
