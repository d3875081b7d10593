import type { Evaluation } from '../../src/form/evaluate.ts'
import { filledBy } from '../../src/form/press.ts'

/**
 * Puts what a lookup found into the fields it fills, as long as nothing else stands there: what somebody typed is never
 * replaced, and what was put there for one number gives way to what is found for the next. Gives the function that is told
 * of a lookup that has been answered, by its id.
 */
export function offerFound(
  host: HTMLElement,
  evaluation: () => Evaluation,
): (lookupId: string) => void {
  /** What we put into each field. */
  const offered = new Map<string, string>()
  return (lookupId) => {
    const { visible, lookups } = evaluation()
    const field = visible.find(({ id }) => id === lookupId)
    const result = lookups[lookupId]
    if (!field || result?.status !== 'found') return
    for (const [id, [text = '']] of Object.entries(filledBy(field, result.value, evaluation()))) {
      const target = host.querySelector(`[name="${CSS.escape(id)}"]`)
      const isText = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
      if (!isText || target.value !== (offered.get(id) ?? '')) continue
      offered.set(id, text)
      target.value = text
      target.dispatchEvent(new Event('input', { bubbles: true }))
    }
  }
}
