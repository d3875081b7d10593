import type { AttachedState } from '../../src/form/attachments.ts'
import { drawnFields, evaluate, type Evaluation } from '../../src/form/evaluate.ts'
import type { Field, Form, Issue, Link, Locale } from '../../src/form/form.ts'
import type { TemplateResult } from 'lit/html.js'
import { say } from '../texts/form.ts'
import type { FormState, Pressed } from './page.ts'

/** An issue in words of one language, ready to be shown twice: in the summary and at the input. */
export type WordedIssue = {
  /** Field id, or '' for the whole form. */
  readonly field: string
  readonly text: string
  readonly links: readonly Link[]
}

/** What a form shows at this moment. The server draws it once; in the browser every change draws it anew. */
export type FormView = {
  readonly state: FormState
  readonly evaluation: Evaluation
  readonly issues: readonly WordedIssue[]
  /** What stands in an input when it appears, by `fieldKey`; later typing belongs to the input alone. */
  readonly initial: { readonly [fieldKey: string]: readonly string[] }
  /** The script is running: helpers that need it are shown. */
  readonly isLive: boolean
  readonly isBusy: boolean
  /** 入力内容確認, while it is open. */
  readonly dialog: TemplateResult | undefined
  /** Ids of secret fields shown in clear. */
  readonly revealed: readonly string[]
  readonly pressed: Pressed
  /** What was saved of it so far; `ended`: the session, and with it the saving. */
  readonly draft:
    | (Omit<NonNullable<FormState['draft']>, 'said'> & {
        readonly said?: NonNullable<FormState['draft']>['said'] | 'ended'
      })
    | undefined
  /** Said once to screen readers. */
  readonly announcement: string
  /** What a scanner has said of files attached since the page was drawn, by their ids. */
  readonly files: { readonly [fileId: string]: AttachedState }
  /** Files on their way to the server. */
  readonly sending: readonly Sending[]
}

/** A file being sent, or one that could not be. */
export type Sending = {
  readonly id: string
  /** Id of its field. */
  readonly field: string
  readonly name: string
  readonly size: number
  readonly sent: number
  readonly isWaiting: boolean
  /** Why it did not get there, in words. */
  readonly failure?: string
  /** What has been sent is kept: it can go on from there. */
  readonly canResume: boolean
}

/** The view of a state as the server knows it; the browser hydrates exactly this. */
export function firstView(state: FormState): FormView {
  const evaluation = evaluate(state.form, state)
  return {
    state,
    evaluation,
    issues: state.issues.map((issue) => wordIssue(issue, state.locale)),
    initial: Object.fromEntries(
      drawnFields(evaluation).map((field) => [
        fieldKey(state.form, field),
        state.raw[field.id] ?? [],
      ]),
    ),
    isLive: false,
    isBusy: false,
    dialog: undefined,
    revealed: [],
    pressed: state.pressed ?? {},
    draft: state.draft,
    announcement: '',
    files: {},
    sending: [],
  }
}

/**
 * The same while a field keeps its place on the page. Common fields keep their input when another choice overlays them;
 * fields of a choice's own block do not share an input with another choice's, even under one id.
 */
export function fieldKey(form: Form, field: Field): string {
  const isInRow = field.id.includes('.')
  return isInRow || Object.hasOwn(form.fields, field.id) ? field.id : field.uid
}

export function wordIssue(issue: Issue, locale: Locale): WordedIssue {
  return {
    field: issue.field,
    text: issue.text ? say(issue.text, locale) : issue.code,
    links: issue.links ?? [],
  }
}

/** `label（hint）`, the complete name of a field. */
export function fullLabel(field: Field, locale: Locale): string {
  const label = say(field.label, locale)
  if (!field.hint) return label
  return locale === 'en'
    ? `${label} (${say(field.hint, locale)})`
    : `${label}（${say(field.hint, locale)}）`
}

/** `field`: where the value can be changed. */
export type ConfirmedLine = {
  readonly label: string
  readonly value: string
  readonly field?: string
}

/** Whether the form has a field for files. */
export function takesFiles(form: Form): boolean {
  const known = takers.get(form)
  if (known !== undefined) return known
  const takes = Object.values(form.fields).some((field) => field.type === 'attachment')
  takers.set(form, takes)
  return takes
}
/** Asked with each drawing; forms are never changed. */
const takers = new WeakMap<Form, boolean>()
