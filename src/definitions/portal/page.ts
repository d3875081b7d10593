import { sha256 } from '../../hash.ts'
import type { Audience, FaqCategory, FaqGroup, FaqItem, Notice, Page } from '../definitions.ts'
import type { FormScope } from '../form/form.ts'
import type { Source } from '../frame.ts'
import { readFrontMatter } from './front-matter.ts'
import type { PlacedBlock } from '../lint/pages.ts'
import { compileBlocks } from '../markdown.ts'
import {
  child,
  compact,
  compileLink,
  isTrue,
  numberOf,
  stringOf,
  suggest,
  type TextScope,
} from '../values.ts'
import type { Node } from '../yaml/yaml.ts'

/** What else pages of a portal may name. */
export type PageScope = TextScope &
  Pick<FormScope, 'shapes'> & {
    readonly topics: readonly string[]
    readonly noticeTags: readonly string[]
  }

/** `forms/<portal>/pages/<name>.md`. */
export function compilePage(id: string, source: Source, scope: PageScope): Page {
  const { root, body } = readFrontMatter(source, 'page', scope.shapes)
  const start = child(root, 'start')
  const shows = stringOf(child(root, 'shows'))
  return compact({
    id,
    title: titleOf(root),
    for: audienceOf(root),
    start: start && compileLink(start, scope),
    shows: shows === 'contact' || shows === 'documents' ? shows : undefined,
    blocks: compileBlocks(source, body, scope).map(({ block }) => block),
  })
}

/** `forms/<portal>/notices/<name>.md`. */
export function compileNotice(id: string, source: Source, scope: PageScope): Notice {
  const { root, body } = readFrontMatter(source, 'notice', scope.shapes)
  const [date = '', until] = ['date', 'until'].map((key) => stringOf(child(root, key)))
  const end = child(root, 'until')
  if (end && until !== undefined && until < date)
    scope.report('value.contradiction', end.at, {
      key: 'date',
      min: date,
      other: 'until',
      max: until,
    })
  return compact({
    id,
    title: titleOf(root),
    date,
    until,
    tag: nameIn(child(root, 'tag'), scope.noticeTags, TAG, scope) ?? '',
    isPinned: isTrue(child(root, 'pinned')),
    topic: nameIn(child(root, 'topic'), scope.topics, TOPIC, scope),
    for: audienceOf(root),
    blocks: compileBlocks(source, body, scope).map(({ block }) => block),
  })
}

/**
 * `forms/<portal>/faq/<name>.md`: `##` begins a group, `###` is a question, and what follows it is the answer. A question
 * without a name of its own (`{#name}`) is named by its words, so that links to it last as long as these.
 */
export function compileFaq(id: string, source: Source, scope: PageScope): FaqCategory {
  const { root, body } = readFrontMatter(source, 'faq', scope.shapes)
  const placed = compileBlocks(source, body, scope, 2)
  const first = placed.findIndex(({ block }) => block.kind === 'heading')
  const lead = first < 0 ? placed : placed.slice(0, first)
  const groups = groupsOf(placed.slice(lead.length), scope)
  if (groups.length === 0) scope.report('faq.no-questions', { source, offset: 0 })
  return compact({
    id,
    title: titleOf(root),
    order: numberOf(child(root, 'order')) ?? 0,
    topic: nameIn(child(root, 'topic'), scope.topics, TOPIC, scope),
    for: audienceOf(root),
    lead: lead.map(({ block }) => block),
    groups,
  })
}

function groupsOf(placed: readonly PlacedBlock[], { report }: TextScope): FaqGroup[] {
  type Item = Omit<FaqItem, 'answer'> & { readonly answer: FaqItem['answer'][number][] }
  type Group = Omit<FaqGroup, 'items'> & { readonly items: Item[] }
  const groups: Group[] = []
  const names = new Set<string>()
  for (const { block, at } of placed) {
    const group = groups.at(-1)
    if (block.kind !== 'heading') {
      const item = group?.items.at(-1)
      if (item) item.answer.push(block)
      else report('faq.no-question', at)
      continue
    }
    const name = block.id ?? `q-${sha256(block.text).slice(0, NAME_LENGTH)}`
    if (names.has(name)) {
      const kind = { kind: '見出しの名前', kindEn: 'heading name' }
      report('name.duplicate', at, { name, ...kind, where: at.source.file })
    }
    names.add(name)
    if (block.level === 2) groups.push({ id: name, title: block.text, items: [] })
    else {
      const items = group?.items ?? []
      if (!group) groups.push({ id: 'questions', items })
      items.push({ id: name, question: block.text, answer: [] })
    }
  }
  return groups
}

/** Enough to tell the questions of one page apart. */
const NAME_LENGTH = 8
const TAG = { kind: 'お知らせの札（noticeTags）', kindEn: 'notice tag' }
const TOPIC = { kind: '話題（topics）', kindEn: 'topic' }

function titleOf(root: Node | undefined): Page['title'] {
  return { ja: stringOf(child(root, 'title')) ?? '' }
}

function audienceOf(root: Node | undefined): Audience {
  return stringOf(child(root, 'for')) === 'account' ? 'account' : 'everyone'
}

/** A name that must be one of those the portal declares. */
function nameIn(
  node: Node | undefined,
  names: readonly string[],
  kind: { readonly kind: string; readonly kindEn: string },
  { report }: PageScope,
): string | undefined {
  const name = stringOf(node)
  if (!node || name === undefined) return undefined
  if (!names.includes(name)) report('ref.unknown', node.at, { ...kind, ...suggest(name, names) })
  return name
}
