import type { Accounts } from '../accounts/accounts.ts'
import { createAdministrator, foldStaffLogin, isInviteUsable } from '../accounts/first-admin.ts'
import type { Text } from '../form/form.ts'
import { appendAudit } from '../store/audit.ts'
import { retryFailedJob } from '../store/overview.ts'
import { actorText } from '../store/submissions.ts'
import { htmlAnswer, pageAnswer, redirectTo, textIn } from './answers.ts'
import { staffDownloadRoutes } from './downloads.ts'
import { logout, type LogoutPort } from './login.ts'
import type { Route, Visit } from './route.ts'
import { loginForm, setupForm, staffFormPage } from './staff-forms.ts'
import { reviewRoutes } from './review.ts'
import { reviewActionRoutes } from './review-actions.ts'
import { auditPage, overviewPage } from './staff-pages.ts'

export type AdminDeps = {
  readonly accounts: LogoutPort &
    Pick<Accounts, 'authenticateStaff' | 'startSession' | 'hashPassword'>
}

const ADMINISTRATORS = { kind: 'staff', roles: ['administrator'] } as const
const VISITORS = { kind: 'visitor' } as const

/** Pages of the staff: login, first administrator, overview, review desk. */
export function adminRoutes({ accounts }: AdminDeps): readonly Route[] {
  const get = (path: string, access: Route['access'], answer: Route['answer']): Route => ({
    method: 'GET',
    path,
    access,
    body: 'none',
    answer,
  })
  const post = (path: string, access: Route['access'], answer: Route['answer']): Route => ({
    method: 'POST',
    path,
    access,
    body: 'form',
    answer,
  })
  return [
    get('/admin', VISITORS, () => redirectTo('/admin/')),
    get('/review', VISITORS, () => redirectTo('/review/')),
    get('/admin/login', VISITORS, showLogin),
    post('/admin/login', VISITORS, (visit) => login(visit, accounts)),
    post('/admin/logout', VISITORS, (visit) => leave(visit, accounts)),
    get('/admin/setup/:token', VISITORS, showSetup),
    post('/admin/setup/:token', VISITORS, (visit) => setUp(visit, accounts)),
    get('/admin/', ADMINISTRATORS, async (visit) => pageAnswer(visit, await overviewPage(visit))),
    get('/admin/audit', ADMINISTRATORS, async (visit) => pageAnswer(visit, await auditPage(visit))),
    post('/admin/jobs/:id/retry', ADMINISTRATORS, retryJob),
    ...reviewRoutes(),
    ...reviewActionRoutes(),
    ...staffDownloadRoutes(),
  ]
}

const CREATED: Text = {
  ja: '管理者を登録しました。登録したログイン名とパスワードでログインしてください。',
  en: 'The administrator has been created. Log in with the login name and password you chose.',
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
  const { cookie } = await accounts.startSession({ staffId: result.staff.id }, visit.token)
  await record(visit, 'staff.logged-in', result.staff, result.staff.id)
  return redirectTo(nextOf(visit), { 'Set-Cookie': cookie })
}

async function leave(visit: Visit, accounts: LogoutPort): Promise<Response> {
  if (visit.staff) await record(visit, 'staff.logged-out', visit.staff, visit.staff.id)
  return logout(visit, accounts, '/admin/login')
}

function loginPage(visit: Visit) {
  const next = nextOf(visit)
  return { form: loginForm, action: `/admin/login?next=${encodeURIComponent(next)}` }
}

/** Only the staff's own pages: nothing in a link may send somebody elsewhere after the login. */
function nextOf(visit: Visit): string {
  const next = visit.query.get('next') ?? ''
  const isOwn = /^\/(?:admin|review)\/[A-Za-z0-9_/-]*$/.test(next) && !next.includes('//')
  return isOwn && !next.startsWith('/admin/log') ? next : '/admin/'
}

async function showSetup(visit: Visit): Promise<Response> {
  const token = visit.params.token ?? ''
  return (await isInviteUsable(visit.deps.store, token, visit.deps.clock()))
    ? pageAnswer(visit, staffFormPage(visit, setupPage(visit)))
    : unusableInvite(visit)
}

async function setUp(visit: Visit, accounts: AdminDeps['accounts']): Promise<Response> {
  const { store, clock, newId } = visit.deps
  const result = await createAdministrator(
    { store, clock, newId, passwords: { hash: accounts.hashPassword } },
    visit.params.token ?? '',
    {
      login: only(visit, 'login'),
      name: only(visit, 'name'),
      password: only(visit, 'password'),
      passwordConfirm: only(visit, 'passwordConfirm'),
    },
  )
  if ('unusable' in result) return unusableInvite(visit)
  if ('issues' in result)
    return pageAnswer(
      visit,
      staffFormPage(visit, { ...setupPage(visit), raw: visit.fields, issues: result.issues }),
    )
  return redirectTo('/admin/login?created=1')
}

function setupPage(visit: Visit) {
  return { form: setupForm, action: visit.path }
}

const UNUSABLE = {
  what: { ja: 'このURLは使えません。', en: 'This address cannot be used.' },
  remedy: {
    ja: '登録用のURLは、発行から24時間以内に1回だけ使えます。新しいURLは、ポータルを動かしているコンピューターで「npx madoguchi admin create」を実行すると表示されます。',
    en: 'Addresses for registration work once, within 24 hours. Run “npx madoguchi admin create” on the computer of the portal to get a new one.',
  },
}

/** Unknown, used, expired and replaced look the same. */
function unusableInvite(visit: Visit): Promise<Response> {
  const what = textIn(UNUSABLE.what, visit.locale)
  return htmlAnswer(visit.deps, visit.request, {
    locale: visit.locale,
    title: what,
    path: visit.path,
    status: 410,
    body: { kind: 'error', what, remedy: textIn(UNUSABLE.remedy, visit.locale) },
    assets: visit.deps.pageAssets,
  })
}

const RETRY_NOTICE = {
  done: {
    ja: '処理をやり直します。結果は、しばらくしてからこの画面を開き直してお確かめください。',
    en: 'The job will be done again. Open this page again in a while to see the outcome.',
  },
  gone: {
    ja: 'この処理は、やり直しの対象ではなくなっています。一覧をお確かめください。',
    en: 'This job cannot be done again any more. Please look at the list.',
  },
}

/** The job runs once more with all its attempts; the worker finds it at its next look. */
async function retryJob(visit: Visit): Promise<Response> {
  const { store, clock } = visit.deps
  const at = clock().toISOString()
  const staff = visit.staff
  const isWaiting = await store.write(async (tx) => {
    if (!staff || !(await retryFailedJob(tx, visit.params.id ?? '', at))) return false
    await appendAudit(tx, {
      at,
      actor: actorText({ kind: 'staff', staffId: staff.id, role: staff.role }),
      kind: 'job.retried',
      subject: visit.params.id ?? '',
      data: {},
    })
    return true
  })
  const notice = textIn(isWaiting ? RETRY_NOTICE.done : RETRY_NOTICE.gone, visit.locale)
  const page = await overviewPage(visit, notice)
  return pageAnswer(visit, { ...page, status: isWaiting ? 200 : 409 })
}

function record(
  visit: Visit,
  kind: string,
  staff: { readonly id: string; readonly role: string },
  subject: string,
): Promise<unknown> {
  const actor = actorText({ kind: 'staff', staffId: staff.id, role: staff.role })
  const at = visit.deps.clock().toISOString()
  return visit.deps.store.write((tx) => appendAudit(tx, { at, actor, kind, subject, data: {} }))
}

function only(visit: Visit, name: string): string {
  return visit.fields[name]?.[0] ?? ''
}

function retryAfter(ms: number | undefined): { readonly [name: string]: string } {
  return ms === undefined ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(ms / 1_000))) }
}
