import type { Block } from '../definitions.ts'
import type { Place } from '../frame.ts'
import type { Report } from '../problems.ts'
import { isAddress, isVague } from './links.ts'
import { lintLine } from './texts.ts'

/** What a page was compiled to, block by block, with where each begins. */
export type PlacedBlock = { readonly block: Block; readonly at: Place }

/** Longer ones are paragraphs, however bold. */
const BOLD_HEADING_MAX = 30

/** A page: its headings are an outline below the level given, its links and sentences are clear. */
export function lintPage(blocks: readonly PlacedBlock[], above: number, report: Report): void {
  const titles = new Set<string>()
  let level = above
  for (const { block, at } of blocks) {
    if (block.kind === 'heading') {
      if (block.level > level + 1) report('a11y.heading-jump', at, { name: block.text })
      if (titles.has(block.text)) report('a11y.heading-same', at, { name: block.text })
      titles.add(block.text)
      level = block.level
      lintLine(block.text, at, report)
      continue
    }
    const lines = block.kind === 'list' ? block.items : [block.spans]
    for (const spans of lines) {
      lintLine(spans.map(({ text }) => text).join(''), at, report)
      for (const span of spans)
        if (span.kind === 'link') {
          if (isVague(span.text) && span.about === undefined)
            report('a11y.page-link-vague', at, { name: span.text })
          if (isAddress(span.text)) report('a11y.link-url', at, { name: span.text })
        }
    }
    const [only, ...others] = block.kind === 'paragraph' ? block.spans : []
    if (only?.kind !== 'strong' || others.length > 0) continue
    if ([...only.text].length <= BOLD_HEADING_MAX && !/[。！？]$/u.test(only.text))
      report('a11y.heading-bold', at, { name: only.text })
  }
}
