import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkDefinitions, loadDefinitions, type ReadBefore } from '../../src/definitions/index.ts'
import { LOAD_LIMITS } from '../../src/definitions/load.ts'
import { baseTexts, kinds } from './base.ts'

let dir = ''
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'madoguchi-definitions-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

async function write(path: string, content: string | Uint8Array) {
  await mkdir(dirname(join(dir, path)), { recursive: true })
  await writeFile(join(dir, path), content)
}
async function writeBase() {
  for (const [path, text] of baseTexts) await write(path, text)
}
const codesOf = async () =>
  (await checkDefinitions(dir, kinds)).problems.map(({ code, file }) => `${file}: ${code}`)

describe('a folder of definitions', () => {
  test('is compiled, frozen and named by its content', async () => {
    await writeBase()
    await write('forms/README.md', 'Notes for people.')
    await write('forms/.draft.yaml', ': not ours')
    await write('forms/sample.csv', 'a,b')
    const { definitions, problems } = await loadDefinitions(dir, kinds)
    expect(problems).toEqual([])
    expect(Object.isFrozen(definitions?.forms['library/card']?.fields.name?.label)).toBe(true)
    const again = await loadDefinitions(dir, kinds)
    expect(again.definitions?.hash).toBe(definitions?.hash)
    await write('forms/library/pages/sent.md', '---\ntitle: 送りました\n---\n本文\n')
    const changed = await loadDefinitions(dir, kinds)
    expect(changed.definitions?.hash).not.toBe(definitions?.hash)
  })

  test('a document to be handed out is known by its size and content, and must be named', async () => {
    await writeBase()
    await write('forms/library/files/map.pdf', '%PDF-1.7')
    expect(await codesOf()).toEqual(['forms/library/files/map.pdf: unused'])
    const portal = baseTexts.get('forms/library/portal.yaml') ?? ''
    const documents = 'documents:\n  - { group: 手引き, items: [{ title: 地図, file: map.pdf }] }\n'
    await write('forms/library/portal.yaml', portal + documents)
    const { definitions } = await loadDefinitions(dir, kinds)
    const [group] = definitions?.portals.library?.documents ?? []
    expect(group?.items).toMatchObject([
      { href: '/library/downloads/map.pdf', file: { name: 'map.pdf', size: 8 } },
    ])
    await write('forms/library/files/map.pdf', '%PDF-1.8')
    const changed = await loadDefinitions(dir, kinds)
    expect(changed.definitions?.hash).not.toBe(definitions?.hash)
    await write('forms/library/files/map.pdf', new Uint8Array(LOAD_LIMITS.documentBytes + 1))
    expect(await codesOf()).toContain('forms/library/files/map.pdf: file.too-large')
  })

  test('what was read before is not parsed again, and what is wrong is told each time', async () => {
    await writeBase()
    const before: ReadBefore = new Map()
    const load = () => loadDefinitions(dir, kinds, { before })
    const first = await load()
    const node = before.get('forms/library/card.yaml')?.root
    expect(node).toBeDefined()
    expect((await load()).definitions?.hash).toBe(first.definitions?.hash)
    expect(before.get('forms/library/card.yaml')?.root).toBe(node)

    await write('forms/library/card.yaml', 'form: card\nform: card\n')
    for (const _ of [1, 2])
      expect((await load()).problems.map(({ code }) => code)).toContain('yaml.duplicate-key')
    await rm(join(dir, 'forms/library/reset.yaml'))
    await load()
    expect(before.has('forms/library/reset.yaml')).toBe(false)
    await writeBase()
    expect((await load()).definitions?.hash).toBe(first.definitions?.hash)
  })

  test('without any file says that nothing is defined', async () => {
    expect(await codesOf()).toEqual(['forms: file.no-definitions'])
  })

  test('a byte order mark and CRLF change nothing', async () => {
    await writeBase()
    const before = await loadDefinitions(dir, kinds)
    for (const [path, text] of baseTexts)
      if (path.endsWith('.yaml')) await write(path, `\uFEFF${text.replaceAll('\n', '\r\n')}`)
    const after = await loadDefinitions(dir, kinds)
    expect(after.problems).toEqual([])
    expect(after.definitions?.hash).toBe(before.definitions?.hash)
  })

  test('a file in another encoding is named', async () => {
    await writeBase()
    // 見出し in Shift_JIS
    await write('forms/shared/sjis.yaml', new Uint8Array([0x8c, 0xa9, 0x8f, 0x6f, 0x82, 0xb5]))
    expect(await codesOf()).toEqual(['forms/shared/sjis.yaml: file.not-utf8'])
  })

  test('a file beyond the limit is not read', async () => {
    await writeBase()
    await write('forms/shared/big.yaml', `# ${'x'.repeat(LOAD_LIMITS.fileBytes)}`)
    expect(await codesOf()).toEqual(['forms/shared/big.yaml: file.too-large'])
  })

  test('a link out of the folder is not followed, one inside is', async () => {
    await writeBase()
    const outside = await mkdtemp(join(tmpdir(), 'madoguchi-outside-'))
    try {
      await writeFile(join(outside, 'secret.yaml'), 'pack: secret')
      await symlink(join(outside, 'secret.yaml'), join(dir, 'forms/shared/secret.yaml'))
      await symlink(outside, join(dir, 'forms/shared/folder'))
      await symlink(
        join(dir, 'forms/library/pages/sent.md'),
        join(dir, 'forms/library/pages/mail.md'),
      )
      expect(await codesOf()).toEqual(['forms/shared/secret.yaml: file.link-outside'])
      await rm(join(dir, 'forms/shared/secret.yaml'))
      expect(await codesOf()).toEqual(['forms/library/pages/mail.md: unused'])
    } finally {
      await rm(outside, { recursive: true, force: true })
    }
  })

  test('a link to nothing is told, not thrown', async () => {
    await writeBase()
    await symlink(join(dir, 'nowhere.yaml'), join(dir, 'forms/shared/gone.yaml'))
    expect(await codesOf()).toEqual(['forms/shared/gone.yaml: file.unreadable'])
  })

  test('too many files are not read at all', async () => {
    await mkdir(join(dir, 'forms/many'), { recursive: true })
    for (let index = 0; index <= LOAD_LIMITS.files; index++)
      await writeFile(join(dir, `forms/many/f${index}.yaml`), '')
    expect(await codesOf()).toContain('forms: file.too-many')
  })

  test('words come in the language asked for', async () => {
    const {
      problems: [english],
    } = await checkDefinitions(dir, kinds, { locale: 'en' })
    const {
      problems: [japanese],
    } = await checkDefinitions(dir, kinds, { locale: 'ja' })
    expect(english?.message).toMatch(/^There are no definitions/)
    expect(japanese?.message).toMatch(/^定義がありません/)
  })
})
