import type { JsonObject } from '../../form/form.ts'
import { answeredFields, shownAnswer } from '../../form/shown.ts'
import { assigneeOf } from '../../store/desk.ts'
import { filesOfSubmission } from '../../store/files.ts'
import { eventsOf } from '../../store/submissions.ts'
import type { Opened } from './opened.ts'
import type { Visit } from '../route.ts'
import { textIn } from '../form/answers.ts'

/** A submission as data: what its page shows, secrets left out like there. */
export async function caseData(
  { deps, locale }: Visit,
  { submission, form, actions, facts }: Opened,
): Promise<JsonObject> {
  const { db } = deps.store
  const [events, files, assignee] = await Promise.all([
    eventsOf(db, submission.id),
    filesOfSubmission(db, submission.id),
    assigneeOf(db, submission.id),
  ])
  const { answers, progress } = submission
  const fields = form ? Object.values(answeredFields(form, answers, facts)) : []
  return {
    id: submission.id,
    number: submission.number,
    portal: submission.portal,
    form: submission.form,
    workflow: submission.workflow,
    state: submission.state,
    end: submission.end ?? null,
    createdAt: submission.createdAt,
    updatedAt: submission.updatedAt,
    assignee: assignee ? { id: assignee.id, name: assignee.name } : null,
    answers: fields.flatMap((field): JsonObject[] => {
      const value = answers[field.id]
      if (value === undefined) return []
      const label = textIn(field.label, locale)
      return [{ id: field.id, label, text: shownAnswer(value, field, locale) }]
    }),
    files: files
      .filter(({ kind }) => kind === 'attachment')
      .map(({ id, name, size, state }) => ({ id, name, size, state })),
    actions: actions.map(({ name, action, stage }) => ({
      name,
      stage,
      label: textIn(action.label, locale),
      /** What whoever takes it has to name as `seen`, so that two people do not undo each other. */
      seen: stage === 'open' ? (progress.entered?.seq ?? submission.seq) : submission.seq,
    })),
    history: events.map(({ seq, at, kind }) => ({ seq, at, kind })),
  }
}
