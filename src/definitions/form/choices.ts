import type { Choice } from '../../form/form.ts'
import {
  child,
  compileText,
  entriesOf,
  itemsOf,
  jsonOf,
  stringOf,
  suggest,
  type TextScope,
} from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

type ChoicesScope = TextScope & {
  readonly table: (name: string) => Node | undefined
  readonly tableNames: () => readonly string[]
}

/** A map of value and text, a list of `{ value, label }`, or the name of a table. */
export function compileChoices(node: Node, scope: ChoicesScope): readonly Choice[] {
  const name = stringOf(node)
  const table = name === undefined ? undefined : scope.table(name)
  if (name !== undefined && !table)
    scope.report('ref.unknown', node.at, {
      kind: '表',
      kindEn: 'table',
      ...suggest(name, scope.tableNames()),
    })
  if (node.kind === 'map')
    return entriesOf(node).map(({ key, value }) => ({
      value: key,
      label: compileText(value, key, scope),
    }))
  const seen = new Set<string>()
  return itemsOf(table ?? node).map((item) => {
    const valueNode = child(item, 'value')
    const value = stringOf(valueNode) ?? ''
    if (valueNode && seen.has(value))
      scope.report('name.duplicate', valueNode.at, {
        name: value,
        kind: '値',
        kindEn: 'value',
        where: 'この一覧',
      })
    seen.add(value)
    // Further columns of a table (romaji) are search words.
    return {
      ...(jsonOf(item) as object),
      value,
      label: compileText(child(item, 'label'), 'label', scope),
    }
  })
}
