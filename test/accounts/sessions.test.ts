import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Accounts } from '../../src/accounts/accounts.ts'
import { sha256 } from '../../src/hash.ts'
import type { Store } from '../../src/store/open.ts'
import { accountsOn, addAccount, createClock, HOUR_MS, MINUTE_MS, openTestStore } from './setup.ts'

let store: Store
let close: () => Promise<void>
let clock: ReturnType<typeof createClock>
let accounts: Accounts
let accountId: string
beforeEach(async () => {
  ;({ store, close } = await openTestStore())
  clock = createClock()
  accounts = accountsOn(store, { clock: clock.now })
  accountId = await addAccount(store, 'a@example.jp', '')
})
afterEach(() => close())

const rows = () => store.db.selectFrom('session').selectAll().execute()

describe('sessions (S08)', () => {
  test('the cookie holds 256 random bits, the database only their hash', async () => {
    const { token, cookie } = await accounts.startSession({ accountId })
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(cookie).toBe(`__Host-madoguchi=${token}; Path=/; HttpOnly; SameSite=Lax; Secure`)
    expect(JSON.stringify(await rows())).not.toContain(token)
    expect((await rows())[0]?.token_hash).toBe(sha256(token))
    expect(accounts.noCookie()).toMatch(/^__Host-madoguchi=; Max-Age=0; Path=\/; .*Secure$/)
  })

  test('on plain http the cookie has another name and no Secure', async () => {
    const local = accountsOn(store, { clock: clock.now, baseUrl: 'http://localhost:3000' })
    const { token, cookie } = await local.startSession({ accountId })
    expect(cookie).toBe(`madoguchi=${token}; Path=/; HttpOnly; SameSite=Lax`)
    expect(local.tokenIn(`theme=dark; madoguchi=${token}`)).toBe(token)
    expect(accounts.tokenIn(`madoguchi=${token}`), 'not taken for the bound cookie').toBe(undefined)
  })

  test('only exactly one well-formed cookie is read', async () => {
    const { token } = await accounts.startSession({ accountId })
    const cookie = `__Host-madoguchi=${token}`
    expect(accounts.tokenIn(cookie)).toBe(token)
    for (const header of [
      undefined,
      '',
      '__Host-madoguchi=',
      `__Host-madoguchi=${token}x`,
      `${cookie}; ${cookie}`,
      `x__Host-madoguchi=${token}`,
      `__host-madoguchi=${token}`,
    ])
      expect(accounts.tokenIn(header), header).toBe(undefined)
  })

  test('each login has a new token, and ends the session the browser brought along', async () => {
    const first = await accounts.startSession({ accountId })
    const other = await accounts.startSession({ accountId })
    const second = await accounts.startSession({ accountId }, first.token)
    expect(new Set([first.token, other.token, second.token]).size).toBe(3)
    expect(await accounts.readSession(first.token)).toBe(undefined)
    expect(await accounts.readSession(other.token)).toHaveProperty('account')
    expect(await accounts.readSession(second.token)).toHaveProperty('account')
  })

  test('ends an hour after the last use', async () => {
    const { token } = await accounts.startSession({ accountId })
    clock.pass(59 * MINUTE_MS)
    expect(await accounts.readSession(token)).toHaveProperty('account.id', accountId)
    clock.pass(59 * MINUTE_MS)
    expect(await accounts.readSession(token)).toHaveProperty('account')
    clock.pass(60 * MINUTE_MS)
    expect(await accounts.readSession(token)).toBe(undefined)
  })

  test('ends after twelve hours however much it is used', async () => {
    const { token } = await accounts.startSession({ accountId })
    for (let passed = 0; passed < 11.5 * HOUR_MS; passed += 30 * MINUTE_MS) {
      clock.pass(30 * MINUTE_MS)
      expect(await accounts.readSession(token)).toHaveProperty('account')
    }
    clock.pass(30 * MINUTE_MS)
    expect(await accounts.readSession(token)).toBe(undefined)
  })

  test('its use is written down at most once a minute', async () => {
    const { token } = await accounts.startSession({ accountId })
    const seen = async () => (await rows())[0]?.last_seen_at
    const start = await seen()
    clock.pass(MINUTE_MS - 1)
    await accounts.readSession(token)
    expect(await seen()).toBe(start)
    clock.pass(1)
    await accounts.readSession(token)
    expect(await seen()).toBe(clock.now().toISOString())
  })

  test('logout and revocation hold from the next request on, also in another process', async () => {
    const elsewhere = accountsOn(store, { clock: clock.now })
    const first = await accounts.startSession({ accountId })
    const second = await accounts.startSession({ accountId })
    expect(await elsewhere.readSession(first.token)).toHaveProperty('account')
    await accounts.endSession(first.token)
    expect(await elsewhere.readSession(first.token)).toBe(undefined)
    expect(await elsewhere.readSession(second.token)).toHaveProperty('account')
    await accounts.endSessionsOf(accountId)
    expect(await elsewhere.readSession(second.token)).toBe(undefined)
  })

  test('a deleted account has no session any more', async () => {
    const { token } = await accounts.startSession({ accountId })
    await store.write((tx) => tx.updateTable('account').set({ state: 'deleted' }).execute())
    expect(await accounts.readSession(token)).toBe(undefined)
  })

  test('unknown and misshapen tokens are nobody', async () => {
    await accounts.startSession({ accountId })
    for (const token of [undefined, '', 'x', 'A'.repeat(43), (await rows())[0]?.token_hash])
      expect(await accounts.readSession(token)).toBe(undefined)
  })

  test('ended rows are removed', async () => {
    await accounts.startSession({ accountId })
    clock.pass(30 * MINUTE_MS)
    const { token } = await accounts.startSession({ accountId })
    clock.pass(45 * MINUTE_MS)
    await accounts.purge()
    expect((await rows()).map((row) => row.token_hash)).toEqual([sha256(token)])
  })
})
