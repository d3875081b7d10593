import type { Accounts } from '../../accounts/accounts.ts'
import { redirectTo } from '../form/answers.ts'
import type { Route, Visit } from '../route.ts'

/** What ending a session needs. */
export type LogoutPort = Pick<Accounts, 'endSession' | 'noCookie'>

/**
 * `POST /<portal>/logout`. A page that merely links here cannot log anybody out: it takes a POST from an own page.
 * To be given after `adminRoutes`, since `/admin/logout` has the shape of this address too.
 */
export function logoutRoutes(accounts: LogoutPort): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/:portal/logout',
      access: { kind: 'visitor' },
      body: 'form',
      answer: (visit) => logout(visit, accounts, `/${visit.portal?.id ?? ''}/`),
    },
  ]
}

/**
 * Ends the session and leaves nothing of it in a browser that others use too (S39): the cookie is taken back, cached pages
 * and stored data are cleared. `"cookies"` is left out, since it would clear those of every neighbour of our domain.
 */
export async function logout(visit: Visit, accounts: LogoutPort, to: string): Promise<Response> {
  if (visit.token !== undefined) await accounts.endSession(visit.token)
  return redirectTo(to, {
    'Set-Cookie': accounts.noCookie(),
    'Clear-Site-Data': '"cache", "storage"',
  })
}
