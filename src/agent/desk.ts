import type { Operation } from '../cards/contract.ts'
import type { CardErrorCode, CardErrorDetail } from '../cards/errors.ts'
import type { PinAnswer, PinQuestion } from '../cards/pin.ts'

/** What the person at the PC is asked before anything is read. */
export type ConsentQuestion = {
  /** The way vouches for it; the words of portal and purpose are the page's. */
  readonly origin: string
  readonly portal: string
  readonly purpose: string
  readonly operation: Operation
  readonly fields: readonly string[]
}

/** The window of the agent on the PC: where consent and PINs are given, never on the page. */
export type Desk = {
  consent(question: ConsentQuestion, signal: AbortSignal): Promise<boolean>
  pin(
    question: PinQuestion & Pick<ConsentQuestion, 'origin' | 'portal' | 'purpose'>,
    signal: AbortSignal | undefined,
  ): Promise<PinAnswer>
  /** What is going on. */
  show(state: DeskState): void
}
export type DeskState =
  | 'idle'
  | 'card'
  | 'reading'
  | 'done'
  | { readonly code: CardErrorCode; readonly detail: CardErrorDetail }
