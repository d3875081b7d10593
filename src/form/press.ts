import { typeOf, type Evaluation } from './evaluate.ts'
import type { Field, FillOptions, Json, JsonObject, LookupResult, Raw } from './form.ts'

/** One of the things a button found, with the `label` people know it by. */
export type Candidate = JsonObject & { readonly label: string }

/** What a button of the type `fill` found, in its order. */
export function candidatesOf(result: LookupResult | undefined): readonly Candidate[] {
  if (result?.status !== 'found') return []
  const { candidates } = result.value
  return Array.isArray(candidates) ? (candidates as readonly Json[] as readonly Candidate[]) : []
}

/**
 * What stands in the inputs after a candidate was taken, or what a lookup found: only visible fields are filled, as if it had
 * been typed.
 */
export function filledBy(field: Field, found: JsonObject, { visible }: Evaluation): Raw {
  const { fill = {} } = field.options as unknown as Partial<FillOptions>
  const raw: Record<string, readonly string[]> = {}
  for (const [property, id] of Object.entries(fill)) {
    const value = found[property]
    const target = visible.find((one) => one.id === id)
    if (typeof value === 'string' && target) raw[id] = typed(value, target)
  }
  return raw
}

/** What lookups found for required fields that are still empty. */
export function filledByLookups(evaluation: Evaluation): Raw {
  const missing = new Set(evaluation.missing.map(({ id }) => id))
  const filled = evaluation.lookupFields.flatMap((field) => {
    const result = evaluation.lookups[field.id]
    return result?.status === 'found'
      ? Object.entries(filledBy(field, result.value, evaluation))
      : []
  })
  return Object.fromEntries(filled.filter(([id]) => missing.has(id)))
}

function typed(text: string, target: Field): readonly string[] {
  const { parts, split, read } = typeOf(target)
  const value = parts ? read([text], target) : undefined
  return (value === undefined ? undefined : split?.(value, target)) ?? [text]
}
