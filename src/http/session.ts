import { jsonAnswer, leftMs, troubleAnswer } from './form/answers.ts'
import type { Route } from './route.ts'

/** Somebody who is logged in stays so: reading the session has prolonged it. For members and staff. */
export function sessionRoutes(): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/api/v1/session',
      access: { kind: 'visitor' },
      body: 'json',
      answer: (visit) =>
        visit.account || visit.staff
          ? jsonAnswer({ leftMs: leftMs(visit) })
          : troubleAnswer(visit, { code: 'http.login-required', status: 401 }),
    },
  ]
}
