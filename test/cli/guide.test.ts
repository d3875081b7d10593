import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { runVerb, startProgram, type Program } from '../e2e/program.ts'
import { DEFINITIONS, root, withCopy } from './folder.ts'

/**
 * docs/guide-administrator.ja.md, followed word for word in a fresh copy of the definitions: every command is run, every YAML
 * block is written to the file that the text before it names, and the page shows the new type's own fields (A41).
 */
const GUIDE = 'docs/guide-administrator.ja.md'
const TYPE = 'forms/treatment/facility-types/home-nursing.yaml'

/** Eight programs are started one after the other. */
const PROGRAMS_MS = 300_000

type Step =
  | { readonly kind: 'run'; readonly words: readonly string[] }
  | { readonly kind: 'write'; readonly path: string; readonly text: string }
  | { readonly kind: 'says'; readonly text: string }

async function stepsOf(guide: string): Promise<readonly Step[]> {
  const text = await readFile(join(root, guide), 'utf8')
  let path = ''
  return [
    ...text.matchAll(/^```(\w+)\n([\s\S]*?)^```$|`((?:forms|workflows)\/[^`<]+\.yaml)`/gm),
  ].flatMap(([, kind, block = '', named]): readonly Step[] => {
    if (named !== undefined) path = named
    if (kind === 'yaml') return [{ kind: 'write', path, text: block }]
    if (kind === 'text') return [{ kind: 'says', text: block }]
    if (kind !== 'sh') return []
    return block
      .trim()
      .split('\n')
      .map((line) => ({ kind: 'run', words: line.split(' ') }))
  })
}

test(
  'the guide for administrators leads to a new facility type, step by step',
  () =>
    withCopy(DEFINITIONS, async (dir) => {
      // The shipped scenarios are played elsewhere.
      await rm(join(dir, 'forms/treatment/scenarios'), { recursive: true })
      const before = (await readdir(join(dir, 'forms'), { recursive: true })).length
      const done: string[] = []
      let running: Program | undefined
      try {
        for (const step of await stepsOf(GUIDE)) {
          if (step.kind === 'write') await write(join(dir, step.path), step.text)
          if (step.kind === 'says') await expectMistakeTold(dir, step.text)
          if (step.kind !== 'run') continue
          done.push(step.words.join(' '))
          const [program, , ...words] = step.words
          if (program === 'npx') await expectGood(dir, words, running)
          else {
            running = await startProgram({ DEFINITIONS_DIR: dir })
            await expectPage(running.url)
          }
        }
      } finally {
        await running?.stop()
        await running?.remove()
      }
      expect(done).toEqual([
        'npx madoguchi new facility-type home-nursing --portal treatment',
        'npx madoguchi check',
        'npx madoguchi check',
        'npx madoguchi test',
        'npm start',
        'npx madoguchi reload',
      ])
      // One file made the type, and one tries it, in a folder of its own.
      expect((await readdir(join(dir, 'forms'), { recursive: true })).length).toBe(before + 3)
    }),
  PROGRAMS_MS,
)

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

async function expectGood(
  dir: string,
  words: readonly string[],
  running: Program | undefined,
): Promise<void> {
  const env = { DEFINITIONS_DIR: dir, ...(running && { DATA_DIR: running.dataDir }) }
  const { code, output, errors } = await runVerb(words, env)
  expect(code, `${words.join(' ')}\n${output}${errors}`).toBe(0)
  if (words[0] === 'check') expect(output.trimEnd()).toBe('問題はありません')
  if (words[0] === 'test') expect(output).toContain('○ 訪問看護ステーションを選ぶと')
}

/** The mistake that the text before it suggests, and what `check` says of it. */
async function expectMistakeTold(dir: string, said: string): Promise<void> {
  const path = join(dir, TYPE)
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('length: 10', 'lenght: 10'))
  const { code, output } = await runVerb(['check', dir])
  expect(code).toBe(1)
  expect(output).toContain(said.trimEnd())
  await writeFile(path, text)
}

/** Without a script: the type is chosen, and the page comes back with its own fields. */
async function expectPage(url: string): Promise<void> {
  const page = `${url}/treatment/register`
  expect(await (await fetch(page)).text()).toContain('訪問看護ステーション')
  const answers = { facilityType: 'home-nursing', hasNightCare: '1', _action: 'refresh' }
  const chosen = await fetch(page, {
    method: 'POST',
    headers: { origin: url },
    body: new URLSearchParams(answers),
  })
  expect(chosen.status).toBe(200)
  const text = await chosen.text()
  for (const label of ['登録番号', '開設年月日', '夜間の対応', '夜間の連絡先'])
    expect(text).toContain(label)
}
