import type { Operation } from '../submission.ts'
import type {
  AccountStep,
  DocumentStep,
  IssueStep,
  MailStep,
  RunStep,
  SessionsStep,
} from '../workflow.ts'
import { account } from './account.ts'
import { document } from './document.ts'
import { issue } from './issue.ts'
import { mail } from './mail.ts'
import { run } from './run.ts'
import { sessions } from './sessions.ts'
import type { StepContext, StepKind } from './step-kind.ts'

type Steps = {
  readonly mail: MailStep
  readonly account: AccountStep
  readonly sessions: SessionsStep
  readonly issue: IssueStep
  readonly document: DocumentStep
  readonly run: RunStep
}

/** Every kind of step, by the name it has in `Step.kind`. */
export const stepKinds: { readonly [Kind in keyof Steps]: StepKind<Steps[Kind]> } = {
  mail,
  account,
  sessions,
  issue,
  document,
  run,
}

/** The operations one step asks for. */
export function operationsOf<Kind extends keyof Steps>(
  step: { [Each in Kind]: Steps[Each] & { readonly kind: Each } }[Kind],
  context: StepContext,
): readonly Operation[] {
  const kind: Kind = step.kind
  return stepKinds[kind](step, context)
}
