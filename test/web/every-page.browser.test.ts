import type { Browser, BrowserContext } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { portalRoutes } from '../../src/http/app.ts'
import type { Route } from '../../src/http/route.ts'
import { adminRoutes } from '../../src/http/staff/admin.ts'
import { definitionsRoutes } from '../../src/http/staff/definitions-page.ts'
import { claimJobs } from '../../src/store/jobs.ts'
import { inspect } from '../e2e/inspect.ts'
import { pdf } from '../files/made.ts'
import { clerk, type Clerk } from '../portal/desk.ts'
import { judo } from '../portal/people.ts'
import { hiddenFields } from '../portal/portal.ts'
import { postFiles } from '../portal/sent-files.ts'
import { openPage, startBrowser } from './browser.ts'
import { openSeats, type Seats } from './seat.ts'

/**
 * Every address of the registry that answers with a page, on the shipped definitions, for somebody who may see it: axe, 320 and
 * 1280 px, pressable things of 44 px. An address that is new here and leads nowhere fails.
 */
const FORM = '/treatment/start-of-use'
const browser: Browser | undefined = await startBrowser()
let seats: Seats
let contexts: { readonly [who in Who]: BrowserContext }
let things: Things

type Who = 'visitor' | 'member' | 'staff'
/** What stands in an address for its parameters. */
type Things = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>

const routes: readonly Route[] = [
  ...portalRoutes(new Map()),
  ...adminRoutes({ accounts: {} as never }),
  ...definitionsRoutes({} as never),
].filter(({ method, path }) => method === 'GET' && !path.startsWith('/api/'))

beforeAll(async () => {
  if (!browser) return
  seats = await openSeats(browser)
  const chief = await clerk(seats.portal, 'chief', 'administrator')
  things = await makeThings(seats, chief)
  const visitor = await openPage(browser, { locale: 'ja-JP' })
  const staff = await openPage(browser, { locale: 'ja-JP' })
  const [name = '', value = ''] = chief.cookie.split(/=(.*)/s)
  await staff.context.addCookies([{ name, value, url: seats.origin }])
  const member = await seats.seat()
  contexts = { visitor: visitor.context, member: member.context, staff: staff.context }
}, 120_000)
afterAll(() => seats?.close())

/** One thing of every kind that an address may name. */
async function makeThings({ portal, member }: Seats, chief: Clerk): Promise<Things> {
  const staff = { kind: 'staff', staffId: 'chief', role: 'administrator' } as const
  const { db } = portal.store
  const act = async (submissionId: string, action: string, more: object = {}) => {
    const wish = { submissionId, action, answers: {}, actor: staff, ...more }
    expect(await portal.advance.act(wish)).toHaveProperty('submission')
  }
  const done = await apply(seats)
  await act(done, 'approve')
  await portal.settle()
  const stuck = await apply(seats)
  await act(stuck, 'approve')
  const at = portal.now().toISOString()
  const until = new Date(portal.now().getTime() + 60_000).toISOString()
  const [job] = await portal.store.write((tx) =>
    claimJobs(tx, 'sqlite', { lease: 'lost', now: at, until, countMax: 1 }),
  )
  if (job) await portal.advance.effectFailed(job, 'No answer in time')
  const returned = await apply(seats)
  await act(returned, 'return', {
    answers: { message: '書類をお確かめください。' },
    fields: ['evidence'],
  })
  const waiting = await apply(seats)
  await portal.settle()
  const { html } = await member.get(FORM)
  const draft = await postFiles(
    member,
    FORM,
    { ...hiddenFields(html), staffCount: '4', _action: 'save' },
    [],
  )
  const one = <Row>(row: Row | undefined): Row => {
    if (row === undefined) throw new Error('nothing of that kind')
    return row
  }
  const document = one(await db.selectFrom('issued_document').select('id').executeTakeFirst())
  const account = one(await db.selectFrom('issued_account').select('id').executeTakeFirst())
  const mail = one(
    await db.selectFrom('job').select('id').where('kind', '=', 'mail.send').executeTakeFirst(),
  )
  const use = one(
    await db
      .selectFrom('file_use')
      .selectAll()
      .where('submission_id', '=', waiting)
      .executeTakeFirst(),
  )
  await clerk(portal, 'jiro', 'reviewer')
  const invited = await chief.post('/admin/staff/invite', { role: 'reviewer' })
  const [, setup = ''] = /\/admin\/setup\/([\w-]+)/.exec(invited.html) ?? []
  const answers = { ...judo, email: 'second@example.jp', regDigits9: '100002222', regPrefix: '協' }
  await portal.visitor().json('/api/v1/treatment/registration', { answers })
  await portal.settle()
  const invitation = (await portal.mails()).find(({ to }) => to === answers.email)
  const [, link = ''] = /\/links\/([\w-]+)/.exec(invitation?.text ?? '') ?? []
  const { portals, forms, pages, notices, faqs } = portal.definitions()
  const below = (set: object) =>
    Object.keys(set).flatMap((key) => {
      const [of = '', name = ''] = key.split('/')
      return [{ portal: of, name }]
    })
  const each = { portal: 'treatment' }
  return {
    // Files of the browser, and colours, which these portals leave as they are.
    '/assets/:file': [],
    '/assets/:package/:file': [],
    '/:portal/theme.css': [],
    '/:portal/pages/:name': below(pages).filter((_, index) => index % 12 === 0),
    '/:portal/notices/:name': below(notices).slice(0, 2),
    '/:portal/faq/:name': below(faqs).slice(0, 1),
    '/:portal/downloads/:download': [{ ...each, download: 'checklist.pdf' }],
    '/:portal/links/:token': [{ ...each, token: link }],
    '/:portal/drafts/:key/delete': [
      { ...each, key: /sitting=([\w-]+)/.exec(draft.location)?.[1] ?? '' },
    ],
    '/:portal/submissions/:id/files/:file': [{ ...each, id: waiting, file: use.file_id }],
    '/:portal/files/:file': [],
    '/:portal/submissions/:id/receipt.pdf': [{ ...each, id: waiting }],
    '/:portal/submissions/:id': [done, stuck, returned, waiting].map((id) => ({ ...each, id })),
    '/:portal/submissions/:id/:action': [
      { ...each, id: returned, action: 'resubmit' },
      { ...each, id: returned, action: 'withdraw' },
    ],
    '/:portal/lists/:list': (portals.treatment?.lists ?? []).map(({ id }) => ({
      ...each,
      list: id,
    })),
    '/:portal/documents/:id': [{ ...each, id: document.id }],
    '/:portal/documents/:id/pdf': [{ ...each, id: document.id }],
    '/:portal/:page': Object.values(forms)
      .filter(({ path }) => path !== '')
      .map((form) => ({ portal: form.portal, page: form.path, who: form.access })),
    '/admin/setup/:token': [{ token: setup }],
    '/admin/staff/:id/reset-factor': [{ id: 'jiro' }],
    '/admin/staff/:id/disable': [{ id: 'jiro' }],
    '/admin/mails/:id/resend': [{ id: mail.id }],
    '/admin/issued/:id/renew': [{ id: account.id }],
    '/review/:id': [done, stuck, returned, waiting].map((id) => ({ id })),
    '/review/:id/actions/:action': ['approve', 'return', 'reject'].map((action) => ({
      id: waiting,
      action,
    })),
    '/review/:id/steps/:step/skip': [{ id: stuck, step: 'accounts' }],
    '/review/submissions/:id/files/:file': [{ id: waiting, file: use.file_id }],
  }
}

/** An application by documents, received. */
async function apply({ member, portal }: Seats): Promise<string> {
  const { html } = await member.get(FORM)
  const typed = { verifyMethod: 'documents', staffCount: '3', deviceCount: '2', agreeTerms: 'true' }
  const check = { ...hiddenFields(html), ...typed, _action: 'check' }
  const file = { field: 'evidence', name: '通知書.pdf', bytes: pdf() }
  const confirmation = await postFiles(member, FORM, check, [file])
  const done = await member.post(FORM, { ...hiddenFields(confirmation.html), _action: 'submit' })
  await portal.settle()
  return done.location.split('/').at(-1) ?? ''
}

function whoMaySee({ access, path }: Route, given: Readonly<Record<string, string>>): Who {
  if (path.startsWith('/admin') || path.startsWith('/review')) return 'staff'
  const kind = access.kind === 'form' ? given.who : access.kind
  return kind === 'account' || path.includes('/submissions/') ? 'member' : 'visitor'
}

test.runIf(browser).each(routes.map(({ path }, index) => ({ path, index })))(
  '$path',
  async ({ path, index }) => {
    const route = routes[index] as Route
    const isOpen = !/:(?!portal\b)/.test(path)
    const given = things[path] ?? (isOpen ? [{ portal: 'treatment' }] : undefined)
    expect(given, 'a new address wants a thing to be looked at').toBeDefined()
    for (const one of given ?? []) {
      const address = path.replace(/:(\w+)/g, (_, name: string) => {
        expect(one[name], name).not.toBe('')
        return encodeURIComponent(one[name] ?? '')
      })
      const context = contexts[whoMaySee(route, one)]
      const answer = await context.request.get(`${seats.origin}${address}`)
      expect(answer.status(), address).toBeLessThan(400)
      if (!(answer.headers()['content-type'] ?? '').includes('text/html')) continue
      const page = await context.newPage()
      await page.goto(`${seats.origin}${address}`)
      await inspect(page, address)
      await page.close()
    }
  },
)
