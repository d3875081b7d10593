import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Definitions, Document } from '../../src/definitions/definitions.ts'
import { openFiles, type Files } from '../../src/files/files.ts'
import { issuancePerformers } from '../../src/issuance/performers.ts'
import { keysFrom } from '../../src/keys.ts'
import type { Message } from '../../src/plugins/contract.ts'
import { verifyAudit } from '../../src/store/audit.ts'
import { migrate } from '../../src/store/migrate.ts'
import { openStore, type Store } from '../../src/store/open.ts'
import { loadSubmission } from '../../src/store/submissions.ts'
import { stepKinds } from '../../src/workflow/steps/index.ts'
import type { Actor, Submission } from '../../src/workflow/submission.ts'
import type { Step, Workflow } from '../../src/workflow/workflow.ts'
import { answers, desk, passwordReset, T0, workflows } from '../workflow/fixtures.ts'
import {
  createScene,
  definitions,
  type Scene,
  snapshot,
  tokenIn,
  visitor,
} from '../workflow/scene.ts'
import { mortal } from './mortal.ts'

/**
 * A power cut at every statement of every kind of step, of corrections and of timers, ends as if nothing had happened (R02):
 * whoever heard of no success tries again. Each kind of step of the registry is in one of the journeys, or the last test fails.
 */

/** Past every lease, short of every limit. */
const RESTART_MS = 60_000
const DAY_MS = 86_400_000
const MEMBER: Actor = { kind: 'account', accountId: 'member' }
const REVIEWER: Actor = { kind: 'staff', staffId: 'p1', role: 'reviewer' }

const folder = await mkdtemp(join(tmpdir(), 'madoguchi-cuts-'))
const files = await openFiles({ filesUrl: `file:${folder}`, dataDir: folder })
afterAll(() => rm(folder, { recursive: true, force: true }))

const text = (ja: string) => ({ ja })
const task = (id: string, step: Step) => ({ id, step, timeoutMs: 30 * DAY_MS })

/** The office returns it, the applicant corrects it, the office approves it; then accounts, their sheets and a mail. */
const office: Workflow = {
  ...desk,
  id: 'office',
  states: {
    ...desk.states,
    review: {
      ...desk.states.review,
      actions: {
        ...desk.states.review?.actions,
        approve: { label: text('承認'), by: 'staff', to: 'issuing', do: [] },
      },
    } as Workflow['states'][string],
    issuing: {
      label: text('発行中'),
      enter: [],
      actions: {},
      after: [],
      work: {
        stages: [
          [
            task('accounts', {
              kind: 'issue',
              issue: 'app',
              count: { is: 2 },
              ids: { user: 'W0000' },
              environments: [],
              password: { length: 12, shownMs: DAY_MS, keepMs: 90 * DAY_MS },
            }),
          ],
          [
            task('sheets', {
              kind: 'document',
              document: 'sheet',
              each: { of: 'steps.accounts.issued', as: 'one' },
              with: {},
            }),
            task('told', { kind: 'mail', template: 'accepted', to: 'email', with: {} }),
          ],
          [task('noted', { kind: 'run', effect: 'desk.note', with: {} })],
        ],
        then: 'approved',
      },
    },
  },
}
const sheet: Document = {
  id: 'sheet',
  title: ['用紙 ', { ref: 'one.user' }],
  language: 'ja',
  size: 'A4',
  header: [],
  footer: [],
  body: [{ kind: 'paragraph', align: 'left', text: [{ ref: 'one.user' }] }],
  isSealed: false,
  refs: [],
}
const base = definitions.forms['sample/desk']
const set: Definitions = {
  ...definitions,
  workflows: { ...workflows, office },
  documents: { sheet },
  forms: {
    ...definitions.forms,
    ...(base && { 'sample/office': { ...base, id: 'sample/office', workflow: 'office' } }),
  },
}

/** What outlives every cut: mails that went out, and how often each piece of work was done. */
type World = { readonly mails: Message[]; readonly done: Map<string, number> }

async function open(real: Store, last: number, world: World, own: { ids: string; now: string }) {
  const watched = mortal(real, last)
  const count = (effect: string, key: string) => {
    const name = `${effect} ${key}`
    world.done.set(name, (world.done.get(name) ?? 0) + 1)
  }
  const scene: Scene = await createScene({
    store: real,
    wrap: () => watched.wrapped,
    ...own,
    worker: {
      perform: {
        ...issuancePerformers({
          store: watched.wrapped,
          keys: keysFrom(new Uint8Array(32)),
          clock: () => scene.clock(),
          newId: () => scene.newId(),
          randomBelow: () => 0,
          files: files as Pick<Files, 'put' | 'get'>,
          definitionsOf: async () => set,
          renderPdf: async () => ({
            status: 'done',
            result: { pdf: Buffer.from('%PDF-1.7').toString('base64'), notes: [] },
          }),
        }),
        'mail.send': async (payload, { idempotencyKey }) => {
          count('mail.send', idempotencyKey)
          world.mails.push(payload as Message)
          return { status: 'done', result: null }
        },
        'desk.note': async (_payload, { idempotencyKey }) => {
          count('desk.note', idempotencyKey)
          return { status: 'done', result: {} }
        },
      },
    },
  })
  scene.define(set)
  return { scene, points: watched.points }
}

type Journey = (scene: Scene, world: World) => Promise<void>

async function filed(scene: Scene, form: string, actor: Actor): Promise<Submission> {
  const outcome = await scene.advance.submit({
    form: `sample/${form}`,
    answers,
    actor,
    idempotency: { scope: form, key: 'k', requestHash: 'h' },
  })
  if ('refusal' in outcome) throw new Error(outcome.refusal.code)
  return (await loadSubmission(scene.store.db, outcome.submission.id)) ?? outcome.submission
}

/** Each deed where it is due: whoever comes again finds out first how things stand. */
const officeJourney: Journey = async (scene) => {
  const now = async () => filed(scene, 'office', MEMBER)
  const act = async (action: string, actor: Actor, more: object = {}) => {
    const outcome = await scene.advance.act({
      submissionId: (await now()).id,
      action,
      actor,
      answers: {},
      ...more,
    })
    if ('refusal' in outcome) throw new Error(outcome.refusal.code)
  }
  const first = await now()
  const isCorrected = first.answers.phone === '0399999999'
  if (first.state === 'review' && !isCorrected)
    await act('return', REVIEWER, { answers: { message: '電話番号' }, fields: ['phone'] })
  if ((await now()).state === 'correcting')
    await act('resubmit', MEMBER, { changes: { phone: '0399999999' } })
  if ((await now()).state === 'review') await act('approve', REVIEWER)
  await scene.settle()
}

const resetJourney: Journey = async (scene, world) => {
  const { state } = await filed(scene, 'password-reset', visitor)
  await scene.settle()
  if (state === 'changed') return
  const token = tokenIn(world.mails.find(({ subject }) => subject === 'password-reset'))
  const outcome = await scene.advance.byLink({
    token,
    answers: { password: '$argon2id$v=19$m=1,t=1,p=1$c2FsdB$bmV3' },
  })
  if ('refusal' in outcome && !outcome.repeated) throw new Error(outcome.refusal.code)
  await scene.settle()
}

/** Nobody does anything: reminders of the seventh and ninth working day, then the limit of the twentieth. */
const waitingJourney: Journey = async (scene) => {
  await filed(scene, 'desk', MEMBER)
  for (let weeks = 0; weeks < 8; weeks++) {
    await scene.settle()
    scene.wait(7 * DAY_MS)
  }
  await scene.settle()
}

/** The end without ids and times. */
async function outcomeOf(scene: Scene) {
  const { submissions, events, jobs, links, accounts, sessions } = await snapshot(scene)
  const { db } = scene.real
  const issued = await db.selectFrom('issued_account').select(['ids', 'number']).execute()
  const documents = await db.selectFrom('issued_document').select(['title', 'position']).execute()
  return {
    submissions: submissions.map(({ state, end, stuck }) => [state, end, stuck]),
    events: events
      .map(({ kind, data }) => {
        const { state, step, action, effect } = JSON.parse(data)
        return [kind, state, step, action, effect].filter(Boolean).join(' ')
      })
      .toSorted(),
    jobs: jobs.map(({ kind, state }) => `${kind} ${state}`).toSorted(),
    links: links.map(({ used_at, revoked_at }) => [used_at !== null, revoked_at !== null]),
    accounts: accounts.map(({ login, password_hash }) => [login, password_hash]),
    sessions: sessions.length,
    issued: issued.map(({ ids, number }) => `${number} ${ids}`).toSorted(),
    documents: documents.map(({ title, position }) => `${position} ${title}`).toSorted(),
  }
}

async function storeWithMember(): Promise<{ real: Store; close(): Promise<void> }> {
  const place = await mkdtemp(join(tmpdir(), 'madoguchi-cut-'))
  const real = await openStore(`sqlite:${join(place, 'test.db')}`)
  await migrate(real)
  await real.write(async (tx) => {
    await tx
      .insertInto('account')
      .values({
        id: 'member',
        portal: 'sample',
        login: answers.email,
        password_hash: 'x',
        state: 'active',
        attributes: '{}',
        created_at: T0,
        updated_at: T0,
      })
      .execute()
    await tx
      .insertInto('session')
      .values({
        token_hash: 'h',
        account_id: 'member',
        created_at: T0,
        last_seen_at: T0,
        expires_at: '2027-01-01T00:00:00.000Z',
      })
      .execute()
  })
  return {
    real,
    async close() {
      await real.close()
      await rm(place, { recursive: true, force: true })
    },
  }
}

const journeys: readonly (readonly [string, Journey, Workflow, readonly string[]])[] = [
  ['returned, corrected, approved, issued', officeJourney, office, ['approved', 'accepted']],
  ['a new password by a link', resetJourney, passwordReset, ['changed', 'accepted']],
  ['nobody acts until time is up', waitingJourney, desk, ['withdrawn', 'withdrawn']],
]

test.each(journeys)(
  '%s: a cut at any statement changes nothing',
  async (_name, journey, _flow, end) => {
    const still: World = { mails: [], done: new Map() }
    const calm = await storeWithMember()
    const undisturbed = await open(calm.real, Number.POSITIVE_INFINITY, still, {
      ids: 'id',
      now: T0,
    })
    await journey(undisturbed.scene, still)
    const expected = await outcomeOf(undisturbed.scene)
    expect(expected.submissions).toEqual([[...end, null]])
    const points = undisturbed.points()
    expect(points).toBeGreaterThan(20)
    await calm.close()

    for (let last = 0; last < points; last++) {
      const world: World = { mails: [], done: new Map() }
      const place = await storeWithMember()
      const before = await open(place.real, last, world, { ids: 'id', now: T0 })
      await journey(before.scene, world).catch(() => undefined)
      const now = new Date(before.scene.clock().getTime() + RESTART_MS).toISOString()
      const after = await open(place.real, Number.POSITIVE_INFINITY, world, { ids: 'again', now })
      await after.scene.settle()
      await journey(after.scene, world)
      expect(await outcomeOf(after.scene), `cut after point ${last}`).toEqual(expected)
      // Each piece of work has one key, however often it was done.
      expect(world.done.size).toBe(still.done.size)
      expect((await verifyAudit(place.real.db)).brokenAt).toBeUndefined()
      await place.close()
    }
  },
)

test('every kind of step is in a journey that is cut', () => {
  const steps = [...journeys.map(([, , flow]) => flow), workflows.registration].flatMap((flow) =>
    Object.values(flow.states).flatMap(({ enter, work, actions }) => [
      ...enter,
      ...(work?.stages.flat().map(({ step }) => step) ?? []),
      ...Object.values(actions).flatMap((action) => action.do),
    ]),
  )
  const cut = new Set(steps.map(({ kind }) => kind))
  expect(Object.keys(stepKinds).filter((kind) => !cut.has(kind as Step['kind']))).toEqual([])
})
