import { evaluateExpression } from '../../form/expression.ts'
import type { IssueOrder, IssueStep } from '../workflow.ts'
import type { StepKind } from './step-kind.ts'

/** Of an initial password: what may be asked for, and what is taken when nothing is. 12 of 30 letters are 58 bits. */
export const PASSWORD_LENGTH = { min: 8, max: 40, usual: 12 } as const

/** Stores a job for whoever keeps the series of ids; its result names the accounts, without a secret. */
export const issue: StepKind<IssueStep> = (step, { given, scope, submission, at }) => {
  const count = evaluateExpression(step.count, scope)
  const order: IssueOrder = {
    submissionId: submission.id,
    issue: step.issue,
    count: Number(count ?? 0),
    ids: step.ids,
    environments: step.environments,
    ...(step.password && { password: step.password }),
  }
  return [
    { kind: 'job', job: { id: given.newId(), kind: 'accounts.issue', payload: order, runAt: at } },
  ]
}
