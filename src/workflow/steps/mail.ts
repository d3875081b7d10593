import { evaluateExpression } from '../../form/expression.ts'
import type { Json } from '../../form/form.ts'
import { shownAnswer } from '../../form/shown.ts'
import type { Operation } from '../submission.ts'
import type { LinkStep, MailStep } from '../workflow.ts'
import { later } from '../time.ts'
import type { StepContext, StepKind } from './step-kind.ts'

/**
 * Stores a job `mail.send` and, with `link`, a one-time link beside it. The payload holds the values the template shows
 * and no secret; the link's token is derived when the mail is rendered. Without an address there is nobody to write to.
 */
export const mail: StepKind<MailStep> = (step, context) => {
  const { given, scope, submission, at } = context
  const to = evaluateExpression(step.to, scope)
  if (typeof to !== 'string') return []
  const link = step.link && { id: given.newId(), ...step.link }
  const job: Operation = {
    kind: 'job',
    job: {
      id: given.newId(),
      kind: 'mail.send',
      payload: {
        template: step.template,
        portal: submission.portal,
        locale: given.locale,
        to,
        values: valuesOf(step, context),
        submissionId: submission.id,
        ...(link && { linkId: link.id }),
      },
      runAt: at,
    },
  }
  return link ? [...linkOperations(link, context), job] : [job]
}

function linkOperations(
  link: LinkStep & { readonly id: string },
  { submission, at }: StepContext,
): Operation[] {
  const operations: Operation[] = [{ kind: 'link', link }]
  if (link.then !== undefined)
    operations.push({
      kind: 'job',
      job: {
        id: link.id,
        kind: 'timer',
        payload: { state: submission.state, to: link.then, linkId: link.id },
        runAt: later(at, link.expiresMs),
      },
    })
  return operations
}

function valuesOf(step: MailStep, context: StepContext) {
  const { given, submission } = context
  const values: { [name: string]: string } = { number: submission.number }
  for (const name of given.placeholders[step.template] ?? [])
    if (!given.secrets.includes(name)) add(values, name, name, context)
  for (const [name, expression] of Object.entries(step.with)) add(values, name, expression, context)
  return values
}

/** An answer is written as the confirmation shows it; what is made of answers, as it is. */
function add(
  values: { [name: string]: string },
  name: string,
  expression: MailStep['with'][string],
  { given, scope }: StepContext,
) {
  const value = evaluateExpression(expression, scope)
  if (value === undefined || name in values) return
  const field = typeof expression === 'string' ? own(given.fields, expression) : undefined
  values[name] = field ? shownAnswer(value, field, given.locale) : asText(value)
}

function own<T>(values: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined
}

function asText(value: Json): string {
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map(asText).join('、') : JSON.stringify(value)
}
