import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import facilityMaster from '../../plugins/facility-master/index.ts'
import type { JsonObject, JsonSchema } from '../../src/form/form.ts'
import { importMaster } from '../../src/master/import.ts'
import type { Call, Host } from '../../src/plugins/contract.ts'
import { facilityMatches, findFacility } from '../../src/store/facilities.ts'
import type { Store } from '../../src/store/open.ts'
import { sampleFacilities, withCheckDigit } from '../samples/make-sample-facilities.ts'
import { newStore, startDrivers } from '../store/stores.ts'

const sample = fileURLToPath(new URL('../../forms/sample-facilities.csv', import.meta.url))
const at = '2026-11-21T00:00:00.000Z'
const { drivers, stop } = await startDrivers()
afterAll(stop)

test('the sample master is what its script makes', async () => {
  expect(await readFile(sample, 'utf8')).toBe(sampleFacilities())
})

test.each([
  ['01', '1', '1011371', '9'],
  ['13', '1', '012345', '8'],
  ['13', '3', '012345', '4'],
  ['13', '4', '012345', '2'],
  ['13', '6', '012345', '7'],
  ['01', '1', '123456', '3'],
  ['47', '3', '012345', '4'],
])('check digit of %s %s %s is %s', (prefecture, kind, digits, check) => {
  const six = digits.slice(-6)
  expect(withCheckDigit(prefecture, kind, six)).toBe(`${six}${check}`)
})

describe.each(drivers)('the sample master on $name', (driver) => {
  let store: Store
  beforeEach(async () => {
    store = await newStore(driver)
    const result = await importMaster(store, sample, { now: () => new Date(at) })
    expect(result).toMatchObject({ refused: 0, problems: [] })
  })
  afterEach(() => store.close())

  test('has some hundreds of facilities of all eight types', async () => {
    const types = await store.db
      .selectFrom('facility')
      .select((select) => ['portal', 'facility_type', select.fn.countAll<number>().as('count')])
      .groupBy(['portal', 'facility_type'])
      .orderBy('portal')
      .orderBy('facility_type')
      .execute()
    expect(types).toEqual([
      { portal: 'medical', facility_type: 'chozai', count: 60 },
      { portal: 'medical', facility_type: 'houmon', count: 60 },
      { portal: 'medical', facility_type: 'ika', count: 60 },
      { portal: 'medical', facility_type: 'shika', count: 60 },
      { portal: 'treatment', facility_type: 'ahaki', count: 60 },
      { portal: 'treatment', facility_type: 'checkup', count: 50 },
      { portal: 'treatment', facility_type: 'judo', count: 90 },
      { portal: 'treatment', facility_type: 'midwifery', count: 40 },
    ])
    const several = await store.db
      .selectFrom('facility_number')
      .select((select) => ['facility_id', select.fn.countAll<number>().as('count')])
      .where('facility_type', '=', 'ahaki')
      .groupBy('facility_id')
      .execute()
    expect([...new Set(several.map((row) => row.count))].toSorted()).toEqual([2, 3, 4])
  })

  test.each([
    [{ facilityType: 'judo', registrationNumber: '契0123456-7-8' }, 'judo:契012345678'],
    [{ facilityType: 'judo', registrationNumber: '協4000347-1-1' }, 'judo:協400034711'],
    [{ facilityType: 'ahaki', registrationNumber: '０１２３４５６７８９' }, 'ahaki:0123456789'],
    [{ facilityType: 'checkup', prefecture: '13', code7: '0123456' }, 'checkup:130123456'],
    [{ facilityType: 'midwifery', prefecture: '14', code7: '0123456' }, 'midwifery:140123456'],
    [{ facilityType: 'ika', prefecture: '13', code7: '0123458' }, 'ika:130123458'],
    [{ facilityType: 'shika', prefecture: '13', code7: '0123456' }, 'shika:130123456'],
  ])('finds %o', async (query, identifier) => {
    expect(await findFacility(store.db, query)).toMatchObject({
      identifier,
      status: 'active',
      hasAccount: false,
      hasActiveUser: false,
      code: '',
    })
  })

  test.each([
    [{ facilityType: 'ahaki', registrationNumber: '契012345678' }],
    [{ facilityType: 'judo', registrationNumber: '契012345679' }],
    [{ facilityType: 'checkup', prefecture: '13', code7: '0123458' }],
    [{ facilityType: 'judo', prefecture: '13', code7: '' }],
    [{ facilityType: 'judo', registrationNumber: '' }],
    [{ portal: 'medical', facilityType: 'judo', registrationNumber: '契012345678' }],
  ])('does not find %o', async (query) => {
    expect(await findFacility(store.db, query)).toBeUndefined()
  })

  test('only active facilities are found', async () => {
    await store.write((tx) =>
      tx
        .updateTable('facility')
        .set({ status: 'pending' })
        .where('facility_id', '=', 'J-0001')
        .execute(),
    )
    const query = { facilityType: 'judo', registrationNumber: '契012345678' }
    expect(await findFacility(store.db, query)).toBeUndefined()
  })

  test('knows accounts of the number and of the facility, active ones only', async () => {
    const first = await findFacility(store.db, {
      facilityType: 'ahaki',
      registrationNumber: '0123456789',
    })
    await store.write(async (tx) => {
      const account = {
        portal: 'treatment',
        password_hash: '',
        facility_type: 'ahaki',
        facility_id: first?.facilityId ?? '',
        attributes: '{}',
        created_at: at,
        updated_at: at,
      }
      await tx
        .insertInto('account')
        .values([
          { ...account, id: '1', login: 'a', state: 'active', identifier: first?.identifier ?? '' },
          { ...account, id: '2', login: 'b', state: 'deleted', identifier: 'ahaki:0123457789' },
        ])
        .execute()
      const code = { portal: 'treatment', facility_id: first?.facilityId ?? '', created_at: at }
      await tx
        .insertInto('facility_code')
        .values({ ...code, code: '085652' })
        .execute()
    })
    const flags = async (registrationNumber: string) => {
      const found = await findFacility(store.db, { facilityType: 'ahaki', registrationNumber })
      return [found?.hasAccount, found?.hasActiveUser, found?.code]
    }
    expect(await flags('0123456789')).toEqual([true, true, '085652'])
    expect(await flags('0123456790')).toEqual([false, true, '085652'])
    expect(await flags('0123457789')).toEqual([false, false, ''])
  })

  describe('through the plugin', () => {
    const call: Call = { idempotencyKey: 'k', signal: new AbortController().signal }
    const host = (): Host => ({
      log: () => {},
      now: () => new Date(at),
      facilities: {
        find: (query) => findFacility(store.db, query),
        matches: (claim) => facilityMatches(store.db, claim),
      },
    })
    const described = facilityMaster.lookups?.facility

    test('answers what its schemas say, and marks all but three values secret', async () => {
      const started = await facilityMaster.start({}, host())
      const input = { facilityType: 'judo', registrationNumber: '契012345678' }
      const answer = await started.lookups?.facility?.(input, call)
      const value = answer?.status === 'found' ? answer.value : {}
      expect(value.name).toBe('見本青葉接骨院')
      const inputs = propertiesOf(described?.input)
      expect(Object.keys(input).filter((name) => !(name in inputs))).toEqual([])
      const outputs = propertiesOf(described?.output)
      expect(Object.keys(value).toSorted()).toEqual(Object.keys(outputs).toSorted())
      for (const [name, schema] of Object.entries(outputs))
        expect(typeof value[name]).toBe(schema.type)
      const open = Object.keys(outputs).filter((name) => !outputs[name]?.['x-secret'])
      expect(open).toEqual(['name', 'hasAccount', 'hasActiveUser'])
    })

    test('half-typed input finds nothing', async () => {
      const started = await facilityMaster.start({}, host())
      const inputs: JsonObject[] = [
        {},
        { facilityType: 'judo' },
        { facilityType: 'ika', prefecture: '13' },
      ]
      for (const input of inputs)
        expect(await started.lookups?.facility?.(input, call)).toEqual({ status: 'missing' })
    })

    test('does not start without its permission', async () => {
      const { facilities: _, ...without } = host()
      await expect(facilityMaster.start({}, without)).rejects.toThrow('facilities:read')
    })
  })
})

type Properties = {
  readonly [name: string]: { readonly type: string; readonly 'x-secret'?: boolean }
}
function propertiesOf(schema: JsonSchema | undefined): Properties {
  return (schema as { readonly properties?: Properties } | undefined)?.properties ?? {}
}
