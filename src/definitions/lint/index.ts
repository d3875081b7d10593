import type { Report } from '../problems.ts'
import { child, stringOf } from '../values.ts'
import type { Node } from '../yaml/yaml.ts'
import { lintField } from './fields.ts'
import { lintLink, lintLinks } from './links.ts'
import { lintButton, lintState } from './states.ts'
import { lintText } from './texts.ts'

/** Pieces of the language that hold words for people. */
const WORDS: ReadonlySet<string> = new Set(['text', 'note', 'said', 'help'])

/**
 * Looks over one piece of a definition for what would keep people out (A43); called for every piece on the way through a
 * file, with the name of its shape and the key it stands under. A list is called by the name of its items with `[]`.
 */
export function lintPiece(piece: string, node: Node, key: string, report: Report): void {
  if (WORDS.has(piece)) lintText(node, key, report)
  else if (piece === 'link') lintLink(node, report)
  else if (piece === 'link[]') lintLinks(node, report)
  else if (piece === 'field' && stringOf(child(node, 'type')) !== undefined) lintField(node, report)
  else if (piece === 'state') lintState(node, report)
  if (key === 'submit' && piece === 'text') lintButton(node, report)
}
