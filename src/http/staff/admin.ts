import type { Accounts } from '../../accounts/accounts.ts'
import { createAdministrator, isInviteUsable } from '../../accounts/first-admin.ts'
import { appendAudit } from '../../store/audit.ts'
import { retryFailedJob } from '../../store/overview.ts'
import { actorText } from '../../store/submissions.ts'
import { htmlAnswer, pageAnswer, redirectTo, textIn } from '../form/answers.ts'
import { cardOverviewRoutes } from './card-overview.ts'
import { staffDownloadRoutes } from '../member/downloads.ts'
import type { LogoutPort } from '../member/login.ts'
import { needs } from './rights.ts'
import type { Route, Visit } from '../route.ts'
import { secondFactorRoutes } from './second-factor.ts'
import { setupForm, staffFormPage } from './forms.ts'
import { only, staffLoginRoutes } from './login.ts'
import { officeRoutes } from '../office/index.ts'
import { reviewDataRoutes } from '../review/data.ts'
import { reviewRoutes } from '../review/review.ts'
import { reviewActionRoutes } from '../review/actions.ts'
import { ownCardRoutes } from './own-cards.ts'
import { auditPage, overviewPage } from './pages.ts'

export type AdminDeps = {
  readonly accounts: LogoutPort &
    Pick<Accounts, 'authenticateStaff' | 'startSession' | 'hashPassword'>
}

const VISITORS = { kind: 'visitor' } as const
const OFFICE = needs()

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
    ...staffLoginRoutes({ accounts }),
    ...secondFactorRoutes({ accounts }),
    get('/admin/setup/:token', VISITORS, showSetup),
    post('/admin/setup/:token', VISITORS, (visit) => setUp(visit, accounts)),
    get('/admin/', OFFICE, async (visit) => pageAnswer(visit, await overviewPage(visit))),
    get('/admin/audit', needs('audit'), async (visit) => pageAnswer(visit, await auditPage(visit))),
    post('/admin/jobs/:id/retry', needs('jobs'), retryJob),
    ...cardOverviewRoutes(),
    ...ownCardRoutes(),
    ...officeRoutes(),
    ...reviewDataRoutes(),
    ...reviewRoutes(),
    ...reviewActionRoutes(),
    ...staffDownloadRoutes(),
  ]
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
