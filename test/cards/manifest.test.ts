import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checkManifest, versionRefusal } from '../../src/cards/manifest.ts'
import type { Json } from '../../src/form/form.ts'
import { manifestOf } from './scene.ts'

const root = new URL('../../plugins/', import.meta.url)
const folders = readdirSync(root).filter((name) => /^(?:card-|oqs-)/.test(name))

test.each(folders)('%s has a right manifest', (folder) => {
  const text = readFileSync(new URL(`${folder}/manifest.json`, root), 'utf8')
  const checked = checkManifest(JSON.parse(text) as Json, folder)
  expect(checked).toHaveProperty('manifest.id', folder)
})

describe('what is refused before any code loads', () => {
  const good = manifestOf('card-profile-mynumber')
  const card = good.card as NonNullable<typeof good.card>
  const wrongs: readonly (readonly [string, object, string])[] = [
    ['another name', { id: 'other' }, 'id'],
    ['no version', { version: '1' }, 'version'],
    ['an unknown kind', { kind: 'scanner' }, 'kind'],
    ['an unknown key', { install: 'x' }, 'install'],
    ['a permission nobody gives', { permissions: ['network'] }, 'permissions'],
    [
      'a deadline nobody waits for',
      { timeouts: { commandMs: 900_000, sessionMs: 1 } },
      'timeouts.commandMs',
    ],
    [
      'the register of residents',
      { card: { ...card, aids: ['D3921000310001010401'] } },
      'card.aids',
    ],
    ['a name that stands for it', { card: { ...card, aids: ['D392100031'] } }, 'card.aids'],
    ['VERIFY', { card: { ...card, commands: ['0020'] } }, 'card.commands'],
    ['UPDATE BINARY', { card: { ...card, commands: ['00D6'] } }, 'card.commands'],
    ['commands of the reader', { card: { ...card, commands: ['FF00'] } }, 'card.commands'],
    [
      'an assurance it cannot give',
      { card: { ...card, operations: { identify: { assurance: 'cert-verified', fields: {} } } } },
      'card.operations.identify.assurance',
    ],
    [
      'a PIN it does not have',
      {
        card: { ...card, operations: { identify: { assurance: 'none', fields: {}, pin: 'sign' } } },
      },
      'card.operations.identify.pin',
    ],
  ]
  test.each(wrongs)('%s', (_, change, path) => {
    const checked = checkManifest({ ...good, ...change } as unknown as Json, good.id)
    if (!('problems' in checked)) throw new Error('was taken')
    expect(checked.problems.map((problem) => problem.path)).toContain(path)
    for (const { ja, en } of checked.problems) {
      expect(ja).toMatch(/[ぁ-ん：]/)
      expect(en).toMatch(/^[A-Z0-9].*\.$|^Possible|^One or more/)
    }
  })
})

test('a major of its own is refused with both numbers, an older minor is taken', () => {
  const host = { major: 2, minor: 3 }
  expect(versionRefusal('2.3', host)).toBeUndefined()
  expect(versionRefusal('2.0', host)).toBeUndefined()
  expect(versionRefusal('2.4', host)?.en).toContain('Update the program')
  expect(versionRefusal('1.0', host)?.en).toMatch(/1\.0.*2\.3/)
  expect(versionRefusal('3.0', host)?.ja).toMatch(/3\.0.*2\.3/)
  expect(versionRefusal(undefined, host)?.en).toContain('2.3')
})
