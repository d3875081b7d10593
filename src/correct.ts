import { accept, type AcceptDeps, type Acceptance } from './accept.ts'
import { read } from './ask.ts'
import { attachedIn } from './form/attachments.ts'
import { evaluate, typeOf, type Evaluation } from './form/evaluate.ts'
import { refsOfExpression } from './form/expression.ts'
import type {
  Answers,
  Facts,
  Field,
  Form,
  Issue,
  Json,
  Lookups,
  PressOptions,
  Raw,
} from './form/form.ts'
import { rawOf } from './form/posted.ts'
import { baseId } from './form/screens.ts'

/** Somebody corrects what they have filed. */
export type CorrectWish = {
  /** Of the submission's own definitions. */
  readonly form: Form
  /** As they are stored. */
  readonly answers: Answers
  /** Ids of the fields that may be corrected. */
  readonly marked: readonly string[]
  readonly facts: Facts
  /** Of the session. */
  readonly accountId?: string
  readonly address: string
  /** Key of the sitting in which files were attached. */
  readonly draftId?: string
}

/** A submission opened for correction, before anything is typed. */
export type Correction = {
  readonly form: Form
  readonly answers: Answers
  readonly marked: readonly string[]
  /** The stored answers as a page posts them; what is sealed or was never kept is not among them. */
  readonly raw: Raw
  /** What the form was by the stored answers. */
  readonly before: Evaluation
  /** Ids of the inputs that were shown and stay as they are. */
  readonly closed: readonly string[]
  /** Ids of the files in the stored answers. */
  readonly filed: readonly string[]
  readonly facts: Facts
  readonly lookups: Lookups
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

/** Opens the stored answers for correction. */
export async function openCorrection(deps: AcceptDeps, wish: CorrectWish): Promise<Correction> {
  const { form, answers, marked } = wish
  const raw = rawOf(form, answers)
  const filed = Object.values(form.fields)
    .filter(({ type }) => type === 'attachment')
    .flatMap(({ id }) => attachedIn(answers[id]).map((file) => file.id))
  const reading = await read(deps, { ...wish, raw, filed, granted: confirmedIn(form, answers) })
  const { evaluation: before } = reading
  const closed = before.visible.filter((field) => isClosed(form, field, before, marked))
  const ids = closed.map(({ id }) => id)
  // Files as the server knows them: with their names.
  const { facts } = wish
  const { lookups } = reading
  return { form, answers, marked, raw: reading.raw, before, closed: ids, filed, facts, lookups }
}

/** An input is closed unless it, or what it repeats, is marked; a button unless its question can be asked anew. */
function isClosed(
  form: Form,
  field: Field,
  before: Evaluation,
  marked: readonly string[],
): boolean {
  const type = typeOf(field)
  if (!type.asked) return type.isInput && !marked.includes(type.pair?.(field) ?? field.id)
  const inputs = inputsOf(form, field)
  const isAsked = [field.id, ...inputs].some((id) => marked.includes(id))
  const isKnown = (id: string) => before.answers[id] !== undefined || marked.includes(id)
  return !isAsked || !inputs.every(isKnown)
}

/** Ids of the fields from which a button makes its question; the rest of it are facts. */
function inputsOf({ fields }: Form, { options }: Field): readonly string[] {
  const { by } = options as unknown as PressOptions
  const ids = new Set(Object.values(fields).map(({ id }) => id))
  return Object.values(by)
    .flatMap(refsOfExpression)
    .map(baseId)
    .filter((id) => ids.has(id))
}

/**
 * The comparisons that were right when the form was filed and count still: not all of their inputs are kept, so they cannot
 * be made again; but whoever corrects one of these inputs has it compared anew.
 */
export function grantedIn(correction: Correction, raw: Raw): Answers {
  const { form, answers, before, closed, facts, lookups } = correction
  const all = confirmedIn(form, answers)
  const known = Object.fromEntries(Object.entries(all).filter(([id]) => closed.includes(id)))
  const after = evaluate(form, { raw, facts, lookups, granted: known })
  const lost = new Set(
    Object.values(form.fields)
      .filter((field) => isOtherwiseAsked(form, field, before, after))
      .map(({ id }) => id),
  )
  return Object.fromEntries(Object.entries(known).filter(([id]) => !lost.has(id)))
}

function confirmedIn(form: Form, stored: Answers): Answers {
  const ids = Object.values(form.fields).flatMap(({ id, type }) =>
    type === 'verification' && stored[id] === true ? [id] : [],
  )
  return Object.fromEntries(ids.map((id) => [id, true]))
}

/** Whether one of the inputs of a comparison is another now. */
function isOtherwiseAsked(
  form: Form,
  field: Field,
  before: Evaluation,
  after: Evaluation,
): boolean {
  if (field.type !== 'verification') return false
  return inputsOf(form, field).some(
    (input) => JSON.stringify(before.answers[input]) !== JSON.stringify(after.answers[input]),
  )
}

/** The stored answers with what was typed in place of those that may be corrected; of the others nothing is taken (S16). */
export function typedInto({ raw, closed }: Correction, typed: Raw): Raw {
  const isOpen = (name: string) => !closed.includes(baseId(name))
  const part = (whole: Raw, isIn: (name: string) => boolean) =>
    Object.fromEntries(Object.entries(whole).filter(([name]) => isIn(name)))
  return { ...part(raw, (name) => !isOpen(name)), ...part(typed, isOpen) }
}

/**
 * The server's verdict on a correction: the stored answers with the marked ones typed anew, read as a whole, so that what
 * is computed, looked up, shown or hidden follows.
 */
export async function correct(
  deps: AcceptDeps,
  wish: CorrectWish & { readonly raw: Raw; readonly dry?: boolean },
): Promise<Corrected> {
  const correction = await openCorrection(deps, wish)
  const { closed, filed } = correction
  const raw = typedInto(correction, wish.raw)
  const granted = grantedIn(correction, raw)
  return correctedBy(correction, await accept(deps, { ...wish, raw, closed, filed, granted }))
}

/** What an accepted correction changes. */
export function correctedBy(
  { form, answers: stored, before }: Correction,
  acceptance: Acceptance,
): Corrected {
  const { evaluation, issues, answers } = acceptance
  const [shown, shownBefore] = [idsOf(evaluation), idsOf(before)]
  const opened = [...shown].filter((id) => !shownBefore.has(id))
  const left = [...shownBefore].filter((id) => !shown.has(id))
  const lost = takenBack(form, before, evaluation, stored)
  const follows = [...opened, ...left, ...lost]
  if (!answers) return { evaluation, issues, follows, changes: {} }
  const gone = Object.fromEntries(lost.map((id) => [id, null]))
  const changes = { ...changesBetween(before, evaluation, answers, stored), ...gone }
  return { evaluation, issues, follows, changes }
}

/** A confirmed comparison is worth nothing once one of its inputs is another and nobody has confirmed that. */
function takenBack(
  form: Form,
  before: Evaluation,
  after: Evaluation,
  stored: Answers,
): readonly string[] {
  const shown = idsOf(after)
  return Object.values(form.fields).flatMap((field) => {
    const { id, type } = field
    const isConfirmed = after.answers[id] === true || !shown.has(id)
    if (type !== 'verification' || !Object.hasOwn(stored, id) || isConfirmed) return []
    return isOtherwiseAsked(form, field, before, after) ? [id] : []
  })
}

function changesBetween(
  before: Evaluation,
  after: Evaluation,
  answers: Answers,
  stored: Answers,
): { readonly [field: string]: Json } {
  const ids = [...new Set([...idsOf(before), ...idsOf(after)])]
  const changed = ids.filter((id) => {
    const isOther = JSON.stringify(before.answers[id]) !== JSON.stringify(after.answers[id])
    // What is never stored, such as a confirmation, is no change of what is.
    const isKept = Object.hasOwn(answers, id) || Object.hasOwn(stored, id)
    return isOther && isKept && JSON.stringify(answers[id]) !== JSON.stringify(stored[id])
  })
  return Object.fromEntries(changed.map((id) => [id, answers[id] ?? null]))
}

function idsOf({ visible }: Evaluation): ReadonlySet<string> {
  return new Set(visible.map(({ id }) => id))
}
