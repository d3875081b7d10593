import type { Report } from '../problems.ts'
import type { Source } from '../frame.ts'
import { markdownShapes, type MarkdownKind } from './page-shapes.ts'
import { checkShape, type ShapeCheck } from '../shape.ts'
import { asMap } from '../values.ts'
import { parseYaml, type MapNode } from '../yaml/yaml.ts'

/**
 * What stands between the two lines `---` at the start of a Markdown file: YAML, held against the shape of its kind.
 * `body` is the number of the line after it, from 0.
 */
export function readFrontMatter(
  source: Source,
  kind: MarkdownKind,
  check: ShapeCheck,
): { readonly root?: MapNode; readonly body: number } {
  const { report } = check
  const end = /^---\r?\n[\s\S]*?^---[ \t]*\r?(?:\n|$)/m.exec(source.text)
  if (!end || end.index > 0) return missing(source, report)
  const body = end[0].split('\n').length - (end[0].endsWith('\n') ? 1 : 0)
  const inner = end[0].replace(/---[ \t]*\r?\n?$/, '')
  if (!/^[^\s#-]/m.test(inner.slice(3))) return missing(source, report, body)
  // The same file, shorter: places in it are places in the whole.
  const root = asMap(parseYaml({ file: source.file, text: inner }, report))
  if (root) checkShape(root, markdownShapes[kind], kind, check)
  return { root, body }
}

function missing(source: Source, report: Report, body = 0) {
  report('page.front-matter', { source, offset: 0 })
  return { body }
}
