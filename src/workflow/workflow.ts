import type { Answers, Condition, Expression, Json, JsonObject, Ref, Text } from '../form/form.ts'

/** A compiled workflow: plain, frozen JSON. Made by `src/definitions` from `workflows/<name>.yaml`. */
export type Workflow = {
  readonly id: string
  readonly title: Text
  /** The answer that is the login name of the account concerned; gives the fact `login.isTaken`. */
  readonly login?: Ref
  /** First choice whose condition holds is the first state. The last one has no condition. */
  readonly start: readonly Choose[]
  readonly states: { readonly [name: string]: State }
}
export type Choose = { readonly when?: Condition; readonly to: string }

export type State = {
  readonly label: Text
  /** An earlier submission of this workflow waiting in this state with equal answers to these refs ends as `replaced`. */
  readonly replaces?: readonly Ref[]
  /** Done when the state is entered, in this order, in the same transaction; outside work is stored as jobs. */
  readonly enter: readonly Step[]
  readonly actions: { readonly [name: string]: Action }
  /** Timers that run while the submission stays in this state. */
  readonly after: readonly { readonly ms: number; readonly to: string }[]
  /** What the person who filed sees while the submission is here: a page of the portal (`pages/<name>.md`). */
  readonly page?: string
  /** An end: nothing waits here any more. `discarded` erases the answers. */
  readonly end?: End
}
export type End = 'accepted' | 'discarded' | 'refused' | 'withdrawn'

export type Action = {
  readonly label: Text
  readonly by: 'link' | 'applicant' | 'account' | 'staff'
  readonly roles?: readonly string[]
  readonly when?: Condition
  /** A form of its own, `<portal>/<name>` without the portal; its answers are reached as `<action>.<field>`. */
  readonly form?: string
  readonly limit?: { readonly times: number; readonly perMs: number }
  /** State to enter; undefined: stays where it is. */
  readonly to?: string
  readonly do: readonly Step[]
}

/** One kind of step per file in `steps/`; `kind` is the file's name. */
export type Step = MailStep | AccountStep | SessionsStep
export type MailStep = {
  readonly kind: 'mail'
  /** `workflows/mails/<template>` */
  readonly template: string
  readonly to: Ref
  readonly link?: LinkStep
  /** Values for the template beyond the answers. */
  readonly with: { readonly [name: string]: Expression }
}
/**
 * A one-time link put into the mail as {{link}}. Its clock starts when the mail has been handed over (D-10: from sending);
 * until then it starts at the time of the job. A newer link for the same action of the same submission revokes the older one.
 */
export type LinkStep = {
  readonly action: string
  readonly expiresMs: number
  readonly then?: string
}
export type AccountStep = {
  readonly kind: 'account'
  readonly do: 'create' | 'update'
  /** create: login, password, and the rest are kept as attributes. update: only what is given changes. */
  readonly set: { readonly [attribute: string]: Expression }
  /** create: the lookup whose facility the account belongs to. */
  readonly facility?: Ref
  /** update: which account; the logged-in one when undefined. */
  readonly of?: Ref
  /** Said when the login or the identifier was taken meanwhile. */
  readonly conflict: Text
}
/** Ends every session of the account (password or login changed). */
export type SessionsStep = { readonly kind: 'sessions'; readonly of?: Ref }

/** Who acts. */
export type Actor =
  | { readonly kind: 'visitor' }
  | { readonly kind: 'link'; readonly linkId: string }
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'staff'; readonly staffId: string; readonly role: string }
  | { readonly kind: 'system' }

/** A wish. `at` is ISO 8601 UTC with milliseconds, everywhere. */
export type Command =
  | {
      readonly kind: 'submit'
      readonly answers: Answers
      readonly actor: Actor
      readonly at: string
    }
  | {
      readonly kind: 'act'
      readonly action: string
      readonly answers: Answers
      readonly actor: Actor
      readonly at: string
    }
  /** A timer or a link ran out. */
  | {
      readonly kind: 'elapse'
      readonly state: string
      readonly to: string
      readonly actor: Actor
      readonly at: string
    }
  /** A submission filed later takes the place of this one. */
  | { readonly kind: 'replace'; readonly by: string; readonly actor: Actor; readonly at: string }
  | {
      readonly kind: 'effect-done' | 'effect-failed'
      readonly jobId: string
      readonly result: Json
      readonly actor: Actor
      readonly at: string
    }

/** A stored fact. `seq` counts from 1 in each submission. */
export type Event = {
  readonly seq: number
  readonly at: string
  readonly actor: Actor
  readonly kind:
    | 'submitted'
    | 'entered'
    | 'acted'
    | 'elapsed'
    | 'replaced'
    | 'effect-done'
    | 'effect-failed'
    | 'answers-erased'
  /** entered: { state }; acted: { action, answers? }; effect-*: { jobId, kind, reason? }; never a secret. */
  readonly data: JsonObject
}

/** The present state of one submission, derived from its events. */
export type Submission = {
  readonly id: string
  /** For people: without look-alike characters, unique, e.g. `R7K4-92QX`. */
  readonly number: string
  readonly portal: string
  readonly form: string
  readonly workflow: string
  /** The set of definitions it began with. */
  readonly definition: string
  readonly state: string
  readonly answers: Answers
  readonly accountId?: string
  readonly end?: End
  readonly seq: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** What a decision wants done in its transaction; `advance` hands each to the store. */
export type Operation =
  | { readonly kind: 'job'; readonly job: NewJob }
  | { readonly kind: 'link'; readonly link: NewLink }
  | { readonly kind: 'account-create'; readonly account: NewAccount; readonly conflict: Text }
  | {
      readonly kind: 'account-update'
      readonly accountId: string
      readonly login?: string
      readonly passwordHash?: string
      readonly attributes: JsonObject
      readonly conflict: Text
    }
  | { readonly kind: 'sessions-end'; readonly accountId: string }
  | { readonly kind: 'replace-others'; readonly key: string }
  /** Ends every waiting link and timer of the submission. */
  | { readonly kind: 'settle' }
  | { readonly kind: 'erase-answers' }
export type NewJob = {
  readonly id: string
  /** `mail.send`, `timer`, … see effects.ts */
  readonly kind: string
  readonly payload: JsonObject
  readonly runAt: string
}
export type NewLink = {
  readonly id: string
  readonly action: string
  readonly expiresMs: number
  readonly then?: string
}
export type NewAccount = {
  readonly id: string
  readonly login: string
  readonly passwordHash: string
  readonly facilityType?: string
  readonly facilityId?: string
  /** One account per identifier in a portal (D-11, D-73). */
  readonly identifier?: string
  /** Digits of the facility's code for further users, made with the first account (D-12). */
  readonly codeDigits?: number
  readonly attributes: JsonObject
}

/** Why a command is not carried out; said to the person, nothing changed. */
export type Refusal = {
  readonly code:
    | 'not-allowed'
    | 'not-possible-now'
    | 'link-unusable'
    | 'too-often'
    | 'conflict'
    | 'stale'
    | 'unknown'
  readonly text?: Text
  readonly retryAfterMs?: number
}
