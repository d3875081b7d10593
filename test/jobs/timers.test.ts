import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadSubmission } from '../../src/store/submissions.ts'
import { lateness } from '../../src/workflow/progress.ts'
import type { Actor, Taken } from '../../src/workflow/submission.ts'
import { createScene, type Scene, snapshot } from '../workflow/scene.ts'

const DAY_MS = 86_400_000
const applicant: Actor = { kind: 'account', accountId: 'a1' }
const staff: Actor = { kind: 'staff', staffId: 'p1', role: 'reviewer' }
/** T0 is Friday, May 1st, ten in the morning in Japan; Monday to Wednesday are holidays. */
const at = (day: string) => `${day}T01:00:00.000Z`

let scene: Scene
let submissionId: string
beforeEach(async () => {
  scene = await createScene()
  await scene.store.write((tx) =>
    tx
      .insertInto('account')
      .values({
        ...{ id: 'a1', portal: 'sample', login: 'a@example.jp', state: 'active' },
        ...{ password_hash: 'x', facility_type: null, facility_id: null, identifier: null },
        ...{ attributes: '{}', created_at: at('2026-05-01'), updated_at: at('2026-05-01') },
      })
      .execute(),
  )
  const outcome = await scene.advance.submit({
    form: 'sample/desk',
    answers: { email: 'a@example.jp', lastName: '見本' },
    actor: applicant,
  })
  if ('refusal' in outcome) throw new Error(outcome.refusal.code)
  submissionId = outcome.submission.id
})
afterEach(() => scene.close())

const now = () => scene.clock().toISOString()
async function present() {
  const submission = await loadSubmission(scene.store.db, submissionId)
  if (!submission) throw new Error('It is gone')
  return submission
}
async function act(action: string, actor: Actor, own: Partial<Taken> = {}) {
  const outcome = await scene.advance.act({ submissionId, action, answers: {}, actor, ...own })
  if ('refusal' in outcome) throw new Error(outcome.refusal.code)
}

test('the office is warned and then pressed, in its own business days', async () => {
  const { progress } = await present()
  expect(progress).toMatchObject({ warnAt: at('2026-05-13'), escalateAt: at('2026-05-15') })
  expect(lateness(progress, at('2026-05-12'))).toBeUndefined()
  expect(lateness(progress, at('2026-05-13'))).toBe('warn')
  expect(lateness(progress, at('2026-05-15'))).toBe('escalate')
  const { submissions } = await snapshot(scene)
  expect(submissions).toMatchObject([{ warn_at: at('2026-05-13'), escalate_at: at('2026-05-15') }])
  scene.wait(14 * DAY_MS - 1)
  await scene.settle()
  expect(scene.mails).toEqual([])
  scene.wait(1)
  await scene.settle()
  expect(scene.mails.map(({ subject, to }) => [subject, to])).toEqual([
    ['late', 'contact@example.jp'],
  ])
})

test('while it is with the applicant the clocks of the office stand still', async () => {
  scene.wait(12 * DAY_MS) // Wednesday the 13th: four business days are over, the fifth ends now.
  await act('return', staff, { fields: ['lastName'] })
  expect((await present()).progress).not.toHaveProperty('warnAt')
  expect((await snapshot(scene)).submissions).toMatchObject([{ warn_at: null, escalate_at: null }])
  scene.wait(19 * DAY_MS) // Monday, June 1st.
  await scene.settle()
  expect(scene.mails).toEqual([])
  await act('resubmit', applicant, { changes: { lastName: '手本' } })
  expect((await present()).progress).toMatchObject({
    warnAt: at('2026-06-01'),
    escalateAt: at('2026-06-03'),
  })
  scene.wait(2 * DAY_MS)
  await scene.settle()
  expect(scene.mails.map(({ subject }) => subject)).toEqual(['late'])
})

test('what was due while the system was down is done once, in order (R33)', async () => {
  scene.wait(60 * DAY_MS)
  await scene.settle()
  expect((await present()).state).toBe('withdrawn')
  const { events } = await snapshot(scene)
  const told = events.map(({ kind, data }) => [kind, JSON.parse(data).index])
  expect(told.filter(([kind]) => kind === 'reminded' || kind === 'elapsed')).toEqual([
    ['reminded', 0],
    ['reminded', 1],
    ['elapsed', undefined],
  ])
  expect(scene.mails.map(({ subject }) => subject).toSorted()).toEqual(['late', 'later'])
  expect(now() > at('2026-06-29')).toBe(true)
})
