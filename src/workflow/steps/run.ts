import { evaluateExpression } from '../../form/expression.ts'
import type { Json } from '../../form/form.ts'
import type { RunStep } from '../workflow.ts'
import type { StepKind } from './step-kind.ts'

/** Stores a job for whoever performs the effect. Its payload holds what `with` names and no secret. */
export const run: StepKind<RunStep> = (step, { given, scope, at }) => {
  const payload: { [name: string]: Json } = {}
  for (const [name, expression] of Object.entries(step.with)) {
    const value = evaluateExpression(expression, scope)
    if (value !== undefined) payload[name] = value
  }
  return [{ kind: 'job', job: { id: given.newId(), kind: step.effect, payload, runAt: at } }]
}
