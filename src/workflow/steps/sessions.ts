import type { SessionsStep } from '../workflow.ts'
import { accountOf } from './account.ts'
import type { StepKind } from './step-kind.ts'

/** Ends every session of an account: whoever knew the old password is out (S05). */
export const sessions: StepKind<SessionsStep> = (step, context) => [
  { kind: 'sessions-end', account: accountOf(step.of, context) },
]
