import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unmet } from '../../src/form/requires.ts'
import { filedFacts } from '../../src/store/filed.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { startDrivers } from './stores.ts'

const { drivers, stop } = await startDrivers()
afterAll(stop)

describe.each(drivers.map((driver) => [driver.name, driver] as const))('%s', (_name, driver) => {
  let store: Store
  beforeAll(async () => {
    store = await openStore(await driver.newUrl())
    await migrate(store)
    await store.write(async (tx) => {
      await tx.insertInto('definition').values({ hash: 'h', body: '{}', created_at: '1' }).execute()
      const accounts = ['a1 f1', 'a2 f1', 'a3 f2'].map((text) => text.split(' '))
      for (const [id = '', facility_id = ''] of accounts)
        await tx
          .insertInto('account')
          .values({
            ...{ id, portal: 'p', login: id, state: 'active', password_hash: '', facility_id },
            ...{ facility_type: 't', identifier: id, attributes: '{}' },
            ...{ created_at: '1', updated_at: '1' },
          })
          .execute()
      const filed = [
        's1 a1 start accepted 10',
        's2 a1 start refused 20',
        's3 a2 start accepted 30',
        's4 a3 start accepted 40',
        's5 a1 more - 50',
      ].map((text) => text.split(' '))
      for (const [id = '', account_id = '', form = '', end = '', created_at = ''] of filed)
        await tx
          .insertInto('submission')
          .values({
            ...{ id, number: id.toUpperCase(), portal: 'p', form: `p/${form}`, workflow: 'w' },
            ...{ definition: 'h', state: `is-${end}`, answers: `{"of":"${id}"}`, account_id },
            ...{ end: end === '-' ? null : end, seq: 1, created_at, updated_at: created_at },
          })
          .execute()
    })
  })
  afterAll(() => store.close())

  test('a facility sees what all its accounts have filed, and nothing of another', async () => {
    const facts = await filedFacts(store.db, { id: 'a1', portal: 'p', facilityId: 'f1' }, 'p/start')
    expect(facts).toEqual({
      filed: {
        start: { count: 2, open: 0, state: 'is-accepted', number: 'S3' },
        more: { count: 0, open: 1, state: 'is--', number: 'S5' },
      },
      issued: {},
      application: { class: 'change' },
      previous: { of: 's3' },
    })
  })

  test('an account without a facility sees its own', async () => {
    const facts = await filedFacts(store.db, { id: 'a2', portal: 'p' }, 'p/more')
    expect(facts).toEqual({
      filed: { start: { count: 1, open: 0, state: 'is-accepted', number: 'S3' } },
      issued: {},
      application: { class: 'new' },
    })
    expect(await filedFacts(store.db, { id: 'a2', portal: 'other' })).toEqual({
      filed: {},
      issued: {},
    })
  })

  test('what must come before is asked of these facts', async () => {
    const say = { text: { ja: '先に' }, links: [] }
    const requires = [{ when: { 'filed.start.count': { min: 1 } }, say }]
    expect(
      unmet({ requires }, await filedFacts(store.db, { id: 'a2', portal: 'p' })),
    ).toBeUndefined()
    expect(unmet({ requires }, await filedFacts(store.db, { id: 'a4', portal: 'p' }))).toBe(say)
  })
})
