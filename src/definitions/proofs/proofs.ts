import { refsOf } from '../../form/condition.ts'
import type { Condition, Expression, Ref } from '../../form/form.ts'
import { checkDecision } from '../decisions.ts'
import type { FieldDraft } from '../form/field.ts'
import type { VariantDraft } from '../form/checks.ts'
import type { Place } from '../frame.ts'
import { schemaOfExpression } from '../kinds.ts'
import type { Report } from '../problems.ts'
import { findRef, type Known, type RefUse, type WholeCondition } from '../refs.ts'
import { canBe, type World } from './solve.ts'

type Names = ReadonlyMap<string, Known>

/** What is known of a field, given the names before it: a computed value is of the kind its expression gives. */
export function refineKnown({ field, type, known }: FieldDraft, names: Names): Known {
  const option = Object.entries(type.options).find(([, { kind }]) => kind === 'expression')
  const made = option && field.options[option[0]]
  if (type.isInput || made === undefined) return known
  const schema = schemaOfExpression(made as Expression, names)
  return Object.keys(schema).length > 0 ? { ...known, schema } : known
}

/** How a condition fares over all variants it stands in. */
type Verdict = {
  readonly at: Place
  readonly role: WholeCondition['role']
  /** Of an alternative: the condition it is in. */
  readonly within?: Verdict
  readonly name: string
  canHold: boolean
  canFail: boolean
}

/**
 * Proves of every condition of a form that it can hold and that it can fail (issue: every field reachable), in some variant, and
 * of every decision table that each combination is met by exactly one row. Only of files without other problems.
 */
export function proveForm(
  variants: ReadonlyMap<string, VariantDraft>,
  facts: Names,
  place: Ref | undefined,
  { report, isSound }: { readonly report: Report; readonly isSound: (place: Place) => boolean },
): void {
  const verdicts = new Map<string, Verdict>()
  for (const [choice, variant] of variants) {
    const world = worldOf(variant, facts, place, choice)
    const note = (use: RefUse, name: string, given: readonly Condition[]) => {
      if (use.whole && isSound(use.whole.at)) weigh(use.whole, name, given, world, verdicts)
      if (!use.decision || !isSound(use.decision.at)) return
      if (areKnown(use.decision.refs, world.names)) checkDecision(use.decision, world.names, report)
    }
    for (const { section, uses, fields } of variant.sections) {
      for (const use of uses) note(use, section.id, [])
      for (const draft of fields)
        for (const use of draft.uses) note(use, draft.field.id, givenFor(use, draft, section.when))
    }
  }
  conclude(verdicts, report)
}

/** What holds wherever a use of a field is asked: the field is shown; its own `when` presupposes the section only. */
function givenFor(use: RefUse, { field }: FieldDraft, section: Condition | undefined): Condition[] {
  const isWhen = use.whole?.role === 'when'
  const own: Condition | undefined =
    use.how === 'own' ? { [field.id]: { empty: false } } : undefined
  return [section, isWhen ? undefined : field.when, own].filter((one) => one !== undefined)
}

function worldOf(
  variant: VariantDraft,
  facts: Names,
  place: Ref | undefined,
  choice: string,
): World {
  const names = new Map(facts)
  const shown = new Map<string, readonly Condition[]>()
  for (const { section, fields } of variant.sections)
    for (const draft of fields) {
      names.set(draft.field.id, refineKnown(draft, names))
      const when = [section.when, draft.field.when].filter((one) => one !== undefined)
      shown.set(draft.field.id, when)
    }
  const fixed = new Map(place === undefined ? [] : [[place, choice || undefined] as const])
  return { names, shown, fixed }
}

/** Conditions of a workflow: what its forms leave behind, in each of their variants. */
export function proveUses(
  uses: readonly RefUse[],
  situations: readonly { readonly names: Names }[],
  report: Report,
): void {
  const verdicts = new Map<string, Verdict>()
  for (const { names } of situations) {
    const world: World = { names, shown: new Map(), fixed: new Map() }
    for (const use of uses) {
      if (use.whole) weigh(use.whole, '', [], world, verdicts)
      if (use.decision && areKnown(use.decision.refs, names))
        checkDecision(use.decision, names, report)
    }
  }
  conclude(verdicts, report)
}

function areKnown(refs: readonly Ref[], names: Names): boolean {
  return refs.every((ref) => {
    const found = findRef(ref, names)
    return found !== undefined && 'known' in found
  })
}

function weigh(
  whole: WholeCondition,
  name: string,
  given: readonly Condition[],
  world: World,
  verdicts: Map<string, Verdict>,
): void {
  // Before a choice is made, what a type brings is not there; the complete variants judge then.
  if (!areKnown(refsOf(whole.condition), world.names)) return
  const before = [...given, ...whole.before.map((condition) => ({ not: condition }))]
  const entry = verdictAt(whole.at, whole.role, name, verdicts)
  entry.canHold ||= canBe(whole.condition, true, before, world)
  entry.canFail ||= canBe(whole.condition, false, before, world)
  for (const part of whole.parts) {
    const inner = verdictAt(part.at, 'other', name, verdicts, entry)
    inner.canFail = true
    inner.canHold ||= canBe(part.condition, true, [...before, whole.condition], world)
  }
}

/** A base field stands in many variants; one that lets its condition hold is enough. */
function verdictAt(
  at: Place,
  role: Verdict['role'],
  name: string,
  verdicts: Map<string, Verdict>,
  within?: Verdict,
): Verdict {
  const key = `${at.source.file} ${at.offset} ${within !== undefined}`
  const known = verdicts.get(key)
  if (known) return known
  const made = { at, role, name, ...(within && { within }), canHold: false, canFail: false }
  verdicts.set(key, made)
  return made
}

function conclude(verdicts: ReadonlyMap<string, Verdict>, report: Report): void {
  for (const { at, role, name, within, canHold, canFail } of verdicts.values()) {
    if (canHold && !canFail) report('condition.always', at)
    // Of a condition that never holds, the alternatives need not be told one by one.
    if (canHold || (within && !within.canHold)) continue
    if (role === 'when') report('field.unreachable', at, { name })
    else report('condition.never', at)
  }
}
