import type { Text } from '../../form/form.ts'
import { foldStaffLogin } from '../../accounts/first-admin.ts'
import { isEnrolled } from '../../accounts/second-factor.ts'
import { appendAudit } from '../../store/audit.ts'
import type { AuditKind } from '../../store/audit-kinds.ts'
import { actorText } from '../../store/submissions.ts'
import { pageAnswer, redirectTo, retryAfter } from '../form/answers.ts'
import type { AdminDeps } from './admin.ts'
import { isFactorRequired } from './fresh.ts'
import { logout, type LogoutPort } from '../member/login.ts'
import type { Route, Visit } from '../route.ts'
import { ownAddress } from '../wanted.ts'
import { loginForm, staffFormPage } from './forms.ts'

/** Login of the staff: password here, code in `second-factor-pages.ts`. */
export function staffLoginRoutes({ accounts }: AdminDeps): readonly Route[] {
  const visitors = { kind: 'visitor' } as const
  const post = { method: 'POST', access: visitors, body: 'form' } as const
  return [
    { method: 'GET', path: '/admin/login', access: visitors, body: 'none', answer: showLogin },
    { ...post, path: '/admin/login', answer: (visit) => login(visit, accounts) },
    { ...post, path: '/admin/logout', answer: (visit) => leave(visit, accounts) },
  ]
}

const CREATED: Text = {
  ja: '登録しました。登録したログイン名とパスワードでログインしてください。',
  en: 'The account has been created. Log in with the login name and password you chose.',
}

function showLogin(visit: Visit): Promise<Response> {
  const notice = visit.query.has('created') ? CREATED : undefined
  return pageAnswer(visit, staffFormPage(visit, { ...loginPage(visit), notice }))
}

async function login(visit: Visit, accounts: AdminDeps['accounts']): Promise<Response> {
  const result = await accounts.authenticateStaff({
    login: foldStaffLogin(only(visit, 'login')),
    password: only(visit, 'password'),
    address: visit.address,
  })
  if ('issue' in result)
    return pageAnswer(
      visit,
      staffFormPage(visit, {
        ...loginPage(visit),
        raw: visit.fields,
        issues: [result.issue],
        status: result.status,
        headers: retryAfter(result.retryAfterMs),
      }),
    )
  const staffId = result.staff.id
  const { deps } = visit
  if (!isFactorRequired(deps)) {
    // Development that wants no codes: the password alone counts for everything.
    const holder = { staffId, factorAt: deps.clock() }
    const { cookie } = await accounts.startSession(holder, visit.token)
    await recordStaff(visit, 'staff.logged-in', result.staff)
    return redirectTo(nextOf(visit), { 'Set-Cookie': cookie })
  }
  const { cookie } = await accounts.startSession({ staffId }, visit.token)
  const step = (await isEnrolled(deps, staffId)) ? 'code' : 'enrol'
  const next = encodeURIComponent(nextOf(visit))
  return redirectTo(`/admin/login/${step}?next=${next}`, { 'Set-Cookie': cookie })
}

async function leave(visit: Visit, accounts: LogoutPort): Promise<Response> {
  if (visit.staff) await recordStaff(visit, 'staff.logged-out', visit.staff)
  return logout(visit, accounts, '/admin/login')
}

function loginPage(visit: Visit) {
  const next = nextOf(visit)
  return { form: loginForm, action: `/admin/login?next=${encodeURIComponent(next)}` }
}

/** Only the staff's own pages: nothing in a link may send somebody elsewhere after the login. */
export function nextOf(visit: Visit): string {
  const next = ownAddress(['admin', 'review'], visit.query.get('next') ?? '')
  return next === undefined || next.startsWith('/admin/log') ? '/admin/' : next
}

export function recordStaff(
  visit: Visit,
  kind: AuditKind,
  staff: { readonly id: string; readonly role: string },
): Promise<unknown> {
  const actor = actorText({ kind: 'staff', staffId: staff.id, role: staff.role })
  const at = visit.deps.clock().toISOString()
  return visit.deps.store.write((tx) =>
    appendAudit(tx, { at, actor, kind, subject: staff.id, data: {} }),
  )
}

export function only(visit: Visit, name: string): string {
  return visit.fields[name]?.[0] ?? ''
}
