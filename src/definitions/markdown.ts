import type { Block, Span } from './definitions.ts'
import type { Place, Source } from './frame.ts'
import { lintPage, type PlacedBlock } from './lint/pages.ts'
import { compact, safeUrl, suggest, type TextScope } from './values.ts'

/**
 * Compiles the lines of a Markdown file from one on to blocks. The subset: headings (## ###), with a name to link to behind
 * them where wanted (`## 料金 {#fees}`), paragraphs, lists, **strong**, [links](register). Addresses are relative to the
 * portal. No HTML, so nothing needs cleaning. `above`: the level that the first heading may follow.
 */
export function compileBlocks(
  source: Source,
  from: number,
  scope: TextScope,
  above: 1 | 2 = 1,
): PlacedBlock[] {
  const lines = linesOf(source)
  const blocks: PlacedBlock[] = []
  for (let at = from; at < lines.length;) {
    const line = lines[at]
    if (!line || line.text.trim() === '') at++
    else at = readBlock(lines, at, blocks, source, scope)
  }
  lintPage(blocks, above, scope.report)
  return blocks
}

type Line = { readonly text: string; readonly offset: number }

function linesOf(source: Source): Line[] {
  let offset = 0
  return source.text.split('\n').map((raw) => {
    const line = { text: raw.replace(/\r$/, ''), offset }
    offset += raw.length + 1
    return line
  })
}

const LIST_ITEM = /^([-*]|\d{1,3}[.)])\s+(.*)$/
const UNSUPPORTED: readonly { readonly test: RegExp; readonly ja: string; readonly en: string }[] =
  [
    { test: /^#(?!##? \S)/, ja: 'この見出し', en: 'This heading' },
    { test: /^(```|~~~)/, ja: 'コードの囲み', en: 'Code blocks' },
    { test: /^>/, ja: '引用', en: 'Quotations' },
    { test: /^\|/, ja: '表組み', en: 'Tables' },
    { test: /^!\[/, ja: '画像', en: 'Images' },
    { test: /^(-{3,}|\*{3,}|_{3,})$/, ja: '区切り線', en: 'Rules' },
    { test: /^\s+([-*]|\d+[.)])\s/, ja: '入れ子の箇条書き', en: 'Nested lists' },
  ]

/** Reads one block at a line that is not blank; gives the number of the line after it. */
function readBlock(
  lines: readonly Line[],
  at: number,
  blocks: PlacedBlock[],
  source: Source,
  scope: TextScope,
): number {
  const line = lines[at] as Line
  const start = placeIn(source, line, 0)
  const [, marks, heading] = /^(##|###) (.+)$/.exec(line.text) ?? []
  if (heading !== undefined) {
    checkHtml(line, source, scope)
    blocks.push({ at: start, block: headingOf(marks === '##' ? 2 : 3, heading) })
    return at + 1
  }
  const refused = UNSUPPORTED.find(({ test }) => test.test(line.text))
  if (refused) {
    scope.report('page.unsupported', placeIn(source, line, 0), {
      what: refused.ja,
      whatEn: refused.en,
    })
    return at + 1
  }
  let end = at + 1
  const isList = LIST_ITEM.test(line.text)
  const continues = (next: Line | undefined) =>
    next !== undefined &&
    next.text.trim() !== '' &&
    !/^#{2,3} /.test(next.text) &&
    (isList ? LIST_ITEM.test(next.text) : !LIST_ITEM.test(next.text)) &&
    !UNSUPPORTED.some(({ test }) => test.test(next.text))
  while (continues(lines[end])) end++
  const part = lines.slice(at, end)
  const block: Block = isList
    ? {
        kind: 'list',
        ordered: /^\d/.test(line.text),
        items: part.map((item) => spansOf(item, prefixLength(item), source, scope)),
      }
    : { kind: 'paragraph', spans: part.flatMap((item) => spansOf(item, 0, source, scope)) }
  blocks.push({ at: start, block })
  return end
}

/** A name behind a heading is its address on the page. */
function headingOf(level: 2 | 3, written: string): Block {
  const [, text = written, id] = /^(.*?)\s*\{#([a-z][a-z0-9-]*)\}\s*$/.exec(written) ?? []
  return compact({ kind: 'heading', level, text: text.trim(), id })
}

function prefixLength(line: Line): number {
  return line.text.length - (LIST_ITEM.exec(line.text)?.[2] ?? '').length
}

const SPAN = /\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^)\s]+)(?: "([^"]+)")?\)/g

function spansOf(line: Line, from: number, source: Source, scope: TextScope): Span[] {
  checkHtml(line, source, scope)
  const text = line.text.slice(from).trimEnd()
  const spans: Span[] = []
  let done = 0
  const plain = (until: number) => {
    if (until > done) spans.push({ kind: 'text', text: text.slice(done, until) })
  }
  for (const match of text.matchAll(SPAN)) {
    plain(match.index)
    done = match.index + match[0].length
    const [, strong, label = '', target = '', about] = match
    if (strong !== undefined) spans.push({ kind: 'strong', text: strong })
    else {
      const at = placeIn(source, line, from + match.index + label.length + 3)
      spans.push(compact({ kind: 'link', text: label, href: hrefOf(target, at, scope), about }))
    }
  }
  plain(text.length)
  return spans
}

function hrefOf(target: string, at: Place, scope: TextScope): string {
  if (/^[a-z][a-z0-9+.-]*:/i.test(target)) return safeUrl(target, at, scope) ?? ''
  const href = scope.addressOf(target)
  if (href === undefined) scope.report('link.target', at, suggest(target, scope.targets()))
  return href ?? ''
}

function checkHtml(line: Line, source: Source, scope: TextScope): void {
  const at = line.text.search(/<[a-z!/?]/i)
  if (at >= 0) scope.report('page.html', placeIn(source, line, at))
}

function placeIn(source: Source, line: Line, column: number): Place {
  return { source, offset: line.offset + column }
}
