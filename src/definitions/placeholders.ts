import type { Place } from './frame.ts'
import { stringOf } from './values.ts'
import type { Node } from './yaml.ts'

export type Placeholder = { readonly name: string; readonly at: Place }

/**
 * Every `{{…}}` of a text, in order; the name is what stands between the braces, without the space around it, whether or
 * not it can exist. `offset` is that of the first brace.
 */
export function placeholdersIn(template: string): { name: string; offset: number }[] {
  return Array.from(template.matchAll(/\{\{([^{}]*)\}\}/g), (match) => ({
    name: (match[1] ?? '').trim(),
    offset: match.index,
  }))
}

/** Placeholders in a text node, found again in the file: a folded or quoted text has other offsets than its value. */
export function placesOf(node: Node | undefined): Placeholder[] {
  if (!node) return []
  if (node.kind === 'map') return [...node.entries.values()].flatMap(({ value }) => placesOf(value))
  const text = stringOf(node)
  if (text === undefined) return []
  let from = node.at.offset
  return placeholdersIn(text).map(({ name, offset }) => {
    const whole = text.slice(offset, text.indexOf('}}', offset) + 2)
    const found = node.at.source.text.indexOf(whole, from)
    if (found >= 0) from = found + whole.length
    return { name, at: found >= 0 ? { ...node.at, offset: found } : node.at }
  })
}
