import { evaluateExpression } from '../../form/expression.ts'
import type { IssueOrder, IssueStep } from '../workflow.ts'
import type { StepKind } from './step-kind.ts'

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
