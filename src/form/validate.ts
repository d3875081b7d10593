import { holds } from './condition.ts'
import { typeOf, type Evaluation } from './evaluate.ts'
import type { FieldType } from './fields/field-type.ts'
import type {
  Field,
  Form,
  Issue,
  LookupOptions,
  LookupResult,
  Said,
  VerificationOptions,
} from './form.ts'
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
      (atFields === NOTHING
        ? undefined
        : atFields.find((candidate) => candidate.field === field.id))
    if (issue) issues.push(issue)
    if (!typeOf(field).rows) continue
    for (const row of evaluation.rows[field.id] ?? []) {
      const answers = { ...evaluation.answers, ...row.answers, ...row.typed }
      const inRow = row.answers && { ...evaluation, answers }
      for (const inner of inRow ? row.fields : []) {
        const innerIssue = inRow && ownIssue(inner, inRow, validators)
        if (innerIssue) issues.push(innerIssue)
      }
    }
  }
  for (const issue of atFields)
    if (!evaluation.visible.some((field) => field.id === issue.field)) issues.push(issue)
  return issues
}

/**
 * Fields up to which one check of all answers is faster than one for each. It asks every condition of the form once more,
 * which costs little in a small form and most of the time in one of hundreds of fields (docs/benchmarks.md).
 */
const AT_ONCE_MAX = 60

/** One call of the compiled schema answers for all values at once; only comparing is left. */
function isRightAtOnce(evaluation: Evaluation, validators: Validators): boolean {
  const { missing, visible } = evaluation
  if (missing.length > 0 || visible.length > AT_ONCE_MAX) return false
  const meets = validators.variants[evaluation.choice]
  if (!meets?.(evaluation.answers)) return false
  for (const field of evaluation.beyondSchema)
    if (comparedIssue(field, typeOf(field), evaluation)) return false
  const rows = Object.values(evaluation.rows).flat()
  return !rows.some(({ fields }) => fields.some((inner) => typeOf(inner).check))
}

function ownIssue(field: Field, evaluation: Evaluation, validators: Validators): Issue | undefined {
  const type = typeOf(field)
  if (!type.isInput) return undefined
  // A field may be called what every object has, `toString` say.
  const { answers } = evaluation
  const value = Object.hasOwn(answers, field.id) ? answers[field.id] : undefined
  if (value === undefined) {
    if (!evaluation.required.has(field.id)) return undefined
    const answered = type.asked && evaluation.lookups[field.id]
    if (answered) return unconfirmedIssue(field, answered)
    return { field: field.id, code: type.missingCode ?? 'R01' }
  }
  // The answers in rows are judged each where it stands.
  const failed = type.rows ? undefined : validators.fields[field.uid]?.(value)
  if (failed !== undefined) {
    const { code, params } = type.issue(failed, field, value)
    return params ? { field: field.id, code, params } : { field: field.id, code }
  }
  return comparedIssue(field, type, evaluation)
}

function comparedIssue(field: Field, type: FieldType, evaluation: Evaluation): Issue | undefined {
  if (!type.check) return undefined
  const value = evaluation.answers[field.id]
  const wrong =
    value === undefined ? undefined : type.check(value, field, evaluation.answers, evaluation.facts)
  return wrong && { field: field.id, ...wrong }
}

function lookupIssues(evaluation: Evaluation): readonly Issue[] {
  let issues: Issue[] | undefined
  for (const field of evaluation.beyondSchema) {
    const result = field.type === 'lookup' ? evaluation.lookups[field.id] : undefined
    const issue = result && lookupIssue(field, result, evaluation)
    if (issue) (issues ??= []).push(issue)
  }
  return issues ?? NOTHING
}

/** Why a button's answer is not the one that is needed. */
export function unconfirmedIssue(field: Field, result: LookupResult): Issue {
  const { wrong, blocked } = field.options as unknown as VerificationOptions
  if (result.status === 'blocked')
    return {
      field: field.id,
      code: 'verification.blocked',
      params: { hours: Math.max(1, Math.ceil(result.forMs / HOUR_MS)) },
      ...(blocked && { text: blocked }),
    }
  return result.status === 'unavailable'
    ? unavailableIssue(field.id, result.retryAfterMs)
    : { field: field.id, code: 'verification.wrong', text: wrong }
}

const HOUR_MS = 3_600_000

function unavailableIssue(field: string, retryAfterMs: number): Issue {
  const seconds = Math.max(1, Math.ceil(retryAfterMs / 1000))
  return { field, code: 'lookup.unavailable', params: { seconds } }
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
      return unavailableIssue(at, result.retryAfterMs)
    case 'blocked':
      return unavailableIssue(at, result.forMs)
    case 'found': {
      const refusal = options.refuse?.find(({ when }) => holds(when, evaluation))
      return refusal && said(at, 'lookup.refused', refusal.say)
    }
  }
}

function said(field: string, code: string, what: Said | undefined): Issue {
  return { field, code, ...(what && { text: what.text, links: what.links }) }
}
