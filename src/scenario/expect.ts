import { WHOLE_FORM, type Expected } from '../definitions/scenario/scenario.ts'
import type { Evaluation } from '../form/evaluate.ts'
import { resolveRef } from '../form/expression.ts'
import { loadSubmission } from '../store/submissions.ts'
import { Fall, look, nothingOpen, openForm, type Play } from './course.ts'
import { officeView } from './office.ts'
import { screenSeen } from './pages.ts'

/** Holds what a scenario expects against what there is; a difference is a `Fall`. */
export async function expectAll(expected: Expected, course: Play): Promise<void> {
  expectAnswer(expected, course)
  if (expected.screen !== undefined) await expectScreen(expected.screen, course)
  const { visible, hidden, missing, values } = expected
  if (visible || hidden || missing || values) expectForm(expected, await look(course))
  if (expected.state !== undefined) await expectState(expected.state, course)
  if (expected.late !== undefined || expected.stuck !== undefined) {
    const view = await officeView(course.stage, course.person.submissionId ?? '')
    const { late = view.late, stuck = view.stuck } = expected
    differ('遅れと止まった手順', 'Lateness and stuck step', [late, stuck], [view.late, view.stuck])
  }
  if (expected.mails) {
    const found = course.fresh.map(({ template }) => template)
    differ('出たメール', 'Mails', expected.mails, found)
  }
}

function expectAnswer({ errors, refused }: Expected, course: Play): void {
  const { issues } = course
  if (!errors) {
    if (!refused) return nothingOpen(course)
    if (course.refused === undefined)
      throw new Fall('使えないはずですが、使えました。', 'It could be used, but should not.')
    course.refused = undefined
    return
  }
  differ(
    '断られた項目',
    'Fields refused',
    Object.keys(errors),
    issues.map(({ field }) => field || WHOLE_FORM),
  )
  for (const { field: id, code, message } of issues) {
    const field = id || WHOLE_FORM
    const wanted = errors[field] ?? ''
    if (code !== wanted && !message.includes(wanted))
      throw new Fall(
        `「${field}」の文は「${wanted}」のはずですが、「${message}」（${code}）でした。`,
        `The message at ${field} should be '${wanted}', but it is '${message}' (${code}).`,
      )
  }
  course.issues = []
}

function expectForm({ visible, hidden, missing, values }: Expected, evaluation: Evaluation): void {
  const shown = new Set(evaluation.visible.map(({ id }) => id))
  for (const id of visible ?? [])
    if (!shown.has(id))
      throw new Fall(`「${id}」が見えるはずですが、見えません。`, `${id} should be shown.`)
  for (const id of hidden ?? [])
    if (shown.has(id))
      throw new Fall(`「${id}」が見えないはずですが、見えています。`, `${id} should be hidden.`)
  const empty = evaluation.missing.map(({ id }) => id)
  if (missing) differ('空の必須項目', 'Required fields still empty', missing, empty)
  for (const [path, wanted] of Object.entries(values ?? {})) {
    const found = valueAt(path, evaluation)
    if (found !== wanted)
      throw new Fall(
        `「${path}」は「${wanted}」のはずですが、「${found}」でした。`,
        `${path} should be '${wanted}', but it is '${found}'.`,
      )
  }
}

async function expectScreen(wanted: string, course: Play): Promise<void> {
  const found = screenSeen(openForm(course), await look(course), course.person)
  if (found !== wanted)
    throw new Fall(
      `画面は「${wanted}」のはずですが、「${found ?? 'なし'}」でした。`,
      `The screen should be '${wanted}', but it is '${found ?? 'none'}'.`,
    )
}

async function expectState(wanted: string, { stage, person }: Play): Promise<void> {
  const { db } = stage.running.store
  const found = await loadSubmission(db, person.submissionId ?? '')
  if (found?.state !== wanted)
    throw new Fall(
      `状態は「${wanted}」のはずですが、「${found?.state ?? 'なし'}」でした。`,
      `The state should be '${wanted}', but it is '${found?.state ?? 'none'}'.`,
    )
}

/** The order makes no difference. */
function differ(ja: string, en: string, wanted: readonly string[], found: readonly string[]): void {
  const [one, other] = [wanted, found].map((names) => names.toSorted().join('、'))
  if (one !== other)
    throw new Fall(
      `${ja}は「${one || 'なし'}」のはずですが、「${other || 'なし'}」でした。`,
      `${en}: '${one || 'none'}' was expected, but it is '${other || 'none'}'.`,
    )
}

/** The text of a value, '' for none. */
export function valueAt(path: string, evaluation: Evaluation): string {
  const value = resolveRef(path, evaluation)
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
