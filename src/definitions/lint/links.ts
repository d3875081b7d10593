import type { Report } from '../problems.ts'
import { child, itemsOf, stringOf } from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

/** Words that say nothing about where a link leads, read alone as screen readers list them. */
const VAGUE =
  /^(?:[（(「【]?(?:こちら|こちらへ|ここ|詳細|詳しく|詳しくはこちら|続き|続きを読む|もっと見る|クリック|リンク|here|click here|read more|more|details|link)[）)」】]?)$/iu

export function isVague(label: string): boolean {
  return VAGUE.test(label.trim())
}

/** One link: its words alone say where it leads, or `about` says it to those who do not see what is around. */
export function lintLink(node: Node, report: Report): void {
  const label = child(node, 'label')
  if (!label) return
  for (const one of [label, child(label, 'ja'), child(label, 'en')]) {
    const text = stringOf(one)
    if (!one || text === undefined) continue
    if (isVague(text) && !child(node, 'about')) report('a11y.link-vague', one.at, { name: text })
    if (isAddress(text)) report('a11y.link-url', one.at, { name: text })
  }
}

export function isAddress(label: string): boolean {
  return /^(?:https?:\/\/|www\.)\S+$/i.test(label.trim())
}

/** Links that stand together: one label leads to one place. */
export function lintLinks(list: Node, report: Report): void {
  const seen = new Map<string, string>()
  for (const item of itemsOf(list)) {
    const label = child(item, 'label')
    const text = stringOf(label) ?? stringOf(child(label, 'ja'))
    if (!label || text === undefined || child(item, 'about')) continue
    const target = ['to', 'portal', 'url'].map((key) => stringOf(child(item, key)) ?? '').join(' ')
    const other = seen.get(text)
    seen.set(text, target)
    if (other !== undefined && other !== target) report('a11y.link-same', label.at, { name: text })
  }
}
