import type { Files, Parsed } from './files.ts'
import type { FormDraft } from './form/form.ts'
import type { Place } from './frame.ts'
import type { Report } from './problems.ts'
import { child, entriesOf, itemsOf, stringOf } from './values.ts'

/** Names everything that nothing uses: it is a leftover, or something else forgot to use it. */
export function reportUnused(work: {
  readonly files: Files
  readonly report: Report
  readonly used: ReadonlySet<string>
  readonly forms: ReadonlyMap<string, FormDraft>
}): void {
  const { files, report, used } = work
  const forms = [...work.forms.values()]
  const check = (key: string, name: string, at: Place, kind: string, kindEn: string) => {
    if (!used.has(`${key} ${name}`))
      report('unused', at, { kind, kindEn, name: name.split('/').at(-1) })
  }
  const all: readonly [ReadonlyMap<string, Parsed>, string, string, string][] = [
    [files.packs, 'pack', '部品', 'pack'],
    [files.tables, 'table', '表', 'table'],
    [files.decisions, 'table', '表', 'table'],
    [files.workflows, 'workflow', '流れ', 'workflow'],
    [files.mails, 'mail', 'メール', 'mail'],
    [files.documents, 'document', '文書', 'document'],
  ]
  for (const [map, key, kind, kindEn] of all)
    for (const [name, { root }] of map) check(key, name, root.at, kind, kindEn)
  for (const [name, { root }] of files.calendars)
    if (!used.has(`calendar ${name}`)) report('unused.calendar', root.at, { name })
  for (const portal of files.portals.values()) {
    const isPlaced = forms.some(({ form }) => form.portal === portal.id && form.place !== undefined)
    for (const [name, { root }] of portal.types)
      if (!isPlaced) report('unused.type', root.at, { name, portal: portal.id })
    for (const { key, at } of entriesOf(child(portal.portal?.root, 'related')))
      check('related', `${portal.id}/${key}`, at, 'ほかのポータル', 'other portal')
    for (const { key, at } of entriesOf(child(portal.messages?.root, 'messages')))
      check('message', `${portal.id}/${key}`, at, 'メッセージ', 'message')
    const handedOut = itemsOf(child(portal.portal?.root, 'documents'))
      .flatMap((group) => itemsOf(child(group, 'items')))
      .map((item) => stringOf(child(item, 'file')))
    for (const [name, { source }] of portal.documents)
      if (!handedOut.includes(name))
        report(
          'unused',
          { source, offset: 0 },
          { kind: '資料のファイル', kindEn: 'document', name },
        )
    for (const [name, source] of portal.pages)
      check('page', `${portal.id}/${name}`, { source, offset: 0 }, 'ページ', 'page')
  }
}
