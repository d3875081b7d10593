import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { masterColumns, readRow } from '../../src/master/columns.ts'
import { importMaster, type ImportOptions } from '../../src/master/import.ts'
import { countFacilities, findFacility } from '../../src/store/facilities.ts'
import type { Store } from '../../src/store/open.ts'
import { newStore, startDrivers } from '../store/stores.ts'

const { drivers, stop } = await startDrivers()
const folder = await mkdtemp(join(tmpdir(), 'madoguchi-master-'))
afterAll(async () => {
  await stop()
  await rm(folder, { recursive: true, force: true })
})

const HEADER = 'facility_id,portal,facility_type,registration_number,name'
let files = 0
let imports = 0

async function fileOf(content: string | Uint8Array): Promise<string> {
  const path = join(folder, `${++files}.csv`)
  await writeFile(path, content)
  return path
}

async function importText(
  store: Store,
  content: string | Uint8Array,
  options: Partial<ImportOptions> = {},
) {
  // Each import has a time of its own, as in life.
  const now = () => new Date(Date.UTC(2026, 10, 21, 0, 0, ++imports))
  return importMaster(store, await fileOf(content), { now, ...options })
}

/** The bytes of a text whose Japanese characters are these few: 見 8C A9, 本 96 7B, 院 89 40, 契 8C 5F. */
function shiftJis(text: string): Uint8Array {
  const codes: { readonly [character: string]: readonly number[] } = {
    見: [0x8c, 0xa9],
    本: [0x96, 0x7b],
    院: [0x89, 0x40],
    契: [0x8c, 0x5f],
  }
  return Uint8Array.from([...text].flatMap((each) => codes[each] ?? [each.charCodeAt(0)]))
}

const counts = (added: number, changed: number, unchanged: number, refused: number) => ({
  rows: added + changed + unchanged + refused,
  added,
  changed,
  unchanged,
  refused,
})

describe.each(drivers)('import on $name', (driver) => {
  let store: Store
  beforeEach(async () => {
    store = await newStore(driver)
  })
  afterEach(() => store.close())

  const find = (registrationNumber: string) =>
    findFacility(store.db, { facilityType: 't', registrationNumber })

  test('adds, changes and leaves alone by key', async () => {
    const first = `${HEADER}\nF1,p,t,12345,見本一\nF1,p,t,12346,見本一\nF2,p,t,22345,見本二\n`
    expect(await importText(store, first)).toMatchObject(counts(3, 0, 0, 0))
    expect(await importText(store, first)).toMatchObject(counts(0, 0, 3, 0))
    const second = `${HEADER}\nF1,p,t,12345,見本一\nF1,p,t,12347,見本一\nF2,p,t,22345,見本二改\n`
    expect(await importText(store, second)).toMatchObject({ ...counts(1, 1, 1, 0), notInFile: 0 })
    expect((await find('22345'))?.name).toBe('見本二改')
    expect((await find('12346'))?.facilityId).toBe('F1')
    expect(await countFacilities(store.db)).toBe(2)
    const shorter = await importText(store, `${HEADER}\nF2,p,t,22345,見本二改\n`)
    expect(shorter).toMatchObject({ ...counts(0, 0, 1, 0), notInFile: 1 })
    expect((await find('12345'))?.name).toBe('見本一')
  })

  test('a column that the file lacks keeps its value, an empty cell clears it', async () => {
    await importText(store, `${HEADER},founder\nF1,p,t,12345,見本,見本 花子\n`)
    expect(await importText(store, `${HEADER}\nF1,p,t,12345,見本\n`)).toMatchObject(
      counts(0, 0, 1, 0),
    )
    expect((await find('12345'))?.founder).toBe('見本 花子')
    expect(await importText(store, `${HEADER},founder\nF1,p,t,12345,見本,\n`)).toMatchObject(
      counts(0, 1, 0, 0),
    )
    expect((await find('12345'))?.founder).toBe('')
  })

  test('refuses what clashes with other facilities', async () => {
    const result = await importText(
      store,
      [
        `${HEADER},prefecture,code7`,
        'F1,p,t,12345,見本一,13,0123456',
        'F2,p,t,12345,見本二,14,0123456',
        'F3,p,t,32345,見本三,13,0123456',
        'F1,p,u,42345,見本一,13,0123456',
        'F1,p,t,52345,別の名前,13,0123456',
        'F4,p,t,62345,,14,7123456',
        'F1,p,t,72345,,,',
        'F1,q,t,12345,見本一,13,0123456',
      ].join('\n'),
    )
    expect(result).toMatchObject(counts(3, 0, 0, 5))
    expect(result.problems.map(({ line, column, code }) => [line, column, code])).toEqual([
      [3, 'registration_number', 'number-taken'],
      [4, 'code7', 'code-taken'],
      [5, 'facility_type', 'other-type'],
      [6, 'facility_id', 'contradiction'],
      [7, 'name', 'name-missing'],
    ])
    expect(result.problems[0]?.message.en).toContain('F1')
    expect((await find('72345'))?.name).toBe('見本一')
    expect(await find('32345')).toBeUndefined()
  })

  test('a code given up in the same file is free for another facility', async () => {
    const header = `${HEADER},prefecture,code7`
    await importText(store, `${header}\nF1,p,t,,見本一,13,0000001\n`)
    const text = `${header}\nF1,p,t,,見本一,13,0000002\nF2,p,t,,見本二,13,0000001\n`
    expect(await importText(store, text)).toMatchObject(counts(1, 1, 0, 0))
  })
})

describe('reading the file', () => {
  let store: Store
  beforeEach(async () => {
    const [driver] = drivers
    if (!driver) throw new Error('No database')
    store = await newStore(driver)
  })
  afterEach(() => store.close())
  const nameOf = async (registrationNumber: string) =>
    (await findFacility(store.db, { facilityType: 't', registrationNumber }))?.name

  test('reports bad rows by line and takes the others', async () => {
    const result = await importText(
      store,
      [
        `${HEADER},prefecture,code7,birth_date,phone,colour`,
        'F1,p,t,契0123456-7-8,見本一,,,,,red',
        ',p,t,12345,見本,,,,,',
        'F3,p,t,1234,見本,,,,,',
        'F4,p,t,,見本,,,,,',
        'F5,p,t,,見本,48,0123456,,,',
        'F6,p,t,,見本,1,0123456,,,',
        'F7,p,t,,見本,13,123456,,,',
        'F8,p,t,12348,見本,,,1970-02-30,,',
        'F9,p,t,12349,見本,,,,12-34,',
        'F10,p,t,12350,見本',
        '',
        'F11,p,t,12351,"見本\n二行",,,,,',
        `F12,p,t,12352,${'長'.repeat(201)},,,,,`,
        'F13,p,t,12353,"見本、""引用""",,,１９７０／１／２,（０３）００００ー０００１,',
      ].join('\r\n'),
    )
    expect(result.problems.map(({ line, column, code }) => [line, column, code])).toEqual([
      [1, 'colour', 'column-unknown'],
      [3, 'facility_id', 'missing'],
      [4, 'registration_number', 'number'],
      [5, 'registration_number', 'identifier-missing'],
      [6, 'prefecture', 'prefecture'],
      [7, 'prefecture', 'prefecture'],
      [8, 'code7', 'digits'],
      [9, 'birth_date', 'date'],
      [10, 'phone', 'digits'],
      [11, '', 'row-length'],
      [13, 'name', 'control-character'],
      [15, 'name', 'too-long'],
    ])
    expect(result).toMatchObject(counts(2, 0, 0, 11))
    expect(await nameOf('契012345678')).toBe('見本一')
    expect(await nameOf('12353')).toBe('見本、"引用"')
    for (const { message } of result.problems) {
      expect(message.ja).not.toMatch(/不正|無効|異常/)
      expect(message.en).not.toBe('')
    }
  })

  test('all problems reach onProblem, the result keeps the first', async () => {
    let heard = 0
    const rows = Array.from({ length: 1_200 }, (_, index) => `F${index},p,t,,見本`)
    const result = await importText(store, [HEADER, ...rows].join('\n'), {
      onProblem: () => heard++,
    })
    expect(heard).toBe(1_200)
    expect(result.problems).toHaveLength(1_000)
    expect(result.refused).toBe(1_200)
  })

  test.each([
    ['', ['column-missing', 'column-missing', 'column-missing', 'column-missing']],
    ['facility_id,portal,name\nF1,p,見本\n', ['column-missing']],
    [`${HEADER},name\nF1,p,t,12345,見本,見本\n`, ['column-repeated']],
  ])('a file that is no master changes nothing: %j', async (text, codes) => {
    const result = await importText(store, text)
    expect(result.problems.map(({ line, code }) => [line, code])).toEqual(
      codes.map((code) => [1, code]),
    )
    expect(result).toMatchObject(counts(0, 0, 0, 0))
    expect(await countFacilities(store.db)).toBe(0)
  })

  test('quotation marks that do not close are reported', async () => {
    const rows = [HEADER, 'F1,p,t,12345,見本', 'F2,p,t,12346,"見本', 'F3,p,t,12347,見本']
    const result = await importText(store, rows.join('\n'))
    expect(result.problems.map(({ code }) => code)).toEqual(['row-unreadable'])
    expect(result).toMatchObject(counts(1, 0, 0, 1))
  })

  test('UTF-8 with and without byte order mark', async () => {
    expect(await importText(store, `\ufeff${HEADER}\nF1,p,t,12345,見本\n`)).toMatchObject({
      encoding: 'utf-8',
      ...counts(1, 0, 0, 0),
    })
    expect(await nameOf('12345')).toBe('見本')
  })

  test('Shift_JIS is recognised, by content or by option', async () => {
    const text = `${HEADER}\nF1,p,t,\u5951012345678,見本院\n`
    expect(await importText(store, shiftJis(text))).toMatchObject({
      encoding: 'shift_jis',
      ...counts(1, 0, 0, 0),
    })
    expect(await nameOf('契012345678')).toBe('見本院')
    expect(await importText(store, shiftJis(text), { encoding: 'shift_jis' })).toMatchObject(
      counts(0, 0, 1, 0),
    )
  })

  test('bytes that cannot be decoded refuse their row only', async () => {
    const good = Buffer.from(`${HEADER}\nF1,p,t,12345,見本\nF2,p,t,12346,`)
    const bytes = Buffer.concat([good, Buffer.from([0xff, 0xfe]), Buffer.from('\nF3,p,t,12347,院')])
    const result = await importText(store, bytes)
    expect(result.problems).toMatchObject([{ line: 3, column: 'name', code: 'undecodable' }])
    expect(result).toMatchObject(counts(2, 0, 0, 1))
    expect(await nameOf('12347')).toBe('院')
  })

  test('UTF-16 and missing files are Faults', async () => {
    await expect(
      importText(store, Buffer.from(`\ufeff${HEADER}`, 'utf16le')),
    ).rejects.toMatchObject({
      code: 'master.encoding',
    })
    const now = () => new Date(0)
    await expect(importMaster(store, join(folder, 'none.csv'), { now })).rejects.toMatchObject({
      code: 'master.unreadable',
    })
  })

  test('the largest master passes through bounded memory', { timeout: 300_000 }, async () => {
    const rows = 330_000
    const path = join(folder, 'large.csv')
    await writeLarge(path, rows)
    // Warm after the first tenth: from there on more rows must not mean more memory.
    let warm = 0
    let most = 0
    let last = 0
    const started = performance.now()
    const result = await importMaster(store, path, {
      now: () => new Date(0),
      onProgress: ({ rows: done }, share) => {
        const now = process.memoryUsage.rss()
        if (done <= rows / 10) warm = Math.max(warm, now)
        most = Math.max(most, now)
        expect(done).toBeGreaterThan(last)
        expect(share).toBeLessThanOrEqual(1)
        last = done
      },
    })
    const seconds = ((performance.now() - started) / 1_000).toFixed(1)
    const grownMb = Math.round((most - warm) / 1_048_576)
    console.log(`${rows} rows in ${seconds} s, memory grew by ${grownMb} MB over its tenth part`)
    expect(result).toMatchObject({ ...counts(rows, 0, 0, 0), problems: [] })
    expect(last).toBe(rows)
    expect(grownMb).toBeLessThan(150)
    expect(await countFacilities(store.db)).toBe(rows)
  })
})

async function writeLarge(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path)
  file.write(`${masterColumns.join(',')}\n`)
  for (let index = 0; index < rows; index++) {
    const digits = String(index).padStart(7, '0')
    const line = `F${digits},p,t,${digits}123,13,${digits},見本${index}接骨院,見本 花子,0000001,見本市中央町1-2-3,0300000000,診療所,no,${digits},1970-01-02,active\n`
    if (!file.write(line)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
}

describe('readRow', () => {
  const cells = { facility_id: 'F1', portal: 'p', facility_type: 't', name: '見本' }

  test.each([
    ['０１２３４５６７−８−９', '0123456789'],
    [' 契 0123456-7-8 ', '契012345678'],
    ['協4000347‐1‐1', '協400034711'],
    ['01234567ー8ー9', '0123456789'],
  ])('folds the number %j', (written, folded) => {
    expect(readRow({ ...cells, registration_number: written })).toMatchObject({
      row: { registrationNumber: folded },
    })
  })

  test('an empty status means active, and a check digit is not looked at', () => {
    const row = { ...cells, prefecture: '13', code7: '0123456', status: '' }
    expect(readRow(row)).toMatchObject({ row: { values: { status: 'active', code7: '0123456' } } })
  })

  test('all problems of a row come together', () => {
    const read = readRow({ ...cells, portal: '', prefecture: '99', code7: '1', status: 'a b' })
    const codes = 'problems' in read ? read.problems.map(({ code }) => code) : []
    expect(codes.toSorted()).toEqual(['digits', 'id', 'missing', 'prefecture'])
  })
})
