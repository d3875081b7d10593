import { holds } from './condition.ts'
import { typeOf, type Evaluation } from './evaluate.ts'
import type { Scope } from './expression.ts'
import type { Field, Form, Issue, LookupOptions, LookupResult, Said } from './form.ts'
import type { Validators } from './validators.ts'

const NOTHING: readonly Issue[] = Object.freeze([])

/**
 * Everything wrong with an evaluated form, in the order of the page, at most one issue a field: missing, then the
 * value itself, then what compares it with others, then what a lookup says at it. Pure; lookups not yet answered
 * (`evaluation.wanted`) give no issue: whoever decides asks them first. Secrets are compared by the server afterwards.
 */
export function validate(
  _form: Form,
  evaluation: Evaluation,
  validators: Validators,
): readonly Issue[] {
  const atFields = lookupIssues(evaluation)
  if (atFields.length === 0 && isRightAtOnce(evaluation, validators)) return NOTHING
  const issues: Issue[] = []
  for (const field of evaluation.visible) {
    const issue =
      ownIssue(field, evaluation, validators) ??
      atFields.find((candidate) => candidate.field === field.id)
    if (issue) issues.push(issue)
  }
  const unplaced = atFields.filter(
    (issue) => !evaluation.visible.some((field) => field.id === issue.field),
  )
  return unplaced.length > 0 ? [...issues, ...unplaced] : issues
}

/** One call of the compiled schema answers for all values at once; only comparing is left. */
function isRightAtOnce(evaluation: Evaluation, validators: Validators): boolean {
  if (evaluation.missing.length > 0) return false
  const meets = validators.variants[evaluation.choice]
  if (!meets?.(evaluation.answers)) return false
  return evaluation.beyondSchema.every((field) => comparedIssue(field, evaluation) === undefined)
}

function ownIssue(field: Field, evaluation: Evaluation, validators: Validators): Issue | undefined {
  const type = typeOf(field)
  if (!type.isInput) return undefined
  // A field may be called what every object has, `toString` say.
  const { answers } = evaluation
  const value = Object.hasOwn(answers, field.id) ? answers[field.id] : undefined
  if (value === undefined) {
    if (!evaluation.required.has(field.id)) return undefined
    return { field: field.id, code: type.missingCode ?? 'R01' }
  }
  const failed = validators.fields[field.uid]?.(value)
  if (failed !== undefined) return { field: field.id, ...type.issue(failed, field, value) }
  return comparedIssue(field, evaluation)
}

function comparedIssue(field: Field, evaluation: Evaluation): Issue | undefined {
  const type = typeOf(field)
  const value = evaluation.answers[field.id]
  if (!type.check || value === undefined) return undefined
  const wrong = type.check(value, field, evaluation.answers)
  return wrong && { field: field.id, ...wrong }
}

function lookupIssues(evaluation: Evaluation): readonly Issue[] {
  const issues: Issue[] = []
  for (const field of evaluation.beyondSchema) {
    if (field.type !== 'lookup') continue
    const result = evaluation.lookups[field.id]
    const issue = result && lookupIssue(field, result, evaluation)
    if (issue) issues.push(issue)
  }
  return issues.length > 0 ? issues : NOTHING
}

function lookupIssue(
  field: Field,
  result: LookupResult,
  evaluation: Evaluation,
): Issue | undefined {
  const options = field.options as unknown as LookupOptions
  const at = options.at
  switch (result.status) {
    case 'missing':
      return { field: at, code: 'lookup.missing', text: options.notFound }
    case 'elsewhere':
      return said(at, 'lookup.elsewhere', options.elsewhere?.[result.index]?.say)
    case 'unavailable':
      return {
        field: at,
        code: 'lookup.unavailable',
        params: { seconds: Math.max(1, Math.ceil(result.retryAfterMs / 1000)) },
      }
    case 'found': {
      const scope: Scope = { answers: evaluation.answers, facts: evaluation.facts }
      const refusal = options.refuse?.find(({ when }) => holds(when, scope))
      return refusal && said(at, 'lookup.refused', refusal.say)
    }
  }
}

function said(field: string, code: string, what: Said | undefined): Issue {
  return { field, code, ...(what && { text: what.text, links: what.links }) }
}
