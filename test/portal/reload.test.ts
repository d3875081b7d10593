import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { inviteFirstAdministrator } from '../../src/accounts/first-admin.ts'
import { enrolOver } from '../accounts/enrol.ts'
import { runVerb, startProgram } from '../e2e/program.ts'
import { newFolder, type Folder } from './folder.ts'
import { answerConfirmation, follow, linkIn, sendForm, useLink } from './people.ts'
import { openTestPortal, plain, type TestPortal } from './portal.ts'

/** Issue "The definition language", part 9: changed definitions while the portal serves, whole or not at all. */
const FORM = 'forms/guild/apply.yaml'
const TITLE = 'title: 見本の申込み'
const ACTOR = 'system'

let folder: Folder
let good: string
beforeAll(async () => {
  folder = await newFolder()
  good = await folder.read(FORM)
})
afterAll(() => folder.remove())
beforeEach(() => folder.save(FORM, good))

/** Waits as long as it takes on a busy machine, and prints how long that was. */
async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const started = performance.now()
  while (!(await isSo())) {
    if (performance.now() - started > 30_000) throw new Error(`never ${what}`)
    await sleep(20)
  }
  console.log(`${what} after ${Math.round(performance.now() - started)} ms`)
}

describe('one program', () => {
  let portal: TestPortal
  beforeAll(async () => {
    portal = await openTestPortal({ definitionsDir: folder.dir })
  })
  afterAll(() => portal.close())
  beforeEach(() => portal.reloads.reload(ACTOR))

  test('a changed set is served as a whole, with its checks', async () => {
    await folder.edit(FORM, TITLE, 'title: 組合への申込み')
    await folder.edit(FORM, 'maxLength: 40', 'maxLength: 5')
    expect(await portal.reloads.reload(ACTOR)).toMatchObject({ kind: 'live', isNew: true })
    const visitor = portal.visitor()
    expect(plain((await visitor.get('/guild/apply')).html)).toContain('組合への申込み')
    const long = { name: '見本 太郎左衛門', email: 'long@example.jp' }
    expect((await sendForm(visitor, '/guild/apply', long)).status).toBe(422)
    expect(await portal.reloads.reload(ACTOR)).toMatchObject({ kind: 'live', isNew: false })
  })

  test('with a problem anywhere everything stays, and the report names place and remedy', async () => {
    const before = portal.definitions().hash
    await folder.edit(FORM, TITLE, 'title: 半分だけ')
    await folder.save('forms/guild/pages/extra.md', '---\ntitle: 使われないページ\n---\n本文\n')
    const reload = await portal.reloads.reload(ACTOR)
    await rm(join(folder.dir, 'forms/guild/pages/extra.md'))
    if (reload.kind !== 'problems') throw new Error('it went live')
    for (const locale of ['ja', 'en'] as const)
      expect(reload.problems[locale]).toMatchObject([
        { file: 'forms/guild/pages/extra.md', line: 1, column: 1, code: 'unused' },
      ])
    expect(reload.problems.ja[0]?.message).toMatch(/使われていません/)
    expect(portal.definitions().hash).toBe(before)
    expect((await portal.visitor().get('/guild/apply')).html).not.toContain('半分だけ')
    expect(portal.logLines.join('')).toContain('forms/guild/pages/extra.md:1:1')
  })

  test('a request keeps the set it began with; what it files stays on that set', async () => {
    const before = portal.definitions()
    const visitor = portal.visitor()
    const person = { name: '見本 一郎', email: 'ichiro@example.jp' }
    const asked = await sendForm(visitor, '/guild/apply', person)
    await folder.edit(
      'workflows/guild-apply.yaml',
      'label: メールの確認待ち',
      'label: 確認を待っています',
    )
    // Both are on their way at once: the form is judged by the set of the moment at which it arrived.
    const [sent] = await Promise.all([
      answerConfirmation(visitor, '/guild/apply', asked, 'submit'),
      portal.reloads.reload(ACTOR),
    ])
    expect(sent.status).toBe(303)
    const row = await portal.store.db
      .selectFrom('submission')
      .select('definition')
      .where('answers', 'like', `%${person.email}%`)
      .executeTakeFirstOrThrow()
    expect(row.definition).toBe(before.hash)
    expect(portal.definitions().hash).not.toBe(before.hash)
    expect((await follow(visitor, sent)).html).toContain('確認メールをお送りしました')
    const done = await useLink(visitor, await linkIn(portal, person.email))
    expect(plain(done.html)).toContain('申込みを受け付けました')
    await folder.edit(
      'workflows/guild-apply.yaml',
      'label: 確認を待っています',
      'label: メールの確認待ち',
    )
  })

  test('the checks of pages that are still open can still be fetched', async () => {
    const visitor = portal.visitor()
    const url = async () =>
      /\/assets\/check-[0-9a-f]+\.js/.exec((await visitor.get('/guild/apply')).html)?.[0] ?? ''
    const before = await url()
    await folder.edit(FORM, 'maxLength: 40', 'maxLength: 39')
    await portal.reloads.reload(ACTOR)
    expect(await url()).not.toBe(before)
    for (const path of [before, await url()]) {
      const module = await visitor.get(path)
      expect([path, module.status]).toEqual([path, 200])
      expect(module.html).toContain('export')
    }
  })

  test('an administrator reads the report and takes changes up; nobody else can', async () => {
    const visitor = portal.visitor()
    expect((await visitor.post('/admin/definitions', {})).status).toBe(303)
    expect((await visitor.get('/admin/definitions')).status).toBe(303)
    const invite = await inviteFirstAdministrator(portal.store, portal.now, 'http://localhost:3000')
    const setup = new URL(invite ?? '').pathname
    const account = { login: 'kanri', name: '管理 花子', password: 'Yuugure-Kaze-19-Otsuki' }
    await visitor.post(setup, { ...account, passwordConfirm: account.password })
    await visitor.post('/admin/login', account)
    const [[name, half] = ['', '']] = visitor.cookies()
    const { cookie } = await enrolOver(
      (path, init) => portal.app.request(`http://localhost:3000${path}`, init),
      { cookie: `${name}=${half}`, now: portal.now() },
    )
    ;(visitor.cookies() as Map<string, string>).set(...(cookie.split('=') as [string, string]))

    await folder.edit(FORM, 'type: email', 'type: emial')
    const refused = await visitor.post('/admin/definitions', {})
    expect(refused.status).toBe(422)
    const text = plain(refused.html)
    expect(text).toContain('定義に問題が1件あるため、切り替えていません')
    expect(text).toMatch(/forms\/guild\/apply\.yaml:\d+:\d+/)
    expect(text).toContain('「email」のことですか。')
    // The report is there for whoever looks later.
    expect(plain((await visitor.get('/admin/definitions')).html)).toContain(
      '「email」のことですか。',
    )

    await folder.save(FORM, good.replace(TITLE, 'title: 直した申込み'))
    const taken = await visitor.post('/admin/definitions', {})
    expect(plain(taken.html)).toContain('新しい定義に切り替えました')
    expect((await visitor.get('/guild/apply')).html).toContain('直した申込み')
    const audit = await portal.store.db.selectFrom('audit').select(['actor', 'kind']).execute()
    const kinds = audit.filter(({ actor }) => actor.startsWith('staff:')).map(({ kind }) => kind)
    expect(kinds).toEqual([
      'staff.factor-enrolled',
      'staff.logged-in',
      'definitions.refused',
      'definitions.reloaded',
    ])
  })
})

describe('the folder is watched', () => {
  let portal: TestPortal
  beforeAll(async () => {
    await folder.save(FORM, good)
    portal = await openTestPortal({ definitionsDir: folder.dir })
    await portal.reloads.start({ isWatching: true })
  })
  afterAll(() => portal.close())
  const shows = (text: string) => async () =>
    (await portal.visitor().get('/guild/apply')).html.includes(text)

  test('a file renamed into place, written in place, in a new folder, and removed', async () => {
    await folder.save(FORM, good.replace(TITLE, 'title: 改名で保存'))
    await until('renamed: live', shows('改名で保存'))
    await writeFile(join(folder.dir, FORM), good.replace(TITLE, 'title: 上書きで保存'))
    await until('written: live', shows('上書きで保存'))
    await writeFile(join(folder.dir, FORM), good)
    await until('again: live', shows('見本の申込み'))
    const heard: string[] = []
    const end = portal.reloads.onReload(({ kind }) => heard.push(kind))
    await mkdir(join(folder.dir, 'forms/shared'))
    await sleep(500)
    await writeFile(join(folder.dir, 'forms/shared/spare.yaml'), 'pack: spare\nfields: []\n')
    await until('in a new folder: reported', async () => heard.at(-1) === 'problems')
    await rm(join(folder.dir, 'forms/shared'), { recursive: true })
    await until('removed: live', async () => heard.at(-1) === 'live')
    end()
  })

  test('a half-written file goes by unseen by visitors', async () => {
    const heard: string[] = []
    const end = portal.reloads.onReload(({ kind }) => heard.push(kind))
    const before = portal.definitions().hash
    await writeFile(join(folder.dir, FORM), good.slice(0, good.length / 2))
    await until('half: reported', async () => heard.includes('problems'))
    expect(portal.definitions().hash).toBe(before)
    await writeFile(join(folder.dir, FORM), good.replace(TITLE, 'title: 書き終えた'))
    await until('whole: live', shows('書き終えた'))
    end()
  })
})

describe('several programs on one database', () => {
  test('follow the set that was asked for, and only that', async () => {
    const other = await newFolder()
    const one = await openTestPortal({ definitionsDir: folder.dir })
    const databaseUrl = `sqlite:${join(one.dataDir, 'madoguchi.db')}`
    const two = await openTestPortal({ definitionsDir: folder.dir, databaseUrl })
    const stray = await openTestPortal({ definitionsDir: other.dir, databaseUrl })
    const all = [one, two, stray]
    try {
      for (const portal of all) await portal.reloads.start({ isWatching: false })
      const before = stray.definitions().hash
      await folder.edit(FORM, TITLE, 'title: みんなで')
      await one.reloads.reload(ACTOR)
      const { hash } = one.definitions()
      await until('two programs agree', async () => two.definitions().hash === hash)
      const rows = () => one.store.db.selectFrom('node').select(['hash', 'outcome']).execute()
      await until('the third says why not', async () =>
        (await rows()).some(({ outcome }) => outcome === 'other-files'),
      )
      expect(stray.definitions().hash).toBe(before)
      expect(await rows()).toHaveLength(3)
    } finally {
      for (const portal of all.toReversed()) await portal.close()
      await other.remove()
    }
  })
})

test('in production the verb has the running program take changes up, or prints what is wrong', async () => {
  const env = {
    DEFINITIONS_DIR: folder.dir,
    MADOGUCHI_ENV: 'production',
    BASE_URL: 'https://portal.example.jp',
    SMTP_URL: 'smtp://localhost:9',
  }
  const data = await openTestPortal({ definitionsDir: folder.dir })
  const dataDir = data.dataDir
  await data.reloads.stop()
  const program = await startProgram(env, { dataDir })
  try {
    const page = async () => (await fetch(`${program.url}/guild/apply`)).text()
    await folder.edit(FORM, TITLE, 'title: 本番で')
    await sleep(300)
    expect(await page()).not.toContain('本番で')
    const verb = { ...env, DATA_DIR: dataDir }
    const live = await runVerb(['reload', '--lang', 'en'], verb)
    expect(live).toMatchObject({ code: 0, errors: '' })
    expect(live.output).toMatch(/serves the new definitions/)
    expect(await page()).toContain('本番で')

    await folder.edit(FORM, 'type: email', 'type: emial')
    const refused = await runVerb(['reload', '--lang', 'en'], verb)
    expect(refused.code).toBe(1)
    expect(refused.output).toMatch(/^forms\/guild\/apply\.yaml:\d+:\d+: .*\n {2}→ Did you mean/)
    expect(await page()).toContain('本番で')
  } finally {
    await program.stop()
    await data.close()
  }
})
