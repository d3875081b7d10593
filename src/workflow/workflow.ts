import type {
  Answers,
  Calendar,
  Condition,
  Expression,
  Facts,
  Field,
  Json,
  JsonObject,
  Locale,
  Ref,
  Text,
} from '../form/form.ts'
import type { Span } from './clock.ts'
import type { Progress } from './progress.ts'

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

/** Who acts. */
export type Actor =
  | { readonly kind: 'visitor' }
  | { readonly kind: 'link'; readonly linkId: string }
  | { readonly kind: 'account'; readonly accountId: string }
  | { readonly kind: 'staff'; readonly staffId: string; readonly role: string }
  | { readonly kind: 'system' }

/** A wish. `at` is ISO 8601 UTC with milliseconds, everywhere. */
export type Command = { readonly actor: Actor; readonly at: string } & (
  | { readonly kind: 'submit'; readonly filing: Filing; readonly answers: Answers }
  | ({ readonly kind: 'act'; readonly action: string } & Taken)
  /** A second member of the staff agrees to what was proposed, or does not; the first may take it back. */
  | {
      readonly kind: 'confirm'
      readonly action: string
      readonly agrees: boolean
      readonly note?: string
      /** What the person saw: the `seq` of the submission. Refused as stale when anything has happened since. */
      readonly seen?: number
    }
  /** Somebody of the office writes something down for the others; the applicant never sees it. */
  | { readonly kind: 'note'; readonly note: string }
  /** A timer of the state, or a link with `then`, ran out. `entered`: the event by which it came into that state. */
  | {
      readonly kind: 'elapse'
      readonly state: string
      readonly to: string
      readonly entered?: number
    }
  /** A reminder of the state is due. */
  | {
      readonly kind: 'remind'
      readonly state: string
      readonly index: number
      readonly entered?: number
    }
  /** A submission filed later, `by` its id, takes the place of this one. */
  | { readonly kind: 'replace'; readonly by: string }
  | {
      readonly kind: 'effect-done'
      readonly jobId: string
      readonly effect: string
      readonly result: Json
    }
  | {
      readonly kind: 'effect-failed'
      readonly jobId: string
      readonly effect: string
      readonly reason: string
    }
  /** Somebody of the office lets a stuck step be tried again, or goes on without it and says why. */
  | { readonly kind: 'retry-step'; readonly step: string; readonly note?: string }
  | { readonly kind: 'skip-step'; readonly step: string; readonly note: string }
  /** From now on by another set of definitions, as `planMove` found. */
  | { readonly kind: 'migrate'; readonly move: Move }
)

/** Characters of a note: what others read in passing, no file. */
export const NOTE_MAX = 1_000

/** How an action is taken. */
export type Taken = {
  /** Of the action's own form. */
  readonly answers: Answers
  readonly note?: string
  /** With `mark`: ids of the fields to correct. */
  readonly fields?: readonly string[]
  /** With `edit`: the answers that change; null: there is none any more. */
  readonly changes?: { readonly [field: string]: Json }
  /** With `edit`: fields that came into sight or left it by the changes, as the server sees them. */
  readonly follows?: readonly string[]
  /** What the person saw: `progress.entered.seq`. Refused as stale when the submission has moved since. */
  readonly seen?: number
}

/** What is settled about a submission before the workflow sees it. */
export type Filing = Pick<
  Submission,
  'id' | 'number' | 'portal' | 'form' | 'workflow' | 'definition' | 'accountId' | 'class'
>

/** All a decision may look at beside submission and command; loaded by `advance` in the same transaction. */
export type Given = {
  readonly workflow: Workflow
  /** `login.isTaken`; `account.*` of the account concerned. */
  readonly facts: Facts
  /** Ids of secret answers: used, but never part of an event, and dropped from the snapshot at the end. */
  readonly secrets: readonly string[]
  /** Ids of the form that was filed: what a person fills in, and what is made from it. */
  readonly typed: readonly string[]
  readonly made: readonly string[]
  /** The fields of the answers by id, to show these as their types do. */
  readonly fields: { readonly [id: string]: Field }
  /** Placeholders by mail template: only what a mail shows is put into its job. */
  readonly placeholders: { readonly [template: string]: readonly string[] }
  /** Values by document: only what it prints or compares is put into its job. */
  readonly documents: { readonly [document: string]: readonly Ref[] }
  readonly locale: Locale
  /** When the action wished for was taken before, oldest first; enough of them to judge its limit. */
  readonly uses: readonly string[]
  readonly newId: () => string
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
    | 'proposed'
    | 'declined'
    | 'elapsed'
    | 'reminded'
    | 'replaced'
    | 'effect-done'
    | 'effect-failed'
    | 'step-started'
    | 'step-done'
    | 'step-retried'
    | 'step-skipped'
    | 'noted'
    | 'answers-erased'
    | 'migrated'
  /**
   * submitted: a Filing with locale and answers; entered: { state, end?, clears? (ids of steps that begin anew),
   * pauses?, warnAt?, escalateAt? }; reminded: { state, index };
   * acted: { action, answers?, note?, fields?, changes?, proposedBy? }; proposed: the same; declined: { action, note? }; elapsed: { state, to }; replaced: { by };
   * effect-*: { jobId, effect, step?, result?, reason? }; step-started: { step, jobId }; step-done: one without a job, or
   * passed over; step-retried, step-skipped: { step, note? }; noted: { note }; migrated: a Move; never a secret.
   */
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
  /** The set of definitions it began with, or was moved to. */
  readonly definition: string
  readonly state: string
  readonly answers: Answers
  readonly progress: Progress
  readonly accountId?: string
  /** 申請区分, of forms that tell them apart: the first, or a change of an accepted one. */
  readonly class?: 'new' | 'change'
  readonly end?: End
  readonly seq: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** What a decision wants done in its transaction, in this order; `advance` hands each to the store. */
export type Operation =
  | { readonly kind: 'job'; readonly job: NewJob }
  /** A job that failed is to be done after all: under its old id, so that whoever performs it knows it again. */
  | { readonly kind: 'job-again'; readonly job: NewJob }
  | { readonly kind: 'link'; readonly link: NewLink }
  | { readonly kind: 'account-create'; readonly account: NewAccount; readonly conflict?: Text }
  | {
      readonly kind: 'account-update'
      readonly account: AccountRef
      readonly login?: string
      readonly passwordHash?: string
      readonly attributes: JsonObject
      readonly conflict?: Text
    }
  | { readonly kind: 'sessions-end'; readonly account: AccountRef }
  /** Replaces the others waiting under this key and takes the key. */
  | { readonly kind: 'replace-others'; readonly key: string }
  /** Ends every waiting link, timer and step of the submission and gives its replace key back. */
  | { readonly kind: 'settle' }
  /** Takes the answers out of snapshot, events and finished jobs. */
  | { readonly kind: 'erase-answers' }
  /** Waiting timers and links speak of states, files of fields, by their new names; `key`: see `replace-others`. */
  | ({ readonly kind: 'rename'; readonly key: string | null } & Pick<Move, 'states' | 'fields'>)

export type AccountRef = { readonly id: string } | { readonly login: string }
export type NewJob = {
  readonly id: string
  /** `timer`, or the name of an effect: `mail.send`. */
  readonly kind: string
  readonly payload: JsonObject
  readonly runAt: string
  /** Attempts before it counts as failed, and the pause between them; undefined: the worker's own. */
  readonly attemptsMax?: number
  readonly everyMs?: number
  /** Of a step of a work only: after this moment it is not tried again, and it ends with its state. */
  readonly deadline?: string
}
/** The job that lets a link with `then` run out carries the link's id as its own. */
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
    /** The action asks for a note, or for marked fields. */
    | 'note-missing'
    /** Longer than `NOTE_MAX`. */
    | 'note-too-long'
    | 'nothing-marked'
    /** An answer that was not marked for correction. */
    | 'not-editable'
    /** Who proposed it cannot be the second to agree. */
    | 'same-person'
    /** Something must be filed and accepted before. */
    | 'not-yet'
    /** The idempotency key was used before with another request. */
    | 'key-reused'
  readonly text?: Text
  readonly retryAfterMs?: number
}
export type Decision =
  | {
      readonly events: readonly Event[]
      readonly operations: readonly Operation[]
      readonly submission: Submission
    }
  | { readonly refusal: Refusal }
