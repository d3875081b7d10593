import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Answers } from '../../src/form/form.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { answers } from './fixtures.ts'
import { createScene, definitions, type Scene, snapshot, tokenIn, visitor } from './scene.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

let scene: Scene
beforeEach(async () => {
  scene = await createScene()
})
afterEach(() => scene.close())

const file = (form: string, own: Answers = {}, accountId?: string) =>
  scene.advance.submit({
    form: `sample/${form}`,
    answers: { ...answers, ...own },
    actor: accountId === undefined ? visitor : { kind: 'account', accountId },
  })
async function filed(...wish: Parameters<typeof file>) {
  const outcome = await file(...wish)
  if ('refusal' in outcome) throw new Error(outcome.refusal.code)
  return outcome.submission
}
/** Files, sends, opens the link; gives the account. */
async function registered(own: Answers = {}) {
  await filed('registration', own)
  await scene.settle()
  const outcome = await scene.advance.byLink({ token: tokenIn(scene.mails.at(-1)), answers: {} })
  if ('refusal' in outcome) throw new Error(outcome.refusal.code)
  await scene.settle()
  const login = String(own.email ?? answers.email)
  const row = await scene.store.db
    .selectFrom('account')
    .selectAll()
    .where('login', '=', login)
    .executeTakeFirstOrThrow()
  return row
}
const act = (submissionId: string, action: string) =>
  scene.advance.act({ submissionId, action, answers: {}, actor: visitor })

test('from form to account: one mail with the link, one after it', async () => {
  const account = await registered()
  expect(account).toMatchObject({
    portal: 'sample',
    login: 'a@example.jp',
    state: 'active',
    password_hash: answers.password,
    facility_id: 'f1',
    facility_type: 'clinic',
    identifier: 'clinic:1',
  })
  expect(JSON.parse(account.attributes)).toEqual({ lastName: '見本', phone: '0312345678' })
  expect(scene.mails.map(({ subject, to }) => [subject, to])).toEqual([
    ['activation', 'a@example.jp'],
    ['registration-complete', 'a@example.jp'],
  ])
  expect(scene.mails[0]?.text).toMatch(
    /^lastName: 見本\nlink: http:\/\/localhost:3000\/sample\/links\//,
  )
  const { submissions, jobs, links } = await snapshot(scene)
  expect(submissions[0]).toMatchObject({ state: 'active', end: 'accepted', replace_key: null })
  expect(submissions[0]?.answers).not.toContain('argon2id')
  expect(jobs.filter(({ state }) => state === 'waiting' || state === 'running')).toEqual([])
  expect(links.every((link) => link.used_at ?? link.revoked_at)).toBe(true)
})

test('neither secrets nor tokens are stored in events, jobs or audit', async () => {
  await filed('registration')
  const before = JSON.stringify(
    [await snapshot(scene)].map(({ events, jobs, audit }) => [events, jobs, audit]),
  )
  expect(before).not.toContain('argon2id')
  await scene.settle()
  const token = tokenIn(scene.mails[0])
  expect(JSON.stringify(await snapshot(scene))).not.toContain(token)
})

test('looking at a link changes nothing and tells what it would do', async () => {
  await filed('registration')
  await scene.settle()
  const token = tokenIn(scene.mails[0])
  const before = await snapshot(scene)
  for (let times = 0; times < 3; times++)
    expect(await scene.advance.peekLink(token)).toMatchObject({
      action: 'activate',
      label: { ja: '登録を完了する' },
      submission: { state: 'waitingForActivation' },
      workflow: { id: 'registration' },
    })
  expect(await snapshot(scene)).toEqual(before)
})

test('a link with a form of its own names it', async () => {
  await registered()
  await filed('password-reset')
  await scene.settle()
  expect(await scene.advance.peekLink(tokenIn(scene.mails.at(-1)))).toMatchObject({
    action: 'setPassword',
    form: 'sample/new-password',
  })
})

test('a link works once; a second request a moment later gets the same result to show', async () => {
  await registered()
  const token = tokenIn(scene.mails[0])
  const after = await snapshot(scene)
  const again = await scene.advance.byLink({ token, answers: {} })
  expect(again).toMatchObject({
    refusal: { code: 'link-unusable' },
    repeated: { state: 'active' },
  })
  expect(await scene.advance.peekLink(token)).toBeUndefined()
  scene.wait(2 * MINUTE_MS)
  expect(await scene.advance.byLink({ token, answers: {} })).toEqual({
    refusal: { code: 'link-unusable' },
  })
  expect(await snapshot(scene)).toEqual(after)
})

test('an unknown link cannot be used either', async () => {
  expect(await scene.advance.peekLink('nothing')).toBeUndefined()
  expect(await scene.advance.byLink({ token: 'nothing', answers: {} })).toEqual({
    refusal: { code: 'link-unusable' },
  })
})

test.each([
  ['23:59 h', DAY_MS - MINUTE_MS, 'active'],
  ['24:01 h', DAY_MS + MINUTE_MS, undefined],
])('a link counts from sending, however late its mail left: %s', async (_name, spanMs, state) => {
  await filed('registration')
  scene.wait(30 * HOUR_MS)
  await scene.settle()
  const token = tokenIn(scene.mails[0])
  scene.wait(spanMs)
  const outcome = await scene.advance.byLink({ token, answers: {} })
  expect('submission' in outcome ? outcome.submission.state : undefined).toBe(state)
})

test('what is not confirmed in time is discarded with its answers, and its address is free again', async () => {
  const { id } = await filed('registration')
  await scene.settle()
  scene.wait(DAY_MS - MINUTE_MS)
  await scene.settle()
  expect((await snapshot(scene)).submissions[0]?.end).toBeNull()
  scene.wait(2 * MINUTE_MS)
  await scene.settle()
  const rows = await snapshot(scene)
  expect(rows.submissions[0]).toMatchObject({
    id,
    state: 'expired',
    end: 'discarded',
    answers: '{}',
  })
  expect(JSON.stringify(rows)).not.toContain('a@example.jp')
  await registered()
})

test('a mail that never left does not let its link run out before it is given up', async () => {
  await scene.close()
  scene = await createScene({
    worker: {
      perform: { 'mail.send': async () => ({ status: 'retry', reason: 'down' }) },
    },
  })
  await filed('registration')
  for (let hours = 0; hours < 40; hours++) {
    await scene.settle()
    scene.wait(HOUR_MS)
    const { submissions, jobs } = await snapshot(scene)
    const mail = jobs.find(({ kind }) => kind === 'mail.send')
    if (mail?.state === 'waiting') expect(submissions[0]?.end).toBeNull()
  }
  scene.wait(40 * HOUR_MS)
  for (let rounds = 0; rounds < 60; rounds++) {
    await scene.settle()
    scene.wait(HOUR_MS)
  }
  const { submissions, jobs } = await snapshot(scene)
  expect(jobs.find(({ kind }) => kind === 'mail.send')?.state).toBe('failed')
  expect(submissions[0]).toMatchObject({ end: 'discarded', answers: '{}' })
  expect(JSON.stringify(jobs)).not.toContain('a@example.jp')
})

test('registering again replaces the one waiting, and its link', async () => {
  const first = await filed('registration')
  await scene.settle()
  const second = await filed('registration', { lastName: '二度目' })
  await scene.settle()
  const { submissions } = await snapshot(scene)
  expect(submissions.find(({ id }) => id === first.id)).toMatchObject({
    end: 'discarded',
    answers: '{}',
  })
  expect(submissions.find(({ id }) => id === second.id)?.end).toBeNull()
  const [old, fresh] = scene.mails.map(tokenIn)
  expect(await scene.advance.peekLink(old ?? '')).toBeUndefined()
  expect(await scene.advance.peekLink(fresh ?? '')).toBeDefined()
  await filed('registration', { email: 'other@example.jp' })
  expect(await scene.advance.peekLink(fresh ?? '')).toBeDefined()
})

test('a mail waiting for the mail server is not sent when its link was replaced meanwhile', async () => {
  await filed('registration')
  await filed('registration', { lastName: '二度目' })
  await scene.settle()
  expect(scene.mails.map(({ text }) => text.split('\n')[0])).toEqual(['lastName: 二度目'])
})

test('a mail sent again carries a new link and ends the older one; the fourth time in an hour is refused', async () => {
  const { id } = await filed('registration')
  await scene.settle()
  for (let times = 0; times < 3; times++) {
    expect(await act(id, 'resend')).toMatchObject({ submission: { id } })
    scene.wait(MINUTE_MS)
    await scene.settle()
  }
  expect(await act(id, 'resend')).toMatchObject({
    refusal: { code: 'too-often', retryAfterMs: HOUR_MS - 3 * MINUTE_MS },
  })
  const tokens = scene.mails.map(tokenIn)
  expect(new Set(tokens).size).toBe(4)
  const usable = await Promise.all(tokens.map((token) => scene.advance.peekLink(token)))
  expect(usable.map((link) => link !== undefined)).toEqual([false, false, false, true])
  scene.wait(HOUR_MS)
  expect(await act(id, 'resend')).toMatchObject({ submission: { id } })
  const { jobs } = await snapshot(scene)
  expect(jobs.filter(({ kind, state }) => kind === 'timer' && state === 'waiting')).toHaveLength(1)
})

test('an address that is registered gets another mail, and nobody can tell from outside', async () => {
  await registered()
  scene.mails.length = 0
  const submission = await filed('registration', { email: 'a@example.jp' })
  await scene.settle()
  expect(submission.state).toBe('addressKnown')
  expect(scene.mails.map(({ subject }) => subject)).toEqual(['address-known'])
  expect(await act(submission.id, 'resend')).toMatchObject({ submission: { id: submission.id } })
  scene.wait(DAY_MS)
  await scene.settle()
  expect((await snapshot(scene)).submissions.at(-1)).toMatchObject({ state: 'expired' })
})

test('who comes second with the same facility is refused at the link, which stays as it was', async () => {
  await filed('registration', { email: 'b@example.jp' })
  await scene.settle()
  const token = tokenIn(scene.mails[0])
  await registered()
  const before = await snapshot(scene)
  expect(await scene.advance.byLink({ token, answers: {} })).toEqual({
    refusal: { code: 'conflict', text: { ja: '登録済みです。' } },
  })
  expect(await snapshot(scene)).toEqual(before)
  expect(await scene.advance.peekLink(token)).toBeDefined()
})

test('a facility with a code has as many users as registration numbers, and one code', async () => {
  await scene.store.write(async (tx) => {
    await tx
      .insertInto('facility')
      .values({
        portal: 'sample',
        facility_id: 'f9',
        facility_type: 'shared',
        prefecture: '13',
        code7: '',
        name: '見本',
        founder: '',
        postal_code: '',
        address: '',
        phone: '',
        institution_size: '',
        colocated_with_medical: '',
        bank_account: '',
        status: 'active',
        updated_at: '',
      })
      .execute()
    for (const number of ['1', '2'])
      await tx
        .insertInto('facility_number')
        .values({
          portal: 'sample',
          facility_type: 'shared',
          registration_number: number,
          facility_id: 'f9',
          birth_date: '',
        })
        .execute()
  })
  const user = (number: string) => ({
    email: `u${number}@example.jp`,
    facility: { facilityId: 'f9', facilityType: 'shared', identifier: `shared:${number}` },
  })
  await registered(user('1'))
  await registered(user('2'))
  await expect(registered(user('3'))).rejects.toThrow('conflict')
  const { accounts, codes } = await snapshot(scene)
  expect(accounts.map(({ identifier }) => identifier)).toEqual(['shared:1', 'shared:2'])
  expect(codes).toMatchObject([{ facility_id: 'f9', code: '777777' }])
})

test('a password reset changes the hash, ends the sessions and says so by mail', async () => {
  const account = await registered()
  await scene.store.write((tx) =>
    tx
      .insertInto('session')
      .values({
        token_hash: 't',
        account_id: account.id,
        staff_id: null,
        created_at: '',
        last_seen_at: '',
        expires_at: '',
      })
      .execute(),
  )
  scene.mails.length = 0
  await filed('password-reset')
  await scene.settle()
  const token = tokenIn(scene.mails[0])
  await scene.advance.byLink({ token, answers: { password: 'new-phc' } })
  await scene.settle()
  const { accounts, sessions, events } = await snapshot(scene)
  expect(accounts[0]?.password_hash).toBe('new-phc')
  expect(sessions).toEqual([])
  expect(JSON.stringify(events)).not.toContain('new-phc')
  expect(scene.mails.map(({ subject }) => subject)).toEqual(['password-reset', 'password-changed'])
})

test('a reset for an unknown address sends nothing and keeps nothing', async () => {
  const submission = await filed('password-reset', { email: 'nobody@example.jp' })
  await scene.settle()
  expect(submission).toMatchObject({ state: 'addressUnknown', end: 'discarded' })
  expect(scene.mails).toEqual([])
  expect(JSON.stringify(await snapshot(scene))).not.toContain('nobody@example.jp')
})

test('a changed address is the new login; the old one was told and could have stopped it', async () => {
  const account = await registered()
  scene.mails.length = 0
  await filed('email-change', { email: 'new@example.jp' }, account.id)
  await scene.settle()
  const confirm = scene.mails.find(({ to }) => to === 'new@example.jp')
  const notice = scene.mails.find(({ to }) => to === 'a@example.jp')
  expect(notice?.text).toContain('newAddress: new@example.jp')
  await scene.advance.byLink({ token: tokenIn(confirm), answers: {} })
  await scene.settle()
  const { accounts, submissions } = await snapshot(scene)
  expect(accounts[0]?.login).toBe('new@example.jp')
  expect(submissions.at(-1)).toMatchObject({ end: 'accepted' })
  expect(await scene.advance.peekLink(tokenIn(notice))).toBeUndefined()
  expect(scene.mails.at(-1)).toMatchObject({ subject: 'email-changed', to: 'a@example.jp' })
})

test('the old address stops a change', async () => {
  const account = await registered()
  scene.mails.length = 0
  await filed('email-change', { email: 'new@example.jp' }, account.id)
  await scene.settle()
  const token = tokenIn(scene.mails.find(({ to }) => to === 'a@example.jp'))
  await scene.advance.byLink({ token, answers: {} })
  expect((await snapshot(scene)).submissions.at(-1)).toMatchObject({ end: 'withdrawn' })
  const confirm = tokenIn(scene.mails.find(({ to }) => to === 'new@example.jp'))
  expect(await scene.advance.peekLink(confirm)).toBeUndefined()
})

test('a profile keeps what is not given', async () => {
  const account = await registered()
  const outcome = await scene.advance.submit({
    form: 'sample/profile',
    answers: { lastName: '新姓' },
    actor: { kind: 'account', accountId: account.id },
  })
  expect(outcome).toMatchObject({ submission: { end: 'accepted' } })
  const { accounts } = await snapshot(scene)
  expect(JSON.parse(accounts[0]?.attributes ?? '')).toEqual({
    lastName: '新姓',
    phone: '0312345678',
  })
})

test('forms that are not there, start nothing or need an account are refused', async () => {
  expect(await file('nothing')).toEqual({ refusal: { code: 'unknown' } })
  expect(await file('new-password')).toEqual({ refusal: { code: 'unknown' } })
  expect(await scene.advance.submit({ form: 'toString', answers: {}, actor: visitor })).toEqual({
    refusal: { code: 'unknown' },
  })
  expect(await file('profile')).toEqual({ refusal: { code: 'not-allowed' } })
  expect(await file('profile', {}, 'gone')).toEqual({ refusal: { code: 'not-possible-now' } })
  expect(await act('nothing', 'resend')).toEqual({ refusal: { code: 'unknown' } })
  expect((await snapshot(scene)).submissions).toEqual([])
})

test('one idempotency key makes one submission', async () => {
  const idempotency = { scope: 'registration', key: 'k1', requestHash: 'h1' }
  const wish = { form: 'sample/registration', answers, actor: visitor, idempotency }
  const outcomes = await Promise.all([1, 2, 3].map(() => scene.advance.submit(wish)))
  const ids = outcomes.map((each) => ('submission' in each ? each.submission.id : undefined))
  expect(new Set(ids).size).toBe(1)
  expect((await snapshot(scene)).submissions).toHaveLength(1)
  expect(
    await scene.advance.submit({ ...wish, idempotency: { ...idempotency, requestHash: 'h2' } }),
  ).toEqual({ refusal: { code: 'key-reused' } })
})

test('of many requests with one link exactly one gets the account', async () => {
  await filed('registration')
  await scene.settle()
  const token = tokenIn(scene.mails[0])
  const outcomes = await Promise.all(
    Array.from({ length: 20 }, () => scene.advance.byLink({ token, answers: {} })),
  )
  expect(outcomes.filter((outcome) => 'submission' in outcome)).toHaveLength(1)
  expect((await snapshot(scene)).accounts).toHaveLength(1)
})

test('a submission goes on with the definitions it began with', async () => {
  await filed('registration')
  const { registration, ...others } = definitions.workflows
  if (!registration) throw new Error('No registration')
  scene.define({
    ...definitions,
    hash: 'set-2',
    workflows: {
      ...others,
      registration: { ...registration, states: {}, start: [{ to: 'elsewhere' }] },
    },
  })
  await scene.settle()
  const token = tokenIn(scene.mails[0])
  expect(await scene.advance.byLink({ token, answers: {} })).toMatchObject({
    submission: { state: 'active', definition: 'set-1' },
  })
})

test('every command leaves a row in an unbroken audit chain, without personal data', async () => {
  await registered()
  const { audit } = await snapshot(scene)
  expect(audit.map(({ kind, actor }) => `${kind} ${actor.split(':')[0]}`)).toEqual([
    'submission.submitted visitor',
    'submission.effect-done system',
    'submission.acted link',
    'submission.effect-done system',
  ])
  expect(JSON.stringify(audit)).not.toMatch(/example\.jp|見本|argon2id/)
  expect(await verifyAudit(scene.store.db)).toMatchObject({ rows: 4 })
  expect((await verifyAudit(scene.store.db)).brokenAt).toBeUndefined()
})
