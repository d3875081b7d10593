import { hash as argonHash } from '@node-rs/argon2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPasswords } from '../../src/accounts/passwords.ts'
import { findAccount } from '../../src/store/accounts.ts'
import type { Store } from '../../src/store/open.ts'
import {
  accountsOn,
  addAccount,
  createCheapPasswords,
  createClock,
  HOUR_MS,
  MINUTE_MS,
  openTestStore,
} from './setup.ts'

let store: Store
let close: () => Promise<void>
beforeEach(async () => void ({ store, close } = await openTestStore()))
afterEach(() => close())

const RIGHT = 'Kasa2nagagutsu'
const HOME = '192.0.2.1'
const ELSEWHERE = '198.51.100.7'

/** Accounts, their clock, and one login attempt told as a word. */
function desk(pending: { readonly [login: string]: string } = {}) {
  const clock = createClock()
  const { passwords, done } = createCheapPasswords()
  const accounts = accountsOn(store, {
    clock: clock.now,
    passwords,
    pendingPasswordHash: async (_portal, login) => pending[login],
  })
  const attempt = (login: string, password: string, address = HOME) =>
    accounts.authenticate({ portal: 'sample', login, password, address })
  const tell = async (login: string, password: string, address = HOME) => {
    const result = await attempt(login, password, address)
    return 'account' in result ? 'in' : result.issue.code
  }
  return { clock, accounts, done, attempt, tell }
}

/** user0@example.jp, user1@example.jp, … */
async function addMany(count: number, passwordOf: (index: number) => string): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => ({
    id: `many-${index}`,
    portal: 'sample',
    login: `user${index}@example.jp`,
    state: 'active',
    password_hash: `$cheap$${passwordOf(index)}`,
    facility_type: null,
    facility_id: null,
    identifier: null,
    attributes: '{}',
    created_at: '2026-11-01T00:00:00.000Z',
    updated_at: '2026-11-01T00:00:00.000Z',
  }))
  await store.write(async (tx) => {
    for (const row of rows) await tx.insertInto('account').values(row).execute()
  })
}

async function times<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = []
  for (let index = 0; index < count; index++) results.push(await work(index))
  return results
}

describe('login (D-17, S03)', () => {
  test('gives the account with what forms may know of it', async () => {
    await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`, {
      facilityId: 'F1',
      attributes: { lastName: '見本' },
    })
    const { attempt, accounts } = desk()
    const result = await attempt('a@example.jp', RIGHT)
    const account = 'account' in result ? result.account : undefined
    expect(account).toMatchObject({ login: 'a@example.jp', facilityId: 'F1' })
    expect(JSON.stringify(account)).not.toContain('cheap')
    const facts = account && (await accounts.facts(account))
    expect(facts?.account).toMatchObject({ lastName: '見本', facilityType: 'clinic' })
    expect(facts?.account).not.toHaveProperty('code')
    await store.write((tx) =>
      tx
        .insertInto('facility_code')
        .values({ portal: 'sample', facility_id: 'F1', code: '085652', created_at: '' })
        .execute(),
    )
    expect(account && (await accounts.facts(account)).account).toMatchObject({ code: '085652' })
  })

  test('an account of another portal and a deleted one are no account', async () => {
    const id = await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { accounts, tell } = desk()
    const other = { portal: 'other', login: 'a@example.jp', password: RIGHT, address: HOME }
    expect(await accounts.authenticate(other)).toHaveProperty('issue')
    await store.write((tx) =>
      tx.updateTable('account').set({ state: 'deleted' }).where('id', '=', id).execute(),
    )
    expect(await tell('a@example.jp', RIGHT)).toBe('login.refused')
  })

  test('wrong name, wrong password and lock give the very same answer for the same work', async () => {
    await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { attempt, done } = desk({ 'waiting@example.jp': `$cheap$${RIGHT}` })
    const told = new Set<string>()
    for (const login of ['a@example.jp', 'nobody@example.jp', 'waiting@example.jp'])
      for (let guess = 0; guess < 12; guess++) {
        const before = done.verify + done.dummyVerify
        told.add(JSON.stringify(await attempt(login, `wrong${guess}`)))
        expect(done.verify + done.dummyVerify - before, `${login} ${guess}`).toBe(1)
      }
    expect([...told]).toHaveLength(1)
    expect([...told][0]).toContain('login.refused')
  })

  test('the answer to known and unknown names also turns at the same attempt', async () => {
    await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { attempt, clock } = desk()
    const sequence = async (login: string, address: string) =>
      times(70, async (index) => {
        clock.pass(index > 55 ? 1_000 : 0)
        const { status, issue } = (await attempt(`${index % 7}${login}`, 'wrong', address)) as {
          status: number
          issue: object
        }
        return [status, JSON.stringify(issue)]
      })
    for (let index = 0; index < 7; index++)
      await addAccount(store, `${index}known@example.jp`, `$cheap$${RIGHT}`)
    const known = await sequence('known@example.jp', HOME)
    const unknown = await sequence('unknown@example.jp', ELSEWHERE)
    expect(known).toEqual(unknown)
    expect(known.map(([status]) => status)).toContain(429)
  })

  test('a registration that waits is hinted at only to who knows its password', async () => {
    const { tell, attempt } = desk({ 'waiting@example.jp': `$cheap$${RIGHT}` })
    expect(await tell('waiting@example.jp', 'wrong')).toBe('login.refused')
    expect(await tell('waiting@example.jp', RIGHT)).toBe('login.pending')
    const refused = await attempt('waiting@example.jp', 'wrong')
    const pending = await attempt('waiting@example.jp', RIGHT)
    const ja = (result: typeof pending) => ('issue' in result ? (result.issue.text?.ja ?? '') : '')
    expect(ja(pending)).toContain(ja(refused))
    expect(ja(pending)).toContain('確認メール')
  })

  test('an account beats a registration waiting under its name', async () => {
    await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { tell } = desk({ 'a@example.jp': '$cheap$Other4words' })
    expect(await tell('a@example.jp', 'Other4words')).toBe('login.refused')
    expect(await tell('a@example.jp', RIGHT)).toBe('in')
  })

  test('a weaker hash is renewed by a login, with the real library', async () => {
    const weak = await argonHash(RIGHT, { memoryCost: 1024, timeCost: 1, parallelism: 1 })
    const id = await addAccount(store, 'a@example.jp', weak)
    const passwords = createPasswords({ concurrency: 1, queueMax: 5 })
    const accounts = accountsOn(store, { clock: createClock().now, passwords })
    const given = { portal: 'sample', login: 'a@example.jp', address: HOME }
    expect(await accounts.authenticate({ ...given, password: 'wrong' })).toHaveProperty('issue')
    expect((await findAccount(store.db, id))?.password_hash).toBe(weak)
    expect(await accounts.authenticate({ ...given, password: RIGHT })).toHaveProperty('account')
    const renewed = (await findAccount(store.db, id))?.password_hash ?? ''
    expect(renewed).toMatch(/m=19456,t=2,p=1/)
    expect(await accounts.authenticate({ ...given, password: RIGHT })).toHaveProperty('account')
    expect((await findAccount(store.db, id))?.password_hash).toBe(renewed)
  })
})

describe('holding guesses back (D-17, S04)', () => {
  test('ten failures lock for 15 minutes; then the right password opens again', async () => {
    await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { tell, clock } = desk()
    await times(9, (index) => tell('a@example.jp', `wrong${index}`))
    expect(await tell('a@example.jp', RIGHT), 'nine are no lock').toBe('in')
    await times(10, (index) => tell('a@example.jp', `wrong${index}`))
    expect(await tell('a@example.jp', RIGHT)).toBe('login.refused')
    clock.pass(15 * MINUTE_MS - 1)
    expect(await tell('a@example.jp', RIGHT)).toBe('login.refused')
    clock.pass(1)
    expect(await tell('a@example.jp', RIGHT)).toBe('in')
  })

  test('attempts while locked do not lengthen the lock; going on after it does', async () => {
    await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { tell, clock } = desk()
    await times(10, () => tell('a@example.jp', 'wrong'))
    clock.pass(14 * MINUTE_MS)
    await times(20, () => tell('a@example.jp', 'wrong'))
    clock.pass(MINUTE_MS)
    await tell('a@example.jp', 'wrong')
    clock.pass(15 * MINUTE_MS)
    expect(await tell('a@example.jp', RIGHT), 'the eleventh failure locks for longer').toBe(
      'login.refused',
    )
    clock.pass(15 * MINUTE_MS)
    expect(await tell('a@example.jp', RIGHT)).toBe('in')
  })

  test('guesses sent at the same moment count like guesses sent one by one', async () => {
    await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { tell, done } = desk()
    const guesses = Array.from({ length: 30 }, (_, index) => tell('a@example.jp', `wrong${index}`))
    await Promise.all(guesses)
    expect(done.verify).toBe(10)
    expect(done.dummyVerify).toBe(20)
  })

  test('others cannot lock the owner out where the owner has been before', async () => {
    await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { tell, clock } = desk()
    expect(await tell('a@example.jp', RIGHT, HOME)).toBe('in')
    const outcomes: string[] = []
    for (let hour = 0; hour < 24; hour++) {
      await times(12, (index) => tell('a@example.jp', 'wrong', `198.51.100.${index}`))
      outcomes.push(await tell('a@example.jp', RIGHT, HOME))
      expect(await tell('a@example.jp', RIGHT, ELSEWHERE), 'a new place has to wait').toBe(
        'login.refused',
      )
      clock.pass(HOUR_MS)
    }
    expect(new Set(outcomes)).toEqual(new Set(['in']))
    expect(await tell('a@example.jp', RIGHT, ELSEWHERE), 'it ends by itself').toBe('in')
  })

  test('a new password set by mail opens at once, whatever was locked', async () => {
    const id = await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { tell } = desk()
    await times(15, () => tell('a@example.jp', 'wrong'))
    await store.write((tx) =>
      tx
        .updateTable('account')
        .set({ password_hash: '$cheap$Shin9pasuwado' })
        .where('id', '=', id)
        .execute(),
    )
    expect(await tell('a@example.jp', 'Shin9pasuwado')).toBe('in')
  })

  test.each([1, 20])(
    '10,000 guesses over 1,000 accounts from %i addresses open none',
    async (addresses) => {
      // Twenty owners chose a password that the guesser tries in a later round.
      const passwordOf = (index: number) => (index % 50 === 7 ? `guess${5 + (index % 4)}` : RIGHT)
      await addMany(1_000, passwordOf)
      const { tell, clock, done } = desk()
      expect(await tell('user7@example.jp', passwordOf(7), HOME)).toBe('in')
      let opened = 0
      let wouldOpen = 0
      for (let guess = 0; guess < 10; guess++)
        for (let index = 0; index < 1_000; index++) {
          const address = `203.0.113.${index % addresses}`
          const outcome = await tell(`user${index}@example.jp`, `guess${guess}`, address)
          if (outcome === 'in') opened++
          if (passwordOf(index) === `guess${guess}`) wouldOpen++
          clock.pass(360)
        }
      expect({ opened, wouldOpen }).toEqual({ opened: 0, wouldOpen: 20 })
      expect(done.verify, 'guesses looked at').toBeLessThan(75 * addresses)
      expect(await tell('user7@example.jp', passwordOf(7), HOME), 'the owner gets in').toBe('in')
    },
  )

  test('200 honest logins in ten minutes from one hospital pass, every tenth mistyped once', async () => {
    const { tell, clock } = desk()
    await addMany(200, () => RIGHT)
    let opened = 0
    for (let index = 0; index < 200; index++) {
      if (index % 10 === 0) await tell(`user${index}@example.jp`, 'Kasa2nagagutus')
      if ((await tell(`user${index}@example.jp`, RIGHT)) === 'in') opened++
      clock.pass(3_000)
    }
    expect(opened).toBe(200)
  })

  test('being too busy to hash does not count as a guess', async () => {
    await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { passwords } = createCheapPasswords()
    let isBusy = true
    const accounts = accountsOn(store, {
      clock: createClock().now,
      passwords: {
        ...passwords,
        verify: (phc, password) =>
          isBusy ? Promise.reject(new Error('busy')) : passwords.verify(phc, password),
      },
    })
    const given = { portal: 'sample', login: 'a@example.jp', password: RIGHT, address: HOME }
    for (let index = 0; index < 12; index++)
      await expect(accounts.authenticate(given)).rejects.toThrow('busy')
    isBusy = false
    expect(await accounts.authenticate(given)).toHaveProperty('account')
  })

  test('the present password asked for in a form is guarded by the same counters', async () => {
    const id = await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { accounts, tell } = desk()
    expect(await accounts.checkPassword(id, RIGHT, HOME)).toBe(true)
    await times(10, () => accounts.checkPassword(id, 'wrong', HOME))
    expect(await accounts.checkPassword(id, RIGHT, HOME)).toBe(false)
    expect(await tell('a@example.jp', RIGHT, HOME)).toBe('login.refused')
    expect(await accounts.checkPassword('nobody', RIGHT, HOME)).toBe(false)
  })

  test('the table names nobody, and what no longer counts is removed', async () => {
    await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { tell, accounts, clock } = desk()
    await tell('a@example.jp', RIGHT, HOME)
    await times(3, (index) => tell(`nobody${index}@example.jp`, 'wrong', ELSEWHERE))
    const rows = () => store.db.selectFrom('throttle').selectAll().execute()
    expect(JSON.stringify(await rows())).not.toMatch(/example|192\.0|198\.51/)
    clock.pass(25 * HOUR_MS)
    await accounts.purge()
    expect((await rows()).map((row) => row.key.split(':')[0])).toEqual(['login.known'])
    clock.pass(90 * 24 * HOUR_MS)
    await accounts.purge()
    expect(await rows()).toEqual([])
  })

  test('addresses of one IPv6 network count as one', async () => {
    await addAccount(store, 'a@example.jp', `$cheap$${RIGHT}`)
    const { tell, attempt } = desk()
    await times(60, (index) => tell(`x${index}@example.jp`, 'wrong', `2001:db8:0:1::${index}`))
    expect(await attempt('b@example.jp', 'wrong', '2001:db8:0:1:ffff::1')).toMatchObject({
      status: 429,
      retryAfterMs: expect.any(Number),
    })
    expect(await tell('b@example.jp', 'wrong', '2001:db8:0:2::1')).toBe('login.refused')
  })
})
