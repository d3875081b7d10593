import { systemClock, withDeadline } from '../deadline.ts'
import type { DriverContext, ReaderDriver } from '../contract.ts'
import type { VirtualCard } from '../virtual/card.ts'
import type { FaultKind } from '../virtual/hardware.ts'

/**
 * The physical side of a reader driver under test: whoever writes a driver says in its `conformance.ts` how cards come
 * and go. What a bench cannot do is left out, and the cases that need it say so.
 */
export type CardBench = {
  /** A new driver on the same readers and service. */
  readonly driver: (context: DriverContext) => ReaderDriver
  /** How many readers there are; cards are named by their number from 0. */
  readonly readers: number
  insert(reader: number, card: VirtualCard): Promise<void>
  remove(reader: number): Promise<void>
  /** Calls back before the n-th command reaches the card; the card can be removed then. */
  readonly onCommand?: (
    reader: number,
    listen: ((index: number) => Promise<void> | void) | undefined,
  ) => void
  readonly fault?: (reader: number, at: number, kind: FaultKind) => void
  readonly stopService?: () => Promise<void>
  readonly startService?: () => Promise<void>
  close(): Promise<void>
}

/** What a reader plugin's `conformance.ts` exports. */
export type ReaderConformance = { readonly openBench: () => Promise<CardBench> }

/** Outcome of one case. */
export type Outcome = {
  readonly name: string
  readonly status: 'passed' | 'failed' | 'left out'
  readonly reason?: string
}

/** A case that cannot be tried here, for a reason that is shown. */
export class LeftOut extends Error {
  override readonly name = 'LeftOut'
}

export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what)
}

/** Longest of them: a card taken away at every command of a real service. One that hangs must not keep the others. */
const CASE_MS = 90_000

export async function runCases(
  cases: readonly { readonly name: string; readonly run: () => Promise<void> }[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const { name, run } of cases)
    try {
      await withDeadline(systemClock, CASE_MS, undefined, run())
      outcomes.push({ name, status: 'passed' })
    } catch (thrown) {
      const reason = thrown instanceof Error ? thrown.message : String(thrown)
      outcomes.push({ name, status: thrown instanceof LeftOut ? 'left out' : 'failed', reason })
    }
  return outcomes
}
