import { CardError } from '../../src/cards/contract.ts'

/** Elements with text only: enough for the terminal's files, and nothing that could reach outside of them. */
export type Element = {
  readonly name: string
  readonly text: string
  readonly children: readonly Element[]
}

const DEPTH_MAX = 20
const ELEMENTS_MAX = 20_000
const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}
const TAG =
  /<(?:(\?)[^>]*\?|(!--)[\s\S]*?--|(!\[CDATA\[)|(!)|(\/?)([A-Za-z_][\w.-]*)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?))>?/y

/**
 * Reads a small XML document. Document types, entities of its own, CDATA and processing instructions but the first are
 * refused (FILE_REJECTED); a document that ends early is FILE_PARTIAL.
 */
export function readXml(text: string): Element {
  type Open = { name: string; text: string; children: Element[] }
  const stack: Open[] = [{ name: '', text: '', children: [] }]
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  let count = 0
  const top = () => stack.at(-1) as Open
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const words = text.slice(at, next < 0 ? text.length : next)
    top().text += decode(words)
    if (next < 0) break
    TAG.lastIndex = next
    const match = TAG.exec(text)
    if (!match) throw new CardError(text.indexOf('>', next) < 0 ? 'FILE_PARTIAL' : 'FILE_REJECTED')
    const [whole, question, comment, cdata, bang, slash, name = '', , empty] = match
    at = next + whole.length
    if (!whole.endsWith('>'))
      throw new CardError(at >= text.length ? 'FILE_PARTIAL' : 'FILE_REJECTED')
    if (cdata || bang || (question && count > 0)) throw new CardError('FILE_REJECTED')
    if (question || comment) continue
    if (slash) {
      const closed = stack.pop() as Open
      if (closed.name !== name || stack.length === 0) throw new CardError('FILE_REJECTED')
      top().children.push(closed)
      continue
    }
    count += 1
    if (count > ELEMENTS_MAX || stack.length > DEPTH_MAX) throw new CardError('FILE_REJECTED')
    const element: Open = { name, text: '', children: [] }
    if (empty) top().children.push(element)
    else stack.push(element)
  }
  const [root, ...others] = (stack[0] as Open).children
  if (stack.length > 1 || !root) throw new CardError('FILE_PARTIAL')
  if (others.length > 0 || (stack[0] as Open).text.trim() !== '')
    throw new CardError('FILE_REJECTED')
  return root
}

/** The text of the first element below these names. */
export function textAt(element: Element, path: readonly string[]): string | undefined {
  const [first, ...rest] = path
  if (first === undefined) return element.text.trim()
  const child = element.children.find(({ name }) => name === first)
  return child && textAt(child, rest)
}

function decode(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(\w{1,10}));?/g,
    (_, decimal?: string, hexadecimal?: string, name?: string) => {
      const known = name === undefined ? undefined : Object.hasOwn(ENTITIES, name) && ENTITIES[name]
      if (known) return known
      const code = decimal === undefined ? Number.parseInt(hexadecimal ?? 'x', 16) : Number(decimal)
      if (!(code >= 0x20 && code <= 0x10ffff)) throw new CardError('FILE_REJECTED')
      return String.fromCodePoint(code)
    },
  )
}
