import type { Calendar, Condition, Expression, JsonObject, Ref, Text } from '../form/form.ts'
import type { Span } from './clock.ts'

/** A compiled workflow: plain, frozen JSON. Made by `src/definitions` from `workflows/<name>.yaml`. */
export type Workflow = {
  readonly id: string
  readonly title: Text
  /** The answer that is the login name of the account concerned; gives the fact `login.isTaken`. */
  readonly login?: Ref
  /** First choice whose condition holds is the first state. The last one has no condition. */
  readonly start: readonly Choose[]
  /** In which its business days are counted. */
  readonly calendar?: Calendar
  readonly states: { readonly [name: string]: State }
  /** Where submissions that began with an earlier set find their place when they are moved to this one. */
  readonly migrate?: Mapping
}
/** Old names and new ones; `drop`: answers that nothing reads any more. */
export type Mapping = {
  readonly states?: { readonly [old: string]: string }
  readonly fields?: { readonly [old: string]: string }
  readonly drop?: readonly string[]
}
/** How one submission goes over to another set of definitions: only what concerns it, so that its event tells all. */
export type Move = {
  readonly definition: string
  readonly state: string
  /** Old and new names of states that its timers, links and pauses speak of. */
  readonly states: { readonly [old: string]: string }
  /** Answers that get another id. */
  readonly fields: { readonly [old: string]: string }
  /** Answers that go. */
  readonly drop: readonly string[]
}

export type Choose = { readonly when?: Condition; readonly to: string }

export type State = {
  readonly label: Text
  /**
   * An earlier submission of this workflow with equal answers to these refs ends as `replaced`, when it waits in this
   * state or in another that `replaces` by the same refs.
   */
  readonly replaces?: readonly Ref[]
  /** Done when the state is entered, in this order, in the same transaction; outside work is stored as jobs. */
  readonly enter: readonly Step[]
  /** Nobody waits here: the first line whose condition holds names the next state. The last one has no condition. */
  readonly choose?: readonly Choose[]
  /** Work that is done here one step after the other, before the submission goes on by itself. */
  readonly work?: Work
  readonly actions: { readonly [name: string]: Action }
  /** Timers that run while the submission stays in this state. */
  readonly after: readonly (Span & { readonly to: string })[]
  /** Mails that go out while it stays, such as reminders, or an escalation to the office. */
  readonly remind?: readonly Reminder[]
  /** How long the office may take: from then on its list shows it. */
  readonly desk?: { readonly warn?: Span; readonly escalate?: Span }
  /** The clocks of the state it came from stand still while it is here, and go on when it comes back there. */
  readonly pauses?: boolean
  /** What the person who filed sees while the submission is here: a page of the portal (`pages/<name>.md`). */
  readonly page?: string
  /** An end: nothing waits here any more. `discarded` erases the answers. */
  readonly end?: End
}
export type Reminder = { readonly after: Span; readonly step: MailStep }
export type End = 'accepted' | 'discarded' | 'refused' | 'withdrawn'

/** Stages in order; the tasks of one stage are done at the same time, and all must be done before the next begins. */
export type Work = {
  readonly stages: readonly (readonly Task[])[]
  /** State to enter when all is done. */
  readonly then: string
  /** State to enter when a task cannot be done. undefined: it is stuck until somebody of the office decides. */
  readonly failed?: string
}
/** One step of a work: it is done when the job that it asks for is, at once when it asks for none. */
export type Task = {
  /** Unique in the workflow; its result is reached as `steps.<id>`. */
  readonly id: string
  readonly step: Step
  /** Passed over when it does not hold. */
  readonly when?: Condition
  /** Attempts that may go wrong, and the pause between them; undefined: as the worker does it. Waiting is no attempt. */
  readonly retry?: { readonly times: number; readonly everyMs?: number }
  /** From its start to its end, attempts and waiting included. */
  readonly timeoutMs: number
}

export type Action = {
  readonly label: Text
  readonly by: 'link' | 'applicant' | 'account' | 'staff'
  readonly roles?: readonly string[]
  readonly when?: Condition
  /** A form of its own, `<portal>/<name>` without the portal; its answers are reached as `<action>.<field>`. */
  readonly form?: string
  readonly limit?: { readonly times: number; readonly perMs: number }
  /** A word of the office about it, for the office only. */
  readonly note?: Demand
  /** The office marks answers that are to be corrected. */
  readonly mark?: Demand
  /** The applicant corrects what is marked, and nothing else. */
  readonly edit?: 'marked'
  /** It asks for a fresh second factor. */
  readonly stepUp?: boolean
  /** It takes effect when a second member of the staff agrees; `roles`: who may, those of the action when left out. */
  readonly fourEyes?: { readonly roles?: readonly string[] }
  /** State to enter; undefined: stays where it is. */
  readonly to?: string
  readonly do: readonly Step[]
}

/** What a member of the staff may be. */
export const STAFF_ROLES = ['administrator', 'reviewer', 'call-centre'] as const

export type Demand = 'optional' | 'required'

/** One kind of step per file in `steps/`; `kind` is the file's name. */
export type Step = MailStep | AccountStep | SessionsStep | IssueStep | DocumentStep | RunStep
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
  /** update: the login name of the account; the logged-in one when undefined. */
  readonly of?: Ref
  /** Said when the login or the identifier was taken meanwhile. */
  readonly conflict?: Text
}
/** Ends every session of the account (password or login changed). `of`: the login name; undefined: the logged-in one. */
export type SessionsStep = { readonly kind: 'sessions'; readonly of?: Ref }

/** Issues accounts of another system: ids counted up, initial passwords sealed. Result: `issued`, a list. */
export type IssueStep = {
  readonly kind: 'issue'
  /** What kind of account: the name under which lists show them. */
  readonly issue: string
  readonly count: Expression
  /** Patterns by name: { user: 'W0000000' }. */
  readonly ids: { readonly [name: string]: string }
  /** One account of each for every one counted; none: one. */
  readonly environments: readonly { readonly name: string; readonly label: string }[]
  readonly password?: PasswordRule
}
export type PasswordRule = {
  readonly length: number
  /** Destroyed so long after it was first shown to its owner. */
  readonly shownMs: number
  /** Destroyed so long after it was issued, seen or not. */
  readonly keepMs: number
}
/** Payload of `accounts.issue`. */
export type IssueOrder = Omit<IssueStep, 'kind' | 'count'> & {
  readonly submissionId: string
  readonly count: number
}

/** Issues a document to the owner, or one for each item of a list. Result: `issued`, a list of { id, title }. */
export type DocumentStep = {
  readonly kind: 'document'
  /** `workflows/documents/<document>` */
  readonly document: string
  readonly each?: { readonly of: Ref; readonly as: string }
  /** Values for the document beyond the answers. */
  readonly with: { readonly [name: string]: Expression }
}
/** Payload of `documents.issue`; `values` by ref. */
export type DocumentOrder = {
  readonly submissionId: string
  readonly document: string
  readonly items: readonly { readonly values: JsonObject }[]
  /** The day of issue. */
  readonly at: string
}
/** Asks whoever performs an effect for it: a plugin (`<plugin>.<effect>`) or the core. */
export type RunStep = {
  readonly kind: 'run'
  readonly effect: string
  /** Its payload. Empty values are left out. */
  readonly with: { readonly [name: string]: Expression }
}
