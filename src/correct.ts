import { read, storable, type AcceptDeps } from './accept.ts'
import type { Evaluation } from './form/evaluate.ts'
import type { Answers, Facts, Form, Issue, Json, Raw, VerificationOptions } from './form/form.ts'
import { refsOfExpression } from './form/expression.ts'
import { rawOf } from './form/posted.ts'
import { validate } from './form/validate.ts'

export type CorrectWish = {
  /** Of the submission's own definitions. */
  readonly form: Form
  /** As they are stored. */
  readonly answers: Answers
  /** Ids of the fields that may be corrected. */
  readonly marked: readonly string[]
  /** What was typed; of fields that may not be corrected nothing is taken (S16). */
  readonly raw: Raw
  readonly facts: Facts
  readonly address: string
}

export type Corrected = {
  readonly evaluation: Evaluation
  /** Of what may be corrected only: the rest was accepted when it was filed. */
  readonly issues: readonly Issue[]
  /** Fields that came into sight by the corrections and may be filled in too, or left it. */
  readonly follows: readonly string[]
  /** For `advance.act`: what is stored for each answer that changes; null: none any more. Empty with issues. */
  readonly changes: { readonly [field: string]: Json }
}

/** What a correction can bring into sight can bring more into sight; a chain longer than this is no form we know. */
const ROUNDS_MAX = 8

/**
 * The server's verdict on a correction: the stored answers with the marked ones typed anew, read as a whole, so that what
 * is computed, looked up, shown or hidden follows.
 */
export async function correct(deps: AcceptDeps, wish: CorrectWish): Promise<Corrected> {
  const { form, facts, address, marked } = wish
  const stored = rawOf(form, wish.answers)
  const confirmed = confirmedIn(form, wish.answers)
  const known = { form, facts, address }
  const before = (await read(deps, { ...known, raw: stored, granted: confirmed })).evaluation
  const shownBefore = idsOf(before)
  let opened: readonly string[] = []
  let granted = confirmed
  for (let round = 1; ; round++) {
    const raw = { ...without(stored, marked), ...only(wish.raw, [...marked, ...opened]) }
    const reading = await read(deps, { ...known, raw, granted })
    const shown = idsOf(reading.evaluation)
    const more = [...shown].filter((id) => !shownBefore.has(id))
    const lost = takenBack(form, before, reading.evaluation, wish.answers)
    const isGranted = Object.keys(granted).every((id) => !lost.includes(id))
    granted = Object.fromEntries(Object.entries(granted).filter(([id]) => !lost.includes(id)))
    const isStable = (isGranted && more.length === opened.length) || round >= ROUNDS_MAX
    opened = more
    if (!isStable) continue
    const { evaluation } = reading
    const editable = new Set([...marked, ...opened])
    const issues = validate(form, evaluation, deps.validators).filter(({ field }) =>
      editable.has(rootOf(field)),
    )
    const closed = [...shownBefore].filter((id) => !shown.has(id))
    const follows = [...opened, ...closed, ...lost]
    if (issues.length > 0) return { evaluation, issues, follows, changes: {} }
    const answers = await storable(deps, reading)
    const changes = changesBetween(before, evaluation, answers, wish.answers)
    const gone = Object.fromEntries(lost.map((id) => [id, null]))
    return { evaluation, issues, follows, changes: { ...changes, ...gone } }
  }
}

/** The comparisons that were right when the form was filed: not all of their inputs are kept, so they cannot be made again. */
function confirmedIn(form: Form, stored: Answers): Answers {
  const ids = Object.values(form.fields).flatMap(({ id, type }) =>
    type === 'verification' && stored[id] === true ? [id] : [],
  )
  return Object.fromEntries(ids.map((id) => [id, true]))
}

/** A confirmed comparison is worth nothing once one of its inputs is another; the inputs that were not kept are gone. */
function takenBack(
  form: Form,
  before: Evaluation,
  after: Evaluation,
  stored: Answers,
): readonly string[] {
  return Object.values(form.fields).flatMap(({ id, type, options }) => {
    if (type !== 'verification' || !Object.hasOwn(stored, id)) return []
    const { by } = options as unknown as VerificationOptions
    const inputs = Object.values(by).flatMap(refsOfExpression).map(rootOf)
    const isOther = inputs.some(
      (input) => JSON.stringify(before.answers[input]) !== JSON.stringify(after.answers[input]),
    )
    return isOther ? [id] : []
  })
}

function changesBetween(
  before: Evaluation,
  after: Evaluation,
  answers: Answers,
  stored: Answers,
): { readonly [field: string]: Json } {
  const ids = new Set([...idsOf(before), ...idsOf(after)])
  const differing = [...ids].filter(
    (id) => JSON.stringify(before.answers[id]) !== JSON.stringify(after.answers[id]),
  )
  // What is never stored, such as a confirmation, is no change of what is.
  const kept = differing.filter((id) => Object.hasOwn(answers, id) || Object.hasOwn(stored, id))
  return Object.fromEntries(kept.map((id) => [id, answers[id] ?? null]))
}

function idsOf({ visible }: Evaluation): ReadonlySet<string> {
  return new Set(visible.map(({ id }) => id))
}

/** Inputs of a row are named `<rows>.<key>.<field>`. */
function rootOf(name: string): string {
  return name.split('.')[0] ?? name
}

function only(raw: Raw, ids: readonly string[]): Raw {
  return Object.fromEntries(Object.entries(raw).filter(([name]) => ids.includes(rootOf(name))))
}
function without(raw: Raw, ids: readonly string[]): Raw {
  return Object.fromEntries(Object.entries(raw).filter(([name]) => !ids.includes(rootOf(name))))
}
