import type { Report } from '../problems.ts'
import { child, stringOf } from '../values.ts'
import type { Node } from '../yaml/yaml.ts'
import { isVague } from './links.ts'

/** The HTML part of a mail: links that say where they lead, tables whose columns have names. */
export function lintMail(root: Node, report: Report): void {
  const body = child(root, 'body')
  for (const part of [body, child(body, 'ja'), child(body, 'en')]) {
    const text = stringOf(part)
    if (!part || text === undefined) continue
    for (const [, , label = ''] of text.matchAll(/<(a|mj-button)\b[^>]*>([^<]*)<\/\1>/g))
      if (isVague(label)) report('a11y.link-vague', part.at, { name: label })
    for (const [, table = ''] of text.matchAll(/<mj-table\b[^>]*>(.*?)<\/mj-table>/gs))
      if (!/<th\b/.test(table)) report('a11y.mail-table', part.at)
  }
}
