import type { Report } from '../problems.ts'
import { child, entriesOf, itemsOf, stringOf, suggest } from '../values.ts'
import type { Node } from '../yaml/yaml.ts'
import { AUTOCOMPLETE, KINDS, tokenFor } from './autocomplete.ts'

/** Nobody types in these, so nothing can be filled in. */
const SHOWN: ReadonlySet<string> = new Set(['computed', 'constant', 'fact', 'heading', 'note'])
/** More round buttons than this are quicker as a list. */
const RADIO_MAX = 10

/** One field as written in YAML: what helps to fill it in, and what its choices are called. */
export function lintField(node: Node, report: Report): void {
  const type = stringOf(child(node, 'type')) ?? ''
  lintAutocomplete(node, type, report)
  lintChoices(child(node, 'choices'), type, report)
}

function lintAutocomplete(node: Node, type: string, report: Report): void {
  const written = child(node, 'autocomplete')
  const token = stringOf(written)
  const label = child(node, 'label')
  const words = stringOf(label) ?? stringOf(child(label, 'ja')) ?? ''
  const meant = tokenFor(type, words)
  if (!written || token === undefined) {
    const at = label ?? node
    if (meant && !child(node, 'from'))
      report('a11y.autocomplete-missing', at.at, { name: words, token: meant })
    return
  }
  if (SHOWN.has(type)) return report('a11y.autocomplete-nobody', written.at, { type })
  const last = token.split(' ').at(-1) ?? ''
  if (!AUTOCOMPLETE.has(last)) {
    const { near } = suggest(last, AUTOCOMPLETE)
    return report('a11y.autocomplete-unknown', written.at, { name: token, token: meant, near })
  }
  if (last === 'off' && type === 'password')
    return report('a11y.autocomplete-off', written.at, { name: words })
  const allowed = KINDS[type]
  if (allowed && last !== 'off' && !allowed.includes(last))
    report('a11y.autocomplete-kind', written.at, {
      name: token,
      type,
      allowed: allowed.join('、'),
    })
}

function lintChoices(node: Node | undefined, type: string, report: Report): void {
  const labels = [
    ...entriesOf(node).map(({ value }) => value),
    ...itemsOf(node).flatMap((item) => child(item, 'label') ?? []),
  ]
  // In a pack the choices may be an input, whose value is looked over where it is given.
  if (!node || labels.length === 0 || stringOf(child(node, 'input')) !== undefined) return
  const seen = new Set<string>()
  for (const label of labels) {
    const text = stringOf(label) ?? stringOf(child(label, 'ja')) ?? ''
    if (seen.has(text)) report('a11y.choice-same', label.at, { name: text })
    seen.add(text)
  }
  if (type !== 'radio') return
  if (labels.length === 1) report('a11y.choice-single', node.at)
  if (labels.length > RADIO_MAX)
    report('a11y.choice-many', node.at, { count: labels.length, max: RADIO_MAX })
}
