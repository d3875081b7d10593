import type { Scope } from '../../form/expression.ts'
import type { Given, Operation, Submission } from '../submission.ts'

/** What a step sees: answers (those of the present action under the action's name) and facts, and where it runs. */
export type StepContext = {
  readonly given: Given
  readonly scope: Scope
  /** As it is while the step runs: the state is entered already. */
  readonly submission: Submission
  readonly at: string
}

/** Turns one step of a definition into operations. Pure; does nothing itself. */
export type StepKind<Step> = (step: Step, context: StepContext) => readonly Operation[]
