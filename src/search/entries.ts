import type { Block, Definitions, Portal } from '../definitions/definitions.ts'
import type { Text } from '../form/form.ts'
import { buildIndex, type Entry, type SearchIndex } from './index.ts'

type Pages = Pick<Definitions, 'portals' | 'pages' | 'notices' | 'faqs' | 'workflows'>

/** One index for each portal of a set, made once when the set is loaded. */
export function indexPortals(definitions: Pages): ReadonlyMap<string, SearchIndex> {
  return new Map(
    Object.values(definitions.portals).map((portal) => [
      portal.id,
      buildIndex(entriesOf(portal, definitions)),
    ]),
  )
}

/** All that can be found in a portal (operations.md §8.7): cards, questions, notices, articles, documents. */
export function entriesOf(portal: Portal, definitions: Pages): readonly Entry[] {
  const ofPortal = <T extends { readonly id: string }>(all: { readonly [id: string]: T }) =>
    Object.values(all)
      .filter(({ id }) => id.startsWith(`${portal.id}/`))
      .map((one) => ({ ...one, name: one.id.slice(portal.id.length + 1) }))
  const base = `/${portal.id}`
  const told = pagesOfStates(definitions)
  return [
    ...portal.catalogue.flatMap(({ cards }) => cards).map((card) => cardEntry(card, base)),
    ...ofPortal(definitions.faqs).flatMap(({ name, groups, for: audience }) =>
      groups
        .flatMap(({ items }) => items)
        .map(({ id, question, answer }): Entry => ({
          kind: 'question',
          title: question,
          text: textOf(answer),
          href: `${base}/faq/${name}#${id}`,
          for: audience,
        })),
    ),
    ...ofPortal(definitions.notices).map(
      ({ name, title, blocks, date, until, ...notice }): Entry => ({
        kind: 'notice',
        title: inJapanese(title),
        text: textOf(blocks),
        href: `${base}/notices/${name}`,
        for: notice.for,
        from: date,
        until,
      }),
    ),
    ...ofPortal(definitions.pages)
      .filter(({ name }) => !told.has(name))
      .map(({ name, title, blocks, for: audience }): Entry => ({
        kind: 'page',
        title: inJapanese(title),
        text: textOf(blocks),
        href: `${base}/pages/${name}`,
        for: audience,
      })),
    ...(portal.documents ?? []).flatMap(({ items }) =>
      items
        // What is a page of this portal is found as such.
        .filter(({ href, file }) => file !== undefined || href.startsWith('https:'))
        .map(({ title, description, href, for: audience }): Entry => ({
          kind: 'document',
          title: inJapanese(title),
          text: description ? inJapanese(description) : '',
          href,
          for: audience,
        })),
    ),
  ]
}

/** Pages that a matter shows in one of its states mean nothing to others. */
function pagesOfStates({ workflows }: Pick<Definitions, 'workflows'>): ReadonlySet<string> {
  return new Set(
    Object.values(workflows).flatMap(({ states }) =>
      Object.values(states).flatMap(({ page }) => page ?? []),
    ),
  )
}

/** The catalogue is for members (applications.md §1.1), and so is what it says of its cards. */
function cardEntry(card: Portal['catalogue'][number]['cards'][number], base: string): Entry {
  const catalogue = `${base}/applications`
  const isAlwaysOpen = card.state === 'open' && card.from === undefined && card.until === undefined
  return {
    kind: 'card',
    title: inJapanese(card.title),
    text: inJapanese(card.description),
    // One that is not open to everybody at any time says so in the catalogue.
    href: isAlwaysOpen ? (card.href ?? catalogue) : catalogue,
    for: 'account',
  }
}

function inJapanese(text: Text): string {
  return text.ja
}

function textOf(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind === 'heading') return block.text
      const lines = block.kind === 'list' ? block.items : [block.spans]
      return lines.map((spans) => spans.map(({ text }) => text).join('')).join('　')
    })
    .join('　')
}
