import { assert } from '../../fault.ts'
import { appendAudit } from '../../store/audit.ts'
import { facilityFacts } from '../../store/facilities.ts'
import { actorText, loadSubmission } from '../../store/submissions.ts'
import type { Facts, JsonObject } from '../../form/form.ts'
import type { OpenAction } from '../../workflow/act.ts'
import type { Actor, Submission } from '../../workflow/workflow.ts'
import { pageAnswer, redirectTo, textIn, troubleAnswer } from '../form/answers.ts'
import { own } from '../guard.ts'
import { isInScope, may, needs, scopeOf } from '../staff/rights.ts'
import { caseContent, type Opened } from './case.ts'
import { handOver } from './deeds.ts'
import { queueContent } from './queue.ts'
import { SAID, type SaidName } from './said.ts'
import type { Route, Visit } from '../route.ts'

/** The review desk: the list, one submission, who deals with it. */
export function reviewRoutes(): readonly Route[] {
  return [
    { method: 'GET', path: '/review/', access: needs('queue'), body: 'none', answer: list },
    { method: 'GET', path: '/review/:id', access: needs('queue'), body: 'none', answer: show },
    {
      method: 'POST',
      path: '/review/:id/assign',
      access: needs('assign'),
      body: 'form',
      answer: take,
    },
    {
      method: 'POST',
      path: '/review/:id/release',
      access: needs('assign'),
      body: 'form',
      answer: release,
    },
  ]
}

async function list(visit: Visit): Promise<Response> {
  return pageAnswer(visit, await queueContent(visit))
}

async function show(visit: Visit): Promise<Response> {
  const opened = await openCase(visit)
  if (!opened) return troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
  const said = own(SAID, visit.query.get('said') ?? '')
  return caseAnswer(visit, opened, said && { notice: textIn(said, visit.locale) })
}

export async function caseAnswer(
  visit: Visit,
  opened: Opened,
  said?: Parameters<typeof caseContent>[2],
): Promise<Response> {
  return pageAnswer(visit, await caseContent(visit, opened, said))
}

/**
 * Looking at somebody's answers is an event too: noted before anything is shown (S43). Loaded in the same transaction, so
 * that whatever beat this request is stored by then, and history tells of it.
 */
export async function openCase(visit: Visit): Promise<Opened | undefined> {
  const { store, clock } = visit.deps
  const at = clock().toISOString()
  const actor = actorText(staffActor(visit))
  const submission = await store.write(async (tx) => {
    const stored = await loadSubmission(tx, visit.params.id ?? '')
    // What is none of their business is as if it were not there.
    const found = stored && isInScope(scopeOf(visit), stored) ? stored : undefined
    if (found)
      await appendAudit(tx, { at, actor, kind: 'submission.read', subject: found.id, data: {} })
    return found
  })
  return submission && openedCase(visit, submission)
}

async function openedCase(visit: Visit, submission: Submission): Promise<Opened> {
  const { advance } = visit.deps
  const definitions = await advance.definitionsOf(submission.definition)
  const { actions, facts } = await advance.openTo(submission, staffActor(visit))
  const isOffered = ({ action }: OpenAction) =>
    may(visit, 'act') && (action.note !== 'required' || may(visit, 'note'))
  return {
    submission,
    definitions,
    workflow: own(definitions.workflows, submission.workflow),
    form: own(definitions.forms, submission.form),
    actions: actions.filter(isOffered),
    facts: facts.facility ? facts : { ...facts, ...(await foundFacility(visit, submission)) },
  }
}

/** Before there is an account, the facility is the one that the form has found in the master. */
async function foundFacility(
  { deps }: Visit,
  { answers, portal }: Submission,
): Promise<Facts | undefined> {
  const found = Object.values(answers).find(
    (value): value is JsonObject =>
      typeof value === 'object' && value !== null && 'facilityId' in value,
  )
  if (!found) return undefined
  const facility = await facilityFacts(deps.store.db, {
    portal,
    facilityId: String(found.facilityId),
    identifier: String(found.identifier ?? ''),
  })
  return facility && { facility }
}

export function staffActor({ staff }: Pick<Visit, 'staff'>): Extract<Actor, { kind: 'staff' }> {
  assert(staff, 'the guard lets staff in only')
  return { kind: 'staff', staffId: staff.id, role: staff.role }
}

export function saidPath(id: string, said: SaidName): string {
  return `/review/${id}?said=${said}`
}

async function take(visit: Visit): Promise<Response> {
  const from = visit.fields.from?.[0] ?? ''
  const { staffId } = staffActor(visit)
  return assigned(visit, { from: from === '' ? null : from, to: staffId }, 'taken')
}

async function release(visit: Visit): Promise<Response> {
  return assigned(visit, { from: staffActor(visit).staffId, to: null }, 'released')
}

async function assigned(
  visit: Visit,
  change: Parameters<typeof handOver>[1],
  said: SaidName,
): Promise<Response> {
  if ((await handOver(visit, change)) === 'done')
    return redirectTo(saidPath(visit.params.id ?? '', said))
  const opened = await openCase(visit)
  return opened
    ? caseAnswer(visit, opened, { warning: textIn(SAID.othersFirst, visit.locale), status: 409 })
    : troubleAnswer(visit, { code: 'refusal.unknown', status: 404 })
}
