import type { Span } from '../../workflow/clock.ts'
import type { MailStep, Reminder, State } from '../../workflow/workflow.ts'
import type { Place } from '../frame.ts'
import { child, compact, compileSpan, entriesOf, isTrue, itemsOf, stringOf } from '../values.ts'
import { stateAt, type Gathered } from './scope.ts'
import { compileStep } from './steps.ts'
import type { Node } from '../yaml/yaml.ts'

/** The keys of a state that are about time. */
export const TIMER_KEYS = ['after', 'remind', 'desk', 'pauses'] as const

/** Time limits, reminders and the clock of the office. */
export function compileTimers(
  node: Node,
  gathered: Gathered,
): Pick<State, 'after' | 'remind' | 'desk' | 'pauses'> {
  const reminders = itemsOf(child(node, 'remind')).flatMap((item) => reminderAt(item, gathered))
  const desk = child(node, 'desk')
  return {
    after: entriesOf(child(node, 'after')).flatMap(({ key, at, value }) => {
      const span = spanOf(key, at, gathered)
      return span ? [{ ...span, to: stateAt(value, gathered) ?? '' }] : []
    }),
    remind: reminders.length > 0 ? reminders : undefined,
    desk:
      desk &&
      compact({
        warn: spanAt(child(desk, 'warn'), gathered),
        escalate: spanAt(child(desk, 'escalate'), gathered),
      }),
    pauses: isTrue(child(node, 'pauses')) || undefined,
  }
}

function reminderAt(node: Node, gathered: Gathered): Reminder[] {
  const after = spanAt(child(node, 'after'), gathered)
  const mails = compileStep(node, gathered).filter((step): step is MailStep => step.kind === 'mail')
  return after ? mails.map((step) => ({ after, step })) : []
}

function spanAt(node: Node | undefined, gathered: Gathered): Span | undefined {
  const text = stringOf(node)
  return node && text !== undefined ? spanOf(text, node.at, gathered) : undefined
}

function spanOf(text: string, at: Place, { scope, businessDays }: Gathered): Span | undefined {
  const span = compileSpan(text, at, scope.report)
  if (span && 'businessDays' in span) businessDays.push(at)
  return span
}
