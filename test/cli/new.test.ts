import { execFile } from 'node:child_process'
import { appendFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { writeNew } from '../../src/cli/new.ts'
import { pluginLines } from '../../src/scaffold/plugin.ts'
import { runVerb, startProgram } from '../e2e/program.ts'
import { answerConfirmation, follow, linkIn, sendForm, useLink } from '../portal/people.ts'
import { openTestPortal } from '../portal/portal.ts'
import { DEFINITIONS, root, withCopy } from './folder.ts'

type Report = { written: string[]; next: string[]; problems: unknown[] }

async function make(dir: string, ...words: readonly string[]): Promise<Report> {
  const { code, output, errors } = await runVerb(['new', ...words, '--json'], {
    DEFINITIONS_DIR: dir,
  })
  expect(errors).toBe('')
  expect(code, output).toBe(0)
  return JSON.parse(output) as Report
}

async function expectGood(dir: string): Promise<void> {
  expect(await runVerb(['check', dir, '--lang', 'en'])).toEqual({
    code: 0,
    output: expect.stringMatching(/No problems\n$/) as string,
    errors: '',
  })
}

describe('madoguchi new', () => {
  test('makes a whole portal out of an empty folder, which serves, confirms by mail and receives', () =>
    withCopy([], async (dir) => {
      const { written, next } = await make(dir, 'portal', 'guild')
      expect(written).toContain('forms/guild/portal.yaml')
      expect(written).toContain('workflows/mails/layout.mjml')
      expect(next.length).toBeGreaterThan(1)
      await expectGood(dir)
      const portal = await openTestPortal({ definitionsDir: dir })
      try {
        const visitor = portal.visitor()
        expect((await visitor.get('/guild/')).html).toContain('見本のポータル')
        const answers = { name: '見本 太郎', email: 'taro@example.jp' }
        const asked = await sendForm(visitor, '/guild/apply', answers)
        const sent = await answerConfirmation(visitor, '/guild/apply', asked, 'submit')
        expect((await follow(visitor, sent)).html).toContain('確認メールをお送りしました')
        const done = await useLink(visitor, await linkIn(portal, 'taro@example.jp'))
        expect(done.html).toContain('申込みを受け付けました')
        await portal.settle()
        const subjects = (await portal.mails()).map((mail) => mail.subject)
        expect(subjects.sort()).toEqual([
          '【見本のポータル】お申し込みの確認',
          '【見本のポータル】受付のお知らせ',
        ])
      } finally {
        await portal.close()
      }
    }))

  test('a new portal is there when the program starts', () =>
    withCopy([], async (dir) => {
      await make(dir, 'portal', 'guild')
      const program = await startProgram({ DEFINITIONS_DIR: dir })
      try {
        expect(program.output()).toContain(`見本のポータル: ${program.url}/guild/`)
        const page = await fetch(`${program.url}/guild/apply`)
        expect(page.status).toBe(200)
        expect(await page.text()).toContain('見本の申込み')
      } finally {
        await program.remove()
      }
    }))

  test(
    'adds each kind beside the shipped definitions, all of them passing check',
    () =>
      withCopy(DEFINITIONS, async (dir) => {
        const before = (await readdir(dir, { recursive: true })).length
        expect((await make(dir, 'form', 'survey', '--portal', 'treatment')).written).toEqual([
          'forms/treatment/survey.yaml',
          'workflows/treatment-survey.yaml',
          'forms/treatment/pages/survey-received.md',
        ])
        await make(dir, 'workflow', 'membership', '--portal', 'treatment')
        const type = await make(dir, 'facility-type', 'nursery', '--portal', 'treatment')
        expect(type.written).toEqual(['forms/treatment/facility-types/nursery.yaml'])
        // Behind the four that are there.
        expect(await readFile(join(dir, type.written[0] ?? ''), 'utf8')).toMatch(/^order: 5 /m)
        await make(dir, 'portal', 'guild')
        await make(dir, 'form', 'survey', '--portal', 'guild')
        await make(dir, 'facility-type', 'workshop', '--portal', 'guild')
        expect((await readdir(dir, { recursive: true })).length).toBeGreaterThan(before + 20)
        await expectGood(dir)
      }),
    240_000,
  )

  test('writes both languages where the portal has both', () =>
    withCopy([], async (dir) => {
      await mkdir(join(dir, 'forms/guild'), { recursive: true })
      await writeFile(join(dir, 'forms/guild/portal.yaml'), BILINGUAL)
      await make(dir, 'form', 'survey')
      await make(dir, 'workflow', 'course')
      await make(dir, 'facility-type', 'workshop')
      expect(await readFile(join(dir, 'workflows/mails/course-confirm.yaml'), 'utf8')).toContain(
        'Confirm the application',
      )
      await expectGood(dir)
    }))

  test('writes nothing while the definitions have problems, and says which', () =>
    withCopy(DEFINITIONS, async (dir) => {
      await appendFile(join(dir, 'forms/treatment/login.yaml'), 'titel: x\n')
      const before = await readdir(dir, { recursive: true })
      for (const words of [
        ['form', 'survey', '--portal', 'treatment'],
        ['portal', 'guild'],
      ]) {
        const { code, output } = await runVerb(['new', ...words], { DEFINITIONS_DIR: dir })
        expect(code).toBe(1)
        expect(output).toMatch(/login\.yaml:\d+:1: .*titel[^]*何も書いていません/)
      }
      expect(await readdir(dir, { recursive: true })).toEqual(before)
    }))

  test.each([
    [['form', 'Survey'], /「Survey」は名前にできません。半角の英小文字/],
    [['form', '../x'], /「\.\.\/x」は名前にできません/],
    [['frm', 'survey'], /「form」のことですか/],
    [['form', 'login', 'treatment'], /forms\/treatment\/login\.yaml がすでにあります/],
    [['form', 'messages'], /別の意味で使われています/],
    [['form', 'applications', 'treatment'], /別の意味で使われています/],
    [['portal', 'shared'], /別の意味で使われています/],
    [['portal', 'admin'], /別の意味で使われています/],
    [['portal', 'treatment'], /forms\/treatment\/portal\.yaml がすでにあります/],
    [['form', 'survey'], /--portal で書いてください。ポータル：medical、treatment/],
    [['form', 'survey', 'guild'], /ポータル「guild」がありません。ポータル：medical、treatment/],
    [['form', 'survey', 'x', 'en'], /There is no portal 'x'/],
    [['plugin', 'outbox'], /plugins\/outbox\/index\.ts がすでにあります/],
  ])('refuses %j in plain words', ([kind = '', name = '', portal, lang = 'ja'], message) =>
    withCopy(DEFINITIONS, async (dir) => {
      const before = await readdir(dir, { recursive: true })
      const made = writeNew({ DEFINITIONS_DIR: dir }, kind, name, { portal, lang })
      await expect(made).rejects.toThrow(message)
      await expect(made).rejects.toMatchObject({
        code: expect.stringMatching(/^usage\./) as string,
      })
      expect(await readdir(dir, { recursive: true })).toEqual(before)
    }),
  )

  test('ends with exit code 2 when it refuses', async () => {
    const refused = await runVerb(['new', 'form', 'Survey'])
    expect(refused).toMatchObject({ code: 2, output: '' })
    expect(refused.errors).toContain('「Survey」は名前にできません')
  })

  test('makes a reader driver that passes tier 0, the types and the format at once', () =>
    withCopy(['src', 'web', 'plugins', ...SETTINGS], async (dir) => {
      await symlink(join(root, 'node_modules'), join(dir, 'node_modules'))
      const run = runIn(dir)
      const wish = ['new', 'plugin', 'card-reader-mine', '--kind', 'reader', '--json']
      const { written } = JSON.parse((await run(...PROGRAM, ...wish)).stdout) as Report
      const code = written.filter((path) => path.endsWith('.ts'))
      expect(code.length).toBeGreaterThan(2)
      await run(bin('prettier'), '--check', ...code)
      await writeFile(
        join(dir, 'tsconfig.own.json'),
        JSON.stringify({ extends: './tsconfig.json', include: code }),
      )
      await run(bin('typescript', 'tsc'), '-p', 'tsconfig.own.json')
      const suite = ['plugin-test', 'plugins/card-reader-mine', '--tier', '0']
      expect((await run(...PROGRAM, ...suite)).stdout).toMatch(
        /\d\d passed, 0 failed, 0 left out\n$/,
      )
    }))

  test('makes a plugin that passes its own test, the types and the format, and starts with its two lines', () =>
    withCopy(['src', 'web', 'plugins', 'forms', 'workflows', ...SETTINGS], async (dir) => {
      await symlink(join(root, 'node_modules'), join(dir, 'node_modules'))
      const run = runIn(dir)
      const { stdout } = await run(...PROGRAM, 'new', 'plugin', 'old-clock', '--json')
      const { written, next } = JSON.parse(stdout) as Report
      expect(written).toEqual([
        'plugins/old-clock/index.ts',
        'plugins/old-clock/README.md',
        'test/plugins/old-clock.test.ts',
      ])
      const code = written.filter((path) => path.endsWith('.ts'))
      await run(bin('prettier'), '--check', ...code)
      await run(bin('vitest'), 'run', 'test/plugins/old-clock.test.ts')
      await writeFile(
        join(dir, 'tsconfig.own.json'),
        JSON.stringify({ extends: './tsconfig.json', include: ['plugins', ...code] }),
      )

      const [importLine, entry] = pluginLines('old-clock')
      expect(next.join('\n')).toContain(importLine)
      expect(next.join('\n')).toContain(entry)
      const list = join(dir, 'plugins/index.ts')
      const text = await readFile(list, 'utf8')
      await writeFile(list, `${importLine}\n${text.replace('return [', `return [${entry}`)}`)
      await run(bin('typescript', 'tsc'), '-p', 'tsconfig.own.json')
      expect((await run(...PROGRAM, 'check', '--lang', 'en')).stdout).toMatch(/No problems\n$/)
    }))
})

const SETTINGS = ['package.json', 'tsconfig.json', 'vitest.config.ts', '.prettierrc.json']
const PROGRAM = ['--disallow-code-generation-from-strings', 'src/cli/main.ts'] as const

function bin(name: string, command = name): string {
  const folder = join(root, 'node_modules', name)
  return (
    { prettier: `${folder}/bin/prettier.cjs`, vitest: `${folder}/vitest.mjs` }[name] ??
    `${folder}/bin/${command}`
  )
}

/** Runs Node in a folder; fails with what was printed when it does not end well. */
function runIn(cwd: string) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME }
  return (...args: readonly string[]) => promisify(execFile)(process.execPath, args, { cwd, env })
}

const BILINGUAL = `portal: guild
title: { ja: 見本, en: Sample }
languages: [ja, en]
operator:
  name: { ja: 見本の運営者, en: Sample operator }
  phone: 03-0000-0000
  mail: contact@example.jp
  sender: { name: 見本, address: noreply@example.jp }
contactHours: { ja: 平日, en: Weekdays }
tiles: []
footer: []
catalogue: []
`
