import type { Outcome } from '../../advance.ts'
import type { Json, JsonObject } from '../../form/form.ts'
import { jsonAnswer, refusalTrouble, troubleAnswer } from '../form/answers.ts'
import { caseData } from '../review/case-data.ts'
import { handOver, judged, settleProposal, takeAction } from '../review/deeds.ts'
import { actionForm, MARKED, NOTE, skipForm, type DeskForm } from '../review/forms.ts'
import { openCase, staffActor, type Opened } from '../review/opened.ts'
import type { Route, Visit } from '../route.ts'
import { askAgain } from '../staff/fresh.ts'
import { needs } from '../staff/rights.ts'
import { asObject, issuesAnswer, rawOf } from './json.ts'

/**
 * What the office does with a submission, for programs: the deeds of the desk's pages with their rights, checks and second
 * factor. Each answers how the submission stands then, as `GET /api/v1/staff/queue/:id` does.
 */
export function deskApiRoutes(): readonly Route[] {
  const post = { method: 'POST', body: 'json' } as const
  const at = '/api/v1/staff/queue/:id'
  return [
    { ...post, path: `${at}/actions/:action`, access: needs('act'), answer: opened(act) },
    { ...post, path: `${at}/agree/:action`, access: needs('act'), answer: opened(settle(true)) },
    { ...post, path: `${at}/decline/:action`, access: needs('act'), answer: opened(settle(false)) },
    { ...post, path: `${at}/notes`, access: needs('queue', 'note'), answer: opened(write) },
    { ...post, path: `${at}/assign`, access: needs('assign'), answer: opened(take) },
    { ...post, path: `${at}/release`, access: needs('assign'), answer: opened(release) },
    { ...post, path: `${at}/steps/:step/retry`, access: needs('repair'), answer: opened(retry) },
    { ...post, path: `${at}/steps/:step/skip`, access: needs('repair'), answer: opened(skip) },
  ]
}

type Deed = (visit: Visit, opened: Opened, body: JsonObject) => Promise<Response>

function opened(deed: Deed) {
  return async (visit: Visit): Promise<Response> => {
    const found = await openCase(visit)
    if (!found) return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
    return deed(visit, found, asObject(visit.json) ?? {})
  }
}

async function act(visit: Visit, found: Opened, body: JsonObject): Promise<Response> {
  const open = found.actions.find(
    ({ name, stage }) => name === visit.params.action && stage === 'open',
  )
  if (!open) return notNow(visit)
  const seen = versionIn(body.seen)
  if (seen === undefined) return troubleAnswer(visit, { code: 'body.no-seen', status: 400 })
  const again = open.action.stepUp ? await askAgain(visit) : undefined
  if (again) return again
  const { answers = {}, marked, note } = body
  const verdict = await filled(visit, found, actionForm(visit, found, open.action), {
    ...asObject(answers),
    ...(marked !== undefined && { [MARKED]: marked }),
    ...(note !== undefined && { [NOTE]: note }),
  })
  if (verdict instanceof Response) return verdict
  return outcomeAnswer(visit, await takeAction(visit, found, open, verdict, seen))
}

function settle(agrees: boolean): Deed {
  return async (visit, found, body) => {
    const open = found.actions.find(({ name }) => name === visit.params.action)
    const seen = versionIn(body.seen)
    if (!open) return notNow(visit)
    if (seen === undefined) return troubleAnswer(visit, { code: 'body.no-seen', status: 400 })
    const again = open.action.stepUp ? await askAgain(visit) : undefined
    return (
      again ??
      outcomeAnswer(visit, await settleProposal(visit, { action: open.name, agrees, seen }))
    )
  }
}

async function write(visit: Visit, { submission }: Opened, body: JsonObject): Promise<Response> {
  if (typeof body.note !== 'string')
    return troubleAnswer(visit, { code: 'body.no-note', status: 400 })
  const wish = { submissionId: submission.id, actor: staffActor(visit) }
  return outcomeAnswer(visit, await visit.deps.advance.note({ ...wish, note: body.note.trim() }))
}

/** `from` is whom the person saw it with; nobody when it is left out. */
function take(visit: Visit, _found: Opened, { from }: JsonObject): Promise<Response> {
  const before = typeof from === 'string' && from !== '' ? from : null
  return handedOver(visit, { from: before, to: staffActor(visit).staffId })
}

function release(visit: Visit): Promise<Response> {
  return handedOver(visit, { from: staffActor(visit).staffId, to: null })
}

async function handedOver(visit: Visit, change: Parameters<typeof handOver>[1]): Promise<Response> {
  return (await handOver(visit, change)) === 'done'
    ? nowAnswer(visit)
    : troubleAnswer(visit, { code: 'refusal.stale', status: 409 })
}

async function retry(visit: Visit, { submission }: Opened): Promise<Response> {
  const wish = { submissionId: submission.id, step: visit.params.step ?? '' }
  return outcomeAnswer(
    visit,
    await visit.deps.advance.repair({ ...wish, actor: staffActor(visit), do: 'retry' }),
  )
}

async function skip(visit: Visit, found: Opened, body: JsonObject): Promise<Response> {
  const { id = '', step = '' } = visit.params
  const verdict = await filled(visit, found, skipForm({ ja: step }), { [NOTE]: body.note ?? '' })
  if (verdict instanceof Response) return verdict
  const wish = { submissionId: id, step, actor: staffActor(visit) }
  const note = String(verdict[NOTE] ?? '')
  return outcomeAnswer(visit, await visit.deps.advance.repair({ ...wish, do: 'skip', note }))
}

/** The answers, read and checked as the page reads and checks them; or what is wrong with them. */
async function filled(visit: Visit, found: Opened, desk: DeskForm, typed: JsonObject) {
  const { raw, mistyped } = rawOf(desk.form, typed)
  if (mistyped.length > 0) return issuesAnswer(desk.form, mistyped, visit.locale)
  const verdict = await judged(visit, found, desk, raw)
  return verdict.answers ?? issuesAnswer(desk.form, verdict.issues, visit.locale, verdict)
}

function outcomeAnswer(visit: Visit, outcome: Outcome): Promise<Response> {
  return 'submission' in outcome
    ? nowAnswer(visit)
    : troubleAnswer(visit, refusalTrouble(outcome.refusal, visit.locale))
}

async function nowAnswer(visit: Visit): Promise<Response> {
  const found = await openCase(visit)
  return found
    ? jsonAnswer(await caseData(visit, found))
    : troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
}

function notNow(visit: Visit): Promise<Response> {
  return troubleAnswer(visit, { code: 'refusal.not-possible-now', status: 409 })
}

function versionIn(seen: Json | undefined): number | undefined {
  return typeof seen === 'number' && Number.isSafeInteger(seen) && seen > 0 ? seen : undefined
}
