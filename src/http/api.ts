import { accept, lookUp, press, type Acceptance } from '../accept.ts'
import { assert } from '../fault.ts'
import { drawnFields, typeOf } from '../form/evaluate.ts'
import { postedAs } from '../form/fields/index.ts'
import { rowsOptions } from '../form/rows.ts'
import type { Field, Form, Issue, Json, JsonObject, Locale, Raw, Text } from '../form/form.ts'
import { messageOf } from '../form/messages.ts'
import { canonicalJson } from '../hash.ts'
import { recall, type RequestKey } from '../store/idempotency.ts'
import { eventsOf, loadSubmission } from '../store/submissions.ts'
import type { Event, Submission } from '../workflow/workflow.ts'
import { jsonAnswer, refusalTrouble, retryAfter, textIn, troubleAnswer } from './answers.ts'
import { actorOf, factsOf, formOf, submissionPath } from './forms.ts'
import { own } from './guard.ts'
import { answersOf } from './inputs.ts'
import { acceptDepsOf } from './round-trip.ts'
import type { Route, Visit } from './route.ts'
import { actionsOf, ownSubmission, shownState } from './submissions.ts'

const FORM = { access: { kind: 'form' }, body: 'json', method: 'POST' } as const
const VISITOR = { access: { kind: 'visitor' }, body: 'json' } as const

/** Longer inputs name no facility; the limit keeps questions to plugins small. */
const LOOKUP_INPUT_LENGTH_MAX = 200

/** The same forms for programs: same reading, same verdict, same submissions; errors as data. */
export function apiRoutes(): readonly Route[] {
  return [
    { ...VISITOR, method: 'GET', body: 'none', path: '/api/v1/submissions/:id', answer: tell },
    {
      ...VISITOR,
      method: 'POST',
      path: '/api/v1/submissions/:id/actions/:action',
      answer: act,
    },
    { ...FORM, path: '/api/v1/:portal/:form', answer: create },
    { ...FORM, path: '/api/v1/:portal/:form/check', answer: check },
    { ...FORM, path: '/api/v1/:portal/:form/lookups/:field', answer: ask },
    { ...FORM, path: '/api/v1/:portal/:form/buttons/:field', answer: pressed },
  ]
}

async function create(visit: Visit): Promise<Response> {
  const form = formOf(visit)
  if (form.builtin !== 'login' && form.workflow === undefined)
    return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  const idempotency = requestKey(visit, form)
  if (idempotency === 'bad') return troubleAnswer(visit, { code: 'http.bad-key', status: 400 })
  const earlier = idempotency && (await answeredBefore(visit, idempotency))
  if (earlier) return earlier
  const verdict = await judge(visit, form, form.builtin === 'login')
  if (verdict instanceof Response) return verdict
  if (form.builtin === 'login') return logIn(visit, form, verdict)
  assert(verdict.answers, 'what is filed has been accepted')
  return file(visit, form, verdict, idempotency)
}

async function check(visit: Visit): Promise<Response> {
  const verdict = await judge(visit, formOf(visit), true)
  return verdict instanceof Response ? verdict : jsonAnswer({ ok: true })
}

async function ask(visit: Visit): Promise<Response> {
  const inputs = objectIn(visit.json, 'inputs')
  const isShort = Object.values(inputs ?? {}).every(
    (value) => typeof value === 'string' && value.length <= LOOKUP_INPUT_LENGTH_MAX,
  )
  if (!inputs || !isShort) return troubleAnswer(visit, { code: 'body.no-inputs', status: 400 })
  const result = await lookUp(visit.deps.accept, formOf(visit), {
    fieldId: visit.params.field ?? '',
    inputs,
    address: visit.address,
  })
  if (!result) return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  return result.status === 'unavailable'
    ? jsonAnswer(result, 200, retryAfter(result.retryAfterMs))
    : jsonAnswer(result)
}

/** A button that asks: the question is made of the answers, so that nobody asks what the form does not. */
async function pressed(visit: Visit): Promise<Response> {
  const form = formOf(visit)
  const answers = objectIn(visit.json, 'answers')
  if (!answers) return troubleAnswer(visit, { code: 'body.no-answers', status: 400 })
  const { result } = await press(
    visit.deps.accept,
    {
      form,
      raw: rawOf(form, answers).raw,
      facts: await factsOf(visit, form),
      accountId: visit.account?.id,
      address: visit.address,
    },
    visit.params.field ?? '',
  )
  if (!result) return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  return result.status === 'unavailable'
    ? jsonAnswer(result, 200, retryAfter(result.retryAfterMs))
    : jsonAnswer(result)
}

async function tell(visit: Visit): Promise<Response> {
  const submission = await ownSubmission(visit)
  return submission
    ? jsonAnswer(await described(visit, submission))
    : troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
}

async function act(visit: Visit): Promise<Response> {
  const submission = await ownSubmission(visit)
  if (!submission) return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
  const definitions = await visit.deps.advance.definitionsOf(submission.definition)
  const action = visit.params.action ?? ''
  if (!own(actionsOf(definitions, submission, visit), action))
    return troubleAnswer(visit, { code: 'refusal.not-possible-now', status: 409 })
  const outcome = await visit.deps.advance.act({
    submissionId: submission.id,
    action,
    answers: {},
    actor: actorOf(visit),
    locale: visit.locale,
  })
  return 'refusal' in outcome
    ? troubleAnswer(visit, refusalTrouble(outcome.refusal, visit.locale))
    : jsonAnswer(await described(visit, outcome.submission))
}

/** The verdict, or the answer that says what is wrong. */
async function judge(visit: Visit, form: Form, dry: boolean): Promise<Acceptance | Response> {
  const answers = objectIn(visit.json, 'answers')
  if (!answers) return troubleAnswer(visit, { code: 'body.no-answers', status: 400 })
  const { raw, mistyped } = rawOf(form, answers)
  if (mistyped.length > 0) return issuesAnswer(form, mistyped, visit.locale)
  const sitting = asObject(visit.json)?.sitting
  const acceptance = await accept(acceptDepsOf(visit.deps, form), {
    form,
    raw,
    ...(typeof sitting === 'string' && { draftId: sitting }),
    facts: await factsOf(visit, form),
    accountId: visit.account?.id,
    address: visit.address,
    dry,
  })
  return acceptance.issues.length > 0
    ? issuesAnswer(form, acceptance.issues, visit.locale, acceptance)
    : acceptance
}

async function file(
  visit: Visit,
  form: Form,
  { answers }: Acceptance,
  idempotency: RequestKey | undefined,
): Promise<Response> {
  const outcome = await visit.deps.advance.submit({
    form: form.id,
    definitions: visit.deps.definitions(),
    answers: answers ?? {},
    actor: actorOf(visit),
    locale: visit.locale,
    idempotency,
  })
  return 'refusal' in outcome
    ? troubleAnswer(visit, refusalTrouble(outcome.refusal, visit.locale))
    : created(visit, outcome.submission)
}

/** A repeated request is answered before it is judged: what it filed may have changed what is right by now. */
async function answeredBefore(visit: Visit, request: RequestKey): Promise<Response | undefined> {
  const { db } = visit.deps.store
  const earlier = await recall(db, request)
  if (earlier.kind === 'new') return undefined
  if (earlier.kind === 'mismatch')
    return troubleAnswer(visit, refusalTrouble({ code: 'key-reused' }, visit.locale))
  const { submissionId } = JSON.parse(earlier.response) as { submissionId: string }
  const submission = await loadSubmission(db, submissionId)
  return submission && created(visit, submission)
}

/** The same words to the same request, whatever has become of the submission since. */
async function created(visit: Visit, submission: Submission): Promise<Response> {
  const events = await eventsOf(visit.deps.store.db, submission.id)
  const later = events.findIndex(({ kind }) => kind !== 'submitted' && kind !== 'entered')
  const first = events.slice(0, later < 0 ? undefined : later).findLast(isEntered)
  const state = String(first?.data.state ?? submission.state)
  const answer = await described(visit, { ...submission, state })
  return jsonAnswer(answer, 201, { Location: answer.url })
}

function isEntered(event: Event): boolean {
  return event.kind === 'entered'
}

async function logIn(visit: Visit, form: Form, { evaluation }: Acceptance): Promise<Response> {
  const { deps, address } = visit
  const result = await deps.accounts.authenticate({
    portal: form.portal,
    login: String(evaluation.answers.username ?? ''),
    password: String(evaluation.answers.password ?? ''),
    address,
  })
  if ('issue' in result) return issuesAnswer(form, [result.issue], visit.locale, undefined, result)
  const session = await deps.accounts.startSession({ accountId: result.account.id }, visit.token)
  return jsonAnswer({ account: { login: result.account.login } }, 200, {
    'Set-Cookie': session.cookie,
  })
}

/** What programs may know of a submission: nothing that was typed, and no more than its page says. */
async function described(
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

function issuesAnswer(
  form: Form,
  issues: readonly Issue[],
  locale: Locale,
  acceptance?: Acceptance,
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
function rawOf(
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

/** `Idempotency-Key`, for one form and one person. */
function requestKey({ deps, request, account, json }: Visit, form: Form) {
  const key = request.headers.get('idempotency-key')
  if (key === null) return undefined
  if (!/^[\x21-\x7e]{1,200}$/.test(key)) return 'bad'
  return {
    scope: `api:${form.id}:${account?.id ?? ''}`,
    key,
    requestHash: deps.keys.derive('idempotency', canonicalJson(json)),
  }
}

function objectIn(json: Json, name: string): JsonObject | undefined {
  const object = asObject(json)
  return object && asObject(own(object, name))
}

function asObject(json: Json | undefined): JsonObject | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as JsonObject)
    : undefined
}
