import { search, QUERY_MAX, type Found } from '../../search/index.ts'
import { assert } from '../../fault.ts'
import { japanDate } from '../../form/dates.ts'
import { jsonAnswer, pageAnswer } from '../form/answers.ts'
import type { Route, Visit } from '../route.ts'
import { searchTitle } from '../words.ts'

const VISITOR = { access: { kind: 'visitor' }, body: 'none', method: 'GET' } as const

/** Search over all that a portal says, as a page and by the API; what is for members only members find (operations.md §8.7). */
export function searchRoutes(): readonly Route[] {
  return [
    { ...VISITOR, path: '/:portal/search', answer: page },
    { ...VISITOR, path: '/api/v1/:portal/search', answer: data },
  ]
}

function page(visit: Visit): Promise<Response> {
  const { query, found } = foundFor(visit)
  return pageAnswer(visit, {
    title: searchTitle(query, visit.locale),
    body: {
      kind: 'search',
      query,
      results: found.map(({ entry, title, excerpt }) => ({
        kind: entry.kind,
        title,
        excerpt,
        href: entry.href,
      })),
    },
  })
}

function data(visit: Visit): Response {
  const { query, found } = foundFor(visit)
  return jsonAnswer({
    query,
    results: found.map(({ entry, excerpt }) => ({
      kind: entry.kind,
      title: entry.title,
      excerpt: excerpt.join(''),
      url: new URL(entry.href, visit.deps.config.baseUrl).href,
    })),
  })
}

function foundFor({ deps, portal, query, account }: Visit): {
  readonly query: string
  readonly found: readonly Found[]
} {
  const index = deps.search.get(portal?.id ?? '')
  assert(index, 'every portal has an index')
  const asked = (query.get('q') ?? '').toWellFormed().slice(0, QUERY_MAX).trim()
  const reader = { isMember: account !== undefined, today: japanDate(deps.clock()) }
  return { query: asked, found: search(index, asked, reader) }
}
