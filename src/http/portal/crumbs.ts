import type { Definitions, Portal } from '../../definitions/definitions.ts'
import type { Locale } from '../../form/form.ts'
import { say } from '../../../web/texts/form.ts'
import type { Crumb } from '../../../web/views/page.ts'
import { word } from '../words.ts'

type Place = { readonly portal: Portal; readonly path: string; readonly locale: Locale }

/**
 * Where a page is: from ホーム over the catalogue, the article before a form or a list down to the page itself, which is no
 * link. The top page has none.
 */
export function crumbsOf(
  { pages }: Pick<Definitions, 'pages'>,
  place: Place,
  title: string,
): readonly Crumb[] {
  const { portal, path, locale } = place
  const home = `/${portal.id}/`
  if (path === home) return []
  const article = Object.values(pages).find(
    ({ id, start }) => id.startsWith(`${portal.id}/`) && start?.href === path,
  )
  const before = article && {
    label: say(article.title, locale),
    href: `${home}pages/${article.id.slice(portal.id.length + 1)}`,
  }
  return [
    { label: word('home', locale), href: home },
    ...(inCatalogue(place, before?.href ?? path) ?? belowList(place)),
    ...(before ? [before] : []),
    ...(path === `${home}applications` && onlyCategory(place) ? [] : [{ label: title }]),
  ]
}

/** The catalogue and the category of the card that leads to the address. */
function inCatalogue(place: Place, address: string): readonly Crumb[] | undefined {
  const { portal, locale, path } = place
  const href = `/${portal.id}/applications`
  const name = portal.catalogueCrumb
    ? say(portal.catalogueCrumb, locale)
    : word('catalogue', locale)
  const only = onlyCategory(place)
  if (path === href) return only && [{ label: name }, { label: say(only.title, locale) }]
  const index = portal.catalogue.findIndex(({ cards }) =>
    cards.some((card) => card.href === address),
  )
  const category = portal.catalogue[index]
  if (!category) return undefined
  return [
    { label: name, href },
    { label: say(category.title, locale), href: `${href}#category-${index}` },
  ]
}

function onlyCategory({ portal }: Place): Portal['catalogue'][number] | undefined {
  return portal.catalogueCrumb && portal.catalogue.length === 1 ? portal.catalogue[0] : undefined
}

const LISTS = [
  ['notices', 'notices'],
  ['faq', 'faq'],
  ['submissions', 'myList'],
] as const

/** The list that an address stands below. */
function belowList({ portal, path, locale }: Place): readonly Crumb[] {
  const list = LISTS.find(([folder]) => path.startsWith(`/${portal.id}/${folder}/`))
  return list ? [{ label: word(list[1], locale), href: `/${portal.id}/${list[0]}` }] : []
}
