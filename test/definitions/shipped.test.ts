import { resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import facilityMaster from '../../plugins/facility-master/index.ts'
import type { Definitions } from '../../src/definitions/definitions.ts'
import { compile, formatProblems, type File, type Kinds } from '../../src/definitions/index.ts'
import { loadFiles } from '../../src/definitions/load.ts'
import { compileMailBody } from '../../src/definitions/mail/body.ts'
import { collectProblems } from '../../src/definitions/problems.ts'
import { fieldTypes } from '../../src/form/fields/index.ts'
import { canonicalJson, sha256 } from '../../src/hash.ts'

const kinds: Kinds = {
  fieldTypes,
  lookups: Object.fromEntries(
    Object.entries(facilityMaster.lookups ?? {}).map(([name, lookup]) => [
      `${facilityMaster.name}.${name}`,
      lookup,
    ]),
  ),
  effects: {},
}
let files: readonly File[] = []
let shipped: Definitions | undefined

beforeAll(async () => {
  files = await loadFiles(resolve(import.meta.dirname, '../..'), collectProblems().report)
  shipped = await compileGood(files)
})

async function compileGood(all: readonly File[]): Promise<Definitions | undefined> {
  const outcome = await compile(all, kinds, { locale: 'ja', compileBody: compileMailBody })
  expect(formatProblems(outcome.problems)).toBe('')
  return outcome.definitions
}

describe('the shipped definitions', () => {
  test('have no problem and are named by the hash of their content', () => {
    const { hash, ...content } = shipped ?? { hash: '' }
    expect(hash).toBe(sha256(canonicalJson(JSON.parse(JSON.stringify(content)))))
  })

  test('are plain frozen JSON', () => {
    expect(JSON.parse(JSON.stringify(shipped))).toEqual(shipped)
    const open: string[] = []
    const walk = (value: unknown, path: string) => {
      if (typeof value !== 'object' || value === null) return
      if (!Object.isFrozen(value)) open.push(path)
      for (const [key, item] of Object.entries(value)) walk(item, `${path}.${key}`)
    }
    walk(shipped, 'definitions')
    expect(open).toEqual([])
  })

  test('the registration form has one variant a facility type, beside the one without', () => {
    const form = shipped?.forms['treatment/registration']
    const types = shipped?.portals.treatment?.facilityTypes.map((type) => type.id)
    expect(Object.keys(form?.variants ?? {})).toEqual(['', ...(types ?? [])])
    for (const variant of Object.values(form?.variants ?? {})) {
      const uids = variant.sections.flatMap((section) => section.fields)
      const ids = uids.map((uid) => form?.fields[uid]?.id)
      expect(uids.filter((uid) => !form?.fields[uid])).toEqual([])
      expect(new Set(ids).size).toBe(ids.length)
    }
  })

  test('an overlay changes one variant only', () => {
    const fields = shipped?.forms['treatment/registration']?.fields ?? {}
    expect(fields.email?.options.characters).toBe('a-z0-9._-')
    expect(fields['checkup.email']).toMatchObject({
      id: 'email',
      label: fields.email?.label,
      required: true,
      options: { characters: 'a-z0-9._+-', maxLength: 40 },
    })
    const email = shipped?.forms['treatment/email']
    expect(email?.variants.checkup?.sections[0]?.fields).toContain('checkup.email')
    expect(email?.variants.judo?.sections[0]?.fields).toContain('email')
  })

  test('the confirmation has the lines of the type in its place (registration.md §2.8)', () => {
    const form = shipped?.forms['treatment/registration']
    const lines = (choice: string) =>
      form?.variants[choice]?.confirm.map(({ ref, label }) => [ref, label.ja])
    expect(lines('')).toEqual([
      ['lastName', '姓'],
      ['firstName', '名'],
      ['facilityType', '所属機関選択'],
      ['phone', '電話番号'],
      ['email', 'メールアドレス'],
    ])
    expect(lines('midwifery')?.slice(3, 6)).toEqual([
      ['prefecture', '都道府県'],
      ['facilityCode10', '助産所コード（10桁）'],
      ['facility.name', '助産所名'],
    ])
  })

  test('again sends the mail of the state once more', () => {
    const state = shipped?.workflows.registration?.states.waitingForActivation
    expect(state?.actions.resend?.do).toEqual(state?.enter)
    expect(state?.actions.resend?.limit).toEqual({ times: 3, perMs: 3_600_000 })
  })
})

/** A type with a code rule of its own, as one new file and nothing else. */
const NURSING = `facilityType: home-nursing
label: 訪問看護ステーション
order: 5
account: { identifier: facility }
sections:
  - id: facility
    title: 訪問看護ステーションのコード
    fields:
      - id: prefecture
        type: combobox
        label: 都道府県
        required: true
        choices: prefectures
      - id: facilityCode7
        type: digits
        label: ステーションコード（7桁）
        required: true
        length: 7
      - id: facility
        type: lookup
        source: facility-master.facility
        by: { facilityType: { is: home-nursing }, prefecture: prefecture, code7: facilityCode7 }
        at: facilityCode7
        show: { name: ステーション名 }
        notFound: facility-not-found
confirm: [prefecture, facilityCode7, facility.name]
overlay:
  - id: phone
    hint: ステーションの電話番号
`

describe('a fifth facility type', () => {
  test('is one new file', async () => {
    const path = 'forms/treatment/facility-types/home-nursing.yaml'
    const definitions = await compileGood([...files, { path, text: NURSING }])
    const form = definitions?.forms['treatment/registration']
    expect(Object.keys(form?.variants ?? {}).at(-1)).toBe('home-nursing')
    const uids = form?.variants['home-nursing']?.sections.flatMap((section) => section.fields)
    expect(uids).toContain('home-nursing.facilityCode7')
    expect(uids).toContain('home-nursing.phone')
    expect(form?.fields.facilityType?.options.choices).toContainEqual({
      value: 'home-nursing',
      label: { ja: '訪問看護ステーション' },
    })
    expect(definitions?.hash).not.toBe(shipped?.hash)
  })
})
