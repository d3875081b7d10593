import { accept, type Acceptance } from '../../accept.ts'
import { lookUp, press } from '../../ask.ts'
import { assert } from '../../fault.ts'
import type { Form } from '../../form/form.ts'
import { canonicalJson } from '../../hash.ts'
import { recall, type RequestKey } from '../../store/idempotency.ts'
import { eventsOf, loadSubmission } from '../../store/submissions.ts'
import type { OpenAction } from '../../workflow/act.ts'
import type { Event, Submission } from '../../workflow/submission.ts'
import { jsonAnswer, refusalTrouble, textIn, troubleAnswer } from '../form/answers.ts'
import { correctionApiRoutes } from './corrections.ts'
import {
  asObject,
  described,
  foundAnswer,
  inputsIn,
  issuesAnswer,
  objectIn,
  rawOf,
} from './json.ts'
import { acceptDepsOf } from '../form/course.ts'
import { actorOf, factsOf, formOf } from '../form/forms.ts'
import { own } from '../guard.ts'
import type { Route, Visit } from '../route.ts'
import type { Filed } from '../member/submission-page.ts'
import { openFiled } from '../member/submissions.ts'

const FORM = { access: { kind: 'form' }, body: 'json', method: 'POST' } as const
const VISITOR = { access: { kind: 'visitor' }, body: 'json' } as const

/** The same forms for programs: same reading, same verdict, same submissions; errors as data. */
export function apiRoutes(): readonly Route[] {
  return [
    { ...VISITOR, method: 'GET', body: 'none', path: '/api/v1/submissions/:id', answer: tell },
    ...correctionApiRoutes(),
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
  const inputs = inputsIn(visit.json)
  if (!inputs) return troubleAnswer(visit, { code: 'body.no-inputs', status: 400 })
  const result = await lookUp(visit.deps.accept, formOf(visit), {
    fieldId: visit.params.field ?? '',
    inputs,
    address: visit.address,
  })
  return foundAnswer(visit, result)
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
  return foundAnswer(visit, result)
}

async function tell(visit: Visit): Promise<Response> {
  const filed = await openFiled(visit)
  if (!filed) return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
  const told = await described(visit, filed.submission)
  const actions = offered(filed, told.state).map(({ name, action }) => ({
    action: name,
    label: textIn(action.label, visit.locale),
  }))
  return jsonAnswer({ ...told, actions })
}

/**
 * What is open to whoever filed. Without an account they are offered what the state they are told offers: two states that look
 * the same, as for an address that is known and one that is not, must not differ in this (S03).
 */
function offered(filed: Filed, told: string): readonly Pick<OpenAction, 'name' | 'action'>[] {
  if (filed.submission.accountId !== undefined) return filed.actions
  const actions = filed.workflow && own(filed.workflow.states, told)?.actions
  return Object.entries(actions ?? {})
    .map(([name, action]) => ({ name, action }))
    .filter(({ action }) => action.by === 'applicant')
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
