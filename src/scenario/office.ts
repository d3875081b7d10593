import type { StaffDeed } from '../definitions/scenario/scenario.ts'
import type { Answers, Form } from '../form/form.ts'
import { loadSubmission } from '../store/submissions.ts'
import { dueAt, type Span } from '../workflow/clock.ts'
import { lateness, stuckStep } from '../workflow/progress.ts'
import type { Actor } from '../workflow/submission.ts'
import type { Stage } from './stage.ts'

/** Whether this action sends a correction that the office has asked for. */
export async function isCorrection(
  { running }: Stage,
  submissionId: string,
  action: string,
): Promise<boolean> {
  const submission = await loadSubmission(running.store.db, submissionId)
  if (!submission?.progress.correction) return false
  const { workflows } = await running.advance.definitionsOf(submission.definition)
  const state = workflows[submission.workflow]?.states[submission.state]
  return state?.actions[action]?.edit !== undefined
}

/** The form in which this deed is typed; undefined when it has none. */
export async function formOfDeed(
  { running }: Stage,
  submissionId: string,
  { kind, action }: StaffDeed,
): Promise<Form | undefined> {
  const submission = await loadSubmission(running.store.db, submissionId)
  if (!submission || kind !== 'act') return undefined
  const { forms, workflows } = await running.advance.definitionsOf(submission.definition)
  const form = workflows[submission.workflow]?.states[submission.state]?.actions[action]?.form
  return form === undefined ? undefined : forms[`${submission.portal}/${form}`]
}

/** What a member of the staff does with a submission, `answers` as its form reads them. Gives why it was refused; undefined: it was done. */
export async function actAsStaff(
  { running }: Stage,
  submissionId: string,
  deed: StaffDeed,
  answers: Answers = {},
): Promise<string | undefined> {
  const { advance } = running
  const { role, name, action, note, mark } = deed
  const actor: Actor = { kind: 'staff', staffId: name, role }
  const said = note !== undefined && { note }
  const wish = { submissionId, actor }
  const outcome =
    deed.kind === 'act'
      ? await advance.act({
          ...{ ...wish, action, answers, ...said },
          ...(mark.length > 0 && { fields: mark }),
        })
      : deed.kind === 'retry'
        ? await advance.repair({ ...wish, step: action, do: 'retry', ...said })
        : deed.kind === 'skip'
          ? await advance.repair({ ...wish, step: action, do: 'skip', note: note ?? '' })
          : await advance.confirm({ ...wish, action, agrees: deed.kind === 'confirm', ...said })
  return 'refusal' in outcome ? outcome.refusal.code : undefined
}

/** How long a span is from now, in the calendar of the submission's workflow. */
export async function spanMs(
  { running, now }: Stage,
  submissionId: string | undefined,
  span: Span,
): Promise<number> {
  if ('ms' in span) return span.ms
  const submission =
    submissionId === undefined ? undefined : await loadSubmission(running.store.db, submissionId)
  const definitions = submission && (await running.advance.definitionsOf(submission.definition))
  const calendar = submission && definitions?.workflows[submission.workflow]?.calendar
  const at = now()
  return Date.parse(dueAt(span, at.toISOString(), [], calendar)) - at.getTime()
}

/** What the list of the office shows of a submission: how late it is, and which step is stuck. */
export async function officeView({ running, now }: Stage, submissionId: string) {
  const submission = await loadSubmission(running.store.db, submissionId)
  if (!submission) return { late: 'no', stuck: '' }
  const { progress } = submission
  return {
    late: lateness(progress, now().toISOString()) ?? 'no',
    stuck: stuckStep(progress)?.step ?? '',
  }
}
