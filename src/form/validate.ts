import { holds } from './condition.ts'
import { typeOf, type Evaluation } from './evaluate.ts'
import type { FieldType } from './fields/field-type.ts'
import type {
  Answer,
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
  form: Form,
  evaluation: Evaluation,
  validators: Validators,
): readonly Issue[] {
  const atFields = lookupIssues(evaluation)
  const issues: Issue[] = []
  const { visible, values } = evaluation
  const checks = checksOf(form, validators)
  for (let at = 0; at < visible.length; at += 1) {
    const field = visible[at] as Field
    const check = checks.get(field) ?? checkOf(field, validators)
    const issue =
      ownIssue(field, check, values[at], evaluation) ??
      (atFields === NOTHING
        ? undefined
        : atFields.find((candidate) => candidate.field === field.id))
    if (issue) issues.push(issue)
    if (!check.type.rows) continue
    for (const row of evaluation.rows[field.id] ?? []) {
      const answers = { ...evaluation.answers, ...row.answers, ...row.typed }
      const inRow = row.answers && { ...evaluation, answers }
      for (const inner of inRow ? row.fields : []) {
        const innerIssue =
          inRow && ownIssue(inner, checkOf(inner, validators), ownValue(inner, answers), inRow)
        if (innerIssue) issues.push(innerIssue)
      }
    }
  }
  for (const issue of atFields)
    if (!visible.some((field) => field.id === issue.field)) issues.push(issue)
  return issues
}

/** What judges a field by itself. */
type Check = { readonly type: FieldType; readonly meets: Validators['fields'][string] | undefined }

function checkOf(field: Field, validators: Validators): Check {
  const type = typeOf(field)
  // The answers in rows are judged each where it stands.
  return { type, meets: type.rows ? undefined : validators.fields[field.uid] }
}

/** Those of a form's own fields: looked up by name once a form, not once an answer. Only a memory: nothing depends on it. */
type Checks = { readonly validators: Validators; readonly byField: ReadonlyMap<Field, Check> }
const known = new WeakMap<Form, Checks>()

function checksOf(form: Form, validators: Validators): Checks['byField'] {
  const found = known.get(form)
  if (found?.validators === validators) return found.byField
  const fields = Object.values(form.fields)
  const byField = new Map(fields.map((field) => [field, checkOf(field, validators)]))
  known.set(form, { validators, byField })
  return byField
}

/** A field may be called what every object has, `toString` say. */
function ownValue({ id }: Field, answers: Evaluation['answers']): Answer | undefined {
  return Object.hasOwn(answers, id) ? answers[id] : undefined
}

function ownIssue(
  field: Field,
  { type, meets }: Check,
  value: Answer | undefined,
  evaluation: Evaluation,
): Issue | undefined {
  if (!type.isInput) return undefined
  if (value === undefined) {
    if (!evaluation.required.has(field.id)) return undefined
    const answered = type.asked && evaluation.lookups[field.id]
    if (answered) return unconfirmedIssue(field, answered)
    return { field: field.id, code: type.missingCode ?? 'R01' }
  }
  const failed = meets?.(value)
  if (failed !== undefined) {
    const { code, params } = type.issue(failed, field, value)
    return params ? { field: field.id, code, params } : { field: field.id, code }
  }
  return comparedIssue(field, type, value, evaluation)
}

function comparedIssue(
  field: Field,
  type: FieldType,
  value: Answer | undefined,
  { answers, facts }: Evaluation,
): Issue | undefined {
  if (!type.check || value === undefined) return undefined
  const wrong = type.check(value, field, answers, facts)
  return wrong && { field: field.id, ...wrong }
}

function lookupIssues(evaluation: Evaluation): readonly Issue[] {
  let issues: Issue[] | undefined
  for (const field of evaluation.lookupFields) {
    const result = evaluation.lookups[field.id]
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
