import type { Definitions } from '../definitions/definitions.ts'
import { resolveRef } from '../form/expression.ts'
import type { Db } from '../store/open.ts'
import { waitingUnderKey } from '../store/submissions.ts'
import { waitingKey } from '../workflow/enter.ts'
import type { AccountStep, Workflow } from '../workflow/workflow.ts'

/**
 * The password hash of a submission that waits to create an account with this login (D-17: someone who has not opened the
 * activation mail yet is told so, but only with the right password). undefined when none waits.
 */
export async function pendingPasswordHash(
  db: Db,
  definitions: Definitions,
  portal: string,
  login: string,
): Promise<string | undefined> {
  const names = Object.values(definitions.forms).flatMap((form) =>
    form.portal === portal && form.workflow !== undefined ? [form.workflow] : [],
  )
  for (const name of new Set(names)) {
    const workflow = definitions.workflows[name]
    const password = workflow && passwordOfNewAccount(workflow)
    if (!workflow || password === undefined) continue
    if (workflow.login === undefined || !isKeyedByLogin(workflow)) continue
    const key = waitingKey(portal, name, [workflow.login], [login])
    const waiting = await waitingUnderKey(db, key, '')
    const hash = waiting[0] && resolveRef(password, { answers: waiting[0].answers, facts: {} })
    if (typeof hash === 'string') return hash
  }
  return undefined
}

function passwordOfNewAccount(workflow: Workflow): string | undefined {
  const steps = Object.values(workflow.states).flatMap((state) => state.enter)
  const create = steps.find(
    (step): step is AccountStep => step.kind === 'account' && step.do === 'create',
  )
  const password = create?.set.password
  return typeof password === 'string' ? password : undefined
}

function isKeyedByLogin({ states, login }: Workflow): boolean {
  return Object.values(states).some(
    ({ replaces }) => replaces?.length === 1 && replaces[0] === login,
  )
}
