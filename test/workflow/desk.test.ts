import { expect, test } from 'vitest'
import { openActions } from '../../src/workflow/act.ts'
import { decide } from '../../src/workflow/engine.ts'
import { evolve } from '../../src/workflow/evolve.ts'
import { roundsOf } from '../../src/workflow/rounds.ts'
import type { Actor, Command, Event, Submission } from '../../src/workflow/submission.ts'
import { counter, desk, filing, given, T0 } from './fixtures.ts'

const applicant: Actor = { kind: 'account', accountId: 'a1' }
const stranger: Actor = { kind: 'account', accountId: 'a2' }
const reviewer: Actor = { kind: 'staff', staffId: 'p1', role: 'reviewer' }
const second: Actor = { kind: 'staff', staffId: 'p2', role: 'reviewer' }
const callCentre: Actor = { kind: 'staff', staffId: 'p3', role: 'call-centre' }

type Own = Partial<Extract<Command, { kind: 'act' }>>

/** A submission in review and what is done with it. */
function review() {
  const newId = counter()
  const events: Event[] = []
  let submission: Submission | undefined
  const tell = (command: Command) => {
    const decision = decide(given(desk, { newId }), submission, command)
    if ('refusal' in decision) return decision.refusal.code
    events.push(...decision.events)
    submission = decision.submission
    return submission.state
  }
  tell({
    kind: 'submit',
    filing: filing(desk, { accountId: 'a1' }),
    answers: { amount: 1, email: 'a@example.jp', facility: { facilityId: 'f1' } },
    actor: applicant,
    at: T0,
  })
  return {
    events,
    now: () => {
      if (!submission) throw new Error('Nothing was filed')
      return submission
    },
    act: (action: string, actor: Actor, own: Own = {}) =>
      tell({ kind: 'act', action, answers: {}, actor, at: T0, ...own }),
    confirm: (actor: Actor, agrees = true, seen?: number) =>
      tell({
        ...{ kind: 'confirm', action: 'approve', agrees, actor, at: T0 },
        ...(seen !== undefined && { seen }),
      }),
    write: (actor: Actor, note: string) => tell({ kind: 'note', note, actor, at: T0 }),
  }
}

test('an approval takes effect when a second person agrees', () => {
  const one = review()
  expect(one.act('approve', callCentre)).toBe('not-allowed')
  expect(one.act('approve', reviewer, { note: '確認した' })).toBe('review')
  expect(one.now().progress.proposal).toMatchObject({ by: 'p1', note: '確認した' })
  expect(one.act('approve', second)).toBe('not-possible-now')
  expect(one.confirm(reviewer)).toBe('same-person')
  expect(one.confirm(callCentre)).toBe('not-allowed')
  expect(one.confirm(applicant)).toBe('not-allowed')
  expect(one.confirm(second)).toBe('approved')
  expect(one.events.map(({ kind, actor }) => [kind, 'staffId' in actor && actor.staffId])).toEqual([
    ['submitted', false],
    ['entered', false],
    ['proposed', 'p1'],
    ['acted', 'p2'],
    ['entered', 'p2'],
  ])
  expect(one.events[3]?.data).toMatchObject({ proposedBy: 'p1' })
})

test('a proposal can be put aside by either, and is gone when the submission moves', () => {
  const one = review()
  one.act('approve', reviewer)
  expect(one.confirm(second, false)).toBe('review')
  expect(one.confirm(second)).toBe('not-possible-now')
  one.act('approve', reviewer)
  expect(one.confirm(reviewer, false)).toBe('review')
  one.act('approve', reviewer)
  one.act('return', second, { fields: ['amount'], answers: { message: '金額' } })
  expect(one.now().progress.proposal).toBeUndefined()
})

test('what each person may do now shows the proposal to those who can settle it', () => {
  const one = review()
  const open = (actor: Actor) =>
    openActions({ workflow: desk, facts: {} }, one.now(), actor).map(
      ({ name, stage }) => `${name} ${stage}`,
    )
  expect(open(reviewer)).toEqual(['approve open', 'return open', 'remark open'])
  expect(open(applicant)).toEqual(['withdraw open'])
  expect(open(stranger)).toEqual([])
  one.act('approve', reviewer)
  expect(open(reviewer)).toEqual(['approve proposed', 'return open', 'remark open'])
  expect(open(second)).toEqual(['approve confirm', 'return open', 'remark open'])
  expect(open(callCentre)).toEqual(['return open', 'remark open'])
})

test.each<[string, Own, string]>([
  ['nothing marked', { answers: { message: 'x' } }, 'nothing-marked'],
  ['a field that is not on the form', { fields: ['amount', 'role'] }, 'nothing-marked'],
  ['a value that nobody types', { fields: ['facility'] }, 'nothing-marked'],
  ['a note that nobody asks for', { fields: ['amount'], note: 'x' }, 'note-missing'],
  ['changes by the office', { fields: ['amount'], changes: { amount: 2 } }, 'not-editable'],
])('a return with %s is refused', (_what, own, code) => {
  expect(review().act('return', reviewer, own)).toBe(code)
})

test('a remark needs its words', () => {
  const one = review()
  expect(one.act('remark', callCentre)).toBe('note-missing')
  expect(one.act('remark', callCentre, { note: ' ' })).toBe('note-missing')
  expect(one.act('remark', callCentre, { note: '電話で確認' })).toBe('review')
  expect(one.now().answers).not.toHaveProperty('remark')
})

function returned() {
  const one = review()
  one.act('return', reviewer, { fields: ['amount'], answers: { message: '金額を直してください' } })
  return one
}

test.each<[string, Own['changes']]>([
  ['an answer that is not marked', { amount: 2, email: 'b@example.jp' }],
  ['an answer that was empty and is not marked', { phone: '0312345678' }],
  ['an answer taken away that is not marked', { email: null }],
  ['something that is not on the form', { role: 'administrator' }],
  ['the words of the office', { return: { message: '' } }],
])('a correction of %s is refused (S16)', (_what, changes) => {
  expect(returned().act('resubmit', applicant, { changes })).toBe('not-editable')
})

test('a correction changes what is marked, what follows from it, and nothing else', () => {
  const one = returned()
  expect(one.now()).toMatchObject({
    state: 'correcting',
    answers: { return: { message: '金額を直してください' } },
    progress: { correction: { action: 'return', fields: ['amount'] }, rounds: 1 },
  })
  expect(one.act('resubmit', stranger, { changes: { amount: 2 } })).toBe('not-allowed')
  const changes = { amount: 2, facility: { facilityId: 'f2' }, phone: '0312345678' }
  expect(one.act('resubmit', applicant, { changes, follows: ['phone'] })).toBe('review')
  expect(one.now().answers).toEqual({
    amount: 2,
    email: 'a@example.jp',
    facility: { facilityId: 'f2' },
    phone: '0312345678',
    return: { message: '金額を直してください' },
  })
  expect(one.now().progress.correction).toBeUndefined()
})

test('each round tells what was asked and what changed', () => {
  const one = returned()
  one.act('resubmit', applicant, { changes: { amount: 2 } })
  one.act('return', second, { fields: ['email', 'amount'] })
  one.act('resubmit', applicant, { changes: { amount: 2, email: null } })
  expect(roundsOf(one.events)).toMatchObject([
    {
      number: 1,
      returnedBy: reviewer,
      fields: ['amount'],
      answers: { message: '金額を直してください' },
      correctedAt: T0,
      changes: [{ field: 'amount', before: 1, after: 2 }],
    },
    { number: 2, returnedBy: second, changes: [{ field: 'email', before: 'a@example.jp' }] },
  ])
  expect(one.now().answers).not.toHaveProperty('email')
  expect(one.events.reduce<Submission | undefined>(evolve, undefined)).toEqual(one.now())
})

test('whoever acts on an older look at it is told, not obeyed (R12)', () => {
  const one = review()
  const seen = one.now().progress.entered?.seq ?? 0
  one.act('return', reviewer, { fields: ['amount'] })
  one.act('resubmit', applicant, { changes: { amount: 2 } })
  expect(one.act('return', second, { fields: ['amount'], seen })).toBe('stale')
  const now = one.now().progress.entered?.seq ?? 0
  expect(one.act('return', second, { fields: ['amount'], seen: now })).toBe('correcting')
})

test('the applicant may withdraw at any time, and then nothing is possible', () => {
  const one = returned()
  expect(one.act('withdraw', applicant)).toBe('withdrawn')
  expect(one.act('resubmit', applicant, { changes: { amount: 2 } })).toBe('not-possible-now')
  expect(openActions({ workflow: desk, facts: {} }, one.now(), applicant)).toEqual([])
})

test('a note is written whatever the state, by the office alone, and moves nothing', () => {
  const one = review()
  expect(one.write(applicant, 'x')).toBe('not-allowed')
  expect(one.write(callCentre, ' ')).toBe('note-missing')
  expect(one.write(callCentre, '長'.repeat(1_001))).toBe('note-too-long')
  const before = one.now()
  expect(one.write(callCentre, '長'.repeat(1_000))).toBe('review')
  expect(one.now()).toEqual({ ...before, seq: before.seq + 1 })
})

test('a proposal is agreed to as it was seen, or not at all', () => {
  const one = review()
  one.act('approve', reviewer)
  const seen = one.now().seq
  one.write(callCentre, '電話')
  expect(one.confirm(second, true, seen)).toBe('stale')
  expect(one.confirm(second, false, seen)).toBe('stale')
  expect(one.confirm(second, true, one.now().seq)).toBe('approved')
})
