import type { Readable } from 'node:stream'
import type { Account, StaffMember } from '../accounts/accounts.ts'
import type { Portal, Right } from '../definitions/definitions.ts'
import type { SentFile } from './multipart.ts'
import type { Form, Json, Locale, Raw } from '../form/form.ts'
import type { Deps } from './deps.ts'

/** Who gets past the guard of a route. There is no route without one: `createApp` takes only `Route`s. */
export type Access =
  /** Everybody; no session is read, the answer may be cached. */
  | { readonly kind: 'public' }
  /** Everybody; the answer may depend on who it is. */
  | { readonly kind: 'visitor' }
  /** A member of the portal of the address. */
  | { readonly kind: 'account' }
  /** `visitor` or `account`, as the form of the address says. */
  | { readonly kind: 'form' }
  /** Staff whose role has all of these rights; none: whoever belongs to the office. */
  | { readonly kind: 'staff'; readonly rights: readonly Right[] }
  /** Everybody, in development only. */
  | { readonly kind: 'development' }

/**
 * What a request may carry; `none` refuses nothing but reads nothing. `form` may hold files when the form of the address
 * takes some. `part`: bytes of a file, which the handler reads from the request as they come.
 */
export type BodyKind = 'none' | 'form' | 'json' | 'part'

/**
 * One address. Parts of the path that begin with a colon are parameters: `:portal` is the name of a portal,
 * `:page` the path of one of its forms, `:form` the name of one; the guard answers 404 when there is none.
 */
export type Route = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly access: Access
  readonly body: BodyKind
  /** Of an address that does not name its form: which form is filled in there, for this person. */
  readonly formOf?: (visit: Visit) => Promise<Form | undefined>
  /** Nobody is logged in any more who was when the page was opened: keeps what was typed. undefined: nothing to keep. */
  readonly setAside?: (visit: Visit) => Promise<Response | undefined>
  readonly answer: (visit: Visit) => Promise<Response> | Response
}

/** One request that got past the guard. */
export type Visit = {
  readonly deps: Deps
  readonly request: Request
  /** The body as it comes, for files: from here on it may take as long as it keeps coming. Nothing where there is none. */
  readonly sent: () => Readable | undefined
  /** Short id under which the log knows the request. */
  readonly id: string
  readonly path: string
  readonly params: { readonly [name: string]: string }
  readonly query: URLSearchParams
  /** Address of the socket: no header can change it. */
  readonly address: string
  readonly locale: Locale
  readonly portal?: Portal
  readonly form?: Form
  /** The member of the portal of the address who is logged in. */
  readonly account?: Account
  /** With password and second factor. */
  readonly staff?: StaffMember
  /** A member of the staff who has given the password, and no second factor yet. */
  readonly entrant?: StaffMember
  /** When the second factor was given last. */
  readonly factorAt?: Date
  /** When the session ends unless it is used until then. */
  readonly sessionEndsAt?: Date
  /** Value of the session cookie. */
  readonly token?: string
  /** Fields of a form body, names beginning with `_` included. */
  readonly fields: Raw
  /** Files of a form body, on the disk of this machine until the answer is there. */
  readonly files: readonly SentFile[]
  /** A JSON body. */
  readonly json: Json
}
