import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertFile, useFiles } from '../../src/store/files.ts'
import { claimJobs } from '../../src/store/jobs.ts'
import { loadSubmission } from '../../src/store/submissions.ts'
import { clerk, file, words, type Clerk } from './desk.ts'
import { loggedIn, type Member } from './members.ts'
import { openTestPortal, type TestPortal } from './portal.ts'

/** The review desk on the real portal: list, one submission, the actions of its workflow. */
const DAY_MS = 86_400_000
let portal: TestPortal
let owner: Member
let reviewer: Clerk
let second: Clerk
let caller: Clerk

beforeAll(async () => {
  portal = await openTestPortal({ definitionsDir: 'test/samples/desk' })
  owner = await loggedIn(portal, 'owner')
  reviewer = await clerk(portal, 'hanako', 'reviewer')
  second = await clerk(portal, 'jiro', 'reviewer')
  caller = await clerk(portal, 'denwa', 'call-centre')
})
afterAll(() => portal.close())

const audited = async (subject: string) =>
  (
    await portal.store.db
      .selectFrom('audit')
      .select(['kind', 'actor'])
      .where('subject', '=', subject)
      .orderBy('seq')
      .execute()
  ).map(({ kind, actor }) => `${kind} ${actor}`)
const stateOf = async (id: string) =>
  portal.store.db
    .selectFrom('submission')
    .select(['state', 'assignee'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
/** Where the page of a proposal posts whether one agrees. */
const settleIn = ({ html }: { readonly html: string }) =>
  /action="([^"]*\/settle\/[^"]*)"/.exec(html)?.[1] ?? ''
const key = (html: string) => /\?seen=(\d+)/.exec(html)?.[1] ?? ''

describe('the list', () => {
  test('shows what is to be dealt with, with state, facility and type, and no answers', async () => {
    const one = await file(portal, owner.accountId, { facilityName: '秘密の院' })
    const page = await reviewer.get('/review/')
    expect(page.status).toBe(200)
    for (const text of [one.number, '利用申請', '審査中', '髙﨑𠮷濵整骨院owner', '東京都'])
      expect(words(page), text).toContain(text)
    expect(page.html).not.toContain('秘密の院')
    expect(page.html).toMatch(/aria-sort="ascending">\s*<a[^>]*>受付日時/)
  })

  test('sorts, narrows down and pages by addresses alone', async () => {
    const all = await reviewer.get('/review/?view=open&sort=number&order=desc')
    const numbers = [...all.html.matchAll(/class="plain" href="\/review\/[\w-]+">([^<]+)</g)].map(
      ([, number]) => number ?? '',
    )
    expect(numbers.length).toBeGreaterThan(0)
    expect(numbers).toEqual([...numbers].sort().reverse())
    expect(all.html).toMatch(/aria-sort="descending">\s*<a[^>]*>受付番号/)
    const [first = ''] = numbers
    expect(words(await reviewer.get(`/review/?text=${first.slice(0, 6)}`))).toContain(first)
    expect(words(await reviewer.get(`/review/?text=${encodeURIComponent('𠮷濵')}`))).toContain(
      first,
    )
    expect(words(await reviewer.get('/review/?text=%25'))).toContain(
      'この条件に合う申請はありません',
    )
    expect(words(await reviewer.get('/review/?prefecture=13'))).toContain(first)
    expect(words(await reviewer.get('/review/?state=done'))).not.toContain(first)
    expect((await reviewer.get('/review/?page=9999&sort=constructor&view=x')).status).toBe(200)
  })
})

describe('who deals with it', () => {
  test('one of two takes it, the other hears of it; it can be given back', async () => {
    const { id } = await file(portal, owner.accountId)
    const taken = await reviewer.post(`/review/${id}/assign`, { from: '' })
    expect(taken.location).toBe(`/review/${id}?said=taken`)
    expect(words(await reviewer.get(taken.location))).toContain('この申請の担当になりました。')
    const late = await second.post(`/review/${id}/assign`, { from: '' })
    expect(late.status).toBe(409)
    expect(words(late)).toContain('ほかの人が先に担当を変えました')
    expect(words(await reviewer.get('/review/?view=mine'))).toContain('hanako')
    expect((await caller.post(`/review/${id}/assign`, { from: 'hanako' })).status).toBe(403)
    await reviewer.post(`/review/${id}/release`)
    expect((await stateOf(id)).assignee).toBeNull()
    expect(await audited(id)).toContain('submission.assigned staff:hanako:reviewer')
    expect((await reviewer.post('/review/nobody/assign', { from: '' })).status).toBe(404)
  })
})

describe('a submission', () => {
  test('stands beside the master, its secrets masked; reading it is noted', async () => {
    const { id, number } = await file(portal, owner.accountId, { secretNumber: '4711' })
    const page = await reviewer.get(`/review/${id}`)
    const text = words(page)
    for (const part of [
      number,
      '別の院',
      '髙﨑𠮷濵整骨院owner',
      '相違あり',
      '端末の台数',
      '申請を受け付けました',
    ])
      expect(text, part).toContain(part)
    expect(page.html).not.toContain('4711')
    expect(await audited(id)).toContain('submission.read staff:hanako:reviewer')
    const same = await file(portal, owner.accountId, { facilityName: '髙﨑𠮷濵　整骨院ｏｗｎｅｒ' })
    expect(words(await reviewer.get(`/review/${same.id}`))).toContain('一致')
    expect((await reviewer.get('/review/unknown-one')).status).toBe(404)
  })

  test('leads to its attachments for those who decide, unless a virus was found', async () => {
    const { id } = await file(portal, owner.accountId)
    const at = portal.now().toISOString()
    for (const state of ['not-scanned', 'infected'] as const)
      await portal.store.write(async (tx) => {
        const record = { kind: 'attachment', portal: 'office', field: 'phone', size: 4 } as const
        const more = { name: `図面 ${state}.pdf`, type: 'application/pdf', sha256: 'x', state }
        await insertFile(tx, { id: `${id}-${state}`, ...record, ...more, createdAt: at })
        await useFiles(tx, id, [`${id}-${state}`])
      })
    const page = await reviewer.get(`/review/${id}`)
    for (const said of ['図面 not-scanned.pdf', '未検査', '図面 infected.pdf', 'ウイルスを検出'])
      expect(words(page)).toContain(said)
    const links = ({ html }: { html: string }) => [
      ...new Set(html.match(/\/review\/submissions\/[\w-]+\/files\/[\w-]+/g)),
    ]
    expect(links(page)).toEqual([`/review/submissions/${id}/files/${id}-not-scanned`])
    expect(links(await caller.get(`/review/${id}`))).toEqual([])
    expect((await reviewer.get(`/review/submissions/${id}/files/${id}-infected`)).status).toBe(423)
  })

  test('offers each role what it may do', async () => {
    const { id } = await file(portal, owner.accountId)
    const offered = async (who: Clerk) =>
      [...(await who.get(`/review/${id}`)).html.matchAll(/\/actions\/(\w+)/g)].map(
        ([, name]) => name,
      )
    expect(await offered(reviewer)).toEqual(['approve', 'return', 'refuse', 'remark'])
    expect(await offered(caller)).toEqual(['remark'])
    expect((await caller.post(`/review/${id}/actions/refuse`, { message: 'x' })).status).toBe(409)
    expect((await stateOf(id)).state).toBe('review')
  })
})

describe('actions', () => {
  test('a return asks for its message and for what is to be corrected', async () => {
    const { id } = await file(portal, owner.accountId)
    const page = await reviewer.get(`/review/${id}/actions/return`)
    expect(words(page)).toContain('端末の台数：2')
    const path = `/review/${id}/actions/return?seen=${key(page.html)}`
    const empty = await reviewer.post(path, { message: '台数をご確認ください' })
    expect(empty.status).toBe(422)
    expect(empty.html).toContain('台数をご確認ください')
    expect((await reviewer.post(path, { message: 'x', deskMarked: 'secret' })).status).toBe(422)
    const sent = await reviewer.post(path, {
      message: '台数をご確認ください',
      deskMarked: ['devices'],
    })
    expect(sent.location).toBe(`/review/${id}?said=acted`)
    const after = words(await reviewer.get(sent.location))
    expect(after).toContain('修正を求めた項目：端末の台数')
    expect(after).toContain('申請者へのメッセージ：台数をご確認ください')
    const { progress } = await load(id)
    expect(progress.correction?.fields).toEqual(['devices'])
  })

  test('an approval waits for a second person', async () => {
    const { id } = await file(portal, owner.accountId)
    await reviewer.post(`/review/${id}/actions/approve`, { deskNote: '電話で確認済み' })
    const own = words(await reviewer.get(`/review/${id}`))
    expect(own).toContain('あなたが「承認」を提案しています')
    const mine = `/review/${id}/settle/approve?seen=${(await load(id)).seq}`
    expect((await reviewer.post(mine, { agrees: 'yes' })).status).toBe(409)
    const other = await second.get(`/review/${id}`)
    expect(words(other)).toContain('hanakoさんが「承認」を提案しています')
    expect(words(other)).toContain('電話で確認済み')
    await second.post(settleIn(other), { agrees: 'yes' })
    expect((await stateOf(id)).state).toBe('issuing')
    expect(words(await second.get(`/review/${id}`))).toContain('提案者：hanako')
    await portal.settle()
    expect((await stateOf(id)).state).toBe('done')
    expect(words(await second.get(`/review/${id}`))).toContain('この申請は終了している')
  })

  test('what is agreed to is what was seen: whatever came since is told first', async () => {
    const { id } = await file(portal, owner.accountId)
    await reviewer.post(`/review/${id}/actions/approve`)
    const seen = await second.get(`/review/${id}`)
    await caller.post(`/review/${id}/notes`, { note: '取り下げたいとの電話' })
    const late = await second.post(settleIn(seen), { agrees: 'yes' })
    expect(late.status).toBe(409)
    for (const said of ['先に操作があったため', 'denwa（コールセンター）', '取り下げたいとの電話'])
      expect(words(late)).toContain(said)
    // A proposal taken back and made again is another one, and so is one that names no version.
    await reviewer.post(settleIn(await reviewer.get(`/review/${id}`)), { agrees: 'no' })
    await reviewer.post(`/review/${id}/actions/approve`, { deskNote: 'やはり承認' })
    expect((await second.post(settleIn(late), { agrees: 'yes' })).status).toBe(409)
    expect((await second.post(`/review/${id}/settle/approve`, { agrees: 'yes' })).status).toBe(409)
    expect((await stateOf(id)).state).toBe('review')
    const now = await second.get(`/review/${id}`)
    expect((await second.post(settleIn(now), { agrees: 'yes' })).status).toBe(303)
    expect((await stateOf(id)).state).toBe('issuing')
    await portal.settle()
  })

  test('of two reviewers one wins, and the other sees who did what and keeps the text', async () => {
    const { id } = await file(portal, owner.accountId)
    const [mine, theirs] = await Promise.all([
      reviewer.get(`/review/${id}/actions/refuse`),
      second.get(`/review/${id}/actions/return`),
    ])
    const answers = await Promise.all([
      reviewer.post(`/review/${id}/actions/refuse?seen=${key(mine.html)}`, { message: '対象外' }),
      second.post(`/review/${id}/actions/return?seen=${key(theirs.html)}`, {
        message: '直してください',
        deskMarked: 'devices',
      }),
    ])
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409])
    const loser = answers.find(({ status }) => status === 409)
    const [text, name, label] =
      answers[0] === loser ? ['対象外', 'jiro', '差戻し'] : ['直してください', 'hanako', '却下']
    for (const said of ['先に操作があったため', name, `「${label}」を行いました`, text])
      expect(words(loser as NonNullable<typeof loser>)).toContain(said)
  })

  test('a note of the office goes into the history and nowhere else', async () => {
    const { id } = await file(portal, owner.accountId)
    expect((await caller.post(`/review/${id}/actions/remark`, { deskNote: ' ' })).status).toBe(422)
    await caller.post(`/review/${id}/actions/remark`, { deskNote: '電話あり <b>' })
    expect((await reviewer.get(`/review/${id}`)).html).toContain('電話あり &lt;b&gt;')
    const own = await owner.send(`/office/submissions/${id}`)
    expect(await own.text()).not.toContain('電話あり')
  })
})

describe('notes', () => {
  test('are written whatever the state, up to their limit, and the applicant never sees them', async () => {
    const { id } = await file(portal, owner.accountId)
    const write = (note: string) => caller.post(`/review/${id}/notes`, { note })
    expect((await write('電話あり <b>\r\n折り返す')).location).toBe(`/review/${id}?said=noted`)
    expect((await write('長'.repeat(1_000))).status).toBe(303)
    for (const wrong of ['', ' \r\n', '長'.repeat(1_001)]) {
      const answer = await write(wrong)
      expect(answer.status).toBe(422)
      expect(words(answer)).toContain('1文字以上、1,000文字以内')
      if (wrong.length > 1_000) expect(answer.html).toContain(`>\n${wrong}</textarea>`)
    }
    const page = await reviewer.get(`/review/${id}`)
    expect(page.html).toContain('電話あり &lt;b&gt;')
    expect(await audited(id)).toContain('submission.noted staff:denwa:call-centre')
    expect(await (await owner.send(`/office/submissions/${id}`)).text()).not.toContain('電話あり')
    await reviewer.post(`/review/${id}/actions/refuse`, { message: '対象外' })
    expect((await write('却下の理由の問い合わせ')).status).toBe(303)
    expect(words(await reviewer.get(`/review/${id}`))).toContain('却下の理由の問い合わせ')
    expect((await caller.post('/review/nobody/notes', { note: 'x' })).status).toBe(404)
  })

  test('are held to their limit by the engine, whichever way they come', async () => {
    const { id } = await file(portal, owner.accountId)
    const actor = { kind: 'staff', staffId: 'hanako', role: 'reviewer' } as const
    const note = '長'.repeat(1_001)
    const wish = { submissionId: id, actor, note }
    const refused = { refusal: { code: 'note-too-long' } }
    expect(await portal.advance.note(wish)).toMatchObject(refused)
    expect(await portal.advance.act({ ...wish, action: 'remark', answers: {} })).toMatchObject(
      refused,
    )
    const confirmed = { ...wish, action: 'approve', agrees: true }
    expect(await portal.advance.confirm(confirmed)).toMatchObject(refused)
    expect(await portal.advance.repair({ ...wish, step: 'x', do: 'skip' })).toMatchObject(refused)
  })
})

describe('a step that stands still', () => {
  test('says why, is tried again or skipped with a reason', async () => {
    const { id } = await file(portal, owner.accountId)
    await reviewer.post(`/review/${id}/actions/approve`)
    await second.post(settleIn(await second.get(`/review/${id}`)), { agrees: 'yes' })
    const step = Object.keys((await load(id)).progress.steps ?? {})[0] ?? ''
    await fail(id)
    const page = await reviewer.get(`/review/${id}`)
    expect(words(page)).toContain('相手のサーバーが応答しません')
    expect(words(await reviewer.get('/review/?view=stuck'))).toContain((await load(id)).number)
    expect((await caller.post(`/review/${id}/steps/${step}/retry`)).status).toBe(403)
    await reviewer.post(`/review/${id}/steps/${step}/retry`)
    expect((await load(id)).progress.steps?.[step]?.status).toBe('running')
    await fail(id)
    const skip = `/review/${id}/steps/${step}/skip`
    expect((await reviewer.post(skip, { deskNote: '' })).status).toBe(422)
    const gone = await reviewer.post(skip, { deskNote: '郵送で知らせた' })
    expect(gone.location).toBe(`/review/${id}?said=skipped`)
    expect((await stateOf(id)).state).toBe('done')
    expect(words(await reviewer.get(`/review/${id}`))).toContain('郵送で知らせた')
  })

  test('can be seen to by programs, too', async () => {
    const { id } = await file(portal, owner.accountId)
    await reviewer.post(`/review/${id}/actions/approve`)
    await second.post(settleIn(await second.get(`/review/${id}`)), { agrees: 'yes' })
    const step = Object.keys((await load(id)).progress.steps ?? {})[0] ?? ''
    const at = `/api/v1/staff/queue/${id}/steps/${step}`
    await fail(id)
    expect((await caller.call(`${at}/retry`, {})).status).toBe(403)
    expect((await reviewer.call(`${at}/retry`, {})).status).toBe(200)
    expect((await load(id)).progress.steps?.[step]?.status).toBe('running')
    await fail(id)
    expect((await reviewer.call(`${at}/skip`, { note: '' })).status).toBe(422)
    expect(await reviewer.call(`${at}/skip`, { note: '郵送で知らせた' })).toMatchObject({
      status: 200,
      body: { state: 'done', end: 'accepted' },
    })
  })
})

describe('for programs', () => {
  const at = (id: string) => `/api/v1/staff/queue/${id}`
  type Case = {
    state: string
    assignee: { id: string } | null
    actions: { name: string; stage: string; seen: number }[]
  }
  const look = async (who: Clerk, id: string) => JSON.parse((await who.get(at(id))).html) as Case
  const seenOf = async (who: Clerk, id: string, action: string) =>
    (await look(who, id)).actions.find(({ name }) => name === action)?.seen
  const codeOf = ({ body }: { body: unknown }) => (body as { error?: { code: string } }).error?.code

  test('two people agree, each to what they saw', async () => {
    const { id } = await file(portal, owner.accountId)
    const approve = `${at(id)}/actions/approve`
    expect(codeOf(await reviewer.call(approve, {}))).toBe('body.no-seen')
    const seen = await seenOf(reviewer, id, 'approve')
    const proposed = await reviewer.call(approve, { seen, note: '台帳と合っている' })
    expect(proposed).toMatchObject({ status: 200, body: { state: 'review' } })
    expect((proposed.body as Case).actions.find(({ name }) => name === 'approve')).toMatchObject({
      stage: 'proposed',
    })
    const before = await seenOf(second, id, 'approve')
    await caller.call(`${at(id)}/notes`, { note: '申請者から電話があった' })
    const late = await second.call(`${at(id)}/agree/approve`, { seen: before })
    expect([late.status, codeOf(late)]).toEqual([409, 'refusal.stale'])
    const now = await seenOf(second, id, 'approve')
    const same = await reviewer.call(`${at(id)}/agree/approve`, { seen: now })
    expect([same.status, codeOf(same)]).toEqual([409, 'refusal.same-person'])
    expect(await second.call(`${at(id)}/agree/approve`, { seen: now })).toMatchObject({
      status: 200,
      body: { state: 'issuing' },
    })
    expect(await audited(id)).toContain('submission.acted staff:jiro:reviewer')
  })

  test('returning names what is to be corrected, checked like on the page', async () => {
    const { id } = await file(portal, owner.accountId)
    const seen = await seenOf(reviewer, id, 'return')
    const path = `${at(id)}/actions/return`
    const wrong = await reviewer.call(path, { seen, marked: ['devices', 'nowhere'] })
    expect(wrong.status).toBe(422)
    expect(
      (wrong.body as { issues: { field: string }[] }).issues.map(({ field }) => field),
    ).toEqual(expect.arrayContaining(['deskMarked', 'message']))
    const answers = { message: '台数をお確かめください。' }
    expect(await reviewer.call(path, { seen, answers, marked: ['devices'] })).toMatchObject({
      status: 200,
      body: { state: 'correcting' },
    })
    const again = await second.call(path, { seen, answers, marked: ['devices'] })
    expect([again.status, codeOf(again)]).toEqual([409, 'refusal.not-possible-now'])
  })

  test('taking over, giving back, notes; rights and scope as on the pages', async () => {
    const { id } = await file(portal, owner.accountId)
    expect((await look(reviewer, id)).assignee).toBeNull()
    expect(await reviewer.call(`${at(id)}/assign`, {})).toMatchObject({
      status: 200,
      body: { assignee: { id: 'hanako' } },
    })
    expect((await second.call(`${at(id)}/assign`, {})).status, 'with somebody else').toBe(409)
    expect((await second.call(`${at(id)}/assign`, { from: 'hanako' })).status).toBe(200)
    expect((await second.call(`${at(id)}/release`, {})).body).toMatchObject({ assignee: null })
    expect((await caller.call(`${at(id)}/assign`, {})).status).toBe(403)
    expect(codeOf(await reviewer.call(`${at(id)}/notes`, { note: 3 }))).toBe('body.no-note')
    const long = await reviewer.call(`${at(id)}/notes`, { note: 'あ'.repeat(1_001) })
    expect([long.status, codeOf(long)]).toEqual([422, 'refusal.note-too-long'])
    const nobody = await reviewer.call(`${at('nobody')}/notes`, { note: 'x' })
    expect([nobody.status, codeOf(nobody)]).toEqual([404, 'refusal.unknown'])
  })
})

describe('time', () => {
  test('says in words and colour that five and seven working days have passed', async () => {
    const { number } = await file(portal, owner.accountId)
    expect(words(await reviewer.get('/review/?view=warned'))).not.toContain(number)
    portal.advanceClock(8 * DAY_MS)
    const later = await clerk(portal, 'later', 'reviewer')
    const warned = await later.get('/review/?view=warned')
    expect(warned.html).toMatch(/class="tone warn">\s*5営業日を超過/)
    portal.advanceClock(4 * DAY_MS)
    const last = await clerk(portal, 'last', 'reviewer')
    const late = await last.get('/review/?view=escalated')
    expect(words(late)).toContain(number)
    expect(late.html).toMatch(/class="tone escalate">\s*至急：7営業日を超過/)
  })
})

async function load(id: string) {
  const submission = await loadSubmission(portal.store.db, id)
  if (!submission) throw new Error('There is no such submission')
  return submission
}

/** What the worker reports when it gives a job up. */
async function fail(id: string) {
  const now = portal.now().getTime()
  const claim = {
    lease: `given-up-${now}`,
    now: new Date(now).toISOString(),
    until: new Date(now + DAY_MS).toISOString(),
    countMax: 1,
  }
  const [job] = await portal.store.write((tx) => claimJobs(tx, portal.store.dialect, claim))
  if (job?.submissionId !== id) throw new Error('Another job was due')
  await portal.advance.effectFailed(job, '相手のサーバーが応答しません')
}
