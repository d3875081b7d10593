import type { ScenarioStep } from '../definitions/scenario.ts'
import { loadSubmission } from '../store/submissions.ts'
import { noteEvaluation } from './coverage.ts'
import { evaluationOf, type Play } from './course.ts'

/** Somebody of the office, of the first role that may, takes an action on what this person has filed. */
export async function decideFor(
  { action: name, answers: raw, fields }: Extract<ScenarioStep, { kind: 'office' }>,
  course: Play,
): Promise<void> {
  const { stage, person, seen } = course
  const { store, advance, definitions } = stage.running
  const submission = await loadSubmission(store.db, person.submissionId ?? '')
  const state = definitions().workflows[submission?.workflow ?? '']?.states[submission?.state ?? '']
  const action = state?.actions[name]
  if (!submission || action?.by !== 'staff') {
    course.refused = 409
    return
  }
  const form = definitions().forms[`${submission.portal}/${action.form ?? ''}`]
  const evaluation = form && (await evaluationOf(form, raw, course))
  if (form && evaluation) noteEvaluation(form, evaluation, seen)
  course.issues = (evaluation?.missing ?? []).map(({ id, label }) => ({
    field: id,
    code: 'R01',
    message: label.ja,
  }))
  if (course.issues.length > 0) return
  const outcome = await advance.act({
    submissionId: submission.id,
    action: name,
    answers: evaluation?.answers ?? {},
    ...(fields.length > 0 && { fields }),
    actor: { kind: 'staff', staffId: 'office', role: action.roles?.[0] ?? 'administrator' },
  })
  if ('refusal' in outcome) course.refused = 409
}
