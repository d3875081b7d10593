import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { newFolder, type Folder } from './folder.ts'
import { answerConfirmation, follow, linkIn, sendForm } from './people.ts'
import { errorsOf, hiddenInputs, openTestPortal, plain, type TestPortal } from './portal.ts'

/** People who were in the middle of something when the definitions changed. */
const FORM = 'forms/guild/apply.yaml'
const FLOW = 'workflows/guild-apply.yaml'
const MORE = 'forms/guild/more.yaml'
const ACTOR = 'system'
const NICKNAME = `      - { id: nickname, type: text, label: 通称, maxLength: 20 }
      - id: shirt
        type: select
        label: 服の大きさ
        choices: { s: 小, m: 中, l: 大 }
submit: 申し込む`
const more = `form: more
title: 追加の確認
access: visitor
sections:
  - id: more
    fields:
      - { id: size, type: digits, label: 人数, required: true, length: 2 }
submit: 送る
`

let folder: Folder
let portal: TestPortal
let form: string
let flow: string
beforeAll(async () => {
  folder = await newFolder()
  form = await folder.read(FORM)
  flow = await folder.read(FLOW)
  portal = await openTestPortal({ definitionsDir: folder.dir })
})
afterAll(async () => {
  await portal.close()
  await folder.remove()
})
beforeEach(async () => {
  await folder.save(FORM, form)
  await folder.save(FLOW, flow)
  await rm(join(folder.dir, MORE), { force: true })
})

async function goLive() {
  const reload = await portal.reloads.reload(ACTOR)
  if (reload.kind !== 'live') throw new Error(JSON.stringify(reload))
}

describe('a link to a form', () => {
  async function linkTo(email: string) {
    await folder.save(MORE, more)
    await folder.save(
      FLOW,
      flow.replace('申込みを確定する, to', '申込みを確定する, form: more, to'),
    )
    await goLive()
    const visitor = portal.visitor()
    const asked = await sendForm(visitor, '/guild/apply', { name: '見本 一郎', email })
    const sent = await answerConfirmation(visitor, '/guild/apply', asked, 'submit')
    expect(sent.status).toBe(303)
    return { visitor, link: await linkIn(portal, email) }
  }

  test('that a reload has removed still asks with it, and is used up with its answers', async () => {
    const { visitor, link } = await linkTo('removed@example.jp')
    await folder.save(FLOW, flow)
    await rm(join(folder.dir, MORE))
    await goLive()
    expect(portal.definitions().forms['guild/more']).toBeUndefined()

    const page = await visitor.get(link)
    expect(plain(page.html)).toContain('人数')
    const wrong = await visitor.post(link, {
      ...hiddenInputs(page.html),
      size: '2',
      _action: 'check',
    })
    expect(wrong.status).toBe(422)
    expect(errorsOf(wrong.html)).toHaveLength(1)
    const right = { ...hiddenInputs(wrong.html), size: '02', _action: 'check' }
    const done = await follow(visitor, await visitor.post(link, right))
    expect(plain(done.html)).toContain('申込みを受け付けました')
    const rows = await portal.store.db.selectFrom('event').selectAll().execute()
    expect(rows.map((row) => JSON.stringify(row)).join()).toContain('02')
  })

  test('that a reload has changed is judged by what its submission began with', async () => {
    const { visitor, link } = await linkTo('changed@example.jp')
    const page = await visitor.get(link)
    await folder.edit(MORE, 'length: 2', 'length: 4')
    await goLive()
    const answer = { ...hiddenInputs(page.html), size: '03', _action: 'check' }
    const done = await follow(visitor, await visitor.post(link, answer))
    expect(plain(done.html)).toContain('申込みを受け付けました')
  })
})

describe('a page opened before a reload and posted after it', () => {
  test('shows the form again with what was typed, and lists what has no place any more', async () => {
    await folder.edit(FORM, 'submit: 申し込む', NICKNAME)
    await goLive()
    const visitor = portal.visitor()
    const page = await visitor.get('/guild/apply')
    const shown = '<通称> & "その他"'
    const typed = { name: '見本 花子', email: 'h@example.jp', nickname: shown, shirt: 'm' }
    await folder.edit(FORM, NICKNAME, NICKNAME.replace(/.*nickname.*\n/, '').replace('m: 中, ', ''))
    await goLive()

    const again = await visitor.post('/guild/apply', {
      ...hiddenInputs(page.html),
      ...typed,
      _action: 'check',
    })
    expect(again.status).toBe(409)
    expect(again.html).toContain('value="見本 花子"')
    const notice = /id="renewed"[\s\S]*?<\/dl>/.exec(again.html)?.[0] ?? ''
    expect(plain(notice)).toContain('このフォームが新しくなりました')
    expect(plain(notice)).toContain(`通称： ${shown}`)
    expect(plain(notice)).toContain('服の大きさ： 中')
    expect(plain(notice)).not.toContain('花子')

    const sent = await visitor.post('/guild/apply', {
      ...typed,
      shirt: 'l',
      ...hiddenInputs(again.html),
      _action: 'check',
    })
    expect(sent.status).toBe(200)
    expect(sent.html).not.toContain('id="renewed"')
  })

  test('may press a button that has gone; what was filed already is not asked again', async () => {
    const visitor = portal.visitor()
    await goLive()
    const page = await visitor.get('/guild/apply')
    const typed = { ...hiddenInputs(page.html), name: '見本 次郎', email: 'jiro@example.jp' }
    const sent = await visitor.post('/guild/apply', { ...typed, _action: 'submit' })
    expect(sent.status).toBe(303)
    await folder.edit(FORM, 'maxLength: 40', 'maxLength: 39')
    await goLive()
    const gone = await visitor.post('/guild/apply', { ...typed, _action: 'add:members' })
    expect(gone.status).toBe(409)
    expect(gone.html).toContain('value="見本 次郎"')
    const resent = await visitor.post('/guild/apply', { ...typed, _action: 'submit' })
    expect([resent.status, resent.location]).toEqual([303, sent.location])
  })
})

describe('a form of several pages', () => {
  test('says so on whichever page is fetched next', async () => {
    await folder.edit(FORM, 'confirm: ', 'confirm:\n  as: page ')
    await folder.edit(FORM, '  show: [name, email]\n', '')
    await folder.edit(FORM, 'submit: 申し込む', NICKNAME)
    await goLive()
    const visitor = portal.visitor()
    const start = (await visitor.get('/guild/apply')).location
    const page = await visitor.get(start)
    const typed = { name: '見本 三郎', email: 's@example.jp', nickname: 'さぶ', shirt: 'm' }
    const kept = await visitor.post('/guild/apply', {
      ...hiddenInputs(page.html),
      ...typed,
      _action: 'check',
    })
    expect(kept.status).toBe(303)
    await folder.edit(FORM, NICKNAME, 'submit: 申し込む')
    await goLive()
    const confirmation = await visitor.get(kept.location)
    expect(plain(confirmation.html)).toContain('通称： さぶ')
    expect(plain(confirmation.html)).toContain('見本 三郎')
    const filed = { ...hiddenInputs(confirmation.html), _action: 'submit' }
    expect((await visitor.post('/guild/apply', filed)).status).toBe(303)
  })
})
