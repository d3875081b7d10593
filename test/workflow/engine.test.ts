import { expect, test } from 'vitest'
import { decide } from '../../src/workflow/engine.ts'
import { evolve } from '../../src/workflow/evolve.ts'
import type { JsonObject } from '../../src/form/form.ts'
import { makeField } from '../form/fixture.ts'
import type { Actor, Command, Given, Submission } from '../../src/workflow/submission.ts'
import type { Workflow } from '../../src/workflow/workflow.ts'
import * as sample from './fixtures.ts'

const { answers, brief, filing, given, waiting, T0 } = sample
const visitor: Actor = { kind: 'visitor' }
const link: Actor = { kind: 'link', linkId: 'l1' }
const account: Actor = { kind: 'account', accountId: 'a1' }
const system: Actor = { kind: 'system' }
const reviewer: Actor = { kind: 'staff', staffId: 'p1', role: 'reviewer' }
const taken = { login: { isTaken: true } }
const HOUR_MS = 3_600_000

function submitting(workflow: Workflow, own: object = {}): Command {
  return {
    kind: 'submit',
    filing: filing(workflow, own),
    answers,
    actor: visitor,
    at: T0,
  }
}
function acting(action: string, actor: Actor, own: object = {}): Command {
  return { kind: 'act', action, answers: {}, actor, at: T0, ...own }
}

type Case = {
  readonly name: string
  readonly given: Given
  readonly submission?: Submission
  readonly when: Command
  readonly then: { readonly events: readonly string[]; readonly operations: readonly string[] }
  readonly end?: Submission['end']
}
const { registration, passwordReset, emailChange, profile, review } = sample

const cases: readonly Case[] = [
  {
    name: 'a registration waits for its link',
    given: given(registration),
    when: submitting(registration),
    then: {
      events: ['submitted', 'entered waitingForActivation'],
      operations: [
        'replace-others',
        'link activate',
        'job timer waitingForActivation expired',
        'job mail.send activation a@example.jp',
      ],
    },
  },
  {
    name: 'a known address gets a mail, and waits just as long',
    given: given(registration, { facts: taken }),
    when: submitting(registration),
    then: {
      events: ['submitted', 'entered addressKnown'],
      operations: [
        'replace-others',
        'job mail.send address-known a@example.jp',
        'job timer addressKnown expired',
      ],
    },
  },
  {
    name: 'the link makes the account',
    given: given(registration),
    submission: waiting(registration, 'waitingForActivation'),
    when: acting('activate', link),
    then: {
      events: ['acted activate', 'entered active accepted'],
      operations: ['settle', 'account-create', 'job mail.send registration-complete a@example.jp'],
    },
    end: 'accepted',
  },
  {
    name: 'sending again makes a new link and stays',
    given: given(registration, { uses: [T0, T0] }),
    submission: waiting(registration, 'waitingForActivation'),
    when: acting('resend', visitor),
    then: {
      events: ['acted resend'],
      operations: [
        'link activate',
        'job timer waitingForActivation expired',
        'job mail.send activation a@example.jp',
      ],
    },
  },
  {
    name: 'uses of more than an hour ago do not count',
    given: given(registration, { uses: [T0, T0, T0] }),
    submission: waiting(registration, 'addressKnown'),
    when: acting('resend', visitor, { at: new Date(Date.parse(T0) + HOUR_MS).toISOString() }),
    then: {
      events: ['acted resend'],
      operations: ['job mail.send address-known a@example.jp'],
    },
  },
  {
    name: 'time runs out and the answers go',
    given: given(registration),
    submission: waiting(registration, 'waitingForActivation'),
    when: { kind: 'elapse', state: 'waitingForActivation', to: 'expired', actor: system, at: T0 },
    then: {
      events: [
        'elapsed waitingForActivation expired',
        'entered expired discarded',
        'answers-erased',
      ],
      operations: ['settle', 'erase-answers'],
    },
    end: 'discarded',
  },
  {
    name: 'a later one takes the place',
    given: given(registration),
    submission: waiting(registration, 'waitingForActivation'),
    when: { kind: 'replace', by: 's2', actor: system, at: T0 },
    then: { events: ['replaced', 'answers-erased'], operations: ['settle', 'erase-answers'] },
    end: 'discarded',
  },
  {
    name: 'a reset for an unknown address ends at once and sends nothing',
    given: given(passwordReset),
    when: submitting(passwordReset),
    then: {
      events: ['submitted', 'entered addressUnknown discarded', 'answers-erased'],
      operations: ['erase-answers'],
    },
    end: 'discarded',
  },
  {
    name: 'a new password ends the sessions',
    given: given(passwordReset, { facts: taken }),
    submission: waiting(passwordReset, 'waitingForNewPassword', {
      answers: { email: 'a@example.jp' },
    }),
    when: acting('setPassword', link, { answers: { password: 'phc' } }),
    then: {
      events: ['acted setPassword', 'entered changed accepted'],
      operations: [
        'settle',
        'account-update',
        'sessions-end',
        'job mail.send password-changed a@example.jp',
      ],
    },
    end: 'accepted',
  },
  {
    name: 'a new address is confirmed there and told to the old one',
    given: given(emailChange, { facts: { account: { login: 'old@example.jp' } } }),
    when: submitting(emailChange, { accountId: 'a1' }),
    then: {
      events: ['submitted', 'entered waitingForConfirmation'],
      operations: [
        'link confirm',
        'job timer waitingForConfirmation expired',
        'job mail.send email-change-confirm a@example.jp',
        'link cancel',
        'job mail.send email-change-notice old@example.jp',
      ],
    },
  },
  {
    name: 'the old address learns of the change before it happens',
    given: given(emailChange, { facts: { account: { login: 'old@example.jp' } } }),
    submission: waiting(emailChange, 'waitingForConfirmation', { accountId: 'a1' }),
    when: acting('confirm', link),
    then: {
      events: ['acted confirm', 'entered changed accepted'],
      operations: [
        'settle',
        'job mail.send email-changed old@example.jp',
        'account-update',
        'sessions-end',
      ],
    },
    end: 'accepted',
  },
  {
    name: 'a mail for a discarded submission is made before its answers go',
    given: given(emailChange, { facts: taken }),
    when: submitting(emailChange, { accountId: 'a1' }),
    then: {
      events: ['submitted', 'entered addressKnown discarded', 'answers-erased'],
      operations: ['job mail.send address-known a@example.jp', 'erase-answers'],
    },
    end: 'discarded',
  },
  {
    name: 'a profile is saved at once',
    given: given(profile),
    when: submitting(profile, { accountId: 'a1' }),
    then: { events: ['submitted', 'entered saved accepted'], operations: ['account-update'] },
    end: 'accepted',
  },
  {
    name: 'staff decide with a form of the action',
    given: given(review),
    submission: waiting(review, 'filed', { answers: { amount: 100, email: 'a@example.jp' } }),
    when: acting('accept', reviewer, { answers: { reason: 'よし' } }),
    then: {
      events: ['acted accept', 'entered accepted accepted'],
      operations: ['settle', 'job mail.send accepted a@example.jp'],
    },
    end: 'accepted',
  },
  {
    name: 'what became of a mail is recorded, also after the end',
    given: given(registration),
    submission: waiting(registration, 'active', { end: 'accepted' }),
    when: {
      kind: 'effect-failed',
      jobId: 'j1',
      effect: 'mail.send',
      reason: '550',
      actor: system,
      at: T0,
    },
    then: { events: ['effect-failed mail.send'], operations: [] },
    end: 'accepted',
  },
]

test.each(cases)('$name', ({ given, submission, when, then, end }) => {
  const decided = decide(given, submission, when)
  if ('refusal' in decided) throw new Error(decided.refusal.code)
  expect(brief(decided)).toEqual(then)
  expect(decided.submission.end).toBe(end)
  // Events alone lead to the same snapshot, but for secrets.
  const folded = decided.events.reduce(evolve, submission)
  const { password: _, ...open } = decided.submission.answers
  const { password: _seen, ...kept } = folded?.answers ?? {}
  expect({ ...folded, answers: kept }).toEqual({ ...decided.submission, answers: open })
  expect(decided.events.map(({ seq }) => seq)).toEqual(
    decided.events.map((_event, index) => (submission?.seq ?? 0) + index + 1),
  )
})

const pending = waiting(registration, 'waitingForActivation')
type RefusedCase = [string, Workflow, Submission, Command, string, Partial<Given>?]
const refusals: RefusedCase[] = [
  ['an unknown action', registration, pending, acting('fly', visitor), 'not-possible-now'],
  ['an inherited name', registration, pending, acting('constructor', link), 'not-possible-now'],
  [
    'an action after the end',
    registration,
    { ...pending, end: 'discarded' },
    acting('activate', link),
    'not-possible-now',
  ],
  ['a link action without link', registration, pending, acting('activate', visitor), 'not-allowed'],
  ['a link action by staff', registration, pending, acting('activate', reviewer), 'not-allowed'],
  ['an applicant action by link', registration, pending, acting('resend', link), 'not-allowed'],
  [
    'an applicant action by another account',
    registration,
    { ...pending, accountId: 'a2' },
    acting('resend', account),
    'not-allowed',
  ],
  [
    'the fourth time within the hour',
    registration,
    pending,
    acting('resend', visitor),
    'too-often',
    { uses: [T0, T0, T0] },
  ],
  [
    'a timer of a state that was left',
    registration,
    waiting(registration, 'active'),
    { kind: 'elapse', state: 'waitingForActivation', to: 'expired', actor: system, at: T0 },
    'stale',
  ],
  [
    'a timer after the end',
    registration,
    { ...pending, end: 'discarded' },
    { kind: 'elapse', state: 'waitingForActivation', to: 'expired', actor: system, at: T0 },
    'stale',
  ],
  [
    'replacing what has ended',
    registration,
    { ...pending, end: 'accepted' },
    { kind: 'replace', by: 's2', actor: system, at: T0 },
    'stale',
  ],
  [
    'staff of another role',
    review,
    waiting(review, 'filed', { answers: { amount: 1 } }),
    acting('accept', { kind: 'staff', staffId: 'p1', role: 'call-centre' }),
    'not-allowed',
  ],
  [
    'an action whose condition does not hold',
    review,
    waiting(review, 'filed', { answers: { amount: 101 } }),
    acting('accept', reviewer),
    'not-possible-now',
  ],
  [
    'withdrawing what another account filed',
    review,
    waiting(review, 'filed', { accountId: 'a2' }),
    acting('withdraw', account),
    'not-allowed',
  ],
]
test.each<RefusedCase>(refusals)('%s is refused', (...refused) => {
  const [, workflow, submission, command, code, own] = refused
  const decided = decide(given(workflow, own), submission, command)
  expect(decided).toMatchObject({ refusal: { code } })
})

test('a refusal for haste says when it is possible again', () => {
  const at = (minutes: number) => new Date(Date.parse(T0) + minutes * 60_000).toISOString()
  const uses = [at(0), at(10), at(20)]
  const decided = decide(
    given(registration, { uses }),
    pending,
    acting('resend', visitor, { at: at(30) }),
  )
  expect(decided).toEqual({ refusal: { code: 'too-often', retryAfterMs: 30 * 60_000 } })
})

test('a secret answer is in no event and no job, and not in the snapshot after the end', () => {
  const filed = decide(given(registration), undefined, submitting(registration))
  if ('refusal' in filed) throw new Error(filed.refusal.code)
  expect(JSON.stringify([filed.events, filed.operations])).not.toContain('argon2id')
  expect(filed.submission.answers.password).toBe(answers.password)
  const active = decide(given(registration), filed.submission, acting('activate', link))
  if ('refusal' in active) throw new Error(active.refusal.code)
  expect(JSON.stringify([active.events, active.submission])).not.toContain('argon2id')
  expect(active.operations).toContainEqual(
    expect.objectContaining({
      kind: 'account-create',
      account: expect.objectContaining({
        login: 'a@example.jp',
        passwordHash: answers.password,
        facilityId: 'f1',
        identifier: 'clinic:1',
        attributes: { lastName: '見本', phone: '0312345678' },
      }),
    }),
  )
})

test('the secret of an action is used and not kept', () => {
  const decided = decide(
    given(passwordReset, { facts: taken }),
    waiting(passwordReset, 'waitingForNewPassword', { answers: { email: 'a@example.jp' } }),
    acting('setPassword', link, { answers: { password: 'phc' } }),
  )
  if ('refusal' in decided) throw new Error(decided.refusal.code)
  expect(decided.operations[1]).toMatchObject({
    passwordHash: 'phc',
    account: { login: 'a@example.jp' },
  })
  expect(JSON.stringify([decided.events, decided.submission])).not.toContain('phc')
})

test('a mail job holds only what its template shows, and no secret', () => {
  const decided = decide(given(registration), undefined, submitting(registration))
  if ('refusal' in decided) throw new Error(decided.refusal.code)
  expect(decided.operations.at(-1)).toMatchObject({
    job: {
      runAt: T0,
      payload: {
        template: 'activation',
        portal: 'sample',
        locale: 'ja',
        to: 'a@example.jp',
        values: { lastName: '見本', number: 'R7K4-92QX' },
        submissionId: 's1',
      },
    },
  })
  const last = decided.operations.at(-1)
  const values = last?.kind === 'job' ? last.job.payload.values : undefined
  expect(Object.keys(values ?? {}).toSorted()).toEqual(['lastName', 'number'])
})

test('a mail writes answers as the confirmation shows them', () => {
  const units = makeField('integer', { id: 'units', options: { unit: { ja: '台' } } })
  const rows = {
    fields: [makeField('text', { id: 'item' }), units],
    row: { ja: '品目{n}' },
    max: 3,
  }
  const fields = Object.fromEntries(
    [
      makeField('date', { id: 'day' }),
      makeField('money', { id: 'cost' }),
      makeField('secret-digits', { id: 'pin' }),
      makeField('rows', { id: 'order', options: rows as unknown as JsonObject }),
    ].map((field) => [field.id, field]),
  )
  const shown = {
    day: '2024-04-01',
    cost: 12000,
    pin: '0987',
    order: [{ item: '筆', units: 2 }, { item: '紙' }],
  }
  const command = { ...submitting(registration), answers: { ...answers, ...shown } }
  const placeholders = { activation: Object.keys(shown) }
  const decided = decide(
    given(registration, { fields, placeholders }),
    undefined,
    command as Command,
  )
  if ('refusal' in decided) throw new Error(decided.refusal.code)
  expect(decided.operations.at(-1)).toMatchObject({
    job: {
      payload: {
        values: {
          day: '2024年4月1日（令和6年4月1日）',
          cost: '12,000円',
          pin: '••••',
          order: '品目1：筆 2台、品目2：紙',
        },
      },
    },
  })
})

test('answers of an action are kept under its name', () => {
  const decided = decide(
    given(review),
    waiting(review, 'filed', { answers: { amount: 1 } }),
    acting('note', reviewer, { answers: { reason: 'あとで' } }),
  )
  expect(decided).toMatchObject({
    submission: { state: 'filed', answers: { amount: 1, note: { reason: 'あとで' } } },
  })
})

test('replacing compares portal, workflow, state and values', () => {
  const keys = [
    submitting(registration),
    submitting(registration, { portal: 'other' }),
    { ...submitting(registration), answers: { ...answers, email: 'b@example.jp' } } as Command,
  ].map((command) => {
    const decided = decide(given(registration), undefined, command)
    return 'operations' in decided ? decided.operations[0] : undefined
  })
  expect(keys.every((operation) => operation?.kind === 'replace-others')).toBe(true)
  expect(new Set(keys.map((operation) => JSON.stringify(operation))).size).toBe(3)
})
