import type { FieldDraft } from '../form/field.ts'
import type { SectionDraft, VariantDraft } from '../form/checks.ts'
import type { FormDraft } from '../form/form.ts'
import { isObject } from '../allowed.ts'
import { findRef, type Known, type Operand } from '../refs.ts'

type Names = ReadonlyMap<string, Known>

/**
 * The names of the answers in each complete variant of a form. `isOptional` says whether an accepted form can leave one empty:
 * since nobody must fill it, since it is hidden with its condition, section or screen, or since it is made of such a value.
 */
export function* namesOfVariants(form: FormDraft): Iterable<Names> {
  for (const variant of form.variants.values()) {
    if (form.variants.size > 1 && !variant.ownAt) continue
    yield namesOf(variant, form)
  }
}

function namesOf(variant: VariantDraft, { form }: FormDraft): Names {
  const names = new Map<string, Known>()
  const isShown = ({ section }: SectionDraft) =>
    section.when === undefined &&
    form.screens?.find(({ id }) => id === section.screen)?.when === undefined
  for (const section of variant.sections)
    for (const draft of section.fields) {
      const isOptional =
        (draft.known.isOptional ?? false) ||
        draft.field.when !== undefined ||
        !isShown(section) ||
        isMadeOfEmpty(draft, names)
      names.set(draft.field.id, { ...draft.known, isOptional })
    }
  return names
}

/** A value made of others is empty while one of them is, except where they are only counted or compared. */
function isMadeOfEmpty({ type, uses }: FieldDraft, names: Names): boolean {
  if (type.isInput) return false
  return uses.some(
    ({ ref, test, takes }) =>
      test === undefined && !NOTHING_COUNTS.has(takes) && canBeEmpty(ref, names),
  )
}

/** Where nothing is taken as 0. */
const NOTHING_COUNTS: ReadonlySet<Operand | undefined> = new Set(['list', 'numbers', 'number'])

/** Whether the value behind a ref can be missing in an accepted submission, as far as is known of it. */
export function canBeEmpty(ref: string, names: Names): boolean {
  const [first = '', ...rest] = ref.split('.')
  const start = names.get(first)
  if (!start) return false
  if (start.isOptional) return true
  let path = first
  for (const part of rest) {
    const found = findRef(path, names)
    const required = found && 'known' in found ? found.known.schema.required : undefined
    const properties = found && 'known' in found ? found.known.schema.properties : undefined
    if (!isObject(properties) || !Array.isArray(required)) return false
    if (!(required as readonly unknown[]).includes(part)) return true
    path = `${path}.${part}`
  }
  return false
}
