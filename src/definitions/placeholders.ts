import type { Place } from './frame.ts'
import { stringOf } from './values.ts'
import type { Node } from './yaml/yaml.ts'

/** `{{remarks|なし}}`: the words behind the bar are printed where there is no value. */
export type Placeholder = {
  readonly name: string
  readonly offset: number
  readonly otherwise?: string
}
export type PlacedPlaceholder = Omit<Placeholder, 'offset'> & { readonly at: Place }

/**
 * Every `{{…}}` of a text, in order; the name is what stands between the braces, without the space around it, whether or
 * not it can exist. `offset` is that of the first brace.
 */
export function placeholdersIn(template: string): Placeholder[] {
  return Array.from(template.matchAll(/\{\{([^{}|]*)(?:\|([^{}]*))?\}\}/g), (match) => {
    const [, name = '', otherwise] = match
    const words = otherwise === undefined ? {} : { otherwise: otherwise.trim() }
    return { name: name.trim(), offset: match.index, ...words }
  })
}

/** The text between the placeholders of a template, and these, in order. */
export function partsOf(template: string): (string | Placeholder)[] {
  const parts: (string | Placeholder)[] = []
  let from = 0
  for (const placeholder of placeholdersIn(template)) {
    parts.push(template.slice(from, placeholder.offset), placeholder)
    from = template.indexOf('}}', placeholder.offset) + 2
  }
  return [...parts, template.slice(from)].filter((part) => part !== '')
}

/** Placeholders in a text node, found again in the file: a folded or quoted text has other offsets than its value. */
export function placesOf(node: Node | undefined): PlacedPlaceholder[] {
  if (!node) return []
  if (node.kind === 'map') return [...node.entries.values()].flatMap(({ value }) => placesOf(value))
  const text = stringOf(node)
  if (text === undefined) return []
  let from = node.at.offset
  return placeholdersIn(text).map(({ offset, ...placeholder }) => {
    const whole = text.slice(offset, text.indexOf('}}', offset) + 2)
    const found = node.at.source.text.indexOf(whole, from)
    if (found >= 0) from = found + whole.length
    return { ...placeholder, at: found >= 0 ? { ...node.at, offset: found } : node.at }
  })
}
