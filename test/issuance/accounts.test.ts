import { randomInt } from 'node:crypto'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { issueAccounts, type IssuanceDeps } from '../../src/issuance/accounts.ts'
import { renewPassword } from '../../src/issuance/open.ts'
import { newPassword } from '../../src/issuance/password.ts'
import { openPassword, SEALED_WITH, sealPassword } from '../../src/issuance/seal.ts'
import { idOf, PATTERN } from '../../src/issuance/series.ts'
import { keysFrom } from '../../src/keys.ts'
import { findIssuedAccounts, issuedByJob, takeNumbers } from '../../src/store/issued-accounts.ts'
import type { Store } from '../../src/store/open.ts'
import type { IssueOrder } from '../../src/workflow/workflow.ts'
import { newStore, startDrivers } from '../store/stores.ts'

const { drivers, stop } = await startDrivers()
afterAll(stop)

const AT = '2026-11-25T00:00:00.000Z'
const DAY_MS = 86_400_000
const keys = keysFrom(new Uint8Array(32).fill(7))
const order: IssueOrder = {
  submissionId: 's1',
  issue: 'app',
  count: 2,
  ids: { user: 'W000' },
  environments: [],
  password: { length: 12, shownMs: 7 * DAY_MS, keepMs: 90 * DAY_MS },
}

describe.each(drivers)('accounts on $name', (driver) => {
  let store: Store
  let deps: IssuanceDeps
  let count = 0
  beforeEach(async () => {
    store = await newStore(driver)
    const newId = () => `id-${++count}`
    deps = { store, keys, clock: () => new Date(AT), newId, randomBelow: (n) => randomInt(n) }
    await submissionsExist(store)
  })
  afterEach(() => store.close())

  const issue = (own: Partial<IssueOrder>, job: string) =>
    issueAccounts(deps, { ...order, ...own }, { idempotencyKey: job })
  const idsOf = (outcome: Awaited<ReturnType<typeof issue>>) => {
    if (outcome.status !== 'done') return outcome
    const { issued } = outcome.result as { issued: { user: string; no: number }[] }
    return issued.map(({ user, no }) => `${user}:${no}`)
  }

  test('are issued once, however often the job is done', async () => {
    const first = await issue({}, 'job-1')
    expect(idsOf(first)).toEqual(['W001:1', 'W002:2'])
    expect(await issue({}, 'job-1')).toEqual(first)
    expect(await issuedByJob(store.db, 'job-1')).toHaveLength(2)
    expect(JSON.stringify(first)).not.toContain('sealed')
  })

  test('of twenty jobs at once have neither gaps nor doubles', async () => {
    const jobs = Array.from({ length: 20 }, (_, index) => `job-${index}`)
    const run = async (job: string): Promise<unknown> =>
      // What the worker does with a clash: it comes again.
      issue({ count: 3 }, job).catch(() => run(job))
    await Promise.all(jobs.map(run))
    const all = (await Promise.all(jobs.map((job) => issuedByJob(store.db, job)))).flat()
    expect(all.map(({ ids }) => ids.user).sort()).toEqual(
      Array.from({ length: 60 }, (_, index) => idOf('W000', index + 1)),
    )
    expect(all.map(({ number }) => number).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 60 }, (_, index) => index + 1),
    )
  })

  test('give their numbers back when the transaction fails', async () => {
    const undone = store.write(async (tx) => {
      await takeNumbers(tx, 'W000', 5)
      throw new Error('cut')
    })
    await expect(undone).rejects.toThrow('cut')
    expect(idsOf(await issue({}, 'job-1'))).toEqual(['W001:1', 'W002:2'])
  })

  test('that the pattern has no room for are refused in plain words, and nothing is taken', async () => {
    await store.write((tx) => takeNumbers(tx, 'W000', 998))
    const full = await issue({}, 'job-1')
    expect(full).toMatchObject({ status: 'rejected' })
    expect(full).toHaveProperty('reason', 'IDの書式「W000」の番号を使い切りました。')
    expect(idsOf(await issue({ count: 1 }, 'job-2'))).toEqual(['W999:1'])
    expect(await issue({ count: 0 }, 'job-3')).toMatchObject({ status: 'rejected' })
    expect(await issue({ submissionId: 'visitor' }, 'job-4')).toMatchObject({ status: 'rejected' })
  })

  test('have one for each environment under one number', async () => {
    const environments = [
      { name: 'production', label: '本番環境' },
      { name: 'test', label: '接続検証環境' },
    ]
    const outcome = await issue({ count: 1, environments }, 'job-1')
    expect(outcome).toMatchObject({
      result: {
        issued: [
          { user: 'W001', no: 1, environment: '本番環境' },
          { user: 'W002', no: 1, environment: '接続検証環境' },
        ],
      },
    })
  })

  test('get a new password by the office alone, noted in the audit log', async () => {
    await issue({ count: 1 }, 'job-1')
    const [account] = await issuedByJob(store.db, 'job-1')
    const id = account?.id ?? ''
    const before = account?.sealed && openPassword(keys, id, account.sealed)
    const rule = { length: 12, shownMs: DAY_MS, keepMs: DAY_MS }
    const actor = { kind: 'staff', staffId: 'desk', role: 'call-centre' } as const
    expect(await renewPassword(deps, id, rule, actor)).toBe(true)
    expect(await renewPassword(deps, 'nobody', rule, actor)).toBe(false)
    const [after] = await findIssuedAccounts(store.db, [id])
    const now = after?.sealed && openPassword(keys, id, after.sealed)
    expect(now).toBeTypeOf('string')
    expect(now).not.toBe(before)
    const audit = await store.db.selectFrom('audit').select(['kind', 'data']).execute()
    expect(audit.map(({ kind }) => kind)).toEqual(['accounts.issued', 'account.password-renewed'])
    expect(JSON.stringify(audit)).not.toContain(now ?? '?')
  })
})

describe('an initial password', () => {
  test('has a capital, a small letter and a digit, and none that look alike', () => {
    const seen = new Set<string>()
    for (let round = 0; round < 2_000; round++) {
      const password = newPassword(8, (n) => randomInt(n))
      expect(password).toMatch(/^[ACDEFHJKLMNPQRTWXYadefhnrt3479]{8}$/)
      expect(password).toMatch(/[A-Z]/)
      expect(password).toMatch(/[a-z]/)
      expect(password).toMatch(/[0-9]/)
      seen.add(password)
    }
    expect(seen.size).toBe(2_000)
  })

  test('has its sorts at any place', () => {
    const firsts = Array.from({ length: 500 }, () => newPassword(8, (n) => randomInt(n))[0] ?? '')
    expect(firsts.some((letter) => /[0-9]/.test(letter))).toBe(true)
    expect(firsts.some((letter) => /[a-z]/.test(letter))).toBe(true)
  })

  test('opens where it was sealed and nowhere else', () => {
    const sealed = { text: sealPassword(keys, 'a', 'secret'), with: SEALED_WITH }
    expect(openPassword(keys, 'a', sealed)).toBe('secret')
    expect(openPassword(keys, 'b', sealed)).toBeUndefined()
  })
})

test('a pattern is letters and then room for digits', () => {
  expect(idOf('W0000000', 1)).toBe('W0000001')
  expect(idOf('AB000', 1000)).toBeUndefined()
  for (const wrong of ['W', '000', 'W1000', 'w000', 'W00', 'W000X'])
    expect(wrong).not.toMatch(PATTERN)
})

/** One of a member of a facility, one of nobody. */
async function submissionsExist(store: Store): Promise<void> {
  await store.write(async (tx) => {
    await tx
      .insertInto('account')
      .values({
        id: 'member',
        portal: 'office',
        login: 'member@example.jp',
        state: 'active',
        password_hash: 'x',
        facility_type: null,
        facility_id: 'f1',
        identifier: null,
        attributes: '{}',
        created_at: AT,
        updated_at: AT,
      })
      .execute()
    await tx.insertInto('definition').values({ hash: 'set', body: '{}', created_at: AT }).execute()
    for (const [id, accountId] of [
      ['s1', 'member'],
      ['visitor', null],
    ] as const)
      await tx
        .insertInto('submission')
        .values({
          id,
          number: id,
          portal: 'office',
          form: 'office/start',
          workflow: 'start',
          definition: 'set',
          state: 'issuing',
          answers: '{}',
          account_id: accountId,
          replace_key: null,
          end: null,
          stuck: null,
          seq: 1,
          created_at: AT,
          updated_at: AT,
        })
        .execute()
  })
}
