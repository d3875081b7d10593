import type { Report } from '../problems.ts'
import { child, compileDuration, entriesOf, itemsOf, stringOf } from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

/** From here on a time limit hinders nobody (WCAG 2.2.1). */
const ENOUGH_MS = 20 * 3_600_000

const VAGUE_BUTTON = /^(?:ok|はい|実行|ボタン|クリック|go|submit|次|進む|yes)$/iu

/** The words on a button alone say what it does. */
export function lintButton(label: Node | undefined, report: Report): void {
  for (const one of [label, child(label, 'ja'), child(label, 'en')]) {
    const text = stringOf(one)
    if (one && text !== undefined && VAGUE_BUTTON.test(text.trim()))
      report('a11y.button-vague', one.at, { name: text })
  }
}

/** One state of a workflow: its buttons can be told apart, and nobody is hurried. */
export function lintState(node: Node, report: Report): void {
  const actions = entriesOf(child(node, 'actions'))
  const labels = new Set<string>()
  for (const { value } of actions) {
    const label = child(value, 'label')
    const text = stringOf(label) ?? stringOf(child(label, 'ja'))
    lintButton(label, report)
    if (!label || text === undefined) continue
    if (labels.has(text)) report('a11y.button-same', label.at, { name: text })
    labels.add(text)
  }
  for (const step of itemsOf(child(node, 'enter'))) {
    const expires = child(child(step, 'link'), 'expires')
    const text = stringOf(expires)
    if (!expires || text === undefined) continue
    const ms = compileDuration(text, expires.at, () => undefined)
    const mail = stringOf(child(step, 'mail'))
    const isAgain = actions.some(({ value }) => stringOf(child(value, 'again')) === mail)
    if (ms !== undefined && ms < ENOUGH_MS && !isAgain)
      report('a11y.time-limit', expires.at, { name: text })
  }
}
