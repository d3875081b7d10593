import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestPortal, type TestPortal } from './portal.ts'

/** Every character is somebody's name (A16, D-01): what is typed is stored to the byte. */

const FAMILY = [
  ...['髙﨑', '𠮷野', '葛\u{E0100}城', '渡邉', '渡邊', '齋藤', '齊藤', '濵田', '栁澤', '德永'],
  ...[
    '𡈽屋',
    '辻\u{E0101}',
    '鄧\u3000小',
    '𣘺本',
    '瀨戶',
    'O’Brien',
    'か\u3099とう',
    'ＡＢＣ',
    'ﾀﾅｶ',
    '㐂久',
  ],
]
const GIVEN = [
  ...[
    '太郎',
    '昻\u{E0100}',
    '𩸽子',
    'José',
    'Jose\u0301',
    'ひろ々',
    '㈱見本',
    '①',
    '👨\u200d👩\u200d👧',
    '凜',
  ],
]
const rest = {
  lastKana: 'ミホン',
  firstKana: 'タロウ',
  birth: '1975-12-23',
  postalCode: '1000001',
  cost: 1,
  units: 1,
  purposes: ['desk'],
  order: [{ product: 'a', count: 1 }],
}

let portal: TestPortal
beforeAll(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/fields' })
})
afterAll(() => portal.close())

test('200 names come through unchanged', async () => {
  const names = FAMILY.flatMap((lastName) => GIVEN.map((firstName) => ({ lastName, firstName })))
  expect(names).toHaveLength(200)
  const wrong: unknown[] = []
  for (const [index, name] of names.entries()) {
    const { status, body } = await portal
      .visitor(`192.0.2.${index}`)
      .json('/api/v1/demonstration/everything', { answers: { ...rest, ...name } })
    const { id } = body as { id: string }
    const row = await portal.store.db
      .selectFrom('submission')
      .select('answers')
      .where('id', '=', id ?? '')
      .executeTakeFirst()
    const { lastName, firstName } = JSON.parse(String(row?.answers ?? '{}')) as typeof name
    if (status !== 201 || lastName !== name.lastName || firstName !== name.firstName)
      wrong.push({ name, status, lastName, firstName })
  }
  expect(wrong).toEqual([])
})
