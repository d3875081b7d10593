import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChores } from '../../src/jobs/chores.ts'
import { remember } from '../../src/store/idempotency.ts'
import { ahaki, createAccount, judo, logIn, register, REGISTER, sendForm } from './people.ts'
import { openTestPortal, type TestPortal } from './portal.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal()
})
afterAll(() => portal.close())

test('what no longer counts is removed once an hour: sessions, login counters, tries of codes, kept answers', async () => {
  const { visitor } = await createAccount(portal, judo)
  await logIn(visitor, judo.email)
  await logIn(portal.visitor(), 'nobody@example.jp', 'Wrong-4-sure')
  await createAccount(portal, ahaki)
  const number = await otherNumber()
  const second = { ...ahaki, regDigits10: number, email: 'second@example.jp', phone: '0398765432' }
  await sendForm(portal.visitor(), REGISTER, { ...second, userAuthCode: '999999' })
  await register(portal.visitor(), { ...judo, email: 'again@example.jp' })
  const request = { scope: 'upload.finish', key: 'one', requestHash: '' }
  const kept = { status: 201, response: '{}' }
  await portal.store.write((tx) => remember(tx, request, kept, portal.now()))
  const before = await rows()
  expect(before.session).toBe(1)
  expect(before.idempotency).toBeGreaterThan(1)
  expect(before.throttle.some((key) => key.startsWith('verify:'))).toBe(true)
  expect(before.throttle.some((key) => key.startsWith('login.pair:'))).toBe(true)

  portal.advanceClock(HOUR_MS - 60_000)
  await portal.settle()
  expect(await rows()).toEqual(before)

  portal.advanceClock(13 * HOUR_MS)
  await portal.settle()
  expect(await rows()).toMatchObject({ session: 0, idempotency: before.idempotency })

  // What filed a submission is known as long as it is (R16).
  portal.advanceClock(DAY_MS)
  await portal.settle()
  expect(await rows()).toMatchObject({ session: 0, idempotency: before.idempotency - 1 })

  portal.advanceClock(91 * DAY_MS)
  await portal.settle()
  expect((await rows()).throttle).toEqual([])
})

test('a chore that fails is logged, hinders no other, and is tried again an hour later', async () => {
  let now = Date.parse('2026-11-20T00:00:00.000Z')
  const done: string[] = []
  const errors: object[] = []
  const chores = createChores({
    chores: {
      breaks: async () => {
        done.push('breaks')
        throw new Error('disk')
      },
      works: async () => void done.push('works'),
    },
    clock: () => new Date(now),
    log: { error: (data) => void errors.push(data) },
  })
  await chores()
  await chores()
  expect(done).toEqual(['breaks', 'works'])
  expect(errors).toEqual([{ chore: 'breaks', error: 'Error: disk' }])
  now += HOUR_MS
  await chores()
  expect(done).toEqual(['breaks', 'works', 'breaks', 'works'])
})

async function rows() {
  const { db } = portal.store
  const all = await Promise.all([
    db.selectFrom('session').select('token_hash').execute(),
    db.selectFrom('idempotency').select('key').execute(),
    db.selectFrom('throttle').select('key').orderBy('key').execute(),
  ])
  const [session, idempotency, throttle] = all
  return {
    session: session.length,
    idempotency: idempotency.length,
    throttle: throttle.map(({ key }) => key),
  }
}

/** Another registration number of the facility that `ahaki` belongs to. */
async function otherNumber(): Promise<string> {
  const facility = await portal.store.db
    .selectFrom('account')
    .select('facility_id')
    .where('login', '=', ahaki.email)
    .executeTakeFirstOrThrow()
  const { number } = await portal.store.db
    .selectFrom('facility_number')
    .select('registration_number as number')
    .where('facility_id', '=', facility.facility_id ?? '')
    .where('registration_number', '<>', ahaki.regDigits10)
    .executeTakeFirstOrThrow()
  return number
}
