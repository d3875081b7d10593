import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runVerb } from '../e2e/program.ts'
import { DEFINITIONS, root, withCopy } from './folder.ts'

const TREATMENT = 'forms/treatment/scenarios'
const SHIPPED = ['forms/medical/scenarios', TREATMENT]
/** Every scenario opens a portal of its own; on a machine full of other work that takes minutes in all. */
const ALL_MS = 300_000

test(
  'the shipped scenarios go as written and try every condition, state and button',
  { timeout: ALL_MS },
  async () => {
    const { code, output } = await runVerb(['test', '--json'])
    const { scenarios, coverage } = JSON.parse(output) as {
      scenarios: readonly { file: string; message?: string }[]
      coverage: { total: number; covered: number; untried: readonly string[] }
    }
    expect(scenarios.filter(({ message }) => message !== undefined)).toEqual([])
    const files = SHIPPED.map(async (folder) =>
      (await readdir(join(root, folder))).sort().map((name) => `${folder}/${name}`),
    )
    expect(scenarios.map(({ file }) => file)).toEqual((await Promise.all(files)).flat())
    expect(coverage.untried).toEqual([])
    expect(coverage.covered).toBe(coverage.total)
    expect(coverage.total).toBeGreaterThan(50)
    expect(code).toBe(0)
  },
)

test('scenarios walk screens and confirmation pages, and say where they are wrong about them', async () => {
  const flows = join(root, 'test/samples/flows')
  const right = await runVerb(['test', flows, '--json'])
  const { scenarios } = JSON.parse(right.output) as { scenarios: readonly { message?: string }[] }
  expect(scenarios.map(({ message }) => message)).toEqual([undefined, undefined])

  const folder = await mkdtemp(join(tmpdir(), 'madoguchi-flows-'))
  await cp(flows, folder, { recursive: true })
  const file = join(folder, 'forms/legacy/scenarios/visit.yaml')
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replace('screen: contact, hidden', 'screen: people, hidden'))
  const wrong = await runVerb(['test', folder])
  expect(wrong.code).toBe(1)
  expect(wrong.output).toContain('10: 画面は「people」のはずですが、「contact」でした。')
  await rm(folder, { recursive: true })
})

test('scenarios play the office: returning, two pairs of eyes, business days, reminders', async () => {
  const { code, output } = await runVerb(['test', join(root, 'test/samples/review'), '--json'])
  const { scenarios, coverage } = JSON.parse(output) as {
    scenarios: readonly { message?: string }[]
    coverage: { untried: readonly string[] }
  }
  expect(scenarios.map(({ message }) => message)).toEqual([undefined, undefined])
  expect(coverage.untried).toHaveLength(2)
  expect(code).toBe(0)
})

/** The steps of a scenario that leaves its course, and the line and words in which the verb says so. */
const WRONG: readonly (readonly [string, string])[] = [
  [
    '  - open: registration\n    expect: { visible: [userAuthCode] }',
    '5: 「userAuthCode」が見えるはずですが、見えません。',
  ],
  [
    '  - open: registration\n    expect: { hidden: [lastName] }',
    '5: 「lastName」が見えないはずですが、見えています。',
  ],
  [
    '  - open: registration\n    sample: judo\n    expect: { values: { phone: "1" } }',
    '5: 「phone」は「1」のはずですが、「01201234567」でした。',
  ],
  [
    '  - open: password\n    expect: { missing: [] }',
    '5: 空の必須項目は「なし」のはずですが、「email」でした。',
  ],
  ['  - open: password\n  - submit', '6: 断られました：「メールアドレス」を入力してください。'],
  [
    '  - open: password\n    sample: all\n  - submit\n  - expect: { errors: { email: だめ } }',
    '8: 断られた項目は「email」のはずですが、「なし」でした。',
  ],
  [
    '  - open: password\n  - submit\n  - expect: { errors: { email: だめ } }',
    '7: 「email」の文は「だめ」のはずですが、「「メールアドレス」を入力してください。」（R01）でした。',
  ],
  [
    '  - open: password\n    sample: all\n  - submit\n  - expect: { state: changed }',
    '8: 状態は「changed」のはずですが、「addressUnknown」でした。',
  ],
  [
    '  - open: registration\n    sample: judo\n  - submit\n  - expect: { mails: [] }',
    '8: 出たメールは「なし」のはずですが、「activation」でした。',
  ],
  ['  - open: profile', '5: 「プロフィール」を開けません（303）。'],
  ['  - link: activation', '5: リンクのあるメール「activation」が届いていません。'],
  ['  - press: resend', '5: リンクかボタンが使えませんでした（404）。'],
  [
    '  - open: registration\n    sample: judo\n  - submit\n  - press: resend\n    expect: { refused: true }',
    '8: 使えないはずですが、使えました。',
  ],
]

test(
  'says in which line a scenario left its course, and what it met there',
  { timeout: ALL_MS },
  () =>
    withCopy(DEFINITIONS, async (dir) => {
      for (const folder of SHIPPED) await rm(join(dir, folder), { recursive: true })
      await withScenarios(
        dir,
        WRONG.map(([steps]) => steps),
      )
      const { code, output } = await runVerb(['test', dir])
      for (const [index, [, said]] of WRONG.entries())
        expect(output).toContain(`${TREATMENT}/${nameOf(index)}.yaml:${said}`)
      expect(output).toContain('13 本のうち、0 本が')
      expect(output).toContain('まだためしていないところ：')
      expect(code).toBe(1)
      const english = await runVerb(['test', dir, '--lang', 'en'])
      expect(english.output).toContain(`${nameOf(0)}.yaml:5: userAuthCode should be shown.`)
      expect(english.output).not.toMatch(/はずですが/)
    }),
)

test('with a problem in the definitions nothing is played', () =>
  withCopy(DEFINITIONS, async (dir) => {
    const file = join(dir, TREATMENT, 'judo.yaml')
    await writeFile(file, (await readFile(file, 'utf8')).replace('lastName', 'lastNam'))
    const { code, output } = await runVerb(['test', dir])
    expect(output).toMatch(/scenarios\/judo\.yaml:\d+:\d+: 項目「lastNam」がありません。/)
    expect(code).toBe(1)
  }))

async function withScenarios(dir: string, all: readonly string[]): Promise<void> {
  await mkdir(join(dir, TREATMENT))
  for (const [index, steps] of all.entries())
    await writeFile(
      join(dir, TREATMENT, `${nameOf(index)}.yaml`),
      `scenario: ${nameOf(index)}\ntitle: ためし${index}\nat: 2026-04-01T10:00\nsteps:\n${steps}\n`,
    )
}

function nameOf(index: number): string {
  return `wrong${String(index).padStart(2, '0')}`
}
