import { evaluateExpression, resolveRef, type Scope } from '../../form/expression.ts'
import type { Json } from '../../form/form.ts'
import type { DocumentOrder, DocumentStep } from '../workflow.ts'
import type { StepContext, StepKind } from './step-kind.ts'

/**
 * Stores a job that makes one document, or one for each item of a list. The payload holds what the document prints or
 * compares and no secret: an issued password is opened when the document is.
 */
export const document: StepKind<DocumentStep> = (step, context) => {
  const { given, scope, submission, at } = context
  const order: DocumentOrder = {
    submissionId: submission.id,
    document: step.document,
    items: itemsOf(step, scope).map((item) => ({ values: valuesOf(step, item, context) })),
    at,
  }
  return [
    { kind: 'job', job: { id: given.newId(), kind: 'documents.issue', payload: order, runAt: at } },
  ]
}

type Item = { readonly [name: string]: Json }

function itemsOf({ each }: DocumentStep, scope: Scope): readonly Item[] {
  if (!each) return [{}]
  const list = resolveRef(each.of, scope)
  return Array.isArray(list)
    ? (list as readonly Json[]).map((value): Item => ({ [each.as]: value }))
    : []
}

/** By ref: an item of `each` first, then what the step gives, then answers and facts. */
function valuesOf(step: DocumentStep, item: Item, { given, scope }: StepContext) {
  const values: { [ref: string]: Json } = {}
  for (const ref of given.documents[step.document] ?? []) {
    const [first = ''] = ref.split('.')
    if (given.secrets.includes(first)) continue
    const value = Object.hasOwn(item, first)
      ? resolveRef(ref, { answers: item, facts: {} })
      : Object.hasOwn(step.with, ref)
        ? evaluateExpression(step.with[ref] ?? ref, scope)
        : resolveRef(ref, scope)
    if (value !== undefined) values[ref] = value
  }
  // Whose password it is, for whoever opens the document.
  for (const [name, value] of Object.entries(item)) {
    const ref = `${name}.accountId`
    const id = resolveRef(ref, { answers: { [name]: value }, facts: {} })
    if (id !== undefined) values[ref] = id
  }
  return values
}
