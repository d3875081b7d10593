import { assert } from '../../fault.ts'
import { evaluateExpression, resolveRef } from '../../form/expression.ts'
import type { Json, JsonObject } from '../../form/form.ts'
import type { AccountRef, Operation } from '../submission.ts'
import type { AccountStep } from '../workflow.ts'
import type { StepContext, StepKind } from './step-kind.ts'

/**
 * Creates or changes an account. `set` gives login and password (an Argon2id PHC string, hashed before it came here);
 * whatever else it names is kept as an attribute. The lookup named by `facility` gives facility and identifier.
 */
export const account: StepKind<AccountStep> = (step, context) => {
  const { login, password, ...attributes } = valuesOf(step, context)
  assert(login === undefined || typeof login === 'string', 'A login is text')
  assert(password === undefined || typeof password === 'string', 'A password hash is text')
  const conflict = step.conflict && { conflict: step.conflict }
  if (step.do === 'create') {
    assert(login !== undefined && password !== undefined, 'An account needs login and password')
    const created = { id: context.given.newId(), login, passwordHash: password, attributes }
    const account = { ...created, ...facilityOf(step, context) }
    return [{ kind: 'account-create', account, ...conflict }]
  }
  const update: Operation = {
    kind: 'account-update',
    account: accountOf(step.of, context),
    attributes,
    ...(login !== undefined && { login }),
    ...(password !== undefined && { passwordHash: password }),
    ...conflict,
  }
  return [update]
}

/** The account a step is about: by the login name `of` refers to, or the one that filed the submission. */
export function accountOf(of: string | undefined, { scope, submission }: StepContext): AccountRef {
  if (of === undefined) {
    assert(submission.accountId !== undefined, 'The submission belongs to no account')
    return { id: submission.accountId }
  }
  const login = evaluateExpression(of, scope)
  assert(typeof login === 'string', `'${of}' gives no login`)
  return { login }
}

/** Empty values are left out: an update leaves them as they are. */
function valuesOf(step: AccountStep, { scope }: StepContext): { [name: string]: Json } {
  const values: { [name: string]: Json } = {}
  for (const [name, expression] of Object.entries(step.set)) {
    const value = evaluateExpression(expression, scope)
    if (value !== undefined) values[name] = value
  }
  return values
}

function facilityOf(step: AccountStep, { scope }: StepContext) {
  const found = step.facility === undefined ? undefined : resolveRef(step.facility, scope)
  if (found === undefined || found === null || typeof found !== 'object') return {}
  const { facilityType, facilityId, identifier } = found as JsonObject
  return {
    ...(typeof facilityType === 'string' && { facilityType }),
    ...(typeof facilityId === 'string' && { facilityId }),
    ...(typeof identifier === 'string' && { identifier }),
  }
}
