import { drawnFields, evaluate } from '../../src/form/evaluate.ts'
import type { Field, Lookups, Raw } from '../../src/form/form.ts'
import { formTexts, say } from '../texts/form.ts'
import { fieldKey, type FormView } from '../views/state.ts'

/** The page after `before`, with this raw input: evaluated anew, with these changes. Pure. */
export function nextView(
  before: FormView,
  raw: Raw,
  lookups: Lookups,
  change: Partial<FormView>,
): FormView {
  const { form, facts, granted } = before.state
  const evaluation = evaluate(form, { raw, facts, lookups, granted })
  const announcement = announcePlace(before, evaluation.choice, evaluation.variant.sections)
  return {
    ...before,
    announcement: announcement ?? before.announcement,
    ...change,
    evaluation,
    initial: initialAmong(drawnFields(evaluation), before, raw),
  }
}

/** What fields start with: those that stay keep theirs, new ones start empty, but for what the server printed. */
function initialAmong(drawn: readonly Field[], before: FormView, raw: Raw): FormView['initial'] {
  const { initial, isLive, state, evaluation } = before
  const former = drawnFields(evaluation)
  if (drawn.length === former.length && drawn.every((field, at) => field === former[at]))
    return initial
  const keys = drawn.map((field) => fieldKey(state.form, field))
  const isSame =
    keys.every((key) => initial[key] !== undefined) &&
    new Set(keys).size === Object.keys(initial).length
  if (isSame) return initial
  const fresh = (id: string) => (isLive ? [] : raw[id]) ?? []
  return Object.fromEntries(
    drawn.map((field, index) => {
      const key = keys[index] ?? ''
      return [key, initial[key] ?? fresh(field.id)]
    }),
  )
}

/** A chosen block has appeared: its title is said once. */
function announcePlace(
  before: FormView,
  choice: string,
  sections: FormView['evaluation']['variant']['sections'],
): string | undefined {
  if (choice === before.evaluation.choice) return undefined
  const { form, locale } = before.state
  const own = sections.find(
    (section) =>
      section.title && !form.variants['']?.sections.some((common) => common.id === section.id),
  )
  return own?.title ? formTexts(locale).shown(say(own.title, locale)) : ''
}
