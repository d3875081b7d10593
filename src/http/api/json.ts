import type { Acceptance } from '../../accept.ts'
import { drawnFields, typeOf } from '../../form/evaluate.ts'
import { postedAs } from '../../form/fields/index.ts'
import type {
  Field,
  Form,
  Issue,
  Json,
  JsonObject,
  Locale,
  LookupResult,
  Raw,
  Text,
} from '../../form/form.ts'
import { messageOf } from '../../form/messages.ts'
import { rowsOptions } from '../../form/rows.ts'
import type { Submission } from '../../workflow/submission.ts'
import { jsonAnswer, retryAfter, textIn, troubleAnswer } from '../form/answers.ts'
import { submissionPath } from '../form/forms.ts'
import { own } from '../guard.ts'
import { answersOf } from '../form/inputs.ts'
import type { Visit } from '../route.ts'
import { shownState } from '../member/submissions.ts'

/** What the parts of the API share: JSON into what a page would have posted, verdicts and submissions as JSON. */

/** Longer inputs name no facility; the limit keeps questions to plugins small. */
const LOOKUP_INPUT_LENGTH_MAX = 200

/** What a question gave; no such question looks like no such address. */
export async function foundAnswer(
  visit: Visit,
  result: LookupResult | undefined,
): Promise<Response> {
  if (!result) return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  return result.status === 'unavailable'
    ? jsonAnswer(result, 200, retryAfter(result.retryAfterMs))
    : jsonAnswer(result)
}

/** What programs may know of a submission: nothing that was typed, and no more than its page says. */
export async function described(
  visit: Visit,
  submission: Submission,
): Promise<{ id: string; number: string; state: string; label: string; url: string }> {
  const { deps, locale } = visit
  const definitions = await deps.advance.definitionsOf(submission.definition)
  const workflow = own(definitions.workflows, submission.workflow)
  const name = await shownState(visit, workflow, submission)
  const state = workflow && own(workflow.states, name)
  return {
    id: submission.id,
    number: submission.number,
    state: name,
    label: state ? textIn(state.label, locale) : name,
    url: `${deps.config.baseUrl}${submissionPath(submission.portal, submission.id)}`,
  }
}

export function issuesAnswer(
  form: Form,
  issues: readonly Issue[],
  locale: Locale,
  acceptance?: Pick<Acceptance, 'evaluation'>,
  { status = 422, retryAfterMs }: { status?: number; retryAfterMs?: number } = {},
): Response {
  const fields = (acceptance && drawnFields(acceptance.evaluation)) ?? Object.values(form.fields)
  const told = issues.map((issue) => ({
    field: issue.field,
    code: issue.code,
    message: messageOf(
      issue,
      fields.find((field) => field.id === issue.field),
      locale,
    ),
    ...(issue.links && {
      links: issue.links.map(({ label, href }) => ({ label: textIn(label, locale), href })),
    }),
  }))
  return jsonAnswer({ issues: told }, status, {
    'Content-Language': locale,
    ...retryAfter(retryAfterMs),
  })
}

/** JSON answers become what a page would have posted, so that both are read by the same code. */
export function rawOf(
  form: Form,
  answers: JsonObject,
): { readonly raw: Raw; readonly mistyped: readonly Issue[] } {
  const mistyped: Issue[] = []
  const raw: Record<string, readonly string[]> = {}
  for (const [id, answer] of Object.entries(answers)) {
    const field = Object.values(form.fields).find((one) => one.id === id && typeOf(one).isInput)
    const rows = field && typeOf(field).rows ? postedRows(field, answer) : undefined
    if (rows) Object.assign(raw, rows)
    if (rows) continue
    const values = postedAs(field && typeOf(field), answer)
    if (values) raw[id] = values
    else if (field) mistyped.push({ field: id, code: 'answer.type', text: MISTYPED })
  }
  return { raw: answersOf(form, raw), mistyped }
}

/** A list of objects as the inputs of rows; undefined when it is none, or holds values its fields do not take. */
function postedRows(field: Field, answer: Json): Raw | undefined {
  if (!Array.isArray(answer) || (answer as Json[]).every((row) => typeof row === 'string'))
    return undefined
  const raw: Record<string, readonly string[]> = {}
  const rows = (answer as readonly Json[]).map(asObject)
  for (const [index, row] of rows.entries())
    for (const [id, value] of Object.entries(row ?? {})) {
      const inner = rowsOptions(field).fields.find((one) => one.id === id)
      const values = postedAs(inner && typeOf(inner), value)
      if (!values) return undefined
      raw[`${field.id}.${index}.${id}`] = values
    }
  return rows.includes(undefined)
    ? undefined
    : { ...raw, [field.id]: rows.map((_, index) => String(index)) }
}

const MISTYPED: Text = {
  ja: '「{label}」は、文字列で送ってください（数字のコードも引用符で囲みます）。',
  en: 'Send “{label}” as text (put codes made of digits in quotation marks, too).',
}

export function objectIn(json: Json, name: string): JsonObject | undefined {
  const object = asObject(json)
  return object && asObject(own(object, name))
}

export function asObject(json: Json | undefined): JsonObject | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as JsonObject)
    : undefined
}

/** The inputs of a lookup; undefined when there are none or one is too long. */
export function inputsIn(json: Json): JsonObject | undefined {
  const inputs = objectIn(json, 'inputs')
  const isShort = Object.values(inputs ?? {}).every(
    (value) => typeof value === 'string' && value.length <= LOOKUP_INPUT_LENGTH_MAX,
  )
  return isShort ? inputs : undefined
}
