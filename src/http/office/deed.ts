import type { Right } from '../../definitions/definitions.ts'
import type { Field, Issue, Text } from '../../form/form.ts'
import { pageAnswer, redirectTo, troubleAnswer } from '../form/answers.ts'
import { needs } from '../staff/rights.ts'
import type { Route, Visit } from '../route.ts'
import { staffForm, staffFormPage } from '../staff/forms.ts'

/** Something done to one thing of a list, with a reason that the audit log keeps. */
export type Deed = {
  /** With `:id`. */
  readonly path: string
  readonly right: Right
  readonly title: Text
  /** What it will do, said above the reason. */
  readonly lead: Text
  readonly submit: Text
  /** What it is done to, in words; undefined: there is no such thing, or it cannot be done to it. */
  about(visit: Visit): Promise<string | undefined>
  /** false: it could not be done any more. */
  do(visit: Visit, reason: string): Promise<boolean>
  /** Where it leads; `said` names its words in the list. */
  readonly to: string
  readonly said: string
}

const REASON_MAX = 500

/** A page that asks for the reason, and the deed. */
export function deedRoutes(deed: Deed): readonly Route[] {
  const { path, right } = deed
  const access = needs(right)
  return [
    { method: 'GET', path, access, body: 'none', answer: (visit) => ask(visit, deed) },
    { method: 'POST', path, access, body: 'form', answer: (visit) => take(visit, deed) },
  ]
}

async function ask(visit: Visit, deed: Deed, issues: readonly Issue[] = []): Promise<Response> {
  const about = await deed.about(visit)
  if (about === undefined) return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
  const { title } = deed
  const form = staffForm('deed', {
    title: { ja: `${title.ja}（${about}）`, en: `${title.en ?? title.ja} (${about})` },
    submit: deed.submit,
    fields: [reasonField],
  })
  const content = staffFormPage(visit, {
    form: { ...form, back: { label: BACK, href: deed.to } },
    action: visit.path,
    raw: visit.fields,
    issues,
    notice: deed.lead,
  })
  return pageAnswer(visit, content)
}

async function take(visit: Visit, deed: Deed): Promise<Response> {
  const reason = (visit.fields.reason?.[0] ?? '').trim()
  if (reason === '' || [...reason].length > REASON_MAX) return ask(visit, deed, [REASON_MISSING])
  if ((await deed.about(visit)) === undefined || !(await deed.do(visit, reason)))
    return troubleAnswer(visit, { code: 'refusal.not-possible-now', status: 409 })
  return redirectTo(`${deed.to}?said=${deed.said}`)
}

const BACK: Text = { ja: '一覧へ戻る', en: 'Back to the list' }

const reasonField: Field = {
  uid: 'reason',
  id: 'reason',
  type: 'text-area',
  label: { ja: '理由', en: 'Reason' },
  note: {
    ja: `操作記録に残ります。個人の情報は書かないでください。${REASON_MAX}文字以内。`,
    en: `Kept in the audit log; name no personal data. Up to ${REASON_MAX} characters.`,
  },
  required: true,
  options: { maxLength: REASON_MAX },
}

const REASON_MISSING: Issue = {
  field: 'reason',
  code: 'staff.reason-missing',
  text: {
    ja: `理由を${REASON_MAX}文字以内で入力してください。`,
    en: `Write a reason of up to ${REASON_MAX} characters.`,
  },
}
