import type { Json } from '../../src/form/form.ts'
import type { Event, Filing, Given, Operation, Submission } from '../../src/workflow/submission.ts'
import type { MailStep, State, Workflow } from '../../src/workflow/workflow.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const text = (ja: string) => ({ ja })
const state = (own: Partial<State>): State => ({
  label: text('状態'),
  enter: [],
  actions: {},
  after: [],
  ...own,
})
const mail = (template: string, to: string, own: Partial<MailStep> = {}): MailStep => ({
  kind: 'mail',
  template,
  to,
  with: {},
  ...own,
})

const activation = mail('activation', 'email', {
  link: { action: 'activate', expiresMs: DAY_MS, then: 'expired' },
})

/** `workflows/*.yaml` as they compile. */
export const registration: Workflow = {
  id: 'registration',
  title: text('登録'),
  login: 'email',
  start: [{ when: { 'login.isTaken': true }, to: 'addressKnown' }, { to: 'waitingForActivation' }],
  states: {
    waitingForActivation: state({
      replaces: ['email'],
      enter: [activation],
      actions: {
        activate: { label: text('登録を完了する'), by: 'link', to: 'active', do: [] },
        resend: {
          label: text('再送する'),
          by: 'applicant',
          limit: { times: 3, perMs: HOUR_MS },
          do: [activation],
        },
      },
    }),
    active: state({
      enter: [
        {
          kind: 'account',
          do: 'create',
          set: { login: 'email', password: 'password', lastName: 'lastName', phone: 'phone' },
          facility: 'facility',
          conflict: text('登録済みです。'),
        },
        mail('registration-complete', 'email'),
      ],
      end: 'accepted',
    }),
    addressKnown: state({
      replaces: ['email'],
      enter: [mail('address-known', 'email')],
      actions: {
        resend: {
          label: text('再送する'),
          by: 'applicant',
          limit: { times: 3, perMs: HOUR_MS },
          do: [mail('address-known', 'email')],
        },
      },
      after: [{ ms: DAY_MS, to: 'expired' }],
    }),
    expired: state({ end: 'discarded' }),
  },
}

export const passwordReset: Workflow = {
  id: 'password-reset',
  title: text('再設定'),
  login: 'email',
  start: [
    { when: { 'login.isTaken': true }, to: 'waitingForNewPassword' },
    { to: 'addressUnknown' },
  ],
  states: {
    waitingForNewPassword: state({
      replaces: ['email'],
      enter: [
        mail('password-reset', 'email', {
          link: { action: 'setPassword', expiresMs: DAY_MS, then: 'expired' },
        }),
      ],
      actions: {
        setPassword: {
          label: text('変更する'),
          by: 'link',
          form: 'new-password',
          to: 'changed',
          do: [],
        },
      },
    }),
    addressUnknown: state({ end: 'discarded' }),
    changed: state({
      enter: [
        {
          kind: 'account',
          do: 'update',
          of: 'email',
          set: { password: 'setPassword.password' },
        },
        { kind: 'sessions', of: 'email' },
        mail('password-changed', 'email'),
      ],
      end: 'accepted',
    }),
    expired: state({ end: 'discarded' }),
  },
}

export const emailChange: Workflow = {
  id: 'email-change',
  title: text('変更'),
  login: 'email',
  start: [
    { when: { 'login.isTaken': true }, to: 'addressKnown' },
    { to: 'waitingForConfirmation' },
  ],
  states: {
    waitingForConfirmation: state({
      enter: [
        mail('email-change-confirm', 'email', {
          link: { action: 'confirm', expiresMs: DAY_MS, then: 'expired' },
        }),
        mail('email-change-notice', 'account.login', {
          link: { action: 'cancel', expiresMs: DAY_MS },
          with: { newAddress: 'email' },
        }),
      ],
      actions: {
        confirm: { label: text('変更する'), by: 'link', to: 'changed', do: [] },
        cancel: { label: text('取りやめる'), by: 'link', to: 'cancelled', do: [] },
      },
    }),
    addressKnown: state({ enter: [mail('address-known', 'email')], end: 'discarded' }),
    changed: state({
      enter: [
        mail('email-changed', 'account.login'),
        {
          kind: 'account',
          do: 'update',
          set: { login: 'email' },
          conflict: text('登録済みです。'),
        },
        { kind: 'sessions' },
      ],
      end: 'accepted',
    }),
    cancelled: state({ end: 'withdrawn' }),
    expired: state({ end: 'discarded' }),
  },
}

export const profile: Workflow = {
  id: 'profile',
  title: text('プロフィール'),
  start: [{ to: 'saved' }],
  states: {
    saved: state({
      enter: [{ kind: 'account', do: 'update', set: { lastName: 'lastName', phone: 'phone' } }],
      end: 'accepted',
    }),
  },
}

/** What the shipped workflows do not need: actions for staff and accounts, a guard, a choice of two ends. */
export const review: Workflow = {
  id: 'review',
  title: text('審査'),
  start: [{ to: 'filed' }],
  states: {
    filed: state({
      actions: {
        accept: {
          label: text('承認'),
          by: 'staff',
          roles: ['reviewer'],
          when: { amount: { max: 100 } },
          form: 'verdict',
          to: 'accepted',
          do: [],
        },
        withdraw: { label: text('取下げ'), by: 'account', to: 'withdrawn', do: [] },
        note: { label: text('メモ'), by: 'staff', form: 'verdict', do: [] },
      },
    }),
    accepted: state({ enter: [mail('accepted', 'email')], end: 'accepted' }),
    withdrawn: state({ end: 'withdrawn' }),
  },
}

/** A choice by answers, steps in order and at the same time, one way out for what fails. */
export const issuing: Workflow = {
  id: 'issuing',
  title: text('発行'),
  start: [{ to: 'received' }],
  states: {
    received: state({
      choose: [{ when: { amount: { max: 100 } }, to: 'issuing' }, { to: 'review' }],
    }),
    review: state({
      actions: {
        approve: { label: text('承認'), by: 'staff', to: 'issuing', do: [] },
        refuse: { label: text('却下'), by: 'staff', to: 'refused', do: [] },
      },
    }),
    issuing: state({
      work: {
        stages: [
          [
            {
              id: 'accounts',
              step: { kind: 'run', effect: 'desk.issue', with: { count: 'amount' } },
              retry: { times: 3, everyMs: 60_000 },
              timeoutMs: 2 * DAY_MS,
            },
          ],
          [
            {
              id: 'print',
              step: { kind: 'run', effect: 'desk.print', with: { of: 'steps.accounts.first' } },
              timeoutMs: DAY_MS,
            },
            {
              id: 'tell',
              step: { kind: 'run', effect: 'desk.tell', with: {} },
              when: { 'steps.accounts.count': { min: 2 } },
              timeoutMs: DAY_MS,
            },
          ],
          [{ id: 'accepted', step: mail('accepted', 'email'), timeoutMs: DAY_MS }],
        ],
        then: 'done',
      },
      actions: { stop: { label: text('中止'), by: 'staff', to: 'refused', do: [] } },
    }),
    done: state({ end: 'accepted' }),
    refused: state({ end: 'refused' }),
  },
}

/** As above, with a way for what fails: the office looks at it, and it may begin again. */
export const checking: Workflow = {
  id: 'checking',
  title: text('確認'),
  start: [{ to: 'checking' }],
  states: {
    checking: state({
      work: {
        stages: [
          ['left', 'right'].map((id) => ({
            id,
            step: { kind: 'run' as const, effect: 'desk.check', with: { side: { is: id } } },
            timeoutMs: HOUR_MS,
          })),
        ],
        then: 'done',
        failed: 'failed',
      },
    }),
    failed: state({
      actions: { again: { label: text('もう一度'), by: 'staff', to: 'checking', do: [] } },
      after: [{ ms: DAY_MS, to: 'refused' }],
    }),
    done: state({ end: 'accepted' }),
    refused: state({ end: 'discarded' }),
  },
}

/** The office decides: return and correct, a second pair of eyes, notes. */
export const desk: Workflow = {
  id: 'desk',
  title: text('審査'),
  calendar: {
    from: '2026-01-01',
    to: '2026-12-31',
    closed: ['2026-05-04', '2026-05-05', '2026-05-06'],
    open: [],
  },
  start: [{ to: 'review' }],
  states: {
    review: state({
      desk: { warn: { businessDays: 5 }, escalate: { businessDays: 7 } },
      remind: [
        { after: { businessDays: 7 }, step: mail('late', 'operator.mail') },
        { after: { businessDays: 9 }, step: mail('later', 'operator.mail') },
      ],
      after: [{ businessDays: 20, to: 'withdrawn' }],
      actions: {
        approve: {
          label: text('承認'),
          by: 'staff',
          roles: ['reviewer'],
          fourEyes: { roles: ['administrator', 'reviewer'] },
          note: 'optional',
          to: 'approved',
          do: [],
        },
        return: {
          label: text('差戻し'),
          by: 'staff',
          form: 'verdict',
          mark: 'required',
          to: 'correcting',
          do: [],
        },
        remark: { label: text('メモ'), by: 'staff', note: 'required', do: [] },
        withdraw: { label: text('取下げ'), by: 'applicant', to: 'withdrawn', do: [] },
      },
    }),
    correcting: state({
      actions: {
        resubmit: { label: text('再提出'), by: 'applicant', edit: 'marked', to: 'review', do: [] },
        withdraw: { label: text('取下げ'), by: 'applicant', to: 'withdrawn', do: [] },
      },
      after: [{ ms: 30 * DAY_MS, to: 'withdrawn' }],
      pauses: true,
    }),
    approved: state({ end: 'accepted' }),
    withdrawn: state({ end: 'withdrawn' }),
  },
}

export const workflows = {
  registration,
  'password-reset': passwordReset,
  'email-change': emailChange,
  profile,
  review,
  issuing,
  checking,
  desk,
}

export const T0 = '2026-05-01T01:00:00.000Z'

export const answers = {
  lastName: '見本',
  phone: '0312345678',
  email: 'a@example.jp',
  password: '$argon2id$v=19$m=1,t=1,p=1$c2FsdA$aGFzaA',
  facility: {
    facilityId: 'f1',
    facilityType: 'clinic',
    identifier: 'clinic:1',
    hasAccount: false,
  },
}

/** Ids 'id0001', 'id0002', … in the order they are asked for, which is also how they sort. */
export function counter(prefix = 'id'): () => string {
  let count = 0
  return () => `${prefix}${String(++count).padStart(4, '0')}`
}

export function given(workflow: Workflow, own: Partial<Given> = {}): Given {
  return {
    workflow,
    facts: {},
    secrets: ['password'],
    typed: ['email', 'lastName', 'phone', 'password', 'amount'],
    made: ['facility'],
    fields: {},
    placeholders: { activation: ['lastName', 'link', 'password'] },
    documents: {},
    locale: 'ja',
    uses: [],
    newId: counter(),
    ...own,
  }
}

export function filing(workflow: Workflow, own: Partial<Filing> = {}): Filing {
  return {
    id: 's1',
    number: 'R7K4-92QX',
    portal: 'sample',
    form: `sample/${workflow.id}`,
    workflow: workflow.id,
    definition: 'hash',
    ...own,
  }
}

/** A submission waiting in a state, as if it had come there. */
export function waiting(workflow: Workflow, name: string, own: Partial<Submission> = {}) {
  const submission: Submission = {
    ...filing(workflow),
    state: name,
    answers,
    progress: {},
    seq: 2,
    createdAt: T0,
    updatedAt: T0,
    ...own,
  }
  return submission
}

/** Events and operations in few words, for tables: `entered active accepted`, `job mail.send activation`. */
export function brief(decided: {
  readonly events: readonly Event[]
  readonly operations: readonly Operation[]
}) {
  return {
    events: decided.events.map(({ kind, data }) =>
      [kind, data.state, data.to, data.end, data.action, data.effect].filter(isText).join(' '),
    ),
    operations: decided.operations.map(briefOperation),
  }
}
function briefOperation(operation: Operation): string {
  if (operation.kind === 'job') {
    const { kind, payload } = operation.job
    return ['job', kind, payload.template, payload.state, payload.to].filter(isText).join(' ')
  }
  if (operation.kind === 'link') return `link ${operation.link.action}`
  return operation.kind
}
function isText(value: Json | undefined): value is string {
  return typeof value === 'string'
}
