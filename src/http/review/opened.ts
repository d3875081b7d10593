import type { Definitions } from '../../definitions/definitions.ts'
import { assert } from '../../fault.ts'
import type { Facts, Form, JsonObject } from '../../form/form.ts'
import { appendAudit } from '../../store/audit.ts'
import { facilityFacts } from '../../store/facilities.ts'
import { actorText, loadSubmission } from '../../store/submissions.ts'
import type { OpenAction } from '../../workflow/act.ts'
import type { Actor, Submission } from '../../workflow/submission.ts'
import type { Workflow } from '../../workflow/workflow.ts'
import { own } from '../guard.ts'
import { isInScope, may, scopeOf } from '../staff/rights.ts'
import type { Visit } from '../route.ts'

/** One submission, with what the member of the staff may do with it now. */
export type Opened = {
  readonly submission: Submission
  readonly definitions: Definitions
  readonly workflow: Workflow | undefined
  readonly form: Form | undefined
  readonly actions: readonly OpenAction[]
  /** Of whoever filed it: account and facility. */
  readonly facts: Facts
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
