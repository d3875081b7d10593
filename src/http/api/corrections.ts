import { accept } from '../../accept.ts'
import { lookUp, press } from '../../ask.ts'
import { correct, grantedIn, openCorrection, typedInto } from '../../correct.ts'
import { isSecret } from '../../form/fields/index.ts'
import type { ActWish } from '../../advance.ts'
import { jsonAnswer, refusalTrouble, troubleAnswer } from '../form/answers.ts'
import {
  asObject,
  described,
  foundAnswer,
  inputsIn,
  issuesAnswer,
  objectIn,
  rawOf,
} from './json.ts'
import { checksFor, factsFor, type Asked } from '../form/corrections.ts'
import { acceptDepsOf } from '../form/course.ts'
import { actorOf } from '../form/forms.ts'
import type { Route, Visit } from '../route.ts'
import { deadlineOf, writtenFacts } from '../member/submission-page.ts'
import { actionForm, openFiled } from '../member/submissions.ts'
import { uploadRoutesAt } from '../form/uploads.ts'

const PLACE = '/api/v1/submissions/:id/actions/:action'
const OWN = { access: { kind: 'visitor' }, formOf: actionForm } as const
const POST = { ...OWN, method: 'POST', body: 'json' } as const

/** Actions of whoever filed, for programs; above all corrections, which are asked for, checked and sent like forms. */
export function correctionApiRoutes(): readonly Route[] {
  const asked = (answer: (visit: Visit, asked: Asked) => Promise<Response>) => (visit: Visit) =>
    withAsked(visit, answer)
  return [
    { ...OWN, method: 'GET', body: 'none', path: PLACE, answer: asked(tell) },
    { ...POST, path: PLACE, answer: act },
    { ...POST, path: `${PLACE}/check`, answer: asked((visit, one) => send(visit, one, true)) },
    { ...POST, path: `${PLACE}/lookups/:field`, answer: asked(look) },
    { ...POST, path: `${PLACE}/buttons/:field`, answer: asked(pressed) },
    ...uploadRoutesAt(PLACE, OWN).map((route) => ({
      ...route,
      answer: asked((visit) => Promise.resolve(route.answer(visit))),
    })),
  ]
}

/** Only while the action is open, and only for actions that have a form. */
async function withAsked(
  visit: Visit,
  answer: (visit: Visit, asked: Asked) => Promise<Response>,
): Promise<Response> {
  const filed = await openFiled(visit)
  if (!filed) return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
  const open = filed.actions.find(({ name }) => name === visit.params.action)
  const { form } = visit
  if (open && !form) return troubleAnswer(visit, { code: 'http.not-found', status: 404 })
  return open && form
    ? answer(visit, { filed, open, form })
    : troubleAnswer(visit, { code: 'refusal.not-possible-now', status: 409 })
}

async function act(visit: Visit): Promise<Response> {
  if (visit.form) return withAsked(visit, (own, asked) => send(own, asked, false))
  const filed = await openFiled(visit)
  if (!filed) return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
  const action = visit.params.action ?? ''
  return filed.actions.some(({ name }) => name === action)
    ? perform(visit, { submissionId: filed.submission.id, action, answers: {} })
    : troubleAnswer(visit, { code: 'refusal.not-possible-now', status: 409 })
}

/** What is to be corrected, and why: the answers as they stand, without secrets. */
async function tell(visit: Visit, asked: Asked): Promise<Response> {
  const { filed, open, form } = asked
  const { submission, workflow } = filed
  const { correction, entered } = submission.progress
  const deadline = workflow && deadlineOf(workflow, submission)
  const said = correction && asObject(submission.answers[correction.action])
  const shown = Object.values(form.fields).flatMap((field) => {
    const value = submission.answers[field.id]
    const isHidden = isSecret(form, field) || field.keep === 'sealed'
    return value === undefined || isHidden ? [] : [[field.id, value] as const]
  })
  return jsonAnswer({
    ...(await described(visit, submission)),
    action: open.name,
    marked: correction?.fields ?? [],
    said: correction
      ? writtenFacts(filed, correction.action, said ?? {}, visit.locale).map((one) => ({ ...one }))
      : [],
    ...(deadline && { deadline: deadline.at }),
    ...(entered && { seen: entered.seq }),
    answers: Object.fromEntries(shown),
  })
}

/** Judges what was typed; unless only asked to judge, sends it. */
async function send(visit: Visit, asked: Asked, dry: boolean): Promise<Response> {
  const { filed, open, form } = asked
  const answers = objectIn(visit.json, 'answers')
  if (!answers) return troubleAnswer(visit, { code: 'body.no-answers', status: 400 })
  const { raw, mistyped } = rawOf(form, answers)
  if (mistyped.length > 0) return issuesAnswer(form, mistyped, visit.locale)
  const { deps, wish } = await correctionWish(visit, asked)
  const { sitting, seen } = asObject(visit.json) ?? {}
  const typed = { ...wish, raw, dry, ...(typeof sitting === 'string' && { draftId: sitting }) }
  const verdict =
    open.action.edit === undefined ? await accept(deps, typed) : await correct(deps, typed)
  if (verdict.issues.length > 0) return issuesAnswer(form, verdict.issues, visit.locale, verdict)
  if (dry) return jsonAnswer({ ok: true })
  return perform(visit, {
    submissionId: filed.submission.id,
    action: open.name,
    ...('changes' in verdict
      ? { answers: {}, changes: verdict.changes, follows: verdict.follows }
      : { answers: verdict.answers ?? {} }),
    ...(typeof seen === 'number' && { seen }),
  })
}

async function correctionWish(visit: Visit, asked: Asked) {
  const { filed, form } = asked
  const { account, address } = visit
  const [facts, checks] = await Promise.all([factsFor(visit, asked), checksFor(visit, form)])
  const { answers, progress } = filed.submission
  const marked = progress.correction?.fields ?? []
  return {
    deps: acceptDepsOf(visit.deps, form, checks),
    wish: { form, answers, marked, facts, address, ...(account && { accountId: account.id }) },
  }
}

async function look(visit: Visit, { form }: Asked): Promise<Response> {
  const inputs = inputsIn(visit.json)
  if (!inputs) return troubleAnswer(visit, { code: 'body.no-inputs', status: 400 })
  const question = { fieldId: visit.params.field ?? '', inputs, address: visit.address }
  return foundAnswer(visit, await lookUp(visit.deps.accept, form, question))
}

/** The question of a button is made of the answers as they would be sent. */
async function pressed(visit: Visit, asked: Asked): Promise<Response> {
  const answers = objectIn(visit.json, 'answers')
  if (!answers) return troubleAnswer(visit, { code: 'body.no-answers', status: 400 })
  const { deps, wish } = await correctionWish(visit, asked)
  const correction = await openCorrection(deps, wish)
  const raw = typedInto(correction, rawOf(asked.form, answers).raw)
  const granted = grantedIn(correction, raw)
  const { result } = await press(deps, { ...wish, raw, granted }, visit.params.field ?? '')
  return foundAnswer(visit, result)
}

async function perform(visit: Visit, wish: Omit<ActWish, 'actor' | 'locale'>): Promise<Response> {
  const { advance } = visit.deps
  const outcome = await advance.act({ ...wish, actor: actorOf(visit), locale: visit.locale })
  return 'refusal' in outcome
    ? troubleAnswer(visit, refusalTrouble(outcome.refusal, visit.locale))
    : jsonAnswer(await described(visit, outcome.submission))
}
