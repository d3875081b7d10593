import type { Answers, Facts, Field, Json, JsonObject, Locale, Ref, Text } from '../form/form.ts'
import type { Progress } from './progress.ts'
import type { End, Move, Workflow } from './workflow.ts'

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
