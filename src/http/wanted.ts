import type { Visit } from './route.ts'

/**
 * A path of ours, then whatever was asked for there: filters, a page of a list, what was set aside of a form. Nothing that
 * could be read as another host, since the path has no second slash, no backslash and no colon.
 */
const PATH = String.raw`(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\/?`
const QUERY = String.raw`(?:\?(?:[A-Za-z0-9_.~*&=+-]|%[0-9A-Fa-f]{2})*)?`
const ADDRESS = new RegExp(`^${PATH}${QUERY}$`)
/** Longer ones come from nobody who only chose filters; browsers and proxies cut addresses not far above. */
const LENGTH_MAX = 2_000

/** The address somebody asked for, to be gone back to after a login: exactly that page, with what it was asked. */
export function wanted({ path, query }: Pick<Visit, 'path' | 'query'>): string {
  const address = query.size > 0 ? `${path}?${query.toString()}` : path
  return address.length > LENGTH_MAX ? path : address
}

/** The address when it is one below these first parts (`treatment`): nothing in it can lead anywhere else. */
export function ownAddress(parts: readonly string[], address: string): string | undefined {
  const isOwn =
    address.length <= LENGTH_MAX &&
    ADDRESS.test(address) &&
    parts.some((part) => address.startsWith(`/${part}/`))
  return isOwn ? address : undefined
}
