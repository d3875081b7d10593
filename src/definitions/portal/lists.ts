import type { List } from '../definitions.ts'
import type { Files } from '../files.ts'
import type { Report } from '../problems.ts'
import {
  child,
  compact,
  compileText,
  entriesOf,
  itemsOf,
  optionalText,
  stringOf,
  suggest,
  type TextScope,
} from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

/** `lists` of portal.yaml; what they show is judged by `checkLists` when all names are known. */
export function compileLists(node: Node | undefined, scope: TextScope): List[] {
  const seen = new Set<string>()
  return itemsOf(node).map((item) => {
    const named = child(item, 'list')
    const id = stringOf(named) ?? ''
    if (named && seen.has(id))
      scope.report('name.duplicate', named.at, {
        name: id,
        kind: '一覧',
        kindEn: 'list',
        where: 'portal.yaml',
      })
    seen.add(id)
    return compact({
      id,
      title: compileText(child(item, 'title'), 'title', scope),
      lead: optionalText(item, 'lead', scope),
      empty: compileText(child(item, 'empty'), 'empty', scope),
      shows: compileShows(item, scope),
    })
  })
}

function compileShows(item: Node, scope: TextScope): List['shows'] {
  const document = stringOf(child(item, 'documents'))
  if (document !== undefined) return { kind: 'documents', document }
  const submissions = child(item, 'submissions')
  if (submissions)
    return {
      kind: 'submissions',
      workflows: itemsOf(submissions).map((name) => stringOf(name) ?? ''),
    }
  return {
    kind: 'accounts',
    issue: stringOf(child(item, 'accounts')) ?? '',
    ids: entriesOf(child(item, 'ids')).map(({ key, value }) => ({
      name: key,
      label: compileText(value, key, scope),
    })),
  }
}

/** `issues`: the kinds of accounts that workflows issue, each with the names of its ids. */
export function checkLists(
  files: Files,
  issues: ReadonlyMap<string, readonly string[]>,
  report: Report,
): void {
  for (const portal of files.portals.values())
    for (const item of itemsOf(child(portal.portal?.root, 'lists'))) {
      const [accounts, documents] = [child(item, 'accounts'), child(item, 'documents')]
      const issue = stringOf(accounts)
      const ids = issue === undefined ? undefined : issues.get(issue)
      if (accounts && issue !== undefined && !ids)
        report('ref.unknown', accounts.at, {
          kind: '発行するアカウント（issue）',
          kindEn: 'kind of account (issue)',
          ...suggest(issue, issues.keys()),
        })
      for (const { key, at } of entriesOf(child(item, 'ids')))
        if (ids && !ids.includes(key))
          report('ref.unknown', at, { kind: 'ID', kindEn: 'id', ...suggest(key, ids) })
      const document = stringOf(documents)
      if (documents && document !== undefined && !files.documents.has(document))
        report('ref.unknown', documents.at, {
          kind: '文書',
          kindEn: 'document',
          ...suggest(document, files.documents.keys()),
        })
      for (const name of itemsOf(child(item, 'submissions'))) {
        const workflow = stringOf(name)
        if (workflow !== undefined && !files.workflows.has(workflow))
          report('ref.unknown', name.at, {
            kind: '流れ',
            kindEn: 'workflow',
            ...suggest(workflow, files.workflows.keys()),
          })
      }
    }
}
