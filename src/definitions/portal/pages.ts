import type { Card, DocumentGroup, Hours, Portal, PortalFile } from '../definitions.ts'
import { compileCalendar, type ReferenceData } from '../expressions.ts'
import type { PortalFiles } from '../files.ts'
import {
  child,
  compact,
  compileTarget,
  compileText,
  entriesOf,
  itemsOf,
  optionalText,
  safeUrl,
  stringOf,
  suggest,
  type TextScope,
} from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

export type PortalScope = TextScope & {
  readonly reference: ReferenceData
  /** The documents that lie beside portal.yaml. */
  readonly documents: PortalFiles['documents']
}

/** Contact hours, topics, tags of notices and documents of portal.yaml. */
export function compilePortalPages(
  root: Node,
  scope: PortalScope,
): Pick<Portal, 'hours' | 'topics' | 'noticeTags' | 'furigana' | 'documents'> {
  const [hours, topics, tags, documents] = ['hours', 'topics', 'noticeTags', 'documents'].map(
    (key) => child(root, key),
  )
  const furigana = child(root, 'furigana')
  return compact({
    hours: hours && compileHours(hours, scope),
    topics:
      topics &&
      Object.fromEntries(
        entriesOf(topics).map(({ key, value }) => [key, compileText(value, key, scope)]),
      ),
    noticeTags:
      tags &&
      Object.fromEntries(
        entriesOf(tags).map(({ key, value }) => {
          const tone = stringOf(child(value, 'tone')) === 'warning' ? 'warning' : 'info'
          return [key, { label: compileText(child(value, 'label'), 'label', scope), tone } as const]
        }),
      ),
    furigana: furigana && compileFurigana(furigana, scope),
    documents: documents && itemsOf(documents).map((group) => compileGroup(group, scope)),
  })
}

/** Longer words come first, since they are tried first: 登録記号番号 before 登録. */
function compileFurigana(node: Node, { reference, report }: PortalScope): Portal['furigana'] {
  const name = stringOf(node) ?? ''
  const table = reference.table(name)
  if (!table) {
    const kind = { kind: '表', kindEn: 'table' }
    report('ref.unknown', node.at, { ...kind, ...suggest(name, reference.tableNames()) })
  }
  return itemsOf(child(table?.root, 'rows'))
    .map((row) => {
      const label = child(row, 'label')
      const reading = stringOf(label) ?? stringOf(child(label, 'ja')) ?? ''
      return [stringOf(child(row, 'value')) ?? '', reading] as const
    })
    .toSorted(([a], [b]) => b.length - a.length || (a < b ? -1 : 1))
}

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

function compileHours(node: Node, scope: PortalScope): Hours {
  return {
    calendar: compileCalendar(child(node, 'calendar'), scope),
    open: itemsOf(child(node, 'open')).map((item) => {
      const [from, to] = [minuteOf(child(item, 'from')), minuteOf(child(item, 'to'))]
      const end = child(item, 'to')
      if (end && to <= from)
        scope.report('value.contradiction', end.at, {
          key: 'from',
          min: stringOf(child(item, 'from')),
          other: 'to',
          max: stringOf(end),
        })
      const days = itemsOf(child(item, 'days')).map((day) => stringOf(day) ?? '')
      return { weekdays: days.map((day) => WEEKDAYS.indexOf(day)), from, to }
    }),
  }
}

/** Minutes since midnight of `8:00`. */
function minuteOf(node: Node | undefined): number {
  const [hours = '', minutes = ''] = (stringOf(node) ?? '').split(':')
  return Number(hours) * 60 + Number(minutes)
}

function compileGroup(node: Node, scope: PortalScope): DocumentGroup {
  return {
    title: compileText(child(node, 'group'), 'group', scope),
    items: itemsOf(child(node, 'items')).map((item) => {
      const [file, to, url] = ['file', 'to', 'url'].map((key) => child(item, key))
      const [one, other] = TARGETS.filter((key) => child(item, key))
      if (one && other) scope.report('key.not-both', item.at, { key: one, other })
      if (!one) scope.report('key.missing-one', item.at, { allowed: '「file」「to」「url」' })
      const document = file && compileFile(file, scope)
      const href = document
        ? `/${scope.portal}/downloads/${document.name}`
        : url
          ? safeUrl(stringOf(url) ?? '', url.at, scope)
          : compileTarget(to, scope)
      return compact({
        title: compileText(child(item, 'title'), 'title', scope),
        description: optionalText(item, 'description', scope),
        href: href ?? '',
        file: document,
        for: stringOf(child(item, 'for')) === 'account' ? ('account' as const) : 'everyone',
      })
    }),
  }
}

const TARGETS = ['file', 'to', 'url'] as const

function compileFile(node: Node, { documents, report }: PortalScope): PortalFile | undefined {
  const name = stringOf(node) ?? ''
  const found = documents.get(name)
  if (found) return { name, ...found.content }
  const kind = { kind: '資料のファイル（files）', kindEn: 'file in files/' }
  report('ref.unknown', node.at, { ...kind, ...suggest(name, documents.keys()) })
  return undefined
}

export function compileCatalogue(
  root: Node,
  types: readonly string[],
  scope: TextScope,
): Pick<Portal, 'catalogue' | 'catalogueCrumb'> {
  return compact({
    catalogueCrumb: optionalText(root, 'catalogueCrumb', scope),
    catalogue: itemsOf(child(root, 'catalogue')).map((category) => ({
      title: compileText(child(category, 'category'), 'category', scope),
      lead: compileText(child(category, 'lead'), 'lead', scope),
      cards: itemsOf(child(category, 'cards')).map((card) => compileCard(card, types, scope)),
    })),
  })
}

function compileCard(node: Node, types: readonly string[], scope: TextScope): Card {
  const { report } = scope
  const state = stringOf(child(node, 'state'))
  const [from, until] = ['from', 'until'].map((key) => stringOf(child(node, key)))
  const end = child(node, 'until')
  if (end && from !== undefined && until !== undefined && until < from)
    report('value.contradiction', end.at, { key: 'from', min: from, other: 'until', max: until })
  const only = child(node, 'types')
  for (const item of itemsOf(only)) {
    const name = stringOf(item)
    const kind = { kind: '施設の種類', kindEn: 'facility type' }
    if (name !== undefined && !types.includes(name))
      report('ref.unknown', item.at, { ...kind, ...suggest(name, types) })
  }
  if (only && state !== 'restricted') report('card.types-open', only.at, { state: state ?? '' })
  return compact({
    title: compileText(child(node, 'title'), 'title', scope),
    description: compileText(child(node, 'description'), 'description', scope),
    state: state === 'open' || state === 'restricted' ? state : ('preparation' as const),
    href: compileTarget(child(node, 'to'), scope),
    from,
    until,
    types: only && itemsOf(only).map((item) => stringOf(item) ?? ''),
    reason: optionalText(node, 'reason', scope),
  })
}
