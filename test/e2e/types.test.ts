import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  activate,
  askToRegister,
  confirmedLines,
  fill,
  heading,
  logIn,
  openAlive,
  PASSWORD,
} from './person.ts'
import { runVerb } from './program.ts'
import { openScene } from './scene.ts'

/** A41: an administrator adds a facility type by one file, checks, starts, and people register with it. */

const TYPE = `facilityType: houmon-kango
label: 訪問看護ステーション
order: 5
account: { identifier: facility }
sections:
  - id: facility
    title: 訪問看護ステーションのコード
    notes:
      - 都道府県を選び、ステーションコード7桁をご入力ください。
    fields:
      - id: prefecture
        type: combobox
        label: 都道府県
        required: true
        empty: ～なし～
        choices: prefectures
      - id: kindCode
        type: constant
        label: 機関区分コード
        value: "6"
        show: 6：訪問看護
      - id: stationCode7
        type: digits
        label: ステーションコード（7桁）
        required: true
        length: 7
        example: "0123457"
      - id: stationCode10
        type: computed
        label: ステーションコード（10桁）
        value: { join: [prefecture, kindCode, stationCode7] }
      - id: facility
        type: lookup
        source: facility-master.facility
        by: { facilityType: { is: houmon-kango }, prefecture: prefecture, code7: stationCode7 }
        at: stationCode7
        show: { name: ステーション名 }
        notFound: facility-not-found
        refuse:
          - { when: { facility.hasAccount: true }, say: already-registered }
confirm: [stationCode10, facility.name]
`
const MASTER = `facility_id,portal,facility_type,prefecture,code7,name,status
K-0001,treatment,houmon-kango,13,0123457,見本青葉訪問看護ステーション,active
`

let folder: string
let broken: string
const typePath = (dir: string) => join(dir, 'forms/treatment/facility-types/houmon-kango.yaml')

beforeAll(async () => {
  folder = await copyOfDefinitions()
  await writeFile(typePath(folder), TYPE)
  broken = await copyOfDefinitions()
  await writeFile(typePath(broken), TYPE.replace('stationCode7]', 'stationKode7]'))
})
afterAll(async () => {
  for (const dir of [folder, broken]) await rm(dir, { recursive: true, force: true })
})

async function copyOfDefinitions(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'madoguchi-definitions-'))
  for (const name of ['forms', 'workflows']) await cp(name, join(dir, name), { recursive: true })
  return dir
}

test('check finds nothing wrong with the fifth type', async () => {
  expect(await runVerb(['check', folder])).toMatchObject({ code: 0 })
})

const scene = openScene({
  async prepare() {
    // Rows of the new type come with the master, as those of the others do.
    await writeFile(join(folder, 'master.csv'), MASTER)
    const dataDir = await mkdtemp(join(tmpdir(), 'madoguchi-e2e-'))
    const env = { DATA_DIR: dataDir }
    expect(await runVerb(['migrate'], env)).toMatchObject({ code: 0 })
    const imported = await runVerb(['import-master', join(folder, 'master.csv')], env)
    expect(imported).toMatchObject({ code: 0, output: expect.stringContaining('added 1') })
    return { dataDir, env: { DEFINITIONS_DIR: folder } }
  },
})

scene('somebody registers with the fifth type and logs in', async (scene) => {
  const page = await scene.person()
  const email = 'kango@example.jp'
  await openAlive(page, `${scene.url}/treatment/register`)
  expect(await page.locator('.choice input[type=radio]').count()).toBe(5)
  await fill(page, {
    lastName: '見本',
    firstName: '花子',
    facilityType: 'houmon-kango',
    prefecture: '13',
    stationCode7: '０１２３４５７',
    phone: '0312345678',
    email,
    password: PASSWORD,
    passwordConfirm: PASSWORD,
    agreeTerms: 'true',
  })
  await askToRegister(page)
  expect(await confirmedLines(page)).toMatchObject({
    所属機関選択: '訪問看護ステーション',
    'ステーションコード（10桁）': '1360123457',
    ステーション名: '見本青葉訪問看護ステーション',
  })
  await page.getByRole('button', { name: 'OK' }).click()
  await heading(page, '確認メールを送信しました').waitFor()
  await activate(scene, page, email)
  await heading(page, 'ユーザー登録が完了しました').waitFor()
  await logIn(scene, page, email)
  await page.locator('.menu').waitFor()
})

test('a broken definition: check, its data and start tell the same place and the remedy', async () => {
  const line = (await readFile(typePath(broken), 'utf8'))
    .split('\n')
    .findIndex((text) => text.includes('stationKode7'))
  const place = `forms/treatment/facility-types/houmon-kango.yaml:${line + 1}:`
  const checked = await runVerb(['check', broken])
  expect(checked.code).toBe(1)
  expect(checked.output).toContain(place)
  expect(checked.output).toContain('stationCode7')

  const data = await runVerb(['check', broken, '--json'])
  expect(data.code).toBe(1)
  expect(JSON.parse(data.output)).toEqual([
    expect.objectContaining({
      file: 'forms/treatment/facility-types/houmon-kango.yaml',
      line: line + 1,
      column: expect.any(Number),
    }),
  ])

  const dataDir = await mkdtemp(join(tmpdir(), 'madoguchi-e2e-'))
  const started = await runVerb(['start'], {
    DATA_DIR: dataDir,
    DEFINITIONS_DIR: broken,
    PORT: '0',
  })
  await rm(dataDir, { recursive: true, force: true })
  expect(started.code).toBe(1)
  expect(started.output + started.errors).toContain(place)
})
